import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { buildConnection, buildResume, buildSignedQuery } from './fixture.ts';
import { startPreview, type Preview } from './preview.ts';
import { LANGUAGES } from '../../src/language.ts';
import { MESSAGES } from '../../src/pages/messages.ts';
import { findForeignText } from './foreign-text.ts';
import { PAGE_STATES, STATE_DATA } from './states.ts';
import { FIND_SMALL_TARGETS, findViolations, openWatchedPage, pressTabTo } from './watched-page.ts';

const NARROW = { width: 320, height: 640 };
const hasChromium = findChromium() !== null;
if (!hasChromium) process.stderr.write('tests/pages/browser.test.ts: skipped, no Chromium on this machine\n');

let browser: Browser;
let preview: Preview;

beforeAll(async () => {
  if (!hasChromium) return;
  [browser, preview] = await Promise.all([launchChromium(), startPreview()]);
});

afterAll(async () => {
  await browser?.close();
  await preview?.close();
});

describe.skipIf(!hasChromium)('in a browser', () => {
  const states = LANGUAGES.flatMap((language) => PAGE_STATES.map((state) => ({ state, language })));

  // security case 98
  // proves pages:accessible
  // proves pages:languages
  it.each(states)(
    '$state.name ($language) has no accessibility violation, no complaint and no sideways scrolling',
    async ({ state, language }) => {
      const context = await browser.newContext({ colorScheme: 'light', viewport: NARROW, reducedMotion: 'reduce', locale: language });
      const { page, complaints } = await openWatchedPage(context, preview.origin);
      const fixture = preview.reset({ hasStyleguide: state.hasStyleguide === true, ...(!state.isSignedIn && { session: null }) });
      state.prepare?.(fixture);
      await state.visit(page, preview.origin, MESSAGES[language]);
      expect(await page.evaluate('document.documentElement.lang')).toBe(language);
      // What only the makers of the pages see is in English alone.
      const foreign = state.hasStyleguide === true ? [] : await findForeignText(page, language, STATE_DATA);
      expect(foreign).toEqual([]);
      expect(await findViolations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width);
      expect(await page.evaluate(FIND_SMALL_TARGETS)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await findViolations(page, ['color-contrast', 'link-in-text-block'])).toEqual([]);
      expect(complaints.filter((complaint) => !complaint.startsWith('cursor:'))).toEqual([]);
      await context.close();
    },
  );

  it('finds a violation, a small target and a third party where there are some', async () => {
    const context = await browser.newContext({ viewport: NARROW });
    const { page, complaints } = await openWatchedPage(context, preview.origin);
    await page.setContent('<main><h1>x</h1><input><button>y</button><img src="http://127.0.0.1:9/x.png"></main>');
    expect(await findViolations(page)).toEqual(expect.arrayContaining(['label: <input>', expect.stringContaining('image-alt: <img')]));
    expect(await page.evaluate(FIND_SMALL_TARGETS)).toEqual(['<input>', '<button>y</button>']);
    expect(complaints).toContain('http://127.0.0.1:9/x.png');
    expect(await findForeignText(page, 'de', [])).toEqual([]);
    await page.setContent(
      '<title>x</title><h1 title="Connect an app">App verbinden</h1><p>Hello <b>World</b></p><p>Zugriff erlauben</p><bdi>Words</bdi>',
    );
    expect(await findForeignText(page, 'de', [])).toEqual(['Hello', 'World', 'Connect an app']);
    expect(await findForeignText(page, 'de', ['Hello', 'World'])).toEqual(['Connect an app']);
    await context.close();
  });

  it('notices a breach of the policy', async () => {
    preview.reset({ session: null });
    const context = await browser.newContext({ viewport: NARROW });
    const { page, complaints } = await openWatchedPage(context, preview.origin);
    await page.goto(`${preview.origin}/sign-up`);
    expect(complaints).toEqual([]);
    await page.evaluate("document.body.setAttribute('style', 'color: red')");
    await expect.poll(() => complaints.join(' ')).toContain('policy: style-src');
    await context.close();
  });

  it('mirrors the consent page for a language that runs from right to left', async () => {
    const fixture = preview.reset();
    fixture.resumes.push(buildResume({}));
    const context = await browser.newContext({ viewport: NARROW });
    const { page } = await openWatchedPage(context, preview.origin);
    await page.goto(`${preview.origin}/consent?${buildSignedQuery()}`);
    await page.evaluate("document.documentElement.dir = 'rtl'");
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width);
    const [box, label] = await Promise.all([
      page.getByRole('checkbox').first().boundingBox(),
      page.locator('label[for="scope-resumes:read"]').boundingBox(),
    ]);
    expect(box?.x).toBeGreaterThan(label?.x ?? Number.NaN);
    await context.close();
  });

  // proves pages:keyboard
  it('takes a decision by keyboard alone', async () => {
    const fixture = preview.reset();
    fixture.resumes.push(buildResume({}));
    fixture.authAnswers.set('oauth2/consent', () => Response.json({ redirect: true, url: 'com.example.app:/callback?code=1' }));
    const page = await browser.newPage();
    await page.goto(`${preview.origin}/consent?${buildSignedQuery()}`);
    await pressTabTo(page, 'scope-resumes:write');
    await page.keyboard.press('Space');
    await pressTabTo(page, 'resumes-all');
    await page.keyboard.press('ArrowDown');
    await pressTabTo(page, 'Engineer');
    await page.keyboard.press('Space');
    await pressTabTo(page, 'Allow');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Continue to Claude' }).waitFor();
    expect(fixture.authCalls[0]?.body).toMatchObject({ accept: true, scope: 'resumes:read offline_access', resumes: ['resume-1'] });
    await page.close();
  });

  // proves pages:keyboard
  it('ends a connection by keyboard alone, past the navigation by the first link', async () => {
    const fixture = preview.reset();
    fixture.connections.push(buildConnection());
    const page = await browser.newPage();
    await page.goto(`${preview.origin}/connections`);
    await pressTabTo(page, 'Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Change');
    await pressTabTo(page, 'Disconnect');
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor();
    expect(fixture.connections).toEqual([]);
    await page.close();
  });

  it('focuses what went wrong', async () => {
    const fixture = preview.reset({ session: null });
    fixture.authAnswers.set('sign-in/email', () => Response.json({ code: 'INVALID_EMAIL_OR_PASSWORD' }, { status: 401 }));
    const page = await browser.newPage();
    await page.goto(`${preview.origin}/sign-in`);
    await page.getByLabel('Email').fill('ada@example.org');
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.evaluate("document.activeElement?.getAttribute('role')")).toBe('alert');
    await page.close();
  });
});

