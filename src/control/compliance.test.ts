import { describe, expect, it } from 'vitest';
import { ComplianceFile, Proposal, emptyState, type AppName, type Change, type ServiceName } from '../model/index.ts';
import { checkCompliance, isSamePerson, type ComplianceSight } from './compliance.ts';

const app = 'shop' as AppName;
const propose = (change: Change, actor = 'user:ada') => Proposal.parse({ app, change, actor, reasoning: 'because', confidence: 1 });
const sight = (over: Partial<ComplianceSight> = {}): ComplianceSight => ({ state: emptyState, now: () => Date.UTC(2026, 10, 20, 12), approvedBy: [], oldestSecret: () => null, ...over });
const found = (rule: object, change: Change, over: Partial<ComplianceSight> = {}, actor?: string) => checkCompliance(ComplianceFile.parse({ rules: [{ id: 'it', ...rule }] }).rules, propose(change, actor), sight(over)).map(({ detail }) => detail);
const deploy = (location: string): Change => ({
  kind: 'deploy', services: [], source: { kind: 'path', location, version: null },
  plan: { schemaVersion: 1, app: { name: app, kind: 'web', confidence: 1 }, services: [], edges: [], stores: [], findings: [], questions: [], skipped: [] } as never,
});

const freeze = (over: object) => ({ rules: [{ id: 'it', rule: 'freeze', days: ['fri'], from: '17:00', to: '23:00', ...over }] });

