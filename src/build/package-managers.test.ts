import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requires, systemTime } from '../host/testing.ts';
import { managerWish, provideManager, withoutLock } from './package-managers.ts';
import { temporary } from './testing.ts';

const home = temporary();

describe('the manager of packages that a project wants', () => {
  const wish = (commands: readonly string[], field?: string, locks: Record<string, string> = {}) => managerWish(commands, field, (name) => locks[name])?.package;

  it('is the one that its package.json names, or that its lockfile was written by', () => {
    expect([wish(['pnpm install'], 'pnpm@9.1.0'), wish(['pnpm install'], undefined, { 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n" }), wish(['pnpm install'])]).toEqual(['pnpm@9.1.0', 'pnpm@8', 'pnpm@9']);
    expect([wish(['yarn'], 'yarn@4.5.0'), wish(['yarn'], undefined, { 'yarn.lock': '__metadata:\n' }), wish(['yarn'])]).toEqual(['@yarnpkg/cli-dist@4.5.0', '@yarnpkg/cli-dist@4', 'yarn@1']);
    expect(wish(['npm ci', 'npm run build'])).toBeUndefined();
  });

  it.skipIf(!requires('program:npm'))('comes with node-gyp, for packages that are compiled, where it is Yarn', async () => {
    const directories = await provideManager({ name: 'yarn', package: 'yarn@1' }, [dirname(process.execPath)], { paths: { cache: `${home}/cache`, programs: `${home}/programs` }, clock: systemTime, onLine: () => undefined });
    const env = { PATH: [...directories, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter) };
    expect([spawnSync('yarn', ['--version'], { env, encoding: 'utf8' }).stdout, spawnSync('node-gyp', ['--version'], { env, encoding: 'utf8' }).stdout]).toEqual([expect.stringMatching(/^1\./), expect.stringMatching(/^v\d+/)]);
  }, 120_000);
});

it('an install that insists on its lockfile is told to write it anew', () => {
  expect(['npm ci', 'pnpm install --frozen-lockfile', 'yarn install --immutable', 'npm install'].map(withoutLock)).toEqual(['npm install', 'pnpm install --no-frozen-lockfile', 'yarn install', undefined]);
});
