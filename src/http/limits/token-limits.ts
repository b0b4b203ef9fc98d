import { z } from 'zod';
import { peekText } from '../../buffered-request.ts';
import { createRecentMap } from '../../recent-map.ts';
import { hashToken } from '../../authorization-server/hashes.ts';
import { parsePresentedClient } from '../../authorization-server/interop/client-authentication.ts';
import { OAuthError } from '../../authorization-server/oauth-error.ts';
import { UNOBSERVED_CACHE, type Metrics } from '../../observability/metrics.ts';
import type { Counters } from './counters.ts';
import { DEAD_TOKEN_MS } from './rates.ts';
import { buildTooMany } from './refusal.ts';

const refusalSchema = z.object({ error: z.string() });

/**
 * Limits of the token endpoint. What succeeds is never counted and never held up, however many refresh behind one address and
 * whatever others there do: only a refusal is counted, for its client and network, and only a refusal becomes a 429.
 * The very same refresh request that was refused a moment ago is refused again from memory.
 */
export function createTokenLimits(counters: Counters, clock: () => Date, metrics?: Pick<Metrics, 'cache'>) {
  const dead = createRecentMap<{ readonly until: number; readonly body: string }>();
  const lookups = metrics?.cache('dead_token_requests', () => dead.size) ?? UNOBSERVED_CACHE;
  /** Who has nothing left: until then a refusal costs no query more. */
  const spent = createRecentMap<number>();

  const count = async (client: string, network: string): Promise<number | null> => {
    const key = `${network} ${client}`;
    const now = clock().getTime();
    const left = (spent.get(key) ?? 0) - now;
    if (left > 0) return Math.ceil(left / 1000);
    const wait = (await counters.take('tokenRefusal', client, network)) ?? (await counters.take('tokenRefusalOfNetwork', network));
    if (wait !== null) spent.set(key, now + wait * 1000);
    return wait;
  };

  return async (request: Request, network: string, answer: () => Promise<Response>): Promise<Response> => {
    const body = await peekText(request);
    const authorization = request.headers.get('authorization');
    const form = new URLSearchParams(body);
    const key = hashToken(`${authorization ?? ''}\n${body}`);
    const known = dead.get(key);
    if (known !== undefined && known.until > clock().getTime()) {
      lookups.hit();
      return rebuild(known.body);
    }
    lookups.miss();

    const response = await answer();
    if (response.status !== 400 && response.status !== 401) return response;
    const text = await response.clone().text();
    if (form.get('grant_type') === 'refresh_token' && errorOf(text) === 'invalid_grant') {
      dead.set(key, { until: clock().getTime() + DEAD_TOKEN_MS, body: text });
    }
    const wait = await count(clientOf(authorization, form) ?? 'none', network);
    return wait === null ? response : buildTooMany(wait);
  };
}

function rebuild(body: string): Response {
  return new Response(body, {
    status: 400,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' },
  });
}

function errorOf(text: string): string | null {
  try {
    return refusalSchema.safeParse(JSON.parse(text)).data?.error ?? null;
  } catch {
    // No refusal of the protocol.
    return null;
  }
}

/** The client that the request says it comes from; it need not be true, it is only counted by. */
function clientOf(authorization: string | null, form: URLSearchParams): string | null {
  try {
    return parsePresentedClient(authorization, Object.fromEntries(form)).clientId;
  } catch (error) {
    if (error instanceof OAuthError) return null;
    throw error;
  }
}
