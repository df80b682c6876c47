import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { importedAmong, reachableFrom } from '../facts/reach.ts';
import { isStandIn } from '../facts/stand-ins.ts';
import { workOf } from '../kinds/work.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { seenFrom } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** What a file does when it is run by which it is a service. */
export interface Role {
  kind: 'api' | 'worker';
  place: Evidence;
  /** Where it listens, when that is told. */
  port?: number;
}

export interface Program {
  facts: FileFacts;
  name: string;
  role: Role;
}

/** Beyond so many programs they are a collection to look at, not a system. */
export const mostPrograms = 6;

/** Words by which people call what they try out, or run now and then. */
const errand = /(?:^|[/_.-])(?:tests?|mock\w*|fake\w*|stubs?|seed\w*|migrat\w*|examples?|samples?|demos?|bench\w*|playground|clients?|cli|debug|old|bak|backup|copy|config|setup|install\w*|deploy\w*|build|gulpfile|gruntfile)(?=[/_.-]|$)/i;

/** Whether a file, as seen from its project, is called as people call what they try out, or run now and then. */
export function isErrand(file: string): boolean {
  return errand.test(file);
}

/** Names of programs that say nothing of which one it is. */
const plain = /^(?:index|server|app|main|start|run|service|worker|consumer|listener|processor)$/i;

/** What a file does by itself: it listens at a port, takes messages, or waits for a clock or a chat. */
export function roleOf(facts: FileFacts): Role | undefined {
  const listen = facts.listens.find(({ declared }) => !declared);
  if (listen) return { kind: 'api', place: seen(facts.path, listen.line, `listens when it is run (${listen.call})`), ...(listen.port === null ? {} : { port: listen.port }) };
  if (facts.takes) return { kind: 'worker', place: seen(facts.path, facts.takes.line, `takes messages (${facts.takes.call})`) };
  const work = workOf(facts.language, new Map(facts.imports.map(({ name, line }) => [name, seen(facts.path, line, `waits for work (${name})`)])));
  const begins = work === undefined || work.source === 'broker' ? [] : beginnings[work.source];
  return begins.some((call) => facts.called.has(call)) ? { kind: 'worker', place: work!.evidence } : undefined;
}

/** Calls by which a program begins to wait for a chat or a clock; what imports the library alone may be a part of one. */
const beginnings = { chat: ['login', 'launch', 'startPolling', 'start_polling', 'run_polling', 'run', 'start'], clock: ['schedule', 'scheduleJob', 'CronJob', 'every', 'run_pending'] };

/**
 * The programs of a project beside the one that a draft starts: files that nothing else of the project imports, and that do what a service does when they are run.
 * Several that listen are several ways of starting the same unless each has a port of its own, or a directory.
 */
export function programsBeside(tree: Tree, draft: Draft, code: readonly FileFacts[], role: (facts: FileFacts) => Role | undefined = roleOf): Program[] {
  const served = new Set(draft.entry === null || !code.some(({ path }) => path === draft.entry) ? [] : reachableFrom(draft.entry, code));
  const able = code.flatMap((facts) => {
    const isBeside = isSideDirectory(posix.dirname(seenFrom(draft.path, facts.path))) || isErrand(seenFrom(draft.path, facts.path));
    const own = served.has(facts) || isTestPath(facts.path) || isBeside && !isStandIn(tree, facts.path) ? undefined : role(facts);
    return own ? [{ facts, name: nameOf(draft, facts), role: own }] : [];
  });
  if (able.length === 0) return [];
  const imported = importedAmong(code, draft.path);
  const alone = able.filter(({ facts }) => !imported.has(facts));
  if (alone.length > mostPrograms) return [];
  const main = code.find(({ path }) => path === draft.entry);
  const taken = new Set(draft.claims('port').map(({ value }) => value.port));
  const places = new Set([draft.entry === null ? draft.path : posix.dirname(draft.entry)]);
  // Where what is started is not seen to listen, a file that does is more likely a part of it than another program.
  const isSeen = /^(?:worker|cron)$/.test(draft.value('kind') ?? '') || [...served].some(({ listens }) => listens.length > 0);
  const kept = alone.filter(({ facts, role: { kind, port } }) => {
    if (kind === 'worker') return true;
    if (!isSeen) return false;
    const place = posix.dirname(facts.path);
    const isApart = port !== undefined ? !taken.has(port) : !places.has(place) && (main === undefined || posix.basename(main.path) === posix.basename(facts.path));
    if (port !== undefined) taken.add(port);
    places.add(place);
    return isApart;
  });
  return new Set(kept.map(({ name }) => name)).size === kept.length ? kept : [];
}

/** What a program of a project is called: as its file, or as the directory where that says more. */
export function nameOf(draft: Draft, { path }: FileFacts): string {
  const name = posix.basename(path).replace(/\.\w+$/, '');
  const place = posix.dirname(path);
  return plain.test(name) && place !== draft.path && !/^(?:src|lib|bin|cmd)$/.test(posix.basename(place)) ? posix.basename(place) : name;
}
