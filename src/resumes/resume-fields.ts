import { z } from 'zod';

/** Schemes a link in a resume may have. `javascript:`, `data:` and their like would run or hide content in an exported page. */
const LINK_SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:', 'ftp:', 'urn:', 'doi:']);

const PARTIAL_DATE = /^[12]\d{3}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$/;

const DATE_EXPECTED = 'a date as YYYY, YYYY-MM or YYYY-MM-DD (leave the member out when there is none, e.g. for a current position)';

/** Free text; plain, no markup. */
export const text = (description: string) => z.string('text').optional().describe(description);

/** An absolute URI with one of our schemes; JSON Resume calls its format `uri`. */
export const link = (description: string) =>
  z
    .string('a URL')
    .refine(isLink, 'an absolute URL such as https://example.org/me (http, https, mailto, tel, ftp, urn or doi)')
    .optional()
    .describe(description)
    .meta({ format: 'uri' });

export const emailAddress = (description: string) => z.email('an e-mail address such as ana@example.org').optional().describe(description);

/** JSON Resume's `iso8601`: a date whose day, or month and day, may be unknown. */
export const partialDate = (description: string) =>
  z
    .string(DATE_EXPECTED)
    .regex(PARTIAL_DATE, { error: DATE_EXPECTED, abort: true })
    .refine(isCalendarDate, 'a day that exists in that month')
    .optional()
    .describe(description);

export const textList = (description: string, item: string) =>
  z.array(z.string('text').describe(item), 'a list of texts').optional().describe(description);

/** An object that keeps the members it does not know. */
export const entry = <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape, 'an object');

export const section = <Entry extends z.ZodType>(description: string, item: Entry) =>
  z.array(item, 'a list of objects').optional().describe(description);

function isLink(value: string): boolean {
  return !/\s/.test(value) && URL.canParse(value) && LINK_SCHEMES.has(new URL(value).protocol) && /^[a-z]+:/i.test(value);
}

function isCalendarDate(value: string): boolean {
  const [year, month, day] = value.split('-').map(Number);
  if (year === undefined || month === undefined || day === undefined) return true;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
