import { canonical, rulesHash, type ComplianceRule, type NewEvent, type State } from '../model/index.ts';

/**
 * The event that says which rules decisions are checked against from now on; undefined when they are those of the state. With it a decision of the past can be judged by the
 * rules of its time.
 */
export function rulesChanged({ rules: known }: State, source: { rules(): readonly ComplianceRule[] }): NewEvent | undefined {
  const rules = readable(source);
  const before = known === null ? [] : known.rules;
  if (canonical(rules) === canonical(before)) return undefined;
  return { type: 'ComplianceRulesChanged', actor: 'control:governor', body: { rules: rules === null ? null : [...rules], hash: rules && rulesHash(rules) } };
}

/** Null while they cannot be read: then nobody is let through, whatever it was. */
function readable(source: { rules(): readonly ComplianceRule[] }): readonly ComplianceRule[] | null {
  try {
    return source.rules();
  } catch {
    return null;
  }
}
