import { describe, expect, it } from 'vitest';
import { shapeOf } from './testing.ts';

describe('what follows an operand', () => {
  it('is a member, an index or a call', () => {
    expect(shapeOf('a.js', 'a.b?.c[0](1).d')).toBe('(. (call ([] (. (. a b) c) 0) 1) d)');
    expect(shapeOf('a.php', '<?php $a->b::c()[] = 1;')).toBe('(= ([] (call (. (. $a b) c)) _) 1)');
    expect(shapeOf('a.js', 'i++')).toBe('(++ i)');
  });

  it('may be a slice', () => {
    expect(shapeOf('a.py', 'a[1:2, x]')).toBe('(call (. a slice) 1 2 x)');
  });

  it('may be a text that is tagged', () => {
    expect(shapeOf('a.js', 'sql`select ${id} from t`')).toBe('(call sql (text "select ${id} from t" id))');
  });

  it('may be arguments of a type, which have no value', () => {
    expect(shapeOf('a.ts', 'f<T>(x)!.y')).toBe('(. (call f x) y)');
    expect(shapeOf('a.go', 'package m\nvar x = y.(T).z')).toBe('(. y z)');
  });

  it('may be the fields of what is made', () => {
    expect(shapeOf('a.go', 'package m\nvar x = T{a: 1, b: y}')).toBe('(new T (dict "a":1 "b":y))');
  });

  it('may be a choice between values', () => {
    expect(shapeOf('A.cs', 'x = y switch { 1 => a, _ => b };')).toBe('(= x (many y a b))');
  });

  it('may be a block', () => {
    expect(shapeOf('a.rb', 'xs.map { |x| x }.first')).toBe('(. (call (. xs map) (func x)) first)');
  });
});
