/**
 * `kill -9` of the daemon while it has many agents, and its start again: how soon all are adopted once it listens, whether one was started again,
 * and whether a request failed meanwhile. The peer's daemon is killed as well, with as many apps.
 *
 *     sh scripts/node.sh bench/adoption.ts [--agents 100] [--rounds 3] [--isolation process]
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { serverApp } from '../e2e/apps.ts';
import { Swarm, until } from '../e2e/harness.ts';
import { Load } from '../e2e/load.ts';
import { Pm2, searchPath } from './pm2.ts';
import { progress, spread, table } from './rounds.ts';

const { values } = parseArgs({ options: { agents: { type: 'string', default: '100' }, rounds: { type: 'string', default: '3' }, isolation: { type: 'string', default: 'process' } } });
const agents = Number(values.agents);

/** Milliseconds from listening to all adopted. */
const limit = 1000;

const swarm = await Swarm.open({ env: { PATH: searchPath } });
const pm2 = Pm2.open();
const name = 'tiny';
try {
  const directory = swarm.directory('app', serverApp('v1'));
  await swarm.ok('deploy', directory, '--name', name, '--isolation', values.isolation);
  await swarm.ok('scale', name, `web=${agents}`);
  await until('all agents are ready', async () => (await pids()).size === agents || undefined, 300_000);
  await delay(15_000);

  const down: number[] = [];
  const adopted: number[] = [];
  let replaced = 0;
  const load = new Load(swarm.port, name, ['keep-alive', 'fresh', 'slow', 'websocket', 'events']);
  for (let round = 0; round < Number(values.rounds); round++) {
    const before = await pids();
    const { pid } = await swarm.status();
    const killed = performance.now();
    await swarm.killDaemon();
    const starting = swarm.ok('daemon', 'start');
    const { listening, clock } = await listens(pid);
    await starting;
    const event = await until('the daemon takes part', async () => (await swarm.events({ types: 'DaemonStarted', limit: 1 })).find(({ body }) => (body as { pid: number }).pid !== pid));
    down.push(listening - killed);
    adopted.push(Math.max(0, event.time - clock));
    await delay(8000);
    const after = await pids();
    replaced += [...before].filter(([agent, pid]) => after.get(agent) !== pid).length;
    progress(`round ${round + 1}: listening ${down.at(-1)!.toFixed(0)} ms after the kill, adopted ${(event.body as { adopted: number }).adopted} within ${adopted.at(-1)!.toFixed(0)} ms`);
  }
  const { requests, failures } = await load.stop();
  table([
    [`kill -9 of a daemon with ${agents} agents (${values.isolation})`, 'measured', 'to reach'],
    ['from the kill to listening again, ms', spread(down), ''],
    ['from listening to all adopted, ms', spread(adopted), Math.max(...adopted) <= limit ? `≤ ${limit}` : `≤ ${limit} MISSED`],
    ['agents that were started again', String(replaced), replaced === 0 ? '0' : '0 MISSED'],
    [`failed of ${Object.values(requests).reduce((sum, each) => sum + each, 0)} requests`, String(failures.length), failures.length === 0 ? '0' : '0 MISSED'],
    [`pm2, of ${agents} apps: known after kill -9 of its daemon`, String(await peer()), ''],
  ]);
  for (const failure of failures.slice(0, 10)) console.error(failure);
} finally {
  await pm2.close();
  const left = await swarm.close();
  if (left.length > 0) console.error(`left behind: ${left.join(', ')}`);
}

async function pids(): Promise<Map<string, number>> {
  return new Map((await swarm.agents(name)).flatMap(({ id, pid, state }) => (state === 'ready' ? [[id, pid!] as const] : [])));
}

/**
 * When another daemon than `before` answered, by both clocks. A connection alone says nothing: threads of the one that was killed may still hold its socket.
 */
async function listens(before: number): Promise<{ listening: number; clock: number }> {
  for (;;) {
    const pid = await swarm.status().then((status) => status.pid, () => before);
    if (pid !== before) return { listening: performance.now(), clock: Date.now() };
    await delay(2);
  }
}

/** How many of its apps pm2 knows after its daemon was killed and started again. They sleep: that costs the least. */
async function peer(): Promise<number> {
  const ecosystem = join(swarm.directory('peer', { 'sleep.sh': 'exec sleep 300\n' }), 'apps.json');
  writeFileSync(ecosystem, JSON.stringify({ apps: Array.from({ length: agents }, (_, n) => ({ name: `sleep${n}`, script: 'sleep.sh', interpreter: '/bin/sh', cwd: swarm.directory('peer') })) }));
  await pm2.run(['start', ecosystem]);
  const sleepers = pm2.pids();
  process.kill(pm2.daemon, 'SIGKILL');
  await delay(500);
  const known = await pm2.count();
  for (const pid of sleepers) try { process.kill(pid, 'SIGKILL'); } catch { /* pm2 ended it. */ }
  return known;
}
