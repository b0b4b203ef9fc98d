import ipaddr from 'ipaddr.js';

/** Why a URL or address is never fetched from. */
export const NETWORK_REFUSALS = [
  'malformed_url',
  'not_https',
  'credentials_in_url',
  'fragment_in_url',
  'own_origin',
  'private_host',
  'private_address',
] as const;
export type NetworkRefusal = (typeof NETWORK_REFUSALS)[number];

/** Names that mean something only inside a network, beside single labels and cloud metadata services (RFC 6761, RFC 8375). */
const PRIVATE_SUFFIXES: readonly string[] = ['.localhost', '.local', '.internal', '.home.arpa', '.onion', '.intranet', '.lan', '.corp'];

/** Global unicast; everything else of IPv6 is special, reserved or not assigned (RFC 4291 §2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');

/**
 * Judges a URL that a stranger named, before anything is looked up.
 *
 * @param text the URL as it was given; it must already be in the form that a URL parser gives it, so that what is compared as
 * text, looked up and connected to is one thing (no case, port, dot-segment, control-character or number-base variants)
 * @param ownHosts host names (no ports) that this server answers under
 * @returns the reason to refuse it, or null
 * Not checked: what the host resolves to, see {@link isPublicAddress}.
 */
export function judgeResourceUrl(text: string, ownHosts: readonly string[]): NetworkRefusal | null {
  if (!URL.canParse(text)) return 'malformed_url';
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'not_https';
  if (url.username !== '' || url.password !== '') return 'credentials_in_url';
  if (text.includes('#')) return 'fragment_in_url';
  if (url.href !== text || url.hostname.endsWith('.') || /\/(?:\.|%2e){1,2}(?:\/|$|\?)/i.test(url.pathname)) return 'malformed_url';
  if (ownHosts.includes(url.hostname)) return 'own_origin';
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(literal)) return isPublicAddress(literal) ? null : 'private_address';
  if (!url.hostname.includes('.') || PRIVATE_SUFFIXES.some((suffix) => url.hostname.endsWith(suffix))) return 'private_host';
  return null;
}

/**
 * True for an address of the public internet. Everything in the special-purpose registries of IANA is not: loopback, private,
 * link-local, shared (carrier NAT), documentation, multicast, and each IPv6 form that carries an IPv4 address inside.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST, 3);
}
