import { posix } from 'node:path';
import { commandArgv } from '../model/index.ts';

/** What is known of the built tree around a service's directory. */
export interface LaunchContext {
  /** `scripts` of the package.json beside the service; empty without one. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Directories with programs that the dependencies brought, relative to the service's directory, the nearest first. */
  readonly programDirectories: readonly string[];
  /** True when a file is there, relative to the service's directory. */
  readonly exists: (path: string) => boolean;
  /** Whether a file is a Python script, whose first line names an interpreter that may lie elsewhere later. */
  readonly isPythonScript: (path: string) => boolean;
}

const managers = new Set(['npm', 'pnpm', 'yarn']);
const assignment = /^[A-Za-z_][A-Za-z0-9_]*=[\w./:@,+-]*$/;

/**
 * The arguments that a start or release command comes down to. Package managers in between (`npm start`, `npx next start`) are left out where
 * they only pass on: they cost half a second and tens of megabytes for each agent, and keep signals to themselves. Programs
 * of dependencies are named by their path relative to the service's directory.
 */
export function launchArgv(command: string, context: LaunchContext): string[] {
  const words = simpleWords(unwrapped(command, context, 0));
  if (!words) return shellArgv(unwrapped(command, context, 0), context);
  const program = words.findIndex((word) => !assignment.test(word));
  const assignments = words.slice(0, Math.max(program, 0));
  const argv = withoutAbsent(direct(words.slice(assignments.length), context), context);
  return assignments.length > 0 ? ['/usr/bin/env', ...assignments, ...argv] : argv;
}

/** Follows `npm start` and the like to the line of the script that they run. */
function unwrapped(command: string, context: LaunchContext, depth: number): string {
  const words = simpleWords(command);
  if (!words || depth > 4) return command;
  const at = words.findIndex((word) => !assignment.test(word));
  if (at > 0 || !managers.has(words[0] ?? '')) return command;
  const rest = words.slice(1);
  if (rest[0] === 'run' || rest[0] === 'run-script') rest.shift();
  const [name, ...more] = rest;
  if (name === undefined || name.startsWith('-') || more.length > 0) return command;
  const script = context.scripts[name] ?? (name === 'start' && context.exists('server.js') ? 'node server.js' : undefined);
  if (script === undefined || context.scripts[`pre${name}`] !== undefined || context.scripts[`post${name}`] !== undefined) return command;
  return unwrapped(script, context, depth + 1);
}

/** Words of a line that needs no shell; assignments before a program are allowed. */
function simpleWords(line: string): string[] | undefined {
  const [, assignments = '', rest = ''] = /^\s*(?:cross-env\s+)?((?:[A-Za-z_][A-Za-z0-9_]*=[\w./:@,+-]*\s+)*)(.*)$/s.exec(line) ?? [];
  const argv = commandArgv(rest);
  if (argv[0] === '/bin/sh' && argv[1] === '-c') return undefined;
  return [...assignments.split(/\s+/).filter(Boolean), ...argv];
}

function direct(words: readonly string[], context: LaunchContext): string[] {
  const [first = '', ...rest] = words;
  if (first === 'exec' && rest.length > 0) return direct(rest, context);
  if (first === 'npx' || (managers.has(first) && rest[0] === 'exec')) {
    const after = (first === 'npx' ? rest : rest.slice(1)).filter((word, index) => !(index === 0 && /^(-y|--yes|--no-install|--)$/.test(word)));
    if (after[0] !== undefined && programOf(after[0], context)) return direct(after, context);
    return [...words];
  }
  if (first === 'yarn' && rest[0] !== undefined && programOf(rest[0], context)) return direct(rest, context);
  if (/^(poetry|pipenv|uv|bundle)$/.test(first) && (rest[0] === 'run' || rest[0] === 'exec') && rest[1] !== undefined && programOf(rest[1], context)) return direct(rest.slice(1), context);
  const program = programOf(first, context);
  if (!program) return [...words];
  if (!context.isPythonScript(program)) return [program, ...rest];
  const beside = posix.join(posix.dirname(program), 'python');
  return [context.exists(beside) ? beside : 'python3', program, ...rest];
}

/** Without files of variables that are not there, for want of which Node would not start: agents get their variables by themselves. */
function withoutAbsent(argv: readonly string[], context: LaunchContext): string[] {
  if (!/(?:^|\/)(?:node|tsx)$/.test(argv[0] ?? '')) return [...argv];
  const isAbsent = (path: string | undefined) => path !== undefined && !path.startsWith('/') && !context.exists(posix.normalize(path));
  return argv.filter((word, index) => {
    if (word === '--env-file') return !isAbsent(argv[index + 1]);
    if (argv[index - 1] === '--env-file') return !isAbsent(word);
    return !(word.startsWith('--env-file=') && isAbsent(word.slice('--env-file='.length)));
  });
}

function programOf(name: string, context: LaunchContext): string | undefined {
  if (name.includes('/')) return undefined;
  return context.programDirectories.map((directory) => `${directory}/${name}`).find(context.exists);
}

/** A line for a shell, with the programs of dependencies on its PATH; the line is an argument, never joined with other text. */
function shellArgv(line: string, context: LaunchContext): string[] {
  const present = context.programDirectories[0];
  if (present === undefined) return ['/bin/sh', '-c', line];
  return ['/bin/sh', '-c', 'PATH="$PWD/$1:$PATH" exec /bin/sh -c "$0"', line, present];
}
