import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf } from './lines.ts';

async function* chunked(bytes: Uint8Array, cuts: readonly number[]) {
  let from = 0;
  for (const cut of [...cuts.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b), bytes.length]) {
    if (cut > from) yield { offset: from, data: bytes.subarray(from, cut) };
    from = cut;
  }
}

describe('lines of output', () => {
  it('are the same however the bytes arrive, and their offsets lead from one to the next', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: fc.constantFrom('a', 'é', '🙂', '\n', ' ') }), fc.array(fc.double({ min: 0, max: 1, noNaN: true })), async (text, cuts) => {
      const bytes = Buffer.from(text);
      const lines = await Array.fromAsync(linesOf(chunked(bytes, cuts)));
      const expected = text.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(lines.map((line) => line.line)).toEqual(expected);
      lines.reduce((next, line) => {
        expect(line.offset).toBe(next);
        return line.next;
      }, 0);
    }));
  });

  it('cuts a line without end', async () => {
    const bytes = Buffer.alloc(200_000, 'x');
    const lines = await Array.fromAsync(linesOf(chunked(bytes, [])));
    expect(lines.length).toBe(4);
    expect(lines.at(-1)!.next).toBe(bytes.length);
  });
});
