import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { NodePackage } from './node-package.ts';
import type { StartClaim } from './node-start.ts';
import { developmentCommand, runCommand, scriptCommand } from './node-start.ts';
import { programsBeside, roleOf } from './programs.ts';

const extraScript = /^(?:start[:-])?(worker|workers|scheduler|cron|queue|consumer|jobs?|bot)$/;

/** What a file says that is there for others to import, by a name or by its place. */
const hands = /\bmodule\.exports\b|^export\b/m;

/** What a package runs besides what it starts: processes that its scripts name, and files that do what a service does. */
export function otherPrograms(main: Draft, tree: Tree, pkg: NodePackage, manager: string, start: StartClaim, code: readonly FileFacts[]): Draft[] {
  const scripts = otherScripts(main, tree, pkg, manager, start);
  const known = new Set(scripts.flatMap(({ entry }) => entry ?? []));
  // By an alias (`@/jobs/mailer`) a file is imported by its last part.
  const aliased = new Set(code.flatMap(({ imports }) => imports.filter(({ name }) => !name.startsWith('.') && name.includes('/')).map(({ name }) => stemOf(name))));
  const isPart = (facts: FileFacts) => aliased.has(stemOf(facts.path)) || facts.listens.length === 0 && hands.test(tree.text(facts.path) ?? '');
  const role = (facts: FileFacts) => (isPart(facts) ? undefined : roleOf(facts));
  // Nest finds what it runs by its modules, and has a start for each of its applications. Where it is not known what is started, a program that listens may be that one.
  const beside = main.value('framework') === 'nest' ? [] : programsBeside(tree, main, code, role).filter(({ facts, role }) => !known.has(facts.path) && (main.entry !== null || role.kind === 'worker' && main.value('kind') !== 'worker'));
  return [...scripts, ...beside.filter(({ name }) => !scripts.some((other) => other.name === name)).map(({ facts, name, role }) => {
    const draft = main.sibling(name).claim('kind', role.kind, 0.88, role.place).claim('start', scriptThatRuns(tree, pkg, manager, facts.path) ?? runCommand(tree, seenFrom(pkg.directory, facts.path), pkg, manager), 0.85, role.place);
    if (role.port !== undefined) draft.claim('port', { port: role.port, protocol: 'http' }, 0.9, role.place);
    draft.entry = facts.path;
    return draft;
  })];
}

const stemOf = (path: string) => posix.basename(path).replace(/\.[cm]?[jt]sx?$/, '');

/** The script of a package that does no more than run a file. */
function scriptThatRuns(tree: Tree, pkg: NodePackage, manager: string, path: string): string | undefined {
  const [name] = Object.entries(pkg.scripts).find(([, script]) => !developmentCommand.test(script) && /^(?:node|tsx|ts-node|bun(?: run)?) [\w./-]+$/.test(script) && within(pkg.directory, script.split(' ').at(-1)!) === path) ?? [];
  return name === undefined ? undefined : scriptCommand(manager, name);
}

/** Further processes that scripts name: `worker`, `start:scheduler`. */
function otherScripts(main: Draft, tree: Tree, pkg: NodePackage, manager: string, start: StartClaim): Draft[] {
  return Object.entries(pkg.scripts).flatMap(([name, script]) => {
    const match = extraScript.exec(name);
    if (!match || developmentCommand.test(script) || scriptCommand(manager, name) === start.value) return [];
    const evidence = seen(pkg.file, pkg.line(new RegExp(`"${RegExp.escape(name)}"\\s*:`)), `script ${name}: ${script.slice(0, 120)}`);
    const draft = main.sibling(match[1]!);
    draft.claim('start', scriptCommand(manager, name), 0.9, evidence).claim('kind', 'worker', 0.9, evidence);
    const file = /([\w./-]+\.[mc]?[jt]s)\b/.exec(script)?.[1];
    draft.entry = file && tree.has(within(pkg.directory, file)) ? within(pkg.directory, file) : null;
    return [draft];
  });
}
