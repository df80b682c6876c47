import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRoot, hashChildren, hashLeaf, ProofError, rootFromInclusionProof, verifyConsistency, verifyInclusion } from './merkle.ts';
import { naiveConsistency, naiveInclusion, naiveRoot } from './testing/tree.ts';

const most = 130;
const leaves = Array.from({ length: most }, (_, i) => hashLeaf(Buffer.from(`leaf ${i}`)));
const roots = Array.from({ length: most + 1 }, (_, size) => naiveRoot(leaves.slice(0, size)));
const other = new Uint8Array(32).fill(7);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Every way in which a list of nodes is spoilt by one step. */
function* spoilt(proof: readonly Uint8Array[]): Generator<Uint8Array[]> {
  for (let i = 0; i <= proof.length; i++) yield [...proof.slice(0, i), other, ...proof.slice(i)];
  for (let i = 0; i < proof.length; i++) {
    const flipped = Uint8Array.from(proof[i]!);
    flipped[i % 32]! ^= 1 << (i % 8);
    yield proof.toSpliced(i, 1);
    yield proof.with(i, flipped);
    yield proof.with(i, proof[i]!.slice(0, 31));
    yield proof.with(i, Uint8Array.from([...proof[i]!, 0]));
    yield proof.with(i, new Uint8Array());
    if (i > 0) yield proof.with(i, proof[i - 1]!).with(i - 1, proof[i]!);
  }
}

function fails(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof ProofError && error.code === 'ledger.proof') return true;
    throw error;
  }
}

describe('hashes of the tree', () => {
  it('are those of RFC 6962', () => {
    const sha256 = (...parts: (string | Uint8Array)[]) => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest('hex');
    expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hex(hashLeaf(new Uint8Array()))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(hex(hashLeaf(Buffer.from('L123456')))).toBe(sha256('\0', 'L123456'));
    expect(hex(hashChildren(leaves[0]!, leaves[1]!))).toBe(sha256('\x01', leaves[0]!, leaves[1]!));
    expect(fails(() => hashChildren(new Uint8Array(31), leaves[0]!))).toBe(true);
  });
});

describe('an inclusion proof', () => {
  it('holds for every leaf of every tree', () => {
    for (let size = 1; size <= most; size++) {
      for (let index = 0; index < size; index++) {
        const proof = naiveInclusion(index, leaves.slice(0, size));
        expect(hex(rootFromInclusionProof(BigInt(index), BigInt(size), leaves[index]!, proof))).toBe(hex(roots[size]!));
        verifyInclusion(BigInt(index), BigInt(size), leaves[index]!, proof, roots[size]!);
      }
    }
  });

  it('fails once anything of it is changed', () => {
    for (let size = 1; size <= 34; size++) {
      for (let index = 0; index < size; index++) {
        const proof = naiveInclusion(index, leaves.slice(0, size));
        const [at, of, leaf, root] = [BigInt(index), BigInt(size), leaves[index]!, roots[size]!];
        for (const wrong of spoilt(proof)) expect(fails(() => verifyInclusion(at, of, leaf, wrong, root))).toBe(true);
        for (const wrong of [0n, 1n, 2n, at + 1n, at - 1n, at ^ 2n, of, of + 1n]) if (wrong !== at) expect(fails(() => verifyInclusion(wrong, of, leaf, proof, root))).toBe(true);
        for (const wrong of [other, leaf.slice(1), new Uint8Array(), emptyRoot]) {
          expect(fails(() => verifyInclusion(at, of, wrong, proof, root))).toBe(true);
          expect(fails(() => verifyInclusion(at, of, leaf, proof, wrong))).toBe(true);
        }
      }
    }
  });

  it('fails for a tree without leaves, beyond the size and below zero', () => {
    for (const [index, size] of [[0n, 0n], [1n, 0n], [1n, 1n], [2n, 1n], [-1n, 1n], [0n, -1n], [0n, 2n ** 64n]] as const) {
      for (const leaf of [leaves[0]!, emptyRoot, new Uint8Array()]) for (const root of [leaf, emptyRoot, new Uint8Array()]) expect(fails(() => verifyInclusion(index, size, leaf, [], root))).toBe(true);
    }
  });

  it('of the largest tree needs as many nodes as it is high', () => {
    const size = 2n ** 64n - 1n;
    const proof = Array.from({ length: 64 }, () => other);
    expect(rootFromInclusionProof(0n, size, leaves[0]!, proof)).toHaveLength(32);
    expect(fails(() => rootFromInclusionProof(0n, size, leaves[0]!, proof.slice(1)))).toBe(true);
    expect(fails(() => rootFromInclusionProof(0n, size, leaves[0]!, [...proof, other]))).toBe(true);
  });
});

