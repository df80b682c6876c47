import type { EventView } from '../api/views.ts';
import { whyOf, type Agent, type AgentId, type Decision, type Event, type ExitCause } from '../model/index.ts';

type Tone = EventView['tone'];

/** What people read of an event. `agents` gives names to ids of agents that are still known. */
export function viewEvent(event: Event, agents: { get(id: AgentId): Agent | undefined }): EventView {
  const [tone, text] = describe(event, (id) => nameOf(id, agents.get(id)));
  const { position, time, type, actor, correlation, cause, body } = event;
  return { position, time, type, actor, app: appOf(event, agents), text, tone, correlation: correlation ?? null, cause: cause ?? null, body };
}

function describe(event: Event, name: (id: AgentId) => string): [Tone, string] {
  switch (event.type) {
    case 'DecisionAdmitted': {
      const { decision } = event.body;
      return [decision.actor.startsWith('control:rollout') ? 'warning' : 'info', describeDecision(decision)];
    }
    case 'ProposalRejected':
      return ['warning', `Refused to ${event.body.proposal.change.kind} ${event.body.proposal.app ?? ''}: ${event.body.reason}`];
    case 'ComplianceViolated':
      return [event.body.blocked ? 'bad' : 'warning', `${event.body.blocked ? 'Blocked' : 'Against'} the rule ${event.body.rule}: ${event.body.detail} (${event.body.by})`];
    case 'ProposalHeld':
      return ['warning', `To ${event.body.proposal.change.kind} ${event.body.proposal.app ?? ''} waits: ${event.body.reason}`];
    case 'ProposalReleased':
      return ['info', `${event.body.by} ${event.body.verdict} a change of ${event.body.app ?? 'a node'}${event.body.reason === '' ? '' : `: ${event.body.reason}`}`];
    case 'DecisionMeasured': {
      const { kind, app, outcome, milliseconds, detail } = event.body;
      const text = { held: `did what was expected of it${milliseconds === null ? '' : ` after ${seconds(milliseconds)}`}`, failed: `did not do what was expected of it: ${detail}`, overtaken: `was overtaken: ${detail}` }[outcome];
      return [outcome === 'failed' ? 'warning' : 'info', `The decision to ${kind} ${app ?? ''} ${text}`.replace('  ', ' ')];
    }
    case 'DeploymentRequested':
      return ['info', `Deploying ${event.body.app} from ${event.body.location}`];
    case 'BuildFinished':
      return ['info', event.body.cached ? `Build of ${event.body.app} taken from the cache` : `Built ${event.body.app} in ${seconds(event.body.milliseconds)}`];
    case 'DeploymentFailed':
      return ['bad', `Deployment of ${event.body.app} failed: ${event.body.error.message}`];
    case 'AgentCreated':
      return ['info', `${name(event.body.agent)} created ${event.body.standby ? 'to stand by ' : ''}for revision ${event.body.revision}`];
    case 'AgentPrepared':
      return ['info', `${name(event.body.agent)} prepared`];
    case 'AgentStarting':
      return ['info', `${name(event.body.agent)} starting${event.body.revision === undefined ? '' : `, with the code of revision ${event.body.revision}`}`];
    case 'AgentRunning':
      return ['info', `${name(event.body.agent)} running${event.body.pid === null ? '' : ` as pid ${event.body.pid}`}`];
    case 'AgentReady':
      return ['good', `${name(event.body.agent)} ready${event.body.address === undefined ? '' : `; it listens by IPv6 only, and is reached at ${event.body.address}`}`];
    case 'AgentUnready':
      return ['warning', `${name(event.body.agent)} not ready: ${event.body.reason}`];
    case 'AgentStopping':
      return [event.body.cause === 'stopped' ? 'info' : 'bad', `${name(event.body.agent)} stopping: ${event.body.reason}`];
    case 'AgentExited':
      // Most often a standby: of the agent that serves in the same slot nothing is said.
      if (event.body.from === 'prepared' && event.body.cause === 'stopped') return ['info', `${name(event.body.agent)} put away before it was started${event.body.exit.detail === null ? '' : `: ${event.body.exit.detail}`}`];
      return exitText(name(event.body.agent), event.body.cause, event.body.exit);
    case 'AgentRemoved':
      return ['info', `${name(event.body.agent)} removed`];
    case 'RolloutReady':
      return ['good', `${event.body.app} answers with revision ${event.body.revision}`];
    case 'RolloutSucceeded':
      return ['good', `Revision ${event.body.revision} of ${event.body.app} stayed well`];
    case 'RolloutFailed':
      return ['bad', `Revision ${event.body.revision} of ${event.body.app} failed: ${event.body.reason}`];
    case 'AppRemoved':
      return ['info', `${event.body.app} removed${event.body.volumes ? ' with its data' : ''}`];
    case 'NodeSeen':
      return ['info', `Node ${event.body.node} offers ${event.body.isolations.join(', ')}`];
    case 'DaemonStarted':
      return ['info', `Daemon ${event.body.version} started; ${event.body.adopted} running agents adopted`];
    case 'DaemonStopped':
      return ['info', `Daemon stopped: ${event.body.reason}`];
    case 'SnapshotTaken':
      return ['good', `Snapshot ${event.body.snapshot} of ${event.body.apps.join(', ') || 'no app'} taken`];
    case 'SnapshotRestored':
      return ['info', event.body.fork ? `${event.body.app} forked from ${event.body.source} as snapshot ${event.body.snapshot} has it` : `${event.body.app} restored from snapshot ${event.body.snapshot}`];
    case 'ComplianceRulesChanged':
      return ['warning', event.body.rules === null ? 'The compliance rules cannot be read: only control’s own changes pass' : `Compliance rules in force: ${event.body.rules.map(({ id }) => id).join(', ') || 'none'}`];
    case 'ApproverChanged':
      return ['warning', event.body.key === null ? `${event.body.person} approves no more` : `${event.body.person} may approve, by the key ${event.body.key.split('+').slice(0, 2).join('+')}${event.body.signedBy === null ? '' : `; ${event.body.signedBy} agreed`}`];
    case 'LedgerArchived':
      return ['info', `Events ${event.body.from + 1} to ${event.body.upTo} were archived in ${event.body.name}`];
    case 'LedgerRecovered':
      return ['bad', `The ledger was damaged (${event.body.reason}); ${event.body.kept} events kept${event.body.lost === null ? '' : `, ${event.body.lost} lost`}`];
    case 'OrphanCollected':
      return ['warning', `${event.body.agent} was running without a record and was ended`];
  }
}

