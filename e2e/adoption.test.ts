import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverApp } from './apps.ts';
import { Swarm, until } from './harness.ts';
import { Load } from './load.ts';
import { isAlive } from './traces.ts';

/** Agents that outlive their daemon; `STRATOSWARM_AGENTS=100` for more. */
const count = Number(process.env['STRATOSWARM_AGENTS'] ?? 20);

describe('what goes on while the control plane does not', { timeout: 600_000 }, () => {
  let swarm: Swarm;
  beforeAll(async () => {
    swarm = await Swarm.open();
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    await swarm.ok('scale', 'tiny', `web=${count}`, '--timeout', '500');
  }, 600_000);
  afterAll(async () => {
    expect(await swarm.close()).toEqual([]);
  });

  const who = async () => (await swarm.agents()).map(({ id, pid, address, state }) => `${id} ${pid} ${address} ${state}`).sort();
  const adopted = async () => ((await swarm.events({ types: 'DaemonStarted', limit: 1 }))[0]!.body as { adopted: number }).adopted;

  test('a killed daemon is missed by no request, and its successor adopts every agent as it is', async () => {
    const before = await who();
    expect(before).toHaveLength(count);
    const load = new Load(swarm.port, 'tiny');
    await until('load is there', () => load.total > 100 || undefined);
    await swarm.killDaemon();
    const asked = load.total;
    await until('requests were answered without a daemon', () => load.total > asked + 100 || undefined);
    await swarm.startDaemon();
    expect(await adopted()).toBe(count);
    expect(await who()).toEqual(before);
    const again = load.total;
    await until('requests go on', () => load.total > again + 100 || undefined);
    expect((await load.stop()).failures).toEqual([]);
    expect(await who()).toEqual(before);
  });

  test('an agent that dies while no daemon is there is replaced by the next one, with what it died of', async () => {
    const [victim] = await swarm.agents();
    await swarm.killDaemon();
    process.kill(victim!.pid!, 'SIGKILL');
    await until('it is dead', () => !isAlive(victim!.pid!) || undefined);
    await swarm.startDaemon();
    await swarm.settled('tiny', (view) => view.services[0]!.ready === count);
    const agents = await swarm.agents();
    expect(agents).toHaveLength(count);
    expect(agents.map(({ id }) => id)).not.toContain(victim!.id);
    expect((await swarm.app('tiny')).services[0]!.lastFailure).toMatch(/killed from outside|SIGKILL/);
  });

  test('a daemon that is stopped and started, as for an upgrade, loses no request and no agent', async () => {
    const before = await who();
    const load = new Load(swarm.port, 'tiny');
    await until('load is there', () => load.total > 50 || undefined);
    await swarm.ok('daemon', 'stop');
    const asked = load.total;
    await until('requests were answered without a daemon', () => load.total > asked + 50 || undefined);
    await swarm.startDaemon();
    expect((await load.stop()).failures).toEqual([]);
    expect(await who()).toEqual(before);
  });

  test('an ingress that is upgraded loses no request', async () => {
    const load = new Load(swarm.port, 'tiny');
    for (let round = 0; round < 3; round++) {
      const asked = load.total;
      await until('load is there', () => load.total > asked + 50 || undefined);
      const { pid } = (await swarm.status()).ingress;
      expect((await swarm.ok('ingress', 'upgrade')).pid).not.toBe(pid);
    }
    const asked = load.total;
    await until('the new one answers', () => load.total > asked + 50 || undefined);
    expect((await load.stop()).failures).toEqual([]);
  });

  test('an ingress that is killed is started again on its port with the same routes', async () => {
    const pid = await until('the ingress is known', async () => (await swarm.status()).ingress.pid ?? undefined);
    process.kill(pid, 'SIGKILL');
    await until('it is dead', () => !isAlive(pid) || undefined);
    expect(await swarm.answers('tiny')).toBe('v1');
  });
});
