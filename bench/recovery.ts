/**
 * From `kill -9` of an app's process to its first answer again, against the same app under pm2. A client asks every few milliseconds, each time on
 * a connection of its own.
 *
 *     sh scripts/node.sh bench/recovery.ts [--rounds 9] [--isolation container --isolation namespace --isolation process]
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../src/host/testing.ts';
import type { EventView } from '../src/api/views.ts';
import { Swarm } from '../e2e/harness.ts';
import { writeApp } from './app.ts';
import { answered } from './client.ts';
import { Pm2, searchPath } from './pm2.ts';
import { interleaved, median, ratio, spread, table, type Contender } from './rounds.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, isolation: { type: 'string', multiple: true } } });

/** Of the peer's time. */
const limit = 0.5;

/** Milliseconds of an app's own between two kills: one that fails again sooner is started again later, by ours as by the peer. */
const rest = 10_500;

/** Milliseconds for what comes after a recovery, such as clearing up, so that it does not burden the next contender. */
const calm = 1500;

const swarm = await Swarm.open({ env: { PATH: searchPath } });
const pm2 = Pm2.open();
/** Milliseconds between an event of a replacement and the one before it; for the first, and the kill. */
const stages = new Map<string, number[]>();
/** When the process was killed that was killed last, as the ledger counts time. */
let killedAt = 0;
try {
  const directory = writeApp(swarm.directory('app'), 'v1');
  const contenders = [await peer(directory)];
  for (const isolation of values.isolation ?? ['container', 'namespace', 'process']) {
    const contender = await ours(directory, isolation).catch((error: unknown) => console.log(`${isolation}: left out, ${(error as Error).message.split('\n')[0]}`));
    if (contender) contenders.push(contender);
  }
  const results = await interleaved(Number(values.rounds), contenders);

  const base = results.get('pm2')!;
  table([
    ['kill -9 → serving again', 'ms, median (all)', '× pm2'],
    ...[...results].map(([name, times]) => [name, spread(times), ratio(times, base, limit)]),
  ]);
  console.log(`\nwithin a replacement, ms: ${[...stages].map(([stage, times]) => `${stage} ${median(times).toFixed(0)}`).join(', ')}`);
} finally {
  await pm2.close();
  const left = await swarm.close();
  if (left.length > 0) console.error(`left behind: ${left.join(', ')}`);
}

async function peer(directory: string): Promise<Contender> {
  const port = await freePort();
  await pm2.run(['start', 'server.js', '--name', 'tiny', '--cwd', directory], { PORT: String(port), PWD: directory });
  return polled('pm2', port, 'localhost', async () => pm2.pid('tiny'));
}

async function ours(directory: string, isolation: string): Promise<Contender> {
  const name = `tiny-${isolation}`;
  await swarm.ok('deploy', directory, '--name', name, '--isolation', isolation);
  const asked = polled(`stratoswarm, ${isolation}`, swarm.port, `${name}.localhost`, async () => (await swarm.agents(name)).find(({ state }) => state === 'ready')!.pid!);
  return {
    ...asked,
    measure: async (round) => {
      const took = await asked.measure(round);
      keepStages(isolation, await swarm.events({ app: name, types: 'AgentExited,AgentCreated,AgentPrepared,AgentStarting,AgentRunning,AgentReady', limit: 6 }));
      return took;
    },
  };
}

function polled(name: string, port: number, host: string, pid: () => Promise<number>): Contender {
  let rested = performance.now() + rest;
  return {
    name,
    measure: async () => {
      await delay(Math.max(calm, rested - performance.now()));
      let before = '';
      await answered(port, host, (body) => (before = body) !== '');
      const victim = await pid();
      const killed = performance.now();
      killedAt = Date.now();
      process.kill(victim, 'SIGKILL');
      const again = await answered(port, host, (body) => body !== before);
      rested = again + rest;
      return again - killed;
    },
  };
}

/** The newest replacement: from the exit to the next agent that is ready. */
function keepStages(isolation: string, events: readonly EventView[]): void {
  const sorted = events.toSorted((a, b) => a.position - b.position);
  const life = sorted.slice(sorted.findLastIndex((event) => event.type === 'AgentExited'));
  if (life.at(-1)?.type !== 'AgentReady') return;
  life.forEach((event, n) => {
    const stage = `${isolation} ${event.type.replace('Agent', '').toLowerCase()}`;
    stages.set(stage, [...(stages.get(stage) ?? []), event.time - (life[n - 1]?.time ?? killedAt)]);
  });
}
