import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointText, parseCheckpoint } from './checkpoint.ts';
import { emptyRoot, hashLeaf } from '../merkle.ts';
import { formatNote, parseNote, signatureTypes, signerOf, verifiedSignatures } from './note.ts';
import { Proofs } from './proofs.ts';
import { handClock } from '../testing/events.ts';
import { temporaryDirectory } from '../testing/directories.ts';
import { Tree } from './tree.ts';
import { askWitness, cosign } from './witness-client.ts';
import { witnessServer } from './witness-server.ts';
import { lockState, Witness } from './witness.ts';

const log = signerOf('example.com/log', signatureTypes.ed25519, new Uint8Array(32).fill(1));
const signer = signerOf('witness.example/w', signatureTypes.cosignature, new Uint8Array(32).fill(2));

/** A log of `size` leaves; `fork` gives it another past. */
function logOf(size: number, fork = '') {
  const tiles = new Map<string, Uint8Array>();
  const tree = new Tree({ get: (level, index) => tiles.get(`${level}/${index}`), put: (level, index, hashes) => void tiles.set(`${level}/${index}`, hashes) }, 0, []);
  for (let i = 0; i < size; i++) tree.append(hashLeaf(Buffer.from(`${fork}${i}`)));
  const proofs = new Proofs(async (level, index) => tiles.get(`${level}/${index}`) ?? tree.growing(level));
  const text = checkpointText({ origin: log.verifier.name, size, root: tree.root });
  return { proofs, root: tree.root, text, checkpoint: formatNote({ text, signatures: [log.sign(text)] }) };
}

const lines = (proof: readonly Uint8Array[]) => proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
const witnessIn = (directory: string) => new Witness({ state: join(directory, 'seen.json'), signer, logs: [log.verifier] });

/** A witness that has seen the log of 5 leaves. */
function seeing(directory: string): Witness {
  const witness = witnessIn(directory);
  expect(witness.add(`old 0\n\n${logOf(5).checkpoint}`, 1_000)).toMatchObject({ status: 200 });
  return witness;
}

