import type { Decision } from '../model/index.ts';
import type { ComplianceReport, ComplianceView } from './compliance-views.ts';

/** The rules, and what waits for another person. */
export interface Compliance {
  /** Throws `governor.compliance-file`. */
  view(): ComplianceView | Promise<ComplianceView>;
  /** What an approver elsewhere signs, with the proposal that it is about. Throws `governor.unknown-proposal`. */
  statement(id: string): string;
  /** Without `from` of the thirty days before, as far as they are not archived. Throws `time.invalid`, `time.beyond`, `ledger.archived`. */
  report(from: string | undefined, to: string): Promise<ComplianceReport>;
  /**
   * With `note`, for the approver who has signed it. Throws `governor.unknown-proposal`, `governor.same-person`, `governor.signature`, `governor.unsigned`, and what judging it again
   * throws.
   */
  approve(id: string, actor: string, note: string | undefined): Promise<Decision>;
  /** Adds or changes an approver, or removes one without a key. From the first on, one of them has to sign it. Throws `governor.signature`, `governor.unsigned`. */
  changeApprover(change: { person: string; key: string | null; also: readonly string[] }, actor: string, note: string | undefined): Promise<void>;
  reject(id: string, actor: string, reason: string): Promise<void>;
}
