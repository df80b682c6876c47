import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { failureOf } from '../failure.ts';
import { ledgerFiles } from '../files.ts';
import { openStore } from '../recovery/opening.ts';
import { temporaryDirectory } from '../testing/directories.ts';
import { lineOf } from './lines.ts';
import { WalFile } from './wal-file.ts';

const { fdatasyncSync, fstatSync } = fs;
function replaceSync(sync: typeof fdatasyncSync): void {
  fs.fdatasyncSync = sync;
  syncBuiltinESMExports();
}
afterEach(() => {
  fs.fstatSync = fstatSync;
  replaceSync(fdatasyncSync);
});

const lines = (position: number) => lineOf({ remaining: 0, subject: { app: '', agent: '' }, event: `{"actor":"a","body":{},"position":${position},"time":1,"type":"T","version":1}` });

describe('the file of the write-ahead log', () => {
  it('is synced after everything that was written, and before it is acknowledged', () => {
    const directory = temporaryDirectory();
    const { store } = openStore(directory);
    const seen: number[] = [];
    replaceSync((fd) => {
      seen.push(fs.readFileSync(ledgerFiles(directory).wal).indexOf('"position":'));
      fdatasyncSync(fd);
    });
    store!.append(0, lines(1));
    expect(seen.map((at) => at > 0)).toEqual([true]);
    store!.append(1, lines(2));
    store!.keep(2, 'a checkpoint');
    expect(seen).toHaveLength(3);
    store!.close();
  });

  it('that cannot be synced fails the append for good, also when the disk is only full', () => {
    const { store } = openStore(temporaryDirectory());
    replaceSync(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device, fdatasync'), { code: 'ENOSPC' });
    });
    let failure: unknown;
    try {
      store!.append(0, lines(1));
    } catch (error) {
      failure = failureOf(error);
    }
    expect(failure).toEqual({ kind: 'failed', message: expect.stringContaining('ENOSPC') });
    replaceSync(fdatasyncSync);
    store!.close();
  });

  it('keeps its length during most appends, and everything in front of the zeros', () => {
    const directory = temporaryDirectory();
    const { store } = openStore(directory);
    const { wal } = ledgerFiles(directory);
    const lengths = new Set<number>();
    for (let n = 0; n < 100; n++) {
      store!.append(n, lines(n + 1));
      lengths.add(fs.statSync(wal).size);
    }
    expect(lengths.size).toBeLessThan(6);
    // As a crash leaves it.
    const copy = temporaryDirectory();
    for (const name of ['events.db', 'events.db-wal']) fs.copyFileSync(join(directory, name), join(copy, name));
    store!.close();
    const { store: again, opened } = openStore(copy);
    expect(opened).toMatchObject({ damage: null, head: { position: 100 } });
    again!.close();
    expect(fs.existsSync(wal)).toBe(false);
  });

  it('may end with a commit of which only the head was written when the process was killed, and not with one that is wrong otherwise', () => {
    const left = temporaryDirectory();
    const { store } = openStore(left);
    for (let n = 0; n < 30; n++) store!.append(n, lines(n + 1));
    const log = fs.readFileSync(ledgerFiles(left).wal);
    const frame = 24 + 4_096;
    const last = 32 + frame * 29;
    expect(log.readUInt32BE(last + frame)).toBe(0);
    const opened = (change: (log: Buffer) => void) => {
      const directory = temporaryDirectory();
      fs.copyFileSync(ledgerFiles(left).database, ledgerFiles(directory).database);
      const changed = Buffer.from(log);
      change(changed);
      fs.writeFileSync(ledgerFiles(directory).wal, changed);
      const { store: again, opened: { damage, ...rest } } = openStore(directory);
      again?.close();
      return damage ?? (rest as unknown as { head: { position: number } }).head.position;
    };
    expect(opened(() => undefined)).toBe(30);
    expect(opened((copy) => copy.fill(0, last + 24, last + frame))).toBe(29);
    expect(opened((copy) => copy.fill(0, Math.floor((last + frame) / 4_096) * 4_096, last + frame))).toBe(29);
    const damage = 'its write-ahead log is damaged';
    for (const at of [last + 5, last + 17, last + 24, last + 2_000, last + frame - 1]) expect(opened((copy) => void (copy[at]! ^= 1)), String(at - last)).toBe(damage);
    expect(opened((copy) => copy.fill(0, last + 24 - frame, last))).toBe(damage);
    expect(opened((copy) => copy.fill(0, last + 24, last + 2_000))).toBe(damage);
    store!.close();
  });

  it('is hardly ever asked for its times, which Linux would write anew after each time', () => {
    const { store } = openStore(temporaryDirectory());
    let asked = 0;
    fs.fstatSync = ((...given: Parameters<typeof fstatSync>) => (asked++, fstatSync(...given))) as typeof fstatSync;
    syncBuiltinESMExports();
    for (let n = 0; n < 100; n++) store!.append(n, lines(n + 1));
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(6);
    store!.close();
  });

  it('is not made longer than the log becomes, and not at all when it was cut', () => {
    const path = join(temporaryDirectory(), 'log');
    fs.writeFileSync(path, 'x'.repeat(10));
    const file = new WalFile(path, 200_000);
    file.sync();
    expect(fs.statSync(path).size).toBe(10 + 65_536);
    fs.appendFileSync(path, 'x');
    file.sync();
    expect(fs.statSync(path).size).toBe(2 * (11 + 65_536));
    fs.appendFileSync(path, 'x');
    file.sync();
    file.sync();
    expect(fs.statSync(path).size).toBe(200_000);
    // Begun anew and cut.
    fs.truncateSync(path, 100);
    file.sync();
    expect(fs.statSync(path).size).toBe(100);
    file.close();
  });

  it('says what went wrong', () => {
    // No file that could be synced: fdatasync(2) answers EINVAL.
    const file = new WalFile('/dev/null', 0);
    expect(() => file.sync()).toThrow('could not be synced: Error: EINVAL');
    file.close();
  });
});
