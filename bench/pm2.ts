/** The peer for whatever keeps Node apps running: a pm2 with a home of its own, brought by npm on first use. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const program = join(import.meta.dirname, 'node_modules', 'pm2', 'bin', 'pm2');

/** Where the Node that runs this is found first: peers and ours run apps with the same one. */
export const searchPath = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;

export class Pm2 {
  readonly #home: string;

  private constructor(home: string) {
    this.#home = home;
  }

  static open(): Pm2 {
    if (!existsSync(program)) {
      process.stderr.write('  bringing the peers (once) ...\n');
      const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error'], { cwd: import.meta.dirname, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, PATH: searchPath } });
      if (status !== 0) throw new Error('npm could not bring pm2');
    }
    return new Pm2(mkdtempSync(join(tmpdir(), 'stratoswarm-bench-pm2-')));
  }

  /** Runs `pm2 <args>` to its end, with what the apps are to find in their environment. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { timeout: 180_000, maxBuffer: 2 ** 26, env: { HOME: this.#home, PM2_HOME: this.#home, PATH: searchPath, ...env } });
    return stdout;
  }

  /** How many apps its daemon knows. */
  async count(): Promise<number> {
    const list = await this.run(['jlist']);
    return (JSON.parse(list.slice(list.lastIndexOf('\n[') + 1)) as unknown[]).length;
  }

  /** Process id of the first instance of an app. */
  pid(app: string): number {
    return Number(readFileSync(join(this.#home, 'pids', `${app}-0.pid`), 'utf8'));
  }

  /** Process ids of all apps. */
  pids(): number[] {
    const directory = join(this.#home, 'pids');
    return readdirSync(directory).map((file) => Number(readFileSync(join(directory, file), 'utf8'))).filter((pid) => pid > 0);
  }

  /** Process id of pm2's own daemon. */
  get daemon(): number {
    return Number(readFileSync(join(this.#home, 'pm2.pid'), 'utf8'));
  }

  async close(): Promise<void> {
    await this.run(['kill']).catch(() => undefined);
    rmSync(this.#home, { recursive: true, force: true });
  }
}
