import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientMetadataResourceFetch } from '@better-auth/oauth-provider';
import { tolerateMetadataDocument } from '../interop/metadata-document.ts';
import type { ScopeRegistry } from '../scopes.ts';
import { toUrlText } from './metadata-fetch.ts';
import { judgeResourceUrl } from './network-policy.ts';
import { WELL_KNOWN_DOCUMENTS } from './well-known-documents.ts';

/** Documents and key sets as JSON text, by the URL that they stand for. */
export type Pins = ReadonlyMap<string, string>;

export type PinsResult = { readonly ok: true; readonly pins: Pins } | { readonly ok: false; readonly problems: readonly string[] };

const DOCUMENT_BYTES = 5 * 1024;
const KEY_SET_BYTES = 64 * 1024;

/**
 * Reads CLIENT_METADATA_PINS.
 *
 * @param path a JSON file, or a folder whose `*.json` files are read. Each holds one metadata document (which names its URL
 * as `client_id`), or an object from URL to metadata document or key set (`{"keys": […]}`)
 * @returns the pins, or every problem at once as one line each
 * Not checked: whether a document is acceptable as a client; the library does when the client first comes.
 */
export async function loadPins(path: string): Promise<PinsResult> {
  const pins = new Map<string, string>();
  const problems: string[] = [];
  try {
    const files = (await stat(path)).isDirectory()
      ? (await readdir(path))
          .filter((name) => name.endsWith('.json'))
          .toSorted()
          .map((name) => join(path, name))
      : [path];
    if (files.length === 0) problems.push(`CLIENT_METADATA_PINS: ${path} has no .json file`);
    for (const file of files) {
      for (const [url, value] of parseEntries(await readFile(file, 'utf8'))) {
        const problem = judgePin(url, value, pins);
        if (problem === null) pins.set(url, JSON.stringify(value));
        else problems.push(`CLIENT_METADATA_PINS: ${file}: ${url} ${problem}`);
      }
    }
  } catch (error) {
    problems.push(`CLIENT_METADATA_PINS: ${error instanceof Error ? error.message : String(error)}`);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, pins };
}

function parseEntries(text: string): [string, unknown][] {
  const parsed: unknown = JSON.parse(text);
  if (!isRecord(parsed)) throw new TypeError('expected a JSON object');
  return typeof parsed['client_id'] === 'string' ? [[parsed['client_id'], parsed]] : Object.entries(parsed);
}

function judgePin(url: string, value: unknown, pins: Pins): string | null {
  if (judgeResourceUrl(url, []) !== null) return 'is not the https URL of a document on the public internet';
  if (pins.has(url)) return 'is pinned twice';
  if (!isRecord(value)) return 'is not a JSON object';
  const isKeySet = Array.isArray(value['keys']);
  if (!isKeySet && value['client_id'] !== url) return 'holds a document with another client_id';
  if (Buffer.byteLength(JSON.stringify(value)) > (isKeySet ? KEY_SET_BYTES : DOCUMENT_BYTES))
    return `is larger than ${isKeySet ? '64' : '5'} KiB`;
  return null;
}

export interface PinnedDocuments {
  /** Pinned by this deployment: its word is final, the host is never asked. */
  isPinned(url: string): boolean;
  /** One of the built-in copies, which only go on when the host can't be heard. */
  isWellKnown(url: string): boolean;
  /** Reads a copy as the library would read the document from its host. */
  readonly fetchDocument: ClientMetadataResourceFetch;
}

export function createPinnedDocuments(pins: Pins, scopes: ScopeRegistry): PinnedDocuments {
  const wellKnown = new Map(WELL_KNOWN_DOCUMENTS.map(({ document }) => [document.client_id, JSON.stringify(document)]));
  return {
    isPinned: (url) => pins.has(url),
    isWellKnown: (url) => wellKnown.has(url),
    fetchDocument(input) {
      const url = toUrlText(input);
      const text = pins.get(url) ?? wellKnown.get(url);
      if (text === undefined) throw new TypeError('no copy of this document');
      return new Response(tolerateMetadataDocument(text, scopes), {
        headers: { 'content-type': 'application/json', 'cache-control': 'max-age=86400' },
      });
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
