import { describe, expect, it } from 'vitest';
import { fold } from '../ledger/state/fold.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { dumpState, loadState } from '../ledger/state/state-file.ts';
import { stateHash } from '../ledger/state/state-hash.ts';
import { ComplianceFile, StratoError, emptyState, rulesHash, type ComplianceRule, type Event, type NewEvent, type Proposal, type Service, type State } from '../model/index.ts';
import { deployChange, sampleService } from '../simulation/workload.ts';
import { Governor } from './governor.ts';
import { rejudge, rejudgeRefusal } from './rejudge.ts';

const parsed = (...rules: object[]) => ComplianceFile.parse({ rules }).rules;
const freeze = { id: 'friday', rule: 'freeze', changes: ['node'], days: ['fri'], from: '17:00', to: '24:00', override: ['user:oncall'] };
const why = { id: 'why', rule: 'reasons', changes: ['node'], least: 8 };
const [thursday, friday] = [Date.UTC(2026, 10, 19, 20), Date.UTC(2026, 10, 20, 20)];
const cordon = (over: Partial<Proposal> = {}): Proposal => ({ app: null, change: { kind: 'node', node: 'here', availability: 'cordoned' }, actor: 'user:ada', reasoning: 'x', reason: 'maintenance', confidence: 1, ...over });

/** A governor before a ledger in memory; rules and clock are a test's to change. */
function scene(rules: readonly ComplianceRule[] | StratoError) {
  const world = { rules, now: thursday };
  const log: Event[] = [];
  const states: State[] = [emptyState];
  const append = async (fresh: readonly NewEvent[]) => fresh.map((event) => {
    const written = { ...event, position: log.length + 1, time: world.now, version: 1 } as Event;
    log.push(written);
    states.push(fold(states.at(-1)!, written));
    return written;
  });
  const compliance = {
    rules: () => {
      if (world.rules instanceof StratoError) throw world.rules;
      return world.rules;
    },
    now: () => world.now, oldestSecret: () => null,
  };
  const governor = new Governor({ ledger: { append } as unknown as Ledger, state: () => states.at(-1)!, random: { next: () => Math.sin(log.length + 1) ** 2 }, compliance });
  const seen = append([{ type: 'NodeSeen', actor: 'daemon', body: { node: 'here', cpu: 1, memory: 1, isolations: ['process'], ownNetwork: true } }]);
  /** What comes of judging everything again, after `altered`. */
  const again = (altered: (event: Event) => Event = (event) => event) => log.map(altered).flatMap((event) => {
    if (event.type === 'DecisionAdmitted') return [rejudge(event.body.decision, states[event.body.decision.judgedOn!]!)];
    return event.type === 'ProposalRejected' ? [rejudgeRefusal(event.body, states[event.body.judgedOn!]!)] : [];
  });
  const changes = () => log.flatMap((event) => (event.type === 'ComplianceRulesChanged' ? [event.body.rules?.map(({ id }) => id) ?? null] : []));
  return { world, log, states, governor, again, changes, seen, propose: (over: Partial<Proposal> = {}) => governor.propose(cordon(over)).then(() => 'admitted', (error: StratoError) => error.code) };
}

