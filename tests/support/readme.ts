/** Every code span of a Markdown text, with `{a,b}` alternatives written out, outside fenced blocks. */
export function codeSpans(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/`([^`\n]+)`/g)].flatMap(([, span = '']) => expandBraces(span));
}

/** The body rows of the first table whose first heading is `heading`: cells as written. */
export function tableRows(markdown: string, heading: string): string[][] {
  const lines = withoutFences(markdown).split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  if (start === -1) throw new Error(`no table that begins with ${heading}`);
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end === -1 ? rest.length : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The commands in fenced blocks, one a line. */
export function commands(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block.split('\n').filter((line) => line.trim() !== ''),
  );
}

/** What a reader sees before the first section. */
export function firstScreen(markdown: string): string {
  return markdown.slice(0, markdown.indexOf('\n## '));
}

/** `a{b,c}d` is `abd` and `acd`, from left to right; a span without braces is itself. */
export function expandBraces(text: string): string[] {
  const match = /^(.*?)\{([^{}]*)\}(.*)$/.exec(text);
  if (match === null) return [text];
  const [, before = '', alternatives = '', after = ''] = match;
  return alternatives.split(',').flatMap((alternative) => expandBraces(`${before}${alternative}${after}`));
}

function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
}
