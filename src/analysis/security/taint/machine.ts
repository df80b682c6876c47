import type { Call, ClassStmt, Expr, Func, Param, Stmt } from '../ast/nodes.ts';
import { collectionMethod, elementOf, madeCollection, partOf } from './collections.ts';
import { foldBinary, foldMethod, foldUnary } from './fold.ts';
import type { Program } from './program.ts';
import { methodOf, programOf } from './program.ts';
import type { RuleSet } from './rule-set.ts';
import type { Hit } from './rules.ts';
import type { Flow } from './rules.ts';
import { bitOf, everyFlow, flowWeaknesses } from './rules.ts';
import type { Closure, Env, Value } from './value.ts';
import { constant, dangers, join, joinEnv, known, listOf, merged, ofType, tainted, unknown, widened, withField, withTaint } from './value.ts';
import type { World } from './world.ts';

interface Frame {
  program: Program;
  owner: ClassStmt | null;
  returns: Value[];
  breaks: Env[];
  continues: Env[];
  /** The functions that are being run, from the outermost. */
  stack: readonly Func[];
  /** In another file or function than the one that is looked at: the line where that calls it. */
  outerLine: number | null;
  /** What the method that is run belongs to, of its own class. */
  self: Value | null;
}

const deepestCall = 6;
/** Arrays are filled up to here when an element behind their end is set. */
const mostFilled = 32;
/** Steps for one file, and for one of its functions. */
const budget = { file: 60_000, root: 12_000 };

/**
 * Runs functions on what is known of values instead of values: both ways of a branch unless it is known which one, loops until
 * nothing new is learned (twice, then widened), calls of known functions by running them. Sound it is not: it follows what
 * people write, and forgets aliases.
 */
export class Machine {
  readonly #world: World;
  readonly #rules: RuleSet;
  readonly #language: string;
  readonly #path: string;
  readonly hits = new Map<string, Hit>();
  steps = 0;
  /** Dangers that settings in the function that is looked at have taken away. */
  #harmless = 0;
  #limit = budget.root;
  /** What the file itself declares, for functions to read. */
  readonly #globals: Env = new Map();

  constructor(world: World, rules: RuleSet, program: Program) {
    this.#world = world;
    this.#rules = rules;
    this.#language = program.unit.language;
    this.#path = program.unit.path;
  }

  /** Looks at everything in a file. */
  run(program: Program): void {
    const frame = this.#frame(program, null, []);
    const wanted = this.#rules.wantedFunctions(program);
    this.#begin();
    this.#statements(program.unit.body, this.#globals, frame);
    for (const func of [...program.functions.values(), ...program.methods.values()]) if (wanted.has(func)) this.#root(program, func, null, unknown);
    for (const made of program.classes.values()) {
      const methods = made.body.flatMap((member) => (member.s === 'func' && wanted.has(member.func) ? [member.func] : []));
      if (methods.length === 0 && !wanted.has(made)) continue;
      this.#begin();
      const self = this.#instance(made, program, this.#globals);
      for (const method of methods) this.#root(program, method, made, self);
    }
  }

