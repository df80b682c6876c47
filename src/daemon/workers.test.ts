import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Workers } from './workers.ts';

const echo = [process.execPath, '-e', 'let s = ""; process.stdin.on("data", (d) => { s += d; }).on("end", () => console.log(`${process.pid}:${s}`));'] as const;

describe('workers', () => {
  const all: Workers[] = [];
  const open = (): Workers => {
    const workers = new Workers(echo);
    all.push(workers);
    return workers;
  };
  const order = async (workers: Workers, words: string) => {
    const child = workers.take();
    child.stdin.end(words);
    return { pid: child.pid, said: (await text(child.stdout)).trim() };
  };
  afterEach(() => { for (const workers of all.splice(0)) workers.close(); });

  it('carry out an order each, by a process of its own', async () => {
    const workers = open();
    const [one, other] = [await order(workers, 'a'), await order(workers, 'b')];
    expect(one.pid).not.toBe(other.pid);
    expect([one.said, other.said]).toEqual([`${one.pid}:a`, `${other.pid}:b`]);
  });

  it('hand out the one that was made ready, once', async () => {
    const workers = open();
    workers.expect(0);
    await delay(20);
    const one = await order(workers, 'a');
    expect(one.said).toBe(`${one.pid}:a`);
    expect((await order(workers, 'b')).pid).not.toBe(one.pid);
  });

  it('do not hand out one that died while it waited', async () => {
    const workers = open();
    workers.expect(0);
    await delay(20);
    const ready = workers.take();
    const gone = once(ready, 'exit');
    ready.kill('SIGKILL');
    await gone;
    const other = await order(workers, 'a');
    expect(other.said).toBe(`${other.pid}:a`);
  });
});
