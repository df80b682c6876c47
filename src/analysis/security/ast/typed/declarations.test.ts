import { describe, expect, it } from 'vitest';
import { parse } from '../parse.ts';

const java = (code: string) => parse('A.java', code);
const csharp = (code: string) => parse('A.cs', code);

describe('a class', () => {
  it('has its bases without their arguments, and its members', () => {
    expect(java('class A<T> extends b.C<T> implements D, E { int x; void f() { } }').body).toMatchObject([{ s: 'class', name: 'A', bases: ['C', 'D', 'E'], body: [{ s: 'declare', name: 'x' }, { s: 'func', func: { name: 'f' } }] }]);
  });

  it('that is a record can be made of its components and read by them', () => {
    const { body } = java('record P(int x, String y) { }');
    expect(body).toMatchObject([{ name: 'P', body: [{ func: { name: '<init>', params: [{ name: 'x' }, { name: 'y' }] } }, { func: { name: 'x' } }, { func: { name: 'y' } }] }]);
  });

  it('that is an enumeration keeps what comes after its values', () => {
    expect(java('enum E { A(1), B { void g() { } }; int f() { return 1; } }').body).toMatchObject([{ name: 'E', body: [{ func: { name: 'f' } }] }]);
  });
});

describe('a declaration', () => {
  it('declares several at once, without their brackets', () => {
    expect(java('int a = 1, b[] = {2}, c;').body).toMatchObject([{ name: 'a', type: 'int', value: { value: 1 } }, { name: 'b', value: { k: 'list' } }, { name: 'c', value: null }]);
  });

  it('knows no type where that is left to the compiler', () => {
    expect(csharp('var a = 1;').body).toMatchObject([{ s: 'declare', name: 'a', type: null }]);
  });

  it('of a constructor is told from a call', () => {
    expect(java('class A { A(int x) throws E { } } ').body).toMatchObject([{ body: [{ func: { name: '<init>', annotations: [{ name: 'constructor A' }] } }] }]);
    expect(java('run(x);').body).toMatchObject([{ s: 'expr', value: { k: 'call' } }]);
  });

  it('of a method may be an expression; without a body it is nothing', () => {
    expect(csharp('int F(int x) => x + 1;').body).toMatchObject([{ s: 'func', func: { name: 'F', body: [{ s: 'return' }] } }]);
    expect(java('int f(int x);').body).toEqual([]);
  });

  it('of a property has its accessors as functions', () => {
    expect(csharp('string S { get { return s; } set { s = value; } } = "x";').body).toMatchObject([{ s: 'declare', name: 'S', value: { value: 'x' } }, { func: { name: 'get S' } }, { func: { name: 'set S' } }]);
    expect(csharp('int Q => 1;').body).toMatchObject([{ func: { name: 'get Q' } }]);
  });

  it('is no word that begins a statement', () => {
    expect(java('return a; throw b; ').body).toMatchObject([{ s: 'return' }, { s: 'jump', to: 'throw' }]);
  });
});
