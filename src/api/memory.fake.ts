import { StratoError } from '../model/index.ts';
import type { Backend } from './backend.ts';
import type { Memory } from './memory.ts';
import type { EventView } from './views.ts';

/** What its backend shows, what happened to it, and what it was asked. */
export interface Remembered extends Pick<Backend, 'apps' | 'app' | 'agents' | 'nodes' | 'head'> {
  readonly log: EventView[];
  readonly asked: { what: string; with: unknown }[];
}

/** What a fake backend remembers: its three events, and that nothing ever changed. */
export function fakeMemory(backend: Remembered): Memory {
  const last = () => backend.log.at(-1)!;
  return {
    async why(target) {
      backend.asked.push({ what: 'why', with: target });
      if ('event' in target && target.event > backend.head()) throw new StratoError('event.unknown', `There is no event ${target.event}`);
      return { about: 'shop/web/0 is ready', chain: backend.log.slice(1), complete: true };
    },
    async calibration() {
      const bins = [{ from: 0.8, to: 1, decisions: 4, confidence: 1, rate: 0.75 }];
      return { kinds: [{ kind: 'deploy', measured: 5, held: 3, failed: 1, overtaken: 1, confidence: 1, rate: 0.75, brier: 0.25, calibrationError: 0.25, milliseconds: 1500, bins }], open: 1 };
    },
    async at(moment) {
      backend.asked.push({ what: 'at', with: moment });
      if (moment === 'gibberish') throw new StratoError('time.invalid', '"gibberish" is no moment', { next: 'write a position' });
      return { position: 2, time: 2000, head: backend.head(), apps: [...backend.apps()], agents: [...backend.agents()], nodes: [...backend.nodes()] };
    },
    async step(from, by, app) {
      backend.asked.push({ what: 'step', with: { from, by, app } });
      const position = Math.max(0, Math.min(backend.head(), Number(from) + by));
      return { position, head: backend.head(), event: backend.log[position - 1] ?? null, changes: [{ kind: 'changed', path: 'agents.shop-web-0-aaaaaaaa.state', before: 'running', after: 'ready' }], why: backend.log.slice(0, position) };
    },
    async diff() {
      return { from: { position: 1, time: 1000 }, to: { position: 3, time: last().time }, changes: [{ kind: 'added', path: 'apps.shop', before: null, after: { name: 'shop' } }] };
    },
    async debug(app, at) {
      backend.asked.push({ what: 'debug', with: { app, at } });
      if (app !== 'shop') throw new StratoError('debug.no-failure', `${app} did not fail`);
      const part = { label: 'the variable KEY of web', score: 0.9, counterfactual: 'vanishes' as const, explanation: 'without it, the failure does not come' };
      return {
        app, failure: last(), symptoms: [last()], lastGood: { position: 1, time: 1000 }, before: backend.app(app) ?? null, reproducible: true, notes: ['a note'], timeline: backend.log,
        factors: [{ ...part, label: 'the deployment of revision 2', position: 2, event: backend.log[1]!, inSlice: true, parts: [part] }],
      };
    },
    async audit(query) {
      backend.asked.push({ what: 'audit', with: query });
      const records = backend.log.toReversed().map(({ position, time, actor, app, text }) => ({ position, time, actor, app, kind: 'scale', outcome: 'held' as const, text, reason: 'a "good", one', confidence: 1, correlation: 'ab'.repeat(16), cause: null }));
      return { records, next: null };
    },
    async replay() {
      return { events: 3, from: 0, milliseconds: 12, replayed: 'ab'.repeat(32), live: 'ab'.repeat(32), snapshots: [], uncaused: [], judged: 1, differing: [], agrees: true };
    },
  };
}
