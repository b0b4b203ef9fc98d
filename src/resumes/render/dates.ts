import type { Labels } from './labels.ts';

/**
 * Writes a date of a resume for readers of a language, as precisely as it is known: a year, a month or a day.
 * @param date `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; the resume schema has checked it
 */
export function formatDate(date: string, language: string): string {
  const [year = '', month, day] = date.split('-');
  if (month === undefined) return year;
  const instant = new Date(Date.UTC(Number(year), Number(month) - 1, day === undefined ? 1 : Number(day)));
  const options: Intl.DateTimeFormatOptions = { calendar: 'gregory', timeZone: 'UTC', year: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(language, day === undefined ? options : { ...options, day: 'numeric' }).format(instant);
}

/** Writes a span of time; without an end it lasts. Null when neither is known. */
export function formatSpan(start: string | undefined, end: string | undefined, language: string, labels: Labels): string | null {
  if (start === undefined) return end === undefined ? null : formatDate(toMonth(end), language);
  const from = formatDate(toMonth(start), language);
  const to = end === undefined ? labels.present : formatDate(toMonth(end), language);
  return from === to ? from : `${from} – ${to}`;
}

/** The day a job began on is nobody's business. */
function toMonth(date: string): string {
  return date.slice(0, 'YYYY-MM'.length);
}
