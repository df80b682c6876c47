import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashLeaf, verifyConsistency, verifyInclusion } from '../merkle.ts';
import { Proofs } from './proofs.ts';
import { naiveConsistency, naiveInclusion, naiveRoot } from '../testing/tree.ts';
import { Tree, type TileStore } from './tree.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Tiles in memory, as a store has them. */
function memory(): TileStore & { all: Map<string, Uint8Array> } {
  const all = new Map<string, Uint8Array>();
  return { all, get: (level, index) => all.get(`${level}/${index}`), put: (level, index, hashes) => void all.set(`${level}/${index}`, hashes) };
}

function grown(leaves: readonly Uint8Array[]) {
  const store = memory();
  const tree = new Tree(store, 0, []);
  for (const leaf of leaves) tree.append(leaf);
  const tile = async (level: number, index: number) => store.get(level, index) ?? (index === Math.floor(leaves.length / 256 ** (level + 1)) ? tree.growing(level) : undefined);
  return { store, tree, proofs: new Proofs(tile) };
}

const many = Array.from({ length: 256 * 256 + 700 }, (_, i) => hashLeaf(Buffer.from(String(i))));

describe('the tree as it grows', () => {
  it('has the root of the definition at every size', () => {
    const tree = new Tree(memory(), 0, []);
    for (let size = 0; size < 700; size++) {
      expect(hex(tree.root)).toBe(hex(naiveRoot(many.slice(0, size))));
      tree.append(many[size]!);
    }
  });

  it('keeps the tiles that the specification’s example names for 70,000 leaves', () => {
    const { store, tree } = grown(many.slice(0, 65_536 + 300));
    expect([...store.all.keys()].filter((key) => key.startsWith('0/'))).toHaveLength(257);
    expect(store.get(1, 0)).toHaveLength(8_192);
    expect(store.get(1, 1)).toHaveLength(32);
    expect(store.get(2, 0)).toHaveLength(32);
    expect(hex(store.get(2, 0)!)).toBe(hex(naiveRoot(many.slice(0, 65_536))));
    expect(tree.growing(0)).toHaveLength(44 * 32);
  });

  it('goes on as the same tree after it was taken up again at any size', () => {
    for (const size of [0, 1, 255, 256, 257, 511, 512, 1_000, 65_535, 65_536, 65_537, 66_000]) {
      const { store, tree } = grown(many.slice(0, size));
      const again = new Tree(store, size, many.slice(size - (size % 256), size));
      expect(again.size).toBe(size);
      for (const leaf of many.slice(size, size + 300)) {
        tree.append(leaf);
        again.append(leaf);
        expect(hex(again.root)).toBe(hex(tree.root));
      }
      for (const level of [0, 1, 2]) expect(hex(again.growing(level))).toBe(hex(tree.growing(level)));
    }
  });
});

describe('proofs from tiles', () => {
  const { proofs } = grown(many);

  it('are those of the definition', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1_500 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (size, place) => {
      const at = Math.floor(place * size);
      const tree = many.slice(0, size);
      expect((await proofs.inclusion(at, size)).map(hex)).toEqual(naiveInclusion(at, tree).map(hex));
      expect((await proofs.consistency(at + 1, size)).map(hex)).toEqual(naiveConsistency(at + 1, tree).map(hex));
      expect(hex(await proofs.root(size))).toBe(hex(naiveRoot(tree)));
    }), { numRuns: 60 });
  });

  it('hold for large trees', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: many.length }), fc.integer({ min: 1, max: many.length }), async (a, b) => {
      const [small, large] = [Math.min(a, b), Math.max(a, b)];
      const [root1, root2] = [await proofs.root(small), await proofs.root(large)];
      verifyConsistency(BigInt(small), BigInt(large), await proofs.consistency(small, large), root1, root2);
      verifyInclusion(BigInt(small - 1), BigInt(large), many[small - 1]!, await proofs.inclusion(small - 1, large), root2);
    }), { numRuns: 100 });
  });
});