describe('a consistency proof', () => {
  it('holds between every two sizes', () => {
    for (let second = 1; second <= most; second++) {
      const tree = leaves.slice(0, second);
      for (let first = 1; first <= second; first++) verifyConsistency(BigInt(first), BigInt(second), naiveConsistency(first, tree), roots[first]!, roots[second]!);
    }
  });

  it('fails once anything of it is changed', () => {
    for (let second = 1; second <= 34; second++) {
      for (let first = 1; first <= second; first++) {
        const proof = naiveConsistency(first, leaves.slice(0, second));
        const [from, to, before, after] = [BigInt(first), BigInt(second), roots[first]!, roots[second]!];
        for (const wrong of spoilt(proof)) expect(fails(() => verifyConsistency(from, to, wrong, before, after))).toBe(true);
        expect(fails(() => verifyConsistency(from, to, [...proof, before], before, after))).toBe(true);
        expect(fails(() => verifyConsistency(from, to, [before, ...proof], before, after))).toBe(true);
        for (const wrong of [other, emptyRoot, new Uint8Array(), before.slice(1)]) {
          expect(fails(() => verifyConsistency(from, to, proof, wrong, after))).toBe(true);
          expect(fails(() => verifyConsistency(from, to, proof, before, wrong))).toBe(true);
        }
        if (first !== second) {
          expect(fails(() => verifyConsistency(to, from, proof, after, before))).toBe(true);
          expect(fails(() => verifyConsistency(from, to, proof, after, before))).toBe(true);
          expect(fails(() => verifyConsistency(from, to, [], before, after))).toBe(true);
        }
      }
    }
  });

  it('says nothing of the empty tree, of sizes that shrink and of equal sizes with other roots', () => {
    for (const [first, second, proof, before, after] of [
      [0n, 0n, [], emptyRoot, emptyRoot], [0n, 0n, [], emptyRoot, leaves[0]!], [0n, 0n, [emptyRoot], emptyRoot, emptyRoot], [0n, 1n, [], emptyRoot, leaves[0]!], [0n, 1n, [emptyRoot], emptyRoot, leaves[0]!], [1n, 0n, [], leaves[0]!, emptyRoot],
      [-1n, 1n, [], leaves[0]!, leaves[0]!], [1n, 2n ** 64n, [], leaves[0]!, leaves[0]!], [1n, 1n, [], leaves[0]!, leaves[1]!], [1n, 1n, [other], leaves[0]!, leaves[0]!],
    ] as const) expect(fails(() => verifyConsistency(first, second, proof, before, after))).toBe(true);
  });
});

describe('verification', () => {
  it('throws nothing but its own error, whatever it is given', () => {
    const anything = fc.oneof(fc.bigInt(), fc.uint8Array({ maxLength: 40 }), fc.array(fc.uint8Array({ minLength: 30, maxLength: 33 })), fc.anything());
    fc.assert(fc.property(anything, anything, anything, anything, anything, (a, b, c, d, e) => {
      for (const verify of [verifyInclusion, verifyConsistency]) {
        try {
          (verify as (...values: unknown[]) => void)(a, b, c, d, e);
        } catch (error) {
          expect(error).toBeInstanceOf(ProofError);
        }
      }
    }), { numRuns: 2_000, examples: [[{ toString: null }, [], new Uint8Array(), [], 0n]] });
  });
});
