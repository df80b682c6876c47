import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planOf } from '../analysis/fixture.ts';
import type { StateSource } from '../control/parts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { StratoError, type Clock, type Event, type Plan, type Service } from '../model/index.ts';
import { Experience } from '../telemetry/experience.ts';
import { Samples } from '../telemetry/samples.ts';
import { Learning } from './learning.ts';

const server = (name: string) => ({
  'package.json': { name, scripts: { start: 'node server.js' } },
  'server.js': `const http = require('node:http');\nconst ${name} = new Map();\nhttp.createServer((request, response) => {\n  ${name}.set(request.url, (${name}.get(request.url) ?? 0) + 1);\n  response.end(JSON.stringify([...${name}]));\n}).listen(process.env.PORT || 3000);\n`,
});

let directory = '';
let learning: Learning;
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'learning-')); });
afterEach(() => {
  learning.close();
  rmSync(directory, { recursive: true, force: true });
});

/** An app that was deployed so many times, and what its ledger says of that: the decision at an odd position, the end of the rollout after it. */
async function house(plan: Plan, ends: readonly Event['type'][]) {
  const events = ends.map((type, i) => ({ type, position: 2 * i + 2, body: { app: plan.app.name, revision: i + 1, ...(type === 'RolloutFailed' && { service: null }) } }) as unknown as Event);
  const revisions = new Map(ends.map((_, i) => [i + 1, { number: i + 1, position: 2 * i + 1, plan, services: [{ name: 'web', replicas: 1 } as unknown as Service] }]));
  const agent = { id: 'a', app: plan.app.name, service: 'web', state: 'ready', startedAt: 100, readyAt: 350 };
  const state = { current: { apps: new Map([[plan.app.name, { name: plan.app.name, scale: {}, revisions }]]), agents: new Map([['a', agent]]) } } as unknown as StateSource;
  const samples = new Samples();
  samples.add('a', { time: 1, cpu: 10, memory: 40_000_000, pids: 5 });
  let listener: (batch: readonly Event[]) => void = () => undefined;
  const past: Event[] = [];
  const ledger = { get head() { return past.at(-1)?.position ?? 0; }, history: async () => past.toReversed(), subscribe: (_: number, listen: typeof listener) => { listener = listen; return () => undefined; } } as unknown as Ledger;
  const open = async () => {
    learning = new Learning({
      ledger, state, clock: { after: () => () => undefined } as unknown as Clock, sampler: { samples, measure: async () => undefined }, experience: new Experience(join(directory, 'experience.db')),
      report: (error) => { throw error; },
    });
    await learning.start();
    return learning;
  };
  return { events, past, open, tell: async (event: Event) => { past.push(event); listener([event]); await Promise.resolve(); await Promise.resolve(); } };
}

describe('what deployments showed', () => {
  it('reaches the same app under another name once it has proved itself', async () => {
    const { events, open, tell } = await house(await planOf(server('first'), { name: 'first' }), ['RolloutSucceeded', 'RolloutSucceeded', 'RolloutSucceeded']);
    const second = await planOf(server('second'), { name: 'second' });
    const { advise } = await open().then((one) => ({ advise: () => one.advise(second).services[0]! }));
    expect(advise().similar).toBeUndefined();
    await tell(events[0]!);
    expect(advise()).toMatchObject({ similar: [{ app: 'first', service: 'web', succeeded: 1, failed: 0, followed: false }] });
    await tell(events[1]!);
    await tell(events[2]!);
    expect(advise()).toMatchObject({
      similar: [{ app: 'first', similarity: 1, succeeded: 3, followed: true, observed: { memory: 40_000_000, cpu: 10, ready: 250, replicas: 1 } }],
      resources: { memory: 60_000_000, memoryRange: [40_000_000, 60_000_000], limits: [] },
    });
    const other = await planOf({ 'requirements.txt': 'flask\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n@app.route("/")\ndef index():\n    return "hello"\n' }, { name: 'other' });
    expect(learning.advise(other)).toEqual(other);
  });

  it('is where the next plan of the same app starts from, after one deployment and whatever else its code says', async () => {
    const { events, open, tell } = await house(await planOf(server('first'), { name: 'first' }), ['RolloutSucceeded']);
    await open();
    await tell(events[0]!);
    const files = { ...server('first'), 'extra.js': 'module.exports = class Extra { constructor(a, b) { this.sum = a + b; } twice() { return this.sum * 2; } };\n' };
    const next = learning.advise(await planOf(files, { name: 'first' })).services[0]!;
    expect(next.resources).toMatchObject({ memory: 60_000_000, memoryRange: [40_000_000, 60_000_000], limits: [] });
    expect(next.evidence.map(({ why }) => why).filter((why) => why.startsWith('memory'))).toEqual(['memory: an agent of it was seen to need 38.1Mi at most when it ran here (1 deployment went well)']);
    expect(learning.mostMemory('first' as never, 'web' as never)).toBe(40_000_000);
    expect(learning.mostMemory('first' as never, 'worker' as never)).toBeNull();
  });

  it('is followed no more after failures', async () => {
    const plan = await planOf(server('first'), { name: 'first' });
    const { events, open, tell } = await house(plan, ['RolloutSucceeded', 'RolloutSucceeded', 'RolloutSucceeded', 'RolloutFailed']);
    await open();
    for (const event of events) await tell(event);
    const copy = await planOf(server('first'), { name: 'copy' });
    expect(learning.advise(copy).services[0]!.similar).toMatchObject([{ succeeded: 3, failed: 1, followed: false }]);
  });

  it('is counted once, also what happened while nobody counted', async () => {
    const plan = await planOf(server('first'), { name: 'first' });
    const { events, past, open, tell } = await house(plan, ['RolloutSucceeded', 'RolloutSucceeded', 'RolloutSucceeded']);
    await open();
    await tell(events[0]!);
    learning.close();
    past.push(events[1]!);
    await open();
    await tell(events[2]!);
    learning.close();
    await open();
    expect(learning.advise(plan).services[0]!.similar).toMatchObject([{ succeeded: 3, failed: 0 }]);
    learning.close();
    past.splice(0);
    await open();
    expect(learning.advise(plan).services[0]!.similar).toBeUndefined();
  });

  it('stops no deployment when it cannot be read', async () => {
    const plan = await planOf(server('first'), { name: 'first' });
    const reports: string[] = [];
    const experience = { nearest: () => { throw new StratoError('disk.full', 'no'); }, close: () => undefined } as unknown as Experience;
    learning = new Learning({ experience, report: (_: unknown, what: string) => reports.push(what) } as never);
    expect(learning.advise(plan)).toBe(plan);
    expect(reports).toEqual(['looking for similar services']);
  });
});
