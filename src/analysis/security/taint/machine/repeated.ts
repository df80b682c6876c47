import type { ClassStmt, Func } from '../../ast/nodes.ts';
import type { Value } from '../value.ts';

/** Variables of a file, which all of its functions see, with how often one of them was given another value. */
export class Globals extends Map<string, Value> {
  changes = 0;

  override set(name: string, value: Value): this {
    if (this.get(name) !== value) this.changes++;
    return super.set(name, value);
  }
}

/** What running a function gives: its result, and the object that it ran on. */
export interface Done {
  readonly result: Value;
  readonly self: Value;
}

interface Call {
  readonly self: Value;
  readonly args: readonly Value[];
  /** How many functions had been begun. */
  readonly depth: number;
  readonly done: Done;
}

/** So many calls of one function are remembered. */
const mostCalls = 8;

/**
 * Calls that need not be run again while a file is looked at: of the same function, on the same object, with arguments of which no more is known than what they are.
 * Whoever adds one has seen that it did nothing but give a result: nothing was told, no setting or variable of the file was changed, and nothing in it was left out.
 */
export class Repeated {
  readonly #globals: Globals;
  readonly #calls = new Map<Func, Call[]>();
  readonly #instances = new Map<ClassStmt, Value>();
  #changes = 0;

  constructor(globals: Globals) {
    this.#globals = globals;
  }

  find(func: Func, self: Value, args: readonly Value[], depth: number): Done | undefined {
    this.#forgetOld();
    return this.#calls.get(func)?.find((call) => call.depth >= depth && call.self === self && call.args.length === args.length && call.args.every((arg, i) => same(arg, args[i]!)))?.done;
  }

  add(func: Func, self: Value, args: readonly Value[], depth: number, done: Done): void {
    if (!args.every(isPlain)) return;
    const calls = this.#calls.get(func);
    if (!calls) this.#calls.set(func, [{ self, args, depth, done }]);
    else if (calls.length < mostCalls) calls.push({ self, args, depth, done });
  }

  /** A new object of a class whose fields begin the same each time. */
  instance(made: ClassStmt): Value | undefined {
    this.#forgetOld();
    return this.#instances.get(made);
  }

  addInstance(made: ClassStmt, value: Value): void {
    this.#instances.set(made, value);
  }

  /** What was run when the variables of the file were others may give something else now. */
  #forgetOld(): void {
    if (this.#changes === this.#globals.changes) return;
    this.#changes = this.#globals.changes;
    this.#calls.clear();
    this.#instances.clear();
  }
}

/** Whether nothing is known of a value but what it is: it has no parts, no danger, and is no function. */
function isPlain(value: Value): boolean {
  return value.taint === 0 && value.from === null && value.fields === null && value.items === null && value.func === null && value.made === null;
}

function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  return isPlain(b) && a.type === b.type && (a.options === b.options || (a.options !== null && b.options !== null && a.options.length === b.options.length && a.options.every((option, i) => option === b.options![i])));
}
