import { describe, expect, it } from 'vitest';
import type { Expr } from '../nodes.ts';
import { parse } from '../parse.ts';

function value(path: string, code: string): Expr | null {
  const [first] = parse(path, `var a = ${code};`).body;
  return first?.s === 'declare' ? first.value : null;
}
const java = (code: string) => value('A.java', code);
const csharp = (code: string) => value('A.cs', code);

describe('new', () => {
  it('makes an object of a class, by its whole name', () => {
    expect(java('new a.b.C<>(1)')).toMatchObject({ k: 'call', made: true, callee: { name: 'a.b.C' }, args: [{ value: 1 }] });
  });

  it('makes an array of what stands in braces, or an empty one', () => {
    expect(java('new String[] {"x", y}')).toMatchObject({ k: 'list', items: [{ value: 'x' }, { name: 'y' }] });
    expect(java('new int[2][n + 1]')).toEqual({ k: 'list', items: [], line: 1 });
  });

  it('makes a class without a name, and an object with initial members', () => {
    expect(java('new Object() { int f() { return 1; } }')).toMatchObject({ k: 'call', body: { bases: ['Object'], body: [{ func: { name: 'f' } }] } });
    expect(csharp('new A(1) { B = 2 }')).toMatchObject({ k: 'call', args: [{ value: 1 }, { k: 'dict', entries: [{ key: { value: 'B' }, value: { value: 2 } }] }] });
    expect(csharp('new { B = 2 }')).toMatchObject({ k: 'dict' });
  });
});

describe('a parenthesis', () => {
  it('before an arrow holds the parameters of a function', () => {
    expect(java('(int x, y) -> x')).toMatchObject({ k: 'func', func: { params: [{ name: 'x', type: 'int' }, { name: 'y' }], body: [{ s: 'return' }] } });
    expect(csharp('async () => { f(); }')).toMatchObject({ k: 'func', func: { params: [], body: [{ s: 'expr' }] } });
    expect(java('x -> x')).toMatchObject({ k: 'func', func: { params: [{ name: 'x' }] } });
  });

  it('around a type before an operand is a cast; around a value it is nothing', () => {
    expect(java('(List<T>) b')).toMatchObject({ k: 'cast', type: 'List', operand: { name: 'b' } });
    expect(java('(int) -1')).toMatchObject({ k: 'cast', type: 'int' });
    expect(java('(b) - 1')).toMatchObject({ k: 'binary', op: '-' });
  });
});

describe('a switch as a value', () => {
  it('gives what its cases say', () => {
    expect(java('switch (k) { case 1 -> "x"; default -> "y"; }')).toMatchObject({ k: 'func', func: { name: '<now>', body: [{ s: 'switch', cases: [{ body: [{ s: 'return', value: { value: 'x' } }] }, { tests: [] }] }] } });
  });
});

describe('what asks for a type', () => {
  it('is no value', () => {
    expect(csharp('typeof(A)')).toMatchObject({ k: 'lit', value: null });
  });
});
