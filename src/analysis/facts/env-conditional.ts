import type { Token } from '../syntax/lexer.ts';
import { columnOf, isMark } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';

/** Functions that run when the program starts, by what they are called. */
const starting = /^_?(?:main|bootstrap|start|run|setup|init|initiali[sz]e|boot|serve|(?:start|run|init|create|make|build|setup)_?(?:app|server|application|db|database|config|settings|env)|(?:load|get|read|parse|validate|check)_?(?:app_?)?(?:config|configuration|settings|env|environment|options)|lifespan|on_?startup|register|constructor|__init__)$/i;
const branching = /^(?:if|elif|else|for|while|switch|catch|try|finally|do|except|with|match|case|when|foreach|elseif)$/;
/** A type of what a function returns is not longer. */
const longestType = 14;

/**
 * Marks those of a file's reads that fail only where code runs which need not: in a function that is not called at the start by its name, under a condition, or where TypeScript is merely told that there is a
 * value. Elsewhere than in JavaScript, TypeScript, PHP and Python what fails fails when the program starts.
 */
export function withConditions(language: string, tokens: readonly Token[], text: string, reads: readonly EnvRead[]): EnvRead[] {
  const isBraced = language === 'javascript' || language === 'typescript' || language === 'php';
  if (!reads.some(({ required }) => required) || (!isBraced && language !== 'python')) return [...reads];
  const wanted = new Set(reads.filter(({ required }) => required).map(({ line, name }) => `${line} ${name}`));
  const inner = isBraced ? namesInBraces(tokens, wanted) : namesInBlocks(tokens, text, wanted);
  return reads.map((read) => (read.required && inner.has(`${read.line} ${read.name}`) ? { ...read, conditional: true } : read));
}

/** Of some names with their lines, those within braces that need not be entered, and those of which TypeScript is told that they have a value: `process.env.NAME!`. */
function namesInBraces(tokens: readonly Token[], wanted: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  const open: boolean[] = [];
  const brackets: number[] = [];
  const openers = new Map<number, number>();
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'mark') {
      const key = `${token.line} ${token.text}`;
      if (wanted.has(key) && (depth > 0 || isAsserted(tokens, i) || isGuarded(tokens, i))) found.add(key);
      continue;
    }
    if (token.text === '(') brackets.push(i);
    else if (token.text === ')') openers.set(i, brackets.pop() ?? -1);
    else if (token.text === '{') {
      const isInner = needNotBeEntered(tokens, i, openers);
      open.push(isInner);
      if (isInner) depth++;
    } else if (token.text === '}' && open.pop()) depth--;
  }
  return found;
}

function isAsserted(tokens: readonly Token[], name: number): boolean {
  const sign = isMark(tokens[name + 1], ']') ? name + 2 : name + 1;
  return isMark(tokens[sign], '!') && !isMark(tokens[sign + 1], '=', '==');
}

/** Whether it matters only where something else holds as well: `if (isSmall && !process.env.NAME) exit()`. */
function isGuarded(tokens: readonly Token[], name: number): boolean {
  let start = name;
  while (name - start < 6 && (tokens[start - 1]?.kind === 'word' || isMark(tokens[start - 1], '.', '?.', '[', '('))) start--;
  return isMark(tokens[start - 1], '!') && isMark(tokens[start - 2], '&&');
}

function needNotBeEntered(tokens: readonly Token[], brace: number, openers: ReadonlyMap<number, number>): boolean {
  const before = tokens[brace - 1];
  if (before === undefined) return false;
  if (isMark(before, '=>') || before.kind === 'word' && branching.test(before.text)) return true;
  const close = isMark(before, ')') ? brace - 1 : closeBeforeType(tokens, brace);
  const opener = close < 0 ? -1 : openers.get(close) ?? -1;
  return opener > 0 && !starting.test(tokens[opener - 1]!.text);
}

/** The bracket before the type that a function returns: `): Promise<void> {`. */
function closeBeforeType(tokens: readonly Token[], brace: number): number {
  for (let i = brace - 1; i > 0 && i > brace - longestType; i--) {
    if (isMark(tokens[i], ')')) return isMark(tokens[i + 1], ':') ? i : -1;
    if (isMark(tokens[i], ';', '{', '}', '=')) return -1;
  }
  return -1;
}

/** Of some names with their lines, those in blocks of Python that need not be entered. */
function namesInBlocks(tokens: readonly Token[], text: string, wanted: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  const blocks: { column: number; isInner: boolean }[] = [];
  let brackets = 0;
  let last = 0;
  let isWithin = false;
  for (const [i, token] of tokens.entries()) {
    if (token.line !== last && brackets === 0) {
      const column = columnOf(token, text);
      while (blocks.length > 0 && blocks.at(-1)!.column >= column) blocks.pop();
      const name = token.text === 'async' ? tokens[i + 2] : tokens[i + 1];
      const isFunction = token.text === 'def' || (token.text === 'async' && tokens[i + 1]?.text === 'def');
      const isInner = isFunction ? !starting.test(name?.text ?? '') : token.kind === 'word' && branching.test(token.text) && name?.text !== '__name__';
      // The condition itself is always asked.
      isWithin = blocks.some((block) => block.isInner);
      if (isFunction || isInner) blocks.push({ column, isInner });
    }
    last = token.line;
    const key = isWithin ? `${token.line} ${token.text}` : '';
    if (wanted.has(key)) found.add(key);
    if (token.kind === 'mark') brackets += isMark(token, '(', '[', '{') ? 1 : isMark(token, ')', ']', '}') && brackets > 0 ? -1 : 0;
  }
  return found;
}
