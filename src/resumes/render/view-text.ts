/** Control characters but line feed, and the two separators: no reader sees them, and terminals and parsers act on them. */
const CONTROLS = /(?!\n)[\p{Control}\u2028\u2029]/gu;

/** The text on one line, white space collapsed; null when nothing is left. */
export function toLine(text: string | undefined): string | null {
  const line = (text ?? '').replaceAll(CONTROLS, ' ').replaceAll(/\s+/gu, ' ').trim();
  return line === '' ? null : line;
}

/** Paragraphs of a longer text. Blank lines part them; single line breaks stay inside. */
export function toLines(text: string | undefined): readonly string[] {
  return (text ?? '')
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/gu, '\n')
    .replaceAll(CONTROLS, ' ')
    .split(/\n(?:[^\S\n]*\n)+/u)
    .map((paragraph) =>
      paragraph
        .split('\n')
        .map((line) => line.replaceAll(/\s+/gu, ' ').trim())
        .filter((line) => line !== '')
        .join('\n'),
    )
    .filter((paragraph) => paragraph !== '');
}

export function toList(texts: readonly string[] | undefined): readonly string[] {
  return (texts ?? []).map(toLine).filter((line) => line !== null);
}

/** A text in a member that JSON Resume does not have: other programs and our own imports keep some there. */
export function otherText(entry: { readonly [member: string]: unknown }, name: string): string | undefined {
  const found = entry[name];
  return typeof found === 'string' ? found : undefined;
}
