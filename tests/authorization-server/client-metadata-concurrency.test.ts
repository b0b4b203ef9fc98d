import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { oauthClient } from '../../src/db/schema/auth.ts';
import type { Database } from '../../src/db/client.ts';
import { createTestApp, signUp, type TestApp } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';
import { startMetadataHost, type Answer, type MetadataHost } from '../support/metadata-host.ts';
import { createOAuthClient } from '../support/oauth.ts';

const REDIRECT = 'https://client.test/callback';

let host: MetadataHost;
let db: Database;
let apps: TestApp[];
beforeAll(async () => {
  host = await startMetadataHost(['client.test']);
  db = await createTestDatabase();
  apps = [];
  while (apps.length < 3) apps.push(await createTestApp({ db, clientMetadata: { network: host.network } }));
});
afterAll(async () => {
  for (const app of apps) await app.close();
  await db.close();
  await host.close();
});

/** Answers nobody before `expected` requests have come. */
function answerTogether(expected: number, document: object): Answer {
  const waiting: (() => void)[] = [];
  return (_request, response) => {
    waiting.push(() => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document)));
    if (waiting.length >= expected) for (const answer of waiting.splice(0)) answer();
  };
}
const describeClient = (url: string) => ({ client_id: url, client_name: 'Document client', redirect_uris: [REDIRECT] });
const firstApp = (): TestApp => {
  const [app] = apps;
  if (app === undefined) throw new TypeError('there are three');
  return app;
};
const postToken = (app: TestApp, clientId: string) =>
  app.fetch(
    new Request(`${app.origin}/api/auth/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'vitae_rt_nobody', client_id: clientId }),
    }),
  );

describe('a client by metadata document that three servers meet at once', () => {
  // proves metadata-documents:first-use
  it('is one client, and no error to anybody', async () => {
    const url = 'https://client.test/three.json';
    host.serve(url, answerTogether(3, describeClient(url)));
    const answers = await Promise.all(
      apps.map(async (app) => {
        const client = await createOAuthClient(app, { client_id: url }, { redirectUri: REDIRECT });
        return app.createBrowser().open((await client.createRequest()).url);
      }),
    );
    expect(answers.map((page) => page.url.pathname)).toEqual(['/sign-in', '/sign-in', '/sign-in']);
    expect(await db.orm.select().from(oauthClient).where(eq(oauthClient.clientId, url))).toHaveLength(1);
    const events = await db.orm.select().from(auditEvent).where(eq(auditEvent.clientId, url));
    expect(events.filter(({ event }) => event === 'client.registered')).toHaveLength(1);
  });

  it('is fetched once when ten people come to one server', async () => {
    const url = 'https://client.test/ten.json';
    host.serve(url, describeClient(url));
    const app = firstApp();
    const client = await createOAuthClient(app, { client_id: url }, { redirectUri: REDIRECT });
    const pages = await Promise.all(Array.from({ length: 10 }, async () => app.createBrowser().open((await client.createRequest()).url)));
    expect(new Set(pages.map((page) => page.url.pathname))).toEqual(new Set(['/sign-in']));
    expect(host.requests.filter((requested) => requested === url)).toHaveLength(1);
  });

  it('at the token endpoint, all three are answered by what the request holds', async () => {
    const url = 'https://client.test/tokens.json';
    host.serve(url, answerTogether(3, describeClient(url)));
    const answers = await Promise.all(apps.map((app) => postToken(app, url)));
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual(
      Array(3).fill(expect.objectContaining({ error: 'invalid_grant' })),
    );
  });
});

describe('a document that is slow to come', () => {
  it('holds up nobody else, on the embedded database neither', async () => {
    const url = 'https://client.test/slow.json';
    let release = () => {};
    const asked = new Promise<void>((resolve) => {
      host.serve(url, (_request, response) => {
        release = () => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(describeClient(url)));
        resolve();
      });
    });
    const app = firstApp();
    let isAnswered = false;
    const waiting = postToken(app, url).then((response) => {
      isAnswered = true;
      return response.json();
    });
    await asked;
    // Writes of their own, in transactions of their own, while the document is still under way.
    await signUp(app);
    expect((await postToken(app, 'nobody')).status).toBe(401);
    expect(isAnswered).toBe(false);
    release();
    expect(await waiting).toMatchObject({ error: 'invalid_grant' });
  });
});
