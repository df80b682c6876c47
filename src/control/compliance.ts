import { secretVariables, type AppName, type ComplianceRule, type Proposal, type State } from '../model/index.ts';
import { oldestSecret, ruleTime, type Outside, type SetSecret } from './outside.ts';

/** A proposal whose defaults are filled in. */
type Parsed = ReturnType<typeof Proposal.parse>;

/** What a rule has against a change. */
export interface Finding {
  readonly rule: ComplianceRule;
  readonly detail: string;
  /** Another person can let it pass. */
  readonly approvable: boolean;
}

/** What rules ask the world. */
export interface ComplianceWorld {
  /** Milliseconds since the epoch, as the machine's clock shows them. */
  now(): number;
  /** Of an app's secrets with these keys, by name of the variable, the one that has been as it is for longest; null for none. */
  oldestSecret(app: AppName, secrets: ReadonlyMap<string, string>): SetSecret | null;
}

/** What rules look at beside the change. */
export interface ComplianceSight extends ComplianceWorld {
  readonly state: State;
  /** People other than its author who agreed. */
  readonly approvedBy: readonly string[];
}

/** A world that is asked through `outside`: what it said is written down, or known from then. */
export function worldThrough(outside: Outside, world: ComplianceWorld): ComplianceWorld {
  return { now: () => ruleTime(outside, () => world.now()), oldestSecret: (app, secrets) => oldestSecret(outside, app, () => world.oldestSecret(app, secrets)) };
}

const day = 86_400_000;

/** Milliseconds by which clocks are set right now and then: what was set that much later than now was set now. */
const drift = day;
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/**
 * What the rules have against a change. Pure. Control's own returns and corrections are not asked: what keeps apps alive waits for nobody.
 */
export function checkCompliance(rules: readonly ComplianceRule[], proposal: Parsed, sight: ComplianceSight): Finding[] {
  if (proposal.actor.startsWith('control:')) return [];
  return rules.flatMap((rule) => {
    const detail = violation(rule, proposal, sight);
    return detail === undefined ? [] : [{ rule, detail, approvable: rule.rule === 'four-eyes' }];
  });
}

function violation(rule: ComplianceRule, { app, change, actor, reason }: Parsed, { state, now, approvedBy, oldestSecret }: ComplianceSight): string | undefined {
  switch (rule.rule) {
    case 'four-eyes': {
      const isMeant = rule.changes.includes(change.kind) && (change.kind !== 'remove' || change.volumes || rule.removalsThatKeepData);
      return isMeant && !approvedBy.some((person) => !isSamePerson(person, actor)) ? `a second person has to agree to ${change.kind} ${app ?? ''}`.trim() : undefined;
    }
    case 'freeze':
      if (!rule.changes.includes(change.kind) || rule.override.includes(actor) || !isWithin(rule, now())) return undefined;
      return `no ${change.kind} on ${rule.days.join(', ')} from ${rule.from} to ${rule.to} (${rule.offset})`;
    case 'sources':
      if (change.kind !== 'deploy' || rule.allow.some((place) => isBelow(change.source.location, place))) return undefined;
      return `code from ${change.source.location} is not allowed; it may come from ${rule.allow.join(', ')}`;
    case 'secret-age': {
      const oldest = change.kind === 'deploy' && app !== null ? oldestSecret(app, secretVariables(change.plan, change.services)) : null;
      if (oldest === null) return undefined;
      const age = now() - oldest.at;
      if (age < -drift) return `${oldest.variable} of ${app} was set at a time that is still to come, when the clock was wrong: give it anew with --env`;
      return age <= rule.days * day ? undefined : `${oldest.variable} of ${app} was set ${Math.floor(age / day)} days ago, ${rule.days} are the limit: give another value with --env`;
    }
    case 'reasons': {
      const isPerson = /^(user|console|token):/.test(actor);
      if (!isPerson || !rule.changes.includes(change.kind) || (reason?.trim().length ?? 0) >= rule.least) return undefined;
      return `a ${change.kind} needs a reason of at least ${rule.least} characters: --reason TEXT`;
    }
    case 'replicas': {
      const asked = change.kind === 'scale' ? change.replicas : change.kind === 'deploy' ? Math.max(0, ...change.services.map(({ replicas }) => replicas)) : 0;
      const known = app !== null && state.apps.has(app);
      return asked > rule.most ? `${asked} agents of one service${known ? ` of ${app}` : ''}, ${rule.most} are the limit` : undefined;
    }
  }
}

/** `user:ada` and `console:ada` are one person; two kinds of token are two. */
export function isSamePerson(a: string, b: string): boolean {
  const name = (actor: string) => (/^(?:user|console):/.test(actor) ? actor.slice(actor.indexOf(':') + 1) : actor);
  return name(a) === name(b);
}

/** Below a place as paths and URLs go: `/srv/app` is not below `/srv/ap`. */
function isBelow(location: string, place: string): boolean {
  const base = place.endsWith('/') ? place.slice(0, -1) : place;
  return !location.split('/').includes('..') && (location === base || location.startsWith(`${base}/`));
}

function isWithin({ days, from, to, offset }: Extract<ComplianceRule, { rule: 'freeze' }>, now: number): boolean {
  const local = new Date(now + minutesOf(offset) * 60_000);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const today = days.includes(weekdays[local.getUTCDay()]!);
  const yesterday = days.includes(weekdays[(local.getUTCDay() + 6) % 7]!);
  if (begin < end) return today && minute >= begin && minute < end;
  // Over midnight: it began on the day that is named.
  return (today && minute >= begin) || (yesterday && minute < end);
}

/** `17:30` or `-01:30` in minutes. */
function minutesOf(text: string): number {
  const [, sign, hours, minutes] = /^([+-]?)(\d{2}):(\d{2})$/.exec(text)!;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
