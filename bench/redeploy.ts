/**
 * From the start of the command that brings a new version of a warm Node app to that version's first answer, against `pm2 reload` of the same app;
 * then many of those in a row under clients of every kind, whose failed requests are counted.
 *
 *     sh scripts/node.sh bench/redeploy.ts [--rounds 9] [--redeploys 50] [--isolation container]
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../src/host/testing.ts';
import { serverApp } from '../e2e/apps.ts';
import { Swarm } from '../e2e/harness.ts';
import { Load, type LoadResult } from '../e2e/load.ts';
import { answered } from './client.ts';
import { Pm2, searchPath } from './pm2.ts';
import { interleaved, progress, ratio, spread, table, type Contender } from './rounds.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, redeploys: { type: 'string', default: '50' }, isolation: { type: 'string' } } });

/** Of the peer's time. */
const limit = 0.5;

const swarm = await Swarm.open({ env: { PATH: searchPath } });
const pm2 = Pm2.open();
const name = 'tiny';
const isolation = values.isolation === undefined ? [] : ['--isolation', values.isolation];
/** Milliseconds for what comes after a redeployment, such as clearing up, so that it does not burden the next contender. */
const calm = 1500;
/** How long the whole command took, by contender. */
const commands = new Map<string, number[]>();
let version = 0;
try {
  const [directory, other] = [swarm.directory('app', serverApp('v0')), swarm.directory('peer', serverApp('v0'))];
  const port = await freePort();
  await swarm.ok('deploy', directory, '--name', name, ...isolation);
  await pm2.run(['start', 'server.js', '--name', name, '--instances', '1', '--cwd', other], { PORT: String(port), PWD: other });
  const reload = contender('pm2 reload', other, port, async () => void await pm2.run(['reload', name]));
  const deploy = contender('stratoswarm deploy', directory, swarm.port, async () => void await swarm.ok('deploy', directory, '--name', name, ...isolation));

  const rested = (who: Contender): Contender => ({ name: who.name, measure: (round) => delay(calm).then(() => who.measure(round)) });
  const results = await interleaved(Number(values.rounds), [reload, deploy].map(rested));
  const base = results.get(reload.name)!;
  table([
    ['redeploy of a warm Node app', 'new version answers, ms', '× pm2 reload', 'command ends, ms'],
    ...[...results].map(([who, times]) => [who, spread(times), ratio(times, base, limit), spread(commands.get(who)!)]),
  ]);

  const count = Number(values.redeploys);
  const lines = [];
  for (const [contender, asked, times] of [[reload, port, Math.min(count, 10)], [deploy, swarm.port, count]] as const) {
    lines.push([`${times} × ${contender.name}`, ...losses(await underLoad(contender, asked, times))]);
  }
  console.log();
  table([['redeploys under load', 'requests', 'failed', 'by kind of client'], ...lines]);
} finally {
  await pm2.close();
  const left = await swarm.close();
  if (left.length > 0) console.error(`left behind: ${left.join(', ')}`);
}

function contender(who: string, directory: string, port: number, command: () => Promise<void>): Contender {
  return {
    name: who,
    measure: async () => {
      const next = `v${++version}`;
      writeFileSync(join(directory, 'server.js'), serverApp(next)['server.js']!);
      const began = performance.now();
      const [took, ended] = await Promise.all([
        answered(port, `${name}.localhost`, (body) => body === next).then((answeredAt) => answeredAt - began),
        command().then(() => performance.now() - began),
      ]);
      commands.set(who, [...(commands.get(who) ?? []), ended]);
      return took;
    },
  };
}

async function underLoad(who: Contender, port: number, count: number): Promise<LoadResult> {
  const load = new Load(port, name);
  for (let n = 1; n <= count; n++) {
    await who.measure(n);
    if (n % 10 === 0) progress(`${who.name}: ${n} of ${count}, ${load.total} requests`);
  }
  return load.stop();
}

function losses({ requests, failures }: LoadResult): string[] {
  const kinds = Object.keys(requests).map((kind) => `${kind} ${failures.filter((failure) => failure.split(' ')[1] === kind).length}`);
  return [String(Object.values(requests).reduce((sum, each) => sum + each, 0)), String(failures.length), kinds.join(', ')];
}
