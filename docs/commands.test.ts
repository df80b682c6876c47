import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../src/host/testing.ts';

const root = join(import.meta.dirname, '..');
const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.md')).map((page) => ({ page, blocks: blocksOf(readFileSync(join(import.meta.dirname, page), 'utf8')) }));

/** What the pages tell people to type works, in the order in which they are told, on a home that was never used. */
describe.skipIf(!requires('linux')).each(pages.filter(({ blocks }) => blocks.length > 0))('the commands of docs/$page', ({ blocks }) => {
  let scratch: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'stratoswarm-docs-'));
    chmodSync(scratch, 0o711);
    cpSync(join(root, 'examples'), join(scratch, 'examples'), { recursive: true, filter: (source) => !source.endsWith('/node_modules') });
    const programs = join(scratch, 'bin');
    mkdirSync(programs);
    for (const directory of [scratch, programs]) for (const name of ['stratoswarm', 'swarmctl']) symlinkSync(join(root, name), join(directory, name));
    env = { ...process.env, HOME: scratch, PATH: `${programs}:${process.env['PATH']}`, STRATOSWARM_HOME: join(scratch, 'home'), STRATOSWARM_PORT: '0', STRATOSWARM_API_PORT: '0' };
  });

  afterAll(() => {
    const { appList, ingress } = answer(['status', '--json']) as { appList?: { name: string }[]; ingress?: { pid: number | null } };
    for (const { name } of appList ?? []) command(['rm', name, '--volumes', '--yes']);
    command(['daemon', 'stop']);
    if (ingress?.pid) process.kill(ingress.pid, 'SIGTERM');
    rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  it.each(blocks)('line $line: $first', ({ text }) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-eu', '-c', text], { cwd: scratch, env, encoding: 'utf8', timeout: 170_000 });
    expect(status, `${text}\n${stdout}\n${stderr}`).toBe(0);
  });

  function command(args: string[]) {
    return spawnSync(join(root, 'stratoswarm'), args, { env, encoding: 'utf8', timeout: 120_000 });
  }

  function answer(args: string[]): unknown {
    return JSON.parse(command(args).stdout || '{}');
  }
});

/** Blocks of ```sh; those of ```console show what is not run. */
function blocksOf(markdown: string): { line: number; first: string; text: string }[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(({ index, 1: text }) => ({ line: markdown.slice(0, index).split('\n').length + 1, first: text!.split('\n')[0]!, text: text! }));
}
