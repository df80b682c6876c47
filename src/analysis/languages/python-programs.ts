import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { importedAmong, reachableFrom } from '../facts/reach.ts';
import { isStandIn } from '../facts/stand-ins.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { seenFrom } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { PythonManager } from './python-dependencies.ts';
import type { PythonFramework } from './python-frameworks.ts';
import { isErrand, nameOf, programsBeside, roleOf } from './programs.ts';
import { importable } from './python-modules.ts';

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

/** What a program that goes on by itself works with: what is behind a socket, kept in a store, or asked over HTTP. */
const worksWith = /^(?:zmq|socket|select|redis|pymongo|motor|pymysql|mysql|MySQLdb|psycopg2?|asyncpg|sqlalchemy|sqlite3|boto3|requests|httpx|aiohttp|urllib3?|websockets?|smtplib|imaplib|paho|pika|kafka|confluent_kafka)(?:\.|$)/;

/**
 * What a project of Python runs besides the program that `draft` is: applications of the same framework that none of the others imports, other servers,
 * and programs that take messages, or go on with something, until they are stopped.
 */
export function otherPrograms(project: Project): Draft[] {
  const others = [...applications(project), ...servers(project)];
  const known = new Set(others.map(({ entry }) => entry));
  return [...others, ...consumers(project).filter(({ entry }) => !known.has(entry))];
}

/** Programs that listen by themselves at a port of their own, without the framework of the project. */
function servers({ tree, draft, code, manager, framework }: Project): Draft[] {
  const makes = (facts: FileFacts) => framework?.makes !== undefined && facts.makes.some(({ made }) => framework.makes!.test(made));
  if (!/^(?:web|api|worker)$/.test(draft.value('kind') ?? '') || draft.entry === null) return [];
  return programsBeside(tree, draft, code, (facts) => (facts.main && !makes(facts) && facts.listens.some(({ port }) => port !== null) ? roleOf(facts) : undefined)).map(({ facts, name, role }) => {
    const other = besides(draft, name, manager, facts).claim('kind', role.kind, 0.88, role.place);
    return role.port === undefined ? other : other.claim('port', { port: role.port, protocol: 'http' }, 0.9, role.place);
  });
}

/** A program of the same project that runs a file. */
function besides(draft: Draft, name: string, manager: PythonManager, { path, line }: { path: string; line?: number }): Draft {
  const other = draft.sibling(name).claim('start', `${manager.prefix}python3 ${seenFrom(draft.path, path)}`, 0.88, seen(path, line ?? 1, 'runs as a program'));
  other.entry = path;
  return other;
}

function applications({ tree, draft, code, manager, framework }: Project): Draft[] {
  if (framework?.makes === undefined || framework.start !== undefined || draft.entry === null) return [];
  const makers = code.filter((facts) => facts.makes.some(({ made, holder }) => framework.makes!.test(made) && /^(?:app|application|api|server)$/.test(holder)) && isProgram(tree, draft, facts));
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
    const start = facts.main && facts.listens.length > 0 ? `python3 ${file}` : framework.asgi === true ? `uvicorn ${module}:${holder}${at} --host 0.0.0.0 --port \${PORT:-${port ?? 8000}}` : `flask --app ${module} run --host 0.0.0.0 --port \${PORT:-${port ?? 5000}}`;
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

function consumers({ tree, draft, code, manager }: Project): Draft[] {
  if (!['web', 'api', 'worker'].includes(draft.value('kind') ?? '') || draft.entry === null) return [];
  const served = reachableFrom(draft.entry, code);
  const isTaker = (facts: FileFacts) => facts.takes !== undefined && (facts.main || draft.value('kind') !== 'worker' && workerName.test(posix.basename(facts.path)));
  const goesOn = (facts: FileFacts) => facts.takes === undefined && !facts.asks && !isErrand(seenFrom(draft.path, facts.path)) && (facts.main || /^while\b/m.test(tree.text(facts.path) ?? '')) && reachableFrom(facts.path, code).some(({ imports }) => imports.some(({ name }) => worksWith.test(name)));
  const consuming = code.filter((facts) => facts.loops && facts.listens.length === 0 && isProgram(tree, draft, facts) && !served.includes(facts) && (isTaker(facts) || goesOn(facts)));
  const imported = consuming.length === 0 ? new Set() : importedAmong(code, draft.path);
  const apart = consuming.filter((facts) => !imported.has(facts));
  return apart.slice(0, mostApplications).map((facts) => {
    const place = facts.takes ? seen(facts.path, facts.takes.line, `takes messages (${facts.takes.call}) until it is stopped`) : seen(facts.path, 1, 'goes on until it is stopped');
    const name = nameOf(draft, facts);
    return besides(draft, draft.path === '.' ? name : `${draft.name}-${name}`, manager, { path: facts.path, line: place.line }).claim('kind', 'worker', 0.9, place);
  });
}

function portOf({ listens }: FileFacts, framework: PythonFramework): number | undefined {
  return listens.find(({ port }) => port !== null)?.port ?? (listens.length > 0 ? framework.port : undefined);
}

function isProgram(tree: Tree, draft: Draft, { path }: FileFacts): boolean {
  return !isTestPath(path) && (!isSideDirectory(posix.dirname(seenFrom(draft.path, path))) || isStandIn(tree, path));
}
