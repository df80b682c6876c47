import './bounded-patterns.ts';
import type { Plan } from '../model/index.ts';
import { detect } from './detect.ts';
import type { AnalysisOptions } from './plan.ts';
import { assemble } from './plan.ts';
import { survey } from './survey/survey.ts';
import { openTree } from './tree/tree.ts';

export type { AnalysisOptions } from './plan.ts';
export { isServer } from './stores/kinds.ts';

/**
 * Reads a directory and says what would run: services, stores and calls between them, each with a confidence and the
 * places in the code that show it. Nothing of the directory is executed, and nothing is written but what `options.kept` asks for.
 *
 * Files of a large directory are read by processes that it starts; all else is done synchronously on the calling one, so the daemon has it done by a process of its own.
 *
 * @throws StratoError `analysis.not-found`, `analysis.not-a-directory`, `analysis.unreadable`, `analysis.empty`,
 * `analysis.outside`, `analysis.nothing-to-run`, `analysis.broken-manifest`
 */
export async function analyse(directory: string, options: AnalysisOptions = {}): Promise<Plan> {
  const tree = openTree(directory);
  await survey(tree, { kept: options.kept });
  return assemble(tree, detect(tree), options);
}
