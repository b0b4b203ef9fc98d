const RENDERED_SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** The address as a link may carry it, or null: what a document stores as a link is not always one a page should have. */
export function toHref(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const parsed = new URL(url);
  return RENDERED_SCHEMES.has(parsed.protocol) ? parsed.href : null;
}

/** A link as people read it: without scheme and trailing slash. */
export function toReadableLink(href: string): string {
  return href.replace(/^(?:https?:\/\/(?:www\.)?|mailto:|tel:)/, '').replace(/\/$/, '');
}

export function toMailHref(address: string): string {
  return `mailto:${encodeURIComponent(address).replaceAll('%40', '@')}`;
}

/** Null when there is nothing to dial. */
export function toPhoneHref(phone: string): string | null {
  const digits = phone.replaceAll(/[^\d+]/g, '');
  return /^\+?\d{3,}$/.test(digits) ? `tel:${digits}` : null;
}
