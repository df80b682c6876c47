/**
 * Memory and processor use of a daemon and an ingress that have nothing to do, without services and with many, against pm2's daemon.
 *
 *     sh scripts/node.sh bench/idle.ts [--services 20] [--seconds 60] [--isolation container]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../src/host/testing.ts';
import { Swarm } from '../e2e/harness.ts';
import { writeApp } from './app.ts';
import { Pm2, searchPath } from './pm2.ts';
import { progress, table } from './rounds.ts';

const { values } = parseArgs({ options: { services: { type: 'string', default: '20' }, seconds: { type: 'string', default: '60' }, isolation: { type: 'string' } } });
const services = Number(values.services);
const seconds = Number(values.seconds);

/** Megabytes; percent of a core. */
const limits = { none: 90, many: 110, ingress: 60, cpu: 0.5 };

/** Milliseconds after the last change until nothing is left to do. */
const calm = 30_000;

interface Use {
  /** Megabytes, the median of several looks. */
  readonly memory: number;
  /** Percent of a core. */
  readonly cpu: number;
}

const swarm = await Swarm.open({ env: { PATH: searchPath } });
const pm2 = Pm2.open();
const lines: string[][] = [];
try {
  const directory = writeApp(swarm.directory('app'), 'v1');
  const daemon = await swarm.startDaemon();
  const ingress = (await swarm.status()).ingress.pid!;
  await pm2.run(['ping']);
  await compare('no service', daemon, ingress, limits.none);

  const isolation = values.isolation === undefined ? [] : ['--isolation', values.isolation];
  for (let n = 0; n < services; n++) {
    await swarm.ok('deploy', directory, '--name', `tiny${n}`, ...isolation);
    if (n % 5 === 4) progress(`${n + 1} of ${services} deployed`);
  }
  const apps = [];
  for (let n = 0; n < services; n++) apps.push({ name: `tiny${n}`, script: 'server.js', cwd: directory, env: { PORT: String(await freePort()) } });
  const ecosystem = join(swarm.directory('pm2'), 'apps.json');
  writeFileSync(ecosystem, JSON.stringify({ apps }));
  await pm2.run(['start', ecosystem]);
  await compare(`${services} services`, daemon, ingress, limits.many);
  table([['idle', 'RSS, MB', 'to reach', '% of a core', 'to reach'], ...lines]);
} finally {
  await pm2.close();
  const left = await swarm.close();
  if (left.length > 0) console.error(`left behind: ${left.join(', ')}`);
}

/** All at the same time: what disturbs one disturbs the others. */
async function compare(what: string, daemon: number, ingress: number, memory: number): Promise<void> {
  progress(`${what}: measuring for ${seconds} s`);
  await delay(calm);
  const [ours, proxy, peer] = await Promise.all([watch(daemon), watch(ingress), watch(pm2.daemon)]);
  lines.push(line(`daemon, ${what}`, ours, memory), line(`ingress, ${what}`, proxy, limits.ingress), [`pm2, ${what}`, peer.memory.toFixed(0), '', peer.cpu.toFixed(2), '']);
}

function line(what: string, { memory, cpu }: Use, wanted: number): string[] {
  return [what, memory.toFixed(0), memory <= wanted ? `≤ ${wanted}` : `≤ ${wanted} MISSED`, cpu.toFixed(2), cpu <= limits.cpu ? `≤ ${limits.cpu}` : `≤ ${limits.cpu} MISSED`];
}

async function watch(pid: number): Promise<Use> {
  const memory: number[] = [];
  const before = ticks(pid);
  const began = performance.now();
  for (let look = 0; look < 6; look++) {
    await delay((seconds * 1000) / 6);
    memory.push(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024);
  }
  // Ticks are hundredths of a second (getconf CLK_TCK).
  return { memory: memory.toSorted((a, b) => a - b)[3]!, cpu: (ticks(pid) - before) / ((performance.now() - began) / 1000) };
}

function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
