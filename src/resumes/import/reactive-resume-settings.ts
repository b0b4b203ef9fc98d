import { PAGE_SIZES } from '../settings.ts';
import type { Dialect } from './reactive-resume-dialects.ts';
import type { Source } from './source.ts';

/** v4 knows no language. One that is no tag is left behind: it decides how the document looks, not what it says. */
export function readLanguage(metadata: Source, dialect: Dialect): string | null {
  const tag = dialect.version === 'v5' ? metadata.member('page').text('locale') : null;
  if (tag === null) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export function readPageSize(metadata: Source): string | null {
  const format = metadata.member('page').text('format')?.toLowerCase();
  return PAGE_SIZES.find((size) => size.toLowerCase() === format) ?? null;
}

/** `#rrggbb`, or null for a notation that can't be read. */
export function readAccent(metadata: Source, dialect: Dialect): string | null {
  const theme = dialect.version === 'v5' ? metadata.member('design').member('colors') : metadata.member('theme');
  const written = theme.text('primary') ?? '';
  if (/^#[\da-f]{6}$/i.test(written)) return written.toLowerCase();
  const channels = /^rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*[,)]/i.exec(written)?.slice(1).map(Number);
  if (channels === undefined || channels.some((channel) => channel > 255)) return null;
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Sections in the order of the pages, the main column of each before its side. @param keys our section keys by their ids */
export function readOrder(metadata: Source, dialect: Dialect, keys: ReadonlyMap<string, string>): readonly string[] {
  const ids =
    dialect.version === 'v5'
      ? metadata
          .member('layout')
          .items('pages')
          .flatMap((page) => page.texts('main').concat(page.texts('sidebar')))
      : metadata.nestedTexts('layout');
  return [...new Set(ids.flatMap((id) => keys.get(id) ?? []))];
}