describe('a witness', () => {
  it('cosigns a first checkpoint and every later one that follows from it, with the time', async () => {
    const witness = seeing(temporaryDirectory());
    const later = logOf(700);
    const { status, body } = witness.add(`old 5\n${lines(await later.proofs.consistency(5, 700))}\n${later.checkpoint}`, 2_000);
    expect(status).toBe(200);
    expect(verifiedSignatures(parseNote(later.checkpoint + body), [log.verifier, signer.verifier]).map(({ verifier, time }) => [verifier.name, time])).toEqual([['example.com/log', 0], ['witness.example/w', 2_000]]);
    const kept = witness.checkpoint(createHash('sha256').update('example.com/log').digest('hex'))!;
    expect(parseCheckpoint(kept)).toMatchObject({ size: 700 });
    expect(verifiedSignatures(parseNote(kept), [log.verifier, signer.verifier])).toHaveLength(2);
    expect(witness.checkpoint('0'.repeat(64))).toBeUndefined();
  });

  it('answers as the specification says to what it does not cosign', async () => {
    const directory = temporaryDirectory();
    const witness = seeing(directory);
    const [five, nine, fork, forked] = [logOf(5), logOf(9), logOf(5, 'x'), logOf(9, 'x')];
    const proof = lines(await nine.proofs.consistency(5, 9));
    const other = signerOf('example.com/other', signatureTypes.ed25519, new Uint8Array(32).fill(8));
    const forger = signerOf('example.com/log', signatureTypes.ed25519, new Uint8Array(32).fill(8));
    const text = checkpointText({ origin: 'example.com/log', size: 0, root: new Uint8Array(32) });
    const wrong: readonly [request: string, status: number, body?: string][] = [
      [`old 4\n\n${nine.checkpoint}`, 409, '5\n'],
      [`old 0\n\n${nine.checkpoint}`, 409, '5\n'],
      [`old 9\n\n${five.checkpoint}`, 400],
      [`old 5\n\n${nine.checkpoint}`, 422],
      [`old 5\n${lines(await forked.proofs.consistency(5, 9))}\n${forked.checkpoint}`, 422],
      [`old 5\n${proof}${proof.split('\n')[0]}\n\n${nine.checkpoint}`, 422],
      [`old 5\n\n${fork.checkpoint}`, 422],
      [`old 5\n${proof}\n${nine.checkpoint.replace('example.com/log\n', 'example.com/other\n')}`, 404],
      [`old 5\n${proof}\n${formatNote({ text: nine.text, signatures: [other.sign(nine.text)] })}`, 403],
      [`old 5\n${proof}\n${formatNote({ text: nine.text, signatures: [forger.sign(nine.text)] })}`, 403],
      [`old 5\n${proof}\n${nine.checkpoint.replace('\n9\n', '\n8\n')}`, 403],
      [`old 05\n${proof}\n${nine.checkpoint}`, 400], ['old 5\n', 400], ['', 400], [`old 5\nxyz\n\n${nine.checkpoint}`, 400], [`old 5\n\n\n${nine.checkpoint}`, 400],
      [`old 5\n${`${proof.split('\n')[0]}\n`.repeat(64)}\n${nine.checkpoint}`, 400],
    ];
    const before = readFileSync(join(directory, 'seen.json'), 'utf8');
    for (const [request, status, body] of wrong) expect(witness.add(request, 3_000), request.slice(0, 80)).toMatchObject({ status, ...(body === undefined ? {} : { body, type: 'text/x.tlog.size' }) });
    expect(readFileSync(join(directory, 'seen.json'), 'utf8')).toBe(before);
    const fresh = witnessIn(temporaryDirectory());
    expect(fresh.add(`old 0\n\n${formatNote({ text, signatures: [log.sign(text)] })}`, 0)).toMatchObject({ status: 422 });
    expect(fresh.add(`old 0\n${proof}\n${nine.checkpoint}`, 0)).toMatchObject({ status: 422 });
    const empty = checkpointText({ origin: 'example.com/log', size: 0, root: emptyRoot });
    expect(fresh.add(`old 0\n\n${formatNote({ text: empty, signatures: [log.sign(empty)] })}`, 0)).toMatchObject({ status: 200 });
  });

  it('cosigns the same tree again, and remembers after a new start', () => {
    const directory = temporaryDirectory();
    seeing(directory);
    const again = witnessIn(directory);
    expect(again.add(`old 5\n\n${logOf(5).checkpoint}`, 4_000)).toMatchObject({ status: 200 });
    expect(again.add(`old 0\n\n${logOf(5).checkpoint}`, 4_000)).toMatchObject({ status: 409, body: '5\n' });
  });

  it('shows nobody a cosignature that it could not write down', () => {
    const directory = temporaryDirectory();
    const witness = witnessIn(directory);
    const inTheWay = join(directory, 'seen.json.next');
    mkdirSync(inTheWay);
    expect(() => witness.add(`old 0\n\n${logOf(5).checkpoint}`, 1_000)).toThrow();
    expect(witness.last('example.com/log')).toBeUndefined();
    rmdirSync(inTheWay);
    expect(witness.add(`old 0\n\n${logOf(5).checkpoint}`, 1_000)).toMatchObject({ status: 200 });
  });

  it('shares its state with no other, and makes no directory for it', async () => {
    const state = join(temporaryDirectory(), 'seen.json');
    const lock = await lockState(state);
    await expect(lockState(state)).rejects.toMatchObject({ code: 'ledger.locked' });
    lock.release();
    (await lockState(state)).release();
    await expect(lockState(join(state, 'unmounted', 'seen.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves nothing beside a file that is not the state of a witness', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'passwd'), 'root:x:0:0::/root:/bin/sh\n');
    await expect(lockState(join(directory, 'passwd'))).rejects.toMatchObject({ code: 'witness.state' });
    expect(readdirSync(directory)).toEqual(['passwd']);
  });

  it('does not begin anew when its state cannot be read', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'seen.json'), '{"example.com/log":"nonsense"}');
    expect(() => witnessIn(directory)).toThrow();
  });
});

describe('a witness over HTTP', () => {
  it('cosigns what grew, and tells a log that was rolled back and one with another past', async () => {
    const server = witnessServer(witnessIn(temporaryDirectory()), handClock({ now: 5_000_000 })).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const ask = (body: string) => askWitness(url, body);
      for (const size of [3, 3, 300, 1_000]) {
        const { checkpoint, proofs } = logOf(size);
        const cosigned = await cosign(checkpoint, signer.verifier, proofs, ask);
        expect(verifiedSignatures(parseNote(cosigned), [log.verifier, signer.verifier]).map(({ time }) => time)).toEqual([0, 5_000]);
      }
      const [back, fork] = [logOf(500), logOf(1_200, 'x')];
      await expect(cosign(back.checkpoint, signer.verifier, back.proofs, ask)).rejects.toMatchObject({ code: 'witness.rolled-back' });
      await expect(cosign(fork.checkpoint, signer.verifier, fork.proofs, ask)).rejects.toMatchObject({ code: 'witness.refused' });
      const origin = createHash('sha256').update('example.com/log').digest('hex');
      expect(parseCheckpoint(await (await fetch(`${url}/${origin}/checkpoint`)).text())).toMatchObject({ size: 1_000 });
      expect((await fetch(`${url}/${'0'.repeat(64)}/checkpoint`)).status).toBe(404);
      expect((await fetch(`${url}/add-checkpoint`, { method: 'POST', body: 'x'.repeat(1_100_000) })).status).toBe(400);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
