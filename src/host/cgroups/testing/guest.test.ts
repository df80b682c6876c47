import { describe, expect, it } from 'vitest';
import { requires } from '../../testing.ts';
import { askGuest } from '../../testing/guest.ts';
import { expected } from './tried.ts';

describe.skipIf(!requires('linux', 'program:qemu-system-x86_64', 'program:mke2fs', 'program:ldd', 'kernel:cloud-amd64'))('control groups of version 2 with all controllers', () => {
  it('keep limits, count what they did, and end what is in them', { timeout: 520_000 }, async () => {
    const told = await askGuest({
      main: 'src/host/cgroups/testing/guest-main.ts', patience: 500_000,
      parts: ['package.json', 'node_modules/zod', 'node_modules/immutable', 'src/host', 'src/model'], programs: ['cat', 'tail'],
    });
    expect(told).toEqual({ version: 'v2', lacks: [], ...expected, left: [] });
  });
});
