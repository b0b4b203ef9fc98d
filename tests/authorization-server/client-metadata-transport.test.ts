import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { getPinned, type FetchFailure, type PinnedGetOptions } from '../../src/authorization-server/client-metadata/pinned-get.ts';
import { isPublicAddress, judgeResourceUrl } from '../../src/authorization-server/client-metadata/network-policy.ts';
import { PUBLIC_ADDRESS, startMetadataHost, type Answer, type MetadataHost } from '../support/metadata-host.ts';

const DOCUMENT = 'https://client.test/doc.json';

let host: MetadataHost;
beforeAll(async () => {
  host = await startMetadataHost(['client.test']);
});
afterAll(() => host.close());
afterEach(() => {
  host.requests.length = 0;
  host.dialled.length = 0;
  host.lookups.length = 0;
  host.resolve('client.test', [PUBLIC_ADDRESS]);
});

const get = (url: string, options: Partial<PinnedGetOptions> = {}) =>
  getPinned(url, { network: host.network, ownHosts: ['vitae.test'], maximumBytes: 5120, ...options });
const reasonOf = (url: string, options: Partial<PinnedGetOptions> = {}): Promise<FetchFailure | 'fetched'> =>
  get(url, options).then(
    () => 'fetched',
    (error: { reason: FetchFailure }) => error.reason,
  );
