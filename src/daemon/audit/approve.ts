import { existsSync, readFileSync } from 'node:fs';
import { ApiClient } from '../../api/client.ts';
import type { ComplianceView } from '../../api/compliance-views.ts';
import type { DecisionView } from '../../api/views.ts';
import { approverText } from '../../control/approval.ts';
import { readStatement } from '../../control/statement.ts';
import { identityIn } from '../../ledger/proof/identity.ts';
import { formatNote, formatVerifier, signatureTypes } from '../../ledger/proof/note.ts';
import { StratoError } from '../../model/index.ts';
import type { AuditProgram } from './open-log.ts';
import type { Agreement, AuditRequest } from './request.ts';

/** Signs a text with the key in a file. */
function sign(file: string, text: string): string {
  if (!existsSync(file)) throw new StratoError('usage.file', `${file} cannot be used`, { why: 'there is no such file', next: 'make a key with `swarmctl approvers key FILE`' });
  return formatNote({ text, signatures: [identityIn(file).sign(text)] });
}

/** What an approver has signed, here or elsewhere; undefined without one. */
function noteOf({ as, signed }: Agreement, text: string): string | undefined {
  return signed === undefined ? as && sign(as, text) : readFileSync(signed, 'utf8');
}

/** Makes a key for an approver, which stays with them; the public one is told. */
export function approverKey({ json, file, name }: AuditRequest & { verb: 'approver-key' }, { tell }: AuditProgram): number {
  const key = formatVerifier(identityIn(file, signatureTypes.ed25519, name).verifier);
  return tell({ json }, { file, key }, [`key: ${key}`]);
}

/** Signs a statement where the approver's key is, which may be far from any daemon, and says what it means: by the proposal itself, which the text to sign names by its hash. */
export function approverSign({ json, file, as }: AuditRequest & { verb: 'approver-sign' }, { tell }: AuditProgram): number {
  const { text, words } = readStatement(readFileSync(file, 'utf8'));
  const note = sign(as, text);
  if (!json) process.stderr.write(`You agree to this when you send back what is signed:\n${words.map((line) => `  ${line}\n`).join('')}`);
  return tell({ json }, { note, words }, [note.trimEnd()]);
}

export async function changeApprover({ json, person, key, also, by }: AuditRequest & { verb: 'approver-change' }, { paths, tell }: AuditProgram): Promise<number> {
  const client = new ApiClient(paths.apiSocket);
  const { approversSince } = await client.get<ComplianceView>('/v1/compliance');
  const change = { person, key, also };
  const statement = approverText(change, approversSince);
  if (by.statement) return tell({ json }, { statement }, [statement.trimEnd()]);
  const note = noteOf(by, statement);
  await client.post('/v1/approvers', { ...change, ...(note !== undefined && { note }) });
  return tell({ json }, change, [key === null ? `${person} approves no more` : `${person} may approve what others propose`]);
}

export async function approve({ json, proposal, by }: AuditRequest & { verb: 'approve' }, { paths, tell }: AuditProgram): Promise<number> {
  const client = new ApiClient(paths.apiSocket);
  const { statement } = await client.get<{ statement: string }>(`/v1/proposals/${proposal}`);
  if (by.statement) return tell({ json }, { statement }, [statement.trimEnd()]);
  const decision = await client.post<DecisionView>(`/v1/proposals/${proposal}/approve`, { note: noteOf(by, readStatement(statement).text) });
  return tell({ json }, { decision }, [`To ${decision.kind} ${decision.app ?? ''} was decided.`]);
}
