import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ComplianceView } from '../src/api/compliance-views.ts';
import { serverApp } from './apps.ts';
import { Swarm, type CliResult } from './harness.ts';

let swarm: Swarm;
let keys: string;

beforeAll(async () => {
  swarm = await Swarm.open();
  keys = swarm.directory('keys');
  await swarm.ok('deploy', swarm.directory('shop', serverApp('one', 'shop')));
});
afterAll(async () => expect(await swarm.close()).toEqual([]));

/** One clear error, no stack, and the exit code that its kind has. */
async function refused(argv: readonly string[], code: number, error?: string): Promise<CliResult> {
  const result = await swarm.cli(argv);
  expect(result.code, result.stderr).toBe(code);
  expect(result.stderr.match(/^Error \S/gm), result.stderr).toHaveLength(1);
  expect(result.stderr).not.toMatch(/^\s+at .*:\d+:\d+|STRATOSWARM_DEBUG|internal/m);
  expect(result.stdout).toBe('');
  if (error !== undefined) expect(result.stderr).toContain(`code  ${error}\n`);
  return result;
}

describe('questions about what was that make no sense', () => {
  const bad: [string[], number][] = [
    [['audit'], 2], [['audit', 'nothing'], 2], [['audit', 'prove'], 2], [['audit', 'prove', 'x'], 2], [['audit', 'prove', '1.5'], 2], [['audit', 'prove', '0'], 4], [['audit', 'prove', '999999999'], 4], [['audit', 'prove', '1', '--archive', '/nowhere.tar'], 2],
    [['audit', 'prove', '1', '--witness', 'http://127.0.0.1:1', '--witness-key', 'x'], 1], [['audit', 'check', '/nowhere', '--key', 'x'], 2], [['audit', 'check', '/etc/hostname'], 2], [['audit', 'check', '/etc/hostname', '--key', 'x'], 1],
    [['audit', 'verify', '--history', '/nowhere'], 1], [['audit', 'verify', '--witness', '/nowhere'], 2], [['audit', 'verify', '--key', 'x'], 1], [['audit', 'archive', '/tmp'], 2], [['audit', 'archive', '/tmp', '--before', 'the day after'], 2], [['audit', 'erase', 'user:nobody'], 4], [['audit', 'erase'], 2],
    [['audit', 'witness', 'dance'], 2], [['audit', 'witness', 'add'], 2], [['audit', 'witness', 'add', 'x', '--witness-key', 'x'], 2], [['audit', 'witness', 'remove', 'http://127.0.0.1:1'], 4], [['audit', 'witness', 'run', '--state', '/tmp/x', '--key', '/tmp/y', '--port', 'x'], 2],
    [['audit', 'log', '--format', 'xml'], 2], [['audit', 'log', '-n', '-1'], 2], [['audit', 'log', '--app', '../x'], 2], [['audit', 'log', '--from', 'someday'], 2], [['audit', 'log', '--outcome', 'bogus'], 2], [['audit', 'log', '--kind', 'bogus'], 2], [['audit', 'log', '--outcome', 'x y\u0000'.replace('\u0000', '\n')], 2],
    [['events', '-n', 'many'], 2], [['events', '--app', 'A B'], 2], [['events', 'x'], 2], [['events', '--before', '1'], 2],
    [['time'], 2], [['time', 'at'], 2], [['time', 'at', 'soon'], 2], [['time', 'at', '999999999'], 4], [['time', 'at', '2999-01-01'], 4], [['time', 'diff'], 2], [['time', 'diff', 'x', 'y'], 2], [['time', 'diff', '1', '999999999'], 4],
    [['time', 'step', '--from', 'x'], 2], [['time', 'step', '--app', '-x'], 2], [['time', 'step', '--from', '1', '--app', 'nowhere'], 4], [['time', 'step', '--from', '-1'], 2],
    [['why'], 2], [['why', '0'], 2], [['why', '999999999'], 4], [['why', 'nowhere'], 4], [['why', 'shop-web-0-aaaaaaaa'], 4], [['why', 'a/b/c/d'], 2], [['why', '$(x)'], 2],
    [['debug'], 2], [['debug', 'nowhere'], 4], [['debug', 'shop'], 4], [['debug', 'shop', '--at', 'x'], 2], [['debug', '../shop'], 2],
    [['compliance', 'report', '--from', 'x'], 2], [['approve', 'x'], 2], [['approve', 'f'.repeat(32)], 4], [['approve', 'f'.repeat(32), '--as', '/nowhere'], 4], [['reject', 'f'.repeat(32)], 4], [['approvers', 'add', 'bob'], 2], [['approvers', 'add', '../bob', '--key', 'x'], 2], [['approvers', 'add', 'bob', '--key', 'x'], 1], [['approvers', 'remove', 'bob'], 4], [['approve', 'f'.repeat(32), '--as', 'x', '--signed', 'y'], 2], [['approvers', 'sign', '/etc/hostname', '--as', '/nowhere'], 2], [['approvers', 'sign', '/etc/hostname'], 2],
  ];
  test.each(bad)('%j', async (argv, code) => void (await refused(argv, code)));

  test('programs get the same as JSON', async () => {
    const { code, json } = await swarm.cli(['audit', 'prove', '999999999', '--json']);
    expect([code, json]).toMatchObject([4, { error: { code: 'ledger.unknown-position' } }]);
  });
});

