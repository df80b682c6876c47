import type { Decision } from '../model/index.ts';
import type { ComplianceReport, ComplianceView } from './compliance-views.ts';

/** The rules, and what waits for another person. */
export interface Compliance {
  /** Throws `governor.compliance-file`. */
  view(): ComplianceView | Promise<ComplianceView>;
  report(from: string, to: string): Promise<ComplianceReport>;
  /** Throws `governor.unknown-proposal`, `governor.same-person`, and what judging it again throws. */
  approve(id: string, actor: string): Promise<Decision>;
  reject(id: string, actor: string, reason: string): Promise<void>;
}
