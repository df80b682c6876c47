import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { perWord, wordAt } from './words.ts';

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
  });
});

it('a question of a word is answered the same each time, and asked once', () => {
  const asked: string[] = [];
  const isLong = perWord((word) => asked.push(word) > 0 && word.length > 2);
  expect(['a', 'abc', 'a', 'abc', '__proto__'].map(isLong)).toEqual([false, true, false, true, true]);
  expect(asked).toEqual(['a', 'abc', '__proto__']);
});
