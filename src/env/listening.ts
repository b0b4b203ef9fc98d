import { isIP } from 'node:net';

/** A Unix socket to listen on, and who may connect. */
export interface UnixSocket {
  readonly path: string;
  /** Permission bits of the socket file, e.g. `0o660`. */
  readonly mode: number;
}

/** What the kernel keeps of a socket's path, the final zero not counted (Linux; elsewhere it is 103). */
const MAXIMUM_PATH_BYTES = 107;

/**
 * @param host an address, or the absolute path of a socket
 * @param mode octal digits, e.g. `660`
 * @returns null for an address; problems one a line
 */
export function parseSocket(host: string, mode: string): { readonly socket: UnixSocket | null; readonly problems: readonly string[] } {
  if (!host.startsWith('/')) return { socket: null, problems: [] };
  const problems: string[] = [];
  if (Buffer.byteLength(host) > MAXIMUM_PATH_BYTES)
    problems.push(`HOST as the path of a socket may have ${MAXIMUM_PATH_BYTES} bytes at most`);
  if (!/^0?[0-7]{3}$/.test(mode)) problems.push('SOCKET_MODE must be octal digits, like 660');
  return { socket: problems.length === 0 ? Object.freeze({ path: host, mode: Number.parseInt(mode, 8) }) : null, problems };
}

/** @param value addresses and CIDR ranges, separated by commas */
export function parseTrustedProxies(value: string): { readonly proxies: readonly string[]; readonly problems: readonly string[] } {
  const proxies = value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const problems = proxies
    .filter((entry) => !isAddressOrRange(entry))
    .map((entry) => `TRUSTED_PROXIES: ${entry} is no address and no range`);
  return { proxies: Object.freeze(proxies), problems };
}

function isAddressOrRange(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
}
