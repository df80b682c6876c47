import type { Expr } from '../../ast/nodes.ts';
import { elementOf, partOf } from '../collections.ts';
import { joined } from '../addresses.ts';
import type { Closure, Env, Value } from '../value.ts';
import { constant, join, known, listOf, merged, ofType, unknown, withField, withTaint } from '../value.ts';
import { assignment } from './assignments.ts';
import { assume, isOneOfList } from './assumptions.ts';
import { call } from './calls.ts';
import type { Frame } from './frame.ts';
import { runClosure, runNow } from './functions.ts';
import { member, variable } from './names.ts';
import { binary, unary } from './operators.ts';

/** What is known of the value of an expression; what it does to variables is done to `env`. */
export function evaluate(e: Expr, env: Env, frame: Frame): Value {
  if (frame.run.spend()) return unknown;
  switch (e.k) {
    case 'lit': return constant(e.value);
    case 'name': return variable(e, env, frame);
    case 'member': return member(e, env, frame);
    case 'index': return element(e, env, frame);
    case 'call': return call(e, env, frame);
    case 'binary': return binary(e, env, frame);
    case 'unary': return unary(e, env, frame);
    case 'cond': return conditional(e, env, frame);
    case 'assign': return assignment(e, env, frame);
    case 'list': return listOf(e.items.map((item) => frame.evaluate(item, env)));
    case 'dict': return dictionary(e, env, frame);
    case 'text': return joined(e, { ...merged(e.parts.map((part) => frame.evaluate(part, env))), type: 'text' }, (one) => frame.evaluate(one, env));
    case 'func': {
      if (e.func.name === '<now>') return runNow(e.func, env, frame);
      const closure: Closure = { func: e.func, env };
      runClosure(closure, [], frame);
      return { ...unknown, func: closure };
    }
    case 'cast': {
      const value = frame.evaluate(e.operand, env);
      return frame.run.rules.isNumber(e.type) ? { ...ofType(e.type), options: value.options } : value.type === null && !/^string$/i.test(e.type) ? { ...value, type: e.type } : value;
    }
    case 'many': return e.parts.length === 1 ? frame.evaluate(e.parts[0]!, env) : e.parts.map((part) => frame.evaluate(part, env)).reduce((a, b) => join({ ...a, options: null }, { ...b, options: null }), unknown);
  }
}

function element(e: Expr & { k: 'index' }, env: Env, frame: Frame): Value {
  const object = frame.evaluate(e.object, env);
  const source = frame.run.rules.pathSource(e, env);
  if (source) return frame.run.rules.comingIn(source);
  if (!e.index) return elementOf(object);
  const index = frame.evaluate(e.index, env);
  return frame.run.rules.withoutOwn(partOf(object, index) ?? unknown, known(index), false);
}

function conditional(e: Expr & { k: 'cond' }, env: Env, frame: Frame): Value {
  const test = known(frame.evaluate(e.test, env));
  if (test === true) return frame.evaluate(e.then, env);
  if (test === false) return frame.evaluate(e.other, env);
  if (e.test.k === 'call' && isOneOfList(e.test, e.then, env, frame)) return join({ ...frame.evaluate(e.then, env), taint: 0 }, frame.evaluate(e.other, env));
  const yes: Env = new Map(env);
  const no: Env = new Map(env);
  assume(e.test, true, yes, frame);
  assume(e.test, false, no, frame);
  return join(frame.evaluate(e.then, yes), frame.evaluate(e.other, no));
}

function dictionary(e: Expr & { k: 'dict' }, env: Env, frame: Frame): Value {
  let value: Value = { ...unknown, fields: new Map() };
  for (const entry of e.entries) {
    const part = frame.evaluate(entry.value, env);
    const key = entry.key ? known(frame.evaluate(entry.key, env)) : undefined;
    if (key === '__html') frame.run.rules.checkAssignment({ k: 'member', object: { k: 'name', name: '', line: e.line }, name: key, line: e.line }, part, env, frame.report);
    if (typeof key === 'string') frame.run.rules.checkWritten({ k: 'member', object: { k: 'name', name: '', line: e.line }, name: key, line: entry.value.line }, entry.value, part, env, frame.report);
    if (key !== undefined) value = withField(value, String(key), part);
    else if (part.fields && !entry.key) for (const [name, own] of part.fields) value = withField(value, name, own);
    else value = withTaint(value, part);
  }
  return value;
}
