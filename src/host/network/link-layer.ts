import { existsSync } from 'node:fs';

/**
 * A hardware address that follows from the IPv4 address, locally administered: whoever gets the same address again is found at once,
 * without waiting for neighbours to forget the one before.
 */
export function hardwareAddress(address: string): string {
  return `02:5a:${octets(address).join(':')}`;
}

/** The link-local address that the kernel gives an interface with that hardware address (RFC 4291 appendix A). */
export function linkLocal(address: string): string {
  const [a, b, c, d] = octets(address);
  return new URL(`http://[fe80::5a:${a}ff:fe${b}:${c}${d}]`).hostname.slice(1, -1);
}

/** Whether this kernel speaks IPv6 at all. */
export const hasIpv6 = (): boolean => existsSync('/proc/sys/net/ipv6');

const octets = (address: string) => address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
