import { eq } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { oauthGrant } from '../../src/db/schema/grants.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { testDatabaseKind } from '../support/database.ts';
import { buildMcpRequest, readRpcAnswer, type Era } from '../support/mcp-clients.ts';
import { connect, consent, createOAuthClient, type AuthorizationRequest, type Connected, type TestOAuthClient } from '../support/oauth.ts';
import { countStatements, type StatementCounter } from '../support/statement-count.ts';

const grantSchema = z.object({ grant_id: z.string() });
const planSchema = z.object({ rows: z.array(z.object({ 'QUERY PLAN': z.string() })) });
/** Uses and reads that the server has noted, which it writes by itself, whatever is asked at that moment. */
const NOW_AND_THEN = /^\s*(?:with noted as|insert into resume_reads)/;
const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

/**
 * The number of round trips a request makes to the database is what it costs on a busy server, and it does not depend on the
 * machine. A change that makes one more of them fails here.
 */
describe.runIf(testDatabaseKind() === 'postgres')('statements sent to PostgreSQL for one request', () => {
  let app: TestApp;
  let ada: Person;
  let apiKey: string;
  let connected: Connected;
  let webClient: TestOAuthClient;
  let counter: StatementCounter;

  beforeAll(async () => {
    counter = countStatements();
    // A time that stands still, at which the signing key is no longer new: what is kept for a second is kept.
    const now = new Date(Date.now() + 2 * 60_000);
    app = await createTestApp({ clock: () => now });
    ada = await signUp(app);
    apiKey = await createApiKey(ada, { [SCOPE_DESCRIPTIONS['resumes:read']]: true });
    connected = await connect(app, ada);
    webClient = await createOAuthClient(app, { redirect_uris: ['https://client.example/callback'] });
    const first = await webClient.createRequest();
    await first.redeem(await consent(ada, first));
  });
  afterAll(async () => {
    counter.remove();
    await app.close();
  });

  const seen = new Set<string>();

  /** The statements of a request that was made before, as most are. */
  const statementsOf = async (request: () => Promise<unknown>) => {
    await request();
    const statements = (await counter.during(request)).filter((text) => !NOW_AND_THEN.test(text));
    for (const text of statements) seen.add(text);
    return statements;
  };
  const askMcp = async (method: string, params: Record<string, unknown>, credential: Record<string, string>, era: Era = 'legacy') => {
    const answer = await readRpcAnswer(await app.fetch(buildMcpRequest(app.mcpUrl, era, method, params, credential)));
    expect(answer.error).toBeUndefined();
  };
  const get = async (path: string) => {
    const response = await app.fetch(new Request(`${app.origin}${path}`));
    expect(response.status).toBe(200);
  };
  const navigate = async (url: URL, cookie?: string): Promise<URL> => {
    const response = await app.fetch(new Request(url, { headers: { ...NAVIGATION, ...(cookie !== undefined && { cookie }) } }));
    expect(response.status).toBe(302);
    return new URL(response.headers.get('location') ?? '', app.origin);
  };
  const authorize = async (request: AuthorizationRequest) => {
    const callback = await navigate(request.url, ada.browser.cookies.header() ?? '');
    expect(callback.searchParams.has('code')).toBe(true);
    return callback;
  };

  it.each(['legacy', 'modern'] as const)('tools/list of the %s era: none', async (era) => {
    const statements = await statementsOf(() => askMcp('tools/list', {}, { authorization: `Bearer ${connected.accessToken}` }, era));
    expect(statements).toHaveLength(0);
  });

  it('list_resumes with a token: that of the tool', async () => {
    const statements = await statementsOf(() =>
      askMcp('tools/call', { name: 'list_resumes', arguments: {} }, { authorization: `Bearer ${connected.accessToken}` }),
    );
    expect(statements).toHaveLength(1);
  });

  it('list_resumes with an API key: that of the tool, and the look at the key', async () => {
    const statements = await statementsOf(() => askMcp('tools/call', { name: 'list_resumes', arguments: {} }, { 'x-api-key': apiKey }));
    expect(statements).toHaveLength(2);
  });

  it('calls with API keys that arrive together: one look for all of them', async () => {
    const keys = await Promise.all(Array.from({ length: 4 }, () => createApiKey(ada, { [SCOPE_DESCRIPTIONS['resumes:read']]: true })));
    const ask = (key: string) => askMcp('tools/call', { name: 'list_resumes', arguments: {} }, { 'x-api-key': key });
    const statements = await statementsOf(() => Promise.all(keys.map(ask)));
    expect(statements).toHaveLength(1 + keys.length);
  });

  it.each(['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource', '/api/auth/jwks', '/api/openapi.json'])(
    'GET %s: none',
    async (path) => {
      expect(await statementsOf(() => get(path))).toHaveLength(0);
    },
  );

  it('a registration that nobody made before', async () => {
    let number = 0;
    const register = () => createOAuthClient(app, { client_name: `Client ${(number += 1)}` });
    expect(await statementsOf(register)).toHaveLength(1);
  });

  it('a registration that was made before', async () => {
    const register = () => createOAuthClient(app, { client_name: 'One and the same' });
    expect(await statementsOf(register)).toHaveLength(2);
  });

  it('a refresh', async () => {
    let { refreshToken } = connected;
    const refresh = async () => {
      refreshToken = (await connected.oauth.refresh(refreshToken)).refresh_token ?? '';
    };
    expect(await statementsOf(refresh)).toHaveLength(2);
  });

  it('a refresh that has to be cut down to what the person still allows, which is read once more and written in a transaction', async () => {
    const connections = [await connect(app, ada), await connect(app, ada)];
    for (const { accessToken } of connections) {
      const { grant_id } = grantSchema.parse(decodeJwt(accessToken));
      await app.db.orm
        .update(oauthGrant)
        .set({ scopes: ['resumes:read', 'offline_access'] })
        .where(eq(oauthGrant.id, grant_id));
    }
    const refresh = async () => {
      const next = connections.pop();
      expect((await next?.oauth.refresh(next.refreshToken))?.scope).toBe('resumes:read offline_access');
    };
    expect(await statementsOf(refresh)).toHaveLength(10);
  });

  it('an exchange of a code', async () => {
    const requests = [await webClient.createRequest(), await webClient.createRequest()];
    const codes = await Promise.all(requests.map(async (request) => ({ request, callback: await authorize(request) })));
    const redeem = async () => {
      const next = codes.pop();
      const tokens = await next?.request.redeem(next.callback);
      expect(tokens?.access_token).toBeDefined();
    };
    expect(await statementsOf(redeem)).toHaveLength(2);
  });

  it('an authorization request that was allowed before', async () => {
    const requests = [await webClient.createRequest(), await webClient.createRequest()];
    const next = async () => {
      const request = requests.pop();
      if (request !== undefined) await authorize(request);
    };
    expect(await statementsOf(next)).toHaveLength(2);
  });

  it('an authorization request of somebody who is not signed in', async () => {
    const { url } = await webClient.createRequest();
    const ask = async () => {
      expect((await navigate(url)).pathname).toBe('/sign-in');
    };
    expect(await statementsOf(ask)).toHaveLength(1);
  });

  it('all of them by an index, whatever the size of a table', async () => {
    const planned = [...seen].filter((text) => /^(?:select|insert|update|delete|with)\b/i.test(text) && !text.includes('pg_advisory'));
    expect(planned.length).toBeGreaterThan(15);
    const read: string[] = [];
    for (const text of planned) {
      const plan = await explain(app, text);
      if (plan.includes('Seq Scan')) read.push(`${text}\n${plan}`);
    }
    expect(read).toEqual([]);
  });
});

/** The plan that PostgreSQL keeps for a statement when it does not know its values, and may read a table whole only if it has no other way. */
async function explain({ db }: TestApp, text: string): Promise<string> {
  const parameters = Math.max(0, ...Array.from(text.matchAll(/\$(\d+)/g), ([, number]) => Number(number)));
  const values = parameters === 0 ? '' : `(${Array.from({ length: parameters }, () => 'null').join(', ')})`;
  const undone = new Error('undone');
  let plan = '';
  const planning = db.transaction(async () => {
    await db.orm.execute('set local enable_seqscan = off');
    await db.orm.execute('set local plan_cache_mode = force_generic_plan');
    await db.orm.execute(`prepare planned as ${text}`);
    const { rows } = planSchema.parse(await db.orm.execute(`explain execute planned${values}`));
    plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    await db.orm.execute('deallocate planned');
    throw undone;
  });
  await expect(planning).rejects.toBe(undone);
  return plan;
}
