import type { Case, Expr, Stmt } from '../../ast/nodes.ts';
import type { Constant, Env } from '../value.ts';
import { joinEnv, known } from '../value.ts';
import { clean } from './assumptions.ts';
import type { Frame } from './frame.ts';

/** The case that is known to be chosen, or all of them. */
export function choose({ subject, cases }: Stmt & { s: 'switch' }, env: Env, frame: Frame): Env | null {
  const value = subject ? known(frame.evaluate(subject, env)) : undefined;
  const { breaks } = frame;
  frame.breaks = [];
  const chosen = value === undefined ? undefined : chosenCase(cases, value, env, frame);
  let result = chosen === 'none' ? env : chosen === undefined ? anyCase(cases, subject, env, frame) : fromCase(cases, chosen, env, frame);
  for (const out of frame.breaks) result = joinEnv(result, out);
  frame.breaks = breaks;
  return result;
}

/** Which case has a value, or the default; undefined when a case is not known well enough to tell. */
function chosenCase(cases: readonly Case[], value: Constant, env: Env, frame: Frame): number | 'none' | undefined {
  const own = cases.findIndex(({ tests }) => tests.some((test) => known(frame.evaluate(test, env)) === value));
  if (own >= 0) return own;
  if (cases.some(({ tests }) => tests.some((test) => known(frame.evaluate(test, env)) === undefined))) return undefined;
  const other = cases.findIndex(({ tests }) => tests.length === 0);
  return other < 0 ? 'none' : other;
}

/** One case, and those that it falls through to. */
function fromCase(cases: readonly Case[], chosen: number, env: Env, frame: Frame): Env | null {
  let current = env;
  for (const { body, falls } of cases.slice(chosen)) {
    const end = frame.execute(body, current);
    if (!end || !falls) return end;
    current = end;
  }
  return current;
}

function anyCase(cases: readonly Case[], subject: Expr | null, env: Env, frame: Frame): Env | null {
  let result: Env | null = null;
  let falling: Env | null = null;
  for (const { tests, body, falls } of cases) {
    const inner: Env = new Map(env);
    if (subject?.k === 'name' && tests.length > 0 && tests.every((test) => test.k === 'lit')) clean(subject.name, inner);
    for (const test of tests) frame.evaluate(test, inner);
    const end = frame.execute(body, joinEnv(inner, falling)!);
    falling = falls ? end : null;
    if (!falls) result = joinEnv(result, end);
  }
  result = joinEnv(result, falling);
  return cases.some(({ tests }) => tests.length === 0) ? result : joinEnv(result, env);
}
