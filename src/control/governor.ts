import type { Ledger } from '../ledger/ledger.ts';
import { Proposal, StratoError, because, replicasOf, targetRevision, type App, type ComplianceRule, type Decision, type HeldProposal, type NewEvent, type Origin, type Random, type Service, type State, type Window } from '../model/index.ts';
import { checkCompliance, isSamePerson, type Finding } from './compliance.ts';
import { effectOf } from './effect.ts';
import { place } from './placement.ts';
import { sharesPorts } from './shared-ports.ts';

/** Bounds of what may be wanted at all. */
export interface Quotas {
  readonly apps: number;
  readonly servicesPerApp: number;
  readonly replicasPerService: number;
  readonly agents: number;
}

export const defaultQuotas: Quotas = { apps: 500, servicesPerApp: 50, replicasPerService: 1000, agents: 10_000 };

/** A proposal whose defaults are filled in. */
type Parsed = ReturnType<typeof Proposal.parse>;

/** Throws a StratoError with code `governor.*` when a proposal must not pass. */
export type Check = (proposal: Parsed, state: State, quotas: Quotas) => void;

/** The checks, by the name under which a decision cites them, in the order in which they are asked. */
export const checks: Readonly<Record<string, Check>> = {
  target: ({ app, change }, state) => {
    if (change.kind === 'node') {
      if (!state.nodes.has(change.node)) throw refuse('unknown-node', `there is no node ${change.node}`, 'swarmctl status lists them');
      return;
    }
    if (app === null) throw refuse('no-app', `a ${change.kind} needs an app`, 'name one');
    const known = state.apps.get(app);
    if (change.kind === 'deploy') {
      if (known?.desired === 'removed') throw refuse('being-removed', `${app} is being removed`, 'try again in a moment', true);
      return;
    }
    if (!known || (known.desired === 'removed' && change.kind !== 'remove')) throw refuse('unknown-app', `there is no app ${app}`, 'stratoswarm ps lists them');
  },

  reference: ({ app, change }, state) => {
    const known = app === null ? undefined : state.apps.get(app);
    if (!known) return;
    if (change.kind === 'rollback') {
      if (!known.revisions.has(change.revision)) {
        const numbers = [...known.revisions.keys()].sort((a, b) => a - b).join(', ');
        throw refuse('unknown-revision', `${app} has no revision ${change.revision}`, `choose one of ${numbers}`);
      }
      if (change.revision === known.revision && known.desired === 'running' && known.rollout?.state !== 'failed') throw refuse('same-revision', `${app} already runs revision ${change.revision}`, `stratoswarm history ${app} lists the others`);
    }
    if (change.kind === 'scale' || change.kind === 'replace' || change.kind === 'correct') serviceOf(known, change.service);
    if (change.kind === 'scale' && serviceOf(known, change.service).update.strategy === 'recreate' && change.replicas > 1) {
      throw refuse('not-scalable', `${change.service} keeps its data in a volume, so it runs once`, 'scale the services that use it');
    }
    if (change.kind === 'scale' && change.replicas > 1) {
      const service = serviceOf(known, change.service);
      const shared = [...state.nodes.values()].every((node) => sharesPorts(service, node));
      if (shared && service.port !== null && !service.portAssignable) {
        throw refuse('port-clash', `${change.service} always listens on port ${service.port}, and agents share this machine's ports`, 'let it read its port from PORT, or run the daemon as root with nftables installed so that each agent has its own network');
      }
    }
    if (change.kind === 'start' && !targetRevision(known)) throw refuse('nothing-to-start', `${app} was never deployed`, 'deploy it first');
  },

  /** A recommendation about a revision that is no longer the target has lost its ground. */
  overtaken: ({ app, basedOn }, state) => {
    const target = app === null ? undefined : state.apps.get(app);
    if (basedOn !== null && target && basedOn < (targetRevision(target)?.position ?? 0)) throw refuse('overtaken', `${app} was deployed again meanwhile`, 'look at the new revision', true);
  },

  quota: ({ app, change }, state, quotas) => {
    if (change.kind === 'deploy') {
      if (!state.apps.has(app!) && state.apps.size >= quotas.apps) throw refuse('quota', `${quotas.apps} apps are the limit`, 'remove one');
      if (change.services.length > quotas.servicesPerApp) throw refuse('quota', `${change.services.length} services in one app, ${quotas.servicesPerApp} are the limit`, 'split the app');
    }
    const asked = change.kind === 'scale' ? change.replicas : change.kind === 'deploy' ? Math.max(0, ...change.services.map((service) => service.replicas)) : 0;
    if (asked > quotas.replicasPerService) throw refuse('quota', `${asked} replicas of one service, ${quotas.replicasPerService} are the limit`, 'ask for fewer');
    if (asked > 0 && wantedAgents(state) + asked > quotas.agents) throw refuse('quota', `that would be more than ${quotas.agents} agents`, 'scale something down first');
  },

  placement: ({ change }, state) => {
    if (change.kind !== 'deploy') return;
    for (const service of change.services) {
      const placed = place(state.nodes.values(), service);
      if ('refused' in placed) throw refuse('no-place', `no node can take ${service.name}: ${placed.refused}`, 'stratoswarm doctor shows what each node offers');
    }
  },

  /** What acts by itself may not take away: only people remove data, and only control stops or rolls back. */
  'blast-radius': ({ actor, change }) => {
    const person = !/^(control|advisor|driver|daemon)\b/.test(actor);
    if (change.kind === 'remove' && !person) throw refuse('blast-radius', `${actor} may not remove an app`, 'a person has to');
    if ((change.kind === 'stop' || change.kind === 'rollback') && !person && !actor.startsWith('control:')) throw refuse('blast-radius', `${actor} may not ${change.kind} an app`, 'a person has to');
    if (change.kind === 'scale' && change.replicas === 0 && !person) throw refuse('blast-radius', `${actor} may not scale to nothing`, 'a person has to');
  },
};

