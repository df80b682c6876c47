import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../src/api/client.ts';
import type { AgentView, AppView, EventView, StatusView } from '../src/api/views.ts';
import { pathsOf, type Paths } from '../src/host/paths.ts';
import { freePort } from '../src/host/testing.ts';
import { isAlive, processesOf, sweep, tracesOf } from './traces.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the whole standard output; undefined when that is no JSON. */
  readonly json: any;
  readonly milliseconds: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A home, ports and a daemon of a test's own, used through the command line as a person would. */
export class Swarm {
  readonly home: string;
  readonly port: number;
  readonly paths: Paths;
  readonly api: ApiClient;
  readonly env: NodeJS.ProcessEnv;
  readonly #scratch: string;

  private constructor(scratch: string, home: string, port: number, env: NodeJS.ProcessEnv) {
    this.#scratch = scratch;
    this.home = home;
    this.port = port;
    this.paths = pathsOf({ STRATOSWARM_HOME: home });
    this.api = new ApiClient(this.paths.apiSocket);
    this.env = { ...process.env, NO_COLOR: '1', STRATOSWARM_HOME: home, STRATOSWARM_PORT: String(port), STRATOSWARM_API_PORT: '0', ...env };
    for (const name of ['NODE_OPTIONS', 'VITEST', 'NODE_ENV', 'PORT', 'TEST', 'DEV', 'PROD', 'MODE']) delete this.env[name];
  }

