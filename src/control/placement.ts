import type { Isolation, Node, Service } from '../model/index.ts';

/** Says why a node cannot take an agent of a service; undefined when it can. */
export type Filter = (node: Node, service: Service) => string | undefined;

const available: Filter = (node) => (node.availability === 'active' ? undefined : `it is ${node.availability}`);
/** Also a service that takes any isolation needs one that works. */
const runs: Filter = (node) => (node.isolations.length > 0 ? undefined : 'no way of running agents works there');
const isolated: Filter = (node, service) =>
  service.isolation === null || node.isolations.includes(service.isolation as Isolation) ? undefined : `it offers no ${service.isolation} isolation`;
const fits: Filter = (node, service) =>
  (service.resources.memory ?? 0) > node.memory ? 'it has too little memory' : (service.resources.cpu ?? 0) > node.cpu ? 'it has too few cores' : undefined;

/** A pipeline of small named filters, asked in order. */
export const filters: Readonly<Record<string, Filter>> = { available, runs, isolated, fits };

/** The node for a new agent: the first, by name, that passes every filter; or why none does. */
export function place(nodes: Iterable<Node>, service: Service): { node: string } | { refused: string } {
  const refusals: string[] = [];
  for (const node of [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const reason = Object.values(filters).map((filter) => filter(node, service)).find((refusal) => refusal !== undefined);
    if (reason === undefined) return { node: node.name };
    refusals.push(`${node.name}: ${reason}`);
  }
  return { refused: refusals.join('; ') || 'there is no node' };
}
