import fc from 'fast-check';
import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { groupedBelow, isBelow, within } from './paths.ts';

const part = fc.constantFrom('a', 'b', 'cd', '.', '..', '.hidden', 'a.b', '');
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const directory = fc.uniqueArray(fc.constantFrom('a', 'b', 'a.b'), { maxLength: 3 }).map((parts) => parts.join('/') || '.');

it('joins a directory and a name as they are normalised', () => {
  fc.assert(fc.property(fc.oneof(directory, path), path, (from, name) => {
    expect(within(from, name)).toBe(posix.join(from, name));
  }));
});

it('groups directories by all that they lie below, in their order', () => {
  fc.assert(fc.property(fc.uniqueArray(directory), directory, (all, above) => {
    expect(groupedBelow(all)(above)).toEqual(all.filter((one) => one !== above && isBelow(one, above)));
  }));
});
