import { globSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../src/host/testing.ts';
import { serverApp } from './apps.ts';
import { Swarm, until } from './harness.ts';
import { Load } from './load.ts';

const hour = 3_600_000;

/** The clock of a daemon is a file that libfaketime reads at each look: the wall clock steps, the monotonic one and timers go on. */
describe.skipIf(!requires('linux', 'program:faketime'))('a wall clock that steps while the daemon runs', { timeout: 300_000 }, () => {
  let swarm: Swarm;
  let offset: string;
  let untouched: string[];

  beforeAll(async () => {
    const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
    // Before the first start the scratch directory is there, and the environment of a swarm is fixed when it is opened.
    swarm = await Swarm.open();
    offset = join(swarm.directory('clock'), 'offset');
    Object.assign(swarm.env, { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: offset, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' });
    step(0);
    await swarm.startDaemon();
    await swarm.ok('deploy', swarm.directory('steady', serverApp('v1', 'steady')));
    await swarm.ok('scale', 'steady', 'web=2');
    await swarm.ok('deploy', swarm.directory('victim', serverApp('v1', 'victim')));
    untouched = await who('steady');
  }, 300_000);
  afterAll(async () => {
    expect(await swarm.close()).toEqual([]);
  }, 120_000);

  const step = (hours: number) => writeFileSync(offset, `${hours < 0 ? '-' : '+'}${Math.abs(hours) * 3600}`);
  const who = async (app: string) => (await swarm.agents(app)).map(({ id, pid, state }) => `${id} ${pid} ${state}`).sort();

  /** The time of the event that a change leaves, compared with that of the test. */
  async function written(): Promise<number> {
    await swarm.ok('scale', 'victim', `web=${(await swarm.app('victim')).services[0]!.replicas === 1 ? 2 : 1}`);
    const [newest] = await swarm.events({ types: 'DecisionAdmitted', limit: 1 });
    return newest!.time - Date.now();
  }

  /** Kills the agents of the victim until its slot has to wait for the next one, which is only there when timers fire. */
  async function replacedAgain(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      const [agent] = await swarm.agents('victim');
      process.kill(agent!.pid!, 'SIGKILL');
      await until('it was replaced', async () => (await swarm.agents('victim')).some(({ id, slot, state }) => slot === agent!.slot && id !== agent!.id && state === 'ready') || undefined);
    }
  }

  /** A rollout is over once its monitor window is. */
  async function rollsOut(version: string): Promise<void> {
    await swarm.ok('deploy', swarm.directory('victim', serverApp(version, 'victim')));
    await until('the rollout is over', async () => ((await swarm.app('victim')).rollout?.state === 'succeeded' ? true : undefined));
    expect((await swarm.ask('victim')).body).toBe(version);
  }

  async function isInOrder(): Promise<void> {
    const events = (await swarm.events()).toSorted((a, b) => a.position - b.position);
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted((a, b) => a - b));
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => events[0]!.position + index));
  }

  /** Events bear a time hours ahead of the test's, timers fire, a rollout ends, events are in order, and who was left alone still runs. */
  async function goesOn(version: string): Promise<void> {
    expect(await written()).toBeGreaterThan(4 * hour);
    await replacedAgain();
    await rollsOut(version);
    await isInOrder();
    expect(await who('steady')).toEqual(untouched);
  }

  /** The same after a step, and no request is lost meanwhile. */
  async function stepped(hours: number, version: string): Promise<void> {
    const load = new Load(swarm.port, 'steady', ['keep-alive', 'fresh'], { pause: 50 });
    step(hours);
    await goesOn(version);
    expect((await load.stop()).failures).toEqual([]);
  }

  test('forward by hours: agents are left alone, timers fire, and events are dated by the new time', async () => {
    await stepped(5, 'v2');
  });

  test('back by hours: nobody waits for what was to happen by the old time, and no event is dated before another', async () => {
    await stepped(-5, 'v3');
  });

  test('and a daemon that starts with a clock that is behind its ledger goes on in the same way', async () => {
    await swarm.killDaemon();
    await swarm.startDaemon();
    await goesOn('v4');
  });

  test('is what compliance rules go by: the age of each secret, and days, also while the ledger is ahead', async () => {
    const app = swarm.directory('aged', serverApp('one', 'aged'));
    const rules = (...lines: string[]) => writeFileSync(join(swarm.home, 'compliance.yaml'), `rules:\n${lines.map((line) => `  - ${line}\n`).join('')}`);
    const deploy = async (...options: string[]) => {
      const { code, stderr } = await swarm.cli(['deploy', app, '--yes', ...options]);
      return code === 0 ? 'admitted' : /^Error (.*)$/m.exec(stderr)?.[1];
    };
    rules('{ id: rotation, rule: secret-age, days: 1 }');
    expect(await deploy('--env', 'API_KEY=first')).toBe('admitted');
    step(48);
    for (const options of [[], ['--env', 'COLOUR=red'], ['--env', 'API_KEY=first']]) expect(await deploy(...options), options.join()).toMatch(/^API_KEY of aged was set 2 days ago, 1 are the limit/);
    expect(await deploy('--env', 'API_KEY=second')).toBe('admitted');
    step(0);
    expect(await deploy()).toMatch(/^API_KEY of aged was set at a time that is still to come/);
    expect(await deploy('--env', 'API_KEY=second')).toBe('admitted');
    const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    const today = new Date().getUTCDay();
    const now = [names[today]!, names[(today + 1) % 7]!];
    const freeze = (days: string[]) => rules(`{ id: frozen, rule: freeze, days: [${days.join()}], from: "00:00", to: "24:00" }`);
    freeze(now);
    expect(await deploy()).toMatch(/^no deploy on /);
    freeze(names.filter((name) => !now.includes(name)));
    expect(await deploy()).toBe('admitted');
    expect((await swarm.ok('audit', 'replay')) as unknown).toMatchObject({ agrees: true, differing: [] });
    rmSync(join(swarm.home, 'compliance.yaml'));
  });
});
