import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentView, AppView, DecisionView, DeploymentStep, RevisionView, StatusView } from '../src/api/views.ts';
import { requires } from '../src/host/testing.ts';
import { reportOf } from '../src/model/index.ts';
import { SeededRandom } from '../src/simulation/random.ts';
import { serverApp } from './apps.ts';
import { root, Swarm, until } from './harness.ts';
import { Load } from './load.ts';
import { agentsInWorld, isAlive, tracesOf } from './traces.ts';

/** Deaths in the whole campaign; `STRATOSWARM_KILLS=1000` for more of them, `STRATOSWARM_SEED` for others. */
const kills = Number(process.env['STRATOSWARM_KILLS'] ?? 200);
const seed = Number(process.env['STRATOSWARM_SEED'] ?? 1);

/** Where the daemon dies, and which passing of that point may be its last. */
type Points = readonly (readonly [point: string, passings: number])[];
const growing: Points = [['ledger.append', 6], ['driver.prepare', 1], ['driver.start', 1], ['router.apply', 1]];
const shrinking: Points = [['ledger.append', 4], ['driver.signal', 1], ['driver.stop', 1], ['driver.remove', 1], ['router.apply', 1], ['router.drained', 1]];
const rolling: Points = [['ledger.append', 12], ['driver.prepare', 1], ['driver.start', 1], ['driver.signal', 1], ['driver.stop', 1], ['driver.remove', 1], ['router.apply', 3], ['router.drained', 1]];
const deploying: Points = [...rolling, ['artefacts.rename', 1]];
const recovering: Points = [['ledger.append', 3], ['router.apply', 2], ['driver.stop', 1], ['driver.remove', 1]];

/** What an app should be like, as far as it was acknowledged. */
interface Expected {
  revision: number;
  replicas: number;
  versions: Map<number, string>;
}

