import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Map } from 'immutable';
import type { Agent, AgentId, App, AppName, Approver, Node, HeldProposal, OpenDecision, Revision, RulesInForce, SlotHistory, State } from '../../model/index.ts';

interface PlainState {
  readonly position: number;
  readonly apps: readonly (Omit<App, 'revisions'> & { readonly revisions: readonly Revision[] })[];
  readonly agents: readonly Agent[];
  readonly standbys: readonly Agent[];
  readonly slots: Readonly<Record<string, SlotHistory>>;
  readonly nodes: readonly Node[];
  readonly open: readonly OpenDecision[];
  readonly held: readonly HeldProposal[];
  readonly approvers: readonly Approver[];
  readonly rules: RulesInForce | null;
}

/** The state as plain JSON, for snapshots. */
export function dumpState(state: State): PlainState {
  return {
    position: state.position,
    apps: [...state.apps.values()].map((app) => ({ ...app, revisions: [...app.revisions.values()] })),
    agents: [...state.agents.values()],
    standbys: [...state.standbys.values()],
    slots: state.slots.toObject(),
    nodes: [...state.nodes.values()],
    open: [...state.open.values()],
    held: [...state.held.values()],
    approvers: [...state.approvers.values()],
    rules: state.rules,
  };
}

/** The inverse of {@link dumpState}. What a state of an earlier version does not have is empty. */
export function loadState(plain: unknown): State {
  const { position, apps, agents, standbys = [], slots, nodes, open = [], held = [], approvers = [], rules = null } = plain as Partial<PlainState> & Pick<PlainState, 'position' | 'apps' | 'agents' | 'slots' | 'nodes'>;
  return {
    position,
    apps: Map(apps.map((app): [AppName, App] => [app.name, { ...app, revisions: Map(app.revisions.map((revision): [number, Revision] => [revision.number, revision])) }])),
    agents: byId(agents),
    standbys: byId(standbys),
    slots: Map(slots),
    nodes: Map(nodes.map((node): [string, Node] => [node.name, node])),
    open: Map(open.map((decision): [string, OpenDecision] => [decision.id, decision])),
    held: Map(held.map((proposal): [string, HeldProposal] => [proposal.id, proposal])),
    approvers: Map(approvers.map((approver): [string, Approver] => [approver.person, approver])),
    rules,
  };
}

function byId(agents: readonly Agent[]): State['agents'] {
  return Map(agents.map((agent): [AgentId, Agent] => [agent.id, agent]));
}

/** Identity of the fold: a snapshot that another one made is not used. */
export function reducerHash(): string {
  const sources = ['./fold.ts', './state-file.ts', '../../model/state.ts', '../../model/agent.ts', '../../model/origin.ts', '../../model/compliance.ts'];
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(new URL(source, import.meta.url)));
  return hash.digest('hex').slice(0, 32);
}
