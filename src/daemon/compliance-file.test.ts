import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ComplianceRules } from './compliance-file.ts';

let home: string;
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'compliance-'))));
afterEach(() => rmSync(home, { recursive: true }));

const write = (text: string) => writeFileSync(join(home, 'compliance.yaml'), text);

describe('the rules of compliance', () => {
  it('are none without a file, and follow the file', () => {
    const rules = new ComplianceRules({ home });
    expect(rules.current()).toEqual([]);
    write('rules:\n- id: two\n  rule: four-eyes\n  changes: [node]\n');
    expect(rules.current().map(({ id, rule }) => [id, rule])).toEqual([['two', 'four-eyes']]);
    rmSync(join(home, 'compliance.yaml'));
    expect(rules.current()).toEqual([]);
  });

  it.each(['rules: [', 'rules: none\n'])('let nobody through while they cannot be read: %j', (text) => {
    write(text);
    expect(() => new ComplianceRules({ home }).current()).toThrow(expect.objectContaining({ code: 'governor.compliance-file', why: expect.stringMatching(/./) }));
  });
});
