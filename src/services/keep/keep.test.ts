import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('keep.sh', import.meta.url));
let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'stratoswarm-keep-'))));
afterEach(() => rmSync(directory, { recursive: true }));

/** A tree as a revision has it. */
function tree(name: string, files: Record<string, string> = {}): string {
  mkdirSync(join(directory, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, name, file), text);
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
});
