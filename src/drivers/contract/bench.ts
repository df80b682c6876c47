import { randomInt } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppName, ServiceName, newAgentId, type Handle } from '../../model/index.ts';
import type { Driver, Report, Task } from '../driver.ts';

/** What one kind of driver brings to the suite. Made anew for every test. */
export interface Subject {
  readonly driver: Driver;
  /** Another driver over the same state: what a restarted daemon has. */
  again(): Driver;
  /** The same driver for another process: the export `name` of `module` (a file URL), called with `options` (plain JSON); it may give a promise. */
  readonly source?: { readonly module: string; readonly name: string; readonly options: unknown };
  /** What differs from {@link Bench.task} for every agent. */
  readonly task?: Partial<Task>;
  /** Programs of a driver that runs no real ones. */
  readonly programs?: { readonly forever: readonly string[]; exits(code: number): readonly string[] };
  /** Lets time pass, where it is virtual. */
  turn?(): Promise<void>;
  /** Names of what an agent still has in the kernel or on disk, beyond what the suite looks at itself. */
  traces?(handle: Handle): Promise<string[]>;
  /** Pids of what runs an agent's program; unless told, of the processes of that program. */
  mains?(handle: Handle): number[];
  /** Writes the driver's record of an agent's main process: needed unless it is that of shim.sh. */
  forgeMain?(handle: Handle, pid: number, start: number): void;
  cleanup(): Promise<void>;
}

export interface TreeFile { readonly content: string; readonly mode: number }

/** Makes agents of one subject and removes them again. */
export class Bench {
  readonly subject: Subject;
  readonly driver: Driver;
  readonly #handles: Handle[] = [];
  readonly #directories: string[] = [];

  constructor(subject: Subject) {
    this.subject = subject;
    this.driver = subject.driver;
  }

  handle(port: number | null = null): Handle {
    const handle = this.driver.handle(newAgentId(AppName.parse('contract'), ServiceName.parse('agent'), this.#handles.length, () => randomInt(2 ** 32) / 2 ** 32), port);
    this.#handles.push(handle);
    return handle;
  }

  task(argv: readonly string[], over: Partial<Task> = {}): Task {
    return {
      app: AppName.parse('contract'), service: ServiceName.parse('agent'), slot: this.#handles.length, argv, artefact: null, cwd: '', volumes: [],
      resources: {}, addressKey: `contract/${this.#handles.length}`, hosts: {}, toolchain: [dirname(dirname(process.execPath))],
      ...this.subject.task, ...over,
      env: { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`, ...this.subject.task?.env, ...over.env },
    };
  }

  /** A new agent that was prepared and started. */
  async start(argv: readonly string[], over: Partial<Task> & { port?: number | null } = {}): Promise<{ handle: Handle; report: Report }> {
    const { port = null, ...task } = over;
    const handle = this.handle(port);
    await this.driver.prepare(handle, this.task(argv, task));
    return { handle, report: await this.driver.start(handle) };
  }

  /** Runs a program of shell text to its end and gives its output. */
  async output(argv: readonly string[], over: Partial<Task> = {}): Promise<string> {
    const { handle } = await this.start(argv, over);
    await this.ended(handle);
    return this.log(handle);
  }

  /** Prints what `code` (JavaScript) writes. */
  node(code: string, ...args: string[]): string[] {
    return [process.execPath, '-e', code, ...args];
  }

  get forever(): readonly string[] {
    return this.subject.programs?.forever ?? ['sleep', '1000'];
  }

  exits(code: number): readonly string[] {
    return this.subject.programs?.exits(code) ?? ['sh', '-c', `exit ${code}`];
  }

  /** The report of the agent once it has ended. */
  ended(handle: Handle, driver = this.driver): Promise<Report> {
    return this.until(`${handle.agent} has ended`, async () => {
      const report = await driver.recover(handle);
      return report.status === 'exited' || report.status === 'absent' ? report : undefined;
    });
  }

  /** Waits until the log of the agent holds a text; gives the whole log. */
  logged(handle: Handle, text: string, driver = this.driver): Promise<string> {
    return this.until(`${handle.agent} printed ${JSON.stringify(text)}`, async () => {
      const log = await this.log(handle, driver);
      return log.includes(text) ? log : undefined;
    });
  }

  async log(handle: Handle, driver = this.driver): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of driver.logs(handle)) chunks.push(chunk.data);
    return Buffer.concat(chunks).toString();
  }

  /** The first defined answer of `ask`; fails after half a minute. */
  async until<T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
    const deadline = performance.now() + 30_000;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (performance.now() > deadline) throw new Error(`waited 30 s in vain until ${what}`);
      await (this.subject.turn?.() ?? new Promise((resolve) => setTimeout(resolve, 10)));
    }
  }

  /** A read-only tree, readable by everybody, as builds make them. */
  artefact(files: Readonly<Record<string, string | TreeFile>>): string {
    const root = this.directory('artefact');
    for (const [path, file] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      const { content, mode } = typeof file === 'string' ? { content: file, mode: 0o644 } : file;
      writeFileSync(join(root, path), content);
      chmodSync(join(root, path), mode & 0o555);
    }
    return root;
  }

  /** A directory outside of the driver's own, which everybody may enter. */
  directory(name: string): string {
    const path = mkdtempSync(join(tmpdir(), `stratoswarm-contract-${name}-`));
    chmodSync(path, 0o755);
    this.#directories.push(path);
    return path;
  }

  async cleanup(): Promise<void> {
    const driver = this.subject.again();
    try {
      for (const handle of this.#handles) {
        await driver.stop(handle);
        await driver.remove(handle);
      }
    } finally {
      await this.subject.cleanup();
      for (const path of this.#directories) rmSync(path, { recursive: true, force: true });
    }
  }
}
