import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText, mix } from './mix.ts';
import { permutations, resemblance, signatureOf } from './minhash.ts';
import { cosine, vectorOf } from './vector.ts';

/** Two sets of which so many members are in both. */
const sets = (shared: number, left: number, right: number, salt: number) => {
  const members = (from: number, count: number) => Array.from({ length: count }, (_, i) => mix(Math.imul(salt, 0x9e3779b1) + from + i));
  return [Uint32Array.from([...members(0, shared), ...members(1e6, left)]), Uint32Array.from([...members(0, shared), ...members(2e6, right)])] as const;
};

describe('a MinHash signature', () => {
  it('tells what two sets have in common within the bound of Hoeffding’s inequality', () => {
    // Exceeded in one of a thousand million comparisons.
    const bound = Math.sqrt(Math.log(2 / 1e-9) / (2 * permutations)) / (15 / 16);
    const count = fc.integer({ min: 0, max: 400 });
    fc.assert(fc.property(count, count, count, fc.nat(), (shared, left, right, salt) => {
      fc.pre(shared + left > 0 && shared + right > 0);
      const [a, b] = sets(shared, left, right, salt);
      expect(Math.abs(resemblance(signatureOf(a), signatureOf(b)) - shared / (shared + left + right))).toBeLessThan(bound);
    }), { numRuns: 200 });
  });

  it('is off by less than a twentieth on average, and grows with what is shared', () => {
    const means = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => {
      const errors = Array.from({ length: 60 }, (_, salt) => {
        const [a, b] = sets(Math.round(300 * share), Math.round(150 * (1 - share)), Math.round(150 * (1 - share)), salt + 1);
        return resemblance(signatureOf(a), signatureOf(b));
      });
      const mean = errors.reduce((sum, value) => sum + value, 0) / errors.length;
      expect(errors.reduce((sum, value) => sum + Math.abs(value - share), 0) / errors.length).toBeLessThan(0.05);
      return mean;
    });
    expect(means).toEqual(means.toSorted((a, b) => a - b));
  });

  it('does not depend on the order of the members', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1 }), (members) => {
      expect(signatureOf(Uint32Array.from(members.toReversed()))).toEqual(signatureOf(Uint32Array.from(members)));
    }));
  });
});

describe('a hashed vector', () => {
  const features = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 40 });

  it('points where an equal one points, in whatever order the features come', () => {
    fc.assert(fc.property(features, (names) => {
      const [one, other] = [names, names.toReversed()].map((list) => vectorOf(new Map(list.map((name) => [name, 1]))));
      expect(one).toEqual(other);
      const size = cosine(one!, other!);
      expect(size === 0 || Math.abs(size - 1) < 1e-9).toBe(true);
    }));
  });

  it('is at right angles to that of strangers, on average', () => {
    const angles = Array.from({ length: 300 }, (_, i) => cosine(vectorOf(new Map(Array.from({ length: 20 }, (_, j) => [`a${i}.${j}`, 1]))), vectorOf(new Map(Array.from({ length: 20 }, (_, j) => [`b${i}.${j}`, 1])))));
    expect(angles.reduce((sum, value) => sum + value, 0) / angles.length).toBeLessThan(0.1);
  });
});

it('hashes texts the same in every run', () => {
  expect([hashText(''), hashText('express')]).toEqual([2872998923, 2011915424]);
});
