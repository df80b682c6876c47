import { readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Map } from 'immutable';
import { describe, expect, it } from 'vitest';
import { Snapshots } from './snapshots.ts';
import { temporaryDirectory } from '../testing/directories.ts';

function snapshots(directory: string, reducerHash = 'one'): Snapshots<Map<string, number>> {
  return new Snapshots({ directory, reducerHash, dump: (state) => state.toObject(), load: (plain) => Map(plain as Record<string, number>) });
}

describe('snapshots', () => {
  it('give back the newest state, and the newest before a position', async () => {
    const directory = temporaryDirectory();
    expect(await snapshots(directory).latest()).toBeUndefined();
    for (const n of [9, 10, 11]) await snapshots(directory).save(n, Map({ n }));
    expect(await snapshots(directory).latest()).toEqual({ position: 11, state: Map({ n: 11 }) });
    expect(await snapshots(directory).latest(10)).toEqual({ position: 10, state: Map({ n: 10 }) });
    expect(await snapshots(directory).latest(8)).toBeUndefined();
  });

  it('may be written by several at once, also the same', async () => {
    const directory = temporaryDirectory();
    await Promise.all(Array.from({ length: 20 }, () => snapshots(directory).save(7, Map({ n: 7 }))));
    expect(await snapshots(directory).latest()).toEqual({ position: 7, state: Map({ n: 7 }) });
    expect(readdirSync(join(directory, 'snapshots'))).toEqual(['7.json']);
  });

  it('that were cut off are cleaned away once nobody can be writing them', async () => {
    const directory = temporaryDirectory();
    await snapshots(directory).save(7, Map({ n: 7 }));
    const cut = ['8.json.0-1.next', '9.json.0-2.next'].map((name) => join(directory, 'snapshots', name));
    for (const path of cut) writeFileSync(path, '{"half');
    utimesSync(cut[0]!, 1, 1);
    await snapshots(directory).clean(Date.now());
    expect(readdirSync(join(directory, 'snapshots'))).toEqual(['7.json', '9.json.0-2.next']);
  });

  it('keep the last three', async () => {
    const directory = temporaryDirectory();
    for (let n = 1; n <= 12; n++) await snapshots(directory).save(n, Map({ n }));
    expect(readdirSync(join(directory, 'snapshots')).sort()).toEqual(['10.json', '11.json', '12.json']);
  });

  it('pass over what is damaged, of another fold, of a newer version or not understood', async () => {
    const directory = temporaryDirectory();
    const path = (n: number) => join(directory, 'snapshots', `${n}.json`);
    for (const n of [1, 2, 3]) await snapshots(directory).save(n, Map({ n }));
    expect(await snapshots(directory, 'two').latest()).toBeUndefined();
    const content = readFileSync(path(3), 'utf8');
    const harms = [content.replace('{"n":3}', '{"n":7}'), content.slice(0, -1), '', 'garbage', content.replace('"format":2', '"format":1'), content.replace('"position":3', '"position":4')];
    for (const harmed of harms) {
      writeFileSync(path(3), harmed);
      expect(await snapshots(directory).latest()).toEqual({ position: 2, state: Map({ n: 2 }) });
    }
    const strict = new Snapshots({ directory, reducerHash: 'one', dump: String, load: () => { throw new Error('no'); } });
    expect(await strict.latest()).toBeUndefined();
  });
});
