import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Artefacts } from './artefacts.ts';
import { collectCache } from './collect.ts';
import { pathsIn, rejection, temporary, write } from './testing.ts';

const home = temporary();
let count = 0;
const fresh = () => {
  const paths = pathsIn(join(home, `home-${count++}`));
  return { paths, artefacts: new Artefacts(paths) };
};
const tree = (files: Record<string, string>) => write(join(home, `tree-${count++}`), files);
const hour = 60 * 60_000;
const day = 24 * hour;

describe('artefacts', () => {
  it('are named by their content, wherever and whenever it was made', async () => {
    const one = tree({ 'b/c': 'x', a: 'y' });
    const two = tree({ a: 'y', 'b/c': 'x' });
    utimesSync(join(two, 'a'), 5, 5);
    const [first, second] = [fresh(), fresh()];
    const id = await first.artefacts.put(one);
    expect(await second.artefacts.put(two)).toBe(id);
    expect(id).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(existsSync(one)).toBe(false);
    expect(readFileSync(join(first.artefacts.path(id), 'b/c'), 'utf8')).toBe('x');
  });

  it('put twice at once give one', async () => {
    const { artefacts } = fresh();
    const ids = await Promise.all(Array.from({ length: 6 }, () => artefacts.put(tree({ a: 'same', 'b/c': 'same too' }))));
    expect(new Set(ids).size).toBe(1);
    expect(artefacts.ids()).toEqual([ids[0]]);
    expect(readdirSync(join(artefacts.path(ids[0]!), '..'))).toHaveLength(1);
  });

  it('share installed dependencies, read-only, and have their own copies of the rest', async () => {
    const { artefacts } = fresh();
    const files = { 'node_modules/dep/index.js': 'dependency', 'server.js': 'dependency' };
    const one = artefacts.path(await artefacts.put(tree({ ...files, version: '1' })));
    const two = artefacts.path(await artefacts.put(tree({ ...files, version: '2' })));
    const inode = (root: string, path: string) => statSync(join(root, path)).ino;
    expect(inode(one, 'node_modules/dep/index.js')).toBe(inode(two, 'node_modules/dep/index.js'));
    expect(inode(one, 'server.js')).not.toBe(inode(two, 'server.js'));
    expect(inode(one, 'server.js')).not.toBe(inode(one, 'node_modules/dep/index.js'));
    expect(statSync(join(one, 'node_modules/dep/index.js')).mode & 0o777).toBe(0o444);
    expect(statSync(join(one, 'node_modules/dep')).mode & 0o777).toBe(0o555);
    expect(statSync(join(one, 'server.js')).mode & 0o777).toBe(0o644);
  });

  it('keep links and programs as they are', async () => {
    const { artefacts } = fresh();
    const directory = tree({ 'bin/run': '#!/bin/sh' });
    chmodSync(join(directory, 'bin/run'), 0o700);
    symlinkSync('bin/run', join(directory, 'start'));
    const path = artefacts.path(await artefacts.put(directory));
    expect(statSync(join(path, 'start')).mode & 0o777).toBe(0o755);
  });

  it('leave nothing under their name when putting is cut off', async () => {
    const { artefacts, paths } = fresh();
    const stop = new AbortController();
    const directory = tree(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`d${i}/f`, String(i)])));
    const putting = artefacts.put(directory, stop.signal);
    stop.abort(new Error('enough'));
    expect(await rejection(putting)).toMatchObject({ message: 'enough' });
    expect(readdirSync(paths.artefacts)).toEqual([]);
  });

  it('that nobody keeps are collected, read-only directories and what crashes left included', async () => {
    const { artefacts, paths } = fresh();
    const kept = await artefacts.put(tree({ 'node_modules/a/b': '1' }));
    const gone = await artefacts.put(tree({ 'node_modules/a/b': '2', 'node_modules/a/c/d': '3' }));
    for (const name of ['.doomed-1', '.fresh-old', '.fresh-now']) write(paths.artefacts, { [`${name}/x`]: '' });
    write(paths.cache, { 'workshops/build-1/tree/x': '', 'fetched/git-1/x': '' });
    for (const part of ['workshops/build-1', 'fetched/git-1']) utimesSync(join(paths.cache, part), 1, 1);
    const now = Date.now();
    expect(await collectCache(paths, artefacts, new Set([kept]), now)).toEqual([]);
    expect(await collectCache(paths, artefacts, new Set([kept]), now + 2 * hour)).toEqual([gone]);
    expect(readdirSync(paths.artefacts).sort()).toEqual(['.fresh-now', '.fresh-old', kept].sort());
    expect([...readdirSync(join(paths.cache, 'workshops')), ...readdirSync(join(paths.cache, 'fetched'))]).toEqual([]);
    await collectCache(paths, artefacts, new Set([kept]), now + 2 * day);
    expect(readdirSync(paths.artefacts)).toEqual([kept]);
  });

  it('make content that nothing uses go after a day', async () => {
    const { artefacts, paths } = fresh();
    const size = () => readdirSync(join(paths.cache, 'files'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
    await artefacts.put(tree({ 'node_modules/a/b': 'unique 1', own: 'unique 2' }));
    expect(size()).toBe(2);
    await collectCache(paths, artefacts, new Set(), Date.now() + 2 * hour);
    expect(artefacts.ids()).toEqual([]);
    expect(size()).toBe(2);
    await collectCache(paths, artefacts, new Set(), Date.now() + 2 * day);
    expect(size()).toBe(0);
    mkdirSync(join(home, 'again'));
    writeFileSync(join(home, 'again', 'own'), 'unique 2');
    expect(artefacts.has(await artefacts.put(join(home, 'again')))).toBe(true);
  });
});
