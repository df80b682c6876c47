import type { Ledger } from '../ledger/ledger.ts';
import { Proposal, StratoError, because, type App, type ComplianceRule, type Decision, type NewEvent, type Origin, type Random, type Reading, type State, type Window } from '../model/index.ts';
import { heldIn } from './approval.ts';
import { checks, defaultQuotas, refuse, type Parsed, type Quotas } from './checks.ts';
import { checkCompliance, isSamePerson, worldThrough, type ComplianceWorld, type Finding } from './compliance.ts';
import { effectOf } from './effect.ts';
import { Recorder } from './outside.ts';
import { rulesChanged } from './rules-in-force.ts';

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
export interface Compliance extends ComplianceWorld {
  /** Throws while they cannot be read. */
  rules(): readonly ComplianceRule[];
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

  /** Writes down which rules are in force, if others are than before. */
  noteRules(): Promise<void> {
    const turn = this.#turn.then(() => this.#noteRules());
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
      const held = heldIn(this.#state(), id);
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
      const held = heldIn(this.#state(), id);
      await this.#ledger.append([{ type: 'ProposalReleased', actor, ...because(held.heldBy), body: { id, app: held.proposal.app, verdict: 'rejected', by: actor, reason } }]);
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #noteRules(): Promise<void> {
    const changed = this.#compliance && rulesChanged(this.#state(), this.#compliance);
    if (changed) await this.#ledger.append([changed]);
  }

  /** What the rules have against it: what only tells is returned, with what was asked outside; what blocks is written down and thrown. */
  async #comply(proposal: Parsed, origin: Origin | undefined, approvedBy: readonly string[]): Promise<{ asked: boolean; rules: string[]; alerts: NewEvent[]; readings: Reading[] }> {
    if (!this.#compliance || proposal.actor.startsWith('control:')) return { asked: false, rules: [], alerts: [], readings: [] };
    await this.#noteRules();
    const outside = new Recorder();
    const state = this.#state();
    const rules = await this.#rules(proposal, state, origin);
    const findings = checkCompliance(rules, proposal, { state, approvedBy, ...worldThrough(outside, this.#compliance) });
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
      const error = refuse('compliance', reason, `swarmctl compliance rules shows ${blocking.map(({ rule }) => rule.id).join(', ')}`);
      await this.#ledger.append([rejected({ ...proposal, readings: [...proposal.readings, ...outside.readings] }, error, state.position, origin), ...blocking.map(violated)]);
      throw error;
    }
    return { asked: true, rules: rules.map(({ id }) => id), alerts: findings.map(violated), readings: outside.readings };
  }

  /** The rules in force. Nobody is let through while they cannot be read, which is written down. */
  async #rules(proposal: Parsed, { position }: State, origin: Origin | undefined): Promise<readonly ComplianceRule[]> {
    try {
      return this.#compliance!.rules();
    } catch (error) {
      if (error instanceof StratoError) await this.#ledger.append([rejected(proposal, error, position, origin)]);
      throw error;
    }
  }

  async #judge(proposal: Proposal, origin: Origin | undefined, approvedBy: string[] = [], release?: NewEvent): Promise<Decision> {
    let admittedBy: string[];
    const { position: judgedOn } = this.#state();
    try {
      admittedBy = this.check(proposal);
    } catch (error) {
      if (error instanceof StratoError && error.code !== 'governor.schema') {
        await this.#ledger.append([rejected(parse(proposal), error, judgedOn, origin)]);
      }
      throw error;
    }
    const parsed = parse(proposal);
    const { asked, rules, alerts, readings } = await this.#comply(parsed, origin, approvedBy);
    const revision = parsed.change.kind === 'deploy' ? this.#nextRevision(parsed.app!) : null;
    const state = this.#state();
    const decision: Decision = {
      ...parsed, id: this.#id(), revision, admittedBy: asked ? [...admittedBy, 'compliance'] : admittedBy, readings: [...parsed.readings, ...readings], effect: parsed.effect ?? effectOf(parsed.change, revision, parsed.app === null ? undefined : state.apps.get(parsed.app)),
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

/**
 * That it was refused, and on which state. Of a rejected deployment its services are written down, by which it can be judged again, unless there are more than any app may have; its plan, which may be large, is not.
 */
function rejected(proposal: Parsed, { code, message }: StratoError, judgedOn: number, origin: Origin | undefined): NewEvent {
  const { change } = proposal;
  return { type: 'ProposalRejected', actor: 'control:governor', ...because(origin), body: { proposal: change.kind === 'deploy' ? { ...proposal, change: slim(change) } : proposal, code, reason: message, judgedOn } };
}

function slim(change: Extract<Parsed['change'], { kind: 'deploy' }>): Extract<Parsed['change'], { kind: 'deploy' }> {
  const services = change.services.length > defaultQuotas.servicesPerApp ? [] : change.services;
  return { ...change, services, plan: { ...change.plan, services: [], edges: [], findings: [] } };
}
