import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { agentVariable } from '../host/proc-tree.ts';
import { readStat } from '../host/proc.ts';
import { requires } from '../host/testing.ts';
import { processRecord } from './processes.ts';

const program = `const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' }); console.log(s.address().port); });`;

/** Opens and closes files all the time, listens in the unix domain, and has a child that is nobody's child any more. */
const busy = `const fs = require('node:fs'); const { spawnSync } = require('node:child_process');
const churn = () => { const all = Array.from({ length: 40 }, () => fs.openSync('/dev/null', 'r')); for (const fd of all) fs.closeSync(fd); setImmediate(churn); };
require('node:net').createServer().listen('\\0busy-socket-' + process.pid, () => {
  const { stdout } = spawnSync('sh', ['-c', 'setsid sleep 60 </dev/null >/dev/null 2>&1 & echo $!']);
  console.log(String(stdout).trim()); churn();
});`;

describe.skipIf(!requires('linux'))('what is kept of processes', () => {
  it('is memory maps, registers, open files and connections of all of them, and what cannot be had is said', async () => {
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const port = Number(line.toString());
      const { processes, gpu, image } = processRecord('a-0-abc', { pid: child.pid!, start: readStat(child.pid!)!.start }, 'no program for it');
      expect(processes.map(({ name }) => name)).toEqual([expect.stringMatching(/node|MainThread/), 'sleep']);
      const [main] = processes;
      expect(main!.command).toEqual({ value: [process.execPath, '-e', program] });
      expect(main!.memoryMaps).toEqual({ value: expect.arrayContaining([expect.stringContaining('[stack]')]) });
      expect(main!.memory).toEqual({ value: { resident: expect.any(Number), private: expect.any(Number), swapped: 0 } });
      expect(main!.connections).toEqual({ value: expect.arrayContaining([expect.objectContaining({ protocol: 'tcp', local: `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`, state: '0A' })]) });
      expect('value' in main!.registers || 'unavailable' in main!.registers).toBe(true);
      expect(gpu).toHaveProperty('unavailable');
      expect(image).toEqual({ unavailable: 'no program for it' });
    } finally {
      process.kill(-child.pid!, 'SIGKILL');
    }
  });

  it('is true of a busy process: of every thread, sockets of the unix domain, who made himself a daemon, and files that come and go', async () => {
    const child = spawn(process.execPath, ['-e', busy], { stdio: ['ignore', 'pipe', 'ignore'], detached: true, env: { ...process.env, [agentVariable]: 'busy-0-abcdefgh' } });
    let daemon = 0;
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      daemon = Number(line.toString());
      for (let look = 0; look < 30; look++) {
        const { processes } = processRecord('busy-0-abcdefgh', { pid: child.pid!, start: readStat(child.pid!)!.start }, '');
        expect(processes.map(({ pid }) => pid)).toEqual([child.pid, daemon]);
        const { openFiles, connections, registers, threads } = processes[0]!;
        expect(openFiles).toEqual({ value: expect.arrayContaining([{ descriptor: 1, target: expect.stringMatching(/^(pipe|socket):/) }]) });
        expect(connections).toEqual({ value: expect.arrayContaining([expect.objectContaining({ protocol: 'unix', local: expect.stringContaining('busy-socket'), state: '01' })]) });
        if ('value' in registers) expect(registers.value).toHaveLength(threads);
      }
    } finally {
      for (const pid of [child.pid!, daemon]) if (pid > 1) process.kill(-pid, 'SIGKILL');
    }
  });

  it('is nothing for a pid that belongs to another process by now', () => {
    expect(processRecord('a-0-abc', { pid: process.pid, start: 1 }, '').processes).toEqual([]);
  });
});
