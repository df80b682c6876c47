import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requires } from '../host/testing.ts';
import { readExtent } from './logs-extent.ts';
import { startLogKeeper } from './logs-keeper.ts';
import { rotationLimits } from './logs-rotation.ts';
import { readLog } from './logs.ts';

const mebibyte = 2 ** 20;
let home: string;
let log: string;
const keepers: ChildProcess[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stratoswarm-keeper-'));
  log = join(home, 'agents/process/shop-web-0-aaaaaaaa/log');
  mkdirSync(join(log, '..'), { recursive: true });
});
afterEach(async () => {
  rmSync(home, { recursive: true, force: true });
  for (const keeper of keepers.splice(0)) if (keeper.exitCode === null) keeper.kill('SIGKILL');
});

const keep = () => {
  const keeper = startLogKeeper({ home, agents: join(home, 'agents') }, rotationLimits.cap, 0.05);
  keepers.push(keeper);
  return keeper;
};
const onDisk = () => statSync(log).blocks * 512;
const line = `${'x'.repeat(1023)}\n`;

describe.skipIf(!requires('linux', 'program:fallocate', 'program:du'))('the logs of agents without a daemon', () => {
  test('are left to the daemon while it lives, and kept small from its end on, without losing the last lines', async () => {
    const keeper = keep();
    for (let n = 0; n < 70; n++) appendFileSync(log, line.repeat(1024));
    appendFileSync(log, 'the last line\n');
    expect(onDisk()).toBeGreaterThan(rotationLimits.cap);
    keeper.stdin!.destroy();
    await expect.poll(onDisk, { timeout: 50_000 }).toBeLessThanOrEqual(rotationLimits.keep + mebibyte);
    expect(readExtent(log).start % 1024).toBe(0);
    const parts: Uint8Array[] = [];
    for await (const { data } of readLog({ log, ended: () => true }, { from: -1038 })) parts.push(data);
    expect(Buffer.concat(parts).toString()).toBe(`${line}the last line\n`);
    rmSync(join(home, 'agents/process'), { recursive: true });
    if (keeper.exitCode === null) await once(keeper, 'exit');
  });

  test('are left to the keeper of the next daemon', async () => {
    const first = keep();
    first.stdin!.destroy();
    appendFileSync(log, line);
    const second = keep();
    if (first.exitCode === null) await once(first, 'exit');
    expect(second.exitCode).toBeNull();
  });
});
