import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { requires } from '../testing.ts';
import { memoryImages } from './memory-images.ts';

const [criu, gvisor] = memoryImages;
const scratch = mkdtempSync(join(tmpdir(), 'stratoswarm-images-'));
vi.stubEnv('TMPDIR', scratch);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('writing processes down and bringing them back', () => {
  it.skipIf(!requires('linux', 'root', 'program:criu', 'program:setsid'))('with CRIU is tried: it works, or the reason is its own', async () => {
    const found = await criu!.look();
    expect(typeof found === 'string' ? found : found.detail).toMatch(/^a process (was written down and brought back|could not be (written down|brought back): \S+)/);
  });

  it.skipIf(!requires('linux', 'root', 'program:runsc'))('with gVisor is tried: what was written down goes on where it was, and nothing is left behind', async () => {
    expect(await gvisor!.look()).toMatch(/was written down and brought back/);
    expect(readdirSync(scratch)).toEqual([]);
  });
});
