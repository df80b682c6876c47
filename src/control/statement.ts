import { StratoError, canonical, hashOf, Proposal, whyOf, type HeldProposal, type Service } from '../model/index.ts';
import { approvalText } from './approval.ts';

/** A proposal whose defaults are filled in. */
type Parsed = ReturnType<typeof Proposal.parse>;

/** What an approver who is elsewhere gets: the text to sign, and behind an empty line the proposal whose hash is in it, as canonical JSON (RFC 8785), so that they see what they agree to. */
export function statementOf(held: Pick<HeldProposal, 'id' | 'proposal'>): string {
  return `${approvalText(held)}\n${canonical(held.proposal)}\n`;
}

/**
 * What is to be signed of a statement, and what that means in words, which come from the proposal itself and not from who sent it. The words of a change of approvers are its text.
 *
 * Throws `usage.statement` for what is none, and when the proposal is not the one that its text names.
 */
export function readStatement(statement: string): { text: string; words: string[] } {
  if (/^stratoswarm approver\n(?:.*\n){4}$/.test(statement)) return { text: statement, words: describeApprover(statement) };
  const [, text, id, content] = /^(stratoswarm approval\n([0-9a-f]{32})\n.*\n[0-9a-f]{64}\n)\n(.+)\n?$/.exec(statement) ?? [];
  if (text === undefined) throw invalid('it is not what `approve ID --statement` prints');
  const written = parsed(content!);
  const proposal = Proposal.safeParse(written);
  if (!proposal.success) throw invalid('the proposal in it cannot be read; it may be of another version');
  if (hashOf(written) !== hashOf(proposal.data) || approvalText({ id: id!, proposal: proposal.data }) !== text) throw invalid('the proposal in it is not the one that would be signed');
  return { text, words: describeProposal(proposal.data) };
}

/** What somebody wants, as lines that a person reads before they agree. */
function describeProposal(proposal: Parsed): string[] {
  const { app, change, actor } = proposal;
  const why = whyOf(proposal);
  return [`${actor} wants to ${describeChange(app, change)}`, ...(why ? [`because: ${why}`] : []), ...(change.kind === 'deploy' ? describeDeployment(change) : [])].map(printable);
}

function describeChange(app: string | null, change: Parsed['change']): string {
  switch (change.kind) {
    case 'deploy':
      return `deploy ${app}`;
    case 'rollback':
      return `take ${app} back to revision ${change.revision}`;
    case 'scale':
      return `run ${change.replicas} of ${change.service} of ${app}`;
    case 'remove':
      return `remove ${app} ${change.volumes ? 'with its data' : 'and keep its data'}`;
    case 'replace':
      return `replace ${change.slot === null ? 'all agents' : `agent ${change.slot}`} of ${change.service} of ${app}`;
    case 'correct':
      return `take ${change.port} for the port of ${change.service} of ${app}`;
    case 'node':
      return `make node ${change.node} ${change.availability}`;
    default:
      return `${change.kind} ${app}`;
  }
}

function describeDeployment({ source, services, plan }: Extract<Parsed['change'], { kind: 'deploy' }>): string[] {
  const builds = plan.services.flatMap(({ name, install, build, release }) => [install, build, release].filter((command) => command !== null).map((command) => `before ${name}: ${command}`));
  const grave = plan.findings.filter(({ severity }) => severity === 'high' || severity === 'critical').length;
  return [`code: ${source.location}${source.version === null ? '' : ` at ${source.version}`}`, ...builds, ...services.map(describeService), ...(grave > 0 ? [`grave findings in the code: ${grave}`] : [])];
}

function describeService({ name, kind, store, replicas, argv, artefact, env, port, routes, volumes, isolation }: Service): string {
  const plain = env.flatMap((variable) => ('value' in variable ? [`${variable.name}=${variable.value}`] : []));
  const parts = [
    `${replicas} of ${name} (${store ?? kind}): ${argv.join(' ')}`, artefact && `artefact ${artefact}`, port !== null && `port ${port}`, routes.length > 0 && `reached by ${routes.join(' ')}`, volumes.length > 0 && `keeps ${volumes.map(({ path }) => path).join(' ')}`,
    isolation && `isolation ${isolation}`, plain.length > 0 && `with ${plain.join(' ')}`,
  ];
  return parts.filter(Boolean).join('; ');
}

function describeApprover(statement: string): string[] {
  const [, person, key, also] = statement.split('\n');
  return [key === 'removed' ? `${person} shall approve no more` : `${person} shall approve, by the key ${key}${also ? `, and is also ${also}` : ''}`].map(printable);
}

/** Without what would move the cursor of a terminal or hide what stands there. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid('the proposal in it is no JSON');
  }
}

function invalid(why: string): StratoError {
  return new StratoError('usage.statement', 'this is no statement that an approver signs', { why, next: 'have it printed with `swarmctl approve ID --statement`' });
}
