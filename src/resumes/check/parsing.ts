import type { Finding, FindingCode } from './finding.ts';
import type { PlacedText } from './texts.ts';

/** Pictures in place of words: stars and bars for levels, emoji, private-use glyphs of icon fonts, box drawing. */
const SYMBOLS = /[\u2500-\u257F\u2580-\u25FF\u2600-\u27BF\u2B00-\u2BFF\uE000-\uF8FF]|\p{Extended_Pictographic}/u;
/** Zero-width and direction characters that hide or reorder text, soft hyphens, and ligatures that no search finds. */
const HIDDEN_CHARACTERS = /[\u00AD\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069\uFB00-\uFB06]/;
const MARKUP = /<\/?(?:p|br|b|i|u|ul|ol|li|div|span|strong|em|a|h[1-6]|script|font)\b[^>]*>|\*\*[^*\s][^*]*\*\*|\[[^\]]+\]\(https?:/i;
const LAYOUT_BY_SPACES = /\S(?: {3,}|\t+)\S/;

const RULES: readonly { readonly code: FindingCode; readonly test: RegExp; readonly message: string }[] = [
  { code: 'symbols', test: SYMBOLS, message: 'Application systems read symbols and emoji as rubbish or not at all: use words.' },
  {
    code: 'hidden_characters',
    test: HIDDEN_CHARACTERS,
    message: 'Invisible characters or ligatures keep words from being found: type the text anew.',
  },
  { code: 'markup', test: MARKUP, message: 'Markup is shown as it stands: write plain text.' },
  {
    code: 'layout_by_spaces',
    test: LAYOUT_BY_SPACES,
    message: 'Columns made of spaces or tabs are read as one line: use a list or sentences.',
  },
];

/** Whether programs that read applications, and people who search them, find what is written. */
export function checkParsing(texts: readonly PlacedText[]): Finding[] {
  return texts.flatMap(({ pointer, text }) =>
    RULES.filter(({ test }) => test.test(text)).map(({ code, message }): Finding => ({ code, severity: 'advice', pointer, message })),
  );
}
