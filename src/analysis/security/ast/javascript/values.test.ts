import { describe, expect, it } from 'vitest';
import type { Expr } from '../nodes.ts';
import { parse } from '../parse.ts';

function value(code: string): Expr | null {
  const [first] = parse('a.ts', `const a = ${code}`).body;
  return first?.s === 'declare' ? first.value : null;
}

describe('a value', () => {
  it('that is made has the whole name of its class', () => {
    expect(value('new a.B<C>(1, x)')).toMatchObject({ k: 'call', made: true, callee: { k: 'member', name: 'B' }, args: [{ value: 1 }, { name: 'x' }] });
    expect(value('new Date')).toMatchObject({ k: 'call', made: true, args: [] });
  });

  it('that is loaded is a call', () => {
    expect(value('await import("m")')).toMatchObject({ k: 'call', callee: { name: 'import' }, args: [{ value: 'm' }] });
  });

  it('may be a function or a class; nothing is known of the class', () => {
    expect(value('function (x) { return x }')).toMatchObject({ k: 'func', func: { name: '' } });
    expect(value('class extends B { }')).toEqual({ k: 'lit', value: null, line: 1 });
  });

  it('may have the name of a word that means something elsewhere', () => {
    expect(value('async')).toMatchObject({ k: 'name', name: 'async' });
    expect(value('async(1)')).toMatchObject({ k: 'call', callee: { name: 'async' } });
    expect(value('new.target')).toMatchObject({ k: 'member', name: 'target' });
  });
});
