import { describe, expect, it } from 'vitest';
import type { Func } from '../nodes.ts';
import { parse } from '../parse.ts';

function func(code: string): Func | undefined {
  const [first] = parse('a.ts', code).body;
  if (first?.s === 'func') return first.func;
  return first?.s === 'declare' && first.value?.k === 'func' ? first.value.func : undefined;
}

describe('a function', () => {
  it('has its name, parameters and body, and no types but those of parameters', () => {
    expect(func('async function* f<T extends U>(a: string, b?: Map<T, U>, ...c): Promise<T> { return a }')).toMatchObject({ name: 'f', params: [{ name: 'a', type: 'string' }, { name: 'b', type: 'Map' }, { name: 'c', type: null }], body: [{ s: 'return' }] });
  });

  it('takes its parameters apart before all else', () => {
    expect(func('function f({ a, b: { c } }, [d] = []) { return a }')).toMatchObject({ params: [{ name: '<0>' }, { name: '<1>', value: { k: 'list' } }], body: [{ value: { k: 'assign', target: { k: 'dict' } } }, { value: { k: 'assign', target: { k: 'list' } } }, { s: 'return' }] });
  });

  it('that is only declared has no body', () => {
    expect(func('function f(a: string): void;')).toMatchObject({ name: 'f', body: [] });
  });
});

describe('an arrow', () => {
  it.each(['const f = a => a', 'const f = (a) => a', 'const f = async (a: string): Promise<string> => a', 'const f = <T,>(a: T) => { return a }'])('makes a function: %s', (code) => {
    expect(func(code)).toMatchObject({ name: '', params: [{ name: 'a' }], body: [{ s: 'return', value: { name: 'a' } }] });
  });

  it('is missing after what is only in parentheses', () => {
    expect(parse('a.js', 'const f = (a, b)').body).toMatchObject([{ value: { k: 'many' } }]);
    expect(parse('a.js', 'const f = (a) ? b : c').body).toMatchObject([{ value: { k: 'cond' } }]);
  });
});

describe('decorators', () => {
  it('belong to the parameter that they stand before', () => {
    expect(parse('a.ts', 'class A { constructor(@Inject(B) private readonly b: B) { } }').body).toMatchObject([{ body: [{ func: { params: [{ name: 'b', type: 'B', annotations: ['Inject'] }] } }] }]);
  });
});
