import { posix } from 'node:path';
import type { ServiceKind } from '../../model/index.ts';
import { Draft, seen } from '../draft.ts';
import { isBelow, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { kindOfCommand } from './command-kind.ts';
import { portsIn } from './command-port.ts';
import { entryOfCommand } from './entry.ts';

/** A process that a manifest names, with the command that starts it. */
export interface Process {
  name: string;
  /** `web` for the one that is reached from outside, `release` for what goes before a new version. */
  role: ServiceKind | 'release';
  command: string;
  line: number;
}

/** The processes that a file names for a directory. */
export interface Processes {
  directory: string;
  file: string;
  processes: Process[];
  /** Nothing else of the directory runs. */
  isWhole: boolean;
}

/** Languages whose builds leave a program; where depends on who builds. */
const compiled = new Set(['go', 'rust', 'csharp', 'fsharp', 'vb', 'swift', 'crystal', 'haskell', 'cpp', 'zig']);

/** Processes that no other system can start, as they belong to one platform's build. */
const foreign = /heroku-php-|vendor\/bin\/heroku|bin\/heroku/;

/**
 * Applies the processes of a directory that a manifest names: they are its services, and say how each is started. What else was seen there stays only when the manifest does not speak of all (`isWhole`).
 * Gives the draft of each process, too.
 */
export function applyProcesses(tree: Tree, drafts: Draft[], { directory, file, processes: all, isWhole }: Processes): { drafts: Draft[]; of: ReadonlyMap<Process, Draft> } {
  if (all.length > mostProcesses) tree.skip(file, `names more than ${mostProcesses} processes: the rest was left out`);
  const of = new Map<Process, Draft>();
  const { left: processes, drafts: known } = elsewhere(drafts, directory, file, all.slice(0, mostProcesses), of);
  const here = known.filter((draft) => draft.path === directory);
  const services = processes.filter(({ role }) => role !== 'release');
  if (services.length === 0) return { drafts: known, of };
  const main = ownerOf(here, services, directory);
  if (main.path === '.' || services.some(({ role }) => role === 'web')) main.aliases.add(posix.basename(directory));
  const ordered = services.sort((a, b) => Number(b.role === 'web') - Number(a.role === 'web'));
  const isAll = isWhole && !answersBeside(tree, main, directory, services);
  // Where only what works beside the main program is named, that one stays as it is.
  const leading = ordered[0]!.role === 'web' || isAll || !serves(main) ? ordered[0] : undefined;
  const processOf = (process: Process): Draft => {
    const evidence = seen(file, process.line, `${process.name}: ${process.command.slice(0, 120)}`);
    const draft = process === leading ? main : otherOf(here, main, process) ?? main.sibling(process.name);
    of.set(process, draft);
    if (directory === '.' || process !== leading) draft.name = process.name;
    const built = builtProgram(main, process.command);
    if (!foreign.test(process.command)) {
      draft.claim('start', built ?? process.command, 0.985, evidence);
      draft.entry = entryOfCommand(tree, directory, process.command) ?? (process === leading ? draft.entry : null);
    }
    const kind = draft.value('kind');
    // Where only what listens is kept running for nothing, a worker is called `web`, too.
    const isWorker = process.role === 'web' && kindOfCommand(process.command) === 'worker';
    draft.claim('kind', isWorker ? 'worker' : process.role === 'web' ? (serves(draft) ? kind! : 'web') : process.role as ServiceKind, 0.97, evidence);
    return draft;
  };
  const described = ordered.map(processOf);
  const release = processes.find(({ role }) => role === 'release');
  if (release) main.claim('release', release.command, 0.985, seen(file, release.line, `release: ${release.command.slice(0, 120)}`));
  return { drafts: [...known.filter((draft) => !(isAll && draft.path === directory) && !described.includes(draft)), ...described], of };
}

/** Whether what serves in a directory is none of its processes: platforms start pages of PHP by themselves where nobody tells them how. */
function answersBeside(tree: Tree, main: Draft, directory: string, services: readonly Process[]): boolean {
  if (main.language !== 'php' || main.value('kind') !== 'web') return false;
  return services.every(({ role, command }) => role === 'worker' && !/\bartisan serve\b|\bphp\b.*\s-S\b|heroku-php/.test(command) && entryOfCommand(tree, directory, command) !== null);
}

function serves(draft: Draft): boolean {
  return ['web', 'api', 'ml-inference'].includes(draft.value('kind') ?? '');
}

/** What another process of a directory was already seen as: by its name, by its command, or as the only one of its kind beside the main one. */
function otherOf(here: readonly Draft[], main: Draft, process: Process): Draft | undefined {
  const beside = here.filter((draft) => draft !== main);
  const kin = beside.filter((draft) => draft.value('kind') === process.role);
  return beside.find((draft) => draft.name === process.name) ?? beside.find((draft) => draft.value('start') === process.command) ?? (process.role !== 'web' && kin.length === 1 ? kin[0] : undefined);
}

/** Languages of which one never starts the other's programs, and which a command tells surely. */
const apart = new Set(['python', 'ruby', 'php', 'javascript']);

/** The service that the processes are of: that of the directory, unless their commands are of another language than all that was seen there. */
function ownerOf(here: readonly Draft[], services: readonly Process[], directory: string): Draft {
  const spoken = languageOfCommand((services.find(({ role }) => role === 'web') ?? services[0]!).command);
  const languageOf = (draft: Draft) => draft.language.replace('typescript', 'javascript');
  const own = here.find((draft) => languageOf(draft) === spoken || draft.languages.has(spoken));
  if (own) return own;
  if (here[0] && !(apart.has(spoken) && apart.has(languageOf(here[0])))) return here[0];
  const other = new Draft('web', directory, spoken);
  for (const draft of here) for (const language of draft.languages) other.languages.add(language);
  return other;
}

/** Claims the processes that run a service of a directory below (`cd web && …`, `web/bin/server`) for that service, a second one of a directory for a service beside it; the others are left. */
function elsewhere(drafts: readonly Draft[], directory: string, file: string, processes: Process[], of: Map<Process, Draft>): { left: Process[]; drafts: Draft[] } {
  const all = [...drafts];
  if (drafts.some((draft) => draft.path === directory)) return { left: processes, drafts: all };
  const taken = new Set<Draft>();
  const left = processes.filter((process) => {
    const [, into, rest] = /^cd\s+([\w./-]+)\s*(?:&&|;)\s*(.*)$/.exec(process.command) ?? [];
    const [, given] = /\s--(?:pythonpath|chdir)[= ]([\w./-]+)/.exec(process.command) ?? [];
    const place = within(directory, into ?? given?.replace(/\/$/, '') ?? /^(?:[\w.-]+\s+(?:-\S+\s+)*)?([\w./-]+\/[\w./-]+)/.exec(process.command)?.[1] ?? '');
    const there = drafts.filter((draft) => draft.path !== '.' && isBelow(place, draft.path));
    // Several directories may hold a file of the same name.
    const inside = there.length > 0 ? there : drafts.filter((draft) => draft.path !== '.' && runsSame(draft, directory, process.command));
    if (inside.length !== 1 || process.role === 'release') return true;
    const [found] = inside as [Draft];
    const evidence = seen(file, process.line, `${process.name}: ${process.command.slice(0, 120)}`);
    const isSecond = taken.has(found) && place === found.path && rest !== undefined;
    const draft = isSecond ? found.sibling(process.name).claim('kind', process.role, 0.97, evidence) : found;
    if (isSecond) all.push(draft);
    taken.add(draft);
    const built = builtProgram(draft, rest ?? process.command);
    if (built !== undefined) draft.claim('start', built, 0.985, evidence);
    else if (place === draft.path && rest !== undefined) draft.claim('start', rest, 0.985, evidence);
    if (draft.value('start') === rest && draft.value('kind') !== 'static') for (const port of portsIn(rest ?? '')) draft.claim('port', { port, protocol: 'http' }, 0.97, evidence);
    draft.aliases.add(process.name);
    of.set(process, draft);
    return false;
  });
  return { left, drafts: all };
}

/** Whether a command names the very file that a service starts, as it is seen from where the service is: what a build leaves may be far from it. */
function runsSame(draft: Draft, directory: string, command: string): boolean {
  const fileIn = (place: string, line: string | null | undefined) => (line ?? '').split(/\s+/).filter((word) => /\w\.(?:[cm]?js|py|jar|dll|rb)$/.test(word)).map((word) => within(place, word))[0];
  const file = fileIn(directory, command);
  return file !== undefined && draft.claims('start').some(({ value }) => file === fileIn(draft.path, value) || file === fileIn('.', value));
}

/** `bin/server -v` for a program that a build leaves elsewhere: the place where it really is. */
function builtProgram(main: Draft, command: string): string | undefined {
  const start = main.value('start');
  const [word, ...rest] = command.split(/\s+/);
  if (!start || !compiled.has(main.language)) return undefined;
  // What starts it may bring options of its own: those of the process take their place.
  const own = /^(?:dotnet\s+)?(?:"[^"]*"|\S+)/.exec(start)![0];
  const program = posix.basename(own.replace(/^dotnet\s+|"/g, ''), '.dll');
  return posix.basename(word!) === program ? [own, ...rest].join(' ') : undefined;
}

/** More processes than anybody runs of one manifest. */
export const mostProcesses = 200;

function languageOfCommand(command: string): string {
  if (/\b(node|npm|yarn|pnpm)\b/.test(command)) return 'javascript';
  if (/\b(python3?|gunicorn|uvicorn|flask|celery)\b/.test(command)) return 'python';
  if (/\b(ruby|bundle|rails|puma|rackup|rake|sidekiq|shoryuken)\b/.test(command)) return 'ruby';
  if (/\bjava\b/.test(command)) return 'java';
  if (/\bphp\b/.test(command)) return 'php';
  return 'shell';
}
