import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gt } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { parseGiven } from '../../src/commands/command.ts';
import { createInstallation, type Installation } from '../../src/commands/tools.ts';
import { userCommands } from '../../src/commands/users.ts';
import { ALLOWED_EVENTS, REFUSED_EVENTS, type AllowedEvent, type RefusedEvent } from '../../src/db/audit-events.ts';
import { auditEvent } from '../../src/db/schema/audit.ts';
import { parseEnv, type Env } from '../../src/env.ts';
import { createApiKey, createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createAuthenticator } from '../support/authenticator.ts';
import { createBrowser, type Site, type TestBrowser } from '../support/browser.ts';
import { buildMcpRequest } from '../support/mcp-clients.ts';
import { startMetadataHost, type MetadataHost } from '../support/metadata-host.ts';
import { connect, consent, createOAuthClient } from '../support/oauth.ts';
import { linkIn, startSmtpHost, type SmtpHost } from '../support/smtp-host.ts';
import { totpOf } from '../support/totp.ts';
import { waitUntil } from '../support/wait.ts';

type Kind = AllowedEvent | RefusedEvent;

const EVENTS = { ...ALLOWED_EVENTS, ...REFUSED_EVENTS };
const COLUMN = { user: 'userId', client: 'clientId', grant: 'grantId', api_key: 'apiKeyId', resume: 'resumeId' } as const;
const ADDRESS = '203.0.113.7';
const AGENT = 'agent-of-the-test/1';
const A_WORD: unknown = expect.stringMatching(/^[A-Za-z_.:-]+$/);
const AN_ID: unknown = expect.stringMatching(/^[A-Za-z0-9-]{8,64}$/);
const SOURCE = {
  app: { requestId: AN_ID, address: ADDRESS, userAgent: AGENT },
  operator: { requestId: null, address: null, detail: { actor: 'operator' } },
} as const;
const DOCUMENT = 'https://client.test/audited.json';
const REDIRECT = 'https://client.test/callback';
const NO_TOOLS = { settings: {}, clock: () => new Date(), readInput: async () => '' };

