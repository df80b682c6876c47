import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, describe, expect, it } from 'vitest';
import { exportBundle, importBundle } from './bundle.ts';
import { difference } from './diff.ts';
import { SnapshotId } from './manifest.ts';
import { Store } from './store.ts';
import { take, type TakeOrder } from './take.ts';
import { verify } from './verify.ts';

const places: string[] = [];
const place = () => {
  const path = mkdtempSync(join(tmpdir(), 'snapshot-store-'));
  places.push(path);
  return path;
};
afterEach(() => { for (const path of places.splice(0)) rmSync(path, { recursive: true, force: true }); });

let count = 0;
const newId = () => SnapshotId.parse(`20261121-101500-${(++count).toString(16).padStart(6, '0')}`);

async function taken(store: Store, volume: string, leaves: TakeOrder['leaves'] = [], requireWanted?: () => void): Promise<SnapshotId> {
  const id = newId();
  const header = { format: 1 as const, id, takenAt: 1000, actor: 'user:ada', note: '', version: '0.1.0', position: 1, apps: ['shop'], places: { home: '/h', program: '/p', node: '/n/node' } };
  await take({ header, leaves, trees: [{ key: 'volume/shop/data', path: volume, group: 'shop' }], groups: { shop: [] }, record: join(store.directory, 'held.json') }, store, requireWanted);
  return id;
}

function volume(): string {
  const path = place();
  mkdirSync(join(path, 'sub'));
  writeFileSync(join(path, 'sub', 'orders.db'), 'orders'.repeat(1000));
  writeFileSync(join(path, 'note'), 'keep me');
  return path;
}

describe('a store of snapshots', () => {
  it('keeps what did not change once, and tells what did', async () => {
    const [store, data] = [new Store(place()), volume()];
    const first = await taken(store, data, [{ key: 'app/shop', value: { revision: 1, scale: {} } }]);
    const objects = [...store.objects.names()].length;
    writeFileSync(join(data, 'note'), 'changed');
    writeFileSync(join(data, 'new'), 'new');
    rmSync(join(data, 'sub'), { recursive: true });
    const second = await taken(store, data, [{ key: 'app/shop', value: { revision: 2, scale: {} } }, { key: 'agent/x', value: {} }]);
    expect([...store.objects.names()].length - objects).toBe(3);
    expect(difference(store.read(first), store.read(second), store)).toEqual([
      { key: 'agent/x', what: 'added', details: [], count: 0 },
      { key: 'app/shop', what: 'changed', details: ['revision'], count: 1 },
      { key: 'volume/shop/data', what: 'changed', details: ['+ new', '~ note', '- sub', '- sub/orders.db'], count: 4 },
    ]);
    expect(verify(store.read(second), store.objects)).toMatchObject({ entries: 3 });
    expect(store.ids()).toEqual([second, first]);
  });

  it('has no snapshot that nobody waits for any more, and nothing of what was in the making when somebody died', async () => {
    const [store, data] = [new Store(place()), volume()];
    const kept = await taken(store, data);
    await expect(taken(store, data, [], () => { throw new Error('nobody waits'); })).rejects.toThrow('nobody waits');
    for (const left of ['.history-20261121-101500-abc123', '.import-x']) mkdirSync(join(store.directory, left, 'rows'), { recursive: true });
    writeFileSync(join(store.directory, '20261121-101501-abc123.jsonl.next'), 'half');
    store.removeUnfinished();
    expect(readdirSync(store.directory).toSorted()).toEqual([`${kept}.jsonl`, 'objects']);
    expect(verify(store.read(kept), store.objects)).toMatchObject({ entries: 1 });
  });

  it('collects what no snapshot needs, and nothing that one does', async () => {
    const [store, data] = [new Store(place()), volume()];
    const first = await taken(store, data);
    writeFileSync(join(data, 'note'), 'changed');
    const second = await taken(store, data);
    const later = Date.now() + 7 * 3_600_000;
    expect(store.collect(later)).toBe(0);
    store.remove(first);
    expect(store.collect(Date.now())).toBe(0);
    expect(store.collect(later)).toBe(2);
    verify(store.read(second), store.objects);
  });

  it('collects nothing while a snapshot cannot be read', async () => {
    const [store, data] = [new Store(place()), volume()];
    const first = await taken(store, data);
    writeFileSync(store.file(first), 'nonsense');
    expect(() => store.collect(Date.now() + 1e9)).toThrow('damaged');
    expect([...store.objects.names()].length).toBeGreaterThan(0);
  });

  it('names the file whose content is damaged', async () => {
    const [store, data] = [new Store(place()), volume()];
    const id = await taken(store, data);
    const largest = [...store.objects.names()].find((name) => store.objects.get(name).toString().startsWith('orders'))!;
    truncateSync(store.objects.path(largest), 3);
    expect(() => verify(store.read(id), store.objects)).toThrow(expect.objectContaining({ code: 'snapshot.damaged', why: expect.stringContaining('volume/shop/data: sub/orders.db') }));
  });
});

describe('a bundle', () => {
  it('brings a snapshot to another store whole', async () => {
    const [here, there, data] = [new Store(place()), new Store(place()), volume()];
    const id = await taken(here, data);
    const file = join(place(), 'shop.tar');
    await exportBundle(id, file, here);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await importBundle(file, there)).toBe(id);
    expect(there.read(id).root).toBe(here.read(id).root);
    verify(there.read(id), there.objects);
  });

  it('that cannot be written is told as that, and nothing else is wrong with it', async () => {
    const [store, data] = [new Store(place()), volume()];
    const id = await taken(store, data);
    for (const file of [join(data, 'note', 'all.tar'), join(data, 'none', 'all.tar'), data]) await expect(exportBundle(id, file, store), file).rejects.toMatchObject({ code: 'snapshot.not-written', message: `${file} could not be written` });
  });

  it('brings nothing in when it was cut off, changed, made up, or leads elsewhere', async () => {
    const [here, data] = [new Store(place()), volume()];
    const id = await taken(here, data);
    const file = join(place(), 'shop.tar');
    await exportBundle(id, file, here);
    const whole = readFileSync(file);
    const refused = async (content: Buffer, name: string) => {
      const bad = join(place(), 'bad.tar');
      writeFileSync(bad, content);
      const there = new Store(place());
      await expect(importBundle(bad, there), name).rejects.toThrow(/not a snapshot|damaged/);
      expect(there.ids(), name).toEqual([]);
    };
    await refused(whole.subarray(0, whole.length / 2), 'cut off');
    for (let at = 600; at < whole.length - 2048; at += 401) {
      const changed = Buffer.from(whole);
      if (changed[at] === 0) continue;
      changed[at]! ^= 0x01;
      const there = new Store(place());
      const bad = join(place(), 'bad.tar');
      writeFileSync(bad, changed);
      // A byte of the archive's own padding or times changes nothing that counts.
      const brought = await importBundle(bad, there).catch(() => undefined);
      if (brought !== undefined) verify(there.read(brought), there.objects);
    }
    await refused(Buffer.from('hello'), 'no archive');
    const elsewhere = place();
    symlinkSync('/etc', join(elsewhere, 'objects'));
    writeFileSync(join(elsewhere, `${id}.jsonl`), readFileSync(here.file(id)));
    const evil = join(place(), 'evil.tar');
    await create({ file: evil, cwd: elsewhere }, ['objects', `${id}.jsonl`]);
    await refused(readFileSync(evil), 'a link');
  });
});
