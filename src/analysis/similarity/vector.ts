import { hashText } from './mix.ts';

export const dimensions = 128;
export const vectorBytes = dimensions / 2;

/** Largest size of a number of a vector, which has four bits: −7 to 7. */
const most = 7;

/**
 * Features with weights as a vector of 128 numbers: each is added to, or taken from, the number that its hash names, so that no list of all features is needed and
 * strangers cancel out on average (Weinberger et al., "Feature hashing for large scale multitask learning", 2009). Scaled to what four bits hold, two numbers to a byte.
 */
export function vectorOf(features: ReadonlyMap<string, number>): Uint8Array {
  const sums = new Float64Array(dimensions);
  for (const [feature, weight] of [...features].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const hash = hashText(feature);
    sums[hash % dimensions]! += hash >>> 31 ? -weight : weight;
  }
  const largest = sums.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  const packed = new Uint8Array(vectorBytes);
  for (let i = 0; i < dimensions; i++) packed[i >> 1]! |= ((largest === 0 ? 0 : Math.round((sums[i]! / largest) * most)) + 8) << (i & 1 ? 4 : 0);
  return packed;
}

/** The cosine of the angle between two vectors, 0 to 1; what points away counts as 0. Both begin at byte `at`. */
export function cosine(a: Uint8Array, b: Uint8Array, at = 0): number {
  let [product, left, right] = [0, 0, 0];
  for (let i = at; i < at + vectorBytes; i++) {
    const x = a[i]!;
    const y = b[i]!;
    const x1 = (x & 15) - 8;
    const x2 = (x >> 4) - 8;
    const y1 = (y & 15) - 8;
    const y2 = (y >> 4) - 8;
    product += x1 * y1 + x2 * y2;
    left += x1 * x1 + x2 * x2;
    right += y1 * y1 + y2 * y2;
  }
  return left === 0 || right === 0 ? 0 : Math.max(0, product / Math.sqrt(left * right));
}
