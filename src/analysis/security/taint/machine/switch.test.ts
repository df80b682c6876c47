import { describe, expect, it } from 'vitest';
import { afterScript } from './testing.ts';

const after = (start: string, cases: string) => afterScript(`let a = "none"; ${start}; switch (k) { ${cases} }`);

describe('a switch', () => {
  it.each([
    ['const k = 2', 'case 1: a = "one"; break; case 2: a = "two"; break; default: a = "other"', 'two'],
    ['const k = 1', 'case 1: case 2: a = "both"; break; default: a = "other"', 'both'],
    ['const k = 1', 'case 1: a = "one"; case 2: a += "two"', 'onetwo'],
    ['const k = 3', 'case 1: a = "one"; break; default: a = "other"', 'other'],
    ['const k = 3', 'case 1: a = "one"', 'none'],
  ])('runs the case that is known: %s, %s', async (start, cases, value) => {
    expect((await after(start, cases)).known('a')).toBe(value);
  });

  it('runs all of them where nobody knows which', async () => {
    const { dangerous, known } = await after('const k = now()', 'case 1: a = req.query.a; break; default: a = "x"');
    expect([dangerous('a'), known('a')]).toEqual([true, undefined]);
  });

  it('runs all of them where a case is not known', async () => {
    expect((await after('const k = 2', 'case now(): a = req.query.a; break; default: a = "x"')).dangerous('a')).toBe(true);
  });

  it('may run none, unless one is for all others', async () => {
    expect((await after('a = req.query.a; const k = now()', 'case 1: a = "x"')).dangerous('a')).toBe(true);
    expect((await after('a = req.query.a; const k = now()', 'case 1: a = "x"; break; default: a = "y"')).dangerous('a')).toBe(false);
  });

  it('takes the danger from its subject in a case of a constant', async () => {
    const { dangerous } = await after('const k = req.query.k; let b, c', 'case "x": b = k; break; default: c = k');
    expect([dangerous('b'), dangerous('c')]).toEqual([false, true]);
  });

  it('that ends in all of its ways has nothing after it', async () => {
    expect((await after('const k = now()', 'case 1: throw 1; default: throw 2')).ended).toBe(true);
  });
});