function describeDecision(decision: Decision): string {
  const { app, change, revision } = decision;
  const why = whyOf(decision);
  switch (change.kind) {
    case 'deploy':
      return `Revision ${revision} of ${app} admitted`;
    case 'rollback':
      return `${app} goes back to revision ${change.revision}: ${why}`;
    case 'scale':
      return `${change.service} of ${app} scaled to ${change.replicas}`;
    case 'replace':
      return `${change.service}${change.slot === null ? '' : ` ${change.slot}`} of ${app} is replaced: ${why}`;
    case 'correct':
      return `Port of ${change.service} corrected to ${change.port}: ${why}`;
    case 'node':
      return `Node ${change.node} is now ${change.availability}`;
    default:
      return `${app} ${{ stop: 'is stopped', start: 'is started', remove: 'is removed' }[change.kind]}: ${why}`;
  }
}

function exitText(agent: string, cause: ExitCause, exit: { code: number | null; signal: string | null; detail: string | null }): [Tone, string] {
  const texts: Record<ExitCause, [Tone, string]> = {
    'completed': ['good', 'completed'],
    'crashed': ['bad', exit.signal ? `crashed with ${exit.signal}` : `crashed with exit code ${exit.code}`],
    'out-of-memory': ['bad', 'ran out of memory and was ended by the kernel'],
    'killed': ['bad', `was killed from outside with ${exit.signal}`],
    'stopped': ['info', 'stopped'],
    'start-failed': ['bad', 'could not be started'],
    'never-ready': ['bad', 'was never ready'],
    'unhealthy': ['bad', 'was unhealthy'],
    'lost': ['bad', 'disappeared'],
  };
  const [tone, text] = texts[cause];
  return [tone, `${agent} ${text}${exit.detail && cause !== 'stopped' ? `: ${exit.detail}` : ''}`];
}

/** How an exit is told in one sentence without the agent's name. */
export function describeExit(cause: ExitCause, exit: { code: number | null; signal: string | null; detail: string | null }): string {
  return exitText('', cause, exit)[1].trim();
}

function nameOf(id: AgentId, agent: Agent | undefined): string {
  return agent ? `${agent.app}/${agent.service}/${agent.slot}` : id;
}

function appOf(event: Event, agents: { get(id: AgentId): Agent | undefined }): string | null {
  if (event.type === 'DecisionAdmitted') return event.body.decision.app;
  if (event.type === 'ProposalRejected') return event.body.proposal.app;
  if ('app' in event.body) return event.body.app;
  return 'agent' in event.body ? (agents.get(event.body.agent as AgentId)?.app ?? null) : null;
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
