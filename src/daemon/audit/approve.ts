import { existsSync } from 'node:fs';
import { ApiClient } from '../../api/client.ts';
import type { ComplianceView } from '../../api/compliance-views.ts';
import type { DecisionView } from '../../api/views.ts';
import { approverText } from '../../control/approval.ts';
import { identityIn } from '../../ledger/proof/identity.ts';
import { formatNote, formatVerifier, signatureTypes } from '../../ledger/proof/note.ts';
import { StratoError } from '../../model/index.ts';
import type { AuditProgram } from './open-log.ts';
import type { AuditRequest } from './request.ts';

/** Signs a text with the key in a file. */
function sign(file: string, text: string): string {
  if (!existsSync(file)) throw new StratoError('usage.file', `${file} cannot be used`, { why: 'there is no such file', next: 'make a key with `swarmctl approvers key FILE`' });
  return formatNote({ text, signatures: [identityIn(file).sign(text)] });
}

/** Makes a key for an approver, which stays with them; the public one is told. */
export function approverKey({ json, file, name }: AuditRequest & { verb: 'approver-key' }, { tell }: AuditProgram): number {
  const key = formatVerifier(identityIn(file, signatureTypes.ed25519, name).verifier);
  return tell({ json }, { file, key }, [`key: ${key}`]);
}

export async function changeApprover({ json, person, key, also, as }: AuditRequest & { verb: 'approver-change' }, { paths, tell }: AuditProgram): Promise<number> {
  const client = new ApiClient(paths.apiSocket);
  const { approversSince } = await client.get<ComplianceView>('/v1/compliance');
  const change = { person, key, also };
  await client.post('/v1/approvers', { ...change, ...(as !== undefined && { note: sign(as, approverText(change, approversSince)) }) });
  return tell({ json }, change, [key === null ? `${person} approves no more` : `${person} may approve what others propose`]);
}

export async function approve({ json, proposal, as }: AuditRequest & { verb: 'approve' }, { paths, tell }: AuditProgram): Promise<number> {
  const client = new ApiClient(paths.apiSocket);
  const held = (await client.get<ComplianceView>('/v1/compliance')).held.find(({ id }) => id === proposal);
  if (held === undefined) throw new StratoError('governor.unknown-proposal', `no proposal ${proposal} waits for anybody`, { next: 'see `swarmctl compliance status`' });
  const decision = await client.post<DecisionView>(`/v1/proposals/${proposal}/approve`, { note: sign(as, held.statement) });
  return tell({ json }, { decision }, [`To ${decision.kind} ${decision.app ?? ''} was decided.`]);
}
