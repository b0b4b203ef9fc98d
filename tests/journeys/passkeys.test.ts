import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCallbackListener, type CallbackListener } from '../support/callback-listener.ts';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { createOAuthClient } from '../support/oauth.ts';
import { startServer, type ServerProcess } from '../support/process.ts';
import { totpOf } from '../support/totp.ts';

const hasChromium = findChromium() !== null;
if (!hasChromium) process.stderr.write('tests/journeys/passkeys.test.ts: skipped, no Chromium on this machine\n');

const PASSWORD = 'correct horse battery';

describe.skipIf(!hasChromium)('a person with a passkey', () => {
  let server: ServerProcess;
  let browser: Browser;
  let listener: CallbackListener;
  beforeAll(async () => {
    [server, browser, listener] = await Promise.all([startServer(), launchChromium(), startCallbackListener()]);
  });
  afterAll(async () => {
    await browser?.close();
    await listener?.close();
    await server?.dispose();
  });

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  /** A browser with an authenticator in it. @param verifiesUser by finger or screen lock; otherwise a touch is all it takes */
  async function openBrowser(
    verifiesUser: boolean,
  ): Promise<{ context: BrowserContext; page: Page; complaints: string[]; forget: () => Promise<void> }> {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${server.url}/`) && !request.url().startsWith(listener.redirectUri)) complaints.push(request.url());
    });
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: verifiesUser,
        isUserVerified: verifiesUser,
        automaticPresenceSimulation: true,
      },
    });
    return { context, page, complaints, forget: async () => void (await devtools.send('WebAuthn.clearCredentials', { authenticatorId })) };
  }

  async function signUp(page: Page): Promise<string> {
    const email = `person-${crypto.randomUUID()}@example.org`;
    await page.goto(`${server.url}/sign-up`);
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await button(page, 'Create account').click();
    await page.waitForURL(`${server.url}/`);
    return email;
  }

  async function addPasskey(page: Page, name: string): Promise<void> {
    await page.goto(`${server.url}/account`);
    await page.getByRole('link', { name: 'Manage passkeys …' }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    await button(page, 'Add passkey').click();
  }

  async function signOut(page: Page): Promise<void> {
    await page.goto(`${server.url}/account`);
    await button(page, 'Sign out').click();
    await page.waitForURL((url) => url.pathname === '/sign-in');
  }

  // proves accounts:passkey
  it('adds it, signs in with it on the way from a client, renames and removes it', async () => {
    const { context, page, complaints } = await openBrowser(true);
    await signUp(page);
    await addPasskey(page, 'Telephone');
    await page.getByText('The passkey has been added.').waitFor();
    await signOut(page);

    const client = await createOAuthClient(
      { origin: server.url, fetch: (request) => fetch(request) },
      { redirect_uris: [listener.redirectUri] },
    );
    const request = await client.createRequest();
    await page.goto(request.url.href);
    await button(page, 'Use a passkey instead').click();
    await page.getByRole('heading', { name: 'Test client wants to work with your resumes' }).waitFor();
    const arrived = listener.next();
    await button(page, 'Allow').click();
    expect(await request.redeem(await arrived)).toMatchObject({ token_type: 'bearer' });

    await page.waitForURL((current) => current.origin !== new URL(server.url).origin);
    await page.goto(`${server.url}/account/passkeys`);
    await page.getByLabel('New name').fill('Old telephone');
    await button(page, 'Rename').click();
    await page.getByText('The passkey has been renamed.').waitFor();
    expect(await page.getByRole('table').textContent()).toContain('Old telephone');
    await button(page, 'Remove').click();
    await page.getByText('You have no passkey').waitFor();
    await signOut(page);
    await button(page, 'Use a passkey instead').click();
    await page.getByText('This passkey is not known here').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is let in by it where two-factor sign-in is on, for it is both', async () => {
    const { context, page } = await openBrowser(true);
    const email = await signUp(page);
    await addPasskey(page, 'Telephone');
    await page.getByText('The passkey has been added.').waitFor();
    await page.goto(`${server.url}/account/two-factor`);
    await page.getByLabel('Password').fill(PASSWORD);
    await button(page, 'Set up').click();
    const uri = (await page.locator('input[name="uri"]').getAttribute('value')) ?? '';
    await page.getByLabel('Code', { exact: true }).fill(totpOf(uri));
    await button(page, 'Turn on').click();
    await page.getByText('Two-factor sign-in is on.').waitFor();
    await signOut(page);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await button(page, 'Sign in').click();
    await page.getByRole('heading', { name: 'Enter a code' }).waitFor();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await button(page, 'Use a passkey instead').click();
    await page.waitForURL(`${server.url}/`);
    expect(await page.getByText('What next').isVisible()).toBe(true);
    await context.close();
  });

  it('is told when there is none for this site, and when the authenticator verifies nobody', async () => {
    const { context, page, forget } = await openBrowser(true);
    await signUp(page);
    await addPasskey(page, 'Telephone');
    await page.getByText('The passkey has been added.').waitFor();
    await forget();
    await signOut(page);
    await button(page, 'Use a passkey instead').click();
    await page.getByText('The browser did not get a passkey').waitFor();
    await context.close();

    const touch = await openBrowser(false);
    await signUp(touch.page);
    await addPasskey(touch.page, 'Key that takes a touch');
    await touch.page.getByText('The browser did not get a passkey').waitFor();
    // A browser that does not insist on it is refused by the server.
    await touch.page.route('**/passkey/generate-register-options', async (route) => {
      const response = await route.fetch();
      const options = (await response.json()) as { authenticatorSelection: Record<string, unknown> };
      options.authenticatorSelection['userVerification'] = 'discouraged';
      await route.fulfill({ response, json: options });
    });
    await addPasskey(touch.page, 'Key that takes a touch');
    await touch.page.getByText('answer could not be used').waitFor();
    await touch.page.goto(`${server.url}/account/passkeys`);
    await touch.page.getByText('You have no passkey').waitFor();
    expect(await touch.page.getByRole('table').count()).toBe(0);
    await touch.context.close();
  });

  it('sees nothing of passkeys without JavaScript, and a word where they are added', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${server.url}/sign-in`);
    expect(await button(page, 'Use a passkey instead').isVisible()).toBe(false);
    await signUp(page);
    await page.goto(`${server.url}/account/passkeys`);
    // Not by its text: Playwright does not look into noscript.
    expect(await page.locator('noscript p').isVisible()).toBe(true);
    expect(await button(page, 'Add passkey').isVisible()).toBe(false);
    await context.close();
  });
});
