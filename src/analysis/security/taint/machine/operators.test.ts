import { describe, expect, it } from 'vitest';
import { after, afterScript } from './testing.ts';

describe('an operator', () => {
  it.each([
    ['7 * 6', 42],
    ['7 / 2', 3.5],
    ['"a" + 1', 'a1'],
    ['false && now()', false],
    ['true || now()', true],
    ['!true', false],
    ['-3', -3],
    ['now() && 1', undefined],
  ])('%s is %s', async (expression, value) => {
    expect((await afterScript(`const a = ${expression}`)).known('a')).toBe(value);
  });

  it('leaves a quotient of whole numbers whole where the language does', async () => {
    const { run } = await after({ 'A.java': 'int a = 500 / 42;' });
    expect(run.globals.get('a')?.options).toEqual([11]);
  });

  it('hands danger on in a text and in a choice, and in no number', async () => {
    const { dangerous } = await afterScript('const q = req.query.a; const a = "x" + q, b = q || "x", c = q && "x", d = q * 2, e = q % 2, f = q < "x"');
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map(dangerous)).toEqual([true, true, false, false, false, false]);
  });

  it('formats text in Python, and appends in Ruby', async () => {
    expect((await after({ 'a.py': 'a = "x %s" % request.args["q"]\n' })).dangerous('a')).toBe(true);
    expect((await after({ 'a.rb': 'a = []\na << params[:q]\nb = a.first\n' })).dangerous('b')).toBe(true);
  });

  it('counts a variable', async () => {
    const { known } = await afterScript('let a = 1, b = now(); a++; ++a; a--; b++');
    expect([known('a'), known('b')]).toEqual([2, undefined]);
  });
});
