import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppName, ServiceName } from '../model/index.ts';
import { Secrets } from './secrets.ts';

const home = mkdtempSync(join(tmpdir(), 'stratoswarm-test-'));
afterAll(() => rmSync(home, { recursive: true }));
let count = 0;
const shop = AppName.parse('shop');
const store = ServiceName.parse('postgresql');
const names = { user: 'app', database: 'shop' };
const fresh = () => {
  const directory = join(home, String(count++));
  const clock = { time: 1000, now: () => clock.time };
  return { directory, clock, secrets: new Secrets({ secrets: directory }, clock), again: () => new Secrets({ secrets: directory }, clock) };
};

describe('secrets', () => {
  it('of a store are made once and found again by another process', () => {
    const { secrets, again } = fresh();
    const made = secrets.forStore(shop, store, names);
    expect(made.password.length).toBeGreaterThanOrEqual(32);
    expect(again().forStore(shop, store, names)).toEqual(made);
    expect(secrets.forStore(AppName.parse('other'), store, names).password).not.toBe(made.password);
  });

  it('can be read by their owner only, and leave no halves behind', () => {
    const { secrets, directory } = fresh();
    secrets.keep(shop, { A: '1' });
    secrets.forStore(shop, store, names);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(readdirSync(directory)).toEqual(['shop.json']);
    expect(statSync(join(directory, 'shop.json')).mode & 0o777).toBe(0o600);
  });

  it('kept anew have another key, and the earlier value is still found under its own', () => {
    const { secrets } = fresh();
    const one = secrets.keep(shop, { KEY: 'one', OTHER: 'x' });
    const two = secrets.keep(shop, { KEY: 'two' });
    expect(two['KEY']).not.toBe(one['KEY']);
    expect(secrets.keep(shop, { KEY: 'one' })['KEY']).toBe(one['KEY']);
    expect([one['KEY']!, one['OTHER']!, two['KEY']!].map((key) => secrets.value(shop, key))).toEqual(['one', 'x', 'two']);
    expect(Object.values(one).join()).not.toMatch(/one|\.x$/);
  });

  it('are as old as their values: giving one again, another one, or bringing it back makes it no younger', () => {
    const { secrets, clock, again } = fresh();
    const { KEY: one, OTHER: other } = secrets.keep(shop, { KEY: 'one', OTHER: 'x' });
    clock.time = 2000;
    const { KEY: two } = secrets.keep(shop, { KEY: 'two', MORE: 'y' });
    secrets.forStore(shop, store, names);
    clock.time = 3000;
    expect(secrets.keep(shop, { KEY: 'one' })).toEqual({ KEY: one });
    again().restore(shop, secrets.dump(shop));
    expect(again().oldest(shop, new Map([['KEY', one!], ['OTHER', other!]]))).toEqual({ variable: 'KEY', at: 1000 });
    expect(again().oldest(shop, new Map([['KEY', two!]]))).toEqual({ variable: 'KEY', at: 2000 });
    expect(again().oldest(shop, new Map([['KEY', 'KEY.unknown']]))).toBeNull();
  });

  it('that were set when the clock was ahead are set now when they are given again', () => {
    const { secrets, clock } = fresh();
    clock.time = 9000;
    const { KEY: key } = secrets.keep(shop, { KEY: 'one' });
    clock.time = 1000;
    secrets.keep(shop, { KEY: 'one' });
    expect(secrets.oldest(shop, new Map([['KEY', key!]]))).toEqual({ variable: 'KEY', at: 1000 });
  });

  it('of earlier versions are as old as their file, also when it is written again', () => {
    const { secrets, directory } = fresh();
    writeFileSync(join(directory, 'shop.json'), JSON.stringify({ salt: 's', values: { 'KEY.1': 'one' }, stores: {} }));
    utimesSync(join(directory, 'shop.json'), 5, 5);
    secrets.keep(shop, { OTHER: 'x' });
    expect(secrets.oldest(shop, new Map([['KEY', 'KEY.1']]))).toEqual({ variable: 'KEY', at: 5000 });
  });

  it('that are made differ each time', () => {
    const { secrets } = fresh();
    const values = [secrets.make(shop, ['SESSION_SECRET']), secrets.make(shop, ['SESSION_SECRET'])].map(({ SESSION_SECRET: key }) => secrets.value(shop, key!));
    expect(new Set(values).size).toBe(2);
    expect(values[0]!.length).toBeGreaterThanOrEqual(64);
  });

  it('that are made are told from those that somebody set, also after a restore', () => {
    const { secrets } = fresh();
    const { KEY: set } = secrets.keep(shop, { KEY: 'one' });
    const { SESSION_SECRET: made } = secrets.make(shop, ['SESSION_SECRET']);
    const dumped = secrets.dump(shop);
    secrets.remove(shop, { keepStores: false });
    secrets.restore(shop, dumped);
    expect([set!, made!].map((key) => secrets.isMade(shop, key))).toEqual([false, true]);
  });

  it('go with the app, but for those that open volumes which stay', () => {
    const { secrets, directory } = fresh();
    const made = secrets.forStore(shop, store, names);
    const { A: key } = secrets.keep(shop, { A: '1' });
    secrets.remove(shop, { keepStores: true });
    expect(secrets.value(shop, key!)).toBeUndefined();
    expect(secrets.forStore(shop, store, names)).toEqual(made);
    secrets.remove(shop, { keepStores: false });
    secrets.remove(shop, { keepStores: false });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('that are damaged are an error that says where', () => {
    const { secrets, directory } = fresh();
    writeFileSync(join(directory, 'shop.json'), '{"half');
    expect(() => secrets.value(shop, 'A.1')).toThrow(expect.objectContaining({ code: 'secrets.damaged', why: expect.stringContaining(directory) as string }) as Error);
  });
});
