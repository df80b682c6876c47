import { existsSync, readdirSync } from 'node:fs';
import { StratoError } from '../../model/index.ts';
import { mustRun, run } from '../run.ts';
import { loopbackRules, type NetworkTools } from './firewall.ts';
import { hardwareAddress, hasIpv6 } from './link-layer.ts';

const pins = '/run/netns';

/** `stratoswarm-<tag>-<id>`, as `ip netns` shows it. */
export const namespaceName = (tag: string, id: string) => `stratoswarm-${tag}-${id}`;
export const namespacePath = (tag: string, id: string) => `${pins}/${namespaceName(tag, id)}`;

export function namespaceIds(tag: string): string[] {
  const prefix = namespaceName(tag, '');
  return existsSync(pins) ? readdirSync(pins).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)) : [];
}

export interface NamespacePlan {
  readonly tag: string;
  readonly id: string;
  readonly bridge: string;
  readonly address: string;
  readonly gateway: string;
  /** Last two octets of the address. */
  readonly number: number;
  /** Process whose network namespace it becomes; without, a new one is made. */
  readonly holder?: number | undefined;
  readonly contained?: boolean | undefined;
  /** Without rules that hand over to the loopback: the kernel would refuse what it sees nobody accept. */
  readonly ownStack?: boolean | undefined;
}

/** The host's end of the pair of interfaces; at most 15 bytes. */
export const vethName = (tag: string, number: number) => `sv${tag}${number.toString(16).padStart(4, '0')}`;

/**
 * Runs inside the new namespace: /proc/sys/net shows that of whoever looks. Arguments: ip, address/prefix, gateway or nothing, nft or iptables or nothing;
 * with nft the rules come by standard input, and as the last argument those for kernels without the module nft_socket. Without xt_socket, iptables hands over all.
 *
 * For IPv6 there is no `route_localnet`: that packets which came in by eth0 may go to `::1` takes a route of its own to it. The link-local address is
 * there at once, because nobody else can have it.
 */
const insideScript = `set -e
ip6=/proc/sys/net/ipv6/conf/eth0
off=1 speaks6=
[ ! -e $ip6 ] || read off < $ip6/disable_ipv6 || :
if [ $off = 0 ]; then
  speaks6=yes
  echo 0 > $ip6/addr_gen_mode
  echo 0 > $ip6/accept_dad
fi
printf '%s\\n' 'link set lo up' "address add $2 dev eth0" 'link set eth0 up' \${3:+"route add default via $3"} \${speaks6:+'route add local ::1 dev eth0 table local'} | "$1" -batch -
echo 1 > /proc/sys/net/ipv4/conf/eth0/route_localnet
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range
hand_over() {
  "$1" -w -t nat -A PREROUTING -i eth0 -p tcp -m socket --nowildcard -j ACCEPT 2>/dev/null || :
  "$1" -w -t nat -A PREROUTING -i eth0 -p tcp -j DNAT --to-destination "$2"
}
case $4 in
  '') ;;
  *nft) "$4" -f - 2>/dev/null || "$4" "$5" ;;
  *)
    hand_over "$4" 127.0.0.1
    [ -z "$speaks6" ] || hand_over "\${4%iptables}ip6tables" ::1 2>/dev/null || : ;;
esac
`;

/** Makes and wires the namespace of an agent; what a crash left of it is replaced. */
export async function makeNamespace(tools: NetworkTools, plan: NamespacePlan): Promise<void> {
  const name = namespaceName(plan.tag, plan.id);
  const veth = vethName(plan.tag, plan.number);
  await removeNamespace(tools, plan.tag, plan.id, plan.number);
  const outside = [
    plan.holder === undefined ? `netns add ${name}` : `netns attach ${name} ${plan.holder}`,
    `link add ${veth} type veth peer name eth0 address ${hardwareAddress(plan.address)} netns ${name}`,
    `link set ${veth} master ${plan.bridge} up`,
  ];
  await mustRun('network.failed', tools.ip, ['-batch', '-'], { input: `${outside.join('\n')}\n` });
  const inside = [`--net=${namespacePath(plan.tag, plan.id)}`, '/bin/sh', '-c', insideScript, 'sh', tools.ip, `${plan.address}/16`, plan.contained ? '' : plan.gateway, plan.ownStack ? '' : (tools.nft ?? tools.iptables!), loopbackRules('ip', false)];
  await mustRun('network.failed', tools.nsenter, inside, { input: [loopbackRules('ip', true), ...(hasIpv6() ? [loopbackRules('ip6', true)] : [])].join('') });
}

/** The interface goes first: the kernel takes down a namespace some time after its last reference, and its address may be needed at once. */
export async function removeNamespace(tools: NetworkTools, tag: string, id: string, number: number | undefined): Promise<void> {
  const link = number !== undefined && existsSync(`/sys/class/net/${vethName(tag, number)}`) ? [`link delete ${vethName(tag, number)}`] : [];
  const pin = existsSync(namespacePath(tag, id)) ? [`netns delete ${namespaceName(tag, id)}`] : [];
  if (link.length + pin.length > 0) await run(tools.ip, ['-force', '-batch', '-'], { input: [...link, ...pin, ''].join('\n') });
  if (existsSync(namespacePath(tag, id))) throw new StratoError('network.failed', `the network namespace ${namespaceName(tag, id)} could not be removed`, { retryable: true });
}
