import { randomUUID } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { BufferedRequest } from '../buffered-request.ts';
import { CLIENT_ADDRESS_HEADER } from '../authorization-server/auth.ts';
import type { McpRequest } from '../mcp/handler.ts';
import type { RequestNotes } from '../observability/request-origin.ts';

/** One request with what the edge established about it. */
export interface Exchange {
  /**
   * The request over the bytes that were read of its body. `x-request-id` is ours, and the header that tells the client's address is
   * the edge's: what a client sent in either is gone. Made when it is first asked for, because it costs more than many an answer.
   */
  readonly request: Request;
  /** Method, address and headers as they were sent; see {@link Exchange.request}. */
  readonly incoming: Pick<Request, 'method' | 'url' | 'headers' | 'signal'>;
  /** Null: none, or of a method whose body is not read. */
  readonly body: Buffer<ArrayBuffer> | null;
  /** Of {@link Exchange.request}: with our own path, whatever stands before it outside. */
  readonly url: URL;
  readonly requestId: string;
  /** The person's side of the connection; null when the app is called without a socket. */
  readonly address: string | null;
  /** The peer of the socket, whatever headers say. */
  readonly peer: string | null;
  readonly notes: RequestNotes;
}

export function createExchange(
  incoming: Request,
  body: Buffer<ArrayBuffer> | null,
  origin: Pick<Exchange, 'requestId' | 'address' | 'peer' | 'notes'>,
  ownUrl: string = incoming.url,
): Exchange {
  return new ServedExchange(incoming, body, origin, ownUrl);
}

/**
 * A class, because V8 puts the accessors of an object literal among its old objects, and with them all that a getter sees, which was the whole
 * request: it stayed in memory until everything was collected (docs/decisions/0102).
 */
class ServedExchange implements Exchange {
  readonly requestId: string;
  readonly address: string | null;
  readonly peer: string | null;
  readonly notes: RequestNotes;
  readonly body: Buffer<ArrayBuffer> | null;
  readonly incoming: Request;
  readonly #ownUrl: string;
  #request: Request | null = null;
  #url: URL | null = null;

  constructor(
    incoming: Request,
    body: Buffer<ArrayBuffer> | null,
    { requestId, address, peer, notes }: Pick<Exchange, 'requestId' | 'address' | 'peer' | 'notes'>,
    ownUrl: string,
  ) {
    this.incoming = incoming;
    this.body = body;
    this.requestId = requestId;
    this.address = address;
    this.peer = peer;
    this.notes = notes;
    this.#ownUrl = ownUrl;
  }

  get request(): Request {
    return (this.#request ??= this.#build());
  }

  get url(): URL {
    return (this.#url ??= new URL(this.#ownUrl));
  }

  #build(): Request {
    const built = this.#toOwn();
    built.headers.delete(CLIENT_ADDRESS_HEADER);
    if (this.address !== null) built.headers.set(CLIENT_ADDRESS_HEADER, this.address);
    built.headers.set('x-request-id', this.requestId);
    return built;
  }

  #toOwn(): Request {
    const { incoming } = this;
    const { method, headers } = incoming;
    if (this.body !== null) return new BufferedRequest(this.#ownUrl, { method, headers, body: this.body, signal: () => incoming.signal });
    if (this.#ownUrl === incoming.url) return incoming;
    return new Request(this.#ownUrl, { method, headers, signal: incoming.signal });
  }
}

/** A request whose body is there, as the MCP endpoint reads it. Makes nothing of the web's classes. */
export class ReadRequest implements McpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly #incoming: Exchange['incoming'];
  readonly #body: Buffer | null;

  constructor({ incoming, body }: Pick<Exchange, 'incoming' | 'body'>) {
    this.method = incoming.method;
    this.url = incoming.url;
    this.headers = incoming.headers;
    this.#incoming = incoming;
    this.#body = body;
  }

  get signal(): AbortSignal {
    return this.#incoming.signal;
  }

  async text(): Promise<string> {
    return this.#body?.toString('utf8') ?? '';
  }
}

export type AddressResolver = (peer: string | null, forwardedFor: string | null) => string | null;

/**
 * Finds the client's address: the peer, or behind trusted proxies the right-most entry of `X-Forwarded-For` that is not one of
 * them. What an untrusted peer claims is never believed.
 *
 * @param trustedProxies addresses or CIDR ranges
 * @param isSocketTrusted whether a connection without an address is a proxy's: over a Unix socket, whose file says who may connect
 * @throws TypeError for an entry that is neither
 */
export function createAddressResolver(trustedProxies: readonly string[], isSocketTrusted = false): AddressResolver {
  const isTrusted = createProxyCheck(trustedProxies);
  return (peer, forwardedFor) => {
    let address = peer === null ? null : normalizeAddress(peer);
    if (forwardedFor === null) return address;
    let isProxy = address === null ? isSocketTrusted : isTrusted(address);
    for (const hop of forwardedFor.split(',').toReversed()) {
      if (!isProxy) break;
      const next = normalizeAddress(hop.trim());
      if (next === null) break;
      address = next;
      isProxy = isTrusted(next);
    }
    return address;
  };
}

function createProxyCheck(trustedProxies: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  for (const entry of trustedProxies) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0) throw new TypeError(`TRUSTED_PROXIES: ${entry} is not an address or a range`);
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  return (address) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether what a peer says about a request counts: a trusted proxy, or a program on this machine that forwards for nobody. */
export function createPeerTrust(trustedProxies: readonly string[]): (peer: string | null, headers: Headers) => boolean {
  const isTrusted = createProxyCheck(trustedProxies);
  return (peer, headers) => isLocalPeer(peer, headers) || (peer !== null && isTrusted(normalizeAddress(peer) ?? ''));
}

/** Through a proxy on this machine everybody's peer is loopback; a forwarding header gives it away. */
export function isLocalPeer(peer: string | null, headers: Headers): boolean {
  const isLoopback = peer === null || peer === '::1' || /^(?:::ffff:)?127\./.test(peer);
  return isLoopback && !headers.has('x-forwarded-for') && !headers.has('forwarded');
}

/** Strips a port and the IPv6 form of an IPv4 address; null for what is no address. */
function normalizeAddress(text: string): string | null {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(text) ? text.replace(/:\d+$/, '') : text);
  const address = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
  return isIP(address) === 0 ? null : address.toLowerCase();
}

/** A client's own id is kept when it is harmless to log, so that logs on both sides can be joined. */
export function nameRequest(headers: Pick<Headers, 'get'>): string {
  const given = headers.get('x-request-id');
  return given !== null && /^[A-Za-z0-9-]{8,64}$/.test(given) ? given : randomUUID();
}
