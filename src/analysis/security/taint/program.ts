import type { ClassStmt, Func, Stmt, Unit } from '../ast/nodes.ts';

/** Functions and classes of one file by name. */
export interface Program {
  unit: Unit;
  functions: Map<string, Func>;
  classes: Map<string, ClassStmt>;
  /** Methods of Go by name, whose receivers stand apart from their types. */
  methods: Map<string, Func>;
}

const programs = new WeakMap<Unit, Program>();

export function programOf(unit: Unit): Program {
  let program = programs.get(unit);
  if (!program) {
    program = { unit, functions: new Map(), classes: new Map(), methods: new Map() };
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
    else if (statement.s === 'if' && depth < 2) collect(program, [...statement.then, ...statement.other], depth + 1);
  }
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
