import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WELL_KNOWN_DOCUMENTS } from '../../src/authorization-server/client-metadata/well-known-documents.ts';
import { loadPins } from '../../src/authorization-server/client-metadata/pins.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { startMetadataHost, type MetadataHost } from '../support/metadata-host.ts';
import { consent, createOAuthClient } from '../support/oauth.ts';

const HOUR = 60 * 60 * 1000;
const REDIRECT = 'https://client.test/callback';
const PINNED = 'https://pinned.test/client.json';

let host: MetadataHost;
let app: TestApp;
let ada: Person;
beforeAll(async () => {
  host = await startMetadataHost(['client.test', 'zed.dev', 'pinned.test']);
  const pins = new Map([[PINNED, JSON.stringify({ client_id: PINNED, client_name: 'Pinned', redirect_uris: [REDIRECT] })]]);
  app = await createTestApp({ clientMetadata: { network: host.network, pins } });
  ada = await signUp(app);
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  await app.close();
  await host.close();
});

const travel = (milliseconds: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
const createClient = (clientId: string, redirectUri = REDIRECT) =>
  createOAuthClient(app, { client_id: clientId, redirect_uris: [redirectUri] }, { redirectUri });
const askWith = async (clientId: string, redirectUri = REDIRECT) =>
  ada.browser.open((await (await createClient(clientId, redirectUri)).createRequest()).url);
const document = (url: string) => ({ client_id: url, client_name: 'Document client', redirect_uris: [REDIRECT] });
const fail = (status: number) => (_request: unknown, response: { writeHead(status: number, headers: object): { end(): unknown } }) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end();

describe('a client whose host can not be heard', () => {
  // proves metadata-documents:outage
  it.each([
    ['an error', 503],
    ['a refusal of cloud addresses', 403],
  ])('goes on as it was stored for a day, with %s', async (_what, status) => {
    const url = `https://client.test/stale-${status}.json`;
    host.serve(url, document(url));
    const client = await createClient(url);
    const request = await client.createRequest();
    const tokens = await request.redeem(await consent(ada, request));
    host.serve(url, fail(status));
    travel(20 * HOUR);
    const refreshed = await client.refresh(tokens.refresh_token ?? '');
    expect(refreshed.access_token).toBeTypeOf('string');
    travel(5 * HOUR);
    await expect(client.refresh(refreshed.refresh_token ?? '')).rejects.toMatchObject({ status: 401 });
    host.serve(url, document(url));
    travel(HOUR);
    expect((await client.refresh(refreshed.refresh_token ?? '')).access_token).toBeTypeOf('string');
  });

  it('is asked again only after five minutes while there is something to go on with', async () => {
    const url = 'https://client.test/retry.json';
    host.serve(url, document(url));
    expect((await askWith(url)).status).toBe(200);
    host.serve(url, fail(500));
    travel(2 * HOUR);
    expect((await askWith(url)).status).toBe(200);
    expect((await askWith(url)).status).toBe(200);
    expect(host.requests.filter((requested) => requested === url)).toHaveLength(2);
  });

  it('does not go on when the document was withdrawn, or says what can not be accepted', async () => {
    const url = 'https://client.test/gone.json';
    host.serve(url, document(url));
    expect((await askWith(url)).status).toBe(200);
    host.serve(url, fail(404));
    travel(2 * HOUR);
    expect((await askWith(url)).status).toBe(400);
    host.serve(url, { ...document(url), client_id: 'https://client.test/other.json' });
    travel(HOUR);
    expect((await askWith(url)).status).toBe(400);
  });
});

describe('a built-in copy', () => {
  const zed = WELL_KNOWN_DOCUMENTS.find(({ document: { client_id: id } }) => id.includes('zed.dev'));
  const zedUrl = zed?.document.client_id ?? '';

  it.each(WELL_KNOWN_DOCUMENTS.map(({ document: { client_id: id, redirect_uris: uris } }) => [id, (uris as string[])[0] ?? '']))(
    'of %s goes on when its host can not be heard',
    async (clientId, redirectUri) => {
      const name = new URL(clientId).hostname;
      if (name === 'zed.dev') host.serve(clientId, fail(403));
      const page = await askWith(clientId, redirectUri);
      expect(page.status).toBe(200);
      expect(page.url.pathname).toBe('/consent');
    },
  );

  it('gives way to the host as soon as that is heard', async () => {
    host.serve(zedUrl, { client_id: zedUrl, client_name: 'Zed of today', redirect_uris: ['http://127.0.0.1/new'] });
    travel(2 * HOUR + 24 * HOUR);
    ada = await signUp(app);
    expect((await askWith(zedUrl, 'http://127.0.0.1:5000/new')).heading()).toContain('Zed of today');
    expect((await askWith(zedUrl, 'http://127.0.0.1:5000/callback')).status).toBe(400);
  });

  it('does not go on for a host that withdrew the document', async () => {
    const later = await createTestApp({ clientMetadata: { network: host.network } });
    host.serve(zedUrl, fail(410));
    const client = await createOAuthClient(later, { client_id: zedUrl }, { redirectUri: 'http://127.0.0.1:5000/callback' });
    expect((await later.createBrowser().open((await client.createRequest()).url)).status).toBe(400);
    await later.close();
  });
});

describe('a pinned document', () => {
  // proves metadata-documents:pins
  it('is used without asking its host', async () => {
    host.serve(PINNED, { client_id: PINNED, client_name: 'Live', redirect_uris: [REDIRECT] });
    expect((await askWith(PINNED)).heading()).toContain('Pinned');
    expect(host.requests).not.toContain(PINNED);
  });

  const folder = mkdtempSync(join(tmpdir(), 'vitae-pins-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

  it('is read from a file or a folder, alone or in a map with key sets', async () => {
    write('one.json', { client_id: PINNED, client_name: 'One' });
    write('two.json', {
      'https://client.test/2.json': { client_id: 'https://client.test/2.json' },
      'https://client.test/keys': { keys: [] },
    });
    const loaded = await loadPins(folder);
    expect(loaded.ok && [...loaded.pins.keys()]).toEqual([PINNED, 'https://client.test/2.json', 'https://client.test/keys']);
    expect((await loadPins(join(folder, 'one.json'))).ok).toBe(true);
  });

  it.each([
    ['no JSON', 'nonsense', 'JSON'],
    ['another id', { 'https://client.test/a.json': { client_id: 'https://client.test/b.json' } }, 'another client_id'],
    ['http', { client_id: 'http://client.test/a.json' }, 'is not the https URL'],
    ['a private address', { client_id: 'https://10.0.0.1/a.json' }, 'is not the https URL'],
    ['too much', { client_id: 'https://client.test/a.json', padding: 'x'.repeat(6000) }, 'larger than 5 KiB'],
  ])('stops the start when it is %s', async (_what, content, problem) => {
    write('bad.json', content);
    const loaded = await loadPins(join(folder, 'bad.json'));
    expect(loaded.ok ? [] : loaded.problems).toEqual([expect.stringContaining(problem)]);
  });

  it('stops the start when there is none', async () => {
    expect((await loadPins(join(folder, 'absent'))).ok).toBe(false);
  });
});
