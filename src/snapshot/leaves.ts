import type { App, AppName, State } from '../model/index.ts';
import type { Leaf } from './manifest.ts';

/** What a snapshot holds of an app, apart from its revisions, as `app/<name>`. */
export type KeptApp = Omit<App, 'revisions'>;

/** What is kept of the state: one leaf for each app, revision, agent, slot and node. Only what belongs to `apps`, but all nodes. */
export function stateLeaves(state: State, apps: ReadonlySet<AppName>): Leaf[] {
  const leaves: Leaf[] = [];
  for (const { revisions, ...app } of state.apps.values()) {
    if (!apps.has(app.name)) continue;
    leaves.push({ key: `app/${app.name}`, value: app });
    for (const revision of revisions.values()) leaves.push({ key: `revision/${app.name}/${revision.number}`, value: revision });
  }
  for (const agent of state.agents.values()) if (apps.has(agent.app)) leaves.push({ key: `agent/${agent.id}`, value: agent });
  for (const [key, slot] of state.slots) if (apps.has(key.split('/')[0] as AppName)) leaves.push({ key: `slot/${key}`, value: slot });
  for (const node of state.nodes.values()) leaves.push({ key: `node/${node.name}`, value: node });
  return leaves;
}
