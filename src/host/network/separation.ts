import { mustRun, run } from '../run.ts';
import type { NetworkTools } from './firewall.ts';
import { hasIpv6, linkLocal } from './link-layer.ts';
import { vethName } from './namespace.ts';

/** An address on the bridge and the number of the app that it belongs to. */
export interface Resident {
  readonly address: string;
  readonly group: number;
  /** The host's end of its pair of interfaces. */
  readonly port: string;
  /** It reaches its own app only. */
  readonly contained: boolean;
}

const tableOf = (tag: string) => `stratoswarm_${tag}`;
const hostTableOf = (tag: string) => `stratoswarm_${tag}_contained`;

type Family = 'ip' | 'ip6';
const families = (): readonly Family[] => (hasIpv6() ? ['ip', 'ip6'] : ['ip']);

/** Marks packets from contained agents on their way from the bridge to the host itself. */
const containedMark = '0x53570001';

/**
 * Lets the agents on a bridge reach only those of their own app, besides the host. What goes from one agent to another is bridged, so that rules for
 * routed packets do not see it: these are of nft's bridge family. A packet is marked with the app of its sender, and the pair of receiver and mark has
 * to be known; of one for many receivers (broadcast, multicast), the pair of the receiver's interface and mark. The table is replaced as a whole, at one stroke, so that it is right again whatever was done to it. Agents that are
 * not among the residents, which an earlier version started, are left alone.
 *
 * One that is contained does not reach the host either, but answers it: its packets are known by the interface from which they come, whatever addresses they bear, and of those
 * that go to the host, or through it, only answers pass. By IPv6 they go to the host alone: asking for neighbours is part of answering there.
 *
 * @throws `network.failed` where the kernel has no such rules
 */
export async function separate(tools: NetworkTools, tag: string, bridge: string, residents: readonly Resident[]): Promise<void> {
  if (tools.nft !== undefined) await mustRun('network.failed', tools.nft, ['-f', '-'], { input: rules(tag, bridge, residents) });
}

/** The tables of which the separation is made, as `nft list tables` names them. */
export function separationTables(tag: string): string[] {
  return [`table bridge ${tableOf(tag)}`, ...families().map((family) => `table ${family} ${hostTableOf(tag)}`)];
}

export async function endSeparation(tools: NetworkTools, tag: string): Promise<void> {
  if (tools.nft === undefined) return;
  await run(tools.nft, ['delete', 'table', 'bridge', tableOf(tag)]);
  for (const family of families()) await run(tools.nft, ['delete', 'table', family, hostTableOf(tag)]);
}

function rules(tag: string, bridge: string, residents: readonly Resident[]): string {
  const table = tableOf(tag);
  const contained = residents.filter((resident) => resident.contained);
  const elements = (list: readonly string[]) => (list.length === 0 ? '' : `elements = { ${list.join(', ')} }`);
  return `add table bridge ${table}
delete table bridge ${table}
table bridge ${table} {
  set residents { type ipv4_addr; ${elements(residents.map(({ address }) => address))} }
  map groups { type ipv4_addr : mark; ${elements(residents.map(({ address, group }) => `${address} : ${group}`))} }
  set members { type ipv4_addr . mark; ${elements(residents.map(({ address, group }) => `${address} . ${group}`))} }
  set neighbours { type ifname . mark; ${elements(residents.map(({ port, group }) => `"${port}" . ${group}`))} }
  set contained { type ifname; ${elements(contained.map(({ port }) => `"${port}"`))} }
  set places { type ifname . ipv4_addr; ${elements(contained.map(({ port, address }) => `"${port}" . ${address}`))} }
  set places6 { type ifname . ipv6_addr; ${elements(contained.map(({ port, address }) => `"${port}" . ${linkLocal(address)}`))} }
  chain prerouting {
    type filter hook prerouting priority -300; policy accept;
    iifname @contained ether type != { ip, ip6, arp } drop
    iifname @contained ether type ip iifname . ip saddr != @places drop
    iifname @contained ether type ip6 iifname . ip6 saddr != @places6 drop
    iifname @contained ether type { ip, ip6 } meta mark set ${containedMark}
  }
  chain forward { type filter hook forward priority 0; policy accept; iifname "${vethName(tag, 0).slice(0, -4)}*" ether type != arp jump apps; }
  chain apps {
    ether type != ip drop
    ip saddr != @residents accept
    ether daddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 ip daddr != @residents accept
    meta mark set ip saddr map @groups
    ip daddr . meta mark @members accept
    ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00 oifname . meta mark @neighbours accept
    drop
  }
}
${families().map((family) => hostRules(family, hostTableOf(tag), bridge)).join('')}`;
}

function hostRules(family: Family, table: string, bridge: string): string {
  return `add table ${family} ${table}
delete table ${family} ${table}
table ${family} ${table} {
  chain input {
    type filter hook input priority -10; policy accept;
    ${family === 'ip6' ? `iifname "${bridge}" meta mark ${containedMark} icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept` : ''}
    iifname "${bridge}" meta mark ${containedMark} ct state != { established, related } drop
  }
  chain forward { type filter hook forward priority -10; policy accept; iifname "${bridge}" oifname != "${bridge}" meta mark ${containedMark} drop; }
}
`;
}