describe('two people', () => {
  const own = `user:${userInfo().username}`;
  const file = (name: string) => join(keys, `${name}.key`);
  const status = async () => (await swarm.ok('compliance', 'status')) as ComplianceView;
  const key = async (name: string) => ((await swarm.ok('approvers', 'key', file(name), '--name', name)) as { key: string }).key;
  /** A file with what the person signed of the statement, on a machine without a daemon, where they are told what it means. */
  const signed = async (name: string, about: readonly string[], means: string): Promise<string> => {
    const statement = join(keys, 'statement');
    writeFileSync(statement, (await swarm.cli([...about, '--statement'])).stdout);
    const { code, stdout, stderr } = await swarm.cli(['approvers', 'sign', statement, '--as', file(name)], { env: { STRATOSWARM_HOME: join(keys, 'elsewhere') } });
    expect([code, stderr]).toEqual([0, expect.stringContaining(means)]);
    writeFileSync(join(keys, 'signed'), stdout);
    return join(keys, 'signed');
  };
  /** What is proposed has to wait; its id. */
  const held = async (...argv: string[]): Promise<string> => {
    const { stderr } = await refused(argv, 5);
    expect(stderr).toContain('a second person has to agree');
    return /approve ([0-9a-f]{32})/.exec(stderr)![1]!;
  };

  test('have to agree before data is removed, each with a key of their own', async () => {
    writeFileSync(join(swarm.home, 'compliance.yaml'), 'rules:\n  - { id: two-people, rule: four-eyes, changes: [remove] }\n  - { id: small, rule: four-eyes, changes: [scale] }\n');
    const [bob, eve] = [await key('bob'), await key('eve')];
    expect(statSync(file('bob')).mode & 0o777).toBe(0o600);
    expect(await key('bob')).toBe(bob);
    expect((await swarm.cli(['approvers', 'list'])).stdout).toContain('No approvers');

    // The first is whoever the daemon's user says; each one after needs a signature.
    await swarm.ok('approvers', 'add', 'bob', '--key', bob);
    await refused(['approvers', 'add', 'eve', '--key', eve, '--also', own], 5, 'governor.unsigned');
    await refused(['approvers', 'add', 'eve', '--key', eve, '--also', own, '--as', file('eve')], 5, 'governor.signature');
    await swarm.ok('approvers', 'add', 'eve', '--key', eve, '--also', own, '--as', file('bob'));
    expect((await swarm.ok('approvers', 'list')) as unknown).toEqual({ approvers: [{ person: 'user:bob', key: bob, also: [] }, { person: 'user:eve', key: eve, also: [own] }] });
    expect((await swarm.events({ types: 'ApproverChanged' })).map(({ actor, body }) => [actor, (body as { person: string }).person, (body as { signedBy: string | null }).signedBy])).toEqual([[own, 'user:eve', 'user:bob'], [own, 'user:bob', null]]);

    // Nobody's signature, that of who proposed it, and one with a key that nobody knows.
    const first = await held('rm', 'shop', '--volumes', '--yes');
    expect((await status()).held).toMatchObject([{ id: first, app: 'shop', kind: 'remove', by: own, rules: ['two-people'] }]);
    await key('mallory');
    await refused(['approve', first], 5, 'governor.unsigned');
    await refused(['approve', first, '--as', file('eve')], 5, 'governor.same-person');
    await refused(['approve', first, '--as', file('mallory')], 5, 'governor.signature');
    await refused(['approve', first, '--as', file('nobody')], 2, 'usage.file');
    expect(existsSync(file('nobody'))).toBe(false);
    expect((await swarm.ask('shop')).body).toBe('one');

    // Turned down: it is over, also for who would have agreed.
    await swarm.ok('reject', first, '--reason', 'still needed');
    await refused(['approve', first, '--as', file('bob')], 4, 'governor.unknown-proposal');
    expect((await swarm.app('shop')).desired).toBe('running');

    // What waits stays waiting when the daemon begins anew.
    const second = await held('scale', 'shop', 'web=2');
    await swarm.killDaemon();
    await swarm.startDaemon();
    expect((await status()).held).toMatchObject([{ id: second }]);
    // Bob is elsewhere: he gets the statement, and what he signed comes back.
    await refused(['approve', second, '--signed', await signed('mallory', ['approve', second], 'run 2 of web of shop')], 5, 'governor.signature');
    const { decision } = (await swarm.ok('approve', second, '--signed', await signed('bob', ['approve', second], `${own} wants to run 2 of web of shop`))) as { decision: { kind: string; app: string } };
    expect(decision).toMatchObject({ kind: 'scale', app: 'shop' });
    await swarm.settled('shop', (view) => view.services.some(({ ready }) => ready === 2));
    await refused(['approve', second, '--as', file('bob')], 4, 'governor.unknown-proposal');
    const [admitted] = await swarm.events({ app: 'shop', types: 'DecisionAdmitted' });
    expect((admitted!.body as { decision: object }).decision).toMatchObject({ actor: own, approvedBy: ['user:bob'] });
    expect((await swarm.events({ types: 'ProposalReleased' })).map(({ actor, body }) => [actor, (body as { verdict: string }).verdict])).toEqual([['user:bob', 'approved'], [own, 'rejected']]);

    // Who goes agrees to nothing more.
    await refused(['approvers', 'remove', 'bob'], 5, 'governor.unsigned');
    await swarm.ok('approvers', 'remove', 'bob', '--signed', await signed('eve', ['approvers', 'remove', 'bob'], 'user:bob shall approve no more'));
    const third = await held('scale', 'shop', 'web=1');
    await refused(['approve', third, '--as', file('bob')], 5, 'governor.signature');
    await swarm.ok('approvers', 'remove', 'eve', '--as', file('eve'));
    await swarm.ok('reject', third);
    writeFileSync(join(swarm.home, 'compliance.yaml'), 'rules: []\n');
    await swarm.ok('scale', 'shop', 'web=1');
    const [deployed] = (await swarm.events({ app: 'shop', types: 'DecisionAdmitted' })).slice(-1);
    const { readings } = (deployed!.body as { decision: { readings: { source: string; answer: unknown }[] } }).decision;
    expect(readings.find(({ source }) => source === 'build')!.answer).toMatchObject({ web: { artefact: expect.stringMatching(/^sha256-/), programs: [expect.stringMatching(/^node \d/)] } });
    // Everything is judged again, each by the rules of its time.
    const rules = (await swarm.events({ types: 'ComplianceRulesChanged' })).map(({ body }) => (body as { rules: { id: string }[] }).rules.map(({ id }) => id));
    expect(rules).toEqual([[], ['two-people', 'small']]);
    expect((await swarm.ok('audit', 'replay')) as unknown).toMatchObject({ agrees: true, differing: [], uncaused: [] });

    // Whoever approved can be erased: no event names them any more, and all of it still verifies and comes out the same.
    const { erased, copies } = (await swarm.ok('audit', 'erase', 'user:bob')) as { erased: Record<string, string>; copies: unknown[] };
    expect([Object.keys(erased), copies]).toEqual([['user:bob'], []]);
    const [scaled] = (await swarm.events({ app: 'shop', types: 'DecisionAdmitted' })).filter(({ body }) => (body as { decision: { approvedBy: string[] } }).decision.approvedBy.length > 0);
    expect((scaled!.body as { decision: object }).decision).toMatchObject({ approvedBy: [erased['user:bob']] });
    expect((await swarm.ok('audit', 'verify')) as unknown).toMatchObject({ ok: true });
    expect((await swarm.ok('audit', 'replay')) as unknown).toMatchObject({ agrees: true, differing: [] });
    expect(readFileSync(file('bob'), 'utf8')).not.toContain(bob);
  });

  test('who have not agreed yet let nothing of a deployment hold: not the variables that it sets either', async () => {
    const rules = (changes: string) => writeFileSync(join(swarm.home, 'compliance.yaml'), `rules:\n  - { id: two-people, rule: four-eyes, changes: [${changes}] }\n`);
    const app = swarm.directory('wares', serverApp('one', 'wares'));
    const environment = async () => JSON.parse(await swarm.answers('wares', '/environment')) as Record<string, string>;
    rules('deploy');
    await swarm.ok('reject', await held('deploy', app, '--env', 'LIMIT=5'));
    rules('remove');
    await swarm.ok('deploy', app, '--env', 'COLOUR=red');
    expect(await environment()).toMatchObject({ COLOUR: 'red' });
    rules('deploy');
    await swarm.ok('reject', await held('deploy', app, '--env', 'COLOUR=blue', '--env', 'LIMIT=6'));
    rules('remove');
    writeFileSync(join(app, 'notes.txt'), 'another revision');
    await swarm.ok('deploy', app);
    expect(await environment()).toMatchObject({ COLOUR: 'red' });
    expect(await environment()).not.toHaveProperty('LIMIT');
    writeFileSync(join(swarm.home, 'compliance.yaml'), 'rules: []\n');
  });
});

