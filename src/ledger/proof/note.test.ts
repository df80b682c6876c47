import { describe, expect, it } from 'vitest';
import { checkpointText, parseCheckpoint, trustedCheckpoint } from './checkpoint.ts';
import { formatNote, formatVerifier, NoteError, parseNote, parseVerifier, parseWitness, signatureTypes, signerOf, verifiedSignatures } from './note.ts';
import { bundleOf, entriesOf, tilePath } from './tile-path.ts';

const secret = new Uint8Array(32).fill(9);

describe('signed notes', () => {
  it('verify as the example of the specification does', () => {
    const verifier = parseVerifier('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
    const content = 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    const note = parseNote(content);
    expect(verifiedSignatures(note, [verifier]).map(({ verifier: { name } }) => name)).toEqual(['example.com/foo']);
    expect(formatNote(note)).toBe(content);
    expect(formatVerifier(verifier)).toBe('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
    expect(() => verifiedSignatures({ ...note, text: 'This is an example massage.\n' }, [verifier])).toThrow(NoteError);
  });

  it('have their text up to the last empty line', () => {
    const content = 'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
    expect(parseNote(content).text.split('\n')).toHaveLength(5);
    expect(formatNote(parseNote(content))).toBe(content);
  });

  it.each(['', 'text\n', 'text\n\nno signature\n', 'text\n\n— a b\n', 'te\u0007xt\n\n— a AAAAAAA=\n', 'text\n\n— a+b AAAAAAA=\n', 'text\n\n— a AAAAAAA=', 'text\n\n— a AAAAAB==\n'])('are refused when they have not the form: %j', (content) => {
    expect(() => parseNote(content)).toThrow(NoteError);
  });

  it('are signed and cosigned so that they verify, and signatures of others are passed over', () => {
    const log = signerOf('example.com/log', signatureTypes.ed25519, secret);
    const witness = signerOf('witness.example/w', signatureTypes.cosignature, new Uint8Array(32).fill(3));
    const text = checkpointText({ origin: 'example.com/log', size: 0, root: Buffer.from('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 'base64') });
    const content = formatNote({ text, signatures: [log.sign(text), witness.sign(text, 1_679_315_147)] });
    expect(trustedCheckpoint(content, log.verifier)).toMatchObject({ origin: 'example.com/log', size: 0 });
    expect(verifiedSignatures(parseNote(content), [log.verifier, parseVerifier(formatVerifier(witness.verifier))]).map(({ time }) => time)).toEqual([0, 1_679_315_147]);
    const other = signerOf('example.com/log', signatureTypes.ed25519, new Uint8Array(32).fill(4));
    expect(() => trustedCheckpoint(content, other.verifier)).toThrow('does not hold');
    expect(verifiedSignatures(parseNote(content), [other.verifier])).toEqual([]);
  });

  it('of a log do not make it a witness of itself', () => {
    expect(parseWitness(formatVerifier(signerOf('witness.example/w', signatureTypes.cosignature, secret).verifier))).toMatchObject({ name: 'witness.example/w' });
    expect(() => parseWitness(formatVerifier(signerOf('example.com/log', signatureTypes.ed25519, secret).verifier))).toThrow('no public key of a log or a witness');
  });
});

describe('checkpoints', () => {
  it('are read as the example of the specification', () => {
    const content = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n';
    const { origin, size, root } = parseCheckpoint(content);
    expect({ origin, size }).toEqual({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
    expect(checkpointText({ origin, size, root })).toBe(parseNote(content).text);
  });

  it.each([['01'], ['-1'], ['1e3'], ['99999999999999999'], ['']])('are refused with the size %j', (size) => {
    expect(() => parseCheckpoint(`o\n${size}\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— a AAAAAAA=\n`)).toThrow(NoteError);
  });
});

describe('paths of tiles', () => {
  it('are those of the specification', () => {
    expect(tilePath(0, 1_234_067)).toBe('tile/0/x001/x234/067');
    expect(tilePath('entries', 0)).toBe('tile/entries/000');
    expect(tilePath(2, 0, 1)).toBe('tile/2/000.p/1');
    expect(tilePath(0, 273, 112)).toBe('tile/0/273.p/112');
    expect(tilePath(1, 1_000)).toBe('tile/1/x001/000');
  });

  it('lead to bundles that give back their entries', () => {
    const entries = ['', '{"a":"ä😀"}', 'x'.repeat(65_535)];
    expect(entriesOf(bundleOf(entries))).toEqual(entries);
    expect(() => entriesOf(bundleOf(entries).subarray(0, -1))).toThrow(RangeError);
  });
});
