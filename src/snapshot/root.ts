import { hashChildren, hashLeaf } from '../ledger/merkle.ts';

/** Root of the tree over these lines (RFC 6962, section 2.1), 64 hexadecimal digits; each leaf is a line in UTF-8. */
export function merkleRoot(lines: readonly string[]): string {
  // Roots of complete subtrees, the largest first: as many as the number of leaves has bits set.
  const peaks: { size: number; hash: Uint8Array }[] = [];
  for (const line of lines) {
    let node = { size: 1, hash: hashLeaf(Buffer.from(line)) };
    for (let last = peaks.at(-1); last?.size === node.size; last = peaks.at(-1)) {
      peaks.pop();
      node = { size: 2 * node.size, hash: hashChildren(last.hash, node.hash) };
    }
    peaks.push(node);
  }
  const root = peaks.map(({ hash }) => hash).reduceRight((right, left) => hashChildren(left, right));
  return Buffer.from(root).toString('hex');
}
