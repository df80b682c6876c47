import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { asData, asText, lineOf } from '../syntax/formats.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { NodePackage } from './node-package.ts';
import { toldCommands } from './told.ts';

/** Options for those who work on the code. */
const development = /^--(?:watch(?:-hmr|-exclude)?|hmr|reload|inspect(?:-brk|-wait)?|check|lock-write)(?:=|$)/;

/**
 * The command by which the authors run `entry`, in a task or in a README: with the permissions that they give it, one by one, and without what is there for
 * development. Undefined when they tell none.
 */
export function toldDenoRun(tree: Tree, directory: string, entry: string, file: string | undefined, tasks: Readonly<Record<string, unknown>>): { command: string; evidence: Evidence } | undefined {
  const inTasks = Object.entries(tasks).map(([name, task]) => ({ command: asText(task) ?? asText(asData(task)['command']) ?? '', file: file!, line: () => lineOf(tree.text(file!), new RegExp(`"${RegExp.escape(name)}"\\s*:`)) }));
  for (const told of [...inTasks, ...toldCommands(tree, directory).map(({ line, ...rest }) => ({ ...rest, line: () => line }))]) {
    const words = /^(?:deno|denon(?:\.cmd)?)\s+run\s+(.+)$/.exec(told.command.trim())?.[1]?.split(/\s+/);
    const at = words?.findIndex((word) => word.replace(/^\.\//, '') === seenFrom(directory, entry)) ?? -1;
    if (!words || at < 0 || !words.every((word) => /^[\w./:=@,*-]+$/.test(word))) continue;
    return { command: ['deno run', ...words.slice(0, at).filter((word) => !development.test(word)), ...words.slice(at)].join(' '), evidence: seen(told.file, told.line(), `tells to run ${told.command.slice(0, 120)}`) };
  }
  return undefined;
}

/** What the script `start` runs in the files of Velociraptor and Denon, which Deno had before it had tasks. */
export function scriptedStart(tree: Tree, directory: string): { command: string; evidence: Evidence } | undefined {
  for (const file of ['scripts.yaml', 'scripts.yml', 'velociraptor.yaml', 'velociraptor.yml', 'scripts.json'].map((name) => within(directory, name))) {
    const text = tree.text(file);
    const found = /^[ \t]*"?start"?:[ \t]{0,40}(?:\{\s{0,40}"?cmd"?:\s{0,40}|\n\s{0,40}cmd:\s{0,40})?(["']?)(deno run [^"'\n}]+)\1/m.exec(text ?? '');
    if (found && !/--watch/.test(found[2]!)) return { command: found[2]!.trim(), evidence: seen(file, lineOf(text, found[2]!), `start: ${found[2]!.trim().slice(0, 120)}`) };
  }
  return undefined;
}

/** Whether a package of Node only says how Deno is run, which its directory is configured for. */
export function isForDeno(tree: Tree, { directory, scripts, dependencies, devDependencies }: NodePackage): boolean {
  const isConfigured = ['deno.json', 'deno.jsonc'].some((name) => tree.has(within(directory, name)));
  return isConfigured && (['deno', 'deno-bin'].some((name) => dependencies.has(name) || devDependencies.has(name)) || Object.values(scripts).length > 0 && Object.values(scripts).every((script) => /^deno /.test(script)));
}
