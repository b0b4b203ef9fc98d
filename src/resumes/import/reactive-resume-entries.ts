import type { JsonObject, JsonValue } from '../json.ts';
import type { Dialect } from './reactive-resume-dialects.ts';
import { parseDate, parsePeriod } from './period.ts';
import { parseRichText, toPlainText } from './rich-text.ts';
import type { Source } from './source.ts';

/** The members that are there; what is null, undefined or an empty list is left out. */
export function compact(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) =>
      value === undefined || value === null || (Array.isArray(value) && value.length === 0) ? [] : [[name, value]],
    ),
  );
}

const join = (texts: readonly string[]): string | null => (texts.length === 0 ? null : texts.join('\n\n'));

/** Turns an item of a section into entries of a JSON Resume. Members the standard lacks keep a plain name of their own. */
export function toEntries(section: string, item: Source, dialect: Dialect, language: string): readonly JsonObject[] {
  const text = (name: string) => dialect.text(item, name);
  const site = { url: dialect.link(item), urlLabel: dialect.linkLabel(item) };
  const rich = parseRichText(dialect.text(item, 'html'));
  const summary = toPlainText(rich);
  const span = parsePeriod(text('period'), language);
  const day = dayOf(text('date'), language);
  const listed = { summary: join(rich.paragraphs), highlights: rich.items };
  switch (section) {
    case 'experience': {
      const job = { name: text('company'), location: text('location'), ...site };
      const roles = item.items('roles').map((role) => {
        const said = { ...parsePeriod(role.text('period'), language), ...told(role.text('description')) };
        return compact({ ...job, position: role.text('position'), ...said });
      });
      const whole = compact({ ...job, position: text('position'), ...span, ...listed });
      const isMore = roles.length === 0 || summary !== null || text('position') !== null;
      return isMore ? [whole, ...roles] : roles;
    }
    case 'volunteer':
      return [
        compact({
          organization: text('organization'),
          position: text('position'),
          location: text('location'),
          ...site,
          ...span,
          ...listed,
        }),
      ];
    case 'education': {
      const study = { institution: text('school'), ...site, area: text('area'), studyType: text('degree'), score: text('grade') };
      return [compact({ ...study, location: text('location'), ...span, summary })];
    }
    case 'awards':
      return [compact({ title: text('title'), awarder: text('awarder'), ...day, ...site, summary })];
    case 'certifications':
      return [compact({ name: text('certification'), issuer: text('issuer'), ...day, ...site, summary })];
    case 'publications':
      return [compact({ name: text('publication'), publisher: text('publisher'), ...renamed(day), ...site, summary })];
    case 'projects': {
      const description = join([...[text('tagline')].filter((line) => line !== null), ...rich.paragraphs]);
      return [compact({ name: text('name'), description, highlights: rich.items, keywords: item.texts('keywords'), ...span, ...site })];
    }
    case 'skills':
      return [compact({ name: text('name'), level: text('proficiency'), rating: ratingOf(item), keywords: item.texts('keywords') })];
    case 'languages':
      return [compact({ language: text('language'), fluency: text('fluency'), rating: ratingOf(item) })];
    case 'interests':
      return [compact({ name: text('name'), keywords: item.texts('keywords') })];
    case 'references': {
      const reference = summary ?? text('tagline');
      const position = text('position') ?? (summary === null ? null : text('tagline'));
      return [compact({ name: text('name'), reference, position, phone: text('phone'), ...site })];
    }
    case 'profiles':
      return [compact({ network: text('network'), username: text('username'), ...site })];
    default:
      return [];
  }
}

/**
 * Items of a custom section can be of any kind: their parts go where a reader looks for them, and an employer with several roles
 * becomes an entry for each.
 */
export function toCustomEntries(item: Source, dialect: Dialect, language: string): readonly JsonObject[] {
  const first = (names: readonly string[]) => names.map((name) => dialect.text(item, name)).find((found) => found !== null) ?? null;
  const title = first(['title', 'name', 'company', 'organization', 'school', 'network', 'language', 'recipient']);
  const subtitles = ['position', 'degree', 'area', 'awarder', 'issuer', 'publisher', 'proficiency', 'fluency', 'username', 'tagline'];
  const around = {
    title: title === null ? null : toPlainText(parseRichText(title)),
    location: first(['location', 'phone']),
    url: dialect.link(item),
    urlLabel: dialect.linkLabel(item),
  };
  const grade = dialect.text(item, 'grade');
  const whole = compact({
    ...around,
    subtitle: joinLine(subtitles.map((name) => dialect.text(item, name))),
    rating: ratingOf(item),
    ...parsePeriod(first(['period', 'date']), language),
    ...told(dialect.text(item, 'html') ?? item.text('content'), grade === null ? [] : [grade]),
    keywords: item.texts('keywords'),
  });
  const roles = item.items('roles').map((role) =>
    compact({
      ...around,
      subtitle: role.text('position'),
      ...parsePeriod(role.text('period'), language),
      ...told(role.text('description')),
    }),
  );
  const hasMore = roles.length === 0 || whole['summary'] !== undefined || whole['highlights'] !== undefined;
  return hasMore ? [whole, ...roles] : roles;
}

/** @param more paragraphs before those of the text */
function told(
  html: string | null,
  more: readonly string[] = [],
): { readonly summary: string | null; readonly highlights: readonly string[] } {
  const rich = parseRichText(html);
  return { summary: join([...more, ...rich.paragraphs]), highlights: rich.items };
}

/** Parts of one line, each once. */
function joinLine(parts: readonly (string | null)[]): string | null {
  const found = [...new Set(parts.filter((part) => part !== null))];
  return found.length === 0 ? null : found.join(', ');
}

function dayOf(written: string | null, language: string): { readonly date?: string; readonly period?: string } {
  if (written === null) return {};
  const date = parseDate(written, language);
  return date === null ? { period: written } : { date };
}

function renamed({ date, ...rest }: { readonly date?: string; readonly period?: string }): Readonly<Record<string, string | undefined>> {
  return { ...rest, releaseDate: date };
}

/** Zero means that no rating is shown. */
function ratingOf(item: Source): number | undefined {
  const level = item.number('level');
  return level === null || level === 0 ? undefined : level;
}
