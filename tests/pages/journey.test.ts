import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { serve } from 'h3';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApp, type App } from '../../src/app.ts';
import type { Database } from '../../src/db/client.ts';
import { parseEnv } from '../../src/env.ts';
import { createLog } from '../../src/observability/log.ts';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { createTestDatabase } from '../support/database.ts';
import { findFreePort } from '../support/free-port.ts';
import { listen } from './preview.ts';
import { pressTabTo } from './watched-page.ts';

const hasChromium = findChromium() !== null;
if (!hasChromium) process.stderr.write('tests/pages/journey.test.ts: skipped, no Chromium on this machine\n');

const VERIFIER = 'a-code-verifier-of-at-least-forty-three-characters';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const PASSWORD = 'correct-horse-battery';

const tokenSchema = z.object({ access_token: z.string(), refresh_token: z.string().optional(), scope: z.string() });

let db: Database;
let app: App;
let server: ReturnType<typeof serve>;
let callback: Server;
let browser: Browser;
let context: BrowserContext;
let origin: string;
let redirectUri: string;
const arrivals: URL[] = [];

beforeAll(async () => {
  if (!hasChromium) return;
  // The port must be known before the app is built: its address is part of every token.
  const port = await findFreePort();
  origin = `http://localhost:${port}`;
  const parsed = parseEnv({ PORT: String(port), RATE_LIMITS: 'off' });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  db = await createTestDatabase();
  app = await createApp({
    env: parsed.env,
    db,
    secrets: [{ version: 1, value: randomBytes(32).toString('hex') }],
    clock: () => new Date(),
    log: createLog('silent'),
    version: 'test',
  });
  server = serve(app.router, { port, hostname: '127.0.0.1', silent: true, gracefulShutdown: false });
  await server.ready();
  callback = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri);
    if (url.pathname === '/callback') arrivals.push(url);
    response.setHeader('content-type', 'text/html').end('<title>client</title><h1>Back in the client</h1>');
  });
  redirectUri = `${await listen(callback)}/callback`;
  browser = await launchChromium();
});

afterAll(async () => {
  if (!hasChromium) return;
  await browser.close();
  callback.close();
  await server.close(true);
  await app.close();
  await db.close();
});

beforeEach(async () => {
  arrivals.length = 0;
  context = await browser.newContext({ javaScriptEnabled: false });
  return () => context.close();
});

async function registerClient(name: string): Promise<string> {
  const response = await fetch(`${origin}/api/auth/oauth2/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: name, redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
  });
  return z.object({ client_id: z.string() }).parse(await response.json()).client_id;
}

function buildAuthorizeUrl(clientId: string, changes: Record<string, string> = {}): string {
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'resumes:read resumes:write offline_access',
    state: 'a+b/c=&d',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    resource: `${origin}/mcp`,
    ...changes,
  };
  return `${origin}/api/auth/oauth2/authorize?${new URLSearchParams(parameters)}`;
}

function requestToken(form: Record<string, string>): Promise<Response> {
  return fetch(`${origin}/api/auth/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
}

async function redeem(clientId: string): Promise<z.infer<typeof tokenSchema>> {
  const code = arrivals.at(-1)?.searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: redirectUri, code, code_verifier: VERIFIER };
  return tokenSchema.parse(await (await requestToken(form)).json());
}

async function signUp(page: Page, email: string): Promise<void> {
  await page.getByLabel('Name').fill('Ada Lovelace');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
}

async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const newEmail = () => `ada-${randomBytes(4).toString('hex')}@example.org`;