  #frame(program: Program, owner: ClassStmt | null, stack: readonly Func[], outerLine: number | null = null): Frame {
    return { program, owner, returns: [], breaks: [], continues: [], stack, outerLine, self: null };
  }

  #begin(): void {
    this.#limit = Math.min(budget.file, this.steps + budget.root);
  }

  get #spent(): boolean {
    return ++this.steps > this.#limit;
  }

  #root(program: Program, func: Func, owner: ClassStmt | null, self: Value): void {
    this.#begin();
    this.#harmless = 0;
    const env: Env = new Map(self === unknown ? [] : [['this', self]]);
    func.params.forEach((param, index) => env.set(param.name, index === 0 && isSelf(param.name, this.#language) ? env.get('this') ?? unknown : this.#rules.parameter(param, func, owner)));
    const frame = this.#frame(program, owner, [func]);
    this.#rules.checkFunction(func, owner, (hit) => this.#hit(hit, frame));
    this.#statements(func.body, env, frame);
    for (const returned of frame.returns) this.#rules.checkReturn(func, returned, program.unit.imports, (hit) => this.#hit(hit, frame));
  }

  /** An object of a class, with what its fields begin as. */
  #instance(made: ClassStmt, program: Program, globals: Env): Value {
    let self: Value = { ...ofType(made.name), made, fields: new Map() };
    const frame = this.#frame(program, made, []);
    for (const member of made.body) {
      if (member.s !== 'declare') continue;
      const value = member.value ? this.#eval(member.value, globals, frame) : unknown;
      self = withField(self, member.name, { ...value, options: /^[A-Z][A-Z0-9_]*$/.test(member.name) ? value.options : null, type: value.type ?? member.type });
    }
    return self;
  }

  // Statements. The result is what is known after them; null when nothing comes after.

  #statements(body: readonly Stmt[], start: Env, frame: Frame): Env | null {
    let env: Env | null = start;
    for (const statement of body) {
      if (!env || this.#spent) break;
      env = this.#statement(statement, env, frame);
    }
    return env;
  }

  #statement(statement: Stmt, env: Env, frame: Frame): Env | null {
    switch (statement.s) {
      case 'expr':
        this.#eval(statement.value, env, frame);
        return env;
      case 'declare': {
        const value = statement.value ? this.#eval(statement.value, env, frame) : unknown;
        env.set(statement.name, value.type === null && statement.type ? { ...value, type: statement.type } : value);
        return env;
      }
      case 'return':
        frame.returns.push(statement.value ? this.#eval(statement.value, env, frame) : unknown);
        return null;
      case 'jump':
        if (statement.value) this.#eval(statement.value, env, frame);
        if (statement.to === 'break') frame.breaks.push(env);
        if (statement.to === 'continue') frame.continues.push(env);
        return null;
      case 'block': return this.#statements(statement.body, env, frame);
      case 'if': return this.#branch(statement, env, frame);
      case 'loop': return this.#loop(statement, env, frame);
      case 'each': return this.#each(statement, env, frame);
      case 'switch': return this.#switch(statement, env, frame);
      case 'try': return this.#try(statement, env, frame);
      case 'func':
        env.set(statement.func.name, { ...unknown, func: { func: statement.func, env: null } });
        if (frame.stack.length > 0 && !frame.program.functions.has(statement.func.name)) this.#closure({ func: statement.func, env }, [], frame);
        return env;
      case 'class': return env;
    }
  }

  #branch({ test, then, other }: Stmt & { s: 'if' }, env: Env, frame: Frame): Env | null {
    const value = known(this.#eval(test, env, frame));
    if (value === true) return this.#statements(then, env, frame);
    if (value === false) return this.#statements(other, env, frame);
    const yes: Env = new Map(env);
    this.#assume(test, true, yes, frame);
    this.#assume(test, false, env, frame);
    return joinEnv(this.#statements(then, yes, frame), this.#statements(other, env, frame));
  }

  /** What a test that was passed says of its subject: one of a list of known values, or of a closed form, is no danger. */
  #assume(test: Expr, holds: boolean, env: Env, frame: Frame): void {
    if (test.k === 'unary' && test.op === '!') return this.#assume(test.operand, !holds, env, frame);
    if (test.k === 'binary' && (test.op === '&&' || test.op === '||')) {
      if ((test.op === '&&') !== holds) return;
      this.#assume(test.left, holds, env, frame);
      return this.#assume(test.right, holds, env, frame);
    }
    if (test.k === 'binary' && test.left.k === 'name' && (test.op === 'in' || test.op === '==' || test.op === '===' || test.op === '!=' || test.op === '!==')) {
      if ((test.op === '!=' || test.op === '!==') === holds) return;
      const right = this.#eval(test.right, env, frame);
      if (dangers(right) === 0 && (test.op === 'in' ? right.options === null : known(right) !== undefined && known(right) !== null)) this.#clean(test.left.name, env);
      return;
    }
    if (!holds || test.k !== 'call') return;
    const name = test.callee.k === 'member' ? test.callee.name : test.callee.k === 'name' ? test.callee.name : '';
    const subject = test.args.find((arg) => arg.k === 'name');
    if (subject?.k === 'name' && /^(?:contains|includes|has|containsKey|include\?|in_array|key\?|Contains|ContainsKey|fullmatch|hasOwnProperty|ctype_\w+|isdigit|isalnum|is_numeric|ContainsString|MatchString|test)$/.test(name)) {
      const list = test.callee.k === 'member' ? this.#eval(test.callee.object, env, frame) : merged(test.args.filter((arg) => arg !== subject).map((arg) => this.#eval(arg, env, frame)));
      if (dangers(list) === 0 && !(name === 'contains' && typeof known(list) === 'string')) this.#clean(subject.name, env);
    }
    if (test.callee.k === 'member' && test.callee.object.k === 'name' && /^(?:matches|isdigit|isalnum|match\?|isdecimal)$/.test(name)) this.#clean(test.callee.object.name, env);
  }

  #clean(name: string, env: Env): void {
    const value = env.get(name);
    if (value && dangers(value) !== 0) env.set(name, ofType(value.type));
  }

  #loop({ before, test, body, after, once }: Stmt & { s: 'loop' }, env: Env, frame: Frame): Env | null {
    const started = this.#statements(before, env, frame);
    if (!started) return null;
    if (!once && test && known(this.#eval(test, started, frame)) === false) return started;
    return this.#repeat(started, frame, once, test !== null && known(this.#eval(test, started, frame)) === true, (inner) => {
      const end = this.#statements(body, inner, frame);
      return { end, after: (next) => {
        const done = this.#statements(after, next, frame);
        if (test && done) this.#eval(test, done, frame);
        return done;
      } };
    });
  }

  #repeat(start: Env, frame: Frame, once: boolean, entered: boolean, turn: (env: Env) => { end: Env | null; after: (env: Env) => Env | null }): Env | null {
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

  #each({ target, type, over, key, body }: Stmt & { s: 'each' }, env: Env, frame: Frame): Env | null {
    const all = this.#eval(over, env, frame);
    const element = elementOf(all);
    return this.#repeat(env, frame, false, false, (inner) => {
      this.#assign(target, type && element.type === null ? { ...element, type } : element, inner, frame);
      if (key) this.#assign(key, all.fields || all.items ? unknown : dangers(all) !== 0 ? element : unknown, inner, frame);
      return { end: this.#statements(body, inner, frame), after: (next) => next };
    });
  }

  #switch({ subject, cases }: Stmt & { s: 'switch' }, env: Env, frame: Frame): Env | null {
    const value = subject ? known(this.#eval(subject, env, frame)) : undefined;
    const { breaks } = frame;
    frame.breaks = [];
    let result: Env | null = null;
    let chosen = -1;
    if (value !== undefined && subject) {
      chosen = cases.findIndex(({ tests }) => tests.some((test) => known(this.#eval(test, env, frame)) === value));
      if (chosen < 0 && cases.every(({ tests }) => tests.every((test) => known(this.#eval(test, env, frame)) !== undefined))) chosen = cases.findIndex(({ tests }) => tests.length === 0);
      else if (chosen < 0) chosen = -2;
      if (chosen === -1) {
        frame.breaks = breaks;
        return env;
      }
    }
    if (chosen >= 0) {
      let current: Env | null = env;
      for (let i = chosen; i < cases.length && current; i++) {
        current = this.#statements(cases[i]!.body, current, frame);
        if (!cases[i]!.falls) break;
      }
      result = current;
    } else {
      let falling: Env | null = null;
      for (const { tests, body, falls } of cases) {
        const inner: Env = new Map(env);
        if (subject?.k === 'name' && tests.length > 0 && tests.every((test) => test.k === 'lit')) this.#clean(subject.name, inner);
        for (const test of tests) this.#eval(test, inner, frame);
        const end = this.#statements(body, joinEnv(inner, falling)!, frame);
        falling = falls ? end : null;
        if (!falls) result = joinEnv(result, end);
      }
      result = joinEnv(result, falling);
      if (!cases.some(({ tests }) => tests.length === 0)) result = joinEnv(result, env);
    }
    for (const out of frame.breaks) result = joinEnv(result, out);
    frame.breaks = breaks;
    return result;
  }

  #try({ body, handlers, final }: Stmt & { s: 'try' }, env: Env, frame: Frame): Env | null {
    const before: Env = new Map(env);
    const end = this.#statements(body, env, frame);
    let result = end ? new Map(end) : null;
    for (const handler of handlers) result = joinEnv(result, this.#statements(handler, joinEnv(new Map(before), end ?? env)!, frame));
    if (final.length === 0) return result;
    return this.#statements(final, result ?? joinEnv(before, env)!, frame) && result;
  }

  // Expressions.

  #eval(e: Expr, env: Env, frame: Frame): Value {
    if (this.#spent) return unknown;
    switch (e.k) {
      case 'lit': return constant(e.value);
      case 'name': return this.#name(e, env, frame);
      case 'member': return this.#member(e, env, frame);
      case 'index': {
        const object = this.#eval(e.object, env, frame);
        const source = this.#rules.pathSource(e, env);
        if (source) return tainted(everyFlow, source);
        if (!e.index) return elementOf(object);
        return partOf(object, this.#eval(e.index, env, frame)) ?? unknown;
      }
      case 'call': return this.#call(e, env, frame);
      case 'binary': return this.#binary(e, env, frame);
      case 'unary': {
        const operand = this.#eval(e.operand, env, frame);
        if ((e.op === '++' || e.op === '--') && e.operand.k === 'name') {
          const count = known(operand);
          env.set(e.operand.name, typeof count === 'number' ? { ...operand, options: [e.op === '++' ? count + 1 : count - 1] } : { ...operand, options: null });
        }
        return foldUnary(e.op, operand);
      }
      case 'cond': {
        const test = known(this.#eval(e.test, env, frame));
        if (test === true) return this.#eval(e.then, env, frame);
        if (test === false) return this.#eval(e.other, env, frame);
        const yes: Env = new Map(env);
        const no: Env = new Map(env);
        this.#assume(e.test, true, yes, frame);
        this.#assume(e.test, false, no, frame);
        return join(this.#eval(e.then, yes, frame), this.#eval(e.other, no, frame));
      }
      case 'assign': return this.#assignment(e, env, frame);
      case 'list': return listOf(e.items.map((item) => this.#eval(item, env, frame)));
      case 'dict': return this.#dict(e, env, frame);
      case 'text': return { ...merged(e.parts.map((part) => this.#eval(part, env, frame))), type: 'text' };
      case 'func': {
        if (e.func.name === '<now>') return this.#now(e.func, env, frame);
        const closure: Closure = { func: e.func, env };
        this.#closure(closure, [], frame);
        return { ...unknown, func: closure };
      }
      case 'cast': {
        const value = this.#eval(e.operand, env, frame);
        return this.#rules.isNumber(e.type) ? { ...ofType(e.type), options: value.options } : value.type === null && !/^string$/i.test(e.type) ? { ...value, type: e.type } : value;
      }
      case 'many': return e.parts.length === 1 ? this.#eval(e.parts[0]!, env, frame) : e.parts.map((part) => this.#eval(part, env, frame)).reduce((a, b) => join({ ...a, options: null }, { ...b, options: null }), unknown);
    }
  }

  #now(func: Func, env: Env, frame: Frame): Value {
    const { returns } = frame;
    frame.returns = [];
    const end = this.#statements(func.body, env, frame);
    const values = frame.returns;
    frame.returns = returns;
    if (end) for (const [name, value] of end) env.set(name, value);
    return values.reduce((a, b) => (a === unknown ? b : join(a, b)), unknown);
  }

  #name(e: Expr & { k: 'name' }, env: Env, frame: Frame): Value {
    const own = env.get(e.name);
    if (own) return own;
    const source = this.#rules.pathSource(e, env);
    if (source) return tainted(everyFlow, source);
    if (e.name === 'this' || e.name === 'self' || e.name === '$this') return env.get('this') ?? unknown;
    const field = env.get('this')?.fields?.get(e.name.replace(/^@/, ''));
    if (field) return field;
    const global = frame.program.unit.path === this.#path ? this.#globals.get(e.name) : undefined;
    if (global) return global;
    const func = frame.program.functions.get(e.name);
    if (func) return { ...unknown, func: { func, env: null } };
    return e.name.startsWith('@') ? partOf(env.get('this') ?? unknown, constant(e.name.slice(1))) ?? unknown : unknown;
  }

  #member(e: Expr & { k: 'member' }, env: Env, frame: Frame): Value {
    if (this.#rules.isCalled(e.name)) return this.#call({ k: 'call', callee: e, args: [], names: null, made: false, line: e.line }, env, frame);
    const object = this.#eval(e.object, env, frame);
    const source = this.#rules.pathSource(e, env);
    if (source) return tainted(everyFlow, source);
    if (e.name === 'length' || e.name === 'Length' || e.name === 'Count') return object.items && object.taint === 0 ? constant(object.items.length) : unknown;
    const part = object.fields?.get(e.name);
    if (part) return part;
    if (object.taint === 0 && !object.fields && !object.items && e.object.k === 'name') {
      const made = frame.program.classes.get(e.object.name);
      const field = made?.body.find((member) => member.s === 'declare' && member.name === e.name);
      if (field?.s === 'declare' && field.value) return this.#eval(field.value, new Map(), frame);
    }
    if (object.taint !== 0 || !object.fields) return merged([object]);
    return unknown;
  }

  #binary(e: Expr & { k: 'binary' }, env: Env, frame: Frame): Value {
    const left = this.#eval(e.left, env, frame);
    if (e.op === '&&' || e.op === '||' || e.op === '??' || e.op === '?:') {
      const decided = known(left);
      if (e.op === '&&' && decided === false) return left;
      if (e.op === '||' && decided === true) return left;
    }
    const right = this.#eval(e.right, env, frame);
    const folded = foldBinary(e.op, left, right, this.#language !== 'javascript' && this.#language !== 'php' && this.#language !== 'python');
    if (folded !== undefined) return constant(folded);
    switch (e.op) {
      case '||': case '??': case '?:': case '&&': return join(e.op === '&&' ? ofType(left.type) : left, right);
      case '+': case '.': return { ...merged([left, right]), type: 'text' };
      case '%': return this.#language === 'python' || this.#language === 'ruby' ? merged([left, right]) : unknown;
      case '<<': {
        const effect = collectionMethod('append', left, [right]);
        if (effect?.self) this.#assign(e.left, effect.self, env, frame);
        return effect?.result ?? merged([left, right]);
      }
      case '/': return this.#language === 'python' ? merged([left, right]) : unknown;
      case '*': return this.#language === 'python' ? merged([left]) : unknown;
      default: return unknown;
    }
  }

  #dict(e: Expr & { k: 'dict' }, env: Env, frame: Frame): Value {
    let value: Value = { ...unknown, fields: new Map() };
    for (const entry of e.entries) {
      const part = this.#eval(entry.value, env, frame);
      const key = entry.key ? known(this.#eval(entry.key, env, frame)) : undefined;
      if (key === '__html') this.#rules.checkAssignment({ k: 'member', object: { k: 'name', name: '', line: e.line }, name: key, line: e.line }, part, env, (hit) => this.#hit(hit, frame));
      if (key !== undefined) value = withField(value, String(key), part);
      else if (part.fields && !entry.key) for (const [name, own] of part.fields) value = withField(value, name, own);
      else value = withTaint(value, part);
    }
    return value;
  }

  #assignment(e: Expr & { k: 'assign' }, env: Env, frame: Frame): Value {
    let value = this.#eval(e.value, env, frame);
    if (e.op === 'for') value = elementOf(value);
    else if (e.op === '??=' || e.op === '||=' || e.op === '&&=') value = join(this.#eval(e.target, env, frame), value);
    else if (e.op !== '=' && e.op !== ':=') {
      const before = this.#eval(e.target, env, frame);
      const folded = foldBinary(e.op.slice(0, -1), before, value, true);
      if (folded !== undefined) value = constant(folded);
      else if (before.items && e.op === '+=') value = value.items ? { ...before, items: [...before.items, ...value.items] } : withTaint(before, value);
      else value = e.op === '+=' || e.op === '.=' ? merged([before, value]) : unknown;
    }
    this.#rules.checkWritten(e.target, e.value, value, env, (hit) => this.#hit(hit, frame));
    this.#assign(e.target, value, env, frame);
    return value;
  }

  #assign(target: Expr, value: Value, env: Env, frame: Frame): void {
    switch (target.k) {
      case 'name': {
        const self = env.get('this');
        const field = target.name.startsWith('@') ? target.name.slice(1) : !env.has(target.name) && self?.fields?.has(target.name) ? target.name : undefined;
        if (field !== undefined) env.set('this', withField(self ?? unknown, field, value));
        else {
          const type = env.get(target.name)?.type ?? null;
          env.set(target.name, value.type === null && type !== null && type !== 'text' ? { ...value, type } : value);
        }
        return;
      }
      case 'member': {
        this.#rules.checkAssignment(target, value, env, (hit) => this.#hit(hit, frame));
        const object = this.#eval(target.object, env, frame);
        return this.#assign(target.object.k === 'call' ? { k: 'list', items: [], line: 0 } : target.object, withField(object, target.name, value), env, frame);
      }
      case 'index': {
        if (target.object.k === 'call') return;
        this.#rules.checkAssignment(target, value, env, (hit) => this.#hit(hit, frame));
        const object = this.#eval(target.object, env, frame);
        const index = target.index ? this.#eval(target.index, env, frame) : unknown;
        if (!target.index) {
          const effect = collectionMethod('push', object.items || object.fields ? object : { ...object, items: [] }, [value]);
          return this.#assign(target.object, effect?.self ?? withTaint(object, value), env, frame);
        }
        const key = known(index);
        if (object.items && typeof key === 'number' && key >= object.items.length && key < mostFilled) return this.#assign(target.object, { ...object, items: [...object.items, ...Array.from({ length: key - object.items.length }, () => unknown), value] }, env, frame);
        if (object.items && typeof key === 'number' && key < object.items.length) return this.#assign(target.object, { ...object, items: object.items.map((item, i) => (i === key ? value : item)) }, env, frame);
        return this.#assign(target.object, key === undefined ? withTaint(withTaint(object, value), index) : withField(object, String(key), value), env, frame);
      }
      case 'list':
        target.items.forEach((item, i) => this.#assign(item, value.items?.[i] ?? (value.items ? unknown : this.#language === 'go' && i > 0 && i === target.items.length - 1 ? unknown : merged([value])), env, frame));
        return;
      case 'dict':
        for (const { key, value: local } of target.entries) {
          const name = key?.k === 'lit' ? String(key.value) : '';
          const at: Expr = local.k === 'many' ? local.parts[0]! : local.k === 'assign' ? local.target : local;
          this.#assign(at, value.fields?.get(name) ?? merged([value.taint === 0 && value.fields ? unknown : value]), env, frame);
        }
        return;
      case 'unary': return this.#assign(target.operand, value, env, frame);
      case 'cast': return this.#assign(target.operand, value, env, frame);
      default:
    }
  }

  // Calls.

  #call(e: Call, env: Env, frame: Frame): Value {
    const { callee } = e;
    const named = baseNameOf(e);
    if (named) return this.#rules.withoutDirectory(this.#eval(named, env, frame));
    const self = callee.k === 'member' ? this.#eval(callee.object, env, frame) : unknown;
    const functions: Closure[] = [];
    const args = e.args.map((arg) => {
      if (arg.k !== 'func' || arg.func.name === '<now>') return this.#eval(arg, env, frame);
      const closure: Closure = { func: arg.func, env };
      functions.push(closure);
      return { ...unknown, func: closure };
    });
    const site = this.#rules.site(e, self, args, env, frame.program.unit.imports);
    this.#rules.checkCall(site, (hit) => this.#hit(hit, frame));
    const handed = merged([self, ...args]);
    for (const closure of functions) this.#closure(closure, closure.func.params.map((_, i) => (i < 3 ? elementOf(self) : unknown)), frame);
    if (e.body) this.#anonymous(e.body, env, frame);
    const [sole, ...others] = e.body?.body.flatMap((member) => (member.s === 'func' ? [member.func] : [])) ?? [];
    if (sole && others.length === 0) return { ...ofType(site.name), func: { func: sole, env } };
    const given = this.#rules.callSource(site);
    if (given) return given;
    if (isReduced(site.name, args)) return unknown;
    this.#settle(site.name, args);
    const clean = this.#rules.encoded(site, handed);
    if (clean && !this.#resolved(e, self, frame)) return this.#kept(clean, site.name, self, args);
    if (e.made) {
      const type = site.name;
      const collection = madeCollection(type, args);
      if (collection) return collection;
      const found = this.#class(type, frame);
      if (found) return this.#construct(found.made, found.program, args, e, frame);
      const initial = args.at(-1)?.fields;
      return { ...handed, type, fields: initial ?? null };
    }
    const inlined = this.#inline(e, self, args, env, frame);
    if (inlined) return inlined;
    const folded = callee.k === 'member' ? foldMethod(callee.name, self, args) : undefined;
    if (folded) return folded;
    const special = this.#special(site.name, self, args);
    const effect = special ?? (callee.k === 'member' ? collectionMethod(callee.name, self, args) : site.name === 'append' && this.#language === 'go' ? { result: args.slice(1).reduce((list, arg) => collectionMethod('append', list, [arg])?.self ?? withTaint(list, arg), args[0] ?? unknown) } : undefined);
    if (effect) {
      if (effect.self && callee.k === 'member') this.#write(callee.object, effect.self, env, frame);
      return effect.result;
    }
    const type = this.#rules.resultType(site.name);
    const setter = callee.k === 'member' && /^set[A-Z]/.test(callee.name) && args.length === 1;
    if (setter) this.#write(callee.object, withField(self, callee.name, args[0]!), env, frame);
    if (isIdentity.test(site.name) && callee.k === 'member' && args.length === 0) return self;
    return type === null ? { ...handed, options: null } : { ...handed, type };
  }

  /** The result of an encoder keeps what else was known of it. */
  #kept(clean: Value, name: string, self: Value, args: readonly Value[]): Value {
    return foldMethod(name, self, args) ?? collectionMethod(name, self, args)?.result ?? clean;
  }

  #write(object: Expr, value: Value, env: Env, frame: Frame): void {
    if (object.k === 'call' && object.callee.k === 'member' && /^[gG]et$/.test(object.callee.name) && object.args.length === 1) return this.#assign({ k: 'index', object: object.callee.object, index: object.args[0]!, line: object.line }, value, env, frame);
    let root = object;
    while (root.k === 'call' && root.callee.k === 'member') root = root.callee.object;
    if (root === object || value.items === null) if (root.k === 'name' || root.k === 'member' || root.k === 'index') this.#assign(root, value, env, frame);
  }

  /** Configuration in files beside the code. */
  #special(name: string, self: Value, args: readonly Value[]): { result: Value; self?: Value } | undefined {
    const first = args[0] ? known(args[0]) : undefined;
    if ((name === 'getResourceAsStream' || name === 'getResource') && typeof first === 'string') return { result: { ...constant(first), type: 'resource' } };
    if (name === 'load' && args[0]?.type === 'resource' && typeof first === 'string') {
      const fields = new Map(self.fields);
      for (const [key, value] of this.#world.properties(first)) fields.set(key, constant(value));
      return { result: unknown, self: { ...self, fields } };
    }
    if (name === 'asList' || name === 'listOf' || name === 'of') return { result: args.length === 1 && args[0]!.items ? args[0]! : listOf(args) };
    return undefined;
  }

  #class(name: string, frame: Frame): { made: ClassStmt; program: Program } | undefined {
    const short = name.split('.').at(-1)!;
    const own = frame.program.classes.get(short);
    if (own) return { made: own, program: frame.program };
    if (!/^[A-Z]/.test(short)) return undefined;
    const unit = this.#world.declaring(short, frame.program.unit.path);
    const program = unit && programOf(unit);
    const made = program?.classes.get(short);
    return made ? { made, program: program! } : undefined;
  }

  #construct(made: ClassStmt, program: Program, args: readonly Value[], e: Call, frame: Frame): Value {
    const self = this.#instance(made, program, new Map());
    const init = methodOf(made, '<init>', args.length);
    if (!init) return { ...self, taint: 0 };
    return this.#apply(init, made, program, args, self, e, frame)?.self ?? withTaint(self, merged(args));
  }

  #resolved(e: Call, self: Value, frame: Frame): boolean {
    return this.#target(e, self, frame) !== undefined;
  }

  /** The function that a call runs, when its code is here. */
  #target(e: Call, self: Value, frame: Frame): { func: Func; owner: ClassStmt | null; program: Program; self: Value | null } | undefined {
    const { callee } = e;
    if (callee.k === 'name') {
      const actual = frame.owner && frame.self?.made && frame.self.made !== frame.owner && this.#method(frame.self.made, callee.name, e.args.length, frame, 0);
      if (actual && actual.func.body.length > 0) return { ...actual, self: null };
      const own = frame.owner && methodOf(frame.owner, callee.name, e.args.length);
      if (own) return { func: own, owner: frame.owner, program: frame.program, self: null };
      const func = frame.program.functions.get(callee.name);
      if (func) return { func, owner: null, program: frame.program, self: null };
      const imported = frame.program.unit.imports.get(callee.name)?.split('.');
      if (!imported || imported.length < 2) return undefined;
      const unit = this.#world.declaring(moduleName(imported.slice(0, -1).join('.')), frame.program.unit.path);
      const program = unit && programOf(unit);
      const found = program?.functions.get(imported.at(-1)!);
      return found && program ? { func: found, owner: null, program, self: null } : undefined;
    }
    if (callee.k !== 'member') return undefined;
    if (self.made) {
      const found = this.#method(self.made, callee.name, e.args.length, frame, 0);
      if (found) return { ...found, self };
    }
    const { object } = callee;
    if (frame.owner && object.k === 'name' && (object.name === 'this' || object.name === 'self' || object.name === '$this')) {
      const found = this.#method(frame.owner, callee.name, e.args.length, frame, 0);
      if (found) return { ...found, self };
    }
    if (frame.program.methods.size > 0 && self.taint === 0) {
      const func = frame.program.methods.get(callee.name);
      if (func) return { func, owner: null, program: frame.program, self };
    }
    if (self.taint !== 0 || self.items || self.fields) return undefined;
    const name = object.k === 'name' ? object.name : object.k === 'member' ? object.name : self.type ?? '';
    const found = /^[A-Z]/.test(name) ? this.#class(name, frame) : undefined;
    const func = found && methodOf(found.made, callee.name, e.args.length);
    if (found && func) return { func, owner: found.made, program: found.program, self: null };
    const typed = self.type !== null && self.type !== name && /^[A-Z]/.test(self.type) ? this.#class(self.type, frame) : undefined;
    const method = typed && methodOf(typed.made, callee.name, e.args.length);
    return typed && method && method.body.length > 0 ? { func: method, owner: typed.made, program: typed.program, self: null } : undefined;
  }

  #method(made: ClassStmt, name: string, count: number, frame: Frame, depth: number): { func: Func; owner: ClassStmt; program: Program } | undefined {
    const program = frame.program.classes.get(made.name) === made || made.name === '' ? frame.program : this.#class(made.name, frame)?.program ?? frame.program;
    const func = methodOf(made, name, count);
    if (func) return { func, owner: made, program };
    if (depth > 3) return undefined;
    for (const base of made.bases) {
      const found = this.#class(base, frame);
      const inherited = found && found.made !== made ? this.#method(found.made, name, count, { ...frame, program: found.program }, depth + 1) : undefined;
      if (inherited) return inherited;
    }
    return undefined;
  }

  #inline(e: Call, self: Value, args: readonly Value[], env: Env, frame: Frame): Value | undefined {
    const target = this.#target(e, self, frame);
    if (!target) {
      const closure = e.callee.k === 'name' ? env.get(e.callee.name)?.func : self.func && (callsFunction.test((e.callee as Expr & { k: 'member' }).name) || (e.callee as Expr & { k: 'member' }).name === self.func.func.name) ? self.func : null;
      return closure && !frame.stack.includes(closure.func) && frame.stack.length < deepestCall ? this.#closure(closure, args, frame) : undefined;
    }
    const own = e.callee.k === 'name' || target.self === env.get('this');
    const done = this.#apply(target.func, target.owner, target.program, args, target.self ?? env.get('this') ?? unknown, e, frame);
    if (!done) return undefined;
    if (own && target.owner === frame.owner && env.has('this')) env.set('this', done.self);
    else if (e.callee.k === 'member' && target.self && done.self !== target.self) this.#write(e.callee.object, done.self, env, frame);
    return done.result;
  }

  #apply(func: Func, owner: ClassStmt | null, program: Program, args: readonly Value[], self: Value, e: Call, frame: Frame): { result: Value; self: Value } | undefined {
    if (frame.stack.includes(func) || frame.stack.length >= deepestCall || func.body.length === 0) return undefined;
    const inner = this.#frame(program, owner, [...frame.stack, func], frame.outerLine ?? (program.unit.path === this.#path ? null : e.line));
    inner.self = self;
    const env: Env = new Map([['this', self]]);
    const params = func.params[0] && isSelf(func.params[0].name, this.#language) && owner ? func.params.slice(1) : func.params;
    if (params !== func.params) env.set(func.params[0]!.name, self);
    this.#bind(params, args, e.names, env, inner);
    const end = this.#statements(func.body, env, inner);
    const result = inner.returns.length === 0 ? unknown : inner.returns.reduce(join);
    return { result, self: (end ?? env).get('this') ?? self };
  }

  #bind(params: readonly Param[], args: readonly Value[], names: Call['names'], env: Env, frame: Frame): void {
    params.forEach((param, i) => {
      const named = names ? [...names].find(([, name]) => name === param.name.replace(/^\$/, ''))?.[0] : undefined;
      const value = args[named ?? (names?.has(i) ? -1 : i)];
      const last = i === params.length - 1 && args.length > params.length ? listOf(args.slice(i)) : value;
      env.set(param.name, last ?? (param.value ? this.#eval(param.value, env, frame) : unknown));
    });
  }

  /** Runs a function without a name where it is written or handed over, so that what it does with what it sees is seen. */
  #closure({ func, env }: Closure, args: readonly Value[], frame: Frame): Value {
    if (frame.stack.includes(func) || frame.stack.length >= deepestCall) return merged(args);
    const inner: Frame = { ...frame, returns: [], breaks: [], continues: [], stack: [...frame.stack, func] };
    const own: Env = new Map(env ?? []);
    func.params.forEach((param, i) => {
      const value = args[i];
      own.set(param.name, value && dangers(value) !== 0 ? value : this.#rules.parameter(param, func, null));
    });
    this.#statements(func.body, own, inner);
    if (env) for (const [name, value] of own) if (env.has(name) && env.get(name) !== value && !func.params.some((param) => param.name === name)) env.set(name, join(env.get(name)!, value));
    return inner.returns.length === 0 ? unknown : inner.returns.reduce(join);
  }

  #anonymous(made: ClassStmt, env: Env, frame: Frame): void {
    for (const member of made.body) if (member.s === 'func') this.#closure({ func: member.func, env }, [], frame);
  }

  /** Settings that take the danger from what follows in the function: answers that are no page, XML without document types. */
  #settle(name: string, args: readonly Value[]): void {
    const texts = args.map(known);
    if (/^(?:setContentType|contentType|header|setHeader|addHeader|set|Set|type)$/.test(name)) {
      const type = texts.find((text) => typeof text === 'string' && /^(?:content-type: *)?[a-z]+\/[\w.+-]+/i.test(text));
      if (type !== undefined) this.#harmless = noPage.test(String(type)) ? this.#harmless | bitOf('xss') : this.#harmless & ~bitOf('xss');
    }
    if (/^set(?:Feature|Attribute|Property|ExpandEntityReferences)$/.test(name) && texts.some((text) => typeof text === 'string' && /disallow-doctype-decl|accessExternalDTD|ACCESS_EXTERNAL_DTD|supportDTD|isSupportingExternalEntities|external-general-entities/.test(text))) this.#harmless |= bitOf('xxe');
  }

  #hit(hit: Hit, frame: Frame): void {
    if (hit.rule in flowWeaknesses && (this.#harmless & bitOf(hit.rule as Flow)) !== 0) return;
    const line = frame.outerLine ?? hit.line;
    const key = `${hit.rule}:${line}`;
    if (!this.hits.has(key)) this.hits.set(key, { ...hit, line });
  }
}

/** How an object that is a function is called. */
const callsFunction = /^(?:apply|accept|test|get|call|run|compare|applyAs\w+|getAs\w+|invoke|Invoke)$/;

/** Methods that give back what they are called on. */
const isIdentity = /^(?:toString|String|to_s|intern|iterator|stream|clone|dup|freeze|toArray|ToString|ToList|ToArray|build|getBytes|toCharArray|values)$/;

/** Types of answers that no browser shows as a page. */
const noPage = /(?:application\/(?!xhtml)|text\/(?:plain|csv|css|event-stream)|image\/(?!svg)|audio\/|video\/)/i;
const onlyHarmless = /^(?:r?\/)?\[\^(?:[\w -]|\\[wds])+\][+*]?(?:\/[giu]*)?$/;

/** `new File(x).getName()`: only the last part of a path is taken, and no file is opened. */
function baseNameOf({ callee }: Call): Expr | undefined {
  if (callee.k !== 'member' || callee.name !== 'getName' || callee.object.k !== 'call' || !callee.object.made || callee.object.args.length !== 1) return undefined;
  const { callee: made, args } = callee.object;
  return made.k === 'name' && /(?:^|\.)File$/.test(made.name) ? args[0] : undefined;
}

/** Whether a call removes from a text all but letters, digits and the like. */
function isReduced(name: string, args: readonly Value[]): boolean {
  return /^(?:replaceAll|replace|gsub|sub|preg_replace|Replace|ReplaceAllString)$/.test(name) && args.some((arg) => onlyHarmless.test(String(known(arg) ?? '')));
}

function isSelf(name: string, language: string): boolean {
  return language === 'python' && (name === 'self' || name === 'cls');
}

function moduleName(path: string): string {
  return path.replace(/^.*[./\\]/, '') || path;
}

