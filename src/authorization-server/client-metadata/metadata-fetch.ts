import type { ClientMetadataResourceFetch } from '@better-auth/oauth-provider';
import type { Log } from '../../observability/log.ts';
import { UNOBSERVED_CACHE, type CacheObserver, type Metrics } from '../../observability/metrics.ts';
import { tolerateMetadataDocument } from '../interop/metadata-document.ts';
import type { ScopeRegistry } from '../scopes.ts';
import { freshnessSeconds } from './freshness.ts';
import { FETCH_FAILURES, FetchRefused, getPinned, type FetchedResource, type MetadataNetwork } from './pinned-get.ts';
import type { Tracer } from '../../observability/tracing.ts';
import { traceFetch } from './fetch-spans.ts';
import { createRecentMap } from '../../recent-map.ts';

/** What the last attempt at a document came to: the vendor spoke, withdrew it, or could not be heard. */
export type DocumentOutcome = 'answered' | 'withdrawn' | 'unheard';

export interface ClientMetadataFetch {
  /** For metadata documents: at most 5 KiB, made understandable, freshness within bounds. */
  readonly fetchDocument: ClientMetadataResourceFetch;
  /** For the key sets that documents name: at most 64 KiB, each at most once a minute. */
  readonly fetchKeys: ClientMetadataResourceFetch;
  /** Undefined when the URL was not asked for lately. */
  readonly outcomeOf: (url: string) => DocumentOutcome | undefined;
  /** Told by the caller whether a document was there already or had to be asked for. */
  readonly documentLookups: CacheObserver;
  /** How often a document was asked for lately. */
  readonly attemptsAt: (url: string) => number;
}

export interface ClientMetadataFetchOptions {
  readonly network: MetadataNetwork;
  /** Host names this server answers under; nothing is fetched from them. */
  readonly ownHosts: readonly string[];
  /** Copies that are answered instead of asking, by URL. */
  readonly pins: ReadonlyMap<string, string>;
  readonly clock: () => Date;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
  readonly tracer?: Tracer | undefined;
  readonly scopes: ScopeRegistry;
}

const DOCUMENT_BYTES = 5 * 1024;
const KEY_SET_BYTES = 64 * 1024;
const MAXIMUM_CONCURRENT = 16;
/** An assertion under an unknown key makes the library ask again: strangers must not be able to set the pace. */
const KEY_SET_MS = 60_000;
const KEY_SET_RETRY_MS = 10_000;

/**
 * The one way this server reaches out: what the library fetches for a client goes through {@link getPinned}. Answers with a
 * Response that the library reads as if from the host, or rejects with {@link FetchRefused}.
 */
export function createClientMetadataFetch({
  network,
  ownHosts,
  pins,
  clock,
  log,
  metrics,
  tracer,
  scopes,
}: ClientMetadataFetchOptions): ClientMetadataFetch {
  const outcomes = createRecentMap<DocumentOutcome>();
  const attempts = createRecentMap<number>();
  const keySets = createRecentMap<{ readonly answer: string | FetchRefused; readonly until: number }>();
  const lookups = metrics?.cache('client_key_sets', () => keySets.size) ?? UNOBSERVED_CACHE;
  const fetches = metrics?.counter('vitae_client_metadata_fetches_total', { outcome: ['fetched', 'unchanged', ...FETCH_FAILURES] });
  const seconds = metrics?.histogram('vitae_client_metadata_fetch_duration_seconds', {});
  let active = 0;

  const get = async (url: string, maximumBytes: number, validators?: Readonly<Record<string, string>>): Promise<FetchedResource> => {
    if (active >= MAXIMUM_CONCURRENT) {
      fetches?.({ outcome: 'too_many' });
      throw new FetchRefused('too_many');
    }
    active += 1;
    const startedAt = performance.now();
    try {
      const resource = await traceFetch(tracer, url, () =>
        getPinned(url, { network, ownHosts, maximumBytes, ...(validators !== undefined && { validators }) }),
      );
      fetches?.({ outcome: resource.status === 304 ? 'unchanged' : 'fetched' });
      return resource;
    } catch (error) {
      if (error instanceof FetchRefused) {
        fetches?.({ outcome: error.reason });
        log.warn({ event: 'client_metadata.not_fetched', url, reason: error.reason, status: error.status, err: error.cause });
      }
      throw error;
    } finally {
      active -= 1;
      seconds?.({}, (performance.now() - startedAt) / 1000);
    }
  };

  return {
    documentLookups: metrics?.cache('client_documents', () => outcomes.size) ?? UNOBSERVED_CACHE,
    attemptsAt: (url) => attempts.get(url) ?? 0,
    async fetchDocument(input, init) {
      const url = toUrlText(input);
      attempts.set(url, (attempts.get(url) ?? 0) + 1);
      try {
        const { status, headers, text } = await get(url, DOCUMENT_BYTES, validatorsOf(new Headers(init?.headers)));
        outcomes.set(url, 'answered');
        return new Response(status === 304 ? null : tolerateMetadataDocument(text, scopes), {
          status,
          headers: {
            'content-type': 'application/json',
            'cache-control': `max-age=${freshnessSeconds(headers, clock())}`,
            ...tagsOf(headers),
          },
        });
      } catch (error) {
        const status = error instanceof FetchRefused ? error.status : null;
        outcomes.set(url, status === 404 || status === 410 ? 'withdrawn' : 'unheard');
        throw error;
      }
    },
    async fetchKeys(input) {
      const url = toUrlText(input);
      const now = clock().getTime();
      const recent = keySets.get(url);
      let answer = pins.get(url) ?? (recent !== undefined && recent.until > now ? recent.answer : undefined);
      if (answer !== undefined) lookups.hit();
      else {
        lookups.miss();
        answer = await get(url, KEY_SET_BYTES).then(({ text }) => text, keepRefusal);
        keySets.set(url, { answer, until: now + (typeof answer === 'string' ? KEY_SET_MS : KEY_SET_RETRY_MS) });
      }
      if (typeof answer !== 'string') throw answer;
      return new Response(answer, { headers: { 'content-type': 'application/json' } });
    },
    outcomeOf: (url) => outcomes.get(url),
  };
}

function keepRefusal(error: unknown): FetchRefused {
  if (error instanceof FetchRefused) return error;
  throw error;
}

/** The URL of what `fetch` takes. */
export function toUrlText(input: string | URL | Request): string {
  return input instanceof Request ? input.url : input.toString();
}

function validatorsOf(headers: Headers): Record<string, string> | undefined {
  const validators: Record<string, string> = {};
  for (const name of ['if-none-match', 'if-modified-since']) {
    const value = headers.get(name);
    if (value !== null) validators[name] = value;
  }
  return Object.keys(validators).length > 0 ? validators : undefined;
}

function tagsOf(headers: Headers): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const name of ['etag', 'last-modified']) {
    const value = headers.get(name);
    if (value !== null) tags[name] = value;
  }
  return tags;
}
