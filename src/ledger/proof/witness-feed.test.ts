import { readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { StratoError } from '../../model/index.ts';
import { VirtualClock } from '../../simulation/virtual-clock.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';
import { samples } from '../testing/events.ts';
import { parseCheckpoint, trustedCheckpoint } from './checkpoint.ts';
import { Checkpoints } from './checkpoints.ts';
import { formatVerifier, signatureTypes, signerOf, verifiedSignatures, type Verifier } from './note.ts';
import { WitnessFeed, type KnownWitness } from './witness-feed.ts';
import { witnessServer } from './witness-server.ts';
import { Witness } from './witness.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close().closeAllConnections()));

const cosigner = (n: number) => signerOf(`witness.example/w${n}`, signatureTypes.cosignature, new Uint8Array(32).fill(n));

async function serve(n: number, log: Verifier, state: string): Promise<KnownWitness> {
  const server = witnessServer(new Witness({ state, signer: cosigner(n), logs: [log] }), new VirtualClock()).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: formatVerifier(cosigner(n).verifier) };
}

async function fixture() {
  const directory = temporaryDirectory();
  const clock = new VirtualClock();
  const ledger = await testLedger({ directory, clock });
  const reported: unknown[] = [];
  const witnesses: KnownWitness[] = [];
  let feed: WitnessFeed | undefined;
  const checkpoints: Checkpoints = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock, onSigned: (note) => feed?.offer(note) });
  feed = new WitnessFeed({ source: ledger.log, clock, witnesses: () => witnesses, keep: (note) => checkpoints.keepCosigned(note), report: (error) => reported.push(error) });
  const grown = async (count: number) => {
    await ledger.append(samples(count));
    return checkpoints.sign();
  };
  const settled = (is: () => boolean) => expect.poll(is, { timeout: 10_000 }).toBe(true);
  return { directory, clock, ledger, checkpoints, feed, witnesses, reported, grown, settled };
}

describe('a log that feeds its witnesses', () => {
  it('has each new checkpoint cosigned by all of them, and keeps their cosignatures', async () => {
    const { directory, checkpoints, feed, witnesses, grown, settled } = await fixture();
    for (const n of [1, 2]) witnesses.push(await serve(n, checkpoints.verifier, join(directory, `seen-${n}.json`)));
    for (const size of [300, 620]) {
      await grown(size === 300 ? 300 : 320);
      await settled(() => feed.statuses().every((status) => status.size === size));
      const cosigned = async () => verifiedSignatures(trustedCheckpoint(await checkpoints.sign(), checkpoints.verifier).note, [cosigner(1).verifier, cosigner(2).verifier]).length;
      await expect.poll(cosigned).toBe(2);
    }
    expect(feed.statuses()).toMatchObject([{ name: 'witness.example/w1', problem: null }, { name: 'witness.example/w2', problem: null }]);
  });

  it('asks one that does not answer again, later and later, and then with the newest checkpoint', async () => {
    const { directory, clock, checkpoints, ledger, reported, settled } = await fixture();
    const witness = new Witness({ state: join(directory, 'seen.json'), signer: cosigner(1), logs: [checkpoints.verifier] });
    const asked: number[] = [];
    let isAway = true;
    const feed = new WitnessFeed({
      source: ledger.log, clock, witnesses: () => [{ url: 'http://w', key: formatVerifier(cosigner(1).verifier) }], keep: (note) => checkpoints.keepCosigned(note), report: (error) => reported.push(error),
      ask: async (_, body) => {
        asked.push(clock.monotonic() / 1_000);
        if (isAway) throw new StratoError('witness.unreachable', 'it does not answer', { retryable: true });
        return witness.add(body, 1);
      },
    });
    await ledger.append(samples(10));
    feed.offer(await checkpoints.sign());
    for (const count of [1, 2, 3, 4]) {
      await settled(() => asked.length === count);
      feed.offer(await checkpoints.sign());
      await clock.advance(5_000 * 2 ** (count - 1));
    }
    await settled(() => asked.length === 5);
    expect({ asked, reported: reported.length, problem: feed.statuses()[0]!.problem?.code }).toEqual({ asked: [0, 5, 15, 35, 75], reported: 1, problem: 'witness.unreachable' });
    isAway = false;
    await ledger.append(samples(5));
    feed.offer(await checkpoints.sign());
    expect(feed.statuses()[0]!.size).toBeNull();
    await clock.advance(600_000);
    await settled(() => feed.statuses()[0]!.size === 15);
    expect(feed.statuses()[0]!.problem).toBeNull();
  });

  it('says when a witness has seen more than there is, or another past', async () => {
    const { directory, checkpoints, feed, witnesses, grown, settled } = await fixture();
    const witness = await serve(1, checkpoints.verifier, join(directory, 'seen.json'));
    witnesses.push(witness);
    await grown(20);
    await settled(() => feed.statuses()[0]?.size === 20);
    const seen = JSON.parse(readFileSync(join(directory, 'seen.json'), 'utf8')) as Record<string, string>;
    const [origin, note] = Object.entries(seen)[0]!;
    for (const [content, code] of [[note.replace('\n20\n', '\n900\n'), 'witness.rolled-back'], [note.replace(/\n20\n./, '\n20\nA'), 'witness.refused']] as const) {
      writeFileSync(join(directory, 'other.json'), JSON.stringify({ [origin]: content }));
      parseCheckpoint(content);
      witnesses[0] = await serve(1, checkpoints.verifier, join(directory, 'other.json'));
      await grown(5);
      await settled(() => feed.statuses()[0]?.problem?.code === code);
    }
  });

  it('forgets one that is no longer configured', async () => {
    const { directory, checkpoints, feed, witnesses, grown, settled } = await fixture();
    witnesses.push(await serve(1, checkpoints.verifier, join(directory, 'seen.json')));
    await grown(3);
    await settled(() => feed.statuses()[0]?.size === 3);
    witnesses.length = 0;
    await grown(3);
    expect(feed.statuses()).toEqual([]);
  });
});
