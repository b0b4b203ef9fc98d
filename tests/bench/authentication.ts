import type { JSONWebKeySet } from 'jose';
import { buildIdentifiers } from '../../src/authorization-server/identifiers.ts';
import { createDatabase } from '../../src/db/client.ts';
import { dumpMigratedPglite, openPglite } from '../../src/db/pglite.ts';
import { createAccessTokenVerifier } from '../../src/resource-server/access-token.ts';
import { createAuthenticator, type Authenticator } from '../../src/resource-server/authenticate.ts';
import { createAccessTokenJudge } from '../../src/resource-server/judge-access-token.ts';
import { createRevocationList } from '../../src/resource-server/revocations.ts';
import { createTestApp, signUp, type TestApp } from '../support/app.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect } from '../support/oauth.ts';
import { quantile } from './statistics.ts';
import { requireImageNode } from './image-node.ts';

await requireImageNode();

/**
 * Prints what authentication adds to a call of /mcp when its access token has been verified before, revocation included:
 *
 *     pnpm bench:authentication
 *
 * Once by itself, as processor time, and once in front of `tools/list`, with half as many calls as the process could answer, as the time until it
 * is known who calls. The authenticator is made of the server's own parts, on the embedded database.
 */
const CALLERS = 16;
const WARM = 20_000;
const COUNTED = 200_000;
const WHOLE_CALLS = 3_200;
const HALF_LOAD_MS = 10_000;

const clock = () => new Date();
const db = createDatabase(await openPglite({ dump: await dumpMigratedPglite() }));
const app = await createTestApp({ db });

async function createMeasured(served: TestApp): Promise<{ readonly authenticator: Authenticator; readonly close: () => Promise<void> }> {
  const revocations = createRevocationList(db, clock);
  const loadKeys = async () => (await (await served.fetch(new Request(`${served.origin}/api/auth/jwks`))).json()) as JSONWebKeySet;
  const identifiers = buildIdentifiers(served.origin);
  const authenticator = createAuthenticator({
    judgeAccessToken: createAccessTokenJudge(createAccessTokenVerifier(identifiers, loadKeys, clock), revocations),
    scopes: identifiers.scopes.own,
    verifyApiKey: () => Promise.reject(new Error('no API key is presented here')),
    loadSession: () => Promise.reject(new Error('no session is presented here')),
  });
  return { authenticator, close: () => revocations.close() };
}

try {
  const { authenticator, close } = await createMeasured(app);
  const requests: Request[] = [];
  for (let caller = 0; caller < CALLERS; caller += 1) {
    const { accessToken } = await connect(app, await signUp(app));
    requests.push(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { authorization: `Bearer ${accessToken}` }));
  }
  const authenticate = async (request: Request) => {
    const { ok } = await authenticator.authenticateMcp(request);
    if (!ok) throw new Error('a good token was refused');
  };
  const repeat = async (times: number, work: (request: Request) => Promise<void>) => {
    for (let done = 0; done < times; done += CALLERS) for (const request of requests) await work(request);
  };

  await repeat(WARM, authenticate);
  const before = process.cpuUsage();
  await repeat(COUNTED, authenticate);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`processor time ${((user + system) / 1_000 / COUNTED).toFixed(4)} ms\n`);

  const waits: number[] = [];
  const call = async (request: Request) => {
    const asked = performance.now();
    await authenticate(request);
    waits.push(performance.now() - asked);
    const response = await app.fetch(request.clone());
    if (!(await response.text()).includes('list_resumes')) throw new Error('the tools were not listed');
  };
  await repeat(WHOLE_CALLS, call);
  const startedCalls = performance.now();
  await repeat(WHOLE_CALLS, call);
  const wholeMs = (performance.now() - startedCalls) / WHOLE_CALLS;

  waits.length = 0;
  const startedAt = performance.now();
  const calls: Promise<void>[] = [];
  for (let passed = 0; passed < HALF_LOAD_MS; passed = performance.now() - startedAt) {
    // As many as are due by now, whether or not those before have been answered.
    for (const request of requests.slice(0, Math.ceil(passed / (2 * wholeMs)) - calls.length)) calls.push(call(request));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(calls);
  const [half, most] = [quantile(waits, 0.5), quantile(waits, 0.99)];
  process.stdout.write(`half load: ${waits.length} calls of ${wholeMs.toFixed(3)} ms, known after `);
  process.stdout.write(`p50 ${half.toFixed(3)} ms, p99 ${most.toFixed(3)} ms\n`);
  await close();
} finally {
  await app.close();
  await db.close();
}
