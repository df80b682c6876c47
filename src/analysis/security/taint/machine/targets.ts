import type { Call, ClassStmt, Expr, Func } from '../../ast/nodes.ts';
import type { Program } from '../program.ts';
import { methodOf, programOf } from '../program.ts';
import type { Value } from '../value.ts';
import type { World } from '../world.ts';
import type { Frame } from './frame.ts';

/** The function that a call runs. `self`: the object that it is called on, null when that is the one of the caller. */
export interface Target {
  func: Func;
  owner: ClassStmt | null;
  program: Program;
  self: Value | null;
}

interface Declared {
  made: ClassStmt;
  program: Program;
}

interface Method {
  func: Func;
  owner: ClassStmt;
  program: Program;
}

/** Classes are searched for a method up to so many bases above. */
const mostBases = 3;

/** The class of a name, of this file or, where the name begins like one of a class, of another. */
export function classNamed(name: string, program: Program, world: World): Declared | undefined {
  const short = name.split('.').at(-1)!;
  const own = program.classes.get(short);
  if (own) return { made: own, program };
  if (!beginsLikeClass.test(short)) return undefined;
  const path = program.unit.imports.get(name)?.split('.');
  const places = [() => world.declaring(short, program.unit.path), () => (path && path.length > 1 ? world.declaring(moduleName(path.slice(0, -1).join('.')), program.unit.path) : undefined)];
  for (const place of places) {
    const unit = place();
    const other = unit && programOf(unit);
    const made = other?.classes.get(path?.at(-1) ?? short) ?? other?.classes.get(short);
    if (other && made) return { made, program: other };
  }
  return undefined;
}

/** The function that a call runs, when its code is here. */
export function targetOf({ callee, args }: Call, self: Value, frame: Frame): Target | undefined {
  if (callee.k === 'name') return namedTarget(callee.name, args.length, frame);
  return callee.k === 'member' ? memberTarget(callee, args.length, self, frame) : undefined;
}

/** Of `f()`: a method of the object itself, a function of the file, an imported one. */
function namedTarget(name: string, count: number, { owner, self, program, run: { world } }: Frame): Target | undefined {
  const actual = owner && self?.made && self.made !== owner && methodFrom(self.made, name, count, program, world);
  if (actual && actual.func.body.length > 0) return { ...actual, self: null };
  const own = owner && methodOf(owner, name, count);
  if (own) return { func: own, owner, program, self: null };
  const func = program.functions.get(name);
  if (func) return { func, owner: null, program, self: null };
  const imported = program.unit.imports.get(name)?.split('.');
  const unit = imported && imported.length > 1 ? world.declaring(moduleName(imported.slice(0, -1).join('.')), program.unit.path) : world.beside(name, program.unit.path);
  const other = unit && programOf(unit);
  const found = other?.functions.get(imported?.at(-1) ?? name);
  return found && other ? { func: found, owner: null, program: other, self: null } : undefined;
}

/** Of `o.f()`: by the class of what it is called on, as far as that is known, or by a name that is one of a class. */
function memberTarget({ object, name }: Expr & { k: 'member' }, count: number, self: Value, { owner, program, run: { world } }: Frame): Target | undefined {
  const own = (self.made && methodFrom(self.made, name, count, program, world)) ?? (owner && object.k === 'name' && isThis(object.name) ? methodFrom(owner, name, count, program, world) : undefined);
  if (own) return { ...own, self };
  if (self.taint !== 0) return undefined;
  const received = program.methods.get(name);
  if (received) return { func: received, owner: null, program, self };
  if (self.items || self.fields) return undefined;
  const on = object.k === 'name' || object.k === 'member' ? object.name : self.type ?? '';
  const fixed = methodOfClass(on, name, count, program, world);
  if (fixed) return fixed;
  const typed = self.type !== null && self.type !== on ? methodOfClass(self.type, name, count, program, world) : undefined;
  return typed && typed.func.body.length > 0 ? typed : undefined;
}

function methodOfClass(type: string, name: string, count: number, program: Program, world: World): Target | undefined {
  const found = beginsLikeClass.test(type) ? classNamed(type, program, world) : undefined;
  const func = found && methodOf(found.made, name, count);
  return found && func ? { func, owner: found.made, program: found.program, self: null } : undefined;
}

/** A method of a class or of what it is derived from. */
function methodFrom(made: ClassStmt, name: string, count: number, program: Program, world: World, depth = 0): Method | undefined {
  const home = program.classes.get(made.name) === made || made.name === '' ? program : classNamed(made.name, program, world)?.program ?? program;
  const func = methodOf(made, name, count);
  if (func) return { func, owner: made, program: home };
  if (depth > mostBases) return undefined;
  for (const base of made.bases) {
    const found = classNamed(base, program, world);
    const inherited = found && found.made !== made ? methodFrom(found.made, name, count, found.program, world, depth + 1) : undefined;
    if (inherited) return inherited;
  }
  return undefined;
}

const beginsLikeClass = /^[A-Z]/;

/** How languages name the object that a method runs on. */
export function isThis(name: string): boolean {
  return name === 'this' || name === 'self' || name === '$this';
}

function moduleName(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, '').replace(/^.*[./\\]/, '') || path;
}
