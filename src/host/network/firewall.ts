import { findProgram } from '../programs.ts';
import { mustRun, run } from '../run.ts';

/** The programs that set up networks, as absolute paths. */
export interface NetworkTools {
  readonly ip: string;
  readonly nsenter: string;
  readonly nft: string | undefined;
  readonly iptables: string | undefined;
}

export function findNetworkTools(): NetworkTools | undefined {
  const ip = findProgram('ip');
  const nsenter = findProgram('nsenter');
  const nft = findProgram('nft');
  const iptables = findProgram('iptables');
  return ip && nsenter && (nft || iptables) ? { ip, nsenter, nft, iptables } : undefined;
}

export interface BridgeRules {
  readonly tag: string;
  readonly bridge: string;
  readonly subnet: string;
}

/** Lets agents out: source NAT for what leaves the bridge. Kept when it is there. */
export async function openWayOut(tools: NetworkTools, rules: BridgeRules): Promise<void> {
  await restoreNat(tools, rules);
  for (const rule of await iptablesRules(tools, rules)) {
    if ((await iptables(tools, '-C', rule)).code !== 0) await mustRun('network.failed', tools.iptables!, ['-w', '-t', rule[0]!, '-I', ...rule.slice(1)]);
  }
}

/** Puts back the NAT table when the reload of a firewall took it away. */
export async function restoreNat(tools: NetworkTools, rules: BridgeRules): Promise<void> {
  if (tools.nft === undefined) return;
  const table = `stratoswarm_${rules.tag}`;
  if ((await run(tools.nft, ['list', 'table', 'ip', table])).code !== 0) await mustRun('network.failed', tools.nft, ['-f', '-'], { input: natTable(table, rules) });
}

export async function closeWayOut(tools: NetworkTools, rules: BridgeRules): Promise<void> {
  if (tools.nft !== undefined) await run(tools.nft, ['delete', 'table', 'ip', `stratoswarm_${rules.tag}`]);
  for (const rule of await iptablesRules(tools, rules)) if ((await iptables(tools, '-C', rule)).code === 0) await iptables(tools, '-D', rule);
}

function natTable(table: string, { bridge, subnet }: BridgeRules): string {
  return `table ip ${table} {
  chain postrouting { type nat hook postrouting priority srcnat; policy accept; ip saddr ${subnet} oifname != "${bridge}" masquerade; }
  chain forward { type filter hook forward priority filter; policy accept; iifname "${bridge}" accept; oifname "${bridge}" ct state established,related accept; }
}
`;
}

function iptables(tools: NetworkTools, verb: string, rule: readonly string[]) {
  return run(tools.iptables!, ['-w', '-t', rule[0]!, verb, ...rule.slice(1)]);
}

/**
 * Rules (table, chain, …) that iptables must hold: all of them where there is no nft; with nft only those that keep a `FORWARD` chain
 * whose policy is to drop (Docker, ufw) from dropping our packets, because one table's accept does not overrule another's drop.
 */
async function iptablesRules(tools: NetworkTools, { bridge, subnet, tag }: BridgeRules): Promise<string[][]> {
  if (tools.iptables === undefined) return [];
  const comment = ['-m', 'comment', '--comment', `stratoswarm-${tag}`];
  const forward = [
    ['filter', 'FORWARD', '-i', bridge, ...comment, '-j', 'ACCEPT'],
    ['filter', 'FORWARD', '-o', bridge, '-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', ...comment, '-j', 'ACCEPT'],
  ];
  if (tools.nft === undefined) return [['nat', 'POSTROUTING', '-s', subnet, '!', '-o', bridge, ...comment, '-j', 'MASQUERADE'], ...forward];
  const policy = await run(tools.iptables, ['-w', '-S', 'FORWARD']);
  return /^-P FORWARD DROP$/m.test(policy.stdout) || policy.stdout.includes(`stratoswarm-${tag}`) ? forward : [];
}

/**
 * Rules within an agent's namespace. A connection for which a socket listens on the agent's own address or on all addresses goes there
 * untouched; any other goes to the loopback (nft's `socket` expression, nft(8)). Without it, all go to the loopback: a socket on all addresses gets them too.
 */
export function loopbackRules(family: 'ip' | 'ip6', precise: boolean): string {
  return `table ${family} stratoswarm {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ${precise ? 'iifname "eth0" meta l4proto tcp socket wildcard { 0, 1 } accept' : ''}
    iifname "eth0" meta l4proto tcp dnat to ${family === 'ip' ? '127.0.0.1' : '::1'}
  }
}
`;
}
