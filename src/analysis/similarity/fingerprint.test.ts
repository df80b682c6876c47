import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';
import { tokenize } from '../syntax/lexer.ts';
import { languagesByExtension } from '../syntax/languages.ts';
import { fingerprintBytes, nearEnough, readFingerprint, similarity } from './fingerprint.ts';
import * as samples from './samples.fake.ts';
import { shinglesOf } from './shingles.ts';

const fingerprint = async (files: Files) => (await planOf(files)).services[0]!.fingerprint!;
const alike = async (a: Files, b: Files) => similarity(readFingerprint(await fingerprint(a))!, readFingerprint(await fingerprint(b))!);

describe('the fingerprint of a service', () => {
  it('is short, and equal for equal code wherever it lies', async () => {
    const one = await fingerprint(samples.notes);
    expect(one).toMatch(/^[\w-]{174}$/);
    expect(Buffer.from(one, 'base64url')).toHaveLength(fingerprintBytes);
    expect(await fingerprint(samples.notes)).toBe(one);
    const { 'server.js': server, ...rest } = samples.notes;
    expect(await fingerprint({ 'server.js': server!, ...rest })).toBe(one);
  });

  it('does not change when code is formatted otherwise, commented, or names are others', async () => {
    expect(await fingerprint(samples.notesFormatted)).toBe(await fingerprint(samples.notes));
  });

  it('stays near when functions change places, and when a few are added', async () => {
    const parts = String(samples.notes['server.js']).split(/(?=^app\.)/m);
    const reordered = [parts[0], ...parts.slice(1, -1).toReversed(), parts.at(-1)].join('');
    expect(await alike(samples.notes, { ...samples.notes, 'server.js': reordered })).toBeGreaterThan(0.9);
    expect(await alike(samples.notes, samples.notesEdited)).toBeGreaterThan(nearEnough);
  });

  it('is far from that of others, also of the same framework', async () => {
    const others = [samples.files, samples.socket, samples.flask, samples.pages];
    const found = await Promise.all(others.map((other) => alike(samples.notes, other)));
    expect(found.map((value) => value < nearEnough - 0.15)).toEqual(others.map(() => true));
    expect(found[0]).toBeGreaterThan(Math.max(...found.slice(1)));
  });

  it('of another version is not compared', async () => {
    const bytes = Buffer.from(await fingerprint(samples.pages), 'base64url');
    bytes[0] = 9;
    expect([readFingerprint(bytes.toString('base64url')), readFingerprint(''), readFingerprint('!')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('shingles', () => {
  const { lexis } = languagesByExtension['js']!;
  const shingles = (text: string) => shinglesOf(tokenize(text, lexis));

  it('are the same with any blanks between the tokens', () => {
    const words = ['const', 'value', '=', 'call', '(', '1', ')', '{', '}', 'return', '"text"', '.', '+'];
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(' ', '\n', '\t ', ' // note\n', ' /* note */ '))), (list) => {
      expect(shingles(list.map(([word, blank]) => word + blank).join(''))).toEqual(shingles(list.map(([word]) => word).join(' ')));
    }));
  });
});
