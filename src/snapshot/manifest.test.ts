import { describe, expect, it } from 'vitest';
import { hashChildren, hashLeaf } from '../ledger/merkle.ts';
import { parseManifest, SnapshotId, writeManifest, type Header } from './manifest.ts';
import { merkleRoot } from './root.ts';

const header: Header = {
  format: 1, id: SnapshotId.parse('20261121-101500-abc123'), takenAt: 1_795_000_000_000, actor: 'user:ada', note: '', version: '0.1.0', position: 42, apps: ['shop'], bytes: 10, files: 1,
  places: { home: '/home/ada/.stratoswarm', program: '/opt/stratoswarm', node: '/usr/bin/node' },
};
const leaves = [{ key: 'node/here', value: { cpu: 2 } }, { key: 'app/shop', value: { revision: 3 } }, { key: 'agent/shop-web-0-abcdefgh', value: { pid: 7 } }];

describe('a manifest', () => {
  it('says what was written, with a root that does not depend on the order of writing', () => {
    const { text, root } = writeManifest(header, leaves);
    const read = parseManifest(text);
    expect(read.header).toEqual(header);
    expect(read.root).toBe(root);
    expect(Object.fromEntries(read.leaves)).toEqual({ 'node/here': { cpu: 2 }, 'app/shop': { revision: 3 }, 'agent/shop-web-0-abcdefgh': { pid: 7 } });
    expect(writeManifest(header, leaves.toReversed()).root).toBe(root);
  });

  it('is refused when any character of it is another, or a line is gone, added, doubled or moved', () => {
    const { text } = writeManifest(header, leaves);
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === 'x' ? 'y' : 'x';
      const changed = `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
      expect(() => parseManifest(changed), `at ${at}`).toThrow();
    }
    const lines = text.trimEnd().split('\n');
    const without = [...lines.slice(0, 2), ...lines.slice(3)];
    const doubled = [...lines, lines[1]!];
    const moved = [lines[0]!, lines[2]!, lines[1]!, lines[3]!];
    const added = [...lines, JSON.stringify({ key: 'app/other', value: {} })];
    for (const changed of [without, doubled, moved, added]) expect(() => parseManifest(changed.join('\n'))).toThrow('the snapshot is damaged');
  });

  it('of a later version is refused by that name', () => {
    const { text } = writeManifest(header, leaves);
    expect(() => parseManifest(text.replace('"format":1', '"format":2'))).toThrow('taken by a later version');
  });
});

describe('the root', () => {
  it('is that of RFC 6962 for any number of leaves', () => {
    const naive = (lines: readonly string[]): Uint8Array => {
      if (lines.length === 1) return hashLeaf(Buffer.from(lines[0]!));
      let split = 1;
      while (split * 2 < lines.length) split *= 2;
      return hashChildren(naive(lines.slice(0, split)), naive(lines.slice(split)));
    };
    for (let size = 1; size < 70; size++) {
      const lines = Array.from({ length: size }, (_, index) => `line ${index}`);
      expect(merkleRoot(lines)).toBe(Buffer.from(naive(lines)).toString('hex'));
    }
  });
});
