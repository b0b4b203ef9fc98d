import type { MessageKey, Messages } from './messages.ts';

/** Without places. */
type PlainKey = Exclude<Extract<MessageKey, `expected.${string}`>, 'expected.oneOf' | `expected.${'atMost' | 'depth'}.${string}`>;

/** How the checks of a resume say what they expected, and the text that says it to a person. The first that fits counts. */
const PLAIN: readonly (readonly [RegExp, PlainKey])[] = [
  [/^text$/, 'expected.text'],
  [/^a number$/, 'expected.number'],
  [/^a finite number$/, 'expected.finite'],
  [/^true or false$/, 'expected.boolean'],
  [/^a list$/, 'expected.list'],
  [/^a list of texts$/, 'expected.texts'],
  [/^a list of objects$/, 'expected.objects'],
  [/^an object/, 'expected.object'],
  [/^a URL$|^an absolute URL/, 'expected.url'],
  [/^an e-mail address/, 'expected.email'],
  [/^a date as/, 'expected.date'],
  [/^a day that exists/, 'expected.day'],
  [/^a colour/, 'expected.colour'],
  [/language tag/, 'expected.language'],
  [/^the name of a section|^summary, a section/, 'expected.section'],
  [/^a list of section names$|^every section once$/, 'expected.sections'],
  [/^lower-case letters/, 'expected.name'],
  [/^every id once$/, 'expected.once'],
];

/** @param expected as a problem of an import says it, in English @returns the same in the language of the page */
export function describeExpected(messages: Messages, expected: string): string {
  const choices = /^one of (.+)$/.exec(expected)?.[1];
  if (choices !== undefined) return messages.text('expected.oneOf', { choices });
  const [, count, what] = /^at most (\d+) (.+)$/.exec(expected) ?? [];
  if (count !== undefined)
    return messages.plural(/^levels? of nesting$/.test(what ?? '') ? 'expected.depth' : 'expected.atMost', Number(count));
  return messages.text(PLAIN.find(([pattern]) => pattern.test(expected))?.[1] ?? 'expected.other');
}
