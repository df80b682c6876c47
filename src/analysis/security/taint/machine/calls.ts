import type { Call, Expr } from '../../ast/nodes.ts';
import { collectionMethod, elementOf, madeCollection } from '../collections.ts';
import type { Effect } from '../collections.ts';
import { foldMethod } from '../fold.ts';
import type { Site } from '../site.ts';
import type { Closure, Env, Value } from '../value.ts';
import { merged, ofType, unknown, withField, withTaint } from '../value.ts';
import { asksForMode } from './assumptions.ts';
import { assign, write } from './assignments.ts';
import { configuration, givesItself, isReduced, listCall, looksUp, nameOfFile, runsFunction, settle } from './by-name.ts';
import type { Frame } from './frame.ts';
import { construct, newInstance, runAnonymous, runClosure, runFunction } from './functions.ts';
import type { Target } from './targets.ts';
import { classNamed, targetOf } from './targets.ts';

/** A call: judged by the rules, run when its code is here, and otherwise taken for what its name says. */
export function call(e: Call, env: Env, frame: Frame): Value {
  const { rules } = frame.run;
  const file = nameOfFile(e);
  if (file) return rules.withoutDirectory(frame.evaluate(file, env));
  const self = e.callee.k === 'member' ? frame.evaluate(e.callee.object, env) : unknown;
  const closures: Closure[] = [];
  const args = e.args.map((arg) => {
    if (arg.k !== 'func' || arg.func.name === '<now>') return frame.evaluate(arg, env);
    const closure: Closure = { func: arg.func, env };
    closures.push(closure);
    return { ...unknown, func: closure };
  });
  const site = rules.site(e, self, args, env, frame.program.unit.imports);
  rules.checkCall(site, frame.program, frame.report);
  const filled = rules.filled(site);
  if (filled) assign(filled.arg, filled.value, env, frame);
  const handed = merged([self, ...args]);
  const { inMode } = frame.run;
  if (closures.length > 0) frame.run.inMode ||= e.args.some(asksForMode);
  for (const closure of closures) runClosure(closure, closure.func.params.map((param, i) => rules.handed(site, closure.func, param) ?? (i < 3 ? elementOf(self) : unknown)), frame, rules.takesPages(site, frame.program));
  frame.run.inMode = inMode;
  if (e.body) runAnonymous(e.body, env, frame);
  const [sole, ...others] = e.body?.body.flatMap((one) => (one.s === 'func' ? [one.func] : [])) ?? [];
  if (sole && others.length === 0) return { ...ofType(site.name), func: { func: sole, env } };
  const given = rules.callSource(site);
  if (given) return given;
  if (isReduced(site.name, args)) return unknown;
  settle(site.name, args, frame.run);
  const clean = rules.encoded(site, handed);
  if (clean && !targetOf(e, self, frame)) return kept(clean, site);
  if (e.made) return made(site, handed, frame);
  const instance = instantiated(site, frame);
  if (instance) return withTaint(construct(instance.made, instance.program, args, e, frame), merged(args));
  return inlined(site, env, frame) ?? effectOf(site, handed, env, frame);
}

/** The result of an encoder keeps what else was known of it. */
function kept(clean: Value, { name, self, args }: Site): Value {
  return foldMethod(name, self, args) ?? collectionMethod(name, self, args)?.result ?? clean;
}

/** The class of an object that a call makes without a word for it: `T.new` of Ruby, `T()` of Python. */
function instantiated({ name, on, call: { callee } }: Site, { program, run: { language, world } }: Frame): ReturnType<typeof classNamed> {
  if (language === 'ruby') return name === 'new' ? classNamed(on, program, world) : undefined;
  return language === 'python' && callee.k === 'name' ? classNamed(callee.name, program, world) : undefined;
}

/** `new T(…)`. */
function made({ name, args, call: e }: Site, handed: Value, frame: Frame): Value {
  const collection = madeCollection(name, args);
  if (collection) return collection;
  const found = classNamed(name, frame.program, frame.run.world);
  if (found) return construct(found.made, found.program, args, e, frame);
  return { ...handed, type: args.some(({ type }) => type === 'SafeConstructor') ? `Safe${name}` : name, fields: args.at(-1)?.fields ?? null };
}

/** Runs what is called, and puts back what that does to the object; undefined when its code is not here. */
function inlined({ call: e, self, args }: Site, env: Env, frame: Frame): Value | undefined {
  const target = targetOf(e, self, frame);
  if (!target) {
    const closure = closureOf(e.callee, self, env);
    return closure && frame.admits(closure.func) ? runClosure(closure, args, frame) : undefined;
  }
  const own = e.callee.k === 'name' || target.self === env.get('this');
  const done = runFunction(target, target.self ?? receiver(target, env, frame), args, e, frame);
  if (!done) return undefined;
  if (own && target.owner === frame.owner && env.has('this')) env.set('this', done.self);
  else if (e.callee.k === 'member' && target.self && done.self !== target.self) write(e.callee.object, done.self, env, frame);
  return done.result;
}

/** What a method runs on that was found by the class of its object alone: another object of that class, with what its fields begin as. */
function receiver({ owner, program }: Target, env: Env, frame: Frame): Value {
  if (owner === null || owner === frame.owner) return env.get('this') ?? unknown;
  return newInstance(owner, program, frame);
}

/** A function that a variable holds, or an object that stands for one. */
function closureOf(callee: Expr, self: Value, env: Env): Closure | null | undefined {
  if (callee.k === 'name') return env.get(callee.name)?.func;
  return callee.k === 'member' && self.func && (runsFunction.test(callee.name) || callee.name === self.func.func.name) ? self.func : null;
}

/** What a method of text, of a collection or of an unknown object does, by its name. */
function effectOf(site: Site, handed: Value, env: Env, frame: Frame): Value {
  const { name, self, args, call: { callee } } = site;
  const method = callee.k === 'member' ? callee : undefined;
  const folded = method && foldMethod(method.name, self, args);
  if (folded) return folded;
  const effect = configuration(name, self, args, frame.run.world) ?? listCall(name, args) ?? (method ? collectionMethod(method.name, self, args) : name === 'append' && frame.run.language === 'go' ? appended(args) : undefined);
  if (effect) {
    if (effect.self && method) write(method.object, effect.self, env, frame);
    return effect.result;
  }
  const [first, ...others] = args;
  if (method && first && others.length === 0 && /^set[A-Z]/.test(method.name)) write(method.object, withField(self, method.name, first), env, frame);
  if (method && !first && givesItself.test(name)) return self;
  const type = frame.run.rules.resultType(site.text) ?? frame.run.rules.resultType(name);
  const given = method && looksUp(site, frame.run.language) ? merged([self]) : handed;
  return type === null ? { ...given, options: null } : { ...given, type };
}

/** `append(list, …)` of Go. */
function appended([list, ...more]: readonly Value[]): Effect {
  return { result: more.reduce((all, arg) => collectionMethod('append', all, [arg])?.self ?? withTaint(all, arg), list ?? unknown) };
}