export interface GovernorParts {
  readonly ledger: Ledger;
  readonly state: () => State;
  readonly random: Random;
  readonly quotas?: Quotas;
  /** The measurements of an app, or of everything for null, as they stand: a decision keeps them. */
  readonly window?: (app: App['name'] | null) => Window | null;
  readonly compliance?: Compliance;
}

/** The rules that decisions are checked against, and what those look at. */
export interface Compliance {
  /** Throws while they cannot be read. */
  rules(): readonly ComplianceRule[];
  now(): number;
  secretsSetAt(app: string): number | null;
}

/** The only gate to desired state: whoever wants a change proposes it here. */
export class Governor {
  readonly #ledger: Ledger;
  readonly #state: () => State;
  readonly #random: Random;
  readonly #quotas: Quotas;
  readonly #compliance: Compliance | undefined;
  readonly #window: (app: App['name'] | null) => Window | null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ ledger, state, random, quotas = defaultQuotas, window = () => null, compliance }: GovernorParts) {
    this.#ledger = ledger;
    this.#state = state;
    this.#random = random;
    this.#quotas = quotas;
    this.#window = window;
    this.#compliance = compliance;
  }

  /**
   * Admits the proposal, or throws the reason as a StratoError `governor.*` after writing it down. Resolves when the decision is durable.
   * Proposals are judged one after the other, each on the state that the one before it left. `origin` is the event that it follows from; a wish that
   * follows from none begins a matter of its own.
   */
  propose(proposal: Proposal, origin?: Origin): Promise<Decision> {
    const turn = this.#turn.then(() => this.#judge(proposal, origin));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** What `propose` would do, without doing it: throws the same errors. */
  check(proposal: Proposal): string[] {
    const parsed = parse(proposal);
    const state = this.#state();
    for (const check of Object.values(checks)) check(parsed, state, this.#quotas);
    return ['schema', ...Object.keys(checks)];
  }

  /**
   * Another person agrees to a proposal that was held for that. It is judged again, on the state of now. Throws `governor.unknown-proposal`, `governor.same-person`, and
   * whatever the governor has against it now.
   */
  approve(id: string, actor: string): Promise<Decision> {
    const turn = this.#turn.then(() => {
      const held = this.#heldOf(id);
      if (isSamePerson(held.proposal.actor, actor)) throw refuse('same-person', `${actor} proposed this`, 'somebody else has to agree');
      const release: NewEvent = { type: 'ProposalReleased', actor, ...because(held.heldBy), body: { id, app: held.proposal.app, verdict: 'approved', by: actor, reason: '' } };
      return this.#judge(held.proposal, { ...held.heldBy, correlation: held.heldBy.correlation ?? id }, [actor], release);
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Turns a proposal that was held down. Throws `governor.unknown-proposal`. */
  reject(id: string, actor: string, reason: string): Promise<void> {
    const turn = this.#turn.then(async () => {
      const held = this.#heldOf(id);
      await this.#ledger.append([{ type: 'ProposalReleased', actor, ...because(held.heldBy), body: { id, app: held.proposal.app, verdict: 'rejected', by: actor, reason } }]);
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #heldOf(id: string): HeldProposal {
    const held = this.#state().held.get(id);
    if (!held) throw refuse('unknown-proposal', `no proposal ${id} waits for anybody`, 'swarmctl compliance status lists those that do');
    return held;
  }

  /** What the rules have against it: what only tells is returned, what blocks is written down and thrown. */
  async #comply(proposal: Parsed, origin: Origin | undefined, approvedBy: readonly string[]): Promise<{ rules: string[]; alerts: NewEvent[] }> {
    if (!this.#compliance || proposal.actor.startsWith('control:')) return { rules: [], alerts: [] };
    const rules = this.#compliance.rules();
    const { now, secretsSetAt } = { now: this.#compliance.now(), secretsSetAt: this.#compliance.secretsSetAt };
    const findings = checkCompliance(rules, proposal, { state: this.#state(), now, approvedBy, secretsSetAt });
    const violated = ({ rule, detail }: Finding): NewEvent => ({
      type: 'ComplianceViolated', actor: 'control:governor', ...because(origin), body: { rule: rule.id, app: proposal.app, kind: proposal.change.kind, by: proposal.actor, detail, blocked: rule.mode === 'block' },
    });
    const blocking = findings.filter(({ rule }) => rule.mode === 'block');
    const reason = blocking.map(({ detail }) => detail).join('; ');
    if (blocking.length > 0 && blocking.every(({ approvable }) => approvable)) {
      const id = this.#id();
      await this.#ledger.append([{ type: 'ProposalHeld', actor: proposal.actor, correlation: id, ...because(origin), body: { id, proposal, rules: blocking.map(({ rule }) => rule.id), reason } }]);
      throw refuse('approval-needed', reason, `another person runs swarmctl approve ${id}`);
    }
    if (blocking.length > 0) {
      const rejected: NewEvent = { type: 'ProposalRejected', actor: 'control:governor', ...because(origin), body: { proposal: slim(proposal), code: 'governor.compliance', reason } };
      await this.#ledger.append([rejected, ...blocking.map(violated)]);
      throw refuse('compliance', reason, `swarmctl compliance rules shows ${blocking.map(({ rule }) => rule.id).join(', ')}`);
    }
    return { rules: rules.map(({ id }) => id), alerts: findings.map(violated) };
  }

  async #judge(proposal: Proposal, origin: Origin | undefined, approvedBy: string[] = [], release?: NewEvent): Promise<Decision> {
    let admittedBy: string[];
    try {
      admittedBy = this.check(proposal);
    } catch (error) {
      if (error instanceof StratoError && error.code !== 'governor.schema') {
        await this.#ledger.append([{ type: 'ProposalRejected', actor: 'control:governor', ...because(origin), body: { proposal: slim(parse(proposal)), code: error.code, reason: error.message } }]);
      }
      throw error;
    }
    const parsed = parse(proposal);
    const { rules, alerts } = await this.#comply(parsed, origin, approvedBy);
    const revision = parsed.change.kind === 'deploy' ? this.#nextRevision(parsed.app!) : null;
    const state = this.#state();
    const decision: Decision = {
      ...parsed, id: this.#id(), revision, admittedBy, effect: parsed.effect ?? effectOf(parsed.change, revision, parsed.app === null ? undefined : state.apps.get(parsed.app)),
      judgedOn: state.position, window: this.#window(parsed.app), policies: rules, approvedBy,
    };
    await this.#ledger.append([...(release ? [release] : []), ...alerts, { type: 'DecisionAdmitted', actor: parsed.actor, correlation: decision.id, ...because(origin), body: { decision } }]);
    return decision;
  }

  #nextRevision(app: App['name']): number {
    return Math.max(0, ...(this.#state().apps.get(app)?.revisions.keys() ?? [])) + 1;
  }

  #id(): string {
    return Array.from({ length: 4 }, () => Math.floor(this.#random.next() * 2 ** 32).toString(16).padStart(8, '0')).join('');
  }
}

function parse(proposal: Proposal): Parsed {
  const parsed = Proposal.safeParse(proposal);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse('schema', `the proposal is not valid: ${issue?.path.join('.')} ${issue?.message}`, 'correct that field');
}

/** A rejected deployment is recorded without its plan, which may be large. */
function slim(proposal: Parsed): Parsed {
  if (proposal.change.kind !== 'deploy') return proposal;
  return { ...proposal, change: { ...proposal.change, services: [], plan: { ...proposal.change.plan, services: [], edges: [], findings: [] } } };
}

function serviceOf(app: App, name: Service['name']): Service {
  const services = targetRevision(app)?.services ?? [];
  const found = services.find((service) => service.name === name);
  if (!found) throw refuse('unknown-service', `${app.name} has no service ${name}`, `it has ${services.map((service) => service.name).join(', ')}`);
  return found;
}

function wantedAgents(state: State): number {
  let total = 0;
  for (const app of state.apps.values()) {
    if (app.desired === 'running') for (const service of targetRevision(app)?.services ?? []) total += replicasOf(app, service);
  }
  return total;
}

function refuse(code: string, message: string, next: string, retryable = false): StratoError {
  return new StratoError(`governor.${code}`, message, { next, retryable });
}
