import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ComplianceFile, emptyState, rulesHash, type NewEvent, type State } from '../../model/index.ts';
import { Checkpoints } from '../proof/checkpoints.ts';
import { Subjects } from './subjects.ts';
import { fold } from '../state/fold.ts';
import { Live } from '../state/live.ts';
import { dumpState, loadState } from '../state/state-file.ts';
import { stateHash } from '../state/state-hash.ts';
import { handClock } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';
import { verifyLog } from '../proof/verify.ts';

const proposal = { app: 'shop', actor: 'user:ann', change: { kind: 'scale', service: 'web', replicas: 2 }, reasoning: 'more', confidence: 1, evidence: [], expected: '', basedOn: null };
const plan = { schemaVersion: 1, app: { name: 'shop', kind: 'web', confidence: 1 }, services: [], edges: [], stores: [], findings: [], questions: [], skipped: [] };
const events = [
  { type: 'DeploymentRequested', actor: 'user:ann', body: { app: 'shop', deployment: 'd', location: '/home/ann/shop' } },
  { type: 'ProposalRejected', actor: 'control:governor', body: { proposal, code: 'c', reason: 'r' } },
  { type: 'DeploymentRequested', actor: 'console:bob', body: { app: 'shop', deployment: 'e', location: '/srv/shop' } },
  { type: 'DeploymentRequested', actor: 'user:ann', body: { app: 'shop', deployment: 'f', location: '/home/ann/blog' } },
  { type: 'DaemonStopped', actor: 'daemon', body: { reason: 'x' } },
] as unknown as NewEvent[];

async function written() {
  const directory = temporaryDirectory();
  const subjects = join(temporaryDirectory(), 'subjects');
  const ledger = await testLedger({ directory, subjects });
  const resolved = await ledger.append(events);
  const read = await ledger.read(0);
  await ledger.close();
  return { directory, subjects, resolved, read };
}