/** Every kind of event is made to happen here, through the running app; the last test fails for a kind that none of the others drives. */
describe('the audit trail, event by event', () => {
  let app: TestApp;
  let site: Site;
  let smtp: SmtpHost;
  let host: MetadataHost;
  let env: Env;
  let operator: Installation;
  let ada: Person;
  const driven = new Set<Kind>();
  const scenarios: { title: string; kinds: readonly Kind[]; work: () => Promise<unknown>; source: object }[] = [];
  const secrets = new Set<string>();

  beforeAll(async () => {
    [smtp, host] = await Promise.all([startSmtpHost(), startMetadataHost(['client.test'])]);
    app = await createTestApp({
      settings: { SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: 'Vitae <vitae@example.org>' },
      clientMetadata: { network: host.network },
    });
    // As over a socket: the peer has an address, and programs say who they are.
    site = {
      origin: app.origin,
      fetch(request) {
        request.headers.set('user-agent', AGENT);
        return app.fetch(Object.assign(request, { ip: ADDRESS }));
      },
    };
    const parsed = parseEnv({ APP_URL: app.origin, AUTH_SECRET: 'a-secret-for-tests-of-forty-characters-00' });
    if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
    ({ env } = parsed);
    const secret = env.authSecrets?.[0];
    if (secret === undefined) throw new TypeError('there is a secret');
    operator = await createInstallation({ env, db: app.db, secrets: [secret] });
  });
  afterEach(() => vi.useRealTimers());
  afterAll(async () => {
    await app.close();
    await smtp.close();
    await host.close();
  });

  const newPerson = async () => {
    const person = await signUp(site);
    secrets.add(person.password);
    return person;
  };
  const rowsAfter = (id: number) => app.db.orm.select().from(auditEvent).where(gt(auditEvent.id, id)).orderBy(auditEvent.id);

  /** @param by `app`: over HTTP; `operator`: by a command, which has no request */
  const drives = (kinds: readonly Kind[], work: () => Promise<unknown>, by: keyof typeof SOURCE = 'app') =>
    void scenarios.push({ title: kinds.join(', '), kinds, work, source: SOURCE[by] });

  const post = async (browser: TestBrowser, path: string, body: object, method = 'POST'): Promise<unknown> => {
    const response = await browser.fetch(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return response.headers.get('content-type')?.includes('json') === true ? ((await response.json()) as unknown) : null;
  };
  const auth = (browser: TestBrowser, endpoint: string, body: object = {}) => post(browser, `/api/auth/${endpoint}`, body);
  const form = (path: string, fields: Record<string, string>) =>
    site.fetch(new Request(`${site.origin}/api/auth/${path}`, { method: 'POST', body: new URLSearchParams(fields) }));
  const stranger = () => createBrowser(site);
  const idSchema = z.object({ id: z.string() });

  drives(['account.created', 'session.ended', 'session.started', 'session.refused'], async () => {
    ada = await newPerson();
    const browser = stranger();
    await auth(browser, 'sign-in/email', { email: ada.email, password: 'wrong password' });
    await (await browser.open('/sign-in')).press('Sign in', { Email: ada.email, Password: ada.password });
    await (await browser.open('/account')).press('Sign out');
  });
  drives(['account.refused'], () => auth(stranger(), 'sign-up/email', { name: 'X', email: 'no address', password: 'short' }));
  drives(['session.end_refused'], () => auth(stranger(), 'revoke-session', { token: 'x' }));
  drives(['password.changed', 'grants.revoked', 'password.refused'], async () => {
    const grace = await newPerson();
    await auth(grace.browser, 'change-password', { currentPassword: 'wrong password', newPassword: 'another long password' });
    await auth(grace.browser, 'change-password', { currentPassword: grace.password, newPassword: 'another long password' });
  });
  drives(['password.reset_requested'], () => auth(stranger(), 'request-password-reset', { email: ada.email }));
  drives(['email.link_sent', 'email.confirmed', 'email.change_asked', 'email.refused'], async () => {
    const grace = await newPerson();
    await smtp.nextMail(grace.email);
    await auth(grace.browser, 'send-verification-email', { email: grace.email });
    const link = linkIn(await smtp.nextMail(grace.email));
    secrets.add(link.searchParams.get('token') ?? '');
    await (await stranger().open(link)).press('Confirm');
    await auth(grace.browser, 'change-email', { newEmail: `other-${grace.email}` });
    await auth(stranger(), 'change-email', { newEmail: 'x@example.org' });
  });
  drives(
    [
      'two_factor.begun',
      'two_factor.enabled',
      'two_factor.refused',
      'two_factor.codes_made',
      'two_factor.asked',
      'two_factor.checked',
      'two_factor.disabled',
    ],
    async () => {
      const { browser, email, password } = await newPerson();
      const { totpURI, backupCodes } = z
        .object({ totpURI: z.string(), backupCodes: z.array(z.string()) })
        .parse(await auth(browser, 'two-factor/enable', { password }));
      for (const secret of [...backupCodes, new URL(totpURI).searchParams.get('secret') ?? '']) secrets.add(secret);
      const enter = (who: TestBrowser, code: string) => auth(who, 'two-factor/verify-totp', { code });
      await enter(browser, totpOf(totpURI));
      await enter(browser, '000000');
      await auth(browser, 'two-factor/generate-backup-codes', { password });
      await auth(stranger(), 'sign-in/email', { email, password });
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 90_000 });
      await enter(browser, totpOf(totpURI));
      await auth(browser, 'two-factor/disable', { password });
    },
  );
  drives(['passkey.added', 'passkey.renamed', 'passkey.removed', 'passkey.refused', 'session.started'], async () => {
    const authenticator = createAuthenticator(site.origin);
    const challengeSchema = z.object({ challenge: z.string() });
    const ask = async (who: TestBrowser, ceremony: string) =>
      challengeSchema.parse(await (await who.fetch(`/api/auth/passkey/generate-${ceremony}-options`)).json()).challenge;
    const response = authenticator.register(await ask(ada.browser, 'register'));
    const { id } = idSchema.parse(await auth(ada.browser, 'passkey/verify-registration', { response, name: 'Phone' }));
    const browser = stranger();
    await auth(browser, 'passkey/verify-authentication', { response: authenticator.authenticate(await ask(browser, 'authenticate')) });
    await auth(ada.browser, 'passkey/update-passkey', { id, name: 'Old phone' });
    await auth(ada.browser, 'passkey/delete-passkey', { id });
    await auth(ada.browser, 'passkey/delete-passkey', { id });
  });
  drives(['client.registered', 'grant.opened', 'token.issued', 'token.refreshed', 'grant.revoked', 'token.refused'], async () => {
    const { oauth, accessToken, refreshToken } = await connect(site, ada);
    const { refresh_token: next = '' } = await oauth.refresh(refreshToken);
    for (const secret of [accessToken, refreshToken, next]) secrets.add(secret);
    await oauth.revoke(next);
    await oauth.refresh(next).catch((error: unknown) => error);
  });
  drives(['client.refused'], () => post(stranger(), '/api/auth/oauth2/register', { redirect_uris: ['javascript:alert(1)'] }));
  drives(['client.registered', 'client.changed', 'code.issued'], async () => {
    const serve = (redirectUris: readonly string[]) =>
      host.serve(DOCUMENT, { client_id: DOCUMENT, client_name: 'Audited', redirect_uris: redirectUris }, { 'cache-control': 'max-age=1' });
    serve([REDIRECT]);
    const client = await createOAuthClient(site, { client_id: DOCUMENT, redirect_uris: [REDIRECT] }, { redirectUri: REDIRECT });
    const request = await client.createRequest();
    const callback = await consent(ada, request);
    secrets.add(callback.searchParams.get('code') ?? '').add(request.codeVerifier);
    await request.redeem(callback);
    await consent(ada, await client.createRequest());
    serve([REDIRECT, `${REDIRECT}/new`]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 60 * 60_000 });
    await ada.browser.open((await client.createRequest()).url);
  });
  drives(['authorization.refused'], () => stranger().open('/api/auth/oauth2/authorize?client_id=nobody&response_type=code'));
  drives(['grant.denied', 'grant.refused'], async () => {
    const client = await createOAuthClient(site);
    const asked = await ada.browser.open((await client.createRequest()).url);
    await auth(ada.browser, 'oauth2/consent', { accept: true, oauth_query: `${asked.url.search.slice(1)}x` });
    await asked.press('Deny');
  });
  drives(['revocation.refused'], () => form('oauth2/revoke', { token: 'x', client_id: 'nobody' }));
  drives(['introspection.refused'], () => form('oauth2/introspect', { token: 'x' }));
  drives(['api_key.created', 'api_key.updated', 'api_key.revoked', 'api_key.refused', 'access.refused'], async () => {
    const key = await createApiKey(ada);
    secrets.add(key);
    await auth(stranger(), 'api-key/create', { name: 'X' });
    const { apiKeys } = z.object({ apiKeys: z.array(idSchema) }).parse(await (await ada.browser.fetch('/api/v1/api-keys')).json());
    await auth(ada.browser, 'api-key/update', { keyId: apiKeys[0]?.id, name: 'Renamed' });
    await (await ada.browser.open('/api-keys')).press('Revoke');
    await site.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, { 'x-api-key': key }));
  });
  drives(
    [
      'resume.created',
      'resume.imported',
      'resume.duplicated',
      'resume.patched',
      'resume.updated',
      'resume.locked',
      'resume.unlocked',
      'resume.restored',
      'resume.deleted',
    ],
    async () => {
      const call = (path: string, body: object = {}, method = 'POST') => post(ada.browser, `/api/v1/resumes${path}`, body, method);
      const { id } = idSchema.parse(await call('', { name: 'Audited' }));
      const copy = idSchema.parse(await call(`/${id}/duplicate`));
      await call('/import', { data: { basics: { name: 'Ada' } } });
      await call(`/${id}/data`, { operations: [{ op: 'add', path: '/basics/label', value: 'Engineer' }] }, 'PATCH');
      await call(`/${id}`, { tags: ['new'] }, 'PATCH');
      await call(`/${id}/lock`);
      await call(`/${id}/unlock`);
      await call(`/${id}/restore`, { revision: 1 });
      await call(`/${copy.id}`, {}, 'DELETE');
    },
  );
  drives(['grant.changed', 'resume.suggested', 'resume.accepted', 'suggestion.rejected', 'resume.undone'], async () => {
    const resumes = '/api/v1/resumes';
    const { id } = idSchema.parse(await post(ada.browser, resumes, { name: 'Suggested' }));
    const { accessToken } = await connect(site, ada);
    const connectionsSchema = z.object({ connections: z.array(idSchema) });
    const { connections } = connectionsSchema.parse(await (await ada.browser.fetch('/api/v1/connections')).json());
    const connectionId = connections[0]?.id ?? '';
    const patch = (label: string) => {
      const input = { id, operations: [{ op: 'add', path: '/basics/label', value: label }] };
      const headers = { authorization: `Bearer ${accessToken}` };
      return site.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/call', { name: 'apply_resume_patch', arguments: input }, headers));
    };
    const since = new Date(Date.now() - 60_000).toISOString();
    await patch('Before');
    await post(ada.browser, `${resumes}/${id}/undo`, { connectionId, since });
    await post(ada.browser, `/api/v1/connections/${connectionId}`, { mode: 'suggest' }, 'PATCH');
    for (const decision of ['accept', 'reject']) {
      await patch(decision);
      const { suggestions } = z
        .object({ suggestions: z.array(z.object({ id: z.string(), status: z.string() })) })
        .parse(await (await ada.browser.fetch(`${resumes}/${id}/suggestions`)).json());
      const pending = suggestions.find(({ status }) => status === 'pending');
      await post(ada.browser, `${resumes}/${id}/suggestions/${pending?.id}/${decision}`, {});
    }
  });
  drives(['account.delete_refused', 'account.deleted'], async () => {
    const grace = await newPerson();
    await auth(grace.browser, 'delete-user', { password: 'wrong password' });
    await auth(grace.browser, 'delete-user', { password: grace.password });
  });
  drives(
    ['client.registered', 'client.changed', 'client.disabled', 'client.enabled', 'client.deleted'],
    async () => {
      const { clients } = operator.administration;
      const made = await clients.create({
        name: 'Kiosk',
        redirectUris: [REDIRECT],
        scopes: ['resumes:read'],
        tokenEndpointAuthMethod: 'client_secret_post',
        jwksUri: null,
      });
      if (!made.ok) throw new Error(made.problem);
      secrets.add(made.clientSecret ?? '');
      await clients.changeRedirectUris(made.clientId, { add: ['https://kiosk.example/callback'], remove: [] });
      await clients.setDisabled(made.clientId, true);
      await clients.setDisabled(made.clientId, false);
      await clients.delete(made.clientId);
    },
    'operator',
  );
  drives(
    ['account.closed', 'account.opened'],
    async () => {
      const { users, bans } = operator.administration;
      const userId = (await users.find(ada.email))?.id ?? '';
      await bans.ban(userId, { reason: 'spam', endsAt: null });
      await bans.unban(userId);
    },
    'operator',
  );
  drives(
    ['account.exported'],
    async () => {
      const action = userCommands.actions.find(({ name }) => name === 'export');
      if (action === undefined) throw new TypeError('there is such a command');
      const open = async () => operator;
      const { stream } = await action.run(parseGiven(action, [ada.email]), { ...NO_TOOLS, env, open });
      if (stream !== undefined) await text(Readable.from(stream));
    },
    'operator',
  );
  // What signed until now is refused from here on.
  drives(
    ['signing_key.published', 'signing_key.withdrawn', 'secrets.renewed'],
    async () => {
      await operator.signingKeys.replace();
      await operator.storedSecrets.renew();
    },
    'operator',
  );

  it.each(scenarios)('$title', async ({ kinds, work, source }) => {
    const last = (await rowsAfter(0)).at(-1)?.id ?? 0;
    const began = Date.now();
    await work();
    for (const kind of kinds) {
      const find = async () => (await rowsAfter(last)).filter(({ event }) => event === kind);
      // Some are written beside the answer.
      await waitUntil(async () => (await find()).length > 0);
      for (const row of await find()) {
        const isAllowed = Object.hasOwn(ALLOWED_EVENTS, kind);
        expect(row).toMatchObject({ ...source, decision: isAllowed ? 'allowed' : 'refused', reason: isAllowed ? row.reason : A_WORD });
        expect([kind, EVENTS[kind].names.filter((name) => row[COLUMN[name]] === null)]).toEqual([kind, []]);
        expect(row.at.getTime()).toBeGreaterThanOrEqual(began - 1_000);
      }
      driven.add(kind);
    }
  });

  it('was seen with each kind there is, and with no secret in any', async () => {
    expect(Object.keys(EVENTS).filter((kind) => !driven.has(kind as Kind))).toEqual([]);
    const kept = JSON.stringify(await rowsAfter(0));
    expect(secrets.size).toBeGreaterThan(20);
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(7);
      expect(kept).not.toContain(secret);
    }
  });
});
