import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { isBelow, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { isDockerfile } from './dockerfile.ts';
import { readDockerfile } from './dockerfile-read.ts';

/** What starts programs by the clock, and the text in which they are named. */
interface Clock {
  readonly directory: string;
  readonly text: string;
  readonly evidence: Evidence;
}

/** A line of a table of cron, crontab(5): five fields or a nickname, and a command. */
const tableLine = /(?:^|["'\s])(?:@(?:hourly|daily|midnight|weekly|monthly|annually|yearly)|(?:(?:\*|\?|\d[\d,*/-]*)(?:\/\d+)?[ \t]+){3}(?:[\w*,/?-]+[ \t]+){2})[ \t]*[\w./&$({"-]/m;
const tableName = /(^|\/)(?:crontabs?(?:\.\w+)?|[\w-]*\.(?:cron|crontab)|cron-?jobs?(?:\.txt)?|(?:cron\.d|crontabs)\/[\w.-]+)$/;

/** Files in which other clocks are told what to start, and what tells it there. */
const otherTables: readonly (readonly [file: RegExp, told: RegExp, why: string])[] = [
  [/\.timer$/, /^[ \t]*\[Timer\]/m, 'a timer of systemd starts it'],
  [/(^|\/)railway\.(?:json|toml)$/, /\bcronSchedule\b/, 'a clock of Railway starts it'],
  [/(^|\/)render\.ya?ml$/, /\btype:\s*cron\b/, 'a clock of Render starts it'],
  [/(^|\/)serverless\.ya?ml$/, /^[ \t]*-[ \t]*schedule:/m, 'a clock of the cloud starts it'],
  [/(^|\/)template\.ya?ml$/, /\bType:\s*Schedule(?:V2)?\b/, 'a clock of the cloud starts it'],
  [/(^|\/)templates\/[\w.-]*cron[\w.-]*\.ya?ml$/i, /^[ \t]*kind:[ \t]*CronJob\b/m, 'a CronJob of a chart starts it'],
  [/\.tf$/, /\bschedule_expression\b|\bresource\s+"google_cloud_scheduler_job"/, 'a clock of the cloud starts it'],
  [/(^|\/)function\.json$/, /"timerTrigger"/, 'a clock of the cloud starts it'],
];

/** A program that runs and ends is one of the clock's where a table of cron, a timer or an image with cron in it says so: the only program there is, or one that is named. */
export function applyClocks(tree: Tree, drafts: Draft[]): Draft[] {
  const ending = drafts.filter((draft) => ['job', 'cli'].includes(draft.value('kind') ?? '') || isWorkerByPackage(draft));
  if (ending.length === 0) return drafts;
  for (const { directory, text, evidence } of clocksIn(tree)) {
    const named = ending.filter(({ entry }) => entry !== null && new RegExp(`(^|[\\s/"'])${RegExp.escape(posix.basename(entry))}\\b`, 'm').test(text));
    const only = drafts.length === 1 && (drafts[0]!.path === directory || isBelow(directory, drafts[0]!.path) || isBelow(drafts[0]!.path, directory)) ? ending : [];
    for (const draft of named.length > 0 ? named : only) draft.claim('kind', 'cron', 0.9, evidence);
  }
  return drafts;
}

/** A worker for nothing but a package that it depends on, by which it may as well only tell others: a program that a clock starts does that. */
function isWorkerByPackage(draft: Draft): boolean {
  const kind = draft.best('kind');
  const packages = new Set(draft.dependencies.values());
  return kind?.value === 'worker' && kind.confidence < 0.9 && kind.evidence.every((one) => packages.has(one));
}

function clocksIn(tree: Tree): Clock[] {
  const files = tree.files.filter((file) => !isSideDirectory(posix.dirname(file)) || tableName.test(file) || /(^|\/)templates\/[^/]+$/.test(file));
  return files.flatMap((file) => {
    const directory = posix.dirname(file);
    if (isDockerfile(file)) return imageClock(tree, file);
    if (tableName.test(file)) {
      const text = (tree.text(file) ?? '').split('\n').filter((line) => !line.trimStart().startsWith('#')).join('\n');
      // A table by its own name may be filled in when the container begins.
      return tableLine.test(text) || posix.basename(file) === 'crontab' && text.trim() !== '' ? [{ directory, text, evidence: seen(file, 1, 'a table of cron starts it') }] : [];
    }
    const other = otherTables.find(([name]) => name.test(file));
    const text = other && tree.text(file);
    return other && text !== undefined && other[1].test(text) ? [{ directory, text, evidence: seen(file, 1, other[2]) }] : [];
  });
}

/** The daemons that read such tables. */
const daemon = /(?:^|[\s/"'=])(?:crond|supercronic|go-crond?|yacron|ofelia)(?=[\s"',&]|$)|(?:^|["'=/]|exec |service |nohup )cron(?= -|["',&\s]|$)/m;

/** An image that runs a daemon of cron: as its command, in the script that this is, or beside others under a supervisor. */
function imageClock(tree: Tree, file: string): Clock[] {
  const dockerfile = readDockerfile(tree, file);
  if (!dockerfile?.command) return [];
  const directory = posix.dirname(file);
  const words = [...(dockerfile.entrypoint ?? []), ...dockerfile.command.words].flatMap((word) => word.split(/\s+/));
  const scripts = words.filter((word) => /\.(?:sh|conf|ini)$/.test(word)).map((word) => within(directory, posix.basename(word))).flatMap((path) => tree.text(path)?.replace(/^[ \t]*(?:#|echo\b).*$/gm, '') ?? []);
  const runs = [words.join(' '), ...scripts].some((text) => daemon.test(text));
  return runs ? [{ directory, text: `${dockerfile.runs}\n${scripts.join('\n')}`, evidence: seen(file, dockerfile.command.line, 'the image runs what a table of cron names') }] : [];
}