describe('the rules in force', () => {
  it('are written down at the start and when they change, and not otherwise', async () => {
    const { world, governor, changes, states, log } = scene([]);
    await governor.noteRules();
    expect(changes()).toEqual([]);
    world.rules = parsed(freeze);
    await governor.noteRules();
    world.rules = parsed(freeze);
    await governor.noteRules();
    expect(changes()).toEqual([['friday']]);
    const body = log.at(-1)!.body as { hash: string };
    expect(body.hash).toBe(rulesHash(parsed(freeze)));
    expect(rulesHash(parsed({ ...freeze, from: '18:00' }))).not.toBe(body.hash);
    // A hash of who may override would tell who it was, also of somebody who was erased.
    expect(rulesHash(parsed({ ...freeze, override: ['user:eve'] }))).toBe(body.hash);
    world.rules = new StratoError('governor.compliance-file', 'no');
    await governor.noteRules();
    world.rules = [];
    await governor.noteRules();
    expect(changes()).toEqual([['friday'], null, []]);
    const state = states[2]!;
    expect(stateHash(loadState(JSON.parse(JSON.stringify(dumpState(state)))))).toBe(stateHash(state));
  });

  it('are those by which a decision of the past is judged again, whatever they are now', async () => {
    const { world, propose, again, changes, log } = scene(parsed(freeze, why));
    expect(await propose()).toBe('admitted');
    world.now = friday;
    expect(await propose()).toBe('governor.compliance');
    expect(await propose({ actor: 'user:oncall' })).toBe('admitted');
    expect(await propose({ actor: 'user:oncall', reason: 'so' })).toBe('governor.compliance');
    world.rules = parsed(why);
    expect(await propose()).toBe('admitted');
    world.rules = new StratoError('governor.compliance-file', 'no');
    expect(await propose()).toBe('governor.compliance-file');
    expect(await propose({ actor: 'control:drain' })).toBe('admitted');
    world.rules = parsed(freeze);
    expect(await propose({ change: { kind: 'node', node: 'nowhere', availability: 'active' } })).toBe('governor.unknown-node');
    expect(await propose()).toBe('governor.compliance');
    expect(changes()).toEqual([['friday', 'why'], ['why'], null, ['friday']]);
    expect(again()).toEqual(Array(9).fill(null));
    const decisions = log.flatMap((event) => (event.type === 'DecisionAdmitted' ? [event.body.decision] : []));
    expect(decisions.map(({ policies, readings }) => [policies, readings])).toEqual([
      [['friday', 'why'], [{ source: 'clock', question: 'the time', answer: thursday }]], [['friday', 'why'], []], [['why'], []], [[], []],
    ]);
  });

  it('show a decision that was not judged by them, and a refusal that they do not explain', async () => {
    const { world, propose, again } = scene(parsed(freeze, why));
    expect(await propose()).toBe('admitted');
    const decided = (change: object) => again((event) => (event.type === 'DecisionAdmitted' ? { ...event, body: { decision: { ...event.body.decision, ...change } } } : event) as Event);
    expect(decided({ reason: 'so' })).toEqual([expect.stringMatching(/^the compliance rules would refuse it: a node needs a reason/)]);
    expect(decided({ policies: ['why'] })).toEqual(['the rules friday, why were in force, and why were asked']);
    expect(decided({ readings: [] })).toEqual([expect.stringContaining('was not written down')]);
    // What somebody said who was erased is not known any more.
    expect(decided({ reason: 'erased', actor: `user:erased-${'0'.repeat(16)}` })).toEqual([null]);
    world.now = friday;
    expect(await propose()).toBe('governor.compliance');
    const refused = (change: object, code?: string) => again((event) => (event.type === 'ProposalRejected' ? { ...event, body: { ...event.body, ...(code && { code }), proposal: { ...event.body.proposal, ...change } } } : event) as Event)[1];
    expect(refused({ readings: [{ source: 'clock', question: 'the time', answer: thursday }] })).toBe('it would be let through, and was refused with governor.compliance');
    expect(refused({}, 'governor.quota')).toBe('it would be refused with governor.compliance, and not governor.quota');
    expect(refused({ actor: `user:erased-${'0'.repeat(16)}`, readings: [{ source: 'clock', question: 'the time', answer: thursday }] })).toBeUndefined();
  });

  it('show again why a deployment was refused for its services, and cannot where there were more than an app may have', async () => {
    const { world, propose, again, seen } = scene([]);
    await seen;
    const deploy = (services: Service[], app: string): Partial<Proposal> => ({ app: app as Proposal['app'], change: deployChange(app, services) });
    const web = sampleService('web');
    expect(await propose(deploy([{ ...web, isolation: 'enclave' }], 'sealed'))).toBe('governor.no-place');
    world.rules = parsed({ id: 'few', rule: 'reasons', changes: ['deploy'], least: 60 });
    expect(await propose(deploy([web], 'shop'))).toBe('governor.compliance');
    expect(again()).toEqual([null, null]);
    expect(await propose(deploy(Array.from({ length: 51 }, (_, n) => sampleService(`web${n}`)), 'many'))).toBe('governor.quota');
    expect(again()).toEqual([null, null, undefined]);
    const smaller = again((event) => (event.type === 'ProposalRejected' && event.body.proposal.change.kind === 'deploy' && event.body.proposal.app === 'sealed'
      ? { ...event, body: { ...event.body, proposal: { ...event.body.proposal, change: { ...event.body.proposal.change, services: [web] } } } } : event) as Event);
    expect(smaller[0]).toBe('it would be let through, and was refused with governor.no-place');
  });
});
