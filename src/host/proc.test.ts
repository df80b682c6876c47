import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { bootId, environmentOf, isAlive, parseStat, processTable, readStat } from './proc.ts';
import { agentProcesses, descendantsOf, familyOf } from './proc-tree.ts';
import { usageOf } from './proc-usage.ts';
import { requires } from './testing.ts';

const children: ChildProcess[] = [];

function run(argv: string[], env: NodeJS.ProcessEnv = {}): ChildProcess & { pid: number } {
  const child = spawn(argv[0]!, argv.slice(1), { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  children.push(child);
  return child as ChildProcess & { pid: number };
}

afterEach(() => {
  for (const child of children.splice(0)) {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
});

describe('a line of /proc/<pid>/stat', () => {
  const rest = 'S 7 8 9 0 -1 4194560 1 2 3 4 150 50 20 30 20 0 5 0 99887 1000000 321 18446744073709551615 1';

  test('is read by its fields', () => {
    expect(parseStat(`42 (sleep) ${rest}`)).toEqual({ pid: 42, name: 'sleep', state: 'S', parent: 7, group: 8, session: 9, threads: 5, start: 99887, cpu: 2500, residentPages: 321 });
  });

  test('may have any name in it', () => {
    fc.assert(fc.property(fc.string({ maxLength: 15 }), (name) => {
      expect(parseStat(`42 (${name}) ${rest}`)).toMatchObject({ pid: 42, name, parent: 7, start: 99887 });
    }));
    expect(parseStat(`42 () R 1 2 (x) ${rest}`)).toMatchObject({ name: ') R 1 2 (x', start: 99887 });
  });

  test('that is no such line is nothing', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      expect(parseStat(text)).toBeUndefined();
    }));
  });
});

describe.skipIf(!requires('linux'))('processes', () => {
  test('a pid is that process only with its start time', async () => {
    const child = run(['sleep', '1000']);
    const { start } = readStat(child.pid)!;
    expect(isAlive(child.pid, start)).toBe(true);
    expect(isAlive(child.pid, start + 1)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(child.pid, start)).toBe(false);
    expect(readStat(child.pid)).toBeUndefined();
  });

  test('a zombie is not alive', async () => {
    // It ends when its parent is `sleep`, which never asks for it: a shell might.
    const child = run(['sh', '-c', `sh -c 'until [ "$(cat /proc/$PPID/comm)" = sleep ]; do :; done' & echo $!; exec sleep 1000`]);
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await expect.poll(() => readStat(pid)?.state).toBe('Z');
    expect(isAlive(pid, readStat(pid)!.start)).toBe(false);
  });

  test('the environment is that of the start, told apart by the whole name', () => {
    const child = run(['sleep', '1000'], { MARK: 'one', NOT_MARK: 'two', EMPTY: '' });
    return expect.poll(() => ['MARK', 'NOT_MARK', 'EMPTY', 'ARK', 'NONE'].map((name) => environmentOf(child.pid, name))).toEqual(['one', 'two', '', undefined, undefined]);
  });

  test('the boot has an id', () => {
    expect(bootId()).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('all of them are listed, we too', () => {
    const table = processTable();
    expect(table.find((stat) => stat.pid === process.pid)).toMatchObject({ parent: process.ppid });
    expect(new Set(table.map((stat) => stat.pid)).size).toBe(table.length);
  });

  test('an agent has its session, its descendants, and strays that carry its mark', async () => {
    const child = run(['sh', '-c', 'sleep 1000 & setsid sleep 1000 & (setsid sleep 1000 &); echo up; wait'], { STRATOSWARM_AGENT: 'one' });
    await once(child.stdout!, 'data');
    const main = { pid: child.pid, start: readStat(child.pid)!.start };
    await expect.poll(() => agentProcesses({ agent: 'one', main, log: '/nowhere' }).map((stat) => stat.name).toSorted()).toEqual(['sh', 'sleep', 'sleep', 'sleep']);
    expect(familyOf(main, processTable()).map((stat) => stat.name).toSorted()).toEqual(['sh', 'sleep', 'sleep']);
    expect(familyOf({ ...main, start: main.start + 1 }, processTable())).toEqual([]);
    const all = agentProcesses({ agent: 'one', main, log: '/nowhere' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(agentProcesses({ agent: 'one', main, log: '/nowhere' })).toHaveLength(3);
    for (const { pid } of all) if (pid !== child.pid) process.kill(pid, 'SIGKILL');
  });

  test('use of memory and CPU is summed up', async () => {
    const child = run([process.execPath, '-e', 'const kept = Buffer.alloc(64e6, 1); const end = Date.now() + 200; while (Date.now() < end); console.log(kept.length); setInterval(() => {}, 1000)']);
    await once(child.stdout!, 'data');
    const usage = usageOf([readStat(child.pid)!]);
    expect(usage.memory).toBeGreaterThan(64e6);
    expect(usage.cpu).toBeGreaterThanOrEqual(50);
    expect(usage.pids).toBeGreaterThan(1);
    expect(usageOf([])).toEqual({ cpu: 0, memory: 0, pids: 0 });
  });
});

test('descendants are those who reach a root by their parents, each once, whatever loops there are', () => {
  const tables = fc.array(fc.record({ pid: fc.integer({ min: 1, max: 30 }), parent: fc.integer({ min: 0, max: 30 }) }), { maxLength: 40 })
    .map((rows) => [...new Map(rows.map((row) => [row.pid, { ...row, name: 'x', state: 'S', group: 0, session: 0, threads: 1, start: 1, cpu: 0, residentPages: 0 }])).values()]);
  fc.assert(fc.property(tables, fc.integer({ min: 1, max: 30 }), (table, root) => {
    const found = descendantsOf(new Set([root]), table).map((stat) => stat.pid);
    const byPid = new Map(table.map((stat) => [stat.pid, stat]));
    const reaches = (pid: number, seen = new Set<number>()): boolean => {
      const parent = byPid.get(pid)?.parent;
      if (parent === undefined || seen.has(pid)) return false;
      return parent === root || reaches(parent, seen.add(pid));
    };
    expect(found.toSorted((a, b) => a - b)).toEqual(table.map((stat) => stat.pid).filter((pid) => pid !== root && reaches(pid)).toSorted((a, b) => a - b));
  }));
});
