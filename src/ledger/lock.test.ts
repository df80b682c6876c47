import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lockDirectory } from './lock.ts';
import { temporaryDirectory, testLedger } from './testing/directories.ts';

const appender = fileURLToPath(new URL('./testing/appender.ts', import.meta.url));

describe('the lock of a directory', () => {
  it('refuses a second opener in the same process, and lets one in after release', async () => {
    const directory = temporaryDirectory();
    const lock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'ledger.locked', message: expect.stringContaining(`this process (pid ${process.pid})`) });
    lock.release();
    (await lockDirectory(directory)).release();
  });

  it('refuses another process with the pid that holds it, until that is killed', async () => {
    const directory = temporaryDirectory();
    const child = spawn(process.execPath, [appender, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(createInterface(child.stdout), 'line');
      await expect(testLedger({ directory })).rejects.toMatchObject({ code: 'ledger.locked', message: expect.stringContaining(`pid ${child.pid}`), details: { pid: child.pid } });
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const ledger = await testLedger({ directory });
    expect(ledger.recovery).toBeNull();
  });

  it('is not held by what a dead process left, not even when its pid lives again', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'lock.db'), '');
    writeFileSync(join(directory, 'owner.json'), JSON.stringify({ pid: process.pid, start: 1 }));
    (await lockDirectory(directory)).release();
    expect(JSON.parse(readFileSync(join(directory, 'owner.json'), 'utf8')).start).not.toBe(1);
  });

  it('takes a file that holds anything', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'lock.db'), Buffer.alloc(9_000, 'garbage'));
    writeFileSync(join(directory, 'owner.json'), 'garbage');
    const lock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'ledger.locked' });
    lock.release();
  });
});
