import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { StratoError } from '../../model/index.ts';
import { homeTag } from '../home-tag.ts';
import { allocate, markReady, readBook, release, writeBook, type AddressBook } from './addresses.ts';
import { lowerBridge, raiseBridge, rangesInUse } from './bridge.ts';
import { closeWayOut, findNetworkTools, openWayOut, restoreNat, type NetworkTools } from './firewall.ts';
import { linkLocal } from './link-layer.ts';
import { makeNamespace, namespaceIds, namespacePath, removeNamespace, vethName } from './namespace.ts';
import type { Network, NetworkPlace, NetworkProbe, PlaceOptions } from './network.ts';
import { run } from '../run.ts';
import { hostResolvConf, nameservers } from './resolver.ts';
import { endSeparation, separate, separationTables } from './separation.ts';
import { addressNumber, addressText, chooseOctet, parseRange } from './subnet.ts';

const opened = new Map<string, Promise<NetworkProbe>>();

/**
 * The network of a home, found out by using it: a namespace is made, a listener in it on 127.0.0.1 is reached from the host, and all is
 * removed. Never throws. One process has one network per home: drivers that ask again share it.
 */
export function openNetwork(home: string): Promise<NetworkProbe> {
  const known = opened.get(home);
  if (known) return known;
  const probe = probeNetwork(home);
  opened.set(home, probe);
  return probe;
}

/** {@link openNetwork} without sharing: for a home that is made up to try once. */
export async function probeNetwork(home: string): Promise<NetworkProbe> {
  if (process.platform !== 'linux') return { works: false, reason: 'network namespaces exist on Linux only', remedy: 'run on Linux' };
  if (process.getuid?.() !== 0) return { works: false, reason: 'making bridges and network namespaces needs root', remedy: 'run the daemon as root' };
  const tools = findNetworkTools();
  if (!tools) return { works: false, reason: 'ip, nsenter and one of nft and iptables are needed', remedy: 'apt install iproute2 util-linux nftables' };
  try {
    const network = await networkOf(home, tools);
    const reaches6 = await useOnce(network, tools);
    const lacks = [];
    if (!network.separates) lacks.push({ what: 'apps kept apart: agents of all apps reach each other', remedy: 'apt install nftables; the kernel needs nf_tables for bridges' });
    if (hostResolvConf() === null) lacks.push({ what: 'DNS for agents: the host asks a server on its own loopback', remedy: 'name a server in /etc/resolv.conf that is reachable from the network' });
    return { works: true, network: reaches6 ? network : withoutIpv6(network), lacks };
  } catch (error) {
    const { message, why } = error as StratoError;
    return { works: false, reason: why === undefined ? message : `${message}: ${why}`, remedy: 'the modules veth, bridge and nf_tables (or ip_tables) must be available, and the process needs CAP_NET_ADMIN and CAP_SYS_ADMIN' };
  }
}

async function networkOf(home: string, tools: NetworkTools): Promise<Network> {
  const tag = homeTag(home);
  const bridge = `strato-${tag}`;
  const file = join(home, 'network', 'addresses.json');
  let book = readBook(file);
  const save = (next: AddressBook) => {
    if (next !== book) writeBook(file, next);
    book = next;
  };

  const octet = await octetFor(book, tag, tools, bridge);
  if (octet !== book.octet) save({ ...book, octet });
  const subnet = `10.${octet}.0.0/16`;
  const gateway = `10.${octet}.0.1`;
  const addressOf = (number: number) => addressText(addressNumber(`10.${octet}.0.0`) + number);
  const rules = { tag, bridge, subnet };
  const inTurn = turns();

  const residents = () => Object.values(book.agents).flatMap(({ number, group, contained }) => (group === undefined ? [] : [{ address: addressOf(number), group, port: vethName(tag, number), contained: contained === true }]));
  const separates = tools.nft !== undefined && await separate(tools, tag, bridge, residents()).then(() => true, () => false);

  let raised = false;
  const stands = () => raised && existsSync(`/sys/class/net/${bridge}`);
  async function raise(): Promise<void> {
    await raiseBridge(tools, bridge, gateway);
    await openWayOut(tools, rules);
    raised = true;
  }

  async function create(id: string, key: string, { holder, contained, app, ownStack }: PlaceOptions = {}): Promise<NetworkPlace> {
    if (contained && !separates) throw new StratoError('network.failed', 'an agent cannot be kept from the world here', { why: 'that needs nftables with rules for bridges', next: 'apt install nftables' });
    const stood = await inTurn(async () => {
      save(allocate(book, id, key, app, contained));
      return stands() || raise();
    });
    // Whether the way out of a bridge that stands is still open is found out while the namespace is made.
    const wayOut = inTurn(async () => {
      if (stood === true) await restoreNat(tools, rules);
      if (separates) await separate(tools, tag, bridge, residents());
    });
    wayOut.catch(() => undefined);
    const known = find(id);
    if (known) {
      await wayOut;
      return known;
    }
    const { number } = book.agents[id]!;
    await Promise.all([makeNamespace(tools, { tag, id, bridge, address: addressOf(number), gateway, number, holder, contained, ownStack }), wayOut]);
    save(markReady(book, id));
    return find(id)!;
  }

  function find(id: string): NetworkPlace | null {
    const entry = book.agents[id];
    const namespace = namespacePath(tag, id);
    return entry?.ready && existsSync(namespace) ? { address: addressOf(entry.number), address6: `${linkLocal(addressOf(entry.number))}%${bridge}`, namespace } : null;
  }

  async function remove(id: string): Promise<void> {
    await removeNamespace(tools, tag, id, book.agents[id]?.number);
    save(release(book, id));
    await cleanup();
  }

  async function keep(): Promise<boolean> {
    if (tools.nft === undefined || Object.keys(book.agents).length === 0) return false;
    const { code, stdout } = await run(tools.nft, ['list', 'tables']);
    const there = new Set(stdout.split('\n').map((line) => line.trim()));
    const wanted = [`table ip stratoswarm_${tag}`, ...(separates ? separationTables(tag) : [])];
    if (code !== 0 || wanted.every((table) => there.has(table))) return false;
    await inTurn(async () => {
      if (Object.keys(book.agents).length === 0) return;
      await restoreNat(tools, rules);
      if (separates) await separate(tools, tag, bridge, residents());
    });
    return true;
  }

  const cleanup = () => inTurn(async () => {
    if (Object.keys(book.agents).length > 0 || namespaceIds(tag).length > 0) return;
    await lowerBridge(tools, bridge);
    await closeWayOut(tools, rules);
    await endSeparation(tools, tag);
  });

  return { bridge, gateway, subnet, separates, resolvConf: hostResolvConf() ?? '', create, find, remove, keep, list: () => [...new Set([...namespaceIds(tag), ...Object.keys(book.agents)])], cleanup };
}

