import { hashOf, type State } from '../../model/index.ts';
import { dumpState } from './state-file.ts';

/**
 * Identity of a state, 64 hexadecimal digits: equal for equal states whichever way they came about, from the first event or from a snapshot. The order in
 * which a map happens to hold its entries does not count.
 */
export function stateHash(state: State): string {
  const { position, apps, agents, standbys, slots, nodes, open, held, approvers, rules } = dumpState(state);
  const sorted = apps.map((app) => ({ ...app, revisions: app.revisions.toSorted((a, b) => a.number - b.number) }));
  return hashOf({ position, slots, apps: by(sorted, 'name'), agents: by(agents, 'id'), standbys: by(standbys, 'id'), nodes: by(nodes, 'name'), open: by(open, 'id'), held: by(held, 'id'), approvers: by(approvers, 'person'), ...(rules !== null && { rules }) });
}

function by<T, K extends keyof T>(items: readonly T[], key: K): Record<string, T> {
  return Object.fromEntries(items.map((item) => [String(item[key]), item]));
}
