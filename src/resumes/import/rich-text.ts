/** What an editor's HTML says: paragraphs, and the items of its lists. */
export interface RichText {
  readonly paragraphs: readonly string[];
  readonly items: readonly string[];
}

/** Private-use characters that stand for an item's start and end and a block's end while the text is cut up. */
const MARKS = /[\uE001-\uE003]/g;

const BLOCK_END = /<\/(?:p|div|h[1-6]|ul|ol|blockquote|pre|tr)>/gi;
const NAMED_ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/**
 * Takes the text out of HTML. What comes out is plain text for fields of a resume and is escaped again wherever it is shown;
 * it is *not* safe as HTML.
 */
export function parseRichText(html: string | null): RichText {
  const marked = (html ?? '')
    .replaceAll(MARKS, '')
    .replaceAll(/<(script|style)\b[^]*?<\/\1\s*>/gi, '')
    .replaceAll(/<li\b[^>]*>/gi, '\uE001')
    .replaceAll(/<\/li>/gi, '\uE002')
    .replaceAll(/<br\s*\/?>/gi, '\n')
    .replaceAll(BLOCK_END, '\uE003')
    .replaceAll(/<\/?[a-z!][^>]*>/gi, '');
  const paragraphs: string[] = [];
  const items: string[] = [];
  let depth = 0;
  for (const part of marked.split(/(?=[\uE001\uE002])/)) {
    if (part.startsWith('\uE001')) depth += 1;
    if (part.startsWith('\uE002')) depth = Math.max(0, depth - 1);
    const texts = part
      .replace(/^[\uE001\uE002]/, '')
      .split('\uE003')
      .map(toText);
    if (depth > 0) items.push(texts.filter((text) => text !== '').join(' '));
    else paragraphs.push(...texts);
  }
  return { paragraphs: paragraphs.filter((text) => text !== ''), items: items.filter((text) => text !== '') };
}

/** All of it as one text, list items marked. Null when there is none. */
export function toPlainText({ paragraphs, items }: RichText): string | null {
  const text = [...paragraphs, ...(items.length === 0 ? [] : [items.map((item) => `• ${item}`).join('\n')])].join('\n\n');
  return text === '' ? null : text;
}

function toText(html: string): string {
  return html
    .replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (entity, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED_ENTITIES[name.toLowerCase()] ?? entity;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0x1f && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
    })
    .split('\n')
    .map((line) => line.replaceAll(/\s+/gu, ' ').trim())
    .join('\n')
    .trim();
}
