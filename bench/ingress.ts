/**
 * Throughput of the ingress for 1 KB bodies against a plain `node:http` + `httpxy` proxy, nginx, haproxy and caddy: the same
 * target, the same load (wrk), in interleaved rounds so that a noisy machine is noisy for all; medians and their ratios. Where that is
 * allowed, all that takes part goes before whatever else the machine does: otherwise what is measured is how long each of the four hops of a
 * request waits for a processor, which is the same for every proxy.
 *
 *     node bench/ingress.ts [--rounds 5] [--seconds 3] [--connections 32]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { systemTime as clock } from '../src/host/testing.ts';
import { findProgram } from '../src/host/programs.ts';
import { pathsOf } from '../src/host/paths.ts';
import type { Route } from '../src/control/router.ts';
import { ingressRouter } from '../src/network/router.ts';
import { caddyConfig, haproxyConfig, nginxConfig, nginxTarget } from './ingress/configs.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' }, connections: { type: 'string', default: '32' } } });

const niceness = -15;

interface Contender {
  readonly name: string;
  readonly port: number;
  /** Starts it; returns how to measure its memory and how to stop it. */
  start(): Promise<{ pid: number; stop(): Promise<void> }>;
}

prefer(process.pid);

const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-bench-'));
const target = await freePort();
const results = new Map<string, { throughput: number[]; p99: number[]; memory: number[]; cpu: number[]; errors: number }>();

try {
  if (findProgram('wrk') === undefined) throw new Error('wrk is needed: apt-get install wrk');
  const stopTarget = await startTarget();
  const contenders = await line();
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const contender of contenders) await measure(contender);
    process.stderr.write(`round ${round} of ${values.rounds}\n`);
  }
  await stopTarget();
  print();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function line(): Promise<Contender[]> {
  const all: Contender[] = [await ours(), await httpxy()];
  for (const [name, config, args] of [
    ['nginx', nginxConfig, (file: string) => ['-c', file, '-g', 'daemon off;']],
    ['haproxy', haproxyConfig, (file: string) => ['-db', '-f', file]],
    ['caddy', caddyConfig, (file: string) => ['run', '--config', file, '--adapter', 'caddyfile']],
  ] as const) {
    const program = findProgram(name);
    if (program === undefined) {
      console.log(`${name}: not installed, skipped`);
      continue;
    }
    const port = await freePort();
    const file = join(directory, `${name}.conf`);
    writeFileSync(file, config({ directory, port, target }));
    all.push({ name, port, start: () => child(program, args(file), port) });
  }
  return all;
}

async function ours(): Promise<Contender> {
  const router = ingressRouter({ paths: pathsOf({ STRATOSWARM_HOME: join(directory, 'home') }), clock, port: await freePort() });
  const start = async () => {
    const { pid } = await router.ensure();
    const route = { app: 'bench', service: 'web', hosts: ['127.0.0.1'], path: '/', targets: [{ agent: 'bench-web-0-aaaaaaaa', address: '127.0.0.1', port: target }], absence: null };
    await router.apply([route as unknown as Route]);
    return { pid, stop: () => router.stop() };
  };
  const { stop } = await start();
  const port = router.port!;
  await stop();
  return { name: 'stratoswarm', port, start };
}

async function httpxy(): Promise<Contender> {
  const port = await freePort();
  return { name: 'node:http + httpxy', port, start: () => child(process.execPath, [join(import.meta.dirname, 'ingress/httpxy-proxy.ts'), String(port), String(target)], port) };
}

async function startTarget(): Promise<() => Promise<void>> {
  const nginx = findProgram('nginx');
  writeFileSync(join(directory, 'index.html'), 'x'.repeat(1024));
  const file = join(directory, 'target.conf');
  writeFileSync(file, nginxTarget({ directory, port: target, target }));
  const started = nginx === undefined
    ? await child(process.execPath, [join(import.meta.dirname, 'ingress/target.ts'), String(target)], target)
    : await child(nginx, ['-c', file, '-g', 'daemon off;'], target);
  return started.stop;
}

