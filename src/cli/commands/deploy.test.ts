import { expect, it } from 'vitest';
import { fewWarnings } from './deploy.ts';

it('warns of each thing once, and of not too many', () => {
  expect(fewWarnings([])).toEqual([]);
  expect(fewWarnings(['a', 'b', 'a'])).toEqual(['a (2 times)', 'b']);
  expect(fewWarnings([...'abcdefghijj'])).toEqual([...'abcdefgh', '3 more: stratoswarm plan shows where']);
});
