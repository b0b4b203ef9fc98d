import { buildIdentifiers } from '../authorization-server/identifiers.ts';
import { isLoopbackHostname } from '../env/loopback.ts';
import { checkInsertedDocuments, checkResourceMetadata, checkServerMetadata, checkUnknownDocument } from './discovery-checks.ts';
import { checkChallenge } from './endpoint-checks.ts';
import { requireReply, type Finding } from './finding.ts';
import { createProbe } from './probe.ts';

/** Longer than a load balancer needs to send us requests after we are ready, and no hurry. */
const TIMEOUT_MS = 10_000;

/**
 * Looks at the public address from this machine once, as a client would, and compares what comes back with what this server says of itself. A few
 * harmless requests; never rejects.
 *
 * @returns what a client would stumble on. One finding alone where there is no answer at all: many networks let no server reach its own
 * public address. None for a loopback address, where nothing stands between.
 */
export async function lookFromOutside(appUrl: string, clock: () => Date): Promise<readonly Finding[]> {
  if (isLoopbackHostname(new URL(appUrl).hostname)) return [];
  const probe = createProbe({ origin: appUrl, clock, timeoutMs: TIMEOUT_MS });
  const first = requireReply(await probe('/.well-known/oauth-protected-resource/mcp'));
  if (!('ok' in first)) return [first];
  const context = { identifiers: buildIdentifiers(appUrl), probe, slowMs: TIMEOUT_MS };
  const checks = [checkResourceMetadata, checkServerMetadata, checkInsertedDocuments, checkUnknownDocument, checkChallenge];
  return (await Promise.all(checks.map((check) => check(context)))).flat();
}
