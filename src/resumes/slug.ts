export const MAX_SLUG_CHARACTERS = 64;

/** What a published address may end in: lower-case ASCII letters and digits, single hyphens between them. */
export const SLUG_PATTERN = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Makes a slug from a name: accents dropped, everything else that is no ASCII letter or digit a hyphen.
 * A name without any such character gives `resume`. Not checked: whether the slug is free.
 */
export function toSlug(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG_CHARACTERS)
    .replaceAll(/^-+|-+$/g, '');
  return slug === '' ? 'resume' : slug;
}

/** Tells slugs of the same name apart. @param id of the resume; its first letters and digits make the difference */
export function toDistinctSlug(name: string, id: string): string {
  const suffix = id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, 8);
  return `${toSlug(toSlug(name).slice(0, MAX_SLUG_CHARACTERS - suffix.length - 1))}-${suffix}`;
}
