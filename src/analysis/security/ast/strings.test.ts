import { describe, expect, it } from 'vitest';
import { shapeOf } from './testing.ts';

describe('a text', () => {
  it('has what its marks stand for', () => {
    expect(shapeOf('a.js', '"a\\nb"')).toBe('"a\\nb"');
    expect(shapeOf('a.py', '"a" "b"')).toBe('"ab"');
  });

  it('has the expressions in its holes', () => {
    expect(shapeOf('a.js', '`a ${b + 1} c`')).toBe('(text "a ${b + 1} c" (+ b 1))');
    expect(shapeOf('a.py', 'f"a {b}" "c"')).toBe('(text (text "a {b}" b) "c")');
    expect(shapeOf('a.rb', '"a #{b}"')).toBe('(text "a #{b}" b)');
    expect(shapeOf('a.php', '<?php "a $b->c {$d[\'e\']}";')).toBe('(text "a $b->c {$d[\'e\']}" ([] $d "e"))');
    expect(shapeOf('A.cs', 'x = $@"a {b}";')).toBe('(= x (text "a {b}" b))');
  });

  it('has none where its quotes say so', () => {
    expect(shapeOf('a.php', '<?php \'a $b\';')).toBe('"a $b"');
  });
});
