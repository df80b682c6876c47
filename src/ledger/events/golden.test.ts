import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { emptyState, type Event, type State } from '../../model/index.ts';
import { fold } from '../state/fold.ts';
import { EventCodec, modelSchemas } from './schemas.ts';
import { stateHash } from '../state/state-hash.ts';

/**
 * Histories as programs of earlier versions wrote them, one file for every generation of event schemas; they are never changed. Beside each stands
 * what it comes to.
 */
const histories = globSync(join(import.meta.dirname, '../testing/golden/*.jsonl')).sort();

function read(path: string): Event[] {
  return new EventCodec(modelSchemas).read(`[${readFileSync(path, 'utf8').trim().split('\n').join(',')}]`, '');
}

/** What a person would say of a state. */
function summary(state: State) {
  return {
    position: state.position,
    apps: [...state.apps.values()].map(({ name, desired, revision, stable, scale, rollout }) => ({ name, desired, revision, stable, scale, rollout: rollout?.state ?? null })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    agents: [...state.agents.values()].map(({ id, state: is, revision }) => `${id} ${is} ${revision}`).sort(),
    nodes: [...state.nodes.values()].map(({ name, availability }) => `${name} ${availability}`),
  };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe.each(histories.map((path) => [basename(path), path] as const))('the history %s', (_, path) => {
  it('comes to what it came to then', () => {
    const state = read(path).reduce(fold, emptyState);
    expect(summary(state)).toEqual(JSON.parse(readFileSync(path.replace('.jsonl', '.summary.json'), 'utf8')));
  });

  it('has bodies that today’s schemas accept', () => {
    for (const event of read(path)) expect(() => modelSchemas.bodies[event.type]!.parse(event.body), `${event.position} ${event.type}`).not.toThrow();
  });

  it('comes to the same without the time, without chance, and without anything outside', () => {
    const events = read(path);
    const expected = stateHash(events.reduce(fold, emptyState));
    const forbidden = (what: string) => () => { throw new Error(`the fold asked for ${what}`); };
    vi.spyOn(Date, 'now').mockImplementation(forbidden('the time'));
    vi.spyOn(performance, 'now').mockImplementation(forbidden('the time'));
    vi.spyOn(Math, 'random').mockImplementation(forbidden('chance'));
    vi.stubGlobal('fetch', forbidden('the network'));
    const state = events.reduce(fold, emptyState);
    vi.restoreAllMocks();
    expect(stateHash(state)).toBe(expected);
  });
});

it('folds with nothing but the model and its maps: nothing that could ask the outside is within reach', () => {
  const reached = new Set<string>();
  const follow = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const [, kind, target] of readFileSync(path, 'utf8').matchAll(/^(import type|import|export)[^']*from '([^']+)'/gm)) {
      if (kind === 'import type') continue;
      if (target!.startsWith('.')) follow(join(path, '..', target!));
      else reached.add(target!);
    }
  };
  follow(join(import.meta.dirname, '../state/fold.ts'));
  expect([...reached].filter((name) => !name.startsWith('/')).sort()).toEqual(['immutable', 'node:crypto', 'zod']);
});
