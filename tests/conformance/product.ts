import { serve } from 'h3';
import { createApp } from '../../src/app.ts';
import { createDatabase } from '../../src/db/client.ts';
import { openPglite } from '../../src/db/pglite.ts';
import { parseEnv } from '../../src/env.ts';
import { createLog } from '../../src/observability/log.ts';
import { findFreePort } from '../support/free-port.ts';
import { createConformanceExtension } from './fixtures.ts';
import { createSessionfulLeg } from './sessionful-leg.ts';

export interface RunningProduct {
  readonly url: URL;
  readonly apiKey: string;
  close(): Promise<void>;
}

const SECRET = 'only for conformance runs, thirty-two characters and more';

/**
 * Starts the product on an empty database and a free port with one person who has an API key: as it ships, or with the fixtures
 * behind its own route, gate and limits. The suite calls faster than any person: rate limits are off.
 */
export async function startProduct(variant: 'as shipped' | 'with fixtures'): Promise<RunningProduct> {
  const port = await findFreePort();
  const appUrl = `http://localhost:${port}`;
  const parsed = parseEnv({ APP_URL: appUrl, RATE_LIMITS: 'off' });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const db = createDatabase(await openPglite('memory'));
  const app = await createApp({
    env: parsed.env,
    db,
    secrets: [{ version: 1, value: SECRET }],
    clock: () => new Date(),
    log: createLog('warn'),
    version: '0.0.0-conformance',
    ...(variant === 'with fixtures' && { mcpExtension: createConformanceExtension(), mcpLegacyLeg: createSessionfulLeg() }),
  });
  const apiKey = await createApiKey((path, body, headers) =>
    app.fetch(
      new Request(new URL(path, appUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: appUrl, ...headers },
        body: JSON.stringify(body),
      }),
    ),
  );
  const server = serve(app.router, { port, hostname: '127.0.0.1', silent: true, gracefulShutdown: false });
  await server.ready();
  return {
    url: new URL('/mcp', appUrl),
    apiKey,
    async close() {
      await server.close(true);
      await app.close();
      await db.close();
    },
  };
}

type Post = (path: string, body: Record<string, unknown>, headers: Record<string, string>) => Promise<Response>;

async function createApiKey(post: Post): Promise<string> {
  const person = { name: 'Conformance', email: 'conformance@example.org', password: 'a password of the suite' };
  const signedUp = await post('/api/auth/sign-up/email', person, {});
  const cookie = signedUp.headers
    .getSetCookie()
    .map((value) => value.split(';')[0])
    .join('; ');
  const created = await post('/api/auth/api-key/create', { name: 'conformance' }, { cookie });
  const body: unknown = await created.json();
  if (typeof body !== 'object' || body === null || !('key' in body) || typeof body.key !== 'string') {
    throw new Error(`no API key: ${signedUp.status} ${created.status} ${JSON.stringify(body)}`);
  }
  return body.key;
}
