import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Plan } from '../model/index.ts';
import { Plan as PlanSchema } from '../model/index.ts';
import { analyse } from './index.ts';
import type { AnalysisOptions } from './plan.ts';
import { languagesByExtension } from './syntax/languages.ts';
import type { Token } from './syntax/lexer.ts';
import { tokenize } from './syntax/lexer.ts';

/** Contents of a directory by relative path; objects are written as JSON. */
export type Files = Readonly<Record<string, string | Uint8Array | object>>;

/** For tests: makes a directory with these files, hands it to `use`, and removes it. */
export async function withFiles<T>(files: Files, use: (directory: string) => Promise<T> | T): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'analysis-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content, null, 2));
    }
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** For tests: the plan of these files, checked against its schema and for evidence that points at files. */
export async function planOf(files: Files, options?: AnalysisOptions): Promise<Plan> {
  return withFiles(files, async (directory) => {
    const plan = PlanSchema.parse(await analyse(directory, options));
    for (const service of plan.services) {
      for (const { file } of service.evidence) if (!(file in files)) throw new Error(`evidence names ${file}, which is not there`);
    }
    return plan;
  });
}

/** For tests: what a text of the language with this extension is made of. */
export function tokensOf(extension: string, text: string): Token[] {
  return tokenize(text, languagesByExtension[extension]!.lexis);
}