/** A client's callback on a port of its own: records what reaches it. */
async function startCallback(handle: (request: IncomingMessage) => { status: number; headers: Record<string, string>; body: string }) {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    const { status, headers, body } = handle(request);
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** An answer of 200 with a document. */
function ok(body: string) {
  return { status: 200, headers: {}, body };
}

async function allow(context: BrowserContext, callbackUrl: string): Promise<Page> {
  const fixture = preview.reset();
  fixture.resumes.push(buildResume({}));
  fixture.authAnswers.set('oauth2/consent', () => Response.json({ redirect: true, url: `${callbackUrl}/cb?code=abc&state=s%2Bt` }));
  const tab = await context.newPage();
  await tab.goto(`${preview.origin}/consent?${buildSignedQuery({ redirect_uri: `${callbackUrl}/cb` })}`);
  await tab.getByRole('button', { name: 'Allow' }).click();
  return tab;
}

describe.skipIf(!hasChromium)('handing over to a client', () => {
  // security case 94
  it.each([true, false])('reaches a callback that redirects once more, JavaScript %s, without a referrer', async (javaScriptEnabled) => {
    const callback = await startCallback((request) =>
      request.url?.startsWith('/cb') ? { status: 302, headers: { location: '/done' }, body: '' } : ok('<h1>arrived</h1>'),
    );
    const context = await browser.newContext({ javaScriptEnabled });
    const tab = await allow(context, callback.url);
    await tab.getByRole('heading', { name: 'arrived' }).waitFor();
    const [first] = callback.requests;
    expect(first?.url).toBe('/cb?code=abc&state=s%2Bt');
    expect([first?.method, first?.headers.referer, first?.headers.cookie]).toEqual(['GET', undefined, undefined]);
    await context.close();
    callback.close();
  });

  it('leaves the opener to a client that runs the flow in a popup', async () => {
    const opener = await startCallback((request) =>
      request.url?.startsWith('/cb')
        ? ok('<script>window.opener?.postMessage("code received", location.origin)</script>')
        : ok('<script>addEventListener("message", (event) => { document.title = event.data; })</script>'),
    );
    const context = await browser.newContext();
    const fixture = preview.reset();
    fixture.authAnswers.set('oauth2/consent', () => Response.json({ redirect: true, url: `${opener.url}/cb?code=abc` }));
    const client = await context.newPage();
    await client.goto(opener.url);
    const popupOpened = client.waitForEvent('popup');
    await client.evaluate(
      `window.open(${JSON.stringify(`${preview.origin}/consent?${buildSignedQuery({ redirect_uri: `${opener.url}/cb` })}`)}, 'flow', 'popup')`,
    );
    const popup = await popupOpened;
    await popup.getByRole('button', { name: 'Allow' }).click();
    await client.waitForFunction('document.title === "code received"');
    expect(await client.title()).toBe('code received');
    await context.close();
    opener.close();
  });

  it('is not framed by another site', async () => {
    preview.reset();
    const frame = await startCallback(() => ok(`<iframe src="${preview.origin}/consent?${buildSignedQuery()}"></iframe>`));
    const tab = await browser.newPage();
    await tab.goto(frame.url);
    const inner = tab.frames()[1];
    expect(await inner?.getByRole('button').count()).toBe(0);
    await tab.close();
    frame.close();
  });

  // security cases 87, 100
  // proves pages:form-tokens
  it.each(['/sign-in', '/consent', '/api-keys'])('takes no form from another site at %s', async (path) => {
    const fixture = preview.reset();
    const attacker = await startCallback(() =>
      ok(
        `<form method="post" action="${preview.origin}${path}"><input name="email" value="evil@example.org"><input name="password" value="evil-password"><button>go</button></form>`,
      ),
    );
    const tab = await browser.newPage();
    await tab.goto(attacker.url);
    await tab.getByRole('button', { name: 'go' }).click();
    await tab.getByRole('heading', { name: 'This did not come from our own page' }).waitFor();
    expect(fixture.authCalls).toEqual([]);
    await tab.close();
    attacker.close();
  });
});
