import { canonical, type State } from '../../model/index.ts';
import { dumpState } from './state-file.ts';

/** One difference between two states. */
export interface StateChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** `apps.shop.scale.web`, `agents.shop-web-0-abcdefgh.state`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What says only by which events a state came about. */
const silent = new Set(['last', 'decided', 'exitedBy', 'position']);

/** What is different in `after`: apps first, then agents, slots, nodes, open decisions, and who approves by which rules. What both states share is not looked at. */
export function diffStates(before: State, after: State): StateChange[] {
  const changes: StateChange[] = [];
  for (const part of ['apps', 'agents', 'standbys', 'slots', 'nodes', 'open', 'held', 'approvers', 'rules'] as const) {
    if (before[part] === after[part]) continue;
    compareMembers(part, outline(before)[part], outline(after)[part], changes);
  }
  return changes;
}

/** The state without what is large and never changes: a revision stands for its plan. */
function outline(state: State): Record<'apps' | 'agents' | 'standbys' | 'slots' | 'nodes' | 'open' | 'held' | 'approvers' | 'rules', Record<string, unknown>> {
  const { apps, agents, standbys, slots, nodes, open, held, approvers, rules } = dumpState(state);
  const outlined = apps.map((app) => ({ ...app, revisions: Object.fromEntries(app.revisions.map(({ number, actor, source, services }) => [number, { actor, source, services: keyed(services, 'name') }])) }));
  return { apps: keyed(outlined, 'name'), agents: keyed(agents, 'id'), standbys: keyed(standbys, 'id'), slots, nodes: keyed(nodes, 'name'), open: keyed(open, 'id'), held: keyed(held.map(({ id, rules, reason }) => ({ id, rules, reason })), 'id'), approvers: keyed(approvers, 'person'), rules: keyed(rules?.rules ?? [], 'id') };
}

function compareMembers(path: string, before: object, after: object, changes: StateChange[]): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (silent.has(key)) continue;
    const [a, b] = [(before as Record<string, unknown>)[key], (after as Record<string, unknown>)[key]];
    if (a !== b) compare(`${path}.${key}`, a, b, changes);
  }
}

function compare(path: string, before: unknown, after: unknown, changes: StateChange[]): void {
  if (canonical(before) === canonical(after)) return;
  if (before === undefined) changes.push({ kind: 'added', path, before: null, after });
  else if (after === undefined) changes.push({ kind: 'removed', path, before, after: null });
  else if (isObject(before) && isObject(after)) compareMembers(path, before, after, changes);
  else changes.push({ kind: 'changed', path, before, after });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keyed<T extends object>(items: readonly T[], key: keyof T): Record<string, T> {
  return Object.fromEntries(items.map((item) => [String(item[key]), item]));
}
