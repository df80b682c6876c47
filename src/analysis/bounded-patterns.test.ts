import './bounded-patterns.ts';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Made here, so that it is made after the module above was loaded, and of what no other pattern is. */
const pattern = (source: string) => new RegExp(source);

describe('a pattern', () => {
  it('that would try as many ways as there are atoms in the sea ends', () => {
    expect(pattern('^(?:bounded|bounded?)*(?:x+x+)+y$').test('bounded'.repeat(20) + 'x'.repeat(200))).toBe(false);
    expect(pattern('^(x+)+y').exec(`${'x'.repeat(5000)}y`)?.[1]).toBe('x'.repeat(5000));
  });

  it('that is tried at each line begins with the blanks of that line only: those of all lines after it would be read again at each', () => {
    const across = /[/|(:]\^\\s[*+](?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])*\/[a-z]*m|RegExp\(`\^\\\\s[*+]/;
    expect(across.test(String.raw`text.match(/^\s*[/a]b/m)`)).toBe(true);
    expect(across.test(String.raw`/a|^\s*b/m`)).toBe(true);
    expect(across.test('RegExp(`^\\\\s*b`)')).toBe(true);
    expect(globSync('**/*.ts', { cwd: import.meta.dirname }).filter((file) => !file.endsWith('.test.ts') && across.test(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')))).toEqual([]);
  });

  it('matches what it matched before', () => {
    expect(pattern('^(?:x+x+)+y$').exec('xxxxy')?.[0]).toBe('xxxxy');
    expect([...'a1b22'.matchAll(/\d+/g)].map(([number]) => number)).toEqual(['1', '22']);
  });

  it('may refer back, and look behind', () => {
    expect(pattern('(["\'])bounded\\1').test('"bounded"')).toBe(true);
    expect(pattern('(?<=bounded )pattern').exec('a bounded pattern')?.index).toBe(10);
  });
});
