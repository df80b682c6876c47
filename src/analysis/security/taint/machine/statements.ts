import type { Expr, Stmt } from '../../ast/nodes.ts';
import type { Env } from '../value.ts';
import { joinEnv, known, unknown } from '../value.ts';
import { asksForMode, assume } from './assumptions.ts';
import type { Frame } from './frame.ts';
import { runClosure } from './functions.ts';
import { each, loop } from './loops.ts';
import { choose } from './switch.ts';

/** Runs statements one after another. The result is what is known after them; null when nothing comes after. */
export function execute(body: readonly Stmt[], start: Env, frame: Frame): Env | null {
  let env: Env | null = start;
  for (const statement of body) {
    if (!env || frame.run.spend()) break;
    env = executeOne(statement, env, frame);
  }
  return env;
}

function executeOne(statement: Stmt, env: Env, frame: Frame): Env | null {
  switch (statement.s) {
    case 'expr':
      frame.evaluate(statement.value, env);
      return ends(statement.value) ? null : env;
    case 'declare': {
      const value = statement.value ? frame.evaluate(statement.value, env) : unknown;
      env.set(statement.name, value.type === null && statement.type ? { ...value, type: statement.type } : value);
      return env;
    }
    case 'return': {
      const value = statement.value ? frame.evaluate(statement.value, env) : unknown;
      frame.returns.push(value);
      if (frame.page) frame.run.rules.checkPage(frame.page, value, statement.line, frame.report);
      return null;
    }
    case 'jump':
      if (statement.value) frame.evaluate(statement.value, env);
      if (statement.to === 'break') frame.breaks.push(env);
      if (statement.to === 'continue') frame.continues.push(env);
      return null;
    case 'block': return frame.execute(statement.body, env);
    case 'if': return branch(statement, env, frame);
    case 'loop': return loop(statement, env, frame);
    case 'each': return each(statement, env, frame);
    case 'switch': return choose(statement, env, frame);
    case 'try': return attempt(statement, env, frame);
    case 'func':
      env.set(statement.func.name, { ...unknown, func: { func: statement.func, env: null } });
      if (frame.stack.length > 0 && !frame.program.functions.has(statement.func.name)) runClosure({ func: statement.func, env }, [], frame);
      return env;
    case 'class': return env;
  }
}

const endsRequest = /^(?:throw|abort|halt|die|exit|panic|Fatal|Fatalf|Exit)$/;

/** Whether nothing comes after a call: it answers with an error, or ends the program. */
function ends(e: Expr): boolean {
  if (e.k === 'name') return /^(?:die|exit)$/.test(e.name);
  return e.k === 'call' && (e.callee.k === 'name' || e.callee.k === 'member') && endsRequest.test(e.callee.name);
}

/** Both ways, unless it is known which one. */
function branch({ test, then, other }: Stmt & { s: 'if' }, env: Env, frame: Frame): Env | null {
  const value = known(frame.evaluate(test, env));
  if (value === true) return frame.execute(then, env);
  if (value === false) return frame.execute(other, env);
  const yes: Env = new Map(env);
  assume(test, true, yes, frame);
  assume(test, false, env, frame);
  const { run } = frame;
  const { inMode } = run;
  run.inMode ||= asksForMode(test);
  run.tests++;
  const after = joinEnv(frame.execute(then, yes), frame.execute(other, env));
  run.tests--;
  run.inMode = inMode;
  return after;
}

/** A handler begins with what was known before the body or after it. */
function attempt({ body, handlers, final }: Stmt & { s: 'try' }, env: Env, frame: Frame): Env | null {
  const before: Env = new Map(env);
  const end = frame.execute(body, env);
  let result = end ? new Map(end) : null;
  for (const handler of handlers) result = joinEnv(result, frame.execute(handler, joinEnv(new Map(before), end ?? env)!));
  if (final.length === 0) return result;
  return frame.execute(final, result ?? joinEnv(before, env)!) && result;
}
