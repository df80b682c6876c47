import { describe, expect, it } from 'vitest';
import { after } from './testing.ts';
import { isThis } from './targets.ts';

const knownIn = async (files: Record<string, string>) => (await after(files)).known('a');

describe('what a call runs', () => {
  it('is a function of the file, or one that it imports', async () => {
    expect(await knownIn({ 'a.py': 'def f():\n    return 1\na = f()\n' })).toBe(1);
    expect(await knownIn({ 'a.py': 'from lib.tools import f\na = f()\n', 'lib/tools.py': 'def f():\n    return 2\n' })).toBe(2);
    expect(await knownIn({ 'a.py': 'from lib.tools import g\na = g()\n', 'lib/tools.py': 'def f():\n    return 2\n' })).toBeUndefined();
  });

  it('is a method of a class by its name, of this file or another', async () => {
    expect(await knownIn({ 'A.java': 'class B { static int f() { return 1; } } int a = B.f();' })).toBe(1);
    expect(await knownIn({ 'A.java': 'int a = B.f();', 'B.java': 'class B { static int f() { return 2; } }' })).toBe(2);
    expect(await knownIn({ 'A.java': 'int a = b.f();', 'b.java': 'class b { static int f() { return 2; } }' })).toBeUndefined();
  });

  it('is the one with as many parameters', async () => {
    expect(await knownIn({ 'A.java': 'class B { static int f(int x) { return 1; } static int f(int x, int y) { return 2; } } int a = B.f(0, 0);' })).toBe(2);
  });

  it('is inherited, from other files too', async () => {
    expect(await knownIn({ 'A.java': 'class B extends C { } B b = new B(); int a = b.f();', 'C.java': 'class C { int f() { return 3; } }' })).toBe(3);
  });

  it('is that of the object, and not of the class that calls it', async () => {
    expect(await knownIn({ 'A.java': 'class B { int f() { return 1; } int g() { return f(); } } class C extends B { int f() { return 2; } } C c = new C(); int a = c.g();' })).toBe(2);
  });

  it('is nothing where a class is its own base', async () => {
    expect(await knownIn({ 'A.java': 'class B extends C { } class C extends B { } B b = new B(); int a = b.f();' })).toBeUndefined();
  });
});

it('is the object itself by the names that languages have for it', () => {
  expect(['this', 'self', '$this', 'that'].map(isThis)).toEqual([true, true, true, false]);
});