  /** @param options.home a directory that exists instead of one of its own */
  static async open(options: { env?: NodeJS.ProcessEnv; home?: string; port?: number } = {}): Promise<Swarm> {
    const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'stratoswarm-e2e-')));
    // As the directories above a real home are: agents that are not root have to get through.
    chmodSync(scratch, 0o711);
    return new Swarm(scratch, options.home ?? join(scratch, 'state'), options.port ?? (await freePort()), options.env ?? {});
  }

  /** A directory beside the home, with files: where apps are written. */
  directory(name: string, files: Readonly<Record<string, string>> = {}): string {
    const path = join(this.#scratch, name);
    mkdirSync(path, { recursive: true });
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), content);
    }
    return path;
  }

  /** Runs `./stratoswarm` in a process of its own. */
  cli(argv: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv; timeout?: number } = {}): Promise<CliResult> {
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const child = spawn(join(root, 'stratoswarm'), argv, { cwd: options.cwd ?? this.#scratch, env: { ...this.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], timeout: options.timeout ?? 170_000, killSignal: 'SIGKILL' });
      const output = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (chunk: string) => { output[name] += chunk; });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...output, json: parsed(output.stdout), milliseconds: performance.now() - began }));
    });
  }

  /** The same for a command that has to succeed; its JSON. */
  async ok(...argv: string[]): Promise<CliResult['json']> {
    const result = await this.cli([...argv, '--json']);
    if (result.code !== 0) throw new Error(`stratoswarm ${argv.join(' ')} ended with ${result.code}\n${result.stdout}\n${result.stderr}\n${this.daemonLog()}`);
    return result.json;
  }

  async status(): Promise<StatusView> {
    return this.api.get<StatusView>('/v1/status');
  }

  async app(name: string): Promise<AppView> {
    return this.api.get<AppView>(`/v1/apps/${name}`);
  }

  async agents(app?: string, service?: string): Promise<AgentView[]> {
    const { agents } = await this.api.get<{ agents: AgentView[] }>('/v1/agents');
    return agents.filter((agent) => (app ?? agent.app) === agent.app && (service ?? agent.service) === agent.service);
  }

  async events(query: { app?: string; types?: string; limit?: number } = {}): Promise<EventView[]> {
    const { events } = await this.api.get<{ events: EventView[] }>('/v1/events', { limit: 1000, ...query });
    return events;
  }

  /** Asks an app through the ingress. */
  ask(app: string, path = '/', options: { method?: string; body?: string; headers?: Record<string, string>; timeout?: number; port?: number } = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { host: `${app}.localhost`, ...options.headers };
      const asking = request({ host: '127.0.0.1', port: options.port ?? this.port, path, method: options.method ?? 'GET', headers, agent: false, timeout: options.timeout ?? 60_000 });
      asking.on('timeout', () => asking.destroy(new Error(`no answer from ${app}${path}`)));
      asking.on('error', reject);
      asking.on('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => { body += chunk; }).on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      });
      asking.end(options.body);
    });
  }

  /** Waits until the app answers with status 200; what it says. */
  answers(app: string, path = '/', expected?: (body: string) => boolean): Promise<string> {
    return until(`${app}${path} answers`, async () => {
      const answer = await this.ask(app, path).catch(() => undefined);
      return answer?.status === 200 && (expected?.(answer.body) ?? true) ? answer.body : undefined;
    });
  }

  /** Waits until an app is as wanted. */
  settled(app: string, is: (view: AppView) => boolean = (view) => view.status === 'running', milliseconds?: number): Promise<AppView> {
    return until(`${app} is as wanted`, async () => {
      const view = await this.app(app).catch(() => undefined);
      return view && is(view) ? view : undefined;
    }, milliseconds);
  }

  /** Starts the daemon directly, without the command line, and waits until it takes part. */
  async startDaemon(env: NodeJS.ProcessEnv = {}): Promise<number> {
    mkdirSync(this.paths.logs, { recursive: true });
    const result = await this.cli(['daemon', 'start', '--json'], { env });
    if (result.code !== 0) throw new Error(`the daemon did not start: ${result.stderr}\n${this.daemonLog()}`);
    return this.ready();
  }

  /** Waits until the daemon has adopted its agents; its pid. */
  async ready(): Promise<number> {
    const { pid } = await this.status();
    await until('the daemon takes part', async () => (await this.events({ types: 'DaemonStarted', limit: 1 })).some((event) => (event.body as { pid: number }).pid === pid) || undefined);
    return pid;
  }

  /** `kill -9`, as a crash would. */
  async killDaemon(): Promise<void> {
    const { pid } = await this.status();
    process.kill(pid, 'SIGKILL');
    await until('the daemon is gone', () => !isAlive(pid) || undefined);
  }

  daemonLog(lines = 40): string {
    try {
      return readFileSync(join(this.paths.logs, 'daemon.log'), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } catch {
      return '(no daemon log)';
    }
  }

  /**
   * Removes every app with its data, stops the daemon and the ingress, and tells what is left of it on this machine: nothing, if
   * all is well. What is left is then removed by force.
   */
  async close(): Promise<string[]> {
    const left: string[] = [];
    try {
      if (processesOf(this.home).length > 0) {
        await this.ok('daemon', 'start');
        const { apps } = await this.api.get<{ apps: AppView[] }>('/v1/apps');
        for (const { name } of apps) await this.ok('rm', name, '--volumes', '--yes');
        const { ingress } = await this.status();
        await this.ok('daemon', 'stop');
        if (ingress.pid !== null) process.kill(ingress.pid, 'SIGTERM');
        await until('nothing is left', () => tracesOf(this.home).length === 0 || undefined, 20_000).catch(() => undefined);
      }
      left.push(...tracesOf(this.home));
    } catch (error) {
      left.push(`could not be closed: ${(error as Error).message}`);
    }
    sweep(this.home);
    rmSync(this.#scratch, { recursive: true, force: true });
    return left;
  }
}

/** Swarms for single tests: each has to leave nothing behind, and what a test puts into `after` is undone, the last first. Give it vitest's `afterEach`. */
export function swarms(afterEach: (undo: () => Promise<void>) => void): { open(options?: Parameters<typeof Swarm.open>[0]): Promise<Swarm>; after: (() => unknown)[] } {
  const after: (() => unknown)[] = [];
  afterEach(async () => {
    const failures: unknown[] = [];
    for (const undo of after.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  });
  const open = async (options: Parameters<typeof Swarm.open>[0] = {}) => {
    const swarm = await Swarm.open(options);
    after.push(async () => {
      const left = await swarm.close();
      if (left.length > 0) throw new Error(`left behind: ${left.join('; ')}`);
    });
    return swarm;
  };
  return { open, after };
}

/** Waits for a condition, generously: machines may be busy. Returns what it gives first that is not undefined. */
export async function until<T>(what: string, condition: () => T | undefined | Promise<T | undefined>, milliseconds = 90_000): Promise<T> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(40);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
