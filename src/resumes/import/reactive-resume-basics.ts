import type { JsonObject, JsonValue } from '../json.ts';
import { readLink, type Dialect } from './reactive-resume-dialects.ts';
import { compact } from './reactive-resume-entries.ts';
import { parseRichText, toPlainText } from './rich-text.ts';
import type { Source } from './source.ts';

/** @param profiles of the section of that name; the free fields beside a person's name follow them */
export function toBasics(root: Source, summary: Source, dialect: Dialect, profiles: readonly JsonValue[]): JsonObject {
  const basics = root.member('basics');
  const place = basics.text('location');
  return compact({
    name: basics.text('name'),
    label: basics.text('headline'),
    image: dialect.isPictureHidden(root) ? null : dialect.picture(root),
    email: basics.text('email'),
    phone: basics.text('phone'),
    url: dialect.link(basics),
    urlLabel: dialect.linkLabel(basics),
    summary: toPlainText(parseRichText(summary.text('content'))),
    location: place === null ? undefined : { city: place },
    profiles: [...profiles, ...basics.items('customFields').map((field) => toProfile(field, dialect))],
  });
}

/** v5 has a text and a link, v4 a name and a value or only a text. */
function toProfile(field: Source, dialect: Dialect): JsonObject {
  const url = dialect.version === 'v5' ? readLink(field, 'link') : null;
  const name = field.text('name');
  const value = field.text('value') ?? field.text('text');
  return compact(name === null ? { network: value, url } : { network: name, username: value, url });
}
