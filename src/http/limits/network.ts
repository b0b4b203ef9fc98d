import ipaddr from 'ipaddr.js';

/**
 * Whom an address stands for when requests are counted: itself, or for IPv6 its /64, which is what one subscriber has.
 * Every spelling of an address gives the same.
 *
 * @param address as the edge established it; null: called without a socket
 */
export function toNetwork(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? parsed.toString()
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString()}/64`).toString()}/64`;
}
