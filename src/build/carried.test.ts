import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { requires, systemTime } from '../host/testing.ts';
import { bringRuntime, carriedPrograms } from './carried.ts';
import { rejection, temporary } from './testing.ts';
import { resolveToolchain } from './toolchains.ts';

const home = temporary();
const paths = { cache: `${home}/cache`, programs: `${home}/programs` };

describe.skipIf(!requires('program:npm'))('a runtime that npm carries', () => {
  const lines: string[] = [];
  const carry = { clock: systemTime, onLine: (line: string) => void lines.push(line) };

  it('is brought in the version that is wanted, and is there from then on', async () => {
    const program = await bringRuntime('deno', '2.2', '', { paths, ...carry });
    expect(spawnSync(program!, ['--version'], { encoding: 'utf8' }).stdout).toMatch(/^deno 2\.2\./);
    expect([carriedPrograms('deno', paths), lines]).toEqual([[program], ['bringing deno 2.2 (once)']]);
    expect(await resolveToolchain({ name: 'deno', version: '2.2' }, paths)).toMatchObject({ version: expect.stringMatching(/^2\.2\./), notes: [] });
  }, 300_000);

  it('is missing when there is no such version', async () => {
    expect(await rejection(resolveToolchain({ name: 'node', version: '99' }, paths, carry))).toMatchObject({ code: 'toolchain.missing', retryable: true, next: 'install Node 99 and put it on the PATH of the daemon, or check the network', message: 'node 99 is not on this machine, and could not be brought by npm' });
  }, 300_000);

  it('is not looked for there when it is none', async () => {
    expect(await bringRuntime('python', '3.12', '', { paths, ...carry })).toBeUndefined();
    expect(carriedPrograms('python', paths)).toEqual([]);
  });
});
