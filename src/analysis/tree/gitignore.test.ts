import fc from 'fast-check';
import ignore from 'ignore';
import { describe, expect, it } from 'vitest';
import { IgnoreRules } from './gitignore.ts';

/** As the walk asks: each directory above first, since what is in an ignored one is not looked at. */
function isIgnored(rules: IgnoreRules, path: string): boolean {
  const names = path.replace(/\/$/, '').split('/');
  return names.some((_, i) => rules.ignores(names.slice(0, i + 1).join('/'), i < names.length - 1 || path.endsWith('/')));
}

describe('rules of .gitignore', () => {
  it.each([
    ['*.log', 'a/b.log', true], ['/a', 'b/a', false], ['/a', 'a', true], ['a/', 'a', false], ['a/', 'a/', true], ['a/b', 'x/a/b', false], ['**/a/b', 'x/a/b', true], ['a/**', 'a', false], ['a/**', 'a/b/c', true],
    ['a/**/b', 'a/b', true], ['a/**/b', 'a/x/y/b', true], ['*\n!keep', 'keep', false], ['a/\n!a/b', 'a/b', true], ['\\#x', '#x', true], ['# x', '# x', false], ['[ab]?.t[!x]t', 'b1.tat', true], ['[ab]?.t[!x]t', 'b1.txt', false], ['x\\ ', 'x ', true], ['x ', 'x', true],
  ])('%j, %s: %s', (text, path, ignored) => {
    expect(isIgnored(new IgnoreRules(text), path)).toBe(ignored);
  });

  it('mean what they mean to the tools that people use', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', 'ab', '*', '**', '?', '/', '*.a', '!'), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')).filter((text) => !/\*\*\*|[^/!]\*\*|\*\*[^/]|\/\/|.!|!\/?$|^!?\/?$|\*\*\/\*\*/.test(text));
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', 'b.a'), { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
    fc.assert(fc.property(fc.array(pattern, { minLength: 1, maxLength: 3 }), path, (lines, path) => {
      const text = lines.join('\n');
      expect(isIgnored(new IgnoreRules(text), path)).toBe(ignore().add(text).ignores(path));
    }), { numRuns: 3000 });
  });

  it('are matched in bounded time', () => {
    const name = 'a'.repeat(255);
    expect(new IgnoreRules(`${'*a'.repeat(2000)}b`).ignores(name, false)).toBe(false);
    expect(new IgnoreRules(`${'**/'.repeat(1000)}b`).ignores(Array.from({ length: 40 }, () => name).join('/'), false)).toBe(false);
    expect(new IgnoreRules('a'.repeat(1 << 20)).size).toBe(0);
    expect(new IgnoreRules('a\n'.repeat(1 << 18)).size).toBeLessThan(3000);
  });
});