describe('the values of variables', () => {
  const environment = async () => JSON.parse(await swarm.answers('till', '/environment')) as Record<string, string>;

  test('of two deployments at the same time are both kept, and go when they are to be set no more', async () => {
    const app = swarm.directory('till', serverApp('one', 'till'));
    await swarm.ok('deploy', app, '--env', 'COLOUR=red');
    await Promise.all(['ONE', 'TWO', 'THREE'].map((name) => swarm.ok('deploy', app, '--detach', '--env', `${name}=1`)));
    await swarm.answers('till', '/environment', (body) => ['ONE', 'TWO', 'THREE'].every((name) => body.includes(`"${name}":"1"`)));
    await refused(['deploy', app, '--unset', 'FOUR'], 1, 'env.not-set');
    await refused(['deploy', app, '--unset', 'ONE', '--env', 'ONE=2'], 2, 'usage.option');
    await swarm.ok('deploy', app, '--unset', 'ONE', '--unset', 'COLOUR');
    expect(await environment()).toMatchObject({ TWO: '1', THREE: '1' });
    expect(Object.keys(await environment())).not.toEqual(expect.arrayContaining(['ONE']));
    expect(Object.keys(await environment())).not.toEqual(expect.arrayContaining(['COLOUR']));
  });

  test('are not in the ledger, also when the app or its build prints them before it fails', async () => {
    const secret = 'correct-horse-battery-staple';
    const app = swarm.directory('till', { 'server.js': 'console.error(`the key ${process.env.API_KEY} is wrong`);\nprocess.exit(3);\n' });
    const { code, stderr } = await swarm.cli(['deploy', app, '--yes', '--env', `API_KEY=${secret}`]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('the key [API_KEY] is wrong')]);
    swarm.directory('till', { 'package.json': JSON.stringify({ name: 'till', scripts: { build: 'node build.js', start: 'node server.js' } }), 'build.js': 'console.log(`building with ${process.env.API_KEY}`);\nprocess.exit(4);\n' });
    expect((await swarm.cli(['deploy', app, '--yes', '--env', `API_KEY=${secret}`])).code).toBe(1);
    const events = JSON.stringify(await swarm.events({ app: 'till' }));
    expect(events).toContain('the key [API_KEY] is wrong');
    expect(events).toContain('building with [API_KEY]');
    expect(events).not.toContain(secret);
  });
});
