import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Handle } from '../../model/index.ts';
import { environmentOf, isAlive, processTable } from '../../host/proc.ts';
import { agentVariable } from '../../host/proc-tree.ts';
import { Bench, type Subject } from './bench.ts';
import { promised } from './promised.ts';
import type { Traits } from './traits.ts';

/** What an app can see of its runtime; it prints that also from a worker thread and from a child. */
const selfie = `const { Worker, isMainThread } = require('node:worker_threads');
const own = Object.keys(process.env).filter((name) => name === 'NODE_OPTIONS' || (name.startsWith('STRATOSWARM_') && name !== 'STRATOSWARM_AGENT'));
const seen = JSON.stringify([own, process.execArgv, process._preload_modules, Object.keys(require.cache).filter((name) => name.includes('hold'))]);
console.log((isMainThread ? process.argv[2] ?? 'main' : 'worker') + ' sees ' + seen);
if (isMainThread && !process.argv[2]) {
  new Worker(__filename);
  require('node:child_process').fork(__filename, ['child']);
  setInterval(() => {}, 1000);
}`;

/** Agents that are prepared ahead and wait. */
export function holdContract(make: () => Promise<Subject>, { codeLater, hostKernel }: Traits): void {
  describe('an agent that is held', () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await make());
    });
    afterEach(() => bench.cleanup());

    async function hold(argv: readonly string[], artefact: string | null = null): Promise<Handle> {
      const handle = bench.handle();
      const task = bench.task(argv, { artefact });
      await bench.driver.hold(handle, task);
      await bench.driver.hold(handle, task);
      return handle;
    }

    test('is prepared and runs nothing, until it is let go, once, by whichever daemon', async () => {
      const handle = await hold(['sh', '-c', 'echo ran; exec sleep 1000']);
      const driver = bench.subject.again();
      for (const report of [await driver.recover(handle), (await driver.observe())[0]]) expect(report).toMatchObject({ agent: handle.agent, status: 'prepared', pid: null, pidStart: null, listeners: [], exit: null });
      expect(await bench.log(handle)).toBe('');
      const first = await driver.start(handle);
      expect(first).toMatchObject({ status: 'running', exit: null });
      expect(await bench.driver.start(handle)).toMatchObject({ status: 'running', pid: first.pid, pidStart: first.pidStart });
      expect(await bench.logged(handle, 'ran')).toBe('ran\n');
      await bench.driver.signal(handle, 'SIGTERM');
      expect(await bench.ended(handle)).toMatchObject({ exit: { signal: 'SIGTERM' } });
    });

    test('has its Node started before its code, and the code sees nothing of that', async () => {
      const handle = await hold(['node', 'app.cjs'], bench.artefact({ 'app.cjs': selfie }));
      expect(await bench.log(handle)).toBe('');
      await bench.driver.start(handle);
      const log = await bench.until('all three have said what they see', async () => {
        const lines = (await bench.log(handle)).trimEnd().split('\n');
        return lines.length >= 3 ? lines : undefined;
      });
      for (const line of log) expect(line).toMatch(/^(main|worker|child) sees \[\[\],\[\],(\[\]|null),\[\]\]$/);
    });

    const show = 'console.log(require("./code.json").version, process.cwd().split("/").at(-1), process.argv[1].split("/").at(-1), [process.env.PWD, process.env.OLDPWD].filter((path) => path && path !== process.cwd()).length)';
    test.each([['a Node', ['node', 'app.cjs']], ['a program of another kind', ['sh', '-c', 'exec node app.cjs']]])('%s can be given other code, and gets the code that it was given last', async (_, argv) => {
      const artefactOf = (version: string) => bench.artefact({ 'within/app.cjs': show, 'within/code.json': JSON.stringify({ version }) });
      const handle = bench.handle();
      const task = bench.task(argv, { artefact: artefactOf('first'), cwd: 'within', env: { SECRET: 'first' } });
      await bench.driver.hold(handle, task);
      const others = ['second', 'third'].map((version) => ({ ...task, artefact: artefactOf(version) }));
      expect(await bench.driver.retask(handle, { ...others[0]!, env: { ...task.env, SECRET: 'second' } }), 'with another secret').toBe(false);
      for (const other of others) expect(await bench.subject.again().retask(handle, other)).toBe(codeLater);
      expect(await bench.log(handle)).toBe('');
      await bench.subject.again().start(handle);
      await bench.driver.start(handle);
      const version = codeLater ? 'third' : 'first';
      expect(await bench.logged(handle, 'within')).toBe(`${version} within app.cjs 0\n`);
    });

    test.each([['a Node', ['node', 'app.cjs']], ['a program of another kind', ['sh', '-c', 'exec node app.cjs']]])('%s that is let go while it is still being prepared begins where its code is', async (_, argv) => {
      const handle = bench.handle();
      const task = bench.task(argv, { artefact: bench.artefact({ 'within/app.cjs': 'require("node:fs").writeFileSync("own.txt", "written"); console.log(require("node:fs").readdirSync(".").join())' }), cwd: 'within' });
      const held = bench.driver.hold(handle, task);
      await bench.until('it is prepared', async () => ((await bench.driver.recover(handle)).status === 'prepared' ? true : undefined));
      await Promise.all([held, bench.driver.start(handle)]);
      expect(await bench.logged(handle, 'own.txt')).toBe('app.cjs,own.txt\n');
    });

    test('is not given code with another working directory, or none that is there', async () => {
      const handle = bench.handle();
      const task = bench.task(['node', 'app.cjs'], { artefact: bench.artefact({ 'within/app.cjs': '' }), cwd: 'within' });
      await bench.driver.hold(handle, task);
      expect(await bench.driver.retask(handle, { ...task, cwd: '.' })).toBe(false);
      const refused = bench.driver.retask(handle, { ...task, artefact: bench.artefact({ 'app.cjs': '' }) });
      await (codeLater ? expect(refused).rejects.toMatchObject({ code: 'task.cwd' }) : expect(refused).resolves.toBe(false));
    });

    test.each([['a program of another kind', ['sleep', '1000']], ['a Node', ['node', 'app.cjs']]])('%s can be stopped and removed without ever having run', async (_, argv) => {
      const handle = await hold(argv, bench.artefact({ 'app.cjs': 'console.log("its code ran")' }));
      await bench.driver.stop(handle);
      expect(await bench.driver.recover(handle)).toMatchObject({ status: 'exited' });
      expect(await bench.driver.start(handle)).toMatchObject({ status: 'exited' });
      expect(await bench.log(handle)).not.toContain('its code ran');
      await bench.driver.remove(handle);
      expect(await bench.driver.recover(handle)).toMatchObject({ status: 'absent' });
      expect((await bench.subject.traces?.(handle)) ?? []).toEqual([]);
    });

    promised(hostKernel)('is seen to have ended when it is killed', async () => {
      const handle = await hold(['node', 'app.cjs'], bench.artefact({ 'app.cjs': 'console.log("its code ran")' }));
      // Only what the agent itself runs has its mark in its environment.
      const node = await bench.until('its Node is there', () => processTable().find(({ pid }) => environmentOf(pid, agentVariable) === handle.agent && environmentOf(pid, 'NODE_OPTIONS') !== undefined));
      if (isAlive(node.pid, node.start)) process.kill(node.pid, 'SIGKILL');
      expect(await bench.ended(handle)).toMatchObject({ status: 'exited' });
      expect(await bench.log(handle)).not.toContain('its code ran');
    });
  });
}
