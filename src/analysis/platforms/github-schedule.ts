import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { asData, asList, asText, lineOf, readYaml } from '../syntax/formats.ts';
import type { Tree } from '../tree/tree.ts';
import { entryOfCommand } from './entry.ts';

/** A program of the tree that a workflow of GitHub starts by the clock (GitHub Actions documentation, `on.schedule`). */
export interface Scheduled {
  command: string;
  /** The file that it runs. */
  entry: string;
  evidence: Evidence;
}

/** What the workflows start by the clock, tests and whatever is no file of the tree left out. */
export function scheduledPrograms(tree: Tree): Scheduled[] {
  return tree.files.filter((file) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file)).flatMap((file) => {
    const workflow = asData(readYaml(tree, file));
    if (asList(asData(workflow['on'])['schedule']).length === 0) return [];
    const steps = Object.values(asData(workflow['jobs'])).flatMap((job) => asList(asData(job)['steps']).map(asData));
    return steps.filter((step) => step['working-directory'] === undefined).flatMap((step) => (asText(step['run']) ?? '').split('\n')).flatMap((line) => {
      const command = line.trim();
      const entry = /^[\w./-]+ /.test(command) && !/\b(pytest|test|lint|pip|install)\b/.test(command) ? entryOfCommand(tree, '.', command) : null;
      return entry === null ? [] : [{ command, entry, evidence: seen(file, lineOf(tree.text(file), command), 'a clock of GitHub starts it') }];
    });
  });
}

/** A program that runs and ends, and that a clock starts, is one of the clock's. */
export function applySchedules(tree: Tree, drafts: Draft[]): Draft[] {
  const jobs = drafts.filter((draft) => draft.value('kind') === 'job');
  for (const { entry, evidence } of jobs.length > 0 ? scheduledPrograms(tree) : []) {
    const own = jobs.find((draft) => draft.best('start')?.evidence.some(({ file }) => file === entry) || draft.entry === entry);
    own?.claim('kind', 'cron', 0.9, evidence);
  }
  return drafts;
}
