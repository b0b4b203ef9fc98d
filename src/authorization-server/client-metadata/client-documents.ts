import type { createCimdClientDiscovery, CimdOptions } from '@better-auth/cimd';
import type { ClientDiscovery } from '@better-auth/oauth-provider';
import type { AuditTrail } from '../../db/audit.ts';
import type { Log } from '../../observability/log.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Tracer } from '../../observability/tracing.ts';
import type { RequestFlows } from '../request-flow.ts';
import type { ScopeRegistry } from '../scopes.ts';
import { createMetadataDiscovery } from './discovery.ts';
import { createClientMetadataFetch } from './metadata-fetch.ts';
import type { MetadataNetwork } from './pinned-get.ts';
import { createPinnedDocuments, type Pins } from './pins.ts';

/** What a deployment or a test decides about Client ID Metadata Documents. */
export interface ClientMetadataOptions {
  readonly network?: MetadataNetwork;
  readonly pins?: Pins;
}

export interface ClientDocumentDependencies extends ClientMetadataOptions {
  readonly createDiscovery: typeof createCimdClientDiscovery;
  readonly issuer: string;
  readonly scopes: ScopeRegistry;
  readonly refuse: (description: string) => Error;
  readonly flows: RequestFlows;
  readonly audit: AuditTrail;
  readonly clock: () => Date;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
  readonly tracer?: Tracer | undefined;
}

/** Composes how clients by metadata document are found: network, copies, the library's checks, and what is recorded of it. */
export function createClientDocuments(dependencies: ClientDocumentDependencies): ClientDiscovery {
  const { createDiscovery, flows, audit, clock, log, metrics, refuse, scopes } = dependencies;
  const pins = dependencies.pins ?? new Map<string, string>();
  const ownHosts = [new URL(dependencies.issuer).hostname];
  const fetch = createClientMetadataFetch({
    network: dependencies.network ?? {},
    ownHosts,
    pins,
    clock,
    log,
    metrics,
    scopes,
    tracer: dependencies.tracer,
  });
  const copies = createPinnedDocuments(pins, scopes);

  const record = (event: 'client.registered' | 'client.changed', clientId: string, redirectUris: readonly string[] | undefined) =>
    audit.record({ event, clientId, detail: { via: 'metadata_document', redirectUris } });
  const options = {
    metadataProfile: 'mcp-2026-07-28',
    // Freshness is settled in the transport; this is only the library's own upper bound.
    metadataRevalidationInterval: '1d',
    onClientCreated: ({ client }) => record('client.registered', client.clientId, client.redirectUris),
    async onClientRefreshed({ client, previousClient }) {
      if (String(client.redirectUris) !== String(previousClient.redirectUris))
        await record('client.changed', client.clientId, client.redirectUris);
    },
  } satisfies Omit<CimdOptions, 'fetchClientMetadataResource'>;

  return createMetadataDiscovery({
    live: createDiscovery({ ...options, fetchClientMetadataResource: fetch.fetchDocument }),
    pinned: createDiscovery({ ...options, fetchClientMetadataResource: copies.fetchDocument }),
    pins: copies,
    fetchKeys: fetch.fetchKeys,
    outcomeOf: fetch.outcomeOf,
    lookups: fetch.documentLookups,
    attemptsAt: fetch.attemptsAt,
    ownHosts,
    flows,
    clock,
    log,
    refuse,
  });
}
