import type { Stmt } from '../../ast/nodes.ts';
import { elementOf } from '../collections.ts';
import type { Env } from '../value.ts';
import { dangers, joinEnv, known, unknown, widened } from '../value.ts';
import { assign } from './assignments.ts';
import type { Frame } from './frame.ts';

/** What is known after a turn, and what is done between it and the next. */
interface Turn {
  end: Env | null;
  after(env: Env): Env | null;
}

/** `for`, `while` and `do`. */
export function loop({ before, test, body, after, once }: Stmt & { s: 'loop' }, env: Env, frame: Frame): Env | null {
  const started = frame.execute(before, env);
  if (!started) return null;
  if (!once && test && known(frame.evaluate(test, started)) === false) return started;
  return repeat(started, frame, once, test !== null && known(frame.evaluate(test, started)) === true, (inner) => ({
    end: frame.execute(body, inner),
    after: (next) => {
      const done = frame.execute(after, next);
      if (test && done) frame.evaluate(test, done);
      return done;
    },
  }));
}

/** A loop over elements: what runs through them may be any. */
export function each({ target, type, over, key, body }: Stmt & { s: 'each' }, env: Env, frame: Frame): Env | null {
  const all = frame.evaluate(over, env);
  const element = elementOf(all);
  return repeat(env, frame, false, false, (inner) => {
    assign(target, type && element.type === null ? { ...element, type } : element, inner, frame);
    if (key) assign(key, all.fields || all.items ? unknown : dangers(all) !== 0 ? element : unknown, inner, frame);
    return { end: frame.execute(body, inner), after: (next) => next };
  });
}

/** Turns until nothing new is learned: what the first changes is widened, and there are no more than three. */
function repeat(start: Env, frame: Frame, once: boolean, entered: boolean, turn: (env: Env) => Turn): Env | null {
  const { breaks, continues } = frame;
  let current = start;
  let left: Env | null = once || entered ? null : new Map(start);
  for (let round = 0; round < 3; round++) {
    frame.breaks = [];
    frame.continues = [];
    const { end, after } = turn(new Map(current));
    const ends = [end, ...frame.continues].reduce<Env | null>(joinEnv, null);
    const next = ends ? after(ends) : null;
    for (const out of frame.breaks) left = joinEnv(left, out);
    if (!next) break;
    left = joinEnv(left, next);
    current = round === 0 ? widened(current, next) : joinEnv(current, next)!;
  }
  frame.breaks = breaks;
  frame.continues = continues;
  return left ?? (once ? null : current);
}