describe.skipIf(!hasChromium)('a person without JavaScript', () => {
  // proves pages:without-javascript
  it('connects a client on the way from its first request: account, consent, code, token, connection, end', async () => {
    const clientId = await registerClient('Test Client');
    const page = await context.newPage();
    await page.goto(buildAuthorizeUrl(clientId));
    await page.getByRole('heading', { name: 'Sign in to continue to Test Client' }).waitFor();
    await page.getByRole('link', { name: 'Create account' }).click();
    await signUp(page, newEmail());
    await page.getByRole('heading', { name: 'Test Client wants to work with your resumes' }).waitFor();
    await page.getByText('Registered itself, not verified').waitFor();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Back in the client' }).waitFor();
    const [arrival] = arrivals;
    expect(arrival?.searchParams.get('state')).toBe('a+b/c=&d');
    expect(arrival?.searchParams.getAll('iss')).toEqual([origin]);
    const tokens = await redeem(clientId);
    expect(tokens.scope.split(' ').toSorted()).toEqual(['offline_access', 'resumes:read', 'resumes:write']);

    await page.goto(`${origin}/connections`);
    const row = page.getByRole('row', { name: /Test Client/ });
    await row.getByText('Stays connected').waitFor();
    await row.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByRole('status').getByText('The app has been disconnected.').waitFor();
    expect(await page.getByRole('button', { name: 'Disconnect' }).count()).toBe(0);
    const refresh = { grant_type: 'refresh_token', client_id: clientId, refresh_token: tokens.refresh_token ?? '' };
    expect((await requestToken(refresh)).status).toBe(400);
  });

  // proves pages:languages
  it('does the same in German, as the browser asks', async () => {
    const clientId = await registerClient('Testclient');
    const german = await browser.newContext({ javaScriptEnabled: false, locale: 'de-AT' });
    const page = await german.newPage();
    await page.goto(buildAuthorizeUrl(clientId));
    await page.getByRole('heading', { name: 'Anmelden und weiter zu Testclient' }).waitFor();
    await page.getByRole('link', { name: 'Konto anlegen' }).click();
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('E-Mail-Adresse').fill(newEmail());
    await page.getByLabel('Passwort').fill(PASSWORD);
    await page.getByRole('button', { name: 'Konto anlegen' }).click();
    await page.getByRole('heading', { name: 'Testclient möchte mit Ihren Lebensläufen arbeiten' }).waitFor();
    const scopes = page.getByRole('group', { name: 'Was die App darf' }).getByRole('checkbox');
    for (const box of await scopes.all()) await box.uncheck();
    await page.getByRole('button', { name: 'Zugriff erlauben' }).click();
    await page.getByRole('alert').getByText('Wählen Sie mindestens eine Berechtigung aus, oder lehnen Sie ab.').waitFor();
    for (const box of await scopes.all()) await box.check();
    await page.getByLabel('Änderungen vorschlagen').check();
    await page.getByRole('button', { name: 'Zugriff erlauben' }).click();
    await page.getByRole('heading', { name: 'Back in the client' }).waitFor();
    expect((await redeem(clientId)).scope.split(' ').toSorted()).toEqual(['offline_access', 'resumes:read', 'resumes:write']);

    await page.goto(`${origin}/activity`);
    await page.getByText('App Zugriff erlaubt').waitFor();
    await page.getByRole('link', { name: 'Verbindungen' }).click();
    const row = page.getByRole('row', { name: /Testclient/ });
    await row.getByText('Schlägt Änderungen nur vor').waitFor();
    await row.getByRole('button', { name: 'Trennen' }).click();
    await page.getByRole('status').getByText('Die App ist getrennt.').waitFor();

    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('status').getByText('The app has been disconnected.').waitFor();
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    await german.close();
  });

  it('is spoken to in the language that the app asks for, until they choose another', async () => {
    const clientId = await registerClient('Polyglot');
    const email = newEmail();
    const page = await context.newPage();
    await page.goto(`${origin}/sign-up`);
    await signUp(page, email);
    await page.goto(`${origin}/account`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    const metadata = await fetch(`${origin}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({ ui_locales_supported: ['en', 'de'] });
    await page.goto(buildAuthorizeUrl(clientId, { ui_locales: 'fr-CA de-CH' }));
    await page.getByLabel('E-Mail-Adresse').fill(email);
    await page.getByLabel('Passwort').fill(PASSWORD);
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.getByRole('heading', { name: 'Polyglot möchte mit Ihren Lebensläufen arbeiten' }).waitFor();
    await page.getByRole('button', { name: 'Nur Lesen auswählen' }).click();
    await page.getByText('Jetzt ist nur Lesen ausgewählt.').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Deutsch' }).waitFor({ state: 'detached' });
    await context.addCookies([{ name: 'vitae.language', value: 'en', url: origin }]);
    await page.reload();
    await page.getByRole('heading', { name: 'Polyglot wants to work with your resumes' }).waitFor();
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByRole('button', { name: 'Ablehnen' }).click();
    await page.getByRole('heading', { name: 'Back in the client' }).waitFor();
    expect(arrivals.map(({ searchParams }) => searchParams.get('error'))).toEqual(['access_denied']);
  });

  it('keeps the request through a wrong password, and narrows scopes and resumes', async () => {
    const email = newEmail();
    const clientId = await registerClient('Narrowed');
    const page = await context.newPage();
    await page.goto(`${origin}/sign-up`);
    await signUp(page, email);
    await page.goto(`${origin}/resumes`);
    await page.getByRole('button', { name: 'Create an example resume' }).click();
    await page.getByRole('heading', { name: 'Example resume' }).waitFor();
    await page.goto(`${origin}/account`);
    await page.getByRole('button', { name: 'Sign out' }).click();

    await page.goto(buildAuthorizeUrl(clientId));
    await signIn(page, email, 'not-the-password');
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Email').inputValue()).toBe(email);
    await signIn(page, email);
    await page.getByLabel('Create resumes and change their content').uncheck();
    await page.getByLabel('Only these').check();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('alert').getByText('Choose at least one resume').waitFor();
    expect(arrivals).toEqual([]);
    await page.getByLabel('Example resume').check();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Back in the client' }).waitFor();
    expect((await redeem(clientId)).scope.split(' ').toSorted()).toEqual(['offline_access', 'resumes:read']);
    await page.goto(`${origin}/connections`);
    await page
      .getByRole('row', { name: /Narrowed/ })
      .getByText('Example resume')
      .waitFor();
  });

  it('lets a client in once, without staying connected', async () => {
    const clientId = await registerClient('Once');
    const page = await context.newPage();
    await page.goto(`${origin}/sign-up`);
    await signUp(page, newEmail());
    await page.goto(buildAuthorizeUrl(clientId));
    await page.getByLabel('Stay connected until you disconnect it').uncheck();
    await page.getByLabel('Create resumes and change their content').uncheck();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Back in the client' }).waitFor();
    const { scope, refresh_token: refreshToken } = await redeem(clientId);
    expect([scope, refreshToken]).toEqual(['resumes:read', undefined]);
  });

  it('says no, and the client hears it', async () => {
    const clientId = await registerClient('Refused');
    const page = await context.newPage();
    await page.goto(`${origin}/sign-up`);
    await signUp(page, newEmail());
    await page.goto(buildAuthorizeUrl(clientId));
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: 'Back in the client' }).waitFor();
    expect(arrivals.map(({ searchParams }) => [searchParams.get('error'), searchParams.get('state')])).toEqual([
      ['access_denied', 'a+b/c=&d'],
    ]);
    await page.goto(`${origin}/connections`);
    await page.getByRole('heading', { name: 'No app is connected' }).waitFor();
  });

  it('is someone else: signs out on the consent page and in again, with the request kept', async () => {
    const clientId = await registerClient('Other Person');
    const email = newEmail();
    const page = await context.newPage();
    await page.goto(`${origin}/sign-up`);
    await signUp(page, email);
    await page.goto(buildAuthorizeUrl(clientId));
    await page.getByRole('button', { name: 'Not you?' }).click();
    await page.getByRole('heading', { name: 'Sign in to continue to Other Person' }).waitFor();
    await signIn(page, email);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Back in the client' }).waitFor();
    expect(arrivals.map(({ searchParams }) => searchParams.get('state'))).toEqual(['a+b/c=&d']);
  });

  // security case 78
  it('is asked to start again when one character of the signed query has changed', async () => {
    const clientId = await registerClient('Tampered');
    const page = await context.newPage();
    await page.goto(`${origin}/sign-up`);
    await signUp(page, newEmail());
    await page.goto(buildAuthorizeUrl(clientId));
    const tampered = page.url().replace('resumes%3Awrite', 'resumes%3Adelete');
    expect(tampered).not.toBe(page.url());
    const response = await page.goto(tampered);
    expect(response?.status()).toBe(400);
    await page.getByRole('heading', { name: 'Please start again from your app' }).waitFor();
  });

  it.each([
    ['a client that is not known', { client_id: 'nobody' }, 'This app is not known here'],
    [
      'an address that is not registered',
      { redirect_uri: 'http://127.0.0.1:1/other' },
      'The app asked for its answer at an unknown address',
    ],
  ])('is told what to do about %s', async (_name, changes, heading) => {
    const clientId = await registerClient('Known');
    const page = await context.newPage();
    const response = await page.goto(buildAuthorizeUrl(clientId, changes));
    await page.getByRole('heading', { name: heading }).waitFor();
    expect(response?.status()).toBe(400);
    expect(new URL(page.url()).origin).toBe(origin);
  });

  // proves api-keys:shown-once
  it('makes an API key that works, sees it once, and revokes it', async () => {
    const page = await context.newPage();
    await page.goto(`${origin}/sign-up`);
    await signUp(page, newEmail());
    await page.goto(`${origin}/api-keys`);
    await page.getByLabel('Name').fill('CI');
    await page.getByRole('button', { name: 'Create API key' }).click();
    await page.getByRole('heading', { name: 'Your new key' }).waitFor();
    const key = await page.locator('pre').first().innerText();
    const list = () => fetch(`${origin}/api/v1/resumes`, { headers: { 'x-api-key': key.trim() } });
    expect((await list()).status).toBe(200);
    await page.goto(`${origin}/api-keys`);
    expect(await page.content()).not.toContain(key.trim());
    await page.getByRole('row', { name: /CI/ }).getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('status').waitFor();
    expect((await list()).status).toBe(401);
  });

  it('locks, unlocks and deletes a resume, and sees it in the activity', async () => {
    const page = await context.newPage();
    await page.goto(`${origin}/sign-up`);
    await signUp(page, newEmail());
    await page.goto(`${origin}/resumes`);
    await page.getByLabel('Name').fill('Engineer');
    await page.getByRole('button', { name: 'Create resume' }).click();
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    expect(await page.getByRole('link', { name: 'Delete' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('link', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('status').getByText('deleted for good').waitFor();
    await page.goto(`${origin}/activity`);
    for (const text of ['Resume created', 'Resume locked', 'Resume unlocked', 'Resume deleted']) await page.getByText(text).waitFor();
  });

  it('sees where they are signed in and ends another session', async () => {
    const email = newEmail();
    const page = await context.newPage();
    await page.goto(`${origin}/sign-up`);
    await signUp(page, email);
    const elsewhere = await browser.newContext({ javaScriptEnabled: false });
    const other = await elsewhere.newPage();
    await other.goto(`${origin}/sign-in`);
    await signIn(other, email);
    await page.goto(`${origin}/account`);
    await page.getByRole('button', { name: 'End session' }).click();
    await page.getByRole('status').waitFor();
    await other.goto(`${origin}/resumes`);
    expect(new URL(other.url()).pathname).toBe('/sign-in');
    await elsewhere.close();
  });
});

describe.skipIf(!hasChromium)('a person without a mouse', () => {
  // proves pages:keyboard
  it('signs in, lets an app in, and ends the connection', async () => {
    const email = newEmail();
    const page = await context.newPage();
    await page.goto(`${origin}/sign-up`);
    await signUp(page, email);
    await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
    await context.clearCookies();
    const keyboard = await context.newPage();
    const type = async (field: string, text: string) => {
      await pressTabTo(keyboard, field);
      await keyboard.keyboard.type(text);
    };
    const press = async (control: string) => {
      await pressTabTo(keyboard, control);
      await keyboard.keyboard.press('Enter');
    };
    const clientId = await registerClient('Test Client');
    await keyboard.goto(buildAuthorizeUrl(clientId));
    await type('email', email);
    await type('password', PASSWORD);
    await press('Sign in');
    await keyboard.getByRole('heading', { name: 'Test Client wants to work with your resumes' }).waitFor();
    await press('Allow');
    await keyboard.getByRole('heading', { name: 'Back in the client' }).waitFor();
    expect(arrivals).toHaveLength(1);
    await redeem(clientId);
    await keyboard.goto(`${origin}/`);
    await press('Connections');
    await keyboard.getByRole('row', { name: /Test Client/ }).waitFor();
    await press('Disconnect');
    await keyboard.getByText('The app has been disconnected.').waitFor();
    expect(await keyboard.getByRole('row', { name: /Test Client/ }).count()).toBe(0);
  });
});
