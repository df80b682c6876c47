/**
 * A syntax tree that is the same for every language that is read: so much of it as data flow needs. Types, modifiers and
 * whatever else has no influence on values are left out.
 */
export type Expr =
  | { k: 'lit'; value: string | number | boolean | null; line: number }
  | { k: 'name'; name: string; line: number }
  | { k: 'member'; object: Expr; name: string; line: number }
  | { k: 'index'; object: Expr; index: Expr | null; line: number }
  | Call
  | { k: 'binary'; op: string; left: Expr; right: Expr; line: number }
  | { k: 'unary'; op: string; operand: Expr; line: number }
  | { k: 'cond'; test: Expr; then: Expr; other: Expr; line: number }
  | { k: 'assign'; target: Expr; op: string; value: Expr; line: number }
  | { k: 'list'; items: Expr[]; line: number }
  | { k: 'dict'; entries: { key: Expr | null; value: Expr }[]; line: number }
  /** Text with expressions in it. */
  | { k: 'text'; parts: Expr[]; line: number }
  | { k: 'func'; func: Func; line: number }
  | { k: 'cast'; type: string; operand: Expr; line: number }
  /** Several expressions of which the whole is no more than their union. */
  | { k: 'many'; parts: Expr[]; line: number };

export interface Call {
  k: 'call';
  callee: Expr;
  args: Expr[];
  /** Names of arguments that are given by name, by their index. */
  names: Map<number, string> | null;
  /** `new T(…)`. */
  made: boolean;
  line: number;
  /** The body of a class without a name. */
  body?: ClassStmt;
}

export type Stmt =
  | { s: 'expr'; value: Expr }
  | { s: 'declare'; name: string; type: string | null; value: Expr | null; line: number }
  | { s: 'return'; value: Expr | null; line: number }
  | { s: 'if'; test: Expr; then: Stmt[]; other: Stmt[] }
  | { s: 'loop'; before: Stmt[]; test: Expr | null; body: Stmt[]; after: Stmt[]; once: boolean }
  | { s: 'each'; target: Expr; type: string | null; over: Expr; body: Stmt[]; key: Expr | null }
  | { s: 'switch'; subject: Expr | null; cases: Case[] }
  | { s: 'try'; body: Stmt[]; handlers: Stmt[][]; final: Stmt[] }
  | { s: 'block'; body: Stmt[] }
  | { s: 'func'; func: Func }
  | ClassStmt
  | { s: 'jump'; to: 'break' | 'continue' | 'throw'; value: Expr | null };

export interface Case {
  /** None: the default. */
  tests: Expr[];
  body: Stmt[];
  /** Runs on into the next when nothing jumps. */
  falls: boolean;
}

export interface ClassStmt {
  s: 'class';
  name: string;
  bases: string[];
  body: Stmt[];
  annotations: Annotation[];
  line: number;
}

export interface Annotation {
  name: string;
  args: Expr[];
  line: number;
}

export interface Param {
  name: string;
  type: string | null;
  annotations: string[];
  value: Expr | null;
}

export interface Func {
  name: string;
  params: Param[];
  body: Stmt[];
  annotations: Annotation[];
  /** The type of what it gives back, where that is written before its name. */
  returns?: string;
  line: number;
}

/** One file. */
export interface Unit {
  path: string;
  language: string;
  body: Stmt[];
  /** What a local name stands for: `exec` → `child_process.exec`. */
  imports: Map<string, string>;
  package: string | null;
  /** Statements that could not be read. */
  unread: number;
}
