import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientSecretPost } from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, signUp, type Person } from '../support/app.ts';
import { createBrowser, type Site } from '../support/browser.ts';
import { askCommand, runCommand } from '../support/command.ts';
import { testDatabaseKind } from '../support/database.ts';
import { createHttpSite } from '../support/http-site.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { connect, consent, createOAuthClient } from '../support/oauth.ts';
import { startServer, type ServerProcess } from '../support/process.ts';

const isBesideServers = testDatabaseKind() === 'postgres';

let server: ServerProcess;
let site: Site;
beforeAll(async () => {
  server = await startServer();
  site = createHttpSite(server.url);
});
afterAll(() => server.dispose());

const run = (words: readonly string[], input?: string) => runCommand(words, server.settings, input);
const ask = (words: readonly string[], input?: string) => askCommand(words, server.settings, input);
const callMcp = async (headers: Readonly<Record<string, string>>) =>
  (await site.fetch(buildMcpRequest(`${server.url}/mcp`, 'legacy', 'tools/list', {}, headers))).status;
const signIn = async ({ email, password }: Pick<Person, 'email' | 'password'>) =>
  (await createBrowser(site).open('/sign-in')).press('Sign in', { Email: email, Password: password });

describe('commands', () => {
  it('explain themselves, and end with 2 when they are not understood', async () => {
    const help = await runCommand(['--help']);
    expect(help).toMatchObject({ code: 0, output: expect.stringContaining('users list|show|create') });
    expect(await runCommand(['users'])).toMatchObject({ code: 0, output: expect.stringContaining('users reset-password EMAIL') });
    expect(await runCommand(['users', 'create', '-h'])).toMatchObject({ code: 0, output: expect.stringContaining('--password-stdin') });
    expect(await runCommand(['users', 'lst'])).toEqual({
      code: 2,
      output: 'Unknown: users lst. There is: list, show, create, reset-password, reset-second-factor, ban, unban, export, delete\n',
    });
    expect(await runCommand(['users', 'show'])).toEqual({ code: 2, output: 'EMAIL is missing\n' });
    expect(await runCommand(['users', 'list', '--serach', 'x'])).toEqual({ code: 2, output: "Unknown option '--serach'\n" });
    expect(await runCommand(['grants', 'revoke', 'a', 'b'])).toEqual({ code: 2, output: 'Too much: b\n' });
  });

  it('end with 1 when there is no installation', async () => {
    const nowhere = await runCommand(['users', 'list'], { DATA_DIR: '/nonexistent' });
    expect(nowhere).toEqual({
      code: 1,
      output: 'There is no installation in DATA_DIR /nonexistent, and DATABASE_URL is not set\n',
    });
  });

  it.runIf(!isBesideServers)('refuse the embedded database while a server has it, and work on it afterwards', async () => {
    const { code, output } = await run(['users', 'list']);
    expect([code, output]).toEqual([1, expect.stringMatching(/in use by another process[\s\S]*stop the server, run this, start it again/)]);
    await server.stop();
    await ask(['users', 'create', 'grace@example.org', '--password-stdin'], 'a nanosecond of wire\n');
    server = await startServer(server.settings);
    expect((await signIn({ email: 'grace@example.org', password: 'a nanosecond of wire' })).url.pathname).toBe('/');
  });
});

