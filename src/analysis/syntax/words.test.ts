import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordAt } from './words.ts';

describe('a word of a text', () => {
  it('is what stands there, whatever was asked before and however its hash falls', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'B', '_', 'é'), minLength: 1, maxLength: 70 });
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), fc.integer(), (words, hash) => {
      const text = words.join(' ');
      let at = 0;
      for (const one of words) {
        expect(wordAt(text, at, at + one.length, hash)).toBe(one);
        at += one.length + 1;
      }
    }));
  });

  it('may be called like what every object has', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) for (let i = 0; i < 2; i++) expect(wordAt(name, 0, name.length, 7)).toBe(name);
    expect(Object.prototype).not.toHaveProperty('length');
  });
});
