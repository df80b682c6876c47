import { homeTag } from '../../host/home-tag.ts';

/** Who a program is inside: user and group `app`. */
export const insideUser = 1000;

/**
 * The user on the host that stands for `app` when the daemon is root. It follows from the home, so volumes stay writable
 * for later agents. The range is one that systemd leaves unused (systemd.io/UIDS-GIDS).
 */
export function hostUser(home: string): number {
  return 0x7000_0000 + Number.parseInt(homeTag(home).slice(0, 6), 16);
}

/** An agent's id as a host name: at most 63 characters (RFC 1123 §2.1), its unique end kept. */
export function hostnameOf(agent: string): string {
  return agent.slice(-63).replace(/^-+/, '');
}

/** A passwd file with the user `app` in place of whoever has its number or name. */
export function passwdWithApp(host: string, uid: number): string {
  return `${without(host, uid)}app:x:${uid}:${uid}::/home/app:/bin/sh\n`;
}

export function groupWithApp(host: string, gid: number): string {
  return `${without(host, gid)}app:x:${gid}:\n`;
}

function without(table: string, id: number): string {
  const lines = table.split('\n').filter((line) => line !== '' && !line.startsWith('app:') && line.split(':')[2] !== String(id));
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * `/etc/hosts` of an agent. `localhost` is IPv4 only: a program that listens on the name is then reached by the redirection to 127.0.0.1.
 *
 * @param own address of the agent itself, under its host name
 * @param gateway what `gateway` stands for
 */
export function hostsFile(hostname: string, own: string, gateway: string, hosts: Readonly<Record<string, string | 'gateway'>>): string {
  const entries = Object.entries(hosts).map(([name, address]) => `${address === 'gateway' ? gateway : address} ${name}`);
  return ['127.0.0.1 localhost', `${own} ${hostname}`, '::1 ip6-localhost ip6-loopback', ...entries, ''].join('\n');
}
