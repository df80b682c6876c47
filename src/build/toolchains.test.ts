import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveToolchain, type WantedRuntime } from './toolchains.ts';

let cache: string;
beforeEach(() => void (cache = mkdtempSync(join(tmpdir(), 'stratoswarm-toolchains-'))));
afterEach(() => rmSync(cache, { recursive: true }));

const notes = async (wanted: Partial<WantedRuntime>) => (await resolveToolchain({ name: 'node', version: null, ...wanted }, { cache, programs: cache })).notes;

describe('the toolchain of a runtime', () => {
  it('comes with nothing to say when the range that the code asks for holds it', async () => {
    expect(await notes({ version: '18', range: '>=18' })).toEqual([]);
    expect(await notes({ version: null })).toEqual([]);
  });

  it('comes with a remark when it is newer than all that the code asks for', async () => {
    expect(await notes({ version: '14', range: '^14 || ^16' })).toEqual([expect.stringMatching(/^the code asks for node \^14 \|\| \^16; it gets \d+\./)]);
  });

  it('is refused when it is too old, and the error says all of the range', async () => {
    await expect(resolveToolchain({ name: 'node', version: '99', range: '>=99 <101' }, { cache, programs: cache })).rejects.toMatchObject({ code: 'toolchain.missing', message: expect.stringContaining('node >=99 <101 is needed') });
  });
});
