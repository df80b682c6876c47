import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const compiled = fileURLToPath(new URL('../../.runtime/compiled', import.meta.url));

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  json: any;
}

export interface RunOptions {
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
  /** Gets the output so far after each piece of it, and may answer or interrupt. */
  watch?: (output: string, child: { write(text: string): void; signal(name: NodeJS.Signals): void }) => void;
}

/** The real program in a process of its own, against whatever serves `home`. */
export function runCli(home: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(process.execPath, [main, ...args], home, options);
}

/** The same on a terminal of its own (util-linux `script`); everything it shows is in `stdout`. */
export function runOnTerminal(home: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const line = [process.execPath, main, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return run('script', ['-qefc', line, '/dev/null'], home, { ...options, env: { TERM: 'xterm', LANG: 'C.UTF-8', ...options.env } });
}

function run(program: string, args: readonly string[], home: string, { input, env, cwd, watch }: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const { PATH } = process.env;
    const child = spawn(program, args, { cwd: cwd ?? tmpdir(), env: { PATH, NODE_COMPILE_CACHE: compiled, STRATOSWARM_HOME: home, ...env } });
    let [stdout, stderr] = ['', ''];
    const hands = { write: (text: string) => void child.stdin.write(text), signal: (name: NodeJS.Signals) => void child.kill(name) };
    const seen = () => watch?.(stdout + stderr, hands);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      seen();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      seen();
    });
    child.stdin.on('error', () => undefined);
    if (watch === undefined) child.stdin.end(input ?? '');
    child.on('error', reject);
    child.on('close', (code) => {
      let json: unknown;
      try {
        json = JSON.parse(stdout);
      } catch {
        json = undefined;
      }
      resolve({ code, stdout, stderr, json });
    });
  });
}

export function emptyDirectory(name = 'stratoswarm-cli-'): string {
  return mkdtempSync(join(tmpdir(), name));
}
