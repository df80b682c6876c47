import { posix } from 'node:path';
import type { ServiceKind } from '../../model/index.ts';
import { Draft, seen } from '../draft.ts';
import { directoriesWith } from '../detector.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { entryOfCommand } from './entry.ts';

interface Process {
  name: string;
  command: string;
  line: number;
}

/** Languages whose builds leave a program; where depends on who builds. */
const compiled = new Set(['go', 'rust', 'csharp', 'fsharp', 'vb', 'swift', 'crystal', 'haskell', 'cpp', 'zig']);

/** Processes that no other system can start, as they belong to one platform's build. */
const foreign = /heroku-php-|vendor\/bin\/heroku|bin\/heroku/;

/** Applies every Procfile: its processes are the services of its directory, and say how each is started. */
export function applyProcfiles(tree: Tree, drafts: Draft[]): Draft[] {
  return directoriesWith(tree, ['Procfile']).filter((directory) => !isSideDirectory(directory)).reduce((all, directory) => apply(tree, all, directory), drafts);
}

function apply(tree: Tree, drafts: Draft[], directory: string): Draft[] {
  const file = within(directory, 'Procfile');
  const read = readProcfile(tree.text(file) ?? '');
  if (read.length > mostProcesses) tree.skip(file, `names more than ${mostProcesses} processes: the rest was left out`);
  const processes = elsewhere(drafts, directory, file, read.slice(0, mostProcesses));
  const here = drafts.filter((draft) => draft.path === directory);
  const services = processes.filter(({ name }) => name !== 'release');
  if (services.length === 0) return drafts;
  const main = ownerOf(here, services, directory);
  if (main.path === '.' || services.some(({ name }) => name === 'web')) main.aliases.add(posix.basename(directory));
  const [leading, ...others] = services.some(({ name }) => name === 'web') ? services.sort((a, b) => Number(b.name === 'web') - Number(a.name === 'web')) : services;
  const processOf = (process: Process): Draft => {
    const evidence = seen(file, process.line, `${process.name}: ${process.command.slice(0, 120)}`);
    const known = here.find((draft) => draft !== main && draft.name === process.name);
    const draft = process === leading ? main : known ?? main.sibling(process.name);
    if (directory === '.' || process !== leading) draft.name = process.name;
    const built = builtProgram(main, process.command);
    if (!foreign.test(process.command)) {
      draft.claim('start', built ?? process.command, 0.985, evidence);
      draft.entry = entryOfCommand(tree, directory, process.command) ?? (process === leading ? draft.entry : null);
    }
    const kind = draft.value('kind');
    const serving = kind === 'web' || kind === 'api' || kind === 'ml-inference';
    draft.claim('kind', process.name === 'web' ? (serving ? kind : 'web') : kindOf(process.name), 0.97, evidence);
    return draft;
  };
  const described = [leading!, ...others].map(processOf);
  const release = processes.find(({ name }) => name === 'release');
  if (release) main.claim('release', release.command, 0.985, seen(file, release.line, `release: ${release.command.slice(0, 120)}`));
  return [...drafts.filter((draft) => draft.path !== directory), ...described];
}

/** Languages of which one never starts the other's programs, and which a command tells surely. */
const apart = new Set(['python', 'ruby', 'php', 'javascript']);

/** The service that the processes are of: that of the directory, unless their commands are of another language than all that was seen there. */
function ownerOf(here: readonly Draft[], services: readonly Process[], directory: string): Draft {
  const spoken = languageOfCommand((services.find(({ name }) => name === 'web') ?? services[0]!).command);
  const languageOf = (draft: Draft) => draft.language.replace('typescript', 'javascript');
  const own = here.find((draft) => languageOf(draft) === spoken || draft.languages.has(spoken));
  if (own) return own;
  if (here[0] && !(apart.has(spoken) && apart.has(languageOf(here[0])))) return here[0];
  const other = new Draft('web', directory, spoken);
  for (const draft of here) for (const language of draft.languages) other.languages.add(language);
  return other;
}

/** Claims the processes that run a service of a directory below (`cd web && …`, `web/bin/server`) for that service; the others stay. */
function elsewhere(drafts: readonly Draft[], directory: string, file: string, processes: Process[]): Process[] {
  if (drafts.some((draft) => draft.path === directory)) return processes;
  return processes.filter((process) => {
    const [, into, rest] = /^cd\s+([\w./-]+)\s*(?:&&|;)\s*(.*)$/.exec(process.command) ?? [];
    const [, given] = /\s--(?:pythonpath|chdir)[= ]([\w./-]+)/.exec(process.command) ?? [];
    const place = within(directory, into ?? given?.replace(/\/$/, '') ?? /^(?:[\w.-]+\s+(?:-\S+\s+)*)?([\w./-]+\/[\w./-]+)/.exec(process.command)?.[1] ?? '');
    const inside = drafts.filter((draft) => draft.path !== '.' && (place === draft.path || place.startsWith(`${draft.path}/`) || runsSame(draft, directory, process.command)));
    if (inside.length !== 1 || process.name === 'release') return true;
    const [draft] = inside;
    const evidence = seen(file, process.line, `${process.name}: ${process.command.slice(0, 120)}`);
    const built = builtProgram(draft!, rest ?? process.command);
    if (built !== undefined) draft!.claim('start', built, 0.985, evidence);
    else if (place === draft!.path && rest !== undefined) draft!.claim('start', rest, 0.985, evidence);
    draft!.aliases.add(process.name);
    return false;
  });
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
  const program = posix.basename(start.replace(/^dotnet\s+"?|"?$/g, ''), '.dll');
  return posix.basename(word!) === program ? [start, ...rest].join(' ') : undefined;
}

/** More processes than anybody runs of one Procfile. */
const mostProcesses = 200;

export function readProcfile(text: string): Process[] {
  return text.split('\n').flatMap((raw, index) => {
    const match = /^\s*([A-Za-z][\w-]*)\s*:\s*(.+?)\s*$/.exec(raw);
    return match ? [{ name: match[1]!.toLowerCase(), command: match[2]!, line: index + 1 }] : [];
  });
}

function kindOf(name: string): ServiceKind {
  if (/^(api|server|http|app|frontend|backend)$/.test(name)) return 'api';
  return 'worker';
}

function languageOfCommand(command: string): string {
  if (/\b(node|npm|yarn|pnpm)\b/.test(command)) return 'javascript';
  if (/\b(python3?|gunicorn|uvicorn|flask|celery)\b/.test(command)) return 'python';
  if (/\b(ruby|bundle|rails|puma|rackup)\b/.test(command)) return 'ruby';
  if (/\bjava\b/.test(command)) return 'java';
  if (/\bphp\b/.test(command)) return 'php';
  return 'shell';
}
