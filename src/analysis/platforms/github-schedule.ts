import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { asData, asList, asText, lineOf, readJson, readYaml } from '../syntax/formats.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Tree } from '../tree/tree.ts';
import { entryOfCommand } from './entry.ts';

/** A program of the tree that a workflow of GitHub starts by the clock (GitHub Actions documentation, `on.schedule`). */
export interface Scheduled {
  command: string;
  /** The file that it runs; null where it is run in a way that names none. */
  entry: string | null;
  /** Languages of what is run so. */
  languages: readonly string[];
  evidence: Evidence;
}

/** Commands that run the program of a directory without naming a file, with its language. */
const runners: readonly (readonly [command: RegExp, languages: readonly string[]])[] = [
  [/^go run\b/, ['go']], [/^cargo run\b/, ['rust']], [/^dotnet run\b/, ['csharp', 'fsharp', 'vb']], [/^(sbt|scala-cli) ["']?run/, ['scala']], [/^swift run\b/, ['swift']], [/^(stack|cabal) (run|exec)\b/, ['haskell']],
  [/^(\.\/)?(mvnw?|gradlew?)\b.*(exec:java|spring-boot:run|\brun\b|bootRun)|^java .*-jar\b/, ['java', 'kotlin', 'scala', 'groovy']],
  [/^(npm|pnpm|yarn|bun)( run)? (?!(ci|i|add|install|test|build|lint|format|publish|audit|run)(?![\w:.-]))[\w:.-]+$/, ['javascript', 'typescript']],
];

/** What is no program of the tree, or only looks after it. */
const upkeep = /\b(pytest|test|lint|pip|install|coverage|audit)\b/;

/** What the workflows start by the clock, tests and whatever is no program of the tree left out. */
export function scheduledPrograms(tree: Tree): Scheduled[] {
  return tree.files.filter((file) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file)).flatMap((file) => {
    const workflow = asData(readYaml(tree, file));
    if (asList(asData(workflow['on'])['schedule']).length === 0) return [];
    const steps = Object.values(asData(workflow['jobs'])).flatMap((job) => asList(asData(job)['steps']).map(asData));
    // Actions that run what they are given again, or within a time, take it as `command`.
    const lines = steps.filter((step) => step['working-directory'] === undefined).flatMap((step) => [asText(step['run']), asText(asData(step['with'])['command'])].flatMap((text) => (text ?? '').split('\n')));
    return lines.flatMap((line) => {
      const command = line.trim();
      if (!/^[\w./-]+ /.test(command) || upkeep.test(command)) return [];
      const script = /^(?:npm|pnpm|yarn|bun)(?: run)? ([\w:.-]+)$/.exec(command)?.[1];
      const said = script === undefined ? undefined : asText(asData(readJson(tree, 'package.json')?.['scripts'])[script]);
      const entry = entryOfCommand(tree, '.', said ?? command);
      const languages = runners.find(([pattern]) => pattern.test(command))?.[1] ?? [];
      if (entry === null && (languages.length === 0 || script !== undefined && said === undefined)) return [];
      return [{ command, entry, languages, evidence: seen(file, lineOf(tree.text(file), command), 'a clock of GitHub starts it') }];
    });
  });
}

/** A program that runs and ends, and that a clock starts, is one of the clock's; so is what the clock starts where nothing else says what is started. */
export function applySchedules(tree: Tree, drafts: Draft[]): Draft[] {
  const ending = drafts.filter((draft) => ['job', 'cli'].includes(draft.value('kind') ?? ''));
  const scheduled = scheduledPrograms(tree);
  for (const { entry, languages, evidence } of scheduled) {
    const runs = (draft: Draft) => entry !== null && (draft.entry === entry || draft.best('start')?.evidence.some(({ file }) => file === entry) === true);
    const [only] = ending.length === 1 ? ending.filter(({ path, entry: known }) => path === '.' && (entry === null || known === null)) : [];
    const own = ending.find(runs) ?? (only && [...languages, entry === null ? undefined : languageOf(entry)?.language].includes(only.language) ? only : undefined);
    own?.claim('kind', 'cron', 0.9, evidence);
  }
  const [first] = scheduled.filter(({ entry }) => entry !== null);
  const [only] = drafts.filter(({ path }) => path === '.');
  if (first && only && drafts.length === 1 && only.value('kind') !== 'cron' && only.language === 'python' && isGuessed(only)) {
    only.claim('kind', 'cron', 0.9, first.evidence).claim('start', first.command, 0.75, first.evidence);
    only.entry = first.entry;
  }
  return drafts;
}

/** Whether how it is started was told by nothing but a file that may as well be run. */
function isGuessed(draft: Draft): boolean {
  const start = draft.best('start');
  const isByFile = start?.evidence.every(({ file }) => file.endsWith('.py') && !/(^|\/)(?:main|app|run|cli|server|bot|__main__)\.py$/.test(file));
  return start !== undefined && (start.confidence < 0.65 || start.confidence < 0.8 && isByFile === true) && !['web', 'api', 'worker', 'notebook', 'static'].includes(draft.value('kind') ?? '');
}
