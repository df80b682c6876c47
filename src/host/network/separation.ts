import { mustRun, run } from '../run.ts';
import type { NetworkTools } from './firewall.ts';
import { vethName } from './namespace.ts';

/** An address on the bridge and the number of the app that it belongs to. */
export interface Resident {
  readonly address: string;
  readonly group: number;
}

const tableOf = (tag: string) => `stratoswarm_${tag}`;

/**
 * Lets the agents on a bridge reach only those of their own app, besides the host. What goes from one agent to another is bridged, so that rules for
 * routed packets do not see it: these are of nft's bridge family. A packet is marked with the app of its sender, and the pair of receiver and mark has
 * to be known. The table is replaced as a whole, at one stroke, so that it is right again whatever was done to it. Agents that are
 * not among the residents, which an earlier version started, are left alone.
 *
 * @throws `network.failed` where the kernel has no such rules
 */
export async function separate(tools: NetworkTools, tag: string, residents: readonly Resident[]): Promise<void> {
  if (tools.nft !== undefined) await mustRun('network.failed', tools.nft, ['-f', '-'], { input: rules(tag, residents) });
}

export async function endSeparation(tools: NetworkTools, tag: string): Promise<void> {
  if (tools.nft !== undefined) await run(tools.nft, ['delete', 'table', 'bridge', tableOf(tag)]);
}

function rules(tag: string, residents: readonly Resident[]): string {
  const table = tableOf(tag);
  const elements = (list: readonly string[]) => (list.length === 0 ? '' : `elements = { ${list.join(', ')} }`);
  return `add table bridge ${table}
delete table bridge ${table}
table bridge ${table} {
  set residents { type ipv4_addr; ${elements(residents.map(({ address }) => address))} }
  map groups { type ipv4_addr : mark; ${elements(residents.map(({ address, group }) => `${address} : ${group}`))} }
  set members { type ipv4_addr . mark; ${elements(residents.map(({ address, group }) => `${address} . ${group}`))} }
  chain forward { type filter hook forward priority 0; policy accept; iifname "${vethName(tag, 0).slice(0, -4)}*" ether type != arp jump apps; }
  chain apps {
    ether type != ip drop
    ip saddr != @residents accept
    ip daddr != @residents accept
    meta mark set ip saddr map @groups
    ip daddr . meta mark @members accept
    drop
  }
}
`;
}
