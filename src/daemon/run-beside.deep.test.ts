import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench } from '../drivers/contract/bench.ts';
import { gvisorSubject } from '../drivers/gvisor/gvisor.subject.ts';
import { requires } from '../host/testing.ts';
import { processRecordWithin } from '../snapshot/processes-within.ts';
import { runBeside } from './run-beside.ts';

describe.skipIf(!requires('linux', 'root', 'program:runsc', 'program:conmon', 'program:unshare'))('what is kept of processes that the machine does not see', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = new Bench(await gvisorSubject());
  });
  afterEach(() => bench.cleanup());

  test('is what the kernel of the agent tells of them: the program and its children, with memory maps, open files and connections', async () => {
    const { handle } = await bench.start(bench.node('const s = require("net").createServer().listen(3000, () => { require("child_process").spawn("sleep", ["1000"], { stdio: "ignore" }).on("spawn", () => console.log("up")); })'), { env: { LINES: 'two\nlines' } });
    await bench.logged(handle, 'up');
    const drivers = new Map([[bench.driver.name, bench.driver]]);
    const { processes, image, gpu } = await processRecordWithin((argv) => runBeside(drivers, { handle }, argv), 'no program for it');
    expect(processes.map(({ name }) => name)).toEqual([expect.stringMatching(/node|MainThread/), 'sleep']);
    const [main, sleep] = processes;
    expect(main!.command).toEqual({ value: expect.arrayContaining([process.execPath, '-e']) });
    expect(main!.memoryMaps).toEqual({ value: expect.arrayContaining([expect.stringContaining(process.execPath)]) });
    expect(main!.memory).toEqual({ value: { resident: expect.any(Number), private: expect.any(Number), swapped: 0 } });
    expect((main!.memory as { value: { resident: number } }).value.resident).toBeGreaterThan(10e6);
    expect(main!.connections).toEqual({ value: [expect.objectContaining({ protocol: 'tcp6', local: `${'0'.repeat(32)}:0BB8`, state: '0A' })] });
    expect(sleep).toMatchObject({ parent: main!.pid, command: { value: ['sleep', '1000'] }, connections: { value: [] }, openFiles: { value: [{ descriptor: 0, target: '/dev/null' }, { descriptor: 1 }, { descriptor: 2 }] } });
    expect(main!.registers).toHaveProperty('unavailable');
    expect([image, gpu]).toEqual([{ unavailable: 'no program for it' }, { unavailable: expect.any(String) }]);
  });

  test('is nothing, with the reason, where the agent does not run', async () => {
    const { handle } = await bench.start(['true']);
    await bench.ended(handle);
    expect(await processRecordWithin((argv) => runBeside(new Map([[bench.driver.name, bench.driver]]), { handle }, argv), '')).toMatchObject({ processes: [], withoutProcesses: expect.stringContaining('does not run') });
  });
});
