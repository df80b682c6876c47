import { emptyRoot, hashChildren, hashSize } from '../merkle.ts';

/** Hashes of a full tile, and the levels of the tree that one spans (C2SP tlog-tiles, “Merkle Tree”). */
export const tileWidth = 256;
const tileHeight = 8;

/** Where tiles are kept. A tile that is not full yet is put again when it has grown. */
export interface TileStore {
  /** The tile's hashes, one after the other; undefined when there is none. */
  get(level: number, index: number): Uint8Array | undefined;
  put(level: number, index: number, hashes: Uint8Array): void;
}

interface Growing {
  readonly hashes: Uint8Array;
  width: number;
}

/**
 * The Merkle tree over all events, as it grows: of each level only the tile that is not full yet, and the roots of the complete subtrees at the right
 * edge (a compact range). Each time a tile of leaves is full, it is put into the store with what that changes above it; the leaves behind
 * the last full tile are known from their rows alone, so that a single append writes nothing but its row.
 */
export class Tree {
  readonly #tiles: TileStore;
  /** Roots of complete subtrees by height; undefined where the size has a 0 bit. */
  readonly #edge: (Uint8Array | undefined)[] = [];
  readonly #growing: Growing[] = [];
  #size = 0;

  /** @param leaves - Hashes of the leaves behind the last full tile of leaves. */
  constructor(tiles: TileStore, size: number, leaves: readonly Uint8Array[]) {
    this.#tiles = tiles;
    this.#size = size - leaves.length;
    for (let level = 1, count = this.#size / tileWidth; count > 0; level++, count = Math.floor(count / tileWidth)) this.#resume(level, count);
    for (const leaf of leaves) this.append(leaf);
  }

  get size(): number {
    return this.#size;
  }

  /** Hash of the whole tree. */
  get root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const subtree of this.#edge) if (subtree !== undefined) root = root === undefined ? subtree : hashChildren(subtree, root);
    return root ?? emptyRoot;
  }

  /** Hashes of the tile at `level` that is not full yet; empty when the last one just became full. */
  growing(level: number): Uint8Array {
    const tile = this.#growing[level];
    return tile === undefined ? new Uint8Array() : tile.hashes.slice(0, tile.width * hashSize);
  }

  append(leaf: Uint8Array): void {
    this.#push(0, leaf, this.#size);
    let subtree = leaf;
    let height = 0;
    for (let index = this.#size; index % 2 === 1; ) {
      subtree = hashChildren(this.#edge[height]!, subtree);
      this.#edge[height++] = undefined;
      index = (index - 1) / 2;
      if (height % tileHeight === 0) this.#push(height / tileHeight, subtree, index);
    }
    this.#edge[height] = subtree;
    this.#size++;
    if (this.#size % tileWidth === 0) this.#save();
  }

  #push(level: number, hash: Uint8Array, index: number): void {
    const tile = (this.#growing[level] ??= { hashes: new Uint8Array(tileWidth * hashSize), width: 0 });
    tile.hashes.set(hash, tile.width++ * hashSize);
    if (tile.width < tileWidth) return;
    this.#tiles.put(level, (index + 1) / tileWidth - 1, tile.hashes.slice());
    tile.width = 0;
  }

  /** Puts what grew above a tile of leaves that became full. */
  #save(): void {
    for (let level = 1, count = this.#size / tileWidth; count > 0; level++, count /= tileWidth) {
      const width = count % tileWidth;
      if (width > 0) this.#tiles.put(level, Math.floor(count / tileWidth), this.growing(level));
      if (!Number.isInteger(count / tileWidth)) return;
    }
  }

  /** Takes up the growing tile of a level with `count` hashes in all, and the subtrees of the edge that follow from it. */
  #resume(level: number, count: number): void {
    const width = count % tileWidth;
    if (width === 0) return;
    const hashes = new Uint8Array(tileWidth * hashSize);
    const stored = this.#tiles.get(level, Math.floor(count / tileWidth));
    if (stored === undefined || stored.length < width * hashSize) throw new MissingTile(level, Math.floor(count / tileWidth));
    hashes.set(stored.subarray(0, width * hashSize));
    this.#growing[level] = { hashes, width };
    for (let bit = tileHeight - 1, from = 0; bit >= 0; bit--) {
      if ((width & (1 << bit)) === 0) continue;
      this.#edge[level * tileHeight + bit] = subtreeRoot(hashes, from, 1 << bit);
      from += 1 << bit;
    }
  }
}

/** Thrown where a tile is not there that the tree's size asks for. */
export class MissingTile extends Error {
  override readonly name = 'MissingTile';
  readonly level: number;
  readonly index: number;

  constructor(level: number, index: number) {
    super(`tile ${index} of level ${level} is missing`);
    this.level = level;
    this.index = index;
  }
}

/** Hash of the complete subtree over `count` hashes (a power of two) of a tile, from the `from`-th on. */
export function subtreeRoot(hashes: Uint8Array, from: number, count: number): Uint8Array {
  if (count === 1) return hashes.slice(from * hashSize, (from + 1) * hashSize);
  return hashChildren(subtreeRoot(hashes, from, count / 2), subtreeRoot(hashes, from + count / 2, count / 2));
}