/** The subnet stays the same for the life of a home unless the machine has since got a route that clashes and no agent is there. */
async function octetFor(book: AddressBook, tag: string, tools: NetworkTools, bridge: string): Promise<number> {
  if (book.octet !== null && namespaceIds(tag).length > 0) return book.octet;
  const servers = nameservers(hostResolvConf() ?? '').flatMap((server) => parseRange(server) ?? []);
  const used = [...(await rangesInUse(tools, bridge)), ...servers];
  const octet = chooseOctet(book.octet === null ? Number.parseInt(tag.slice(0, 4), 16) : book.octet - 64, used);
  if (octet === undefined) throw new StratoError('network.failed', 'no free subnet 10.x.0.0/16 was found', { why: 'this machine has routes into all of them' });
  return octet;
}

/** One after the other, in the order of asking; a failure does not stop those behind it. */
function turns(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const turn = last.then(act, act);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** Sends one byte to whoever connects to its port on either loopback. */
const listener = `const net = require('node:net'); const give = (s) => s.end('x');
const four = net.createServer(give).listen(0, '127.0.0.1', () => {
  const { port } = four.address(); const tell = () => console.log(port);
  net.createServer(give).on('error', tell).listen(port, '::1', tell);
}); setTimeout(() => process.exit(), 8000);`;

/** Milliseconds within which a listener next door that can be reached by IPv6 is. */
const patience6 = 1000;

/** Whether IPv6 works as well. */
async function useOnce(network: Network, tools: NetworkTools): Promise<boolean> {
  const id = `probe-${process.pid}`;
  const place = await network.create(id, 'probe');
  const guest = spawn(tools.nsenter, [`--net=${place.namespace}`, process.execPath, '-e', listener], { stdio: ['ignore', 'pipe', 'ignore'], env: {} });
  try {
    const ended = once(guest, 'close').then(() => { throw new Error('a listener in a network namespace ended at once'); });
    const [line] = (await Promise.race([once(guest.stdout, 'data'), ended])) as [Buffer];
    const port = Number(line.toString());
    const [, reaches6] = await Promise.all([reach(place.address, port, 5000), reach(place.address6!, port, patience6).then(() => true, () => false)]);
    return reaches6;
  } finally {
    guest.kill('SIGKILL');
    await network.remove(id);
  }
}

function withoutIpv6(network: Network): Network {
  const without = (place: NetworkPlace): NetworkPlace => ({ ...place, address6: null });
  const find = (id: string) => {
    const place = network.find(id);
    return place && without(place);
  };
  return { ...network, find, create: async (...wanted) => without(await network.create(...wanted)) };
}

async function reach(host: string, port: number, timeout: number): Promise<void> {
  const socket = connect({ host, port, timeout });
  socket.once('timeout', () => socket.destroy(new Error(`a listener in a network namespace was not reached at ${host}`)));
  try {
    await once(socket, 'data');
  } finally {
    socket.destroy();
  }
}
