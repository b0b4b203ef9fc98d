import { lookup } from 'node:dns/promises';
import { request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { NETWORK_REFUSALS, isPublicAddress, judgeResourceUrl } from './network-policy.ts';

/** The parts of the network that a deployment or a test may bring itself. The policy is not one of them. */
export interface MetadataNetwork {
  /** Every address of a host name. Asked once per fetch. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
  /** Opens a connection to an address that the policy has passed. */
  readonly dial?: (address: string, port: number) => Socket;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  /** How long one fetch may take from name resolution to the last byte; 4,500 ms when absent. */
  readonly timeoutMs?: number;
}

export const FETCH_FAILURES = [
  ...NETWORK_REFUSALS,
  'unreachable',
  'timed_out',
  'too_large',
  'bad_status',
  'not_json',
  'encoded',
  'too_many',
] as const;
export type FetchFailure = (typeof FETCH_FAILURES)[number];

export class FetchRefused extends Error {
  readonly reason: FetchFailure;
  /** Of the answer that was refused; null when there was none. */
  readonly status: number | null;

  constructor(reason: FetchFailure, status: number | null = null, cause?: unknown) {
    super(`metadata resource refused: ${reason}${status === null ? '' : ` (${status})`}`, { cause });
    this.reason = reason;
    this.status = status;
  }
}

export interface FetchedResource {
  /** 200, or 304 when validators were sent. */
  readonly status: 200 | 304;
  readonly headers: Headers;
  readonly text: string;
}

export interface PinnedGetOptions {
  readonly network: MetadataNetwork;
  readonly ownHosts: readonly string[];
  readonly maximumBytes: number;
  /** `If-None-Match` and `If-Modified-Since`. */
  readonly validators?: Readonly<Record<string, string>>;
}

/** Leaves the library, which gives up after 5 s, the time to hear of it. */
const TIMEOUT_MS = 4_500;
const MAXIMUM_HEADER_BYTES = 8 * 1024;
const JSON_TYPE = /^application\/(?:[-\w.]+\+)?json\s*(?:;|$)/i;

/**
 * Fetches a small JSON resource that a stranger named, over https.
 *
 * The name is resolved once; every address it has must be public, and the connection goes to one of them while TLS verifies
 * the name. Redirects, compressed answers, any status but 200 (304 with validators) and anything but JSON are refused, and
 * reading stops at the limit whatever `Content-Length` says.
 *
 * @throws FetchRefused
 * Not checked: whether the text is JSON and what it says.
 */
export async function getPinned(url: string, options: PinnedGetOptions): Promise<FetchedResource> {
  const { network, ownHosts } = options;
  const refusal = judgeResourceUrl(url, ownHosts);
  if (refusal !== null) throw new FetchRefused(refusal);
  const parsed = new URL(url);
  const signal = AbortSignal.timeout(network.timeoutMs ?? TIMEOUT_MS);
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new FetchRefused('timed_out')), { once: true });
  });
  const address = await Promise.race([resolvePublic(parsed, network), aborted]);
  return Promise.race([read(parsed, address, signal, options), aborted]);
}

async function resolvePublic(url: URL, network: MetadataNetwork): Promise<string> {
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return literal;
  let addresses: readonly string[];
  try {
    addresses = await (network.resolve ?? resolveBySystem)(url.hostname);
  } catch (error) {
    throw new FetchRefused('unreachable', null, error);
  }
  if (!addresses.every(isPublicAddress)) throw new FetchRefused('private_address');
  const address = addresses.find((candidate) => isIP(candidate) === 4) ?? addresses[0];
  if (address === undefined) throw new FetchRefused('unreachable');
  return address;
}

async function resolveBySystem(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);
}

async function read(url: URL, address: string, signal: AbortSignal, options: PinnedGetOptions): Promise<FetchedResource> {
  let response: IncomingMessage;
  try {
    response = await send(url, address, signal, options);
  } catch (error) {
    throw new FetchRefused(signal.aborted ? 'timed_out' : 'unreachable', null, error);
  }
  try {
    const headers = toHeaders(response);
    const status = response.statusCode ?? 0;
    if (status === 304 && options.validators !== undefined) return { status, headers, text: '' };
    if (status !== 200) throw new FetchRefused('bad_status', status);
    if (!JSON_TYPE.test(headers.get('content-type') ?? '')) throw new FetchRefused('not_json', status);
    if ((headers.get('content-encoding') ?? 'identity') !== 'identity') throw new FetchRefused('encoded', status);
    return { status, headers, text: await readBounded(response, options.maximumBytes) };
  } catch (error) {
    if (error instanceof FetchRefused) throw error;
    throw new FetchRefused(signal.aborted ? 'timed_out' : 'unreachable', null, error);
  } finally {
    response.destroy();
  }
}

function send(url: URL, address: string, signal: AbortSignal, { network, validators }: PinnedGetOptions): Promise<IncomingMessage> {
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const socket = (network.dial ?? dialDirectly)(address, url.port === '' ? 443 : Number(url.port));
  const requestOptions: RequestOptions = {
    method: 'GET',
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, accept: 'application/json', 'accept-encoding': 'identity', ...validators },
    maxHeaderSize: MAXIMUM_HEADER_BYTES,
    signal,
    createConnection: () =>
      connectTls({
        socket,
        host: hostname,
        ...(isIP(hostname) === 0 && { servername: hostname }),
        ca: network.ca,
        ALPNProtocols: ['http/1.1'],
      }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(requestOptions, resolve);
    socket.once('error', reject);
    sent.once('error', (error) => {
      socket.destroy();
      reject(error);
    });
    sent.end();
  });
}

function dialDirectly(address: string, port: number): Socket {
  return connectSocket({ host: address, port });
}

async function readBounded(response: IncomingMessage, maximumBytes: number): Promise<string> {
  if (Number(response.headers['content-length'] ?? 0) > maximumBytes) throw new FetchRefused('too_large', 200);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a response without encoding is read as buffers');
    bytes += chunk.length;
    if (bytes > maximumBytes) throw new FetchRefused('too_large', 200);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toHeaders(response: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) {
    for (const item of Array.isArray(value) ? value : value === undefined ? [] : [value]) headers.append(name, item);
  }
  return headers;
}
