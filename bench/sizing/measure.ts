/**
 * Runs each app of `apps.ts`, asks it two thousand times with eight connections, and writes the most memory that its processes had together beside the features that
 * analysis sees, into `src/analysis/sizing/measured.json`: what the sizing model is trained on.
 *
 *     sh scripts/node.sh bench/sizing/measure.ts [name…]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/host/testing.ts';
import { analyse } from '../../src/analysis/index.ts';
import { featuresOf, type Measured } from '../../src/analysis/sizing/features.ts';
import { descendantsOf } from '../../src/host/proc-tree.ts';
import { processTable } from '../../src/host/proc.ts';
import { apps, type SizedApp } from './apps.ts';
import { prepare, writeFiles } from './prepare.ts';

const target = fileURLToPath(new URL('../../src/analysis/sizing/measured.json', import.meta.url));
const asked = process.argv.slice(2);
const before = JSON.parse(readFileSync(target, 'utf8')) as Measured[];
const results = new Map(before.map((one) => [one.name, one]));
for (const app of apps.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  const bytes = await measure(app).catch((error: unknown) => console.log(`${app.name}: ${String(error)}`));
  if (bytes === undefined) continue;
  console.log(`${app.name}: ${(bytes.memory / 2 ** 20).toFixed(0)} MiB`);
  results.set(app.name, bytes);
  writeFileSync(target, `[\n${[...results.values()].map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`);
}

async function measure(app: SizedApp): Promise<Measured> {
  const directory = mkdtempSync(join(tmpdir(), 'sizing-'));
  try {
    writeFiles(app, directory);
    const plan = await analyse(directory, { name: 'app' });
    prepare(app, directory);
    return { name: app.name, features: featuresOf(plan.services[0]!), memory: await peak(app, directory) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function peak(app: SizedApp, cwd: string): Promise<number> {
  const port = await freePort();
  const [program, ...args] = app.start;
  const child = spawn(program!, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: { ...process.env, PORT: String(port), NODE_ENV: 'production', HOST: '127.0.0.1' } });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => { words = (words + chunk.toString()).slice(-800); });
  try {
    const agent = new Agent({ keepAlive: false, maxSockets: 8 });
    const ask = () => new Promise<boolean>((resolve) => get({ port, path: app.path ?? '/', agent, timeout: 20_000 }, (answer) => answer.resume().once('end', () => resolve(answer.statusCode! < 500)).once('error', () => resolve(false))).once('error', () => resolve(false)));
    for (let tries = 0; !(await ask()); tries++) {
      if (tries > 300 || child.exitCode !== null) throw new Error(`it never answered: ${words}`);
      await delay(200);
    }
    let most = 0;
    const look = () => { most = Math.max(most, resident(child.pid!)); };
    for (let round = 0; round < 50; round++) {
      await Promise.all(Array.from({ length: 40 }, ask));
      look();
    }
    return most;
  } finally {
    endGroup(child.pid!);
  }
}

/** Bytes that a process and its descendants have for themselves, with each one's share of what several use (smaps_rollup, Pss). */
function resident(pid: number): number {
  const pids = [pid, ...descendantsOf(new Set([pid]), processTable()).map((process) => process.pid)];
  return pids.reduce((sum, one) => {
    try {
      return sum + Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))![1]) * 1024;
    } catch {
      return sum;
    }
  }, 0);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself, which its error says.
  }
}
