import { describe, expect, it } from 'vitest';
import { after, afterScript } from './testing.ts';

describe('an assignment', () => {
  it.each([
    ['let a = 1; a += 2', 3],
    ['let a = "x"; a += "y"', 'xy'],
    ['let a = [1, 2]; a[0] = 7; a = a[0]', 7],
    ['let a = []; a[2] = 7; a = a.length', 3],
    ['let a = { b: { c: 1 } }; a.b.c = 2; a = a.b.c', 2],
    ['let a; [, a] = [1, 2]', 2],
    ['let a; ({ b: a } = { b: 3 })', 3],
  ])('leaves what is known: %s', async (code, value) => {
    expect((await afterScript(code)).known('a')).toBe(value);
  });

  it('to one part makes no other part dangerous', async () => {
    const { dangerous } = await afterScript('const a = {}; a.b = req.query.x; a.c = "y"; const b = a.b, c = a.c; const d = [1]; d[9000] = req.query.x; const e = d[0]');
    expect(['b', 'c', 'd'].map(dangerous)).toEqual([true, false, true]);
  });

  it('under a key that nobody knows makes all of it dangerous', async () => {
    const { dangerous } = await afterScript('const a = {}; a[key] = req.query.x; const b = a.c');
    expect(dangerous('b')).toBe(true);
  });

  it('by a name alone sets a field of the object, where there is one', async () => {
    const code = (value: string) => ({ 'A.java': `class A { String v; void set(String x) { v = x; } String get() { return v; } } A o = new A(); o.set(${value}); String a = o.get();` });
    expect((await after(code('request.getParameter("q")'))).dangerous('a')).toBe(true);
    expect((await after(code('"x"'))).known('a')).toBe('x');
  });

  it('to a call changes nothing', async () => {
    expect((await afterScript('let a = 1; f().b = req.query.x; f()[0] = req.query.x')).known('a')).toBe(1);
  });
});

describe('what a method has changed', () => {
  it('is put back where it came from', async () => {
    const { dangerous, known } = await afterScript('const m = new Map(); m.set("k", []); m.get("k").push(req.query.x); const a = m.get("k"), b = m.get("l"); const c = []; c.push(1); const d = c.length');
    expect([dangerous('a'), dangerous('b'), known('d')]).toEqual([true, false, 1]);
  });
});
