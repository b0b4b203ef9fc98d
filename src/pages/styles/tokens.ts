const LIGHT = `
  --paper: #f7f5f1;
  --surface: #ffffff;
  --ink: #1d2126;
  --ink-soft: #575e67;
  --line: #e0dcd4;
  --line-strong: #868c94;
  --accent: #0b5c63;
  --accent-hover: #084a50;
  --on-accent: #ffffff;
  --accent-soft: #e4f0f0;
  --danger: #a1261b;
  --danger-soft: #fbebe8;
  --warning: #744600;
  --warning-soft: #fcf2dc;
  --good: #1a6136;
  --good-soft: #e6f3ea;
  --shadow: 0 1px 2px rgb(29 33 38 / 6%), 0 8px 24px rgb(29 33 38 / 6%);
`;
const DARK = `
  --paper: #14171a;
  --surface: #1d2125;
  --ink: #ecebe7;
  --ink-soft: #adb4bb;
  --line: #343a40;
  --line-strong: #858d95;
  --accent: #86cdce;
  --accent-hover: #a5dedf;
  --on-accent: #08262a;
  --accent-soft: #1c3335;
  --danger: #ff9c90;
  --danger-soft: #3b1f1c;
  --warning: #f3c26b;
  --warning-soft: #352a16;
  --good: #8bd3a2;
  --good-soft: #1a3022;
  --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 8px 24px rgb(0 0 0 / 30%);
`;

/** Design tokens: the only place with colours and sizes. Text on its ground holds 4.5:1, borders of controls 3:1, in both schemes. */
export const TOKENS = `
:root {
  color-scheme: light dark;${LIGHT}  --font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
  --font-display: "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", "Noto Serif", "DejaVu Serif", Georgia, serif;
  --font-mono: ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
  --text-s: 0.875rem;
  --text-m: 1rem;
  --text-l: 1.125rem;
  --text-xl: 1.3125rem;
  --text-2xl: clamp(1.625rem, 1.35rem + 1.2vw, 2.125rem);
  --space-1: 0.25rem;
  --space-2: 0.5rem;
  --space-3: 0.75rem;
  --space-4: 1rem;
  --space-5: 1.5rem;
  --space-6: 2rem;
  --space-7: 3rem;
  --target: 2.75rem;
  --radius: 0.5rem;
  --radius-l: 0.875rem;
}
@media (prefers-color-scheme: dark) {
  :root {${DARK}  }
}
`;

/** The colours of one scheme, whatever the system prefers. */
export const SCHEMES = `
:root.light { color-scheme: light;${LIGHT}}
:root.dark { color-scheme: dark;${DARK}}
`;
