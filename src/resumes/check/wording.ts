import type { Resume } from '../resume.ts';
import type { Finding } from './finding.ts';
import type { PlacedText } from './texts.ts';

const MAX_POINT_CHARACTERS = 280;
const MAX_SUMMARY_CHARACTERS = 700;
const MIN_REPEATED_CHARACTERS = 25;

/** Verbs that points of a resume begin with, in the form that says it still goes on. */
const PRESENT_VERBS = [
  'accelerate achieve administer advise analyse analyze architect automate author build coach collaborate conduct contribute coordinate create',
  'define deliver deploy design develop direct document drive engineer ensure establish execute expand facilitate handle help implement improve',
  'increase integrate introduce launch lead maintain manage mentor migrate monitor negotiate operate optimise optimize organise organize oversee',
  'own perform plan prepare present produce provide reduce refactor research resolve review run sell ship solve streamline supervise support teach',
  'test train translate work write',
].join(' ');

const PLACEHOLDER =
  /lorem ipsum|\bTBD\b|\bTODO\b|\bXX+\b|\[(?:your |company|name|date|city|title|position|insert)[^\]]*\]|<(?:your|company|name|insert)[^>]*>/i;
const FIRST_PERSON = /(?:^|[.!?]\s+)I(?:'|’|\s)|\bmy (?:team|work|role|responsibilities|own)\b/;

/** How texts are worded. Tense and person are looked at in English only; the document says its language in `meta.vitae`. */
export function checkWording(resume: Resume, texts: readonly PlacedText[]): Finding[] {
  const isEnglish = /^en\b/i.test(resume.meta?.vitae?.language ?? 'en');
  return [
    ...(isEnglish ? [...checkTense(resume), ...checkPerson(texts)] : []),
    ...checkPlaceholders(texts),
    ...checkLengths(texts),
    ...checkRepetition(texts),
  ];
}

/** What is over is told in the past; what lasts may be told in both. */
function checkTense(resume: Resume): Finding[] {
  const verbs = new Set(PRESENT_VERBS.split(' '));
  return (['work', 'volunteer'] as const).flatMap((section) =>
    (resume[section] ?? []).flatMap(({ endDate, highlights = [] }, index) =>
      endDate === undefined
        ? []
        : highlights.flatMap((text, point): Finding[] => {
            const first = /^\P{Letter}*(\p{Letter}+)/u.exec(text)?.[1]?.toLowerCase() ?? '';
            const isPresent = verbs.has(first) || (first.endsWith('s') && (verbs.has(first.slice(0, -1)) || verbs.has(first.slice(0, -2))));
            const message = `“${first}” sounds as if it went on, but the position has ended: use the past.`;
            return isPresent
              ? [{ code: 'present_tense', severity: 'advice', pointer: `/${section}/${index}/highlights/${point}`, message }]
              : [];
          }),
    ),
  );
}

function checkPerson(texts: readonly PlacedText[]): Finding[] {
  return texts
    .filter(({ path, text }) => path[0] !== 'references' && FIRST_PERSON.test(text))
    .map(({ pointer }) => ({
      code: 'first_person',
      severity: 'advice',
      pointer,
      message: 'Leave “I” and “my” out: a resume speaks of its owner anyway.',
    }));
}

function checkPlaceholders(texts: readonly PlacedText[]): Finding[] {
  return texts
    .filter(({ text }) => PLACEHOLDER.test(text))
    .map(({ pointer }) => ({
      code: 'placeholder',
      severity: 'problem',
      pointer,
      message: 'A placeholder was left in: fill it in or take it out.',
    }));
}

function checkLengths(texts: readonly PlacedText[]): Finding[] {
  return texts.flatMap(({ pointer, path, text }): Finding[] => {
    const limit = path.at(-2) === 'highlights' ? MAX_POINT_CHARACTERS : path.at(-1) === 'summary' ? MAX_SUMMARY_CHARACTERS : null;
    const message = `${text.length} characters: at most ${limit ?? 0} are read in one go.`;
    return limit !== null && text.length > limit ? [{ code: 'long_text', severity: 'advice', pointer, message }] : [];
  });
}

function checkRepetition(texts: readonly PlacedText[]): Finding[] {
  const seen = new Map<string, string>();
  return texts.flatMap(({ pointer, text }): Finding[] => {
    const words = text
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}]+/gu, ' ')
      .trim();
    const first = seen.get(words);
    if (first === undefined) seen.set(words, pointer);
    if (first === undefined || words.length < MIN_REPEATED_CHARACTERS) return [];
    return [{ code: 'repeated_text', severity: 'advice', pointer, message: `Says the same as ${first}.` }];
  });
}
