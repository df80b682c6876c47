import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WordFinder } from './automaton.ts';

it('finds every occurrence of every word, as looking for each alone does', () => {
  const letters = fc.constantFrom('a', 'b', 'A', '_', '-');
  const word = fc.array(letters, { minLength: 1, maxLength: 5 }).map((all) => all.join('').toLowerCase());
  const text = fc.array(fc.oneof(letters, fc.constantFrom(' ', 'é', '€')), { maxLength: 60 }).map((all) => all.join(''));
  fc.assert(fc.property(fc.uniqueArray(word, { maxLength: 12 }), text, (words, read) => {
    const expected = words.map((one) => Array.from({ length: read.length }, (_, i) => i + 1).filter((end) => read.slice(0, end).toLowerCase().endsWith(one)));
    const found = new WordFinder(words).in(read);
    expect(words.map((_, index) => found.get(index) ?? [])).toEqual(expected);
  }));
});