describe.runIf(isBesideServers)('the commands for people', () => {
  // proves operators:users
  it('make an account with a link to choose its password', async () => {
    const made = await ask(['users', 'create', 'Grace@Example.org', '--name', 'Grace Hopper', '--verified']);
    expect(made).toMatchObject({ email: 'grace@example.org', name: 'Grace Hopper', isEmailVerified: true, link: expect.any(String) });
    const { link } = made as { readonly link: string };
    const chosen = await (await createBrowser(site).open(link)).press('Change password', { 'New password': 'a nanosecond of wire' });
    expect(chosen.heading()).toBe('Your password has been changed');
    expect((await signIn({ email: 'grace@example.org', password: 'a nanosecond of wire' })).url.pathname).toBe('/');
    expect(await run(['users', 'create', 'grace@example.org'])).toMatchObject({ code: 1 });
    expect(await ask(['users', 'list', '--search', 'GRACE'])).toMatchObject({ total: 1, users: [{ email: 'grace@example.org' }] });
    expect(await ask(['users', 'list', '--search', '%'])).toEqual({ total: 0, users: [] });
  });

  // proves operators:users
  it('set a password, which ends sessions and connections, and delete a person', async () => {
    const person = await signUp(site);
    const { accessToken, refreshToken, oauth } = await connect(site, person);
    const key = await createApiKey(person);
    expect(await ask(['users', 'show', person.email])).toMatchObject({ sessions: 1, grants: 1, apiKeys: 1, resumes: 0 });
    expect(await run(['users', 'reset-password', person.email, '--password-stdin'], 'short\n')).toMatchObject({ code: 1 });
    expect(await callMcp({ authorization: `Bearer ${accessToken}` })).toBe(200);

    await ask(['users', 'reset-password', person.email, '--password-stdin'], 'a wholly new password\n');
    await expect.poll(() => callMcp({ authorization: `Bearer ${accessToken}` }), { timeout: 5_000 }).toBe(401);
    await expect(oauth.refresh(refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await person.browser.open('/account')).url.pathname).toBe('/sign-in');
    expect((await signIn(person)).status).toBe(401);
    expect((await signIn({ ...person, password: 'a wholly new password' })).url.pathname).toBe('/');
    expect(await callMcp({ 'x-api-key': key })).toBe(200);

    expect(await run(['users', 'delete', person.email])).toMatchObject({ code: 2, output: expect.stringContaining('say --yes') });
    await ask(['users', 'delete', person.email, '--yes']);
    expect(await callMcp({ 'x-api-key': key })).toBe(401);
    expect(await run(['users', 'show', person.email])).toMatchObject({ code: 1 });
  });

  // proves operators:users
  it('close an account for a time and open it again', async () => {
    const person = await signUp(site);
    const { accessToken } = await connect(site, person);
    const key = await createApiKey(person);
    const ban = (...options: readonly string[]) => run(['users', 'ban', person.email, ...options]);
    expect(await ban('--until', '2020-01-01')).toEqual({ code: 2, output: '--until is over already\n' });
    expect(await ban('--until', 'tomorrow')).toEqual({ code: 2, output: '--until is no time: tomorrow\n' });
    expect(await ban('--reason', 'x'.repeat(301))).toMatchObject({ code: 2 });
    expect(await run(['users', 'unban', person.email])).toMatchObject({
      code: 1,
      output: `The account of ${person.email} is not closed\n`,
    });
    expect(await callMcp({ authorization: `Bearer ${accessToken}` })).toBe(200);

    const words = ['users', 'ban', person.email, '--reason', 'Spam', '--until', '2099-01-01'];
    expect(await ask(words)).toMatchObject({ email: person.email, reason: 'Spam', until: '2099-01-01T00:00:00.000Z', endedGrants: 1 });
    await expect.poll(() => callMcp({ authorization: `Bearer ${accessToken}` }), { timeout: 5_000 }).toBe(401);
    expect(await callMcp({ 'x-api-key': key })).toBe(401);
    const refused = await signIn(person);
    expect([refused.status, refused.text().includes('They say: Spam')]).toEqual([403, true]);
    expect(await ask(['users', 'show', person.email])).toMatchObject({
      sessions: 0,
      grants: 0,
      apiKeys: 1,
      closedReason: 'Spam',
      closedUntil: '2099-01-01T00:00:00.000Z',
    });
    await ask(['users', 'unban', person.email]);
    expect(await callMcp({ 'x-api-key': key })).toBe(200);
    expect((await signIn(person)).url.pathname).toBe('/');
  });

  // proves accounts:export
  it('give out what is stored about somebody, printed or into a file of one’s own', async () => {
    const person = await signUp(site);
    const folder = mkdtempSync(join(tmpdir(), 'vitae-export-'));
    try {
      const file = join(folder, 'person.json');
      expect(await ask(['users', 'export', person.email, '--output', file])).toMatchObject({ email: person.email, file });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const given = JSON.parse(readFileSync(file, 'utf8')) as { readonly user: unknown };
      expect(given.user).toMatchObject([{ email: person.email }]);
      expect(await run(['users', 'export', person.email, '--output', file])).toMatchObject({ code: 1 });
      const printed = await run(['users', 'export', person.email]);
      expect(JSON.parse(printed.output)).toMatchObject({ user: given.user, auditEvent: expect.any(Array) });
      expect((await person.browser.open('/activity')).text()).toContain('given out by the people who run this server');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.runIf(isBesideServers)('the commands for clients', () => {
  // proves operators:clients
  it('register one with a secret shown once, which connects, and disable and delete it', async () => {
    const redirectUri = 'https://n8n.example.org/rest/oauth2-credential/callback';
    const words = ['clients', 'create', 'n8n', '--redirect-uri', redirectUri, '--scope', 'resumes:read offline_access'];
    const made = (await ask(words)) as { readonly clientId: string; readonly clientSecret: string };
    expect(made).toEqual({ clientId: expect.stringMatching(/^[A-Za-z]{32}$/), clientSecret: expect.stringMatching(/^vitae_cs_/) });
    const shown = await ask(['clients', 'show', made.clientId]);
    expect(shown).toMatchObject({ registration: 'preregistered', redirectUris: [redirectUri], scopes: ['resumes:read', 'offline_access'] });
    expect(JSON.stringify(shown)).not.toContain(made.clientSecret);

    const person = await signUp(site);
    const metadata = { client_id: made.clientId, redirect_uris: [redirectUri] };
    const client = await createOAuthClient(site, metadata, { authentication: ClientSecretPost(made.clientSecret) });
    const request = await client.createRequest({ scope: 'resumes:read offline_access' });
    const tokens = await request.redeem(await consent(person, request));
    expect(await callMcp({ authorization: `Bearer ${tokens.access_token}` })).toBe(200);
    expect(await ask(['clients', 'list', '--kind', 'preregistered'])).toMatchObject([{ name: 'n8n', grants: 1, isDisabled: false }]);

    await ask(['clients', 'disable', made.clientId]);
    await expect.poll(() => callMcp({ authorization: `Bearer ${tokens.access_token}` }), { timeout: 5_000 }).toBe(401);
    await expect(client.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ status: 401 });
    await ask(['clients', 'enable', made.clientId]);
    await expect(client.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
    await ask(['clients', 'delete', made.clientId]);
    expect(await run(['clients', 'show', made.clientId])).toMatchObject({ code: 1 });
  });

  it('refuse what no client may have', async () => {
    const create = (...options: readonly string[]) => run(['clients', 'create', 'X', ...options]);
    expect(await create()).toEqual({ code: 2, output: '--redirect-uri is missing\n' });
    expect(await create('--redirect-uri', 'http://elsewhere.example/')).toMatchObject({
      code: 1,
      output: expect.stringContaining('redirect'),
    });
    expect(await create('--redirect-uri', 'https://a.example/', '--scope', 'all')).toEqual({
      code: 2,
      output: '--scope: there is no all\n',
    });
    expect(await create('--redirect-uri', 'https://a.example/', '--auth', 'mtls')).toMatchObject({ code: 2 });
  });
});

describe.runIf(isBesideServers)('the commands for connections and keys', () => {
  // proves operators:grants-and-keys
  it('list them and end them, while others go on', async () => {
    const [ada, bob] = [await signUp(site), await signUp(site, 'Bob')];
    const [hers, his] = [await connect(site, ada), await connect(site, bob)];
    const key = await createApiKey(ada);
    const grants = (await ask(['grants', 'list', '--user', ada.email])) as { readonly id: string }[];
    expect(grants).toMatchObject([{ email: ada.email, clientName: 'Test client', mode: 'edit' }]);
    const keys = (await ask(['keys', 'list', '--user', ada.email])) as { readonly id: string }[];
    expect(keys).toMatchObject([{ email: ada.email, name: 'test', start: key.slice(0, 10) }]);
    expect(JSON.stringify(keys)).not.toContain(key);

    await ask(['grants', 'revoke', grants[0]?.id ?? '']);
    await ask(['keys', 'revoke', keys[0]?.id ?? '']);
    await expect.poll(() => callMcp({ authorization: `Bearer ${hers.accessToken}` }), { timeout: 5_000 }).toBe(401);
    expect(await callMcp({ 'x-api-key': key })).toBe(401);
    expect(await callMcp({ authorization: `Bearer ${his.accessToken}` })).toBe(200);
    expect(await run(['grants', 'revoke', grants[0]?.id ?? ''])).toMatchObject({ code: 1 });
    expect(await run(['keys', 'revoke', keys[0]?.id ?? ''])).toMatchObject({ code: 1 });
    expect((await ada.browser.open('/activity')).text()).toContain('Connection ended');
  });
});