const json = (body: string | Buffer, headers: Record<string, string> = {}, status = 200): Answer => {
  return (_request, response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
};

describe('a metadata resource', () => {
  it('is fetched from the address that its name has, under its own name', async () => {
    host.serve(DOCUMENT, { client_id: DOCUMENT });
    const { status, text } = await get(DOCUMENT);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ client_id: DOCUMENT });
    expect(host.dialled).toEqual([`${PUBLIC_ADDRESS}:443`]);
  });

  // security cases 34, 35, 47
  it.each([
    ['http://client.test/doc.json', 'not_https'],
    ['https://client.test/doc.json#part', 'fragment_in_url'],
    ['https://user@client.test/doc.json', 'credentials_in_url'],
    ['https://client.test/a/../doc.json', 'malformed_url'],
    ['https://client.test/a/%2e%2e/doc.json', 'malformed_url'],
    ['https://client.test\\doc.json', 'malformed_url'],
    ['https://client.test/doc\n.json', 'malformed_url'],
    ['https://CLIENT.test/doc.json', 'malformed_url'],
    ['https://client.test:443/doc.json', 'malformed_url'],
    ['https://client.test./doc.json', 'malformed_url'],
    ['https:client.test/doc.json', 'malformed_url'],
    ['https://vitae.test/doc.json', 'own_origin'],
    ['https://vitae.test:8443/doc.json', 'own_origin'],
    ['https://localhost/doc.json', 'private_host'],
    ['https://printer/doc.json', 'private_host'],
    ['https://metadata.google.internal/doc.json', 'private_host'],
    // security case 36
    ['https://127.0.0.1/c', 'private_address'],
    ['https://[::1]/c', 'private_address'],
    ['https://169.254.169.254/c', 'private_address'],
    ['https://100.64.0.1/c', 'private_address'],
    ['https://0x7f.1/c', 'malformed_url'],
    ['https://[::ffff:a00:1]/c', 'private_address'],
    ['https://[64:ff9b::a00:1]/c', 'private_address'],
  ] as const)('at %s is refused before anything is looked up', async (url, reason) => {
    expect(await reasonOf(url)).toBe(reason);
    expect(host.lookups).toEqual([]);
    expect(host.dialled).toEqual([]);
  });

  // security cases 37, 38
  it.each([
    ['a private address', ['10.0.0.1']],
    ['a public and a private one', [PUBLIC_ADDRESS, '127.0.0.1']],
    ['a mapped one', ['::ffff:169.254.169.254']],
    ['none', []],
  ])('whose name has %s gets no connection', async (_what, addresses) => {
    host.resolve('client.test', addresses);
    expect(await reasonOf(DOCUMENT)).toMatch(/private_address|unreachable/);
    expect(host.dialled).toEqual([]);
  });

  // proves metadata-documents:public-addresses
  it('is looked up once, so that a name can not turn private in between', async () => {
    host.resolve('client.test', [PUBLIC_ADDRESS], ['127.0.0.1']);
    expect(await reasonOf(DOCUMENT)).toBe('fetched');
    expect(host.lookups).toEqual(['client.test']);
    expect(host.dialled).toEqual([`${PUBLIC_ADDRESS}:443`]);
  });

  it('is refused from a host that has no certificate for the name', async () => {
    host.resolve('other.test', [PUBLIC_ADDRESS]);
    expect(await reasonOf('https://other.test/doc.json')).toBe('unreachable');
    expect(host.requests).toEqual([]);
  });

  // security cases 39, 40, 43
  it.each([
    ['a redirect', json('', { location: 'https://client.test/other' }, 302), 'bad_status'],
    ['an error', json('{}', {}, 500), 'bad_status'],
    ['a part', json('{}', {}, 206), 'bad_status'],
    ['a 304 that nobody asked for', json('', {}, 304), 'bad_status'],
    ['a page', json('<html>', { 'content-type': 'text/html' }), 'not_json'],
    ['a compressed answer', json('{}', { 'content-encoding': 'gzip' }), 'encoded'],
    ['5,121 bytes', json('x'.repeat(5121)), 'too_large'],
    ['a length that is a lie', json('{}', { 'content-length': '9999999' }), 'too_large'],
    [
      'chunks without end',
      (_request: unknown, response: Parameters<Answer>[1]) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = () => void (response.destroyed || response.write('x'.repeat(1024), more));
        more();
      },
      'too_large',
    ],
  ] as const)('that answers with %s is refused', async (_what, answer, reason) => {
    host.serve('https://client.test/odd.json', answer);
    expect(await reasonOf('https://client.test/odd.json')).toBe(reason);
  });

  it('of exactly 5 KiB is taken', async () => {
    host.serve('https://client.test/odd.json', json('x'.repeat(5120)));
    expect((await get('https://client.test/odd.json')).text).toHaveLength(5120);
  });

  // security case 41
  // proves metadata-documents:bounded
  it('that comes byte by byte is given up when the time is over', async () => {
    host.serve('https://client.test/slow.json', (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(drip));
    });
    expect(await reasonOf('https://client.test/slow.json', { network: { ...host.network, timeoutMs: 150 } })).toBe('timed_out');
  });

  it('whose name is never answered for is given up when the time is over', async () => {
    const network = { ...host.network, resolve: () => new Promise<string[]>(() => {}), timeoutMs: 50 };
    expect(await reasonOf(DOCUMENT, { network })).toBe('timed_out');
  });

  it('may answer 304 to validators', async () => {
    host.serve(DOCUMENT, (request, response) => response.writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 500).end());
    expect((await get(DOCUMENT, { validators: { 'if-none-match': '"1"' } })).status).toBe(304);
  });
});

describe('an address', () => {
  it.each([
    '0.0.0.0 10.1.2.3 100.127.0.1 127.0.0.1 169.254.1.1 172.31.0.1 192.0.0.8 192.0.2.1 192.168.0.1 198.18.0.1 192.88.99.1',
    '198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:8.8.8.8 ::ffff:0:10.0.0.1',
    '64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:a00:1::1 3fff::1 4000::1 5f00::1',
    'fc00::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 not-an-address',
  ])('of %s is not public', (addresses) => {
    expect(addresses.split(' ').filter(isPublicAddress)).toEqual([]);
  });

  it.each(['8.8.8.8', PUBLIC_ADDRESS, '2606:4700:4700::1111', '2a00:1450:4001:800::200e'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
    expect(judgeResourceUrl(`https://${address.includes(':') ? `[${address}]` : address}/c`, [])).toBeNull();
  });
});
