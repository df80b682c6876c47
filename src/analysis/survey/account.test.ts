import { expect, it } from 'vitest';
import type { Finding } from '../../model/index.ts';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { Account } from './account.ts';
import type { Reading } from './reading.ts';
import { toldBy } from './told.ts';

const finding = (file: string, rule: string): Finding => ({ rule, severity: 'high', file, line: 1, message: rule, fix: rule });
const reading = (path: string, cost: Partial<Reading['cost']>): Reading => ({
  path, facts: null, secrets: [finding(path, 'hard-coded-secret')], weaknesses: [finding(path, 'xss')], hints: [], skips: [], cost: { bytes: 1, steps: 10, characters: 10, ...cost },
});

it('what is spent is counted in order: later files keep their secrets, and are listed when there was something to search', async () => {
  await withFiles({ 'a.js': '', 'b.js': '', 'c.md': '', 'd.js': '' }, (directory) => {
    const tree = openTree(directory);
    const account = new Account(tree, { steps: 5, characters: 1000 });
    expect(toldBy(tree, 'a.js')).toBeUndefined();
    account.take(reading('a.js', {}));
    expect(account.isSpent).toBe(true);
    account.take(reading('b.js', {}));
    account.take({ ...reading('c.md', { steps: 0, characters: 0 }), weaknesses: [] });
    account.take({ path: 'd.js', why: 'lost' });
    expect(tree.files.map((file) => toldBy(tree, file)?.findings.map(({ rule }) => rule))).toEqual([['hard-coded-secret', 'xss'], ['hard-coded-secret'], ['hard-coded-secret'], []]);
    expect(tree.skipped).toEqual([{ file: 'b.js', why: 'not searched for weaknesses: there was too much code before it' }, { file: 'd.js', why: 'lost' }]);
  });
});

it('files that are too much together tell nothing, smaller ones after them do', async () => {
  await withFiles({ 'a.js': '', 'b.js': '', 'c.js': '' }, (directory) => {
    const tree = openTree(directory);
    const account = new Account(tree, { steps: 1000, characters: 1000 });
    account.take(reading('a.js', { bytes: 700 << 20 }));
    account.take(reading('b.js', { bytes: 100 << 20 }));
    account.take(reading('c.js', { bytes: 50 << 20 }));
    expect(tree.files.map((file) => toldBy(tree, file)?.findings.length)).toEqual([2, 0, 2]);
    expect(tree.skipped).toEqual([{ file: 'b.js', why: 'the other files are more than 768 MiB together' }]);
  });
});
