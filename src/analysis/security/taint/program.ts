import type { ClassStmt, Expr, Func, Stmt, Unit } from '../ast/nodes.ts';

/** Functions and classes of one file by name. */
export interface Program {
  unit: Unit;
  functions: Map<string, Func>;
  classes: Map<string, ClassStmt>;
  /** Methods of Go by name, whose receivers stand apart from their types. */
  methods: Map<string, Func>;
  /** Something in the file may be input. */
  takesInput: boolean;
  /** It runs in a browser. */
  inBrowser: boolean;
  /** Calls in it may be given functions that answer with pages. */
  makesPages: boolean;
  /** Names of calls in the file that may be wrong by themselves. */
  checks: ReadonlySet<string>;
  /** What checks need that the file has not. */
  lacking?: ReadonlySet<RegExp>;
}

const programs = new WeakMap<Unit, Program>();

export function programOf(unit: Unit): Program {
  let program = programs.get(unit);
  if (!program) {
    program = { unit, functions: new Map(), classes: new Map(), methods: new Map(), takesInput: true, inBrowser: false, makesPages: false, checks: new Set() };
    collect(program, unit.body, 0);
    programs.set(unit, program);
  }
  return program;
}

function collect(program: Program, body: readonly Stmt[], depth: number): void {
  for (const statement of body) {
    if (statement.s === 'func') {
      if (statement.func.annotations.some(({ name }) => name.startsWith('receiver '))) program.methods.set(statement.func.name, statement.func);
      else program.functions.set(statement.func.name, statement.func);
    } else if (statement.s === 'class') {
      if (statement.name !== '') program.classes.set(statement.name, statement);
      if (depth < 4) collectClasses(program, statement.body, depth + 1);
    } else if (statement.s === 'block' && depth < 4) collect(program, statement.body, depth + 1);
    else if (statement.s === 'declare' && statement.value?.k === 'func') program.functions.set(statement.name, statement.value.func);
    else if (program.unit.language === 'ruby' && statement.s === 'expr' && depth < 4) collect(program, inBlock(statement.value), depth + 1);
    else if (statement.s === 'if' && depth < 2) collect(program, [...statement.then, ...statement.other], depth + 1);
  }
}

/** Functions that are declared in the block of a call: `helpers do … end`. */
function inBlock(value: Expr): Stmt[] {
  const last = value.k === 'call' ? value.args.at(-1) : undefined;
  return last?.k === 'func' ? last.func.body.filter(({ s }) => s === 'func') : [];
}

/** Classes within a class, or declared in its methods. */
function collectClasses(program: Program, body: readonly Stmt[], depth: number): void {
  for (const statement of body) {
    if (statement.s === 'class') {
      program.classes.set(statement.name, statement);
      if (depth < 4) collectClasses(program, statement.body, depth + 1);
    } else if (statement.s === 'func') collectClasses(program, statement.func.body, depth + 1);
  }
}

/** A method of a class by name and number of arguments; the nearest when the number does not fit. */
export function methodOf(made: ClassStmt, name: string, count: number): Func | undefined {
  let nearest: Func | undefined;
  for (const member of made.body) {
    if (member.s !== 'func' || member.func.name !== name) continue;
    if (member.func.params.length === count) return member.func;
    nearest ??= member.func;
  }
  return nearest;
}

/** The names that occur in each function of a file, and in the fields of each class: of what is called, read and made. */
export function calledNames(program: Program): Map<Func | ClassStmt, Set<string>> {
  const all = new Map<Func | ClassStmt, Set<string>>();
  const note = (func: Func) => {
    const names = new Set<string>();
    namesIn(func.body, names);
    all.set(func, names);
  };
  for (const func of [...program.functions.values(), ...program.methods.values()]) note(func);
  for (const made of program.classes.values()) {
    for (const member of made.body) if (member.s === 'func') note(member.func);
    const names = new Set<string>();
    namesIn(made.body.flatMap((member) => (member.s === 'declare' && member.value ? [member.value] : [])), names);
    if (names.size > 0) all.set(made, names);
  }
  return all;
}

function namesIn(node: Stmt | Expr | Func | readonly unknown[] | object, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const one of node) if (typeof one === 'object' && one !== null) namesIn(one as object, names);
    return;
  }
  for (const key in node) {
    const value: unknown = node[key as keyof typeof node];
    if (key === 'key' && typeof value === 'object' && value !== null && 'k' in value && value.k === 'lit' && 'value' in value) names.add(String(value.value));
    if (key === 'name' && typeof value === 'string') names.add(value.slice(value.lastIndexOf('.') + 1));
    else if (typeof value === 'object' && value !== null && !(value instanceof Map)) namesIn(value as object, names);
  }
}