describe.skipIf(!requires('linux', 'root'))('a daemon that is killed at named points', () => {
  const random = new SeededRandom(seed);
  const apps = [
    { name: 'isolated', isolation: 'container', driver: 'oci' }, { name: 'spaced', isolation: 'namespace', driver: 'sandbox' }, { name: 'plain', isolation: 'process', driver: 'process' },
  ] as const;
  const expected = new Map<string, Expected>();
  const report = { deaths: 0, inRecovery: 0, spared: 0, converged: [] as number[], byPoint: new Map<string, number>() };
  let swarm: Swarm;
  let spec: string;
  let loads: Load[] = [];
  let version = 0;
  let daemon = 0;

  beforeAll(async () => {
    swarm = await Swarm.open();
    spec = join(swarm.directory('spec'), 'die-at');
    disarm();
    daemon = launch();
    await converged();
    for (const { name, isolation } of apps) {
      const body = await deploy(name, isolation);
      expected.set(name, { revision: body!, replicas: 1, versions: new Map([[body!, `v${version}`]]) });
    }
    await converged();
    loads = apps.map(({ name }) => new Load(swarm.port, name, ['keep-alive', 'fresh'], { pause: 150 }));
  });

  afterAll(async () => {
    const failures = (await Promise.all(loads.map((load) => load.stop()))).flatMap((result) => result.failures);
    disarm();
    const left = await swarm.close();
    const times = report.converged.sort((a, b) => a - b);
    console.info(`${report.deaths} deaths (${report.inRecovery} while recovering), ${report.spared} actions that ended before their point; converged in ${times[times.length >> 1]} ms (median), ${times.at(-1)} ms at most`);
    console.info([...report.byPoint].sort().map(([point, count]) => `${point} ${count}`).join(', '));
    expect({ left, failures }).toEqual({ left: [], failures: [] });
  });

  test.each(['scale', 'deploy', 'rollback'] as const)('loses nothing acknowledged, leaves nothing behind and comes to rest: %s', { timeout: 3_600_000 }, async (kind) => {
    const goal = report.deaths + Math.ceil(kills / 3);
    for (let turn = 0; report.deaths < goal; turn++) {
      if (turn > kills * 5) throw new Error('the points are not reached');
      const app = apps[turn % apps.length]!;
      const before = await swarm.agents(app.name);
      const replicas = pick([1, 2, 3].filter((n) => n !== expected.get(app.name)!.replicas));
      const points = kind === 'deploy' ? deploying : kind === 'rollback' ? rolling : replicas > expected.get(app.name)!.replicas ? growing : shrinking;
      const chosen = armOneOf(points);
      const acknowledged = await act(kind, app.name, app.isolation, replicas);
      await endOf(app.name);
      disarm();
      // One that answers now is past the point for good: it may have been reached by what goes on at rest, as a standby being made.
      const died = await swarm.status().then(({ pid }) => pid !== daemon, () => true);
      if (died) await until('the daemon is dead', () => !isAlive(daemon) || undefined);
      if (!died) {
        report.spared++;
      } else {
        count(chosen);
        while (random.next() < 0.2) await dieRecovering();
        daemon = launch();
      }
      await converged();
      await check(kind, app.name, before, acknowledged, chosen);
    }
  });

  test('leaves nothing of its own trials behind when it is killed at any moment of its start', { timeout: 600_000 }, async () => {
    for (let turn = 0; turn < Math.ceil(kills / 20); turn++) {
      process.kill(daemon, 'SIGKILL');
      await until('it is gone', () => !isAlive(daemon) || undefined);
      daemon = launch();
      await delay(random.next() * 1200);
    }
    process.kill(daemon, 'SIGKILL');
    await until('it is gone', () => !isAlive(daemon) || undefined);
    daemon = launch();
    await converged();
    const trials = () => [...tracesOf(swarm.home), ...apps.flatMap(({ driver }) => readdirSync(join(swarm.paths.agents, driver)))].filter((trace) => /probe/.test(trace));
    await until('its trials are gone', () => trials().length === 0 || undefined, 20_000).catch(() => expect(trials()).toEqual([]));
  });

  /** One change, as far as the daemon lives to acknowledge it. */
  async function act(kind: 'scale' | 'deploy' | 'rollback', app: string, isolation: string, replicas: number): Promise<Partial<Expected> & { decision?: string }> {
    const now = expected.get(app)!;
    try {
      if (kind === 'scale') {
        const { id } = await swarm.api.post<DecisionView>(`/v1/apps/${app}/scale`, { service: 'web', replicas });
        return { replicas, decision: id };
      }
      if (kind === 'rollback') {
        const revision = pick((await revisionsOf(app)).filter((n) => n !== now.revision));
        const { id } = await swarm.api.post<DecisionView>(`/v1/apps/${app}/rollback`, { revision });
        return { revision, decision: id };
      }
      const revision = await deploy(app, isolation);
      return revision === undefined ? {} : { revision };
    } catch (error) {
      throwUnlessDead(error);
      return {};
    }
  }

  /** The revision that was admitted, and that the daemon said so; undefined when it died before. */
  async function deploy(app: string, isolation: string): Promise<number | undefined> {
    const directory = swarm.directory(app, serverApp(`v${++version}`, app));
    let admitted: number | undefined;
    const abort = new AbortController();
    const watch = setInterval(() => isAlive(daemon) || abort.abort(), 20);
    try {
      const { deployment } = await swarm.api.post<{ deployment: string }>('/v1/deployments', { source: { kind: 'path', location: directory }, name: app, isolation });
      const last = ({ event }: { event?: string | undefined }) => event === 'ready' || event === 'failed';
      for await (const { data } of swarm.api.stream(`/v1/deployments/${deployment}/steps`, {}, { last, signal: abort.signal })) {
        const step = data as DeploymentStep;
        if (step.step === 'admit' && step.kind === 'end') admitted = Number(/\d+/.exec(step.text)![0]);
        if (step.step === 'failed' && isAlive(daemon)) throw new Error(`the deployment failed: ${JSON.stringify(step)}`);
      }
    } catch (error) {
      throwUnlessDead(error);
    } finally {
      clearInterval(watch);
    }
    return admitted;
  }

  function throwUnlessDead(error: unknown): void {
    if (reportOf(error).code !== 'daemon.unreachable' && isAlive(daemon)) throw error;
  }

  /** Waits until the daemon has died, or the change is through without. */
  async function endOf(app: string): Promise<void> {
    await until('the daemon is dead or done', async () => !isAlive(daemon) || ((await isAtRest().catch(() => false)) && (await swarm.app(app).then(() => true, () => false))) || undefined);
  }

  async function isAtRest(): Promise<boolean> {
    const { apps: views } = await swarm.api.get<{ apps: AppView[] }>('/v1/apps');
    const agents = await swarm.agents();
    const { standbys } = await swarm.api.get<StatusView>('/v1/status');
    const isRunning = views.every((view) => view.status === 'running' && view.services.every(({ ready, replicas }) => ready === replicas));
    const wanted = views.reduce((sum, view) => sum + view.services.reduce((all, { replicas }) => all + replicas, 0), 0);
    const world = [...agentsInWorld(swarm.home).keys()].sort();
    return isRunning && agents.length === wanted && agents.every((agent) => agent.state === 'ready') && String(world) === String([...agents.map(({ id }) => id), ...standbys].sort());
  }

  async function converged(): Promise<void> {
    const began = performance.now();
    await until('the daemon takes part', async () => (await swarm.ready().catch(() => undefined)) === daemon || undefined).catch((error: Error) => { throw new Error(`${error.message}\n${swarm.daemonLog()}`); });
    const took = performance.now();
    await until('all is at rest', async () => (await isAtRest()) || undefined).catch(async (error: Error) => {
      const { apps: views } = await swarm.api.get<{ apps: AppView[] }>('/v1/apps');
      const slots = (await swarm.agents()).map(({ id, state, revision, reason }) => `${id} ${state} revision ${revision} ${reason ?? ''}`);
      const events = (await swarm.events({ limit: 40 })).map(({ position, text }) => `${position} ${text}`);
      const world = [...agentsInWorld(swarm.home)].map(([id, traces]) => `${id}: ${traces.join(', ').slice(0, 300)}`);
      throw new Error([error.message, ...views.map((view) => `${view.name} ${view.status} ${view.rollout?.state} ${view.rollout?.reason}`), ...slots, ...world, ...events, swarm.daemonLog(10)].join('\n'));
    });
    if (took - began > 0) report.converged.push(Math.round(performance.now() - began));
  }

  async function check(kind: string, app: string, before: readonly AgentView[], acknowledged: Partial<Expected> & { decision?: string }, point: string): Promise<void> {
    const was = expected.get(app)!;
    const view = await swarm.app(app);
    const revisions = await revisionsOf(app);
    const now = { revision: view.revision, replicas: view.services[0]!.replicas };
    const about = `${kind} of ${app}, killed at ${point}`;
    if (acknowledged.replicas !== undefined) expect(now.replicas, about).toBe(acknowledged.replicas);
    if (acknowledged.revision !== undefined) expect(now.revision, about).toBe(acknowledged.revision);
    if (acknowledged.decision !== undefined) {
      const events = await swarm.events({ app, types: 'DecisionAdmitted', limit: 20 });
      expect(events.map((event) => (event.body as { decision: { id: string } }).decision.id), about).toContain(acknowledged.decision);
    }
    for (const known of [...was.versions.keys()].slice(-10)) expect(revisions, about).toContain(known);
    for (const number of revisions) if (!was.versions.has(number)) was.versions.set(number, `v${version}`);
    const agents = await swarm.agents(app);
    // Who was not concerned runs on, in the same process.
    const stays = before.filter((agent) => agent.state === 'ready' && (now.revision === was.revision || kind === 'scale') && agent.slot < now.replicas);
    for (const { id, pid } of stays) expect(agents.map((agent) => ({ id: agent.id, pid: agent.pid })), about).toContainEqual({ id, pid });
    expect(agents.every(({ pid }) => pid !== null && isAlive(pid)), about).toBe(true);
    expect((await swarm.ask(app)).body, about).toBe(was.versions.get(now.revision));
    Object.assign(was, now);
  }

  /** Starts a daemon that dies before it has recovered, or soon after. */
  async function dieRecovering(): Promise<void> {
    const chosen = armOneOf(recovering);
    const pid = launch();
    await until('it died or takes part', async () => !isAlive(pid) || (await swarm.ready().catch(() => undefined)) === pid || undefined);
    disarm();
    const died = await swarm.status().then((status) => status.pid !== pid, () => true);
    if (died) {
      await until('it is gone', () => !isAlive(pid) || undefined);
      count(chosen);
      report.inRecovery++;
      return;
    }
    process.kill(pid, 'SIGKILL');
    await until('it is gone', () => !isAlive(pid) || undefined);
  }

  function launch(): number {
    mkdirSync(swarm.paths.logs, { recursive: true });
    const log = openSync(join(swarm.paths.logs, 'daemon.log'), 'a');
    const env = { ...swarm.env, STRATOSWARM_DIE_AT: spec, NODE_COMPILE_CACHE: join(root, '.runtime/compiled') };
    const child = spawn(process.execPath, [join(root, 'src/daemon/main.ts')], { detached: true, stdio: ['ignore', log, log], env });
    closeSync(log);
    child.unref();
    return child.pid!;
  }

  function count(point: string): void {
    report.deaths++;
    report.byPoint.set(point, (report.byPoint.get(point) ?? 0) + 1);
  }

  async function revisionsOf(app: string): Promise<number[]> {
    const { revisions } = await swarm.api.get<{ revisions: RevisionView[] }>(`/v1/apps/${app}/revisions`);
    return revisions.map(({ number }) => number);
  }

  function armOneOf(points: Points): string {
    const [point, passings] = pick(points);
    const chosen = `${point}.${pick(['before', 'after'])}`;
    writeFileSync(spec, `${chosen}:${1 + Math.floor(random.next() * passings)}`);
    return chosen;
  }

  function disarm(): void {
    writeFileSync(spec, '');
  }

  function pick<T>(list: readonly T[]): T {
    return list[Math.floor(random.next() * list.length)]!;
  }
});
