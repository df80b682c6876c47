import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppName } from '../model/index.ts';
import { RestoredVolumes } from './restored-volumes.ts';

const shop = AppName.parse('shop');
let volumes: string;
beforeEach(() => { volumes = mkdtempSync(join(tmpdir(), 'stratoswarm-volumes-')); });
afterEach(() => rmSync(volumes, { recursive: true, force: true }));

const at = (name: string) => join(volumes, 'shop', name);
const read = () => Object.fromEntries(readdirSync(join(volumes, 'shop')).map((name) => [name, readFileSync(join(at(name), 'file'), 'utf8')]));
function write(name: string, content: string): void {
  mkdirSync(at(name), { recursive: true });
  writeFileSync(join(at(name), 'file'), content);
}

/** `data` was there and `cache` was not; both are laid. */
async function laid(): Promise<RestoredVolumes> {
  write('data', 'now');
  const prepared = await RestoredVolumes.prepare(volumes, shop, ['data', 'cache']);
  for (const { name } of prepared.all) write(`.restored-${name}`, 'then');
  return prepared;
}

describe('restored volumes', () => {
  it('take the place of those that were there, which are kept until all is well', async () => {
    const restored = await laid();
    restored.exchange();
    expect(read()).toEqual({ data: 'then', cache: 'then', '.replaced-data': 'now' });
    await restored.settle();
    expect(read()).toEqual({ data: 'then', cache: 'then' });
  });

  it('are taken back from wherever the exchange, or the taking back, was cut short', async () => {
    const restored = await laid();
    const renames = [['data', '.replaced-data'], ['.restored-data', 'data'], ['.restored-cache', 'cache']] as const;
    const back = [['data', '.restored-data'], ['.replaced-data', 'data'], ['cache', '.restored-cache']] as const;
    const whole = join(volumes, 'whole');
    cpSync(join(volumes, 'shop'), whole, { recursive: true });
    const stops = [...renames.keys(), renames.length].map((count) => renames.slice(0, count)).concat(back.map((_, index) => [...renames, ...back.slice(0, index + 1)] as never));
    for (const stop of stops) {
      rmSync(join(volumes, 'shop'), { recursive: true });
      cpSync(whole, join(volumes, 'shop'), { recursive: true });
      for (const [from, to] of stop) renameSync(at(from), at(to));
      await restored.back();
      expect(read()).toEqual({ data: 'now' });
      await restored.back();
      expect(read()).toEqual({ data: 'now' });
    }
  });

  it('that an earlier restore left lying are removed', async () => {
    write('.restored-data', 'half');
    write('.replaced-data', 'older');
    await laid();
    expect(existsSync(at('.replaced-data'))).toBe(false);
    expect(read()['.restored-data']).toBe('then');
  });

  it('are removed while a process that outlived its daemon still writes to them', async () => {
    const restored = await RestoredVolumes.prepare(volumes, shop, ['data']);
    const place = join(at('.restored-data'), 'base');
    mkdirSync(place, { recursive: true });
    let left = 500;
    const again = () => {
      try {
        writeFileSync(join(place, `${left--}`), '');
        if (left > 0) setImmediate(again);
      } catch {
        // Its directory is gone, as it is meant to be.
      }
    };
    again();
    await restored.back();
    expect(existsSync(at('.restored-data'))).toBe(false);
  });
});
