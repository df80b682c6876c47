import type { Expr } from '../../ast/nodes.ts';
import { collectionMethod, elementOf } from '../collections.ts';
import { foldBinary } from '../fold.ts';
import type { Env, Value } from '../value.ts';
import { constant, join, known, merged, unknown, withField, withTaint } from '../value.ts';
import type { Frame } from './frame.ts';

/** Arrays are filled up to here when an element behind their end is set. */
const mostFilled = 32;

/** `a = b`, `a += b`, `a ??= b` and the like. */
export function assignment(e: Expr & { k: 'assign' }, env: Env, frame: Frame): Value {
  const value = assigned(e, frame.evaluate(e.value, env), env, frame);
  frame.run.rules.checkWritten(e.target, e.value, value, env, frame.report);
  assign(e.target, value, env, frame);
  return value;
}

/** What an assignment's operator makes of its right side. */
function assigned(e: Expr & { k: 'assign' }, value: Value, env: Env, frame: Frame): Value {
  switch (e.op) {
    case '=': case ':=': return value;
    case 'for': return elementOf(value);
    case '??=': case '||=': case '&&=': return join(frame.evaluate(e.target, env), value);
    default: {
      const before = frame.evaluate(e.target, env);
      const folded = foldBinary(e.op.slice(0, -1), before, value, true);
      if (folded !== undefined) return constant(folded);
      if (before.items && e.op === '+=') return value.items ? { ...before, items: [...before.items, ...value.items] } : withTaint(before, value);
      return e.op === '+=' || e.op === '.=' ? merged([before, value]) : unknown;
    }
  }
}

/** Puts a value where an expression points to: a variable, a part of an object, or several places at once. */
export function assign(target: Expr, value: Value, env: Env, frame: Frame): void {
  switch (target.k) {
    case 'name': return assignName(target.name, value, env);
    case 'member': {
      frame.run.rules.checkAssignment(target, value, env, frame.report);
      const object = frame.evaluate(target.object, env);
      if (target.object.k !== 'call') assign(target.object, withField(object, target.name, value), env, frame);
      return;
    }
    case 'index': return assignElement(target, value, env, frame);
    case 'list':
      target.items.forEach((item, i) => assign(item, value.items?.[i] ?? (value.items ? unknown : frame.run.language === 'go' && i > 0 && i === target.items.length - 1 ? unknown : merged([value])), env, frame));
      return;
    case 'dict':
      for (const { key, value: local } of target.entries) {
        const name = key?.k === 'lit' ? String(key.value) : '';
        const at: Expr = local.k === 'many' ? local.parts[0]! : local.k === 'assign' ? local.target : local;
        assign(at, value.fields?.get(name) ?? merged([value.taint === 0 && value.fields ? unknown : value]), env, frame);
      }
      return;
    case 'unary': case 'cast': return assign(target.operand, value, env, frame);
    default:
  }
}

/** A variable, or a field of the object where it goes by its name alone. */
function assignName(name: string, value: Value, env: Env): void {
  const self = env.get('this');
  const field = name.startsWith('@') ? name.slice(1) : !env.has(name) && self?.fields?.has(name) ? name : undefined;
  if (field !== undefined) {
    env.set('this', withField(self ?? unknown, field, value));
    return;
  }
  const type = env.get(name)?.type ?? null;
  env.set(name, value.type === null && type !== null && type !== 'text' ? { ...value, type } : value);
}

function assignElement(target: Expr & { k: 'index' }, value: Value, env: Env, frame: Frame): void {
  if (target.object.k === 'call') return;
  frame.run.rules.checkAssignment(target, value, env, frame.report);
  const object = frame.evaluate(target.object, env);
  assign(target.object, target.index ? withElement(object, frame.evaluate(target.index, env), value) : pushed(object, value), env, frame);
}

function pushed(object: Value, value: Value): Value {
  return collectionMethod('push', object.items || object.fields ? object : { ...object, items: [] }, [value])?.self ?? withTaint(object, value);
}

function withElement(object: Value, index: Value, value: Value): Value {
  const key = known(index);
  if (object.items && typeof key === 'number') {
    const { items } = object;
    if (key < items.length) return { ...object, items: items.map((item, i) => (i === key ? value : item)) };
    if (key < mostFilled) return { ...object, items: [...items, ...Array.from({ length: key - items.length }, () => unknown), value] };
  }
  return key === undefined ? withTaint(withTaint(object, value), index) : withField(object, String(key), value);
}

/** Puts back what a method has changed: `object` is what it was called on, `get(k)` included. */
export function write(object: Expr, value: Value, env: Env, frame: Frame): void {
  if (object.k === 'call' && object.callee.k === 'member' && /^[gG]et$/.test(object.callee.name) && object.args.length === 1) return assign({ k: 'index', object: object.callee.object, index: object.args[0]!, line: object.line }, value, env, frame);
  let root = object;
  while (root.k === 'call' && root.callee.k === 'member') root = root.callee.object;
  if (root !== object && value.items !== null) return;
  if (root.k === 'name' || root.k === 'member' || root.k === 'index') assign(root, value, env, frame);
}
