import type { ClientDiscovery } from '@better-auth/oauth-provider';
import { isUniqueViolation } from '../../db/key-violations.ts';
import type { Log } from '../../observability/log.ts';
import type { CacheObserver } from '../../observability/metrics.ts';
import { negotiateAuthMethod } from '../interop/metadata-document.ts';
import { toLibraryRefusal } from '../library-refusal.ts';
import type { RequestFlows } from '../request-flow.ts';
import { judgeResourceUrl } from './network-policy.ts';
import type { DocumentOutcome } from './metadata-fetch.ts';
import { createRecentMap } from '../../recent-map.ts';

type Resolve = ClientDiscovery['resolve'];
type Client = NonNullable<Awaited<ReturnType<Resolve>>>;

export interface MetadataDiscoveryDependencies {
  /** The library's discovery over the network. */
  readonly live: ClientDiscovery;
  /** The library's discovery over {@link pins}: the same checks of the same documents, read from memory. */
  readonly pinned: ClientDiscovery;
  readonly pins: { isPinned(clientId: string): boolean; isWellKnown(clientId: string): boolean };
  readonly fetchKeys: ClientDiscovery['fetchClientMetadataResource'];
  readonly outcomeOf: (clientId: string) => DocumentOutcome | undefined;
  readonly lookups: CacheObserver;
  readonly attemptsAt: (clientId: string) => number;
  readonly ownHosts: readonly string[];
  readonly flows: RequestFlows;
  readonly clock: () => Date;
  readonly log: Log;
  /** What the library throws for a client that it can't accept. */
  readonly refuse: (description: string) => Error;
}

/** How long the last good copy of a document serves while its host can't be heard. */
const STALE_MS = 24 * 60 * 60 * 1000;
/** How long a host that could not be heard is left alone while there is something to go on with. */
const RETRY_MS = 5 * 60 * 1000;

/**
 * Clients by metadata document, as the provider asks for them.
 *
 * Around the library's own discovery this decides: a malformed id is never fetched; one request resolves a client once,
 * before its transaction, and never inside; the first use in several processes at once is no error; when the host can't be
 * heard, the stored client (at most a day old) and then a built-in copy go on, but not when it withdrew the document or when
 * what it says is wrong; and the way a client authenticates is settled for each request.
 */
export function createMetadataDiscovery(dependencies: MetadataDiscoveryDependencies): ClientDiscovery {
  const { live, pinned, pins, flows, clock, log } = dependencies;
  const leaveAloneUntil = createRecentMap<number>();

  /** Two processes that meet a client for the first time both store it; the later one takes what the first stored. */
  const store = async (from: ClientDiscovery, ...[ctx, clientId, existing]: Parameters<Resolve>): Promise<Client | null> => {
    try {
      return await from.resolve(ctx, clientId, existing);
    } catch (error) {
      if (existing !== null || !isUniqueViolation(error)) throw error;
      const stored = await ctx.context.adapter.findOne<Client>({ model: 'oauthClient', where: [{ field: 'clientId', value: clientId }] });
      if (stored?.clientDiscoveryId !== live.id) throw error;
      return stored;
    }
  };

  const load: Resolve = async (ctx, clientId, existing) => {
    if (judgeResourceUrl(clientId, dependencies.ownHosts) !== null)
      throw dependencies.refuse('client_id is not the address of a metadata document');
    if (pins.isPinned(clientId)) return store(pinned, ctx, clientId, existing);
    const now = clock().getTime();
    const stored = existing !== null && now - (existing.updatedAt?.getTime() ?? 0) < STALE_MS ? existing : null;
    const goOn = stored === null ? (pins.isWellKnown(clientId) ? () => store(pinned, ctx, clientId, existing) : null) : async () => stored;
    if (goOn !== null && (leaveAloneUntil.get(clientId) ?? 0) > now) return goOn();
    try {
      const client = await store(live, ctx, clientId, existing);
      leaveAloneUntil.delete(clientId);
      return client;
    } catch (error) {
      const code = toLibraryRefusal(error)?.code ?? null;
      const wasHeard = code !== 'temporarily_unavailable' && dependencies.outcomeOf(clientId) !== 'unheard';
      if (goOn === null || code === null || wasHeard) throw error;
      leaveAloneUntil.set(clientId, now + RETRY_MS);
      log.warn({ event: 'client_metadata.copy_used', clientId, copy: stored === null ? 'built_in' : 'stored' });
      return goOn();
    }
  };

  return {
    ...live,
    fetchClientMetadataResource: dependencies.fetchKeys,
    async resolve(ctx, clientId, existing) {
      const flow = flows.current();
      let resolution = flow.clientDocuments.get(clientId);
      if (resolution === undefined) {
        if (flow.isTransactional) throw dependencies.refuse('client_id could not be read from the request');
        try {
          const attempts = dependencies.attemptsAt(clientId);
          const client = await load(ctx, clientId, existing);
          if (dependencies.attemptsAt(clientId) === attempts) dependencies.lookups.hit();
          else dependencies.lookups.miss();
          resolution = { ok: true };
          flow.clientDocuments.set(clientId, resolution);
          return client === null ? null : negotiate(client, ctx.body);
        } catch (error) {
          resolution = { ok: false, error };
          flow.clientDocuments.set(clientId, resolution);
        }
      }
      if (!resolution.ok) throw resolution.error;
      return existing === null ? null : negotiate(existing, ctx.body);
    },
  };
}

function negotiate(client: Client, body: unknown): Client {
  return { ...client, tokenEndpointAuthMethod: negotiateAuthMethod(client, body) };
}
