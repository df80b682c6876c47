import { describe, expect, it } from 'vitest';
import { after, afterScript } from './testing.ts';

describe('a name', () => {
  it('is its variable before it is anything else', async () => {
    const { known, dangerous } = await afterScript('const query = 1; const a = query; const b = req.query');
    expect([known('a'), dangerous('b')]).toEqual([1, true]);
  });

  it('is a field of the object, with or without `this`', async () => {
    const { run } = await after({ 'a.js': 'class A { host = "x"; f() { exec(this.host) } }' });
    expect(run.hits).toEqual([]);
  });

  it('is what its file declares, seen from a function', async () => {
    expect((await afterScript('const limit = 5; function f() { return limit } const a = f()')).known('a')).toBe(5);
  });

  it('is a function of the file, to be handed over', async () => {
    expect((await afterScript('function f(x) { return 7 } const g = f; const a = g()')).known('a')).toBe(7);
  });

  it('that nobody knows is nothing', async () => {
    const { known, dangerous } = await afterScript('const a = nobody, b = nobody.knows.him');
    expect([known('a'), dangerous('b')]).toEqual([undefined, false]);
  });
});

describe('a member', () => {
  it('is the part of that name; of something dangerous it is dangerous', async () => {
    const { known, dangerous } = await afterScript('const o = { a: 1, b: req.query.b }; const a = o.a, b = o.b, c = o.none, d = o.b.c.d');
    expect([known('a'), dangerous('b'), dangerous('c'), dangerous('d')]).toEqual([1, true, false, true]);
  });

  it('of a class is what the class says', async () => {
    const { run } = await after({ 'A.java': 'class Paths { static final String ROOT = "/srv"; } String a = Paths.ROOT;' });
    expect(run.globals.get('a')?.options).toEqual(['/srv']);
  });

  it('is the length of a list that is known', async () => {
    const { known } = await afterScript('const a = [1, 2].length, b = req.query.length');
    expect([known('a'), known('b')]).toEqual([2, undefined]);
  });

  it('is a call where the language writes calls so', async () => {
    expect((await after({ 'a.rb': 'x = params[:q].html_safe\n' })).run.hits).toMatchObject([{ rule: 'xss' }]);
  });
});
