import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../src/host/testing.ts';
import { serverPrograms, startServer, type Server } from '../src/ledger/testing/postgresql.ts';
import { serverApp } from './apps.ts';
import { Swarm, swarms, until } from './harness.ts';
import { Load } from './load.ts';

const { open } = swarms(afterEach);
const hasServer = requires('linux') && serverPrograms() !== undefined;
let server: Server;
beforeAll(async () => {
  if (hasServer) server = await startServer();
});
afterAll(() => server?.stop());

const who = async (swarm: Swarm) => (await swarm.agents()).map(({ id, pid }) => `${id} ${pid}`).sort();

describe.skipIf(!hasServer)('a daemon whose ledger is in PostgreSQL', { timeout: 400_000 }, () => {
  test('that is killed is followed by one that adopts its agents; no daemon of another home takes its place', async () => {
    const env = { STRATOSWARM_LEDGER: server.database() };
    const swarm = await open({ env });
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    await swarm.ok('scale', 'tiny', 'web=3');
    const before = await who(swarm);
    expect(before).toHaveLength(3);
    const other = await open({ env });
    const refused = await other.cli(['daemon', 'start']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(`in use by the daemon of ${swarm.home}`);

    const load = new Load(swarm.port, 'tiny');
    await swarm.killDaemon();
    const second = await other.cli(['daemon', 'start']);
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain(`is that of ${swarm.home}`);
    await swarm.startDaemon();
    expect(await who(swarm)).toEqual(before);
    expect((await swarm.events({ types: 'DaemonStarted', limit: 1 }))[0]!.body).toMatchObject({ adopted: 3 });
    await swarm.ok('scale', 'tiny', 'web=2');
    expect((await load.stop()).failures).toEqual([]);
    expect((await swarm.cli(['audit', 'verify'])).stdout).toContain('events are what was written');
  });

  test('survives that the server is killed: apps go on, changes are refused with the reason, and nothing that was acknowledged is lost', async () => {
    const swarm = await open({ env: { STRATOSWARM_LEDGER: server.database() } });
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    const { pid } = await swarm.status();
    const before = await who(swarm);
    const load = new Load(swarm.port, 'tiny');
    const acknowledged: number[] = [];
    for (const replicas of [2, 1, 2]) {
      await swarm.ok('scale', 'tiny', `web=${replicas}`);
      acknowledged.push((await swarm.status()).head);
    }
    await server.kill();
    const refused = await until('a change is refused', async () => {
      const result = await swarm.cli(['scale', 'tiny', 'web=3']);
      return result.code !== 0 && /connection to postgres:.* is lost/.test(result.stderr) ? result : undefined;
    });
    expect(refused.stderr).toMatch(/^ {2}next {2}\S/m);
    expect((await swarm.cli(['ps'])).stdout).toContain('tiny');
    const asked = load.total;
    await until('requests were answered without a database', () => load.total > asked + 50 || undefined);
    await server.restart();
    await until('a change is taken', async () => (await swarm.cli(['scale', 'tiny', 'web=3'])).code === 0 || undefined);
    await swarm.settled('tiny', (view) => view.services[0]!.ready === 3);
    expect((await swarm.status()).pid).toBe(pid);
    expect(await who(swarm)).toEqual(expect.arrayContaining(before));
    expect((await load.stop()).failures).toEqual([]);
    const positions = (await swarm.events()).map(({ position }) => position).reverse();
    expect(positions).toEqual(positions.map((_, i) => i + 1));
    expect(positions.length).toBeGreaterThan(acknowledged.at(-1)!);
    expect(((await swarm.ok('audit', 'verify')) as { ok: boolean }).ok).toBe(true);
    expect(((await swarm.ok('audit', 'replay')) as { agrees: boolean }).agrees).toBe(true);
  });

  test('can be read along from another home, with its daemon or without, and changed by nobody there', async () => {
    const env = { STRATOSWARM_LEDGER: server.database() };
    const swarm = await open({ env });
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    const { key } = (await swarm.ok('audit', 'verify')) as { key: string };
    const reader = await open({ env });
    expect((await reader.cli(['daemon', 'start', '--read-only'])).code).toBe(0);
    const app = (await reader.app('tiny'))!;
    expect(app.services[0]).toMatchObject({ ready: 1 });
    expect((await reader.cli(['scale', 'tiny', 'web=2'])).stderr).toMatch(/only reads along/);
    await swarm.ok('scale', 'tiny', 'web=2');
    await until('the reader sees it', async () => (await reader.app('tiny')).services[0]!.ready === 2 || undefined);

    await swarm.killDaemon();
    expect(((await reader.ok('audit', 'verify', '--key', key)) as { ok: boolean }).ok).toBe(true);
    expect((await reader.cli(['audit', 'verify'])).stderr).toContain('--key');
    const { events } = (await reader.ok('events', '--app', 'tiny')) as { events: { position: number }[] };
    expect(events.length).toBeGreaterThan(5);
    const moment = (await reader.ok('time', 'at', String(events[0]!.position))) as { apps: { name: string }[] };
    expect(moment.apps.map(({ name }) => name)).toEqual(['tiny']);
    expect((await reader.cli(['why', 'tiny'])).code).toBe(0);
    await reader.ok('daemon', 'stop');
    await swarm.startDaemon();
  });

  test('can be archived; its daemon and those who read along go on from there', async () => {
    const env = { STRATOSWARM_LEDGER: server.database() };
    const swarm = await open({ env });
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    const before = await who(swarm);
    const [node] = (await swarm.api.get<{ nodes: { name: string }[] }>('/v1/nodes')).nodes;
    for (let n = 0; n < 140; n++) await swarm.api.post(`/v1/nodes/${node!.name}/availability`, { availability: n % 2 === 0 ? 'cordoned' : 'active' });
    const { upTo, name } = (await swarm.ok('audit', 'archive', swarm.directory('archives', {}), '--before', 'now')) as { upTo: number; name: string };
    expect(upTo).toBeGreaterThanOrEqual(256);
    const file = join(swarm.directory('archives'), name);
    await swarm.killDaemon();
    await swarm.startDaemon();
    expect(await who(swarm)).toEqual(before);
    expect(((await swarm.ok('audit', 'verify')) as { ok: boolean }).ok).toBe(true);
    expect(((await swarm.ok('audit', 'verify', '--archive', file)) as { ok: boolean }).ok).toBe(true);
    expect((await swarm.cli(['time', 'at', '5'])).stderr).toContain('does not hold that any more');
    const reader = await open({ env });
    expect((await reader.cli(['daemon', 'start', '--read-only'])).code).toBe(0);
    expect((await reader.app('tiny')).services[0]).toMatchObject({ ready: 1 });
    expect((await reader.cli(['time', 'at', 'now'])).stdout).toContain('tiny');
    await reader.ok('daemon', 'stop');
  });
});
