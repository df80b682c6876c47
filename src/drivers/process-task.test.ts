import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyTree } from './process-copy.ts';
import { withRealVolumes } from './process-task.ts';
import { barrier, unprivilegedUser } from './process-user.ts';

describe('paths of volumes without a mount namespace', () => {
  const volumes = [{ source: '/real/a', path: '/var/lib/data' }, { source: '/real/b', path: '/var/lib/data/inner' }];
  test.each([
    ['/var/lib/data', '/real/a'],
    ['/var/lib/data/', '/real/a/'],
    ['/var/lib/data/x y/z', '/real/a/x y/z'],
    ['/var/lib/data/inner/x', '/real/b/x'],
    ['--dir=/var/lib/data', '--dir=/real/a'],
    ['-D=/var/lib/data/x', '-D=/real/a/x'],
    ['/var/lib/database', '/var/lib/database'],
    ['see /var/lib/data', 'see /var/lib/data'],
    ['', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(withRealVolumes(text, volumes)).toBe(expected);
  });
});

describe('the copy of a tree', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'stratoswarm-copy-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  test('has its files with their modes, and links as links', async () => {
    const source = join(base, 'source');
    mkdirSync(join(source, 'deep', 'er'), { recursive: true });
    writeFileSync(join(source, 'deep', 'er', 'run.sh'), '#!/bin/sh\n', { mode: 0o555 });
    symlinkSync('deep/er/run.sh', join(source, 'link'));
    symlinkSync('/nowhere', join(source, 'broken'));
    await copyTree(source, join(base, 'copy'));
    expect(readFileSync(join(base, 'copy', 'link'), 'utf8')).toBe('#!/bin/sh\n');
    expect(lstatSync(join(base, 'copy', 'broken')).isSymbolicLink()).toBe(true);
    expect(statSync(join(base, 'copy', 'deep', 'er', 'run.sh')).mode & 0o777).toBe(0o755);
  });

  test('has dependencies as links in a directory of its own, and caches as copies', async () => {
    const source = join(base, 'source');
    for (const path of ['node_modules/a', 'node_modules/.bin', 'node_modules/.cache/x', 'packages/p/node_modules/b']) mkdirSync(join(source, path), { recursive: true });
    writeFileSync(join(source, 'node_modules/a/index.js'), '1');
    const copy = join(base, 'copy');
    await copyTree(source, copy);
    expect(lstatSync(join(copy, 'node_modules')).isDirectory()).toBe(true);
    expect(lstatSync(join(copy, 'node_modules/a')).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(copy, 'node_modules/.bin')).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(copy, 'node_modules/.cache/x')).isDirectory()).toBe(true);
    expect(lstatSync(join(copy, 'packages/p/node_modules/b')).isSymbolicLink()).toBe(true);
    writeFileSync(join(copy, 'node_modules/.cache/x/new'), '');
    expect(readdirSync(join(source, 'node_modules/.cache/x'))).toEqual([]);
    expect(readFileSync(join(copy, 'node_modules/a/index.js'), 'utf8')).toBe('1');
  });

  test('a closed directory on the way is found', () => {
    mkdirSync(join(base, 'open/closed/in'), { recursive: true, mode: 0o755 });
    const stranger = { name: 'x', uid: 4_000_000, gid: 4_000_000 };
    expect(barrier(join(base, 'open'), stranger)).toBe(base);
    expect(barrier('/usr/bin', stranger)).toBeUndefined();
    expect(barrier('/usr/bin/no/such', stranger)).toBeUndefined();
  });
});

describe('the account of agents', () => {
  test('is the one made for them, else nobody, never root', () => {
    expect(unprivilegedUser('root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/x\n')).toEqual({ name: 'nobody', uid: 65534, gid: 65534 });
    expect(unprivilegedUser('nobody:x:65534:65534::/:/x\nstratoswarm:x:900:901::/:/x\n')).toEqual({ name: 'stratoswarm', uid: 900, gid: 901 });
    expect(unprivilegedUser('stratoswarm:x:0:0::/:/x\n')).toBeUndefined();
  });
});
