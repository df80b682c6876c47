import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesIn } from './lines.ts';

describe('the lines of a manifest', () => {
  it.each([
    ['{\n "name": "express",\n "dependencies": {\n  "express": "4"\n }\n}', 'express', 4],
    ['[dependencies]\naxum-extra = "1"\naxum = "0.7"\n[dependencies.tokio]\nversion = "1"', 'axum', 3],
    ['[dependencies]\naxum-extra = "1"\naxum = "0.7"\n[dependencies.tokio]\nversion = "1"', 'tokio', 4],
    ['[project]\ndependencies = [\n  "Flask>=2",\n]', 'flask', 3],
    ['{"a":1,"b":2}', 'b', 1],
    ['services:\n  web:\n    image: x', 'web', 2],
    ['a\nb', 'none', 1],
  ])('tell where a name stands: %j, %s', (text, name, line) => {
    expect(linesIn(text).of(name)).toBe(line);
  });

  it('tell the line of any place', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '"', ':') }), fc.nat(30), (text, index) => {
      const place = Math.min(index, text.length);
      expect(linesIn(text).at(place)).toBe(text.slice(0, place).split('\n').length);
    }));
  });

  it('are found in one pass, also for names that objects have by themselves', () => {
    const names = Array.from({ length: 30_000 }, (_, i) => `name-${i}`);
    const text = names.map((name) => `"${name}": 1`).join('\n');
    names.forEach((name, i) => expect(linesIn(text).of(name)).toBe(i + 1));
    expect(linesIn('x\n__proto__ = 1\nconstructor = 2').of('constructor')).toBe(3);
  });
});
