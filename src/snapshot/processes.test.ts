import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { readStat } from '../host/proc.ts';
import { requires } from '../host/testing.ts';
import { processRecord } from './processes.ts';

const program = `const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' }); console.log(s.address().port); });`;

describe.skipIf(!requires('linux'))('what is kept of processes', () => {
  it('is memory maps, registers, open files and connections of all of them, and what cannot be had is said', async () => {
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const port = Number(line.toString());
      const { processes, gpu, image } = processRecord(child.pid!, readStat(child.pid!)!.start, 'no program for it');
      expect(processes.map(({ name }) => name)).toEqual([expect.stringMatching(/node|MainThread/), 'sleep']);
      const [main] = processes;
      expect(main!.command).toEqual({ value: [process.execPath, '-e', program] });
      expect(main!.memoryMaps).toEqual({ value: expect.arrayContaining([expect.stringContaining('[stack]')]) });
      expect(main!.memory).toEqual({ value: { resident: expect.any(Number), private: expect.any(Number), swapped: 0 } });
      expect(main!.connections).toEqual({ value: [expect.objectContaining({ protocol: 'tcp', local: `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`, state: '0A' })] });
      expect('value' in main!.registers || 'unavailable' in main!.registers).toBe(true);
      expect(gpu).toHaveProperty('unavailable');
      expect(image).toEqual({ unavailable: 'no program for it' });
    } finally {
      process.kill(-child.pid!, 'SIGKILL');
    }
  });

  it('is nothing for a pid that belongs to another process by now', () => {
    expect(processRecord(process.pid, 1, '').processes).toEqual([]);
  });
});
