import { emptyRoot, hashChildren, hashSize } from '../merkle.ts';
import { MissingTile, subtreeRoot, tileWidth } from './tree.ts';

/** Gives a tile's hashes, full or as far as it goes; undefined when there is none. */
export type ReadTile = (level: number, index: number) => Promise<Uint8Array | undefined>;

/** Proofs and roots from tiles alone (C2SP tlog-tiles). Of a tile read once, nothing is kept. Throws {@link MissingTile} where one is not there. */
export class Proofs {
  readonly #tile: ReadTile;

  constructor(tile: ReadTile) {
    this.#tile = tile;
  }

  /** Root of the tree of the first `size` leaves. */
  async root(size: number): Promise<Uint8Array> {
    return size === 0 ? emptyRoot : this.#range(0, size);
  }

  /** Inclusion proof of the leaf at `index` (from 0) in the tree of `size` leaves, lowest node first (RFC 9162 §2.1.3.1). */
  async inclusion(index: number, size: number): Promise<Uint8Array[]> {
    const path: Uint8Array[] = [];
    for (let begin = 0, end = size; end - begin > 1; ) {
      const middle = begin + split(end - begin);
      if (index < middle) {
        path.push(await this.#range(middle, end));
        end = middle;
      } else {
        path.push(await this.#range(begin, middle));
        begin = middle;
      }
    }
    return path.reverse();
  }

  /** Consistency proof between the trees of the first `size1` and `size2` leaves (RFC 9162 §2.1.4.1); empty when they are the same. */
  async consistency(size1: number, size2: number): Promise<Uint8Array[]> {
    const path: Uint8Array[] = [];
    let [begin, end] = [0, size2];
    while (end !== size1) {
      const middle = begin + split(end - begin);
      if (size1 <= middle) {
        path.push(await this.#range(middle, end));
        end = middle;
      } else {
        path.push(await this.#range(begin, middle));
        begin = middle;
      }
    }
    if (begin > 0) path.push(await this.#range(begin, end));
    return path.reverse();
  }

  /** Hash over the leaves from `begin` to before `end`, of which `begin` is where a subtree starts that is at least so long. */
  async #range(begin: number, end: number): Promise<Uint8Array> {
    const count = end - begin;
    const left = split(count);
    if (left * 2 === count || count === 1) return this.#subtree(begin, count);
    return hashChildren(await this.#subtree(begin, left), await this.#range(begin + left, end));
  }

  /** Hash of a complete subtree: in the lowest tile that has it, with at most 256 hashes to read. */
  async #subtree(begin: number, count: number): Promise<Uint8Array> {
    let level = 0;
    let [index, width] = [begin, count];
    for (; width >= tileWidth; level++) [index, width] = [index / tileWidth, width / tileWidth];
    const tile = Math.floor(index / tileWidth);
    const hashes = await this.#tile(level, tile);
    const from = index % tileWidth;
    if (hashes === undefined || hashes.length < (from + width) * hashSize) throw new MissingTile(level, tile);
    return subtreeRoot(hashes, from, width);
  }
}

/** The largest power of two below `n`; 1 for 1. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
