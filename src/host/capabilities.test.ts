import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { capabilities, row } from './capabilities.ts';
import { requires } from './testing.ts';

describe('what this machine can do', () => {
  it('is told row by row, each with a way to get what is missing, and leaves nothing behind', async () => {
    const rows = await capabilities();
    const keys = rows.map(({ area, name }) => `${area}/${name}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(rows.find(({ name }) => name === 'Node')).toMatchObject({ works: true, detail: process.version });
    for (const { detail } of rows) expect(detail).not.toBe('');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('stratoswarm-doctor-') && existsSync(`${tmpdir()}/${name}/ledger`))).toEqual([]);
  });

  it.skipIf(!requires('linux', 'root', 'program:nft', 'program:runc'))('finds with root what a container needs', async () => {
    const names = ['mount namespace', 'user namespace', 'overlay file system', 'control groups', 'runc', 'nft'];
    const rows = (await capabilities(50_000)).filter(({ name }) => names.includes(name));
    expect(rows.filter(({ works }) => works !== true)).toEqual([]);
    expect(rows).toHaveLength(names.length);
  });

  it('says so when one look takes too long or throws', async () => {
    expect(await row({ area: 'a', name: 'slow', look: () => new Promise(() => {}) }, 5)).toMatchObject({ works: null });
    expect(await row({ area: 'a', name: 'broken', look: () => { throw new Error('no such device'); } }, 5000)).toMatchObject({ works: false, detail: 'no such device' });
  });
});
