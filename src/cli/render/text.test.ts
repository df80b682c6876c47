import { describe, expect, it } from 'vitest';
import { coloured, plain } from './text.ts';
import { bytes, cores, duration } from './units.ts';

const escape = '\u001b';

describe('foreign text on a terminal', () => {
  it('loses everything that a terminal would obey', () => {
    expect(plain(`a${escape}[2Jb${escape}]0;title\u0007c${escape}[31md${escape}(0e\u0008f\u009bg`)).toBe('abcdefg');
    expect(plain('two\r\nlines')).toBe('two lines');
    expect(plain(`${escape}]52;c;never closed`)).toBe('');
  });

  it('keeps its colours in logs, and ends them with the line', () => {
    expect(coloured(`${escape}[1;31mred${escape}[2K`)).toBe(`${escape}[1;31mred${escape}[0m`);
    expect(coloured('plain\ttext')).toBe('plain\ttext');
  });

  it('is not written from right to left in places', () => {
    expect([plain('a\u202egpj.js'), coloured('\u2066b\u2069')]).toEqual(['agpj.js', 'b']);
  });

  it('cannot smuggle a sequence in', () => {
    expect(coloured(`\ue000[2J${escape}${escape}[2J[2J`)).not.toContain(`${escape}[2J`);
  });
});

describe('amounts', () => {
  it('are short and have a unit', () => {
    expect([0, 950, 1234, 65_000, 3_900_000, 100_000_000].map(duration)).toEqual(['0ms', '950ms', '1.2s', '1m 5s', '1h 5m', '1d 3h']);
    expect([0, 512, 52_428_800, null].map(bytes)).toEqual(['0 B', '512 B', '50.0 MiB', '-']);
    expect([5, 250, 1500, undefined].map(cores)).toEqual(['0.005', '0.25', '1.50', '-']);
  });
});
