/** Attributes that hold an address. Nothing else in rendered markup looks like them: a quotation mark in a text or a value is escaped. */
const OWN_ADDRESS = / (href|action|formaction|src|data-options|data-live|data-preview)="\/(?!\/)/g;

/**
 * Puts the base before every path of ours in a rendered page, so that pages name each other by their own paths.
 *
 * @param html as preact-render-to-string writes it
 * @param base `''`, or `/vitae`
 */
export function toPublicMarkup(html: string, base: string): string {
  return base === '' ? html : html.replaceAll(OWN_ADDRESS, ` $1="${base}/`);
}
