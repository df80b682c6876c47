import { describe, expect, it } from 'vitest';
import { shapeOf } from './testing.ts';

describe('an operand', () => {
  it('may be a number or a word with a value', () => {
    expect(shapeOf('a.py', '1_000')).toBe('1000');
    expect(shapeOf('A.java', 'x = 10L;')).toBe('(= x 10)');
    expect(shapeOf('a.js', 'x = 0xFF')).toBe('(= x 255)');
    expect(shapeOf('a.py', 'None')).toBe('null');
  });

  it('may be a list, in which what is left out keeps its place', () => {
    expect(shapeOf('a.js', '[1, , ...b]')).toBe('(list 1 null b)');
    expect(shapeOf('a.py', '[x + 1 for x in xs]')).toBe('(list (many (for x xs) (+ x 1)))');
    expect(shapeOf('a.py', '(a, b)')).toBe('(list a b)');
  });

  it('may be a dictionary, a set or an object', () => {
    expect(shapeOf('a.php', '<?php [1, \'a\' => $b];')).toBe('(dict _:1 "a":$b)');
    expect(shapeOf('a.py', '{a: 1, **b}')).toBe('(dict a:1 _:b)');
    expect(shapeOf('a.py', '{a, b}')).toBe('(dict _:a _:b)');
    expect(shapeOf('a.rb', '{ a: 1, :b => 2 }')).toBe('(dict "a":1 "b":2)');
    expect(shapeOf('a.js', '({ a, [b]: 1, c() { }, ...d, "e": f, get g() { } })')).toBe('(dict "a":a b:1 "c":(func ) _:d "e":f "g":(func ))');
  });

  it('in brackets is its last, or any of them', () => {
    expect(shapeOf('a.js', '(a, b)')).toBe('(many a b)');
  });
});
