import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameBorders, clientGoodbye, serverGoodbye } from './websocket.ts';

function frame(length: number, masked: boolean): Buffer {
  const size = length < 126 ? Buffer.from([length]) : length < 65_536 ? Buffer.from([126, length >> 8, length & 0xff]) : Buffer.concat([Buffer.from([127]), be64(length)]);
  size[0]! |= masked ? 0x80 : 0;
  return Buffer.concat([Buffer.from([0x82]), size, Buffer.alloc(masked ? 4 : 0, 0xaa), Buffer.alloc(length, 0x88)]);
}

function be64(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

const lengths = fc.oneof(fc.integer({ min: 0, max: 130 }), fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_000));

describe('the borders of WebSocket frames', () => {
  test('are found however the frames are cut on their way', () => {
    fc.assert(fc.property(fc.array(fc.record({ length: lengths, masked: fc.boolean() }), { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (frames, cuts) => {
      const parts = frames.map(({ length, masked }) => frame(length, masked));
      const ends = new Set([0]);
      let total = 0;
      for (const part of parts) ends.add(total += part.length);
      const bytes = Buffer.concat(parts);
      const borders = new FrameBorders();
      let at = 0;
      for (let n = 0; at < bytes.length; n++) {
        const next = Math.min(bytes.length, at + cuts[n % cuts.length]!);
        borders.read(bytes.subarray(at, next));
        at = next;
        expect(borders.atBorder).toBe(ends.has(at));
      }
    }));
  });

  test('end the frames that say goodbye', () => {
    for (const goodbye of [serverGoodbye, clientGoodbye]) {
      const borders = new FrameBorders();
      borders.read(goodbye);
      expect(borders.atBorder).toBe(true);
    }
  });
});
