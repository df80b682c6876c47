import { mix } from './mix.ts';

/** Permutations, and bits that are kept of the smallest number under each. */
export const permutations = 128;
const bits = 4;
export const signatureBytes = (permutations * bits) / 8;

const seeds = Uint32Array.from({ length: permutations }, (_, i) => mix(Math.imul(i + 1, 0x9e3779b1)));

/**
 * A signature of a set: for each of 128 permutations the lowest four bits of its smallest member, two to a byte. Two sets agree in a permutation as often as they
 * have members in common (Broder, 1997); four bits agree by chance one time in sixteen, which {@link resemblance} takes off (Li and König, "b-bit
 * minwise hashing", 2010).
 */
export function signatureOf(set: Uint32Array): Uint8Array {
  const signature = new Uint8Array(signatureBytes);
  for (let i = 0; i < permutations; i++) {
    const seed = seeds[i]!;
    let least = 0xffffffff;
    for (let j = 0; j < set.length; j++) {
      const value = mix(set[j]! ^ seed);
      if (value < least) least = value;
    }
    signature[i >> 1]! |= (least & 15) << (i & 1 ? 4 : 0);
  }
  return signature;
}

/** Equal halves of a byte, by the exclusive or of two. */
const agreeing = Uint8Array.from({ length: 256 }, (_, difference) => Number((difference & 15) === 0) + Number(difference >> 4 === 0));

/**
 * The share of members of either set that are in both (Jaccard), 0 to 1, as two signatures tell it: with a standard deviation of at most 0.05. By Hoeffding's
 * inequality it is off by more than t at most with a probability of 2·exp(−2·128·(15/16·t)²).
 * Both begin at byte `at`.
 */
export function resemblance(a: Uint8Array, b: Uint8Array, at = 0): number {
  let equal = 0;
  for (let i = at; i < at + signatureBytes; i++) equal += agreeing[a[i]! ^ b[i]!]!;
  const chance = 2 ** -bits;
  return Math.max(0, (equal / permutations - chance) / (1 - chance));
}
