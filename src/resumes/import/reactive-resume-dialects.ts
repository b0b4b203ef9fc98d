import { toHref } from '../render/links.ts';
import type { Source } from './source.ts';

/** What differs between the versions of Reactive Resume's export: names of members, and which way a switch points. */
export interface Dialect {
  readonly version: 'v4' | 'v5';
  /** A text of an item by the name this importer uses for it. */
  text(item: Source, name: string): string | null;
  /** The item's web address. One that is not http(s), mailto or tel is refused at its pointer. */
  link(item: Source): string | null;
  /** What their page shows in place of the address; null: the address. */
  linkLabel(item: Source): string | null;
  /** The picture's address, of the whole document. */
  picture(root: Source): string | null;
  isPictureHidden(root: Source): boolean;
  isHidden(part: Source): boolean;
}

type Names = Readonly<Record<string, string>>;

const V5_NAMES: Names = { html: 'description', certification: 'title', publication: 'title', tagline: 'tagline' };

const V4_NAMES: Names = {
  html: 'summary',
  period: 'date',
  school: 'institution',
  degree: 'studyType',
  grade: 'score',
  certification: 'name',
  publication: 'name',
  language: 'name',
  fluency: 'description',
  proficiency: 'description',
  tagline: 'description',
};

export const V5: Dialect = {
  version: 'v5',
  text: (item, name) => item.text(V5_NAMES[name] ?? name),
  link: (item) => readLink(item.member('website'), 'url'),
  linkLabel: (item) => item.member('website').text('label'),
  picture: (root) => root.member('picture').text('url'),
  isPictureHidden: (root) => root.member('picture').flag('hidden'),
  isHidden: (part) => part.flag('hidden'),
};

export const V4: Dialect = {
  version: 'v4',
  text: (item, name) => item.text(V4_NAMES[name] ?? name),
  link: (item) => readLink(item.member('url'), 'href'),
  linkLabel: (item) => item.member('url').text('label'),
  picture: (root) => root.member('basics').member('picture').text('url'),
  isPictureHidden: (root) => root.member('basics').member('picture').member('effects').flag('hidden'),
  isHidden: (part) => part.names().includes('visible') && !part.flag('visible'),
};

export function readLink(holder: Source, name: string): string | null {
  const url = holder.text(name);
  if (url === null) return null;
  if (toHref(url) === null || /\s/.test(url)) holder.refuse(name, 'an absolute URL such as https://example.org/me, or empty text');
  return url;
}
