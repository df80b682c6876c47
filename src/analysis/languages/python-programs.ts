import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file.ts';
import { importedAmong, reachableFrom } from '../facts/reach.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { seenFrom } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { PythonManager } from './python-dependencies.ts';
import type { PythonFramework } from './python-frameworks.ts';
import { importable } from './python-start.ts';

interface Project {
  tree: Tree;
  draft: Draft;
  code: readonly FileFacts[];
  manager: PythonManager;
  framework: PythonFramework | undefined;
}

/** Beyond so many applications they are a collection to look at, not a system. */
const mostApplications = 8;

/** Names of files that are run beside a server. */
const workerName = /^(?:\w+_)?(?:consumer|worker|listener|subscriber|processor)s?\.py$/;

/**
 * What a project of Python runs besides the program that `draft` is: applications of the same framework that none of the others imports, and
 * programs that take messages from a broker until they are stopped.
 */
export function otherPrograms(project: Project): Draft[] {
  return [...applications(project), ...consumers(project)];
}

function applications({ tree, draft, code, manager, framework }: Project): Draft[] {
  if (framework?.makes === undefined || draft.entry === null) return [];
  const makers = code.filter((facts) => facts.makes.some(({ made, holder }) => framework.makes!.test(made) && /^(?:app|application|api|server)$/.test(holder)) && isProgram(draft, facts));
  // Each is looked for in what every other one reaches.
  if (makers.length > 8 * mostApplications) return [];
  const apart = makers.filter((facts) => !makers.some((other) => other !== facts && reachableFrom(other.path, code).includes(facts)));
  if (apart.length < 2 || apart.length > mostApplications) return [];
  const places = new Set(apart.map(({ path }) => posix.dirname(path)));
  const alike = places.size === apart.length && new Set(apart.map(({ path }) => posix.basename(path))).size === 1 && !places.has(draft.path);
  const ports = apart.map((facts) => facts.main ? portOf(facts, framework) : undefined);
  const runAlone = ports.every((port) => port !== undefined) && new Set(ports).size === apart.length;
  // Beside a program that is none of them, each has to be in a directory of its own.
  const main = apart.find(({ path }) => path === draft.entry);
  if (!alike && !runAlone || main === undefined && !alike) return [];
  const nameOf = ({ path }: FileFacts) => (alike ? posix.basename(posix.dirname(path)) : posix.basename(path, '.py'));
  const others = apart.filter(({ path }) => path !== draft.entry).map((facts) => {
    const file = seenFrom(draft.path, facts.path);
    const place = seen(facts.path, facts.makes.find(({ made }) => framework.makes!.test(made))?.line ?? 1, `an application of ${framework.name} of its own`);
    const port = portOf(facts, framework);
    const holder = facts.makes.find(({ made }) => framework.makes!.test(made))!.holder;
    const { directory, module } = importable(tree, draft.path, facts.path, code);
    const at = directory === '.' ? '' : ` --app-dir ${directory}`;
    const start = facts.main && facts.listens.length > 0 ? `python3 ${file}` : framework.asgi ? `uvicorn ${module}:${holder}${at} --host 0.0.0.0 --port \${PORT:-${port ?? 8000}}` : `flask --app ${module} run --host 0.0.0.0 --port \${PORT:-${port ?? 5000}}`;
    const other = draft.sibling(nameOf(facts)).claim('kind', 'api', 0.88, place).claim('start', manager.prefix + start, 0.85, place);
    if (port !== undefined) other.claim('port', { port, protocol: 'http' }, facts.listens.some((listen) => listen.port !== null) ? 0.9 : 0.68, place);
    other.entry = facts.path;
    return other;
  });
  if (alike && main) {
    draft.aliases.add(draft.name);
    draft.name = nameOf(main);
  }
  return others;
}

function consumers({ draft, code, manager }: Project): Draft[] {
  if (!['web', 'api', 'worker'].includes(draft.value('kind') ?? '') || draft.entry === null) return [];
  const served = reachableFrom(draft.entry, code);
  const consuming = code.filter((facts) => facts.takes !== undefined && facts.loops && (facts.main || draft.value('kind') !== 'worker' && workerName.test(posix.basename(facts.path))) && facts.listens.length === 0 && isProgram(draft, facts) && !served.includes(facts));
  const imported = consuming.length === 0 ? new Set() : importedAmong(code, draft.path);
  const apart = consuming.filter((facts) => !imported.has(facts));
  return apart.slice(0, mostApplications).map((facts) => {
    const place = seen(facts.path, facts.takes!.line, `takes messages (${facts.takes!.call}) until it is stopped`);
    const name = posix.basename(facts.path, '.py');
    const other = draft.sibling(draft.path === '.' ? name : `${draft.name}-${name}`).claim('kind', 'worker', 0.9, place).claim('start', `${manager.prefix}python3 ${seenFrom(draft.path, facts.path)}`, 0.88, place);
    other.entry = facts.path;
    return other;
  });
}

function portOf({ listens }: FileFacts, framework: PythonFramework): number | undefined {
  return listens.find(({ port }) => port !== null)?.port ?? (listens.length > 0 ? framework.port : undefined);
}

function isProgram(draft: Draft, { path }: FileFacts): boolean {
  return !isTestPath(path) && !isSideDirectory(posix.dirname(seenFrom(draft.path, path)));
}
