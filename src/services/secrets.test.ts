import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
  return { directory, secrets: new Secrets({ secrets: directory }), again: () => new Secrets({ secrets: directory }) };
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

  it('that are made differ each time', () => {
    const { secrets } = fresh();
    const values = [secrets.make(shop, ['SESSION_SECRET']), secrets.make(shop, ['SESSION_SECRET'])].map(({ SESSION_SECRET: key }) => secrets.value(shop, key!));
    expect(new Set(values).size).toBe(2);
    expect(values[0]!.length).toBeGreaterThanOrEqual(64);
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
