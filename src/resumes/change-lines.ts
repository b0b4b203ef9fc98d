import type { Change } from './diff.ts';
import { isJsonObject, type JsonValue } from './json.ts';

const MAX_LINES = 100;
const MAX_VALUE_CHARACTERS = 160;
const MAX_LABEL_CHARACTERS = 40;

/** Members that people know an entry by, the best first. */
const LABELS = ['name', 'institution', 'title', 'organization', 'language', 'network', 'position'] as const;

const VERBS: Readonly<Record<Change['op'], string>> = { add: 'Added', remove: 'Removed', replace: 'Changed' };
const OPERATIONS = ['add', 'remove', 'replace'] as const satisfies readonly Change['op'][];
const DOCUMENT = 'the document';

/**
 * One line for people for each change, such as `Changed work "Acme" position: "Engineer" → "Lead"`; at most 100, then how many
 * more there are.
 *
 * @param before the document the pointers of the changes lead into
 */
export function renderChangeLines(before: JsonValue, changes: readonly Change[]): string[] {
  // A difference works through lists from their end; people read from the start.
  const lines = changes.toReversed().map((change) => renderChangeLine(before, change));
  return lines.length <= MAX_LINES ? lines : [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more`];
}

/** What a line says, but for its own words, so that it can be said in another language. */
export type ChangeLine =
  | { readonly kind: 'change'; readonly op: Change['op']; readonly ofDocument: boolean; readonly rest: string }
  | { readonly kind: 'more'; readonly count: number };

/** Takes apart what {@link renderChangeLines} makes; null for any other text. */
export function parseChangeLine(line: string): ChangeLine | null {
  const count = /^… and (\d+) more$/.exec(line)?.[1];
  if (count !== undefined) return { kind: 'more', count: Number(count) };
  const op = OPERATIONS.find((each) => line.startsWith(`${VERBS[each]} `));
  if (op === undefined) return null;
  const rest = line.slice(VERBS[op].length + 1);
  const ofDocument = rest === DOCUMENT || rest.startsWith(`${DOCUMENT}: `);
  return { kind: 'change', op, ofDocument, rest: ofDocument ? rest.slice(DOCUMENT.length) : rest };
}

/** The line of one change. */
export function renderChangeLine(before: JsonValue, change: Change): string {
  const { place, value } = locate(before, change.path);
  const head = `${VERBS[change.op]} ${place === '' ? DOCUMENT : place}`;
  const [old, next] = [change.op === 'add' ? undefined : value, change.value];
  if (old === undefined) return next === undefined ? head : `${head}: ${quote(next)}`;
  return next === undefined ? `${head}: ${quote(old)}` : `${head}: ${quote(old)} → ${quote(next)}`;
}

function locate(document: JsonValue, path: string): { readonly place: string; readonly value: JsonValue | undefined } {
  const words: string[] = [];
  let value: JsonValue | undefined = document;
  for (const token of path
    .split('/')
    .slice(1)
    .map((escaped) => escaped.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    const next: JsonValue | undefined = childOf(value, token);
    words.push(Array.isArray(value) ? labelOf(next, Number(token) + 1) : token);
    value = next;
  }
  return { place: words.join(' '), value };
}

function childOf(value: JsonValue | undefined, token: string): JsonValue | undefined {
  if (value === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
  const child: unknown = Reflect.get(value, token);
  return isJsonValue(child) ? child : undefined;
}

/** Of what stands in JSON, everything is. */
function isJsonValue(value: unknown): value is JsonValue {
  return value !== undefined;
}

function labelOf(item: JsonValue | undefined, number: number): string {
  const label = findLabel(item);
  return label === null ? `${number}` : `${number} (${shorten(label, MAX_LABEL_CHARACTERS)})`;
}

function quote(value: JsonValue): string {
  return shorten(JSON.stringify(findLabel(value) ?? value), MAX_VALUE_CHARACTERS);
}

function findLabel(value: JsonValue | undefined): string | null {
  if (!isJsonObject(value)) return null;
  for (const name of LABELS) {
    const label = Object.hasOwn(value, name) ? value[name] : undefined;
    if (typeof label === 'string' && label !== '') return label;
  }
  return null;
}

/** Cuts between UTF-16 units but never inside a pair of them. */
function shorten(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
