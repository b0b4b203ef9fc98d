/** Elements as they are, and the two layouts. */
export const BASE = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: var(--text-m)/1.6 var(--font); overflow-wrap: break-word; }
h1, h2, h3, h4 { margin: 0; line-height: 1.25; text-wrap: balance; }
h1 { font: 600 var(--text-2xl)/1.2 var(--font-display); letter-spacing: -0.01em; }
h2 { font-size: var(--text-xl); font-weight: 650; }
h3 { font-size: var(--text-l); font-weight: 650; }
h4 { font-size: var(--text-m); font-weight: 650; }
p, ul, ol, dl { margin: 0; }
a { color: var(--accent); text-underline-offset: 0.15em; }
a:hover { color: var(--accent-hover); }
code, pre { font-family: var(--font-mono); font-size: 0.9375em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: var(--space-3); top: -6rem; z-index: 1; padding: var(--space-3) var(--space-4); background: var(--surface); border-radius: var(--radius); }
.skip:focus { top: var(--space-3); }
.quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.soft { color: var(--ink-soft); font-size: var(--text-s); }
.block { display: block; }
.lead { color: var(--ink-soft); font-size: var(--text-l); max-width: 44rem; }
.mark { flex: none; }
.mark-sheet { fill: var(--accent); }
.mark-line { fill: none; stroke: var(--on-accent); stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
.wordmark { font: 600 1.25rem/1 var(--font-display); letter-spacing: 0.01em; }

.flow { max-width: 27rem; margin: 0 auto; padding: var(--space-5) var(--space-4) var(--space-7); }
.flow-wide { max-width: 38rem; }
.flow-header { display: flex; align-items: center; justify-content: center; gap: var(--space-2); padding: var(--space-3) 0 var(--space-5); }
.sheet { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--space-4); padding: clamp(1.25rem, 5vw, 2.25rem); background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-l); box-shadow: var(--shadow); }
.sheet form:not(.action) { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--space-5); margin-top: var(--space-2); }
.aside { padding-top: var(--space-4); border-top: 1px solid var(--line); text-align: center; }
[hidden] { display: none !important; }
.below { text-align: center; }
.below a, .aside a { display: inline-block; padding: var(--space-2) var(--space-1); font-weight: 600; }
.reference { color: var(--ink-soft); font-size: var(--text-s); padding-top: var(--space-4); border-top: 1px solid var(--line); }

.owner { max-width: 66rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2rem) var(--space-7); }
.owner-header { display: flex; flex-wrap: wrap; align-items: center; gap: var(--space-2) var(--space-6); padding: var(--space-4) 0; margin-bottom: var(--space-6); border-bottom: 1px solid var(--line); }
.brand { display: inline-flex; align-items: center; gap: var(--space-2); min-height: var(--target); color: var(--ink); text-decoration: none; }
.navigation { display: flex; flex-wrap: wrap; gap: var(--space-1) var(--space-2); padding: 0; list-style: none; margin-inline-start: calc(-1 * var(--space-3)); }
.navigation a { display: flex; align-items: center; min-height: var(--target); padding: 0 var(--space-3); border-radius: var(--radius); color: var(--ink-soft); text-decoration: none; }
.navigation a:hover { color: var(--ink); background: var(--accent-soft); }
.navigation a[aria-current] { color: var(--ink); font-weight: 650; box-shadow: inset 0 -2px 0 var(--accent); border-radius: 0; }
.owner main { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--space-5); }
.owner main > h2 { margin-top: var(--space-4); }
.owner form:not(.action):not(.actions) { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--space-5); max-width: 34rem; }
.hero { display: grid; gap: var(--space-4); padding: var(--space-5) 0; }
.hero h1 { font-size: clamp(2rem, 1.4rem + 3vw, 3.25rem); max-width: 18ch; }
.crumb a { display: inline-flex; align-items: center; min-height: var(--target); }
.crumb a::before { content: "\\2190\\00a0"; content: "\\2190\\00a0" / ""; }

/* A document without a layout: the reference of the API. */
body > main { max-width: 60rem; margin: 0 auto; padding: var(--space-5) clamp(1rem, 4vw, 2rem) var(--space-7); }
body > main, body > main > section { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--space-4); }
body > main > section { padding-top: var(--space-5); border-top: 1px solid var(--line); }
body > main pre { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
body > main table { display: block; overflow-x: auto; border-collapse: collapse; font-size: var(--text-s); }
body > main :is(th, td) { padding: var(--space-2) var(--space-4) var(--space-2) 0; text-align: start; vertical-align: top; border-bottom: 1px solid var(--line); }
body > main td:last-child { min-width: 14rem; }

@media (prefers-reduced-motion: no-preference) {
  .button, .navigation a, input, select { transition: background-color 120ms, border-color 120ms, color 120ms; }
  .waiting::before { animation: turn 1.4s linear infinite; }
}
@keyframes turn { to { transform: rotate(1turn); } }
@media print {
  :root { --paper: #fff; --surface: #fff; --ink: #000; --ink-soft: #333; --line: #bbb; --accent: #000; color-scheme: light; }
  .skip, .owner-header nav, .actions, .action, .panel, .crumb, .notice-done, .snippet-box .button, .live, .footer { display: none; }
  .sheet { border: 0; box-shadow: none; padding: 0; }
  .owner { max-width: none; padding: 0; }
  .resume { border: 0; box-shadow: none; padding: 0; }
  .resume-entry { break-inside: avoid; }
  a[href^="http"]::after { content: " (" attr(href) ")"; font-size: 0.85em; }
}
`;