describe('compliance rules', () => {
  it('ask for a second person before data is deleted, and not for an app that keeps its data', () => {
    const rule = { rule: 'four-eyes' };
    expect(found(rule, { kind: 'remove', volumes: true })).toHaveLength(1);
    expect(found(rule, { kind: 'remove', volumes: false })).toEqual([]);
    expect(found(rule, { kind: 'remove', volumes: true }, { approvedBy: ['user:ada'] })).toHaveLength(1);
    expect(found(rule, { kind: 'remove', volumes: true }, { approvedBy: ['console:ada'] })).toHaveLength(1);
    expect(found(rule, { kind: 'remove', volumes: true }, { approvedBy: ['user:bob'] })).toEqual([]);
  });

  it('know Friday evening where people are, also over midnight, and who may override', () => {
    const rule = { rule: 'freeze', days: ['fri'], from: '17:00', to: '06:00', offset: '+01:00', override: ['user:oncall'] };
    const at = (day: number, hour: number) => found(rule, deploy('/srv/x'), { now: () => Date.UTC(2026, 10, day, hour) }).length;
    expect([at(20, 15), at(20, 16), at(20, 23), at(21, 4), at(21, 5), at(21, 16), at(19, 20)]).toEqual([0, 1, 1, 1, 0, 0, 0]);
    expect(found(rule, deploy('/srv/x'), { now: () => Date.UTC(2026, 10, 20, 20) }, 'user:oncall')).toEqual([]);
    expect(found(rule, { kind: 'stop' }, { now: () => Date.UTC(2026, 10, 20, 20) })).toEqual([]);
  });

  it('take code only from where it may come from', () => {
    const rule = { rule: 'sources', allow: ['https://git.example.org/team', '/srv/code/'] };
    for (const good of ['https://git.example.org/team/shop.git', '/srv/code/shop', '/srv/code']) expect(found(rule, deploy(good)), good).toEqual([]);
    for (const bad of ['https://git.example.org/teammate/x', '/srv/codex', '/srv/code/../x', 'https://evil.example/https://git.example.org/team/x']) expect(found(rule, deploy(bad)), bad).toHaveLength(1);
  });

  it('bound the age of each secret, also of what was set when the clock was wrong', () => {
    const now = Date.UTC(2026, 10, 20);
    const aged = (days: number) => found({ rule: 'secret-age', days: 90 }, deploy('/x'), { now: () => now, oldestSecret: () => ({ variable: 'API_KEY', at: now - days * 86_400_000 }) });
    expect(aged(91)).toEqual(['API_KEY of shop was set 91 days ago, 90 are the limit: give another value with --env']);
    expect([aged(89), aged(90), aged(-0.5)]).toEqual([[], [], []]);
    expect(aged(-400)).toEqual(['API_KEY of shop was set at a time that is still to come, when the clock was wrong: give it anew with --env']);
  });

  it('look at the age of those variables that are secrets, or of which nobody knows that they are none', () => {
    const change = deploy('/x') as Extract<Change, { kind: 'deploy' }>;
    const read = (name: string, secret: boolean) => ({ name, secret, required: false, default: null, evidence: [] });
    const plan = { ...change.plan, services: [{ env: [read('COLOUR', false), read('API_KEY', true)] }] };
    const services = [{ env: ['API_KEY', 'COLOUR', 'ODD'].map((name) => ({ name, secret: `${name}.1` })).concat([{ name: 'PLAIN', value: 'x' } as never]) }];
    let asked: string[] = [];
    checkCompliance(ComplianceFile.parse({ rules: [{ id: 'it', rule: 'secret-age', days: 1 }] }).rules, { ...propose(change), change: { ...change, plan, services } as never }, sight({ oldestSecret: (_, secrets) => {
      asked = [...secrets.values()];
      return null;
    } }));
    expect(asked).toEqual(['API_KEY.1', 'ODD.1']);
  });

  it('bound the number of agents', () => {
    expect(found({ rule: 'replicas', most: 5 }, { kind: 'scale', service: 'web' as ServiceName, replicas: 6 })).toHaveLength(1);
    expect(found({ rule: 'replicas', most: 5 }, { kind: 'scale', service: 'web' as ServiceName, replicas: 5 })).toEqual([]);
  });

  it('ask people why, and nobody else', () => {
    const rule = { rule: 'reasons', changes: ['stop'], least: 8 };
    expect(found(rule, { kind: 'stop' })).toEqual(['a stop needs a reason of at least 8 characters: --reason TEXT']);
    expect(found(rule, { kind: 'start' })).toEqual([]);
    expect(found(rule, { kind: 'stop' }, {}, 'advisor:scaling')).toEqual([]);
    const stop = (reason: string) => checkCompliance(ComplianceFile.parse({ rules: [{ id: 'it', ...rule }] }).rules, Proposal.parse({ app, change: { kind: 'stop' }, actor: 'user:ada', reasoning: 'x', confidence: 1, reason }), sight()).length;
    expect([stop('too hot'), stop('        x'), stop('maintenance tonight')]).toEqual([1, 1, 0]);
  });

  it('never hold up what keeps apps alive', () => {
    expect(found({ rule: 'four-eyes', changes: ['rollback'] }, { kind: 'rollback', revision: 1 }, {}, 'control:rollout')).toEqual([]);
  });

  it.each([[{ rules: [{ id: 'x', rule: 'magic' }] }], [{ rules: [{ id: 'x', rule: 'freeze', days: ['funday'], from: '1', to: '2' }] }], [{ rules: [{ id: 'a', rule: 'replicas', most: 1 }, { id: 'a', rule: 'replicas', most: 2 }] }], [{ rulez: [] }]])('are refused when they are not rules: %j', (file) => {
    expect(ComplianceFile.safeParse(file).success).toBe(false);
  });

  it.each(['+99:99', '+14:01', '-12:01', '+12:60', '+1:00', '01:00', 'Z'])('of a freeze are refused with an offset that no time zone has: %s', (offset) => {
    expect(ComplianceFile.safeParse(freeze({ offset })).error?.issues[0]).toMatchObject({ path: ['rules', 0, 'offset'], message: expect.stringContaining('-12:00 to +14:00') });
  });

  it.each(['24:30', '24:01', '25:00', '7:00', '12:60'])('of a freeze are refused with a time that no day has: %s', (time) => {
    for (const end of ['from', 'to']) expect(ComplianceFile.safeParse(freeze({ [end]: time })).error?.issues[0]).toMatchObject({ path: ['rules', 0, end], message: expect.stringContaining('00:00 to 24:00') });
  });

  it.each(['-12:00', '-09:30', '-00:00', '+05:45', '+12:45', '+14:00'])('of a freeze are taken with the offset %s, until midnight', (offset) => {
    expect(ComplianceFile.safeParse(freeze({ offset, to: '24:00' })).success).toBe(true);
  });

  it('know one person by two ways in', () => {
    expect([isSamePerson('user:ada', 'console:ada'), isSamePerson('user:ada', 'user:bob'), isSamePerson('token:admin', 'user:admin')]).toEqual([true, false, false]);
  });
});
