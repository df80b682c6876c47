import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requires } from '../host/testing.ts';
import { readLog } from './logs.ts';
import { readExtent } from './logs-extent.ts';
import { LogRotation, copyAndTruncate } from './logs-rotation.ts';

const mebibyte = 2 ** 20;
let directory: string;
let log: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stratoswarm-logs-'));
  log = join(directory, 'log');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function readAll(from = 0): Promise<{ offset: number; text: string }> {
  let offset = -1;
  const parts: Uint8Array[] = [];
  for await (const chunk of readLog({ log, ended: () => true }, { from })) {
    if (offset < 0) offset = chunk.offset;
    parts.push(chunk.data);
  }
  return { offset, text: Buffer.concat(parts).toString() };
}

/** Lines `<number> <padding>` of 100 bytes. */
const line = (n: number) => `${String(n).padStart(10)} ${'.'.repeat(88)}\n`;
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => line(from + index)).join('');

/** Fails unless the text consists of lines whose numbers follow each other; gives the first and the last. */
function span(text: string): { first: number; last: number } {
  const numbers = text.trimEnd().split('\n').map((row) => Number(row.slice(0, 10)));
  numbers.forEach((number, index) => {
    if (number !== numbers[0]! + index) throw new Error(`${number} follows ${numbers[index - 1]}`);
  });
  return { first: numbers[0]!, last: numbers.at(-1)! };
}

describe('a log that is followed', () => {
  test('gives each byte once, also when it appears later and grows in between', async () => {
    let ended = false;
    const writer = (async () => {
      for (let n = 0; n < 50; n++) {
        appendFileSync(log, lines(n * 10, n * 10 + 10));
        await new Promise((resolve) => setImmediate(resolve));
      }
      ended = true;
    })();
    let text = '';
    for await (const chunk of readLog({ log, ended: () => ended }, { follow: true })) {
      expect(chunk.offset).toBe(text.length);
      text += Buffer.from(chunk.data).toString();
    }
    await writer;
    expect(text).toBe(lines(0, 500));
  });

  test('goes on after the agent cut it itself', async () => {
    writeFileSync(log, 'before\n');
    const seen: { offset: number; text: string }[] = [];
    for await (const { offset, data } of readLog({ log, ended: () => seen.length === 2 }, { follow: true })) {
      seen.push({ offset, text: Buffer.from(data).toString() });
      if (seen.length === 1) {
        truncateSync(log, 0);
        setTimeout(() => appendFileSync(log, 'x\n'), 50);
      }
    }
    expect(seen).toEqual([{ offset: 0, text: 'before\n' }, { offset: 7, text: 'x\n' }]);
    expect(await readAll(-2)).toEqual({ offset: 7, text: 'x\n' });
  });
});

describe('rotation', () => {
  const limits = { cap: 4 * mebibyte, keep: mebibyte };

  test('leaves a small log alone', async () => {
    writeFileSync(log, lines(0, 100));
    await new LogRotation(limits).check(log);
    await new LogRotation(limits).check(join(directory, 'none'));
    expect(await readAll()).toEqual({ offset: 0, text: lines(0, 100) });
  });

  test.skipIf(!requires('linux', 'program:fallocate'))('frees the old part in place: offsets stay, the rest begins with a whole line', async () => {
    writeFileSync(log, lines(0, 60_000));
    await new LogRotation(limits).check(log);
    const { size, blocks } = statSync(log);
    expect(size).toBe(6_000_000);
    expect(blocks * 512).toBeLessThanOrEqual(1.1 * mebibyte);
    const { offset, text } = await readAll();
    expect(offset).toBe(readExtent(log).start);
    expect(text).toBe(lines(offset / 100, 60_000));
    expect(text.length).toBeGreaterThan(0.9 * mebibyte);
    expect((await readAll(-100)).text).toBe(line(59_999));
  });

  test('copies and cuts where nothing can be freed: offsets stay too', async () => {
    writeFileSync(log, lines(0, 30_000));
    await copyAndTruncate(log, mebibyte);
    expect(statSync(log).size).toBe(0);
    appendFileSync(log, lines(30_000, 40_000));
    const first = await readAll();
    expect(first.text).toBe(lines(first.offset / 100, 40_000));
    expect((await readAll(3_999_900)).text).toBe(line(39_999));
    await copyAndTruncate(log, mebibyte / 2);
    appendFileSync(log, lines(40_000, 40_010));
    const second = await readAll();
    expect(second.text).toBe(lines(second.offset / 100, 40_010));
    expect((await readAll(-1000)).text).toBe(lines(40_000, 40_010));
  });

  test.skipIf(!requires('linux', 'program:fallocate'))('keeps a flood within bounds, and a reader that follows sees every line that it is quick enough for, in order', async () => {
    const total = 400_000;
    const script = `const fs = require('fs'); const out = fs.openSync(${JSON.stringify(log)}, 'a'); const line = ${line.toString()}; for (let n = 0; n < ${total}; n += 1000) { let text = ''; for (let i = n; i < n + 1000; i++) text += line(i); fs.writeSync(out, text); }`;
    const flood = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
    let over = false;
    void once(flood, 'exit').then(() => (over = true));
    const rotation = new LogRotation(limits);
    let next = 0;
    let largest = 0;
    for await (const { offset, data } of readLog({ log, ended: () => over }, { follow: true })) {
      await rotation.check(log);
      largest = Math.max(largest, statSync(log).blocks * 512);
      expect(offset).toBeGreaterThanOrEqual(next);
      expect(data[0]).not.toBe(0);
      next = offset + data.length;
    }
    expect(next).toBe(total * 100);
    await rotation.check(log);
    const rest = await readAll();
    expect(span(rest.text).last).toBe(total - 1);
    expect(statSync(log).blocks * 512).toBeLessThanOrEqual(4 * mebibyte);
    expect(largest).toBeLessThan(total * 100);
  });
});
