import { tileWidth } from './tree.ts';

/** Path of a tile, or of a bundle of entries, below a log's prefix (C2SP tlog-tiles): `tile/0/x001/x234/067.p/8`. */
export function tilePath(level: number | 'entries', index: number, width: number = tileWidth): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g)!;
  const place = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${place}${width < tileWidth ? `.p/${width}` : ''}`;
}

/** Bundle of entries: each with its length in 16 bits, big-endian. */
export function bundleOf(entries: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(Buffer.byteLength(entry));
    parts.push(length, Buffer.from(entry));
  }
  return Buffer.concat(parts);
}

/** The entries of a bundle. Throws RangeError when it ends in the middle of one. */
export function entriesOf(bundle: Uint8Array): string[] {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) throw new RangeError('the bundle ends in the middle of an entry');
    entries.push(bytes.toString('utf8', at + 2, end));
    at = end;
  }
  return entries;
}
