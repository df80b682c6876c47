import type { ClassStmt, Func } from '../ast/nodes.ts';
import { evaluate } from './machine/expressions.ts';
import { Frame, Run } from './machine/frame.ts';
import { instanceOf, isReceiver } from './machine/functions.ts';
import { execute } from './machine/statements.ts';
import type { Program } from './program.ts';
import type { RuleSet } from './rule-set.ts';
import type { Hit } from './rules.ts';
import type { Env, Value } from './value.ts';
import { unknown } from './value.ts';
import type { World } from './world.ts';

/**
 * Runs the functions of a file on what is known of values instead of values: both ways of a branch unless it is known which one,
 * loops until nothing new is learned (twice, then widened), calls of known functions by running them. Sound it is not: it follows
 * what people write, and forgets aliases. Returns what is dangerous, and how many steps that took.
 */
export function runFile(program: Program, world: World, rules: RuleSet): { hits: Hit[]; steps: number } {
  const run = new Run({ evaluate, execute }, world, rules, program);
  const wanted = rules.wantedFunctions(program);
  run.begin();
  new Frame(run, program).execute(program.unit.body, run.globals);
  for (const func of [...program.functions.values(), ...program.methods.values()]) if (wanted.has(func)) runRoot(run, program, func, null, unknown);
  for (const made of program.classes.values()) {
    const methods = made.body.flatMap((member) => (member.s === 'func' && wanted.has(member.func) ? [member.func] : []));
    const routes = program.takesInput && program.unit.language === 'ruby' ? made.body.filter((member) => member.s === 'expr') : [];
    if (methods.length === 0 && routes.length === 0 && !wanted.has(made)) continue;
    run.begin();
    const self = instanceOf(made, run.globals, new Frame(run, program, { owner: made }));
    // `get '/' do … end` in the body of a class: what it does when it is loaded.
    if (routes.length > 0) new Frame(run, program, { owner: made, self }).execute(routes, new Map([['this', self]]));
    for (const method of methods) runRoot(run, program, method, made, self);
  }
  return { hits: run.hits, steps: run.steps };
}

/** A function that somebody outside the file may call. */
function runRoot(run: Run, program: Program, func: Func, owner: ClassStmt | null, self: Value): void {
  run.begin();
  const env: Env = new Map(self === unknown ? [] : [['this', self]]);
  func.params.forEach((param, index) => env.set(param.name, index === 0 && isReceiver(param.name, run.language) ? env.get('this') ?? unknown : run.rules.parameter(param, func, owner)));
  const frame = new Frame(run, program, { owner, stack: [func] });
  run.rules.checkFunction(func, owner, frame.report);
  frame.page = run.rules.answersWithPage(func, owner, program.unit.imports) ? func : null;
  frame.execute(func.body, env);
}
