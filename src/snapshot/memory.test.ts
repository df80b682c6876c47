import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, readStat } from '../host/proc.ts';
import { requires } from '../host/testing.ts';
import { SnapshotId, trees } from './manifest.ts';
import { memoryLeaf, rememberedIn, type Remembered } from './memory.ts';
import { Store } from './store.ts';
import { take } from './take.ts';

let place: string;
beforeEach(() => { place = mkdtempSync(join(tmpdir(), 'stratoswarm-memory-')); });
afterEach(() => rmSync(place, { recursive: true, force: true }));

const of = { app: 'shop', service: 'web', slot: 0 };

/** An agent that a program which refuses everything is asked to write down. */
function remembered(first: number): Remembered {
  mkdirSync(join(place, 'home'), { recursive: true });
  writeFileSync(join(place, 'home', 'file'), 'its own');
  return { agent: 'shop-web-0-x1', group: 'shop', of, order: { program: '/bin/false', state: place, id: 'shop-web-0-x1', options: join(place, 'criu.conf'), log: join(place, 'log'), first, files: [{ name: 'home', path: join(place, 'home') }] } };
}

const leafOf = (refused: string | undefined, skipped: { path: string; why: string }[]) => memoryLeaf(remembered(1), refused, { entries: [], known: new Map(), read: 0, skipped }).value;

describe.skipIf(!requires('linux'))('the memory of an agent', () => {
  it('that cannot be written down leaves the reason in the snapshot, none of its files, and the agent running', async () => {
    writeFileSync(join(place, 'log'), '');
    const child = spawn('sleep', ['100'], { stdio: 'ignore' });
    try {
      const store = new Store(join(place, 'store'));
      const id = SnapshotId.parse('20261121-101500-000001');
      const header = { format: 1 as const, id, takenAt: 1, actor: 'user:ada', note: '', version: '0', position: 1, apps: ['shop'], places: { home: '', program: '', node: '' } };
      const taken = await take({ header, leaves: [], trees: [], groups: { shop: [] }, record: join(place, 'held'), memory: { agents: [remembered(child.pid!)], scratch: join(place, 'scratch') } }, store);
      const manifest = store.read(id);
      expect(taken.memory).toEqual([{ agent: 'shop-web-0-x1', why: expect.any(String) }]);
      expect(manifest.leaves.get('image/shop-web-0-x1')).toEqual({ unavailable: taken.memory[0]!.why });
      expect([rememberedIn(manifest), [...trees(manifest)]]).toEqual([[], []]);
      const { state, start } = readStat(child.pid!)!;
      expect([state, isAlive(child.pid!, start), existsSync(join(place, 'held'))]).toEqual(['S', true, false]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('is not kept of one who removed files of its app: which, only the layers of the kernel tell', () => {
    expect(leafOf(undefined, [])).toEqual({ value: of });
    expect(leafOf(undefined, [{ path: 'socket', why: 'a socket' }])).toEqual({ value: of });
    expect(leafOf(undefined, [{ path: 'gone.js', why: 'a device' }])).toEqual({ unavailable: 'it removed files of its app' });
    expect(leafOf('CRIU did not want to', [{ path: 'gone.js', why: 'a device' }])).toEqual({ unavailable: 'CRIU did not want to' });
  });
});
