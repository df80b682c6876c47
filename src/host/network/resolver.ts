import { readFileSync } from 'node:fs';

/** The host's resolver configuration as agents in a network of their own can use it; null when every server is on the host's loopback. */
export function resolvConfFor(hostText: string, upstreamText: string | null): string | null {
  const own = reachable(hostText);
  if (own !== null) return own;
  return upstreamText === null ? null : reachable(upstreamText);
}

/** {@link resolvConfFor} this machine; systemd-resolved tells its upstream servers in a file of its own. */
export function hostResolvConf(): string | null {
  return resolvConfFor(readOr('/etc/resolv.conf') ?? '', readOr('/run/systemd/resolve/resolv.conf'));
}

/** Addresses of the servers in a resolver configuration. */
export function nameservers(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1]!);
}

function reachable(text: string): string | null {
  const servers = nameservers(text).filter((server) => !/^127\.|^::1$|^0\.0\.0\.0$/.test(server));
  if (servers.length === 0) return null;
  const rest = text.split('\n').filter((line) => /^\s*(search|domain|options)\s/.test(line));
  return [...rest, ...servers.map((server) => `nameserver ${server}`), ''].join('\n');
}

function readOr(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
