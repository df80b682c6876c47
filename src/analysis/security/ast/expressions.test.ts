import { describe, expect, it } from 'vitest';
import { shapeOf } from './testing.ts';

describe('operators', () => {
  it('bind as strongly as their language says', () => {
    expect(shapeOf('a.js', 'a + b * c - d')).toBe('(- (+ a (* b c)) d)');
    expect(shapeOf('a.js', 'typeof a === !b')).toBe('(=== (typeof a) (! b))');
    expect(shapeOf('a.rb', 'a ** b ** c')).toBe('(** a (** b c))');
    expect(shapeOf('a.php', '<?php $a . $b . "c";')).toBe('(. (. $a $b) "c")');
  });

  it('assign from the right', () => {
    expect(shapeOf('a.js', 'a = b = c ?? d || e')).toBe('(= a (= b (?? c (|| d e))))');
  });

  it('choose between two values', () => {
    expect(shapeOf('a.js', 'x ? y : z ? 1 : 2')).toBe('(? x y (? z 1 2))');
    expect(shapeOf('a.py', 'y if x else z')).toBe('(? x y z)');
  });

  it('may be words', () => {
    expect(shapeOf('a.py', 'not a in b and c not in d')).toBe('(&& (! (in a b)) (not c d))');
    expect(shapeOf('a.js', 'await f(x)')).toBe('(call f x)');
  });

  it('shift, though their marks may also end the arguments of a type', () => {
    expect(shapeOf('A.java', 'x >>>= a >> b;')).toBe('(>>>= x (>> a b))');
    expect(shapeOf('A.java', 'x = a >> b >>> c;')).toBe('(= x (>>> (>> a b) c))');
  });

  it('ask for a type, and name what has it', () => {
    expect(shapeOf('A.java', 'b = o instanceof String s && s.isEmpty();')).toBe('(= b (&& (&& (instanceof o "String") (= s o)) (call (. s isEmpty))))');
    expect(shapeOf('a.ts', 'x as string satisfies T')).toBe('(as T (as string x))');
  });

  it('belong to the next line where the one before it is complete', () => {
    expect(shapeOf('a.js', 'a\n++b')).toBe('(++ b)');
  });
});
