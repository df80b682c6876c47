import { emptyRoot, hashChildren } from '../merkle.ts';

/** The definitions of RFC 9162 §2.1 as they stand there, over leaf hashes: slow, and obviously right. */

/** The largest power of two below `n`. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** §2.1.1. */
export function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length < 2) return leaves[0] ?? emptyRoot;
  const k = split(leaves.length);
  return hashChildren(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** §2.1.3.1. */
export function naiveInclusion(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return index < k ? [...naiveInclusion(index, leaves.slice(0, k)), naiveRoot(leaves.slice(k))] : [...naiveInclusion(index - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

/** §2.1.4.1. */
export function naiveConsistency(first: number, leaves: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (first === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const k = split(leaves.length);
  return first <= k
    ? [...naiveConsistency(first, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))]
    : [...naiveConsistency(first - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}
