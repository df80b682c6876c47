import { describe, expect, it } from 'vitest';
import { shapeOf } from './testing.ts';

describe('the arguments of a call', () => {
  it('are told by place or by name', () => {
    expect(shapeOf('a.py', 'f(1, b=x, *c)')).toBe('(call f 1 b=x c)');
    expect(shapeOf('A.cs', 'F(a: 1, out var b);')).toBe('(call F a=1 b)');
    expect(shapeOf('a.rb', 'f(a, b: 1, "c" => d, &e)')).toBe('(call f a b=1 (dict "c":d) e)');
    expect(shapeOf('a.go', 'package m\nvar x = f(a, bs...)')).toBe('(call f a bs)');
  });

  it('may be one that is run through', () => {
    expect(shapeOf('a.py', 'f(x for x in xs if x)')).toBe('(call f (many (for x xs) x))');
  });

  it('end with the block behind them', () => {
    expect(shapeOf('a.rb', 'f(1) do |x, y| x end')).toBe('(call f 1 (func x,y))');
  });
});
