import { posix } from 'node:path';
import { languageOf } from '../syntax/languages.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { isBelow, seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** A command that the authors write down for their readers. */
export interface Told {
  command: string;
  file: string;
  line: number;
}

const manual = /^readme(?:[.-][\w-]+)?(?:\.(?:md|markdown|rst|txt|adoc))?$/i;
const target = /^(?:run|start|serve|server|web|api|app|up|dev|prod|production)(?:[-_]\w+)?\s*:(?!=)/;

/** Nobody writes longer commands for others to type. */
const longestLine = 500;

/** What the README, the Makefile, the start script and scripts for a batch system of a directory, and the README of those above it (after `cd`), tell to run there, in the order of reading. */
export function toldCommands(tree: Tree, directory: string): Told[] {
  const manuals = upwards(directory).flatMap((above) => tree.namesIn(above).filter((name) => manual.test(name)).sort().slice(0, 2).map((name) => within(above, name)));
  const inManuals = manuals.flatMap((file) => inManual(tree, file, directory));
  const targets = new Set(inManuals.flatMap(({ command }) => /^make ([\w-]+)/.exec(command)?.[1] ?? []));
  return [...inManuals, ...inMakefile(tree, directory, targets), ...inScripts(tree, directory), ...batchCommands(tree, directory)];
}

/** What scripts for a cluster's batch system run in a directory (Slurm, `sbatch(1)`). */
function batchCommands(tree: Tree, directory: string): Told[] {
  const scripts = tree.namesIn(directory).filter((name) => /\.(?:slurm|sbatch|sh|job)$/.test(name)).map((name) => within(directory, name));
  return scripts.filter((file) => batch.test(tree.text(file) ?? '')).flatMap((file) => inScript(tree, file).map((told) => ({ ...told, command: told.command.replace(/^srun\s+(?:-\S+\s+)*/, '') })));
}

const batch = /^#SBATCH[ \t]/m;

/** How programs are started that run as they are written, by language. */
const interpreters: Readonly<Record<string, RegExp>> = {
  php: /^php(?:[\d.]+)?$/, perl: /^perl$/, python: /^python(?:[\d.]+)?$/, ruby: /^ruby$/, javascript: /^(?:node|bun)$/, typescript: /^(?:tsx|ts-node|bun)$/, lua: /^lua(?:jit)?$/, r: /^Rscript$/, julia: /^julia$/, shell: /^(?:ba|z)?sh$/,
};

/** The first program of a language that the authors tell to run with its interpreter: `php convert.php orders.csv`. Their tests and what they keep for themselves are none. */
export function toldProgram(tree: Tree, directory: string, language: string): (Told & { entry: string; start: string }) | undefined {
  const interpreter = Object.hasOwn(interpreters, language) ? interpreters[language]! : undefined;
  for (const told of interpreter ? toldCommands(tree, directory) : []) {
    const words = told.command.replace(/^(?:(?:npx|sudo|poetry run|pipenv run|uv run|bundle exec) )+/, '').split(/\s+/);
    const at = words.findIndex((word, index) => index > 0 && !word.startsWith('-'));
    const file = words[at]?.replace(/^\.\//, '');
    if (file === undefined || !interpreter!.test(words[0]!) || words[1] === '-m') continue;
    const entry = within(directory, file);
    if (tree.has(entry) && languageOf(entry)?.language === language && !isTestPath(entry) && !isShown(seenFrom(directory, entry)) && !/(^|\/)setup\.py$/.test(entry)) {
      const rest = words.slice(at + 1).findIndex((word) => !/^[a-z][a-z:_-]*$/.test(word));
      return { ...told, entry, start: words.slice(0, rest < 0 ? undefined : at + 1 + rest).join(' ') };
    }
  }
  return undefined;
}

/** Whether a file lies among examples and the like. What the authors tell to run is meant for others in a directory of scripts, too. */
export function isShown(file: string): boolean {
  return isSideDirectory(posix.dirname(file).split('/').filter((part) => !/^(?:scripts?|tools?)$/i.test(part)).join('/') || '.');
}

/** Scripts of the shell by the names of which people start apps. */
function inScripts(tree: Tree, directory: string): Told[] {
  return ['start.sh', 'run.sh', 'bootstrap.sh', 'entrypoint.sh'].map((name) => within(directory, name)).flatMap((file) => inScript(tree, file));
}

function inScript(tree: Tree, file: string): Told[] {
  return (tree.text(file) ?? '').split('\n').flatMap((raw, index) => {
    const command = raw.trim().replace(/^exec\s+/, '').replace(/^\S*\/bin\/(?=\w)/, '').replace(/\s*&$/, '');
    return raw.length > longestLine || command === '' || raw.startsWith('#') ? [] : [{ command, file, line: index + 1 }];
  });
}

/** Lines of blocks of code and commands within a sentence; `cd` leads to a directory until the block ends. */
function inManual(tree: Tree, file: string, wanted: string): Told[] {
  const home = posix.dirname(file);
  let here = home;
  let fenced = false;
  return (tree.text(file) ?? '').split('\n').flatMap((raw, index) => {
    if (/^\s*(?:```|~~~)/.test(raw)) {
      fenced = !fenced;
      here = home;
      return [];
    }
    if (raw.length > longestLine) return [];
    const isCode = fenced || /^(?: {4}|\t)\s*\S|^ {0,3}\$ \S/.test(raw);
    const commands = isCode ? raw.split(/&&|;/) : [...raw.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
    return commands.flatMap((part) => {
      const command = part.replace(/^\s*(?:[$>%]\s+)?/, '').replace(/\s+#.*$|\s*&\s*$/, '').trim();
      const into = isCode ? /^cd\s+([\w./-]+)$/.exec(command)?.[1] : undefined;
      const place = into === undefined ? undefined : within(here, into);
      if (place !== undefined && isBelow(place, home) && tree.hasDirectory(place)) here = place;
      return here === wanted && into === undefined && /^[^#]/.test(command) ? [{ command, file, line: index + 1 }] : [];
    });
  });
}

/** The recipes of those targets of a Makefile that start the app, or that its manual names; what goes on in the next line is one with it, and what is run in a container is what that runs. */
function inMakefile(tree: Tree, directory: string, named: ReadonlySet<string>): Told[] {
  const file = within(directory, 'Makefile');
  let starts = false;
  let begun = '';
  return (tree.text(file) ?? '').split('\n').flatMap((raw, index) => {
    if (/^\S/.test(raw)) {
      starts = target.test(raw.slice(0, longestLine)) || named.has(/^([\w-]+)\s*:(?!=)/.exec(raw.slice(0, longestLine))?.[1] ?? '');
      begun = '';
    }
    if (!starts || !raw.startsWith('\t') || begun.length + raw.length > longestLine) return [];
    const line = begun + raw.trim();
    begun = line.endsWith('\\') ? line.slice(0, -1) : '';
    return begun === '' ? [{ command: line.replace(/^[@-]+/, '').replace(inContainer, ''), file, line: index + 1 }] : [];
  });
}

/** What goes before the program that is run in an image: `docker run -it -v .:/src --rm shop`. */
const inContainer = /^(?:docker|podman) run (?=.*\s(?:python3?|php|node|ruby|perl)\s).*?\s(?=(?:python3?|php|node|ruby|perl)\s)/;

