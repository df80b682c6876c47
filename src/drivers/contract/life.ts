import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Handle } from '../../model/index.ts';
import { Bench, type Subject } from './bench.ts';

/** An agent from prepare to remove; every verb may be repeated. */
export function lifeContract(make: () => Promise<Subject>): void {
  describe('life of an agent', () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await make());
    });
    afterEach(() => bench.cleanup());

    test('the probe says that it works here, and leaves nothing', async () => {
      expect(await bench.driver.probe()).toMatchObject({ works: true });
      expect(await bench.driver.observe()).toEqual([]);
    });

    test('a handle is plain JSON, the same each time, and makes nothing', async () => {
      const handle = bench.handle(4000);
      expect(Handle.parse(JSON.parse(JSON.stringify(handle)))).toEqual(handle);
      expect(bench.driver.handle(handle.agent, 4000)).toEqual(handle);
      expect(await bench.driver.recover(handle)).toMatchObject({ agent: handle.agent, status: 'absent', pid: null, exit: null });
    });

    test('prepare starts nothing', async () => {
      const handle = bench.handle();
      await bench.driver.prepare(handle, bench.task(bench.forever));
      expect(await bench.driver.recover(handle)).toMatchObject({ status: 'prepared', pid: null, exit: null });
    });

    test('start gives pid and start time, by which it is found again', async () => {
      const { handle, report } = await bench.start(bench.forever);
      expect(report).toMatchObject({ agent: handle.agent, handle, status: 'running', exit: null });
      expect(report.pid).toBeGreaterThan(1);
      expect(report.pidStart).not.toBeNull();
      expect(report.address).not.toBeNull();
      expect(await bench.subject.again().recover(handle)).toMatchObject({ status: 'running', pid: report.pid, pidStart: report.pidStart });
    });

    test.each([0, 3, 126, 137, 255])('exit code %i is known', async (code) => {
      const { handle } = await bench.start(bench.exits(code));
      const report = await bench.ended(handle);
      expect(report).toMatchObject({ status: 'exited', exit: { code, signal: null, outOfMemory: false } });
      expect(report.exit!.at).toBeGreaterThan(0);
    });

    test('stop ends it by SIGKILL, and it stays ended', async () => {
      const { handle } = await bench.start(bench.forever);
      await bench.driver.stop(handle);
      expect(await bench.driver.recover(handle)).toMatchObject({ status: 'exited', exit: { code: null, signal: 'SIGKILL' } });
      expect(await bench.driver.start(handle)).toMatchObject({ status: 'exited' });
    });

    test('every verb may be repeated, and none minds an agent that is gone', async () => {
      const handle = bench.handle();
      const task = bench.task(bench.forever);
      await bench.driver.prepare(handle, task);
      await bench.driver.prepare(handle, task);
      const first = await bench.driver.start(handle);
      expect(await bench.driver.start(handle)).toMatchObject({ status: 'running', pid: first.pid, pidStart: first.pidStart });
      await bench.driver.prepare(handle, task);
      expect(await bench.driver.recover(handle)).toMatchObject({ status: 'running', pid: first.pid });
      await bench.driver.stop(handle);
      await bench.driver.stop(handle);
      await bench.driver.signal(handle, 'SIGTERM');
      await bench.driver.remove(handle);
      await bench.driver.remove(handle);
      await bench.driver.stop(handle);
      await bench.driver.signal(handle, 'SIGTERM');
      expect(await bench.driver.recover(handle)).toMatchObject({ status: 'absent' });
    });

    test('started twice at once, it runs once', async () => {
      const handle = bench.handle();
      await bench.driver.prepare(handle, bench.task(bench.forever));
      const other = bench.subject.again();
      const [one, two, three] = await Promise.all([bench.driver.start(handle), bench.driver.start(handle), other.start(handle)]);
      expect([two.pid, three.pid]).toEqual([one.pid, one.pid]);
    });

    test('starting what was not prepared is an error that says so', async () => {
      await expect(bench.driver.start(bench.handle())).rejects.toMatchObject({ name: 'StratoError', code: 'agent.not-prepared' });
    });

    test('an agent that was stopped before its start is not started any more', async () => {
      const handle = bench.handle();
      await bench.driver.prepare(handle, bench.task(bench.forever));
      await bench.driver.stop(handle);
      expect((await bench.driver.start(handle)).status).not.toBe('running');
    });

    test('observe shows all there are, in every state, also to a driver that never heard of them', async () => {
      const prepared = bench.handle(4001);
      await bench.driver.prepare(prepared, bench.task(bench.forever));
      const { handle: running } = await bench.start(bench.forever);
      const { handle: exited } = await bench.start(bench.exits(0));
      await bench.ended(exited);
      const seen = await bench.subject.again().observe();
      expect(new Map(seen.map((report) => [report.agent, report.status]))).toEqual(new Map([[prepared.agent, 'prepared'], [running.agent, 'running'], [exited.agent, 'exited']]));
      expect(seen.find((report) => report.agent === prepared.agent)?.handle).toEqual(prepared);
      await bench.driver.remove(exited);
      expect((await bench.driver.observe()).map((report) => report.agent).toSorted()).toEqual([prepared.agent, running.agent].toSorted());
    });

    test('watch tells of an end', async () => {
      const { handle } = await bench.start(bench.forever);
      const told: string[] = [];
      const unwatch = bench.driver.watch((agent) => told.push(agent));
      await bench.driver.signal(handle, 'SIGKILL');
      await bench.until('the watch told of the end', async () => {
        const { status } = await bench.driver.recover(handle);
        return (status === 'exited' && told.includes(handle.agent)) || undefined;
      });
      unwatch();
    });

    test('twenty start at once', async () => {
      const started = await Promise.all(Array.from({ length: 20 }, () => bench.start(bench.forever)));
      expect(new Set(started.map(({ report }) => report.pid)).size).toBe(20);
      expect((await bench.driver.observe()).filter((report) => report.status === 'running')).toHaveLength(20);
      await Promise.all(started.map(({ handle }) => bench.driver.stop(handle)));
      expect((await bench.driver.observe()).filter((report) => report.status === 'exited')).toHaveLength(20);
    });
  });
}
