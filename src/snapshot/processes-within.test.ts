import { expect, it } from 'vitest';
import { StratoError } from '../model/index.ts';
import { processRecordWithin } from './processes-within.ts';

const stat = (pid: number, name: string, parent: number) => `/proc/${pid}/stat:${pid} (${name}) S ${parent} 1 1 ${'0 '.repeat(13)}3 0 17 ${'0 '.repeat(30)}`;

/** What gVisor's shell prints of process 1, a program with a child, and the shell itself. */
const printed = (targets: readonly string[]) => [
  stat(1, 'sh', 0), stat(2, 'a) S 1 (b', 1), stat(9, 'sleep', 2), stat(10, 'sh', 0),
  '/proc/1/cmdline:/bin/sh\0', '/proc/2/cmdline:node\0-e\0first', '/proc/2/cmdline:second\0', '/proc/9/cmdline:sleep\x0060\0',
  '/proc/2/smaps:00400000-00746000 r--p 00000000 00:08 35    /usr/bin/node', '/proc/2/smaps:Rss:   3352 kB', '/proc/2/smaps:Private_Clean:   3000 kB', '/proc/2/smaps:Private_Dirty:   8 kB', '/proc/2/smaps:Swap:   0 kB',
  '/proc/2/smaps:00746000-00749000 rw-p 00346000 00:08 35', '/proc/2/smaps:Rss:   12 kB',
  '/proc/net/tcp:  sl  local_address', '/proc/net/tcp:   0: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 7 1', '/proc/net/tcp:   1: 00000000:0BB9 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 8 1',
  'descriptors', '/proc/1/fd/0', '/proc/2/fd/0', '/proc/2/fd/12', '/proc/9/fd/0', 'targets', ...targets, '',
].join('\n');

it('tells the program and its children apart from who waits for it and who asks', async () => {
  const { processes, withoutProcesses } = await processRecordWithin(async () => printed(['host:[1]', '/dev/null', 'socket:[7]', 'pipe:[1]']), 'no image');
  expect(withoutProcesses).toBeUndefined();
  expect(processes.map(({ pid, name, parent, threads }) => [pid, name, parent, threads])).toEqual([[2, 'a) S 1 (b', 1, 3], [9, 'sleep', 2, 3]]);
  expect(processes[0]).toMatchObject({
    command: { value: ['node', '-e', 'first\nsecond'] },
    memoryMaps: { value: ['00400000-00746000 r--p 00000000 00:08 35    /usr/bin/node', '00746000-00749000 rw-p 00346000 00:08 35'] },
    memory: { value: { resident: 3364 * 1024, private: 3008 * 1024, swapped: 0 } },
    openFiles: { value: [{ descriptor: 0, target: '/dev/null' }, { descriptor: 12, target: 'socket:[7]' }] },
    connections: { value: [{ protocol: 'tcp', local: '00000000:0BB8', state: '0A', inode: '7' }] },
  });
  expect(processes[1]).toMatchObject({ memoryMaps: { unavailable: 'the process ended meanwhile' }, connections: { value: [] } });
});

it('says that open files changed rather than name the wrong ones', async () => {
  const { processes } = await processRecordWithin(async () => printed(['host:[1]', '/dev/null', 'pipe:[1]']), 'no image');
  expect(processes[0]).toMatchObject({ openFiles: { unavailable: expect.any(String) }, connections: { unavailable: expect.any(String) } });
});

it('says why there are none', async () => {
  expect(await processRecordWithin(() => Promise.reject(new StratoError('agent.not-running', 'it does not run')), 'no image')).toMatchObject({ processes: [], withoutProcesses: 'it does not run', image: { unavailable: 'no image' } });
  expect(await processRecordWithin(async () => '', 'no image')).toMatchObject({ processes: [], withoutProcesses: expect.stringContaining('did not answer') });
});
