import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mustRun, run } from '../run.ts';
import type { NetworkTools } from './firewall.ts';
import { hardwareAddress, hasIpv6 } from './link-layer.ts';
import { parseRange, type Range } from './subnet.ts';

/** Its link-local address needs no asking around, and no agent can name itself a router to the host. */
const settings6 = ['accept_dad', 'accept_ra'];

/** Makes the bridge with the gateway's address, or completes one that is there, and lets the host forward. */
export async function raiseBridge(tools: NetworkTools, bridge: string, gateway: string): Promise<void> {
  // A fixed hardware address: by default a bridge takes the lowest of its ports', and changes it whenever an agent comes or goes.
  const add = existsSync(`/sys/class/net/${bridge}`) ? [] : [`link add ${bridge} address ${hardwareAddress(gateway)} type bridge`];
  await mustRun('network.failed', tools.ip, ['-batch', '-'], { input: [...add, `address replace ${gateway}/16 dev ${bridge}`, `link set ${bridge} up`, ''].join('\n') });
  if (hasIpv6()) for (const setting of settings6) writeFileSync(`/proc/sys/net/ipv6/conf/${bridge}/${setting}`, '0');
  const forward = '/proc/sys/net/ipv4/ip_forward';
  if (readFileSync(forward, 'utf8').trim() !== '1') writeFileSync(forward, '1');
}

export async function lowerBridge(tools: NetworkTools, bridge: string): Promise<void> {
  if (existsSync(`/sys/class/net/${bridge}`)) await run(tools.ip, ['link', 'delete', bridge]);
}

/** IPv4 ranges that this machine routes to anything but the given bridge. */
export async function rangesInUse(tools: NetworkTools, bridge: string): Promise<Range[]> {
  const routes = JSON.parse((await mustRun('network.failed', tools.ip, ['-4', '-json', 'route', 'show', 'table', 'all'])) || '[]') as { dst: string; dev?: string }[];
  return routes.filter((route) => route.dev !== bridge).flatMap((route) => parseRange(route.dst) ?? []);
}
