import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, signUp, type Person } from '../support/app.ts';
import type { Site } from '../support/browser.ts';
import { askCommand } from '../support/command.ts';
import { createHttpSite } from '../support/http-site.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect, type Connected } from '../support/oauth.ts';
import { runServerToEnd, startServer, type ServerProcess } from '../support/process.ts';

const OLD = 'the-secret-that-there-was-before-this-one';
const NEW = 'the-secret-that-takes-the-place-of-the-old';
const BOTH = `2:${NEW},1:${OLD}`;

describe('a secret that is replaced', () => {
  let first: ServerProcess;
  let running: ServerProcess;
  let site: Site;
  let person: Person;
  let apiKey: string;
  let connected: Connected;

  const settingsWith = (secret: string) => ({ ...first.settings, AUTH_SECRET: secret });
  const restart = async (secret: string) => {
    await running.stop();
    running = await startServer(settingsWith(secret));
  };
  beforeAll(async () => {
    first = await startServer({ AUTH_SECRET: OLD, RATE_LIMITS: 'off' });
    running = first;
    site = createHttpSite(first.url);
    person = await signUp(site);
    connected = await connect(site, person);
    apiKey = await createApiKey(person);
  });
  afterAll(async () => {
    await running.stop();
    await first.dispose();
  });

  const call = async (headers: Record<string, string>) =>
    (await site.fetch(buildMcpRequest(`${site.origin}/mcp`, 'legacy', 'tools/list', {}, headers))).status;
  const isSignedIn = async ({ browser }: Person) => (await browser.open('/account')).url.pathname === '/account';
  const refresh = async () => {
    const tokens = await connected.oauth.refresh(connected.refreshToken);
    connected = { ...connected, accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? '' };
  };

  it('changes nothing for anybody while the old one stands behind it', async () => {
    const { accessToken } = connected;
    await restart(BOTH);
    expect(await isSignedIn(person)).toBe(true);
    expect(await call({ authorization: `Bearer ${accessToken}` })).toBe(200);
    expect(await call({ 'x-api-key': apiKey })).toBe(200);
    await refresh();
    expect(await call({ authorization: `Bearer ${connected.accessToken}` })).toBe(200);
  });

  it('is all that is needed when everything was encrypted anew', async () => {
    const newcomer = await signUp(site);
    const { accessToken } = connected;
    await running.stop();
    expect(await askCommand(['secrets', 'list'], settingsWith(BOTH))).toEqual([
      { kind: 'signing_keys', version: 1, rows: 1, unreadable: 0 },
    ]);
    expect(await askCommand(['secrets', 'renew'], settingsWith(BOTH))).toEqual({ signing_keys: 1, second_factors: 0 });
    expect(await askCommand(['secrets', 'list'], settingsWith(`2:${NEW}`))).toEqual([
      { kind: 'signing_keys', version: 2, rows: 1, unreadable: 0 },
    ]);
    running = await startServer(settingsWith(`2:${NEW}`));
    expect(await isSignedIn(newcomer)).toBe(true);
    expect(await call({ authorization: `Bearer ${accessToken}` })).toBe(200);
    expect(await call({ 'x-api-key': apiKey })).toBe(200);
    await refresh();
    expect(await call({ authorization: `Bearer ${connected.accessToken}` })).toBe(200);
    // Their cookie has the signature of the old one.
    expect(await isSignedIn(person)).toBe(false);
  });

  it('does not let a server start that can not open the signing keys, unless they are replaced', async () => {
    await running.stop();
    const { code, output } = await runServerToEnd(settingsWith('a-secret-that-has-never-been-used-before'));
    expect(code).toBe(1);
    expect(output).toContain("Vitae can't start:\nAUTH_SECRET does not open the signing keys in the database");
    expect(output).not.toMatch(/\n +at /);
    const lost = settingsWith('3:a-secret-that-has-never-been-used-before');
    expect(await askCommand(['secrets', 'list'], lost)).toEqual([{ kind: 'signing_keys', version: 2, rows: 1, unreadable: 1 }]);
    await askCommand(['signing-keys', 'rotate', '--now'], lost);
    running = await startServer(lost);
    await refresh();
    expect(await call({ authorization: `Bearer ${connected.accessToken}` })).toBe(200);
    expect(await call({ 'x-api-key': apiKey })).toBe(200);
  });
});
