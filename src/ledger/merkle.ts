import { StratoError } from '../model/errors.ts';
import { hashSize, sha256 } from './sha256.ts';

export { hashSize };
/** Sizes and indexes are unsigned integers of 64 bits, as in the formats that carry them. */
const largest = 2n ** 64n - 1n;

/** A proof that does not prove what it was given for, or that is none. Its code is `ledger.proof`. */
export class ProofError extends StratoError {
  constructor(why: string) {
    super('ledger.proof', 'the proof does not hold', { why });
    this.name = 'ProofError';
  }
}

/** Root of the tree without leaves (RFC 9162 §2.1.1). */
export const emptyRoot: Uint8Array = sha256('');

/** Hash of a leaf with the content `data`: SHA-256(0x00 ‖ data), RFC 9162 §2.1.1. */
export function hashLeaf(data: Uint8Array): Uint8Array {
  const input = new Uint8Array(data.length + 1);
  input.set(data, 1);
  return sha256(input);
}

const pair = new Uint8Array(1 + 2 * hashSize);
pair[0] = 1;

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 9162 §2.1.1. Throws {@link ProofError} unless both have 32 bytes. */
export function hashChildren(left: Uint8Array, right: Uint8Array): Uint8Array {
  requireHash(left, 'the left hash');
  requireHash(right, 'the right hash');
  pair.set(left, 1);
  pair.set(right, 1 + hashSize);
  return sha256(pair);
}

/**
 * The root of the tree of `size` leaves that follows from the leaf at `index` (from 0) and its inclusion proof, lowest node first
 * (RFC 9162 §2.1.3.2). Throws {@link ProofError} for an index beyond the size and a proof of the wrong length or form.
 */
export function rootFromInclusionProof(index: bigint, size: bigint, leafHash: Uint8Array, proof: readonly Uint8Array[]): Uint8Array {
  requireNumber(index, 'the index');
  requireNumber(size, 'the size');
  if (index >= size) throw new ProofError(`index ${index} is not below the size ${size}`);
  requireHash(leafHash, 'the hash of the leaf');
  requireHashes(proof);
  let node = index;
  let last = size - 1n;
  let root = leafHash;
  for (const sibling of proof) {
    if (last === 0n) throw new ProofError(`${proof.length} nodes are too many for index ${index} of ${size}`);
    if ((node & 1n) === 1n || node === last) {
      root = hashChildren(sibling, root);
      // The last node of an odd level goes up unchanged until it is a right child.
      while ((node & 1n) === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      root = hashChildren(root, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  if (last !== 0n) throw new ProofError(`${proof.length} nodes are too few for index ${index} of ${size}`);
  return root;
}

/**
 * Returns when `proof` shows that the leaf is at `index` (from 0) of the tree of `size` leaves with `root` (RFC 9162 §2.1.3.2). Throws
 * {@link ProofError} otherwise.
 */
export function verifyInclusion(index: bigint, size: bigint, leafHash: Uint8Array, proof: readonly Uint8Array[], root: Uint8Array): void {
  const calculated = rootFromInclusionProof(index, size, leafHash, proof);
  if (!(root instanceof Uint8Array) || !equal(calculated, root)) throw new ProofError('another root follows from it');
}

/**
 * Returns when `proof` shows that the tree of `size2` leaves with `root2` begins with that of `size1` leaves and `root1` (RFC 9162 §2.1.4.2).
 * For equal sizes the proof is empty and the roots are the same. Throws {@link ProofError} otherwise, also for `size1` 0: nothing is claimed of the
 * empty tree, so nothing can be proved.
 */
export function verifyConsistency(size1: bigint, size2: bigint, proof: readonly Uint8Array[], root1: Uint8Array, root2: Uint8Array): void {
  requireNumber(size1, 'the first size');
  requireNumber(size2, 'the second size');
  if (size1 > size2) throw new ProofError(`the first size, ${size1}, is above the second, ${size2}`);
  requireHashes(proof);
  if (!(root1 instanceof Uint8Array) || !(root2 instanceof Uint8Array)) throw new ProofError('a root is missing');
  if (size1 === 0n) throw new ProofError('there is no consistency proof from an empty tree');
  if (size1 === size2) {
    if (proof.length > 0) throw new ProofError('between equal sizes there is nothing to prove, but the proof has nodes');
    if (!equal(root1, root2)) throw new ProofError('the sizes are equal, but the roots are not');
    return;
  }
  // A first tree that is a whole subtree of the second is its own first node.
  const path = (size1 & (size1 - 1n)) === 0n ? [root1, ...proof] : proof;
  if (path.length === 0) throw new ProofError('the proof is empty');
  let node = size1 - 1n;
  let last = size2 - 1n;
  while ((node & 1n) === 1n) [node, last] = [node >> 1n, last >> 1n];
  let first = path[0]!;
  let second = path[0]!;
  for (const sibling of path.slice(1)) {
    if (last === 0n) throw new ProofError(`${proof.length} nodes are too many between ${size1} and ${size2}`);
    if ((node & 1n) === 1n || node === last) {
      first = hashChildren(sibling, first);
      second = hashChildren(sibling, second);
      while ((node & 1n) === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      second = hashChildren(second, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  if (last !== 0n) throw new ProofError(`${proof.length} nodes are too few between ${size1} and ${size2}`);
  if (!equal(first, root1)) throw new ProofError('another first root follows from it');
  if (!equal(second, root2)) throw new ProofError('another second root follows from it');
}

/** True for the same bytes. Hashes and roots are public, so the time that it takes tells nothing. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function requireNumber(value: bigint, what: string): void {
  if (typeof value !== 'bigint' || value < 0n || value > largest) throw new ProofError(`${what} is no unsigned integer of 64 bits, as a bigint`);
}

function requireHash(value: Uint8Array, what: string): void {
  if (!(value instanceof Uint8Array) || value.length !== hashSize) throw new ProofError(`${what} does not have ${hashSize} bytes`);
}

function requireHashes(proof: readonly Uint8Array[]): void {
  if (!Array.isArray(proof)) throw new ProofError('the proof is no list');
  proof.forEach((node, i) => requireHash(node, `node ${i} of the proof`));
}
