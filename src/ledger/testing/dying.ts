/**
 * Loaded into every thread of a process before anything else (`NODE_OPTIONS=--import`): the process kills itself at the n-th passing of a point at which it changes
 * what is on disk. `STRATOSWARM_DIE=before|after <point>:<n>` names it, `STRATOSWARM_POINTS=<file>` has all points that are passed written down.
 */
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const [, side, chosen, count] = /^(before|after) (.*):(\d+)$/.exec(process.env['STRATOSWARM_DIE'] ?? '') ?? [];
const log = process.env['STRATOSWARM_POINTS'];
const fd = log === undefined ? undefined : fs.openSync(log, 'a');
let passed = 0;

/** What differs from run to run in a name is left out. */
const nameOf = (path: unknown) => basename(String(path)).replaceAll(/[0-9a-f]{16}|\d+/g, 'N');

function around<T>(point: string, act: () => T): T {
  if (fd !== undefined) fs.writeSync(fd, `${point}\n`);
  const isLast = point === chosen && ++passed === Number(count);
  if (isLast && side === 'before') process.kill(process.pid, 'SIGKILL');
  const result = act();
  if (!isLast) return result;
  if (result instanceof Promise) return result.finally(() => process.kill(process.pid, 'SIGKILL')) as T;
  process.kill(process.pid, 'SIGKILL');
  return result;
}

type Act = (...args: unknown[]) => unknown;
const writing = (flags: unknown) => typeof flags === 'string' && /[wa]/.test(flags);
/** Bytes that are written to the journal at once. */
const slotSize = 4_096;
/** Which argument names what is changed; undefined for a call that changes nothing. */
const acts: readonly (readonly [module: object, verb: string, target: (args: readonly unknown[]) => unknown])[] = [
  [fs, 'renameSync', ([, to]) => to], [fs, 'rmSync', ([path]) => path], [fs, 'writeFileSync', ([path]) => (typeof path === 'number' ? undefined : path)], [fs, 'fsyncSync', () => 'disk'], [fs, 'writeSync', ([, , , length, position]) => (length === slotSize && typeof position === 'number' ? 'slot' : undefined)], [fs, 'openSync', ([path, flags]) => (writing(flags) ? path : undefined)],
  [promises, 'rename', ([, to]) => to], [promises, 'rm', ([path]) => path], [promises, 'open', ([path, flags]) => (writing(flags) ? path : undefined)],
];
for (const [module, verb, target] of acts) {
  const holder = module as Record<string, Act>;
  const act = holder[verb]!;
  holder[verb] = (...args: unknown[]) => {
    const path = target(args);
    return path === undefined ? act(...args) : around(`${verb.replace('Sync', '')} ${nameOf(path)}`, () => act(...args));
  };
}
syncBuiltinESMExports();

const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  return sql === 'COMMIT' ? around('commit', () => exec.call(this, sql)) : exec.call(this, sql);
};
