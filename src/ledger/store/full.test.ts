import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requires } from '../../host/testing.ts';
import { ledgerFiles } from '../files.ts';
import { handClock, sample } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';

const megabyte = 2 ** 20;

function mount(...argv: string[]): void {
  const { status, stderr } = spawnSync('mount', argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

describe.skipIf(!requires('linux', 'root', 'program:mount'))('on a small disk', () => {
  let disk: string;
  beforeEach(() => {
    disk = temporaryDirectory();
    mount('-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk);
  });
  // Lazily, because the ledgers are closed after this.
  afterEach(() => void spawnSync('umount', ['-l', disk]));

  it('refuses an append that has no room, keeps all before it, and works again once there is room', async () => {
    const directory = join(disk, 'ledger');
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(megabyte));
    const ledger = await testLedger({ directory });
    const heard: number[] = [];
    ledger.subscribe(0, (batch) => heard.push(...batch.map((event) => event.position)));
    const appendUntilFull = async () => {
      for (let n = 0; n < 500; n++) await ledger.append([sample(n, 10_000), sample(n)]);
    };
    await expect(appendUntilFull()).rejects.toMatchObject({ code: 'ledger.full', retryable: true, next: expect.stringContaining('free some space') });
    const { head } = ledger;
    expect(head % 2).toBe(0);
    await expect(Promise.all([ledger.append([sample(1, 50_000)]), ledger.append([sample(2, 500_000)])])).rejects.toMatchObject({ code: 'ledger.full' });
    expect(await ledger.read(0)).toHaveLength(head);
    rmSync(ballast);
    expect(await ledger.append([sample(3, 10_000)])).toMatchObject([{ position: head + 1 }]);
    expect(heard).toEqual(Array.from({ length: head + 1 }, (_, i) => i + 1));
    await ledger.close();
    const again = await testLedger({ directory });
    expect(again.recovery).toBeNull();
    expect(await again.read(0)).toHaveLength(head + 1);
  });

  it('keeps each small append that it acknowledged while the disk filled up, in the journal where the database has no room for it', async () => {
    const directory = join(disk, 'ledger');
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(megabyte / 2));
    const ledger = await testLedger({ directory });
    const acknowledged: number[] = [];
    const appendUntilFull = async () => {
      for (let n = 0; n < 100_000; n++) acknowledged.push((await ledger.append([sample(n, 1_000)]))[0]!.position);
    };
    await expect(appendUntilFull()).rejects.toMatchObject({ code: 'ledger.full' });
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(ledger.head).toBe(acknowledged.length);
    const { journal, database, wal } = ledgerFiles(directory);
    const left = temporaryDirectory();
    for (const path of [journal, database, wal]) copyFileSync(path, join(left, basename(path)));
    expect((await testLedger({ directory: left })).head).toBe(acknowledged.length);
    expect((await ledger.read(0)).map(({ position }) => position)).toEqual(acknowledged);
    expect(await ledger.read(acknowledged.length - 2, 1)).toMatchObject([{ position: acknowledged.length - 1 }]);
    rmSync(ballast);
    expect(await ledger.append([sample(0)])).toMatchObject([{ position: acknowledged.length + 1 }]);
    expect((await ledger.read(0)).map(({ position }) => position)).toEqual([...acknowledged, acknowledged.length + 1]);
  });

  it('does without a journal for which there is no room, and without one that cannot be written any more', async () => {
    const directory = join(disk, 'ledger');
    const { journal } = ledgerFiles(directory);
    await (await testLedger({ directory })).close();
    rmSync(journal);
    const ballast = join(disk, 'ballast');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(ballast, Buffer.alloc((bavail - 50) * bsize));
    const without = await testLedger({ directory });
    expect(existsSync(journal)).toBe(false);
    expect(await without.append([sample(1)])).toMatchObject([{ position: 1 }]);
    await without.close();
    // A file without content: its pages get their room when they are written.
    writeFileSync(journal, '');
    truncateSync(journal, 64 * 4_096);
    const heard: unknown[] = [];
    const ledger = await testLedger({ directory, report: (error) => heard.push(error) });
    fill(disk);
    await expect(ledger.append([sample(2)])).rejects.toMatchObject({ code: 'ledger.full' });
    expect(heard).toMatchObject([{ code: 'ENOSPC' }]);
    expect(existsSync(journal)).toBe(false);
    rmSync(ballast);
    expect(await ledger.append([sample(2)])).toMatchObject([{ position: 2 }]);
  });

  it('keeps a journal that cannot be written any more until the database has what was acknowledged from it', async () => {
    const directory = join(disk, 'ledger');
    const { journal, database, wal } = ledgerFiles(directory);
    await (await testLedger({ directory })).close();
    writeFileSync(journal, '');
    truncateSync(journal, 64 * 4_096);
    const ledger = await testLedger({ directory, report: () => fill(disk) });
    for (let n = 0; n < 3; n++) await ledger.append([sample(n)]);
    const ballast = join(disk, 'fill-0-0');
    fill(disk);
    for (let n = 0; n < 2; n++) await expect(ledger.append([sample(3)])).rejects.toMatchObject({ code: 'ledger.full', retryable: true });
    const left = temporaryDirectory();
    for (const path of [journal, database, wal]) copyFileSync(path, join(left, basename(path)));
    expect((await testLedger({ directory: left })).head).toBe(3);
    expect(await ledger.read(0)).toHaveLength(3);
    rmSync(ballast);
    expect(await ledger.append([sample(3)])).toMatchObject([{ position: 4 }]);
    expect(existsSync(journal)).toBe(false);
    expect(await ledger.read(0)).toHaveLength(4);
  });

  it('takes up what is in its journal when there is room again, and takes nothing for damage meanwhile', async () => {
    const directory = join(disk, 'ledger');
    const elsewhere = temporaryDirectory();
    const ledger = await testLedger({ directory: elsewhere, clock: { ...handClock(), after: () => () => undefined } });
    for (let n = 0; n < 20; n++) await ledger.append([sample(n, 2_000)]);
    mkdirSync(directory);
    for (const path of Object.values(ledgerFiles(elsewhere)).slice(0, 4)) if (existsSync(path)) copyFileSync(path, join(directory, basename(path)));
    fill(disk);
    for (let n = 0; n < 2; n++) await expect(testLedger({ directory })).rejects.toMatchObject({ code: 'ledger.full' });
    rmSync(join(disk, 'fill-0-0'));
    expect(await testLedger({ directory })).toMatchObject({ head: 20, recovery: null });
  });

  it('does without a journal that may not be written', async () => {
    const directory = join(disk, 'ledger');
    const { journal } = ledgerFiles(directory);
    await (await testLedger({ directory })).close();
    mount('--bind', journal, journal);
    mount('-o', 'remount,bind,ro', journal);
    const heard: unknown[] = [];
    const ledger = await testLedger({ directory, report: (error) => heard.push(error) });
    expect(heard).toMatchObject([{ code: 'EROFS' }]);
    expect(await ledger.append([sample(1)])).toMatchObject([{ position: 1 }]);
    await ledger.close();
    spawnSync('umount', [journal]);
    expect((await testLedger({ directory })).head).toBe(1);
  });

  it('opens what is there although nothing can be written', async () => {
    const directory = join(disk, 'ledger');
    const first = await testLedger({ directory });
    await first.append([sample(1)]);
    await first.close();
    fill(disk);
    const ledger = await testLedger({ directory });
    expect(await ledger.read(0)).toHaveLength(1);
    await expect(ledger.append([sample(2, 50_000)])).rejects.toMatchObject({ code: 'ledger.full' });
    expect(ledger.head).toBe(1);
  });

  it('says so when there is no room to begin', async () => {
    fill(disk);
    await expect(testLedger({ directory: join(disk, 'ledger') })).rejects.toMatchObject({ code: 'ledger.full', retryable: true });
  });

  it('says what to do when the directory cannot be written', async () => {
    const directory = join(disk, 'ledger');
    await (await testLedger({ directory })).close();
    mount('-o', 'remount,ro', disk);
    await expect(testLedger({ directory })).rejects.toMatchObject({ code: 'ledger.readonly', next: expect.stringContaining('STRATOSWARM_HOME') });
    await expect(testLedger({ directory: join(disk, 'new') })).rejects.toMatchObject({ code: 'ledger.readonly' });
  });
});

function fill(disk: string): void {
  for (const [n, size] of [megabyte, 4096].entries()) {
    for (let i = 0; i < 1_000; i++) {
      try {
        writeFileSync(join(disk, `fill-${n}-${i}`), Buffer.alloc(size));
      } catch {
        break;
      }
    }
  }
}
