import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookFromOutside } from '../../src/doctor/self-check.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { findFreePort } from '../support/free-port.ts';
import { startProxy, type Meddling, type Proxy } from './broken-proxy.ts';

const clock = () => new Date();
/** Leads here, and is no loopback address by its name. */
let publicUrl: string;
let app: TestApp;
let proxy: Proxy;

beforeAll(async () => {
  const port = await findFreePort();
  publicUrl = `http://0.0.0.0:${port}`;
  app = await createTestApp({ settings: { APP_URL: `http://127.0.0.1:${port}` } });
  proxy = await startProxy(app, port);
});
afterAll(async () => {
  await proxy.close();
  await app.close();
});

/** As if the server had the public address in its settings. */
const asConfigured: Meddling = async (request, pass) => {
  const own = app.origin;
  const forwarded = new Headers(request.headers);
  forwarded.set('host', new URL(own).host);
  const response = await pass(new Request(request, { headers: forwarded }));
  const headers = new Headers([...response.headers].map(([name, value]): [string, string] => [name, value.replaceAll(own, publicUrl)]));
  return new Response((await response.text()).replaceAll(own, publicUrl), { status: response.status, headers });
};

describe('the look at the public address at the start', () => {
  it('finds nothing where the address leads to this server', async () => {
    proxy.meddle(asConfigured);
    expect(await lookFromOutside(publicUrl, clock)).toEqual([]);
  });

  it('finds that the address leads to a server of another name', async () => {
    proxy.meddle(null);
    const found = (await lookFromOutside(publicUrl, clock)).map(({ what }) => what);
    expect(found).toContainEqual(expect.stringMatching(/^issuer is http:\/\/127\.0\.0\.1:\d+, not http:\/\/0\.0\.0\.0:/));
  });

  it('finds once that there is no way there from here', async () => {
    expect(await lookFromOutside('http://0.0.0.0:1', clock)).toEqual([
      expect.objectContaining({ what: expect.stringContaining('no connection') }),
    ]);
  });

  it('does not look at a loopback address', async () => {
    expect(await lookFromOutside('http://localhost:1', clock)).toEqual([]);
  });
});
