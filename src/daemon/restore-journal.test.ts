import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RestoreJournal, Restoring } from './restore-journal.ts';

let home: string;
beforeEach(() => { home = mkdtempSync(join(tmpdir(), 'stratoswarm-journal-')); });
afterEach(() => rmSync(home, { recursive: true, force: true }));

const restoring = (app: string) => Restoring.parse({
  snapshot: '20261121-101500-abc123', root: 'root', source: 'shop', app, fork: false, actor: 'user:ada', reasoning: 'a try', services: [], volumes: [{ name: 'data', existed: true }],
  before: { revision: 1, running: true, secrets: null }, then: { scale: { web: 2 }, desired: 'running' },
});
const nobody = (error: unknown) => { throw error; };

describe('the journal of restores', () => {
  it('has nothing to tell in a home where nothing was restored', () => {
    expect(new RestoreJournal(home).open(nobody)).toEqual([]);
  });

  it('tells the next daemon what was begun and did not end, and nobody else', () => {
    const journal = new RestoreJournal(home);
    for (const app of ['shop', 'copy']) journal.begin(restoring(app));
    journal.end(restoring('copy'));
    expect(new RestoreJournal(home).open(nobody)).toEqual([restoring('shop')]);
    expect(statSync(join(home, 'restoring', 'shop.json')).mode & 0o777).toBe(0o600);
  });

  it('tells of an entry that cannot be read, and gives the others', () => {
    const journal = new RestoreJournal(home);
    journal.begin(restoring('shop'));
    writeFileSync(join(home, 'restoring', 'broken.json'), '{');
    const told: string[] = [];
    expect(journal.open((_, about) => told.push(about))).toEqual([restoring('shop')]);
    expect(told).toEqual([`reading ${join(home, 'restoring', 'broken.json')}`]);
  });
});
