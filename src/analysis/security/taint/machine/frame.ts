import type { ClassStmt, Expr, Func, Stmt } from '../../ast/nodes.ts';
import { isForWork } from '../../modes.ts';
import type { Program } from '../program.ts';
import type { RuleSet } from '../rule-set.ts';
import type { Flow, Hit } from '../rules.ts';
import { bitOf, bitsOf, everyFlow, flowWeaknesses } from '../rules.ts';
import type { Env, Value } from '../value.ts';
import type { World } from '../world.ts';
import { Globals, Repeated } from './repeated.ts';

const deepestCall = 6;
/** Steps for one file, and for one of its functions. */
const budget = { file: 60_000, root: 12_000 };
/** What is right while people work on the app, and wrong where it is used. */
const ofModes: ReadonlySet<string> = new Set(['debug-server', 'insecure-cookie', 'permissive-cors']);

/** How the two kinds of syntax are run. Each part of them runs what is within it through its frame, which knows these. */
export interface Semantics {
  /** What is known of the value of an expression; it may change what is known. */
  evaluate(e: Expr, env: Env, frame: Frame): Value;
  /** What is known after statements; null when nothing comes after. */
  execute(body: readonly Stmt[], env: Env, frame: Frame): Env | null;
}

/** What all functions of a file share while it is looked at. */
export class Run {
  readonly semantics: Semantics;
  readonly world: World;
  readonly rules: RuleSet;
  readonly language: string;
  readonly path: string;
  /** What the file itself declares, for functions to read. */
  readonly globals = new Globals();
  /** Dangers that settings in the function that is looked at have taken away. */
  harmless = 0;
  /** What is run now is so only when the program is run in a certain mode, such as for development. */
  inMode: boolean;
  /** Tests that decide whether what is run now is run. */
  tests = 0;
  steps = 0;
  readonly repeated = new Repeated(this.globals);
  /** Classes of which an object is being made. */
  readonly making = new Set<ClassStmt>();
  /** Dangers that there are not where the file runs. */
  readonly #impossible: number;
  #limit = 0;
  /** How often something was told or left out. */
  #events = 0;
  readonly #hits = new Map<string, Hit>();

  constructor(semantics: Semantics, world: World, rules: RuleSet, program: Program) {
    this.semantics = semantics;
    this.world = world;
    this.rules = rules;
    this.language = program.unit.language;
    this.path = program.unit.path;
    this.inMode = isForWork(this.path);
    this.#impossible = program.inBrowser ? everyFlow & ~bitsOf(['xss', 'code-injection', 'open-redirect']) : 0;
  }

  /** Another function is looked at, with steps of its own. */
  begin(): void {
    this.harmless = 0;
    this.#limit = Math.min(budget.file, this.steps + budget.root);
  }

  /** Runs what may be the same each time; `add` is called with what it gave when it did nothing else. */
  once<T>(run: () => T, add: (done: T) => void): T {
    const { harmless, globals: { changes } } = this;
    const events = this.#events;
    const done = run();
    if (this.#events === events && this.harmless === harmless && this.globals.changes === changes && this.steps <= this.#limit) add(done);
    return done;
  }

  /** Notes that something is not told, or a function not run, that would be elsewhere. */
  leaveOut(): void {
    this.#events++;
  }

  /** Counts a step; true when there are none left. */
  spend(): boolean {
    return ++this.steps > this.#limit;
  }

  report(hit: Hit): void {
    this.#events++;
    if (hit.rule in flowWeaknesses && ((this.harmless | this.#impossible) & bitOf(hit.rule as Flow)) !== 0) return;
    if ((ofModes.has(hit.rule) && this.inMode) || (hit.untested && this.tests > 0)) return;
    const key = `${hit.rule}:${hit.line}`;
    if (!this.#hits.has(key)) this.#hits.set(key, hit);
  }

  get hits(): Hit[] {
    return [...this.#hits.values()];
  }
}

/** One function while it is run, or the file itself. */
export class Frame {
  readonly run: Run;
  readonly program: Program;
  readonly owner: ClassStmt | null;
  /** The functions that are being run, from the outermost. */
  readonly stack: readonly Func[];
  /** In another file or function than the one that is looked at: the line where that calls it. */
  readonly outerLine: number | null;
  /** What the method that is run belongs to, of its own class. */
  readonly self: Value | null;
  /** The function that is run, when what it gives back is shown as a page. */
  page: Func | null = null;
  returns: Value[] = [];
  breaks: Env[] = [];
  continues: Env[] = [];

  constructor(run: Run, program: Program, { owner = null, stack = [], outerLine = null, self = null }: Partial<Pick<Frame, 'owner' | 'stack' | 'outerLine' | 'self'>> = {}) {
    this.run = run;
    this.program = program;
    this.owner = owner;
    this.stack = stack;
    this.outerLine = outerLine;
    this.self = self;
  }

  evaluate(e: Expr, env: Env): Value {
    return this.run.semantics.evaluate(e, env, this);
  }

  execute(body: readonly Stmt[], env: Env): Env | null {
    return this.run.semantics.execute(body, env, this);
  }

  /** For a function that is written in this one. */
  within(func: Func): Frame {
    return new Frame(this.run, this.program, { owner: this.owner, stack: [...this.stack, func], outerLine: this.outerLine, self: this.self });
  }

  /** Whether a function may be run from here: it has not been begun, and not too many have. */
  admits(func: Func): boolean {
    const admitted = !this.stack.includes(func) && this.stack.length < deepestCall;
    if (!admitted) this.run.leaveOut();
    return admitted;
  }

  /** Tells of what is dangerous, at the line of the file that is looked at. */
  readonly report = (hit: Hit): void => {
    // What is wrong by itself in another file is told of there.
    if (this.outerLine === null || hit.source) this.run.report({ ...hit, line: this.outerLine ?? hit.line });
    else this.run.leaveOut();
  };
}
