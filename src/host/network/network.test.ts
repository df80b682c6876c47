import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { homeTag } from '../home-tag.ts';
import { findProgram } from '../programs.ts';
import { requires } from '../testing.ts';
import { allocate, emptyBook, release, type AddressBook } from './addresses.ts';
import { linkLocal } from './link-layer.ts';
import type { Network } from './network.ts';
import { openNetwork } from './open.ts';
import { resolvConfFor } from './resolver.ts';
import { chooseOctet, parseRange } from './subnet.ts';

const ipv6 = requires('ipv6');

/** Without nft a network offers less; see iptables.test.ts. */
const nft = findProgram('nft') !== undefined || findProgram('iptables') === undefined;
type Declare = (name: string, test: () => Promise<void>) => unknown;
const [withNft, withoutNft]: [Declare, Declare] = nft ? [it, () => undefined] : [() => undefined, it];

describe.skipIf(!requires('linux', 'root', nft ? 'program:nft' : 'program:iptables', 'program:ip'))('the network of a home', () => {
  const home = mkdtempSync(join(tmpdir(), 'stratoswarm-network-'));
  const children: ChildProcess[] = [];
  let network: Network;

  beforeAll(async () => {
    const probe = await openNetwork(home);
    if (!probe.works) throw new Error(`${probe.reason} (${probe.remedy})`);
    network = probe.network;
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const id of network.list()) await network.remove(id);
  });
  afterAll(() => {
    expect(existsSync(`/sys/class/net/${network.bridge}`)).toBe(false);
    const rules = nft ? spawnSync('nft', ['list', 'tables']) : spawnSync('iptables-save');
    expect(rules.stdout.toString()).not.toContain(nft ? homeTag(home) : network.bridge);
    rmSync(home, { recursive: true });
  });

  /** Starts a server in the namespace that answers with what it is asked on `host`; resolves once it listens. */
  async function serve(namespace: string, host: string, port: number): Promise<void> {
    const script = `require('node:net').createServer((s) => s.end(${JSON.stringify(host)})).listen(${port}, ${JSON.stringify(host)}, () => console.log('up'))`;
    const child = spawn('nsenter', [`--net=${namespace}`, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout!, 'data');
  }
  async function ask(host: string, port: number): Promise<string> {
    const socket = connect(port, host);
    const [data] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return data.toString();
  }

  it('reaches an app wherever it binds, also on a low port', async () => {
    const { address, namespace } = await network.create('one', 'app/web/0');
    for (const [host, port] of [['127.0.0.1', 80], ['0.0.0.0', 3000], ['::', 3001], [address, 3002]] as const) {
      await serve(namespace, host, port);
      expect(await ask(address, port)).toBe(host);
    }
    await expect(ask(address, 9)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.skipIf(!ipv6)('reaches an app that binds IPv6 only, and leaves its own loopback as it is', async () => {
    const { address, address6, namespace } = await network.create('six', 'app/web/0');
    const own = linkLocal(address);
    expect(address6).toBe(`${own}%${network.bridge}`);
    for (const [host, port] of [['::1', 80], ['::', 3001], [`${own}%eth0`, 3002]] as const) {
      await serve(namespace, host, port);
      expect(await ask(address6!, port)).toBe(host);
    }
    const within = spawnSync('nsenter', [`--net=${namespace}`, process.execPath, '-e', `require('net').connect(80, '::1').pipe(process.stdout)`], { timeout: 20_000 });
    expect(within.stdout.toString()).toBe('::1');
    await expect(ask(address, 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(ask(address6!, 9)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(readFileSync(`/proc/sys/net/ipv6/conf/${network.bridge}/accept_ra`, 'utf8')).toBe('0\n');
  });

  it('lets many agents listen on the same port and talk to each other', async () => {
    const [a, b] = await Promise.all([network.create('a', 'x/web/0'), network.create('b', 'x/web/1')]);
    expect(a.address).not.toBe(b.address);
    await serve(a.namespace, '127.0.0.1', 3000);
    await serve(b.namespace, '0.0.0.0', 3000);
    expect([await ask(a.address, 3000), await ask(b.address, 3000)]).toEqual(['127.0.0.1', '0.0.0.0']);
    const from = spawnSync('nsenter', [`--net=${b.namespace}`, process.execPath, '-e', `require('net').connect(3000, ${JSON.stringify(a.address)}).pipe(process.stdout)`], { timeout: 20_000 });
    expect(from.stdout.toString()).toBe('127.0.0.1');
  });

  it('keeps an address for its key, and reaches the next agent there at once', async () => {
    const first = await network.create('first', 'shop/web/0');
    await serve(first.namespace, '127.0.0.1', 3000);
    expect(await ask(first.address, 3000)).toBe('127.0.0.1');
    await network.remove('first');
    const other = await network.create('other', 'shop/web/1');
    const second = await network.create('second', 'shop/web/0');
    expect(second.address).toBe(first.address);
    expect(other.address).not.toBe(first.address);
    await serve(second.namespace, '0.0.0.0', 3000);
    expect(await ask(second.address, 3000)).toBe('0.0.0.0');
    expect(await network.create('second', 'shop/web/0')).toEqual(second);
  });

  withNft('keeps apps apart: an agent reaches those of its own app and the host, and no other', async () => {
    const [web, database, other] = await Promise.all([network.create('web', 'w', { app: 'shop' }), network.create('database', 'd', { app: 'shop' }), network.create('other', 'o', { app: 'blog' })]);
    await serve(database.namespace, '0.0.0.0', 5432);
    await serve(other.namespace, '0.0.0.0', 3000);
    const reaches = (from: string, host: string, port: number) => {
      const script = `const s = require('net').connect(${port}, ${JSON.stringify(host)}, () => console.log('reached')); s.setTimeout(700, () => process.exit()); s.on('error', (e) => console.log(e.code))`;
      return spawnSync('nsenter', [`--net=${from}`, process.execPath, '-e', script], { timeout: 20_000 }).stdout.toString().trim();
    };
    expect(network.separates).toBe(true);
    expect(reaches(web.namespace, database.address, 5432)).toBe('reached');
    expect(reaches(other.namespace, database.address, 5432)).toBe('');
    expect(reaches(web.namespace, other.address, 3000)).toBe('');
    expect(reaches(other.namespace, network.gateway, 1)).toBe('ECONNREFUSED');
    expect(await ask(other.address, 3000)).toBe('0.0.0.0');
    spawnSync('nft', ['delete', 'table', 'bridge', `stratoswarm_${homeTag(home)}`]);
    await network.create('later', 'l', { app: 'blog' });
    expect(reaches(other.namespace, database.address, 5432)).toBe('');
  });

  withNft('lets a broadcast and a multicast come to agents of the same app, and to no other', async () => {
    const [fork, sibling, original] = await Promise.all([network.create('fork', 'f', { app: 'trial', contained: true }), network.create('sibling', 's', { app: 'trial', contained: true }), network.create('original', 'o', { app: 'shop' })]);
    const heard: Record<string, string[]> = { sibling: [], original: [] };
    for (const [name, { namespace, address }] of Object.entries({ sibling, original })) {
      const script = `const u = require('node:dgram').createSocket('udp4').on('message', (m) => console.log(String(m))); u.bind(9999, () => { u.addMembership('239.1.2.3', '${address}'); console.log('listens'); })`;
      const child = spawn('nsenter', [`--net=${namespace}`, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      child.stdout.setEncoding('utf8').on('data', (text: string) => heard[name]!.push(...text.trim().split('\n')));
    }
    await vi.waitFor(() => expect(heard).toEqual({ sibling: ['listens'], original: ['listens'] }), { timeout: 20_000 });
    const everybody = `${network.gateway.split('.').slice(0, 2).join('.')}.255.255`;
    const send = (namespace: string, own: string, to: string, what: string) => spawnSync('nsenter', [`--net=${namespace}`, process.execPath, '-e', `const u = require('node:dgram').createSocket('udp4'); u.bind(0, () => { u.setBroadcast(true); u.setMulticastInterface('${own}'); u.send('${what}', 9999, '${to}', (error) => { if (error) throw error; u.close(); }); })`], { timeout: 20_000, stdio: 'inherit' });
    for (const to of [everybody, '239.1.2.3', '224.0.0.1', original.address]) send(fork.namespace, fork.address, to, `fork to ${to}`);
    // What is sent last is heard last.
    send(fork.namespace, fork.address, sibling.address, 'fork to its sibling');
    const other = await network.create('other', 'p', { app: 'shop' });
    send(other.namespace, other.address, everybody, 'shop to all');
    await vi.waitFor(() => expect([heard['sibling']!.at(-1), heard['original']!.at(-1)]).toEqual(['fork to its sibling', 'shop to all']), { timeout: 20_000 });
    expect(heard['original']).toEqual(['listens', 'shop to all']);
    expect(heard['sibling']).toEqual(['listens', `fork to ${everybody}`, 'fork to 239.1.2.3', 'fork to 224.0.0.1', 'fork to its sibling']);
  });

  withNft('keeps one that is contained from everything but its own app, whatever it does; the host reaches it', async () => {
    const [fork, store, original] = await Promise.all([network.create('fork', 'f', { app: 'trial', contained: true }), network.create('store', 's', { app: 'trial', contained: true }), network.create('original', 'o', { app: 'shop' })]);
    await serve(store.namespace, '0.0.0.0', 5432);
    await serve(original.namespace, '0.0.0.0', 5432);
    await serve(fork.namespace, '0.0.0.0', 3000);
    const host = createServer((socket) => socket.end('host')).listen(0, '::');
    await once(host, 'listening');
    const { port } = host.address() as AddressInfo;
    const inside = (...argv: string[]) => spawnSync('nsenter', [`--net=${fork.namespace}`, ...argv], { timeout: 20_000, encoding: 'utf8' });
    const reaches = (address: string, to: number) => inside(process.execPath, '-e', `const s = require('net').connect(${to}, ${JSON.stringify(address)}, () => console.log('reached')); s.setTimeout(500, () => process.exit()); s.on('error', () => undefined)`).stdout.includes('reached');
    const linkLocal = spawnSync('ip', ['-6', '-o', 'address', 'show', 'dev', network.bridge], { encoding: 'utf8' }).stdout.match(/fe80::[0-9a-f:]+/)?.[0];
    try {
      const all = () => ({ store: reaches(store.address, 5432), original: reaches(original.address, 5432), gateway: reaches(network.gateway, port), ip6: linkLocal !== undefined && reaches(`${linkLocal}%eth0`, port), world: reaches('198.51.100.1', 80) });
      const nothingElse = { store: true, original: false, gateway: false, ip6: false, world: false };
      expect(all()).toEqual(nothingElse);
      expect(await ask(fork.address, 3000)).toBe('0.0.0.0');
      // With every right in its own network: a route, and the address of somebody else.
      expect(inside('ip', 'route', 'add', 'default', 'via', network.gateway).status).toBe(0);
      expect(all()).toEqual(nothingElse);
      expect(inside('ip', 'address', 'add', `${original.address}/16`, 'dev', 'eth0').status).toBe(0);
      expect(inside('ip', 'address', 'delete', `${fork.address}/16`, 'dev', 'eth0').status).toBe(0);
      expect(all()).toEqual({ ...nothingElse, store: false });
      expect(await ask(original.address, 5432)).toBe('0.0.0.0');
    } finally {
      host.close();
    }
  });

  (ipv6 ? withNft : it.skip)('lets one that is contained answer the host by IPv6, and ask it nothing', async () => {
    const { address6, namespace } = await network.create('fork', 'f', { app: 'trial', contained: true });
    await serve(namespace, '::1', 3000);
    expect(await ask(address6!, 3000)).toBe('::1');
    const gateway = linkLocal(network.gateway);
    const host = createServer((socket) => socket.end('host')).listen(0, '::');
    await once(host, 'listening');
    const reaches = `const s = require('net').connect(${(host.address() as AddressInfo).port}, '${gateway}%eth0', () => console.log('reached')); s.setTimeout(500, () => process.exit()); s.on('error', () => undefined)`;
    expect(spawnSync('nsenter', [`--net=${namespace}`, process.execPath, '-e', reaches], { timeout: 20_000 }).stdout.toString()).toBe('');
    host.close();
  });

  withNft('puts NAT back when somebody flushed it', async () => {
    await network.create('one', 'k');
    const table = `stratoswarm_${homeTag(home)}`;
    spawnSync('nft', ['delete', 'table', 'ip', table]);
    await network.create('two', 'l');
    expect(spawnSync('nft', ['list', 'table', 'ip', table]).stdout.toString()).toContain('masquerade');
  });

  withNft('puts back the rules that the reload of a firewall took away, although no agent comes', async () => {
    await network.create('fork', 'f', { app: 'trial', contained: true });
    const tables = () => spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' }).stdout.split('\n').filter((line) => line.includes(homeTag(home))).sort();
    const whole = tables();
    expect(await network.keep()).toBe(false);
    for (const table of whole) spawnSync('nft', ['delete', ...table.split(' ')]);
    expect(tables()).toEqual([]);
    expect(await network.keep()).toBe(true);
    expect(tables()).toEqual(whole);
    expect(await network.keep()).toBe(false);
    await network.remove('fork');
    expect([await network.keep(), tables()]).toEqual([false, []]);
  });

  withoutNft('refuses to contain an agent where it cannot', async () => {
    await expect(network.create('fork', 'f', { app: 'trial', contained: true })).rejects.toThrow('an agent cannot be kept from the world here');
    expect(network.separates).toBe(false);
  });

  it('finds and removes what a crashed run left', async () => {
    const { namespace } = await network.create('left', 'k');
    expect(network.list()).toEqual(['left']);
    await network.remove('left');
    await network.remove('left');
    expect(existsSync(namespace)).toBe(false);
    expect(network.find('left')).toBeNull();
    expect(existsSync(`/sys/class/net/${network.bridge}`)).toBe(false);
  });

  it('gives a way out, behind the address of the host', async () => {
    const outside = `outside-${process.pid}`;
    const ip = (...args: string[]) => expect(spawnSync('ip', args).status).toBe(0);
    ip('netns', 'add', outside);
    try {
      ip('link', 'add', `so${process.pid}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', outside);
      ip('address', 'add', '198.18.77.1/30', 'dev', `so${process.pid}`);
      ip('link', 'set', `so${process.pid}`, 'up');
      ip('-n', outside, 'address', 'add', '198.18.77.2/30', 'dev', 'eth0');
      ip('-n', outside, 'link', 'set', 'eth0', 'up');
      const { namespace } = await network.create('out', 'k');
      const script = 'require("node:net").createServer((s) => s.end(s.remoteAddress)).listen(4000, "198.18.77.2", () => console.log("up"))';
      const server = spawn('nsenter', [`--net=/run/netns/${outside}`, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(server);
      await once(server.stdout!, 'data');
      const client = spawnSync('nsenter', [`--net=${namespace}`, process.execPath, '-e', 'require("net").connect(4000, "198.18.77.2").pipe(process.stdout)'], { timeout: 20_000 });
      expect(client.stdout.toString()).toBe('198.18.77.1');
    } finally {
      spawnSync('ip', ['link', 'delete', `so${process.pid}`]);
      spawnSync('ip', ['netns', 'delete', outside]);
    }
  });
});

describe('addresses', () => {
  it('are never shared by two agents, and come back to their key', () => {
    const act = fc.record({ agent: fc.integer({ min: 0, max: 5 }), key: fc.integer({ min: 0, max: 3 }), leave: fc.boolean() });
    fc.assert(fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      let book: AddressBook = emptyBook;
      for (const { agent, key, leave } of acts) {
        const before = book;
        book = leave ? release(book, `a${agent}`) : allocate(book, `a${agent}`, `k${key}`, `app${agent % 3}`);
        const numbers = Object.values(book.agents).map((entry) => entry.number);
        expect(new Set(numbers).size).toBe(numbers.length);
        for (const one of Object.values(book.agents)) for (const other of Object.values(book.agents)) expect(one.group === other.group).toBe(one.app === other.app);
        const remembered = before.keys[`k${key}`];
        const free = !Object.values(before.agents).some((entry) => entry.number === remembered);
        if (!leave && before.agents[`a${agent}`] === undefined && remembered !== undefined && free) expect(book.agents[`a${agent}`]!.number).toBe(remembered);
      }
    }));
  });

  it('lie in a subnet that nothing else uses', () => {
    expect(chooseOctet(0, [])).toBe(64);
    expect(chooseOctet(0, [parseRange('10.64.3.0/24')!, parseRange('10.66.0.1')!])).toBe(65);
    expect(chooseOctet(7, [parseRange('10.0.0.0/8')!])).toBeUndefined();
    expect(parseRange('default')).toBeUndefined();
  });
});

describe('name servers for agents', () => {
  it('are those of the host unless they are on its loopback', () => {
    expect(resolvConfFor('search a b\nnameserver 192.0.2.1\n', null)).toBe('search a b\nnameserver 192.0.2.1\n');
    expect(resolvConfFor('nameserver 127.0.0.53\noptions edns0\n', 'nameserver 192.0.2.9\n')).toBe('nameserver 192.0.2.9\n');
    expect(resolvConfFor('nameserver 127.0.0.1\n', null)).toBeNull();
  });
});
