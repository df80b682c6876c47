import { describe, expect, it } from 'vitest';
import { planned } from '../../build/testing.ts';
import type { PlannedEnv } from '../../model/index.ts';
import { fileAddressFor } from './file-address.ts';

const url = (over: Partial<PlannedEnv>): PlannedEnv => ({ name: 'DATABASE_URL', required: true, secret: true, default: null, evidence: [], ...over });
const addressFor = (over: Partial<PlannedEnv>, runtime = 'node') => fileAddressFor('DATABASE_URL', planned('web', { runtime: { name: runtime, version: null }, env: [url(over)] }));

describe('the address of a file of SQLite', () => {
  it.each([
    ['file:./dev.db?connection_limit=1', 'file:/data/dev.db?connection_limit=1'], ['file:/data/sqlite.db', 'file:/data/sqlite.db'], ['file:///var/lib/shop/a.db', 'file:///data/a.db'],
    ['sqlite:///instance/app.db', 'sqlite:////data/app.db'], ['sqlite:////srv/app.db', 'sqlite:////data/app.db'], ['sqlite+aiosqlite:///./app.db', 'sqlite+aiosqlite:////data/app.db'], ['sqlite:shop.sqlite3', 'sqlite:/data/shop.sqlite3'], ['sqlite://shop.db', 'sqlite:///data/shop.db'],
  ])('that is given as %s leads into the volume', (given, expected) => {
    expect(addressFor({ given })).toBe(expected);
  });

  it('is made where the code needs one and nothing gives it', () => {
    expect(addressFor({})).toBe('file:/data/app.db');
    expect(addressFor({}, 'python')).toBe('sqlite:////data/app.db');
    expect(addressFor({}, 'rust')).toBeUndefined();
  });

  it('is left to the code where that has one, and to whoever gives something else', () => {
    expect(addressFor({ default: 'file:./dev.db' })).toBeUndefined();
    expect(addressFor({ given: 'sqlite://:memory:' })).toBeUndefined();
    expect(addressFor({ given: 'libsql://db.example.org' })).toBeUndefined();
  });
});
