import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { requires } from '../host/testing.ts';
import { fold } from '../ledger/state/fold.ts';
import { emptyState, type Decision, type Event, type State } from '../model/index.ts';
import { historyOf } from '../simulation/campaign.ts';
import { rejudge } from './rejudge.ts';

const places: string[] = [];
afterEach(() => { for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true }); });
function place(): string {
  places.push(mkdtempSync(join(tmpdir(), 'stratoswarm-rejudge-')));
  return places.at(-1)!;
}

/** Every decision of a history with the state on which it was judged. */
function judged(log: readonly Event[]): { decision: Decision; on: State }[] {
  const states: State[] = [emptyState];
  for (const event of log) states.push(fold(states.at(-1)!, event));
  return log.flatMap((event) => (event.type === 'DecisionAdmitted' ? [{ decision: event.body.decision, on: states[event.body.decision.judgedOn!]! }] : []));
}

describe('judging again', () => {
  it('comes to the same for every decision of any history', async () => {
    for (let seed = 1; seed <= 10; seed++) for (const { decision, on } of judged(await historyOf(seed))) expect(rejudge(decision, on)).toBeNull();
  });

  it('finds a decision that was never judged so', async () => {
    const all = (await Promise.all([1, 2, 3].map((seed) => historyOf(seed)))).flatMap(judged);
    const { decision, on } = all.find(({ decision: { change } }) => change.kind === 'deploy')!;
    expect(rejudge({ ...decision, revision: decision.revision! + 1 }, on)).toMatch(/would be revision/);
    expect(rejudge({ ...decision, actor: 'control:reconciler', change: { kind: 'remove', volumes: true }, revision: null }, on)).toMatch(/would refuse it/);
    const { change } = decision as Decision & { change: { kind: 'deploy' } };
    const source = { ...change.source, kind: 'git' as const, version: 'c0ffee' };
    const reading = { source: 'git', question: 'its version' };
    expect(rejudge({ ...decision, change: { ...change, source }, readings: [{ ...reading, answer: 'c0ffee' }] }, on)).toBeNull();
    expect(rejudge({ ...decision, change: { ...change, source }, readings: [{ ...reading, answer: 'decade' }] }, on)).toMatch(/decade was read/);
    const [web] = change.services;
    const built = (artefact: unknown, toolchain = web!.toolchain) => [{ source: 'build', question: 'what services are made of, and with what', answer: { [web!.name]: { artefact, toolchain, programs: ['node 24.4.0'] } } }];
    expect(rejudge({ ...decision, readings: built(web!.artefact) }, on)).toBeNull();
    expect(rejudge({ ...decision, readings: built('sha256-other') }, on)).toMatch(/was built as sha256-other with node 24\.4\.0/);
    expect(rejudge({ ...decision, readings: built(web!.artefact, ['/opt/gone']) }, on)).toMatch(/was built as/);
    const services = change.services.map((service) => ({ ...service, toolchain: [...service.toolchain, '/opt/launcher'] }));
    expect(rejudge({ ...decision, change: { ...change, services }, readings: built(web!.artefact) }, on)).toBeNull();
  });

  it.skipIf(!requires('linux', 'unprivileged-namespaces', 'program:unshare'))('asks nobody: it comes to the same where there is no network', async () => {
    const file = join(place(), 'history.json');
    writeFileSync(file, JSON.stringify(await historyOf(4)));
    const at = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
    const script = `import { readFileSync, readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { rejudge } from ${at('./rejudge.ts')};
import { fold } from ${at('../ledger/state/fold.ts')};
import { emptyState } from ${at('../model/index.ts')};
const states = [emptyState];
let judged = 0;
for (const event of JSON.parse(readFileSync(process.argv[1], 'utf8'))) {
  if (event.type === 'DecisionAdmitted' && rejudge(event.body.decision, states[event.body.decision.judgedOn]) === null) judged++;
  states.push(fold(states.at(-1), event));
}
console.log(JSON.stringify({ judged, interfaces: Object.keys(networkInterfaces()) }));`;
    const { stdout, stderr } = spawnSync('unshare', ['--map-root-user', '--net', process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, file], { encoding: 'utf8', timeout: 60_000 });
    const decisions = judged(await historyOf(4)).length;
    expect(stdout, stderr).toBe(`${JSON.stringify({ judged: decisions, interfaces: [] })}\n`);
    expect(decisions).toBeGreaterThan(0);
  });
});
