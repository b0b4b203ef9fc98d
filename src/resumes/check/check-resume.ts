import { parseJson } from '../json.ts';
import type { Resume } from '../resume.ts';
import { checkContact } from './contact.ts';
import { checkDates } from './dates.ts';
import { checkEntries } from './entries.ts';
import type { Finding } from './finding.ts';
import { checkParsing } from './parsing.ts';
import { countWords, listTexts } from './texts.ts';
import { checkWording } from './wording.ts';

const MAX_FINDINGS = 100;
/** About half a page, and about two and a half. */
const FEW_WORDS = 120;
const MANY_WORDS = 1_100;

export interface Review {
  readonly words: number;
  /** Problems first, then in the order of the document's rules; at most 100. */
  readonly findings: readonly Finding[];
  /** More than are listed. */
  readonly hasMore: boolean;
}

/**
 * Reviews a resume by fixed rules: the same document gets the same findings on the same day. Hidden sections and what stands
 * under `meta` are not looked at. Not checked: whether anything is true, or well said.
 */
export function checkResume(resume: Resume, now: Date): Review {
  const hidden = new Set<string>(resume.meta?.vitae?.hiddenSections);
  const shown: Resume = Object.fromEntries(Object.entries(resume).filter(([name]) => !hidden.has(name)));
  const { meta: _meta, $schema: _schema, ...content } = shown;
  const json = parseJson(content);
  const texts = json.ok ? listTexts(json.value) : [];
  const words = texts.reduce((sum, { text }) => sum + countWords(text), 0);
  const findings = [
    ...checkContact(shown),
    ...checkDates(shown, now),
    ...checkEntries(shown),
    ...checkExtent(words),
    ...checkWording(shown, texts),
    ...checkParsing(texts),
  ];
  const sorted = [
    ...findings.filter(({ severity }) => severity === 'problem'),
    ...findings.filter(({ severity }) => severity === 'advice'),
  ];
  return { words, findings: sorted.slice(0, MAX_FINDINGS), hasMore: sorted.length > MAX_FINDINGS };
}

function checkExtent(words: number): Finding[] {
  if (words < FEW_WORDS) {
    return [
      { code: 'too_short', severity: 'advice', pointer: '', message: `${words} words are less than half a page: there is room for more.` },
    ];
  }
  return words > MANY_WORDS
    ? [
        {
          code: 'too_long',
          severity: 'advice',
          pointer: '',
          message: `${words} words are more than two pages: cut what the reader does not need.`,
        },
      ]
    : [];
}
