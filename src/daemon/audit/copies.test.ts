import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf, type Paths } from '../../host/paths.ts';
import { ledgerFiles } from '../../ledger/files.ts';
import { copiesOf, remedies, removeCopy, removeNaming } from './copies.ts';

let paths: Paths;
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stratoswarm-copies-'));
  paths = pathsOf({ STRATOSWARM_HOME: home });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const ada = ['user:ada', 'console:ada'];

function file(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

describe('what names a person beside the ledger', () => {
  it('is found in each place of a home, and goes where nothing needs it any more', async () => {
    expect(await copiesOf(paths, ada)).toEqual([]);
    const snapshot = file(join(home, 'snapshots', '20261121-101500-00000a.jsonl'), '{"actor":"user:ada"}\n');
    const aside = file(join(ledgerFiles(paths.ledger).quarantine, 'early', 'events.db'), 'x"user:ada"x');
    const history = file(join(paths.ledger, 'histories', 'early', 'bases', '256.json'), '{"actor":"console:ada"}');
    const ended = file(join(paths.logs, 'agents', 'shop', 'shop-web-0-a.log'), '{"offset":0}\nwelcome, console:ada.\n');
    const daemon = file(join(paths.logs, 'daemon.log'), 'user:ada: no\n');
    const running = file(join(paths.agents, 'process', 'shop-web-0-b', 'log'), 'deployed by user:ada\n');
    const early = file(ledgerFiles(paths.ledger).database, '"actor":"user:ada"');
    // What an app has of its own is not looked into.
    file(join(paths.agents, 'process', 'shop-web-0-b', 'root', 'users.csv'), 'user:ada');
    const found = await copiesOf(paths, ada);
    expect(found).toEqual([
      { what: 'system snapshot', path: snapshot },
      { what: 'ledger that was set aside', path: dirname(aside) },
      { what: 'history of another ledger', path: dirname(dirname(history)) },
      { what: 'output of an agent that is gone', path: ended },
      { what: 'output', path: daemon },
      { what: 'output', path: running },
      { what: 'events of an early version', path: early },
    ]);
    for (const copy of found) if (remedies[copy.what].removable) removeCopy(copy);
    expect([snapshot, aside, history, ended, daemon, running, early].map((path) => existsSync(path))).toEqual([false, false, false, false, true, true, true]);
  });

  it('is not taken for somebody whose name begins with it', async () => {
    for (const [n, name] of ['adam', 'ada-lovelace', 'ada.b', 'ada_1', 'ada@b', 'adaé', 'ad'].entries()) file(join(paths.logs, `${n}.log`), `user:${name}`);
    expect(await copiesOf(paths, ada)).toEqual([]);
    for (const [n, end] of ['', ' ', '"', '\\', '.', ',', '\n'].entries()) file(join(paths.logs, `${n}.log`), `user:ada${end}`);
    expect(await copiesOf(paths, ada)).toHaveLength(7);
  });

  it('is found wherever it lies in a long file', async () => {
    const piece = 1 << 20;
    for (let before = piece - 14; before <= piece + 2; before++) {
      const path = file(join(paths.logs, 'daemon.log'), `${'x'.repeat(before)} user:ada`);
      expect(await copiesOf(paths, ada), String(before)).toEqual([{ what: 'output', path }]);
      file(path, `${'x'.repeat(before)} user:ada-lovelace`);
      expect(await copiesOf(paths, ada), String(before)).toEqual([]);
    }
  });

  it('goes at once where it is made anew from the ledger', async () => {
    const { snapshots } = ledgerFiles(paths.ledger);
    file(join(snapshots, '1.json'), '"user:ada"');
    file(join(snapshots, '2.json'), '"user:adam"');
    await removeNaming(snapshots, ada);
    expect(readdirSync(snapshots)).toEqual(['2.json']);
  });
});
