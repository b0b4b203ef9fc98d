import type { Resume } from '../resume.ts';
import type { Finding } from './finding.ts';

/** Longest time without a job or studies, in months, that nobody asks about. */
const UNREMARKED_GAP_MONTHS = 6;

const DATED_SECTIONS = ['work', 'education', 'volunteer'] as const;

interface Dated {
  readonly pointer: string;
  readonly startDate: string | undefined;
  readonly endDate: string | undefined;
}

/** Months since the year 0, counted as favourably as the date's precision allows. */
interface Period {
  readonly pointer: string;
  readonly start: number;
  readonly end: number;
}

/** Missing, impossible and unexplained times. @param now for what lies ahead, and for how long ago the last job ended */
export function checkDates(resume: Resume, now: Date): Finding[] {
  const entries = DATED_SECTIONS.flatMap((section) =>
    (resume[section] ?? []).map(({ startDate, endDate }, index): Dated => ({ pointer: `/${section}/${index}`, startDate, endDate })),
  );
  const today = now.getUTCFullYear() * 12 + now.getUTCMonth();
  return [...entries.flatMap((entry) => checkEntry(entry, today)), ...checkGaps(entries, today)];
}

function checkEntry({ pointer, startDate, endDate }: Dated, today: number): Finding[] {
  const findings: Finding[] = [];
  if (startDate === undefined) {
    const what = endDate === undefined ? 'It has no dates: say when it began, and when it ended.' : 'Say when it began.';
    findings.push({ code: 'missing_start_date', severity: 'problem', pointer: `${pointer}/startDate`, message: what });
    return findings;
  }
  if (endDate !== undefined && toMonths(endDate).last < toMonths(startDate).first) {
    findings.push({
      code: 'end_before_start',
      severity: 'problem',
      pointer: `${pointer}/endDate`,
      message: `It ends (${endDate}) before it begins (${startDate}).`,
    });
  }
  if (toMonths(startDate).first > today) {
    findings.push({
      code: 'date_in_future',
      severity: 'advice',
      pointer: `${pointer}/startDate`,
      message: `It begins in the future (${startDate}): right?`,
    });
  }
  return findings;
}

function checkGaps(entries: readonly Dated[], today: number): Finding[] {
  const periods = entries
    .flatMap(({ pointer, startDate, endDate }): Period[] =>
      startDate === undefined
        ? []
        : [
            {
              pointer,
              start: toMonths(startDate).first,
              end: endDate === undefined ? Math.max(today, toMonths(startDate).last) : toMonths(endDate).last,
            },
          ],
    )
    .toSorted((a, b) => a.start - b.start);
  const findings: Finding[] = [];
  let covered: number | null = null;
  for (const { pointer, start, end } of periods) {
    if (covered !== null && start - covered - 1 > UNREMARKED_GAP_MONTHS) {
      findings.push({
        code: 'gap',
        severity: 'advice',
        pointer,
        message: `Before it ${start - covered - 1} months are not accounted for. Readers ask: a word on them helps.`,
      });
    }
    covered = Math.max(covered ?? end, end);
  }
  if (covered !== null && today - covered - 1 > UNREMARKED_GAP_MONTHS) {
    findings.push({
      code: 'gap',
      severity: 'advice',
      pointer: '/work',
      message: `Nothing is listed for the last ${today - covered - 1} months.`,
    });
  }
  return findings;
}

/** @param date YYYY, YYYY-MM or YYYY-MM-DD */
function toMonths(date: string): { readonly first: number; readonly last: number } {
  const [year = 0, month] = date.split('-').map(Number);
  return month === undefined ? { first: year * 12, last: year * 12 + 11 } : { first: year * 12 + month - 1, last: year * 12 + month - 1 };
}
