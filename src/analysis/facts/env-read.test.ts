import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { completedRead } from './env-read.ts';

/** The read of `READ` in a text, completed. */
function read(extension: string, text: string, strict = false) {
  const tokens = tokensOf(extension, text);
  const at = tokens.findIndex((token) => token.text === 'READ');
  return completedRead(tokens, at, at + 1, strict);
}

describe('a read', () => {
  it.each([
    ['js', 'const port = READ', 'port'], ['js', 'const port = Number(READ)', 'port'], ['js', 'const port: number = parse(READ)', 'port'], ['go', 'port, err := READ', 'port'], ['go', 'port, ok := READ', 'port'],
    ['py', 'class S:\n  port: int = READ', 'port'], ['js', 'listen(READ)', null], ['js', 'return READ', null], ['js', 'x = if (READ)', null],
  ])('of %s knows who holds it: %s', (extension, text, holder) => {
    expect(read(extension, text).holder).toBe(holder);
  });

  it('is required when it fails by itself, unless something takes its place', () => {
    expect(read('py', 'a = READ', true)).toMatchObject({ required: true, optional: false });
    expect(read('py', 'a = READ or "x"', true)).toMatchObject({ required: false, optional: true, default: 'x' });
  });

  it('is required when the code gives up without it, there or later', () => {
    expect(read('js', 'if (!READ) throw 0').required).toBe(true);
    expect(read('js', 'const a = READ; f(); if (!a) throw 0').required).toBe(true);
    expect(read('js', 'if (READ) throw 0').required).toBe(false);
  });

  it('has the line it begins at', () => {
    expect(read('js', '\n\nf(READ)')).toEqual({ name: 'READ', line: 3, default: null, optional: false, required: false, holder: null });
  });
});
