import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('keep.sh', import.meta.url));
let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'stratoswarm-keep-'))));
afterEach(() => rmSync(directory, { recursive: true }));

/** A tree as a revision has it. */
function tree(name: string, files: Record<string, string> = {}): string {
  mkdirSync(join(directory, name));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name, file)), { recursive: true });
    writeFileSync(join(directory, name, file), text);
  }
  return join(directory, name);
}

function run(cwd: string, files: string[], ...command: string[]): string {
  return execFileSync('/bin/sh', [launcher, join(directory, 'kept'), ...files, '--', ...command], { cwd, encoding: 'utf8' });
}

/** Adds a row with SQLite's write-ahead log and says how many there are. */
const count = (file: string) => [process.execPath, '--disable-warning=ExperimentalWarning', '-e', `
  const db = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(file)});
  db.exec('pragma journal_mode = wal; create table if not exists t(a); insert into t values (1)');
  process.stdout.write(String(db.prepare('select count(*) as n from t').get().n));`] as const;

describe('files that are kept', () => {
  it('are those of the revision before, wherever in its tree they are', () => {
    for (const [revision, rows] of [['1', '1'], ['2', '2'], ['3', '3']] as const) expect(run(tree(revision), ['var/shop data.db'], ...count('var/shop data.db'))).toBe(rows);
  });

  it('begin with what the code brings, and stay when that changes', () => {
    expect(run(tree('1', { 'a.db': 'one' }), ['a.db'], 'cat', 'a.db')).toBe('one');
    run(join(directory, '1'), ['a.db'], 'sh', '-c', 'printf changed >a.db');
    expect(run(tree('2', { 'a.db': 'two' }), ['a.db'], 'cat', 'a.db')).toBe('changed');
    expect(readFileSync(join(directory, 'kept/a.db'), 'utf8')).toBe('changed');
  });

  it('leave the program its arguments and its exit code', () => {
    expect(run(tree('1'), ['a.db'], 'printf', '%s|', 'x y', '--', '')).toBe('x y|--||');
    expect(() => run(tree('2'), ['a.db'], 'sh', '-c', 'exit 7')).toThrow(expect.objectContaining({ status: 7 }));
  });

  it('are whole directories, with what the code has there to begin with', () => {
    expect(run(tree('1', { 'data/.gitkeep': '', 'data/old': 'old' }), ['data/'], 'sh', '-c', 'printf new >data/new; ls -A data')).toBe('.gitkeep\nnew\nold\n');
    expect(run(tree('2', { 'data/old': 'other' }), ['data/'], 'sh', '-c', 'cat data/old data/new')).toBe('oldnew');
    expect(run(tree('3'), ['deep/down/uploads/'], 'sh', '-c', 'printf x >deep/down/uploads/a; cat deep/down/uploads/a')).toBe('x');
    expect(readFileSync(join(directory, 'kept/deep/down/uploads/a'), 'utf8')).toBe('x');
  });

  it('are made where the code is told of them by a variable', () => {
    expect(run(tree('1'), ['/var/lib/shop/', `${join(directory, 'kept')}/own/`, 'a.db'], 'sh', '-c', `ls -A ${join(directory, 'kept')} ${join(directory, 'kept/var/lib')}; ls`)).toBe(`${join(directory, 'kept')}:\nown\nvar\n\n${join(directory, 'kept/var/lib')}:\nshop\na.db\n`);
  });

  it('stay when the same tree begins again, and when several begin at once', async () => {
    const cwds = ['1', '2', '3', '4'].map((name) => tree(name, Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`data/${n}`, name]))));
    const begun = cwds.map((cwd) => promisify(execFile)('/bin/sh', [launcher, join(directory, 'kept'), 'data/', '--', 'sh', '-c', 'cat data/0; ls data | wc -l'], { cwd }));
    const told = (await Promise.all(begun)).map(({ stdout }) => stdout.replaceAll(/\s/g, ''));
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toMatch(/^[1-4]50$/);
    expect(run(cwds[0]!, ['data/'], 'sh', '-c', 'ls data | wc -l').trim()).toBe('50');
    expect(readdirSync(join(directory, 'kept'))).toEqual(['data']);
  });
});
