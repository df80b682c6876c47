import type { Call, ClassStmt, Func, Param } from '../../ast/nodes.ts';
import type { Program } from '../program.ts';
import { methodOf } from '../program.ts';
import type { Closure, Env, Value } from '../value.ts';
import { dangers, join, listOf, merged, ofType, unknown, withFields, withTaint } from '../value.ts';
import { Frame } from './frame.ts';
import type { Done } from './repeated.ts';
import type { Target } from './targets.ts';

/** Runs a function that is called; undefined when it has no body, is being run already or is called too deep. */
export function runFunction({ func, owner, program }: Omit<Target, 'self'>, self: Value, args: readonly Value[], call: Call, frame: Frame): Done | undefined {
  if (!frame.admits(func) || func.body.length === 0) return undefined;
  const { run, stack: { length: depth } } = frame;
  return run.repeated.find(func, self, args, depth) ?? run.once(() => runNew({ func, owner, program }, self, args, call, frame), (done) => run.repeated.add(func, self, args, depth, done));
}

function runNew({ func, owner, program }: Omit<Target, 'self'>, self: Value, args: readonly Value[], call: Call, frame: Frame): Done {
  const inner = new Frame(frame.run, program, { owner, stack: [...frame.stack, func], outerLine: frame.outerLine ?? (program.unit.path === frame.run.path ? null : call.line), self });
  const env: Env = new Map([['this', self]]);
  const [first, ...others] = func.params;
  const receives = first !== undefined && owner !== null && isReceiver(first.name, frame.run.language);
  if (receives) env.set(first.name, self);
  bind(receives ? others : func.params, args, call.names, env, inner);
  const end = inner.execute(func.body, env);
  return { result: returned(inner), self: (end ?? env).get('this') ?? self };
}

/** Gives parameters the arguments of a call, by place or by name. */
function bind(params: readonly Param[], args: readonly Value[], names: Call['names'], env: Env, frame: Frame): void {
  params.forEach((param, i) => {
    const named = names ? [...names].find(([, name]) => name === param.name.replace(/^\$/, ''))?.[0] : undefined;
    const value = args[named ?? (names?.has(i) ? -1 : i)];
    const last = i === params.length - 1 && args.length > params.length ? listOf(args.slice(i)) : value;
    env.set(param.name, last ?? (param.value ? frame.evaluate(param.value, env) : unknown));
  });
}

/** Runs a function without a name where it is written or handed over, so that what it does with what it sees is seen. */
export function runClosure({ func, env }: Closure, args: readonly Value[], frame: Frame, isPage = false): Value {
  if (!frame.admits(func)) return merged(args);
  const inner = frame.within(func);
  if (isPage) inner.page = func;
  const own: Env = new Map(env ?? []);
  func.params.forEach((param, i) => {
    const value = args[i];
    own.set(param.name, value && dangers(value) !== 0 ? value : frame.run.rules.parameter(param, func, null));
  });
  inner.execute(func.body, own);
  if (env) for (const [name, value] of own) if (env.has(name) && env.get(name) !== value && !func.params.some((param) => param.name === name)) env.set(name, join(env.get(name)!, value));
  return returned(inner);
}

/** Statements that are written as a value, such as `switch`: they run on the variables around them. */
export function runNow(func: Func, env: Env, frame: Frame): Value {
  const { returns } = frame;
  frame.returns = [];
  const end = frame.execute(func.body, env);
  const values = frame.returns;
  frame.returns = returns;
  if (end) for (const [name, value] of end) env.set(name, value);
  return values.reduce((a, b) => (a === unknown ? b : join(a, b)), unknown);
}

/** The methods of a class without a name, each by itself. */
export function runAnonymous(made: ClassStmt, env: Env, frame: Frame): void {
  for (const member of made.body) if (member.s === 'func') runClosure({ func: member.func, env }, [], frame);
}

/** A new object: its fields, and what its constructor makes of them. */
export function construct(made: ClassStmt, program: Program, args: readonly Value[], call: Call, frame: Frame): Value {
  const self = newInstance(made, program, frame);
  const init = methodOf(made, '<init>', args.length);
  if (!init) return { ...self, taint: 0 };
  return runFunction({ func: init, owner: made, program }, self, args, call, frame)?.self ?? withTaint(self, merged(args));
}

/** An object of a class of which nothing is known but how its fields begin. One that it makes of itself, directly or by way of others, has no fields that are known. */
export function newInstance(made: ClassStmt, program: Program, { run }: Frame): Value {
  const known = run.repeated.instance(made);
  if (known) return known;
  if (run.making.has(made)) return { ...ofType(made.name), made, fields: new Map() };
  run.making.add(made);
  const self = run.once(() => instanceOf(made, new Map(), new Frame(run, program, { owner: made })), (self) => run.repeated.addInstance(made, self));
  run.making.delete(made);
  return self;
}

/** An object of a class, with what its fields begin as. */
export function instanceOf(made: ClassStmt, globals: Env, frame: Frame): Value {
  const fields: [string, Value][] = [];
  for (const member of made.body) {
    if (member.s !== 'declare') continue;
    const value = member.value ? frame.evaluate(member.value, globals) : unknown;
    fields.push([member.name, { ...value, options: /^[A-Z][A-Z0-9_]*$/.test(member.name) ? value.options : null, type: value.type ?? member.type }]);
  }
  return withFields({ ...ofType(made.name), made, fields: new Map() }, fields);
}

/** Whether a first parameter is the object itself. */
export function isReceiver(name: string, language: string): boolean {
  return language === 'python' && (name === 'self' || name === 'cls');
}

function returned({ returns }: Frame): Value {
  return returns.length === 0 ? unknown : returns.reduce(join);
}
