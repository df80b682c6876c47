import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as z from 'zod';
import type { Paths } from '../host/paths.ts';
import { ComplianceFile, StratoError, type ComplianceRule } from '../model/index.ts';

/** Most homes have no rules, and then need no reader of YAML in memory. */
const load = createRequire(import.meta.url);

/** The rules in `compliance.yaml` of the home, read again when the file changes. Without a file there are none. */
export class ComplianceRules {
  readonly path: string;
  #stamp = '';
  #read: { rules: readonly ComplianceRule[] } | { error: StratoError } = { rules: [] };

  constructor(paths: Pick<Paths, 'home'>) {
    this.path = join(paths.home, 'compliance.yaml');
  }

  /** Throws `governor.compliance-file` while the file cannot be used: then nobody is let through by mistake. */
  current(): readonly ComplianceRule[] {
    const stat = statSync(this.path, { throwIfNoEntry: false });
    const stamp = stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : '';
    if (stamp !== this.#stamp) {
      this.#stamp = stamp;
      this.#read = stat ? this.#load() : { rules: [] };
    }
    if ('error' in this.#read) throw this.#read.error;
    return this.#read.rules;
  }

  #load(): { rules: readonly ComplianceRule[] } | { error: StratoError } {
    const unusable = (why: string) => ({ error: new StratoError('governor.compliance-file', `The compliance rules in ${this.path} cannot be used`, { why, next: 'mend the file; until then only control’s own changes are let through' }) });
    try {
      const { parse } = load('yaml') as typeof import('yaml');
      const parsed = ComplianceFile.safeParse(parse(readFileSync(this.path, 'utf8')));
      return parsed.success ? { rules: parsed.data.rules } : unusable(z.prettifyError(parsed.error));
    } catch (error) {
      return unusable((error as Error).message);
    }
  }
}
