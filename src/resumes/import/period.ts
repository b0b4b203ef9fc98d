/** When something was, as a resume stores it; `period` holds what could not be understood, word for word. */
export interface Period {
  readonly startDate?: string;
  readonly endDate?: string;
  readonly period?: string;
}

const OPEN_END = /^(?:present|current|currently|now|today|ongoing|heute|aktuell|presente|actualidad|atual|aujourd.hui|en cours)$/i;
const SEPARATOR = /\s+(?:-|to|until|bis|a|à)\s+|\s*[–—]\s*/i;
const YEARS = /^(\d{4})\s*-\s*(\d{4})$/;

/**
 * Understands a span of time as people write it: `March 2022 - Present`, `2014 – 2018`, `03/2020 - 04/2021`, `2021`.
 * @param language whose names of months are understood besides the English ones
 */
export function parsePeriod(written: string | null, language: string): Period {
  if (written === null) return {};
  const [from = '', to, ...more] = (YEARS.test(written) ? written.replace(YEARS, '$1 – $2') : written).split(SEPARATOR);
  const startDate = parseDate(from, language);
  if (startDate === null || more.length > 0) return { period: written };
  if (to === undefined) return { startDate, endDate: startDate };
  if (OPEN_END.test(to.trim())) return { startDate };
  const endDate = parseDate(to, language);
  return endDate === null ? { period: written } : { startDate, endDate };
}

/** @returns `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or null for what is no date or an ambiguous one */
export function parseDate(written: string, language: string): string | null {
  const text = written.trim();
  const iso = /^([12]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  if (iso !== null) return isDay(iso[1], iso[2], iso[3]) ? text : null;
  const numeric = /^(\d{1,2})[/.]([12]\d{3})$/.exec(text);
  if (numeric !== null) return toDate(numeric[2], Number(numeric[1]));
  const [, day, name, lateDay, year] = /^(?:(\d{1,2})\.?\s+)?(\p{L}+)\.?(?:\s+(\d{1,2}),)?\s*,?\s+([12]\d{3})$/u.exec(text) ?? [];
  if (name === undefined) return null;
  const month = monthOf(name, [language, 'en']);
  const date = month === null ? null : toDate(year, month);
  const knownDay = day ?? lateDay;
  if (date === null || knownDay === undefined) return date;
  const twoDigits = knownDay.padStart(2, '0');
  return isDay(year, date.slice(5), twoDigits) ? `${date}-${twoDigits}` : null;
}

function toDate(year: string | undefined, month: number): string | null {
  return year !== undefined && month >= 1 && month <= 12 ? `${year}-${String(month).padStart(2, '0')}` : null;
}

function isDay(year = '', month = '01', day = '01'): boolean {
  const instant = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.getUTCDate() === Number(day);
}

/** A month by its name or at least its first three letters. */
function monthOf(written: string, languages: readonly string[]): number | null {
  const name = written.toLocaleLowerCase();
  for (const language of languages) {
    for (const style of ['long', 'short'] as const) {
      const format = new Intl.DateTimeFormat(language, { calendar: 'gregory', month: style, timeZone: 'UTC' });
      for (let month = 1; month <= 12; month += 1) {
        const full = format
          .format(Date.UTC(2024, month - 1, 1))
          .toLocaleLowerCase()
          .replace(/\.$/, '');
        if (full === name || (style === 'long' && name.length >= 3 && full.startsWith(name))) return month;
      }
    }
  }
  return null;
}
