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
  const url = dialect.link(item);
  const rich = parseRichText(dialect.text(item, 'html'));
  const summary = toPlainText(rich);
  const span = parsePeriod(text('period'), language);
  const day = dayOf(text('date'), language);
  const listed = { summary: join(rich.paragraphs), highlights: rich.items };
  switch (section) {
    case 'experience': {
      const job = { name: text('company'), location: text('location'), url };
      const roles = item.items('roles').map((role) => {
        const said = parseRichText(role.text('description'));
        const told = { summary: join(said.paragraphs), highlights: said.items };
        return compact({ ...job, position: role.text('position'), ...parsePeriod(role.text('period'), language), ...told });
      });
      const whole = compact({ ...job, position: text('position'), ...span, ...listed });
      return roles.length === 0 ? [whole] : [...(summary === null ? [] : [whole]), ...roles];
    }
    case 'volunteer':
      return [
        compact({ organization: text('organization'), position: text('position'), location: text('location'), url, ...span, ...listed }),
      ];
    case 'education': {
      const study = { institution: text('school'), url, area: text('area'), studyType: text('degree'), score: text('grade') };
      return [compact({ ...study, location: text('location'), ...span, summary })];
    }
    case 'awards':
      return [compact({ title: text('title'), awarder: text('awarder'), ...day, url, summary })];
    case 'certifications':
      return [compact({ name: text('certification'), issuer: text('issuer'), ...day, url, summary })];
    case 'publications':
      return [compact({ name: text('publication'), publisher: text('publisher'), ...renamed(day), url, summary })];
    case 'projects': {
      const description = join([...[text('tagline')].filter((line) => line !== null), ...rich.paragraphs]);
      return [compact({ name: text('name'), description, highlights: rich.items, keywords: item.texts('keywords'), ...span, url })];
    }
    case 'skills':
      return [compact({ name: text('name'), level: text('proficiency'), rating: ratingOf(item), keywords: item.texts('keywords') })];
    case 'languages':
      return [compact({ language: text('language'), fluency: text('fluency'), rating: ratingOf(item) })];
    case 'interests':
      return [compact({ name: text('name'), keywords: item.texts('keywords') })];
    case 'references': {
      const reference = summary ?? text('tagline');
      return [compact({ name: text('name'), reference, position: text('position'), phone: text('phone'), url })];
    }
    case 'profiles':
      return [compact({ network: text('network'), username: text('username'), url })];
    default:
      return [];
  }
}

/** Items of a custom section can be of any kind: their parts go where a reader looks for them. */
export function toCustomEntry(item: Source, dialect: Dialect, language: string): JsonObject {
  const first = (names: readonly string[]) => names.map((name) => dialect.text(item, name)).find((found) => found !== null) ?? null;
  const rich = parseRichText(dialect.text(item, 'html') ?? item.text('content'));
  const title = first(['title', 'name', 'company', 'organization', 'school', 'network', 'language', 'recipient']);
  const subtitle = first(['position', 'degree', 'awarder', 'issuer', 'publisher', 'proficiency', 'fluency', 'username', 'tagline']);
  const when = parsePeriod(first(['period', 'date']), language);
  const keywords = item.texts('keywords');
  return compact({
    title: title === null ? null : toPlainText(parseRichText(title)),
    subtitle,
    location: dialect.text(item, 'location'),
    ...when,
    url: dialect.link(item),
    summary: join(rich.paragraphs),
    highlights: rich.items,
    keywords,
  });
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