async function child(program: string, args: readonly string[], port: number): Promise<{ pid: number; stop(): Promise<void> }> {
  const started: ChildProcess = spawn(program, args, { stdio: 'ignore', env: { PATH: process.env['PATH'], HOME: directory } });
  const exited = once(started, 'exit');
  for (let tries = 0; tries < 200; tries++) {
    if (started.exitCode !== null) throw new Error(`${program} ended with status ${started.exitCode}`);
    if (await fetch(`http://127.0.0.1:${port}/`).then((response) => response.ok, () => false)) break;
    await delay(25);
  }
  return {
    pid: started.pid!,
    stop: async () => {
      started.kill('SIGTERM');
      await exited;
    },
  };
}

async function measure({ name, port, start }: Contender): Promise<void> {
  const { pid, stop } = await start();
  prefer(pid);
  try {
    await wrk(port, 1);
    const before = cpuOf(pid);
    const { throughput, p99, errors, requests } = await wrk(port, Number(values.seconds));
    const cpu = (cpuOf(pid) - before) * 1e6 / requests;
    const memory = memoryOf(pid);
    const result = results.get(name) ?? { throughput: [], p99: [], memory: [], cpu: [], errors: 0 };
    result.throughput.push(throughput);
    result.p99.push(p99);
    result.memory.push(memory);
    result.cpu.push(cpu);
    result.errors += errors;
    results.set(name, result);
  } finally {
    await stop();
  }
}

/** Where sessions are scheduled as groups (sched(7)), niceness counts within a session only, and the session has one of its own. */
function prefer(pid: number): void {
  try {
    setPriority(pid, niceness);
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // Only root may, and not every kernel has it: then all are disturbed alike.
  }
}

async function wrk(port: number, seconds: number): Promise<{ throughput: number; p99: number; errors: number; requests: number }> {
  const run = spawn('wrk', ['-t1', `-c${values.connections}`, `-d${seconds}s`, '--latency', `http://127.0.0.1:${port}/`], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  run.stdout.on('data', (data: Buffer) => { text += data.toString(); });
  await once(run, 'exit');
  const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  const errors = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0) + [...(/Socket errors:(.*)/.exec(text)?.[1] ?? '').matchAll(/\d+/g)].reduce((sum, [count]) => sum + Number(count), 0);
  return { throughput: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? 0), p99: Number(p99 ?? 0) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1), errors, requests: Number(/(\d+) requests in/.exec(text)?.[1] ?? 0) };
}

/** Resident memory of a process and its children, MB. */
function memoryOf(pid: number): number {
  const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.reduce((sum, each) => sum + memoryOf(Number(each)), own);
}

/** Processor seconds that a process and its children have used; ticks are hundredths of a second (getconf CLK_TCK). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.reduce((sum, each) => sum + cpuOf(Number(each)), (Number(fields[11]) + Number(fields[12])) / 100);
}

function print(): void {
  const base = median(results.get('node:http + httpxy')!.throughput);
  console.log(`\n${values.connections} connections, 1 KB bodies, medians of ${values.rounds} rounds of ${values.seconds} s\n`);
  console.log(`${'proxy'.padEnd(20)} ${'req/s'.padStart(9)} ${'× httpxy'.padStart(9)} ${'µs CPU/req'.padStart(11)} ${'p99 ms'.padStart(8)} ${'RSS MB'.padStart(8)} ${'errors'.padStart(7)}`);
  for (const [name, { throughput, p99, memory, cpu, errors }] of results) {
    console.log(`${name.padEnd(20)} ${median(throughput).toFixed(0).padStart(9)} ${(median(throughput) / base).toFixed(2).padStart(9)} ${median(cpu).toFixed(0).padStart(11)} ${median(p99).toFixed(1).padStart(8)} ${median(memory).toFixed(0).padStart(8)} ${String(errors).padStart(7)}`);
  }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
