import { afterAll, describe, expect, it } from 'vitest';
import { signUp } from '../support/app.ts';
import { createBrowser } from '../support/browser.ts';
import { createTestPostgres, testDatabaseKind } from '../support/database.ts';
import { createHttpSite, sendOver } from '../support/http-site.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect } from '../support/oauth.ts';
import { startServer, type ServerProcess } from '../support/process.ts';

// Only one process may use the embedded database, so there is nothing to show on it.
describe.runIf(testDatabaseKind() === 'postgres')('three processes that start at once on an empty PostgreSQL', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  });

  // proves database:starts-together, revoke:within-a-second
  it('all become ready, and know the same people, tokens and revocations', async () => {
    const { url, drop } = await createTestPostgres({ empty: true });
    cleanups.push(drop);
    const settings = { DATABASE_URL: url, AUTH_SECRET: 'one-secret-for-all-three-of-the-processes', APP_URL: 'http://localhost:3000' };
    const servers = await Promise.all(
      [0, 1, 2].map(async () => {
        const server = await startServer(settings);
        cleanups.push(() => server.dispose());
        return server;
      }),
    );
    for (const server of servers) expect((await fetch(`${addressOf(server)}/health/ready`)).status).toBe(200);

    // A proxy in front would spread the requests like this.
    let turn = 0;
    const site = createHttpSite(settings.APP_URL, () => addressOf(servers[turn++ % servers.length]));
    const person = await signUp(site);
    const { accessToken, refreshToken, oauth } = await connect(site, person);
    const statuses = () =>
      Promise.all(
        servers.map(async (server) => {
          const request = buildMcpRequest(`${site.origin}/mcp`, 'legacy', 'tools/list', {}, { authorization: `Bearer ${accessToken}` });
          return (await sendOver(addressOf(server), request)).status;
        }),
      );
    expect(await statuses()).toEqual([200, 200, 200]);
    await oauth.revoke(refreshToken);
    await expect.poll(statuses, { timeout: 5_000 }).toEqual([401, 401, 401]);
    expect((await createBrowser(site).open('/')).status).toBe(200);
    for (const server of servers) expect(await server.stop()).toEqual({ code: 0, signal: null });
  });
});

/** Where the process listens, whatever its public origin is. */
function addressOf(server: ServerProcess | undefined): string {
  return `http://127.0.0.1:${server?.settings['PORT']}`;
}
