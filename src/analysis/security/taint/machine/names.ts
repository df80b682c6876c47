import type { Expr } from '../../ast/nodes.ts';
import { partOf } from '../collections.ts';
import type { Env, Value } from '../value.ts';
import { constant, merged, unknown } from '../value.ts';
import { methodOf } from '../program.ts';
import { call } from './calls.ts';
import type { Frame } from './frame.ts';
import { isThis } from './targets.ts';

/** What a name stands for: a variable, input, a field of the object, something of the file. */
export function variable(e: Expr & { k: 'name' }, env: Env, frame: Frame): Value {
  const own = env.get(e.name);
  if (own) return own;
  const source = frame.run.rules.pathSource(e, env);
  if (source) return frame.run.rules.comingIn(source);
  if (isThis(e.name)) return env.get('this') ?? unknown;
  const field = env.get('this')?.fields?.get(e.name.replace(/^@/, ''));
  if (field) return field;
  const global = frame.program.unit.path === frame.run.path ? frame.run.globals.get(e.name) : undefined;
  if (global) return global;
  if (frame.run.language === 'ruby' && (frame.owner ? methodOf(frame.owner, e.name, 0) : frame.program.functions.get(e.name))?.params.length === 0) return call({ k: 'call', callee: e, args: [], names: null, made: false, line: e.line }, env, frame);
  const func = frame.program.functions.get(e.name);
  if (func) return { ...unknown, func: { func, env: null } };
  return e.name.startsWith('@') ? partOf(env.get('this') ?? unknown, constant(e.name.slice(1))) ?? unknown : unknown;
}

/** A part of an object by name; also a call without brackets, where the language has such. */
export function member(e: Expr & { k: 'member' }, env: Env, frame: Frame): Value {
  if (frame.run.rules.isCalled(e.name)) return call({ k: 'call', callee: e, args: [], names: null, made: false, line: e.line }, env, frame);
  const object = frame.evaluate(e.object, env);
  const source = frame.run.rules.pathSource(e, env);
  if (source) return frame.run.rules.comingIn(source);
  if (e.name === 'length' || e.name === 'Length' || e.name === 'Count') return object.items && object.taint === 0 ? constant(object.items.length) : unknown;
  const part = object.fields?.get(e.name);
  if (part) return part;
  if (frame.run.language === 'ruby' && object.made && methodOf(object.made, e.name, 0)?.params.length === 0) return call({ k: 'call', callee: e, args: [], names: null, made: false, line: e.line }, env, frame);
  if (object.taint === 0 && !object.fields && !object.items && e.object.k === 'name') {
    const made = frame.program.classes.get(e.object.name);
    const field = made?.body.find((one) => one.s === 'declare' && one.name === e.name);
    if (field?.s === 'declare' && field.value) return frame.evaluate(field.value, new Map());
  }
  if (object.taint !== 0 || !object.fields) return frame.run.rules.withoutOwn(merged([object]), e.name, true);
  return unknown;
}