describe('what the ledger says about people', () => {
  it('is sealed on disk, and the same as ever for who reads it with the keys', async () => {
    const { directory, subjects, resolved, read } = await written();
    expect(resolved).toMatchObject(events);
    expect(read).toEqual(resolved);
    const stored = readFileSync(join(directory, 'events.db'), 'latin1');
    for (const word of ['user:ann', 'console:bob', '/home/ann', '/srv/shop']) expect(stored).not.toContain(word);
    const again = await testLedger({ directory, subjects });
    expect(await again.read(0)).toEqual(read);
    expect((await again.history({ actor: 'user:ann' })).map(({ position }) => position)).toEqual([4, 1]);
    expect((await again.history({ actor: 'daemon' })).map(({ position }) => position)).toEqual([5]);
  });

  it('is gone once the key is, under a name that stays the same, and everything still verifies', async () => {
    const { directory, subjects, read } = await written();
    const before = await testLedger({ directory, subjects });
    const checkpoints = await Checkpoints.open({ directory, log: before.log, key: join(directory, 'key'), clock: handClock() });
    const signed = await checkpoints.sign();
    await before.close();
    const id = new Subjects(subjects).erase('user:ann')!;
    expect(readdirSync(subjects)).toHaveLength(1);
    const ledger = await testLedger({ directory, subjects });
    const after = await ledger.read(0);
    expect(after.map(({ actor }) => actor)).toEqual([`user:erased-${id}`, 'control:governor', 'console:bob', `user:erased-${id}`, 'daemon']);
    expect(JSON.stringify(after)).not.toMatch(/ann/);
    expect(after[0]!.body).toMatchObject({ app: 'shop', location: 'erased' });
    expect(after[1]!.body).toMatchObject({ proposal: { actor: `user:erased-${id}` } });
    expect(after[2]).toEqual(read[2]);
    expect(await verifyLog(ledger.log, { log: checkpoints.verifier, others: [signed] })).toMatchObject({ ok: true, events: 5 });
    const [next] = await ledger.append([events[0]!]);
    expect(next!.actor).toBe('user:ann');
    expect(new Subjects(subjects).sealedName('user:ann')).not.toContain(id);
  });

  it('is sealed in rules, too, and the rules stay', async () => {
    const [directory, subjects] = [temporaryDirectory(), join(temporaryDirectory(), 'subjects')];
    const { rules } = ComplianceFile.parse({ rules: [{ id: 'friday', rule: 'freeze', days: ['fri'], from: '17:00', to: '24:00', override: ['user:ann', 'token:admin'] }] });
    const ledger = await testLedger({ directory, subjects });
    await ledger.append([{ type: 'ComplianceRulesChanged', actor: 'control:governor', body: { rules, hash: rulesHash(rules) } }]);
    expect((await ledger.read(0))[0]!.body).toMatchObject({ rules });
    await ledger.close();
    expect(readFileSync(join(directory, 'events.db'), 'latin1')).not.toContain('user:ann');
    const id = new Subjects(subjects).erase('user:ann');
    const again = await testLedger({ directory, subjects });
    expect((await again.read(0))[0]!.body).toMatchObject({ rules: [{ id: 'friday', override: [`user:erased-${id}`, 'token:admin'] }], hash: rulesHash(rules) });
  });

  it('opens with no key but its own, and not when a bit of it was changed', () => {
    const directory = temporaryDirectory();
    mkdirSync(directory, { recursive: true });
    const subjects = new Subjects(directory);
    const text = subjects.seal('user:ann', 'at home');
    expect(subjects.open(text)).toBe('at home');
    const [, ann] = text.split(':');
    const [, bob] = subjects.sealName('user:bob').split(':');
    expect(subjects.open(text.replace(ann!, bob!))).toBeUndefined();
    const flipped = text.slice(0, -3) + (text.at(-3) === 'A' ? 'B' : 'A') + text.slice(-2);
    expect(subjects.open(flipped)).toBeUndefined();
    expect(subjects.erase('user:nobody')).toBeUndefined();
  });

  it('is sealed in states, too, and gone from them with the key, also from one that is in use', async () => {
    const subjects = join(temporaryDirectory(), 'subjects');
    const ledger = await testLedger({ subjects });
    const sealing = ledger.sealing!;
    const held: NewEvent = { type: 'ProposalHeld', actor: 'user:ann', body: { id: 'p', proposal: { ...proposal, reason: 'Ann wants it', change: { kind: 'deploy', plan, services: [], source: { kind: 'path', location: '/home/ann/shop', version: null } } }, rules: [], reason: '' } } as never;
    const other: NewEvent = { type: 'ProposalHeld', actor: 'user:bob', body: { id: 'q', proposal: { ...proposal, actor: 'user:bob' }, rules: [], reason: '' } } as never;
    const live = await Live.open<State>({ ledger, fold, empty: emptyState });
    await ledger.append([held, other]);
    const dumped = sealing.sealAll(dumpState(live.current));
    expect(JSON.stringify(dumped)).not.toMatch(/[Aa]nn|bob/);
    expect(stateHash(loadState(sealing.openAll(structuredClone(dumped))))).toBe(stateHash(live.current));
    let erased: Record<string, string> = {};
    live.rewrite((state) => {
      const sealed = sealing.sealAll(dumpState(state));
      erased = ledger.subjects!.erasePerson('console:ann');
      return loadState(sealing.openAll(structuredClone(sealed)));
    });
    expect(Object.keys(erased)).toEqual(['user:ann']);
    expect(live.current.held.get('p')!.proposal).toMatchObject({ actor: erased['user:ann'], change: { source: { location: 'erased' } } });
    expect(live.current.held.get('q')!.proposal.actor).toBe('user:bob');
    expect(stateHash((await ledger.read(0)).reduce(fold, emptyState))).toBe(stateHash(live.current));
    // Somebody without a name gets no new key.
    expect(stateHash(loadState(sealing.openAll(structuredClone(sealing.sealAll(dumpState(live.current))))))).toBe(stateHash(live.current));
    expect(readdirSync(subjects)).toHaveLength(1);
    await live.close();
  });

  it('is sealed in states where it is about somebody, and not where others have a member of that name', async () => {
    const { sealing } = await testLedger({ subjects: join(temporaryDirectory(), 'subjects') });
    const revision = { actor: 'user:ann', source: { location: '/home/ann' }, plan: { services: [{ scaling: { reason: 'one request at a time' } }] } };
    const sealed = sealing!.sealAll({ revisions: [revision] });
    expect(sealed).toMatchObject({ revisions: [{ actor: expect.stringMatching(/^sealed:/), source: { location: expect.stringMatching(/^sealed:/) }, plan: revision.plan }] });
  });
});
