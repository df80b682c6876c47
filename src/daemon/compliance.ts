import type { Compliance } from '../api/compliance.ts';
import type { ComplianceReport } from '../api/compliance-views.ts';
import { approvalText, approverText, heldIn, signerOf } from '../control/approval.ts';
import { isSamePerson } from '../control/compliance.ts';
import { criteriaOf } from '../control/compliance-criteria.ts';
import type { Governor } from '../control/governor.ts';
import type { StateSource } from '../control/parts.ts';
import { statementOf } from '../control/statement.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { parseMoment } from '../ledger/state/moment.ts';
import { parseVerifier, signatureTypes } from '../ledger/proof/note.ts';
import { StratoError, type AppName, type Clock, type Event, type HeldProposal, type Service } from '../model/index.ts';
import type { ComplianceRules } from './compliance-file.ts';
import { periodOf } from './period.ts';

/** Violations that are looked at for a view of the rules. */
const farthest = 10_000;
/** Events of a period that are read at a time. */
const page = 1_000;

/** Where a report begins when nobody says so: thirty days ago, or behind what is archived when that is later. */
async function usualBeginning(ledger: Ledger, now: number): Promise<string> {
  const time = now - 30 * 86_400_000;
  const oldest = ledger.beginning === 0 ? undefined : (await ledger.read(ledger.beginning, 1))[0];
  return oldest !== undefined && oldest.time > time ? String(oldest.position) : new Date(time).toISOString();
}

/** The time that a text names; undefined for a position. Throws `time.invalid`, `time.beyond`. */
function timeOf(text: string, now: number): number | undefined {
  const moment = parseMoment(text, now);
  if ('time' in moment && moment.time > now) throw new StratoError('time.beyond', `${text.trim()} is still to come`, { why: 'a report is of what was', next: 'let it begin earlier' });
  return 'time' in moment ? moment.time : undefined;
}

/** Adds an event to the report of the period in which it is. */
function count(event: Event, report: ComplianceReport): void {
  if (event.type === 'DecisionAdmitted') report.decisions[event.body.decision.change.kind] = (report.decisions[event.body.decision.change.kind] ?? 0) + 1;
  else if (event.type === 'ProposalRejected') report.refused++;
  else if (event.type === 'ProposalReleased') report[event.body.verdict]++;
  else if (event.type === 'ComplianceViolated') {
    const { rule, by, blocked } = event.body;
    let row = report.violations.find((known) => known.rule === rule);
    if (!row) report.violations.push(row = { rule, blocked: 0, alerted: 0, people: [] });
    row[blocked ? 'blocked' : 'alerted']++;
    if (!row.people.includes(by)) row.people.push(by);
  }
}

export interface ComplianceParts {
  readonly ledger: Ledger;
  readonly state: StateSource;
  readonly governor: Pick<Governor, 'approve' | 'reject'>;
  readonly clock: Clock;
  readonly rules: ComplianceRules;
  /** Variables of an app's services whose values are kept no more. */
  readonly lost: (app: AppName, services: readonly Service[]) => readonly string[];
}

/** The compliance rules as the API sees them. */
export function complianceOf({ ledger, state, governor, clock, rules, lost }: ComplianceParts): Compliance {
  const approversSince = async () => (await ledger.history({ types: ['ApproverChanged'], limit: 1 }))[0]?.position ?? ledger.beginning;
  const eventAt = async (position: number) => (position <= ledger.beginning ? undefined : (await ledger.read(position - 1, 1))[0]);
  const requireWhole = (held: HeldProposal | undefined) => {
    if (held === undefined || held.proposal.change.kind !== 'deploy' || held.proposal.app === null) return;
    const [variable] = lost(held.proposal.app, held.proposal.change.services);
    if (variable !== undefined) throw new StratoError('env.secret-gone', `the value of ${variable} that was proposed for ${held.proposal.app} is not kept any more`, { why: 'the app was removed meanwhile', next: `reject ${held.id}, and deploy again` });
  };
  return {
    async view() {
      const violations = await ledger.history({ types: ['ComplianceViolated'], limit: farthest });
      const held = [...state.current.held.values()].map(({ id, proposal, rules: asked, reason, at }) => ({ id, app: proposal.app, kind: proposal.change.kind, by: proposal.actor, at, rules: [...asked], reason }));
      return {
        path: rules.path, held, approvers: [...state.current.approvers.values()].map(({ person, key, also }) => ({ person, key, also: [...also] })), approversSince: await approversSince(),
        rules: rules.current().map(({ id, rule, mode, criteria }) => {
          const own = violations.filter((event) => event.type === 'ComplianceViolated' && event.body.rule === id);
          return { id, rule, mode, criteria: [...new Set([...criteriaOf[rule].criteria, ...criteria])], what: criteriaOf[rule].what, violations: own.length, lastViolation: own[0]?.time ?? null };
        }),
      };
    },
    statement: (id) => statementOf(heldIn(state.current, id)),
    async report(from, to) {
      const now = clock.now();
      const since = from ?? await usualBeginning(ledger, now);
      const begins = timeOf(since, now);
      const { first, last } = await periodOf(ledger, { from: since, to }, now);
      const report: ComplianceReport = { from: first <= 1 ? null : begins ?? (await eventAt(first))?.time ?? null, to: (await eventAt(last))?.time ?? null, decisions: {}, refused: 0, approved: 0, rejected: 0, violations: [] };
      for (let before = last + 1; before > first;) {
        const events = await ledger.history({ types: ['DecisionAdmitted', 'ProposalRejected', 'ProposalReleased', 'ComplianceViolated'], before, limit: page });
        for (const event of events) if (event.position >= first) count(event, report);
        before = events.at(-1)?.position ?? 0;
      }
      return report;
    },
    async approve(id, actor, note) {
      const { approvers, held: waiting } = state.current;
      requireWhole(waiting.get(id));
      if (note === undefined) {
        if (approvers.size > 0) throw unsigned(`swarmctl approve ${id} --as FILE`);
        return governor.approve(id, actor);
      }
      const proposal = waiting.get(id);
      if (proposal === undefined) return governor.approve(id, actor);
      const approver = signerOf(note, approvalText(proposal), approvers.values());
      if (approver.also.some((own) => isSamePerson(own, proposal.proposal.actor))) throw new StratoError('governor.same-person', `${proposal.proposal.actor}, who proposed this, is ${approver.person}`, { next: 'somebody else has to agree' });
      return governor.approve(id, approver.person);
    },
    async changeApprover(change, actor, note) {
      const { approvers } = state.current;
      if (change.key !== null) requireKey(change.key);
      if (change.key === null && !approvers.has(change.person)) throw new StratoError('governor.unknown-approver', `${change.person} is no approver`, { next: '`swarmctl approvers list`' });
      if (approvers.size > 0 && note === undefined) throw unsigned('one of the approvers has to agree to this: --as FILE');
      const signedBy = approvers.size === 0 || note === undefined ? null : signerOf(note, approverText(change, await approversSince()), approvers.values()).person;
      await ledger.append([{ type: 'ApproverChanged', actor, body: { ...change, also: [...change.also], signedBy } }]);
    },
    reject: (id, actor, reason) => governor.reject(id, actor, reason),
  };
}

function unsigned(next: string): StratoError {
  return new StratoError('governor.unsigned', 'an approver has to sign this', { why: 'there are approvers, and whoever uses the socket or a token of the daemon is one person', next });
}

function requireKey(key: string): void {
  if (parseVerifier(key).type !== signatureTypes.ed25519) throw new StratoError('governor.signature', 'this is no key of an approver', { next: 'give what `swarmctl approvers key FILE` printed' });
}
