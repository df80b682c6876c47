import type { Call, Expr } from '../../ast/nodes.ts';
import type { Env } from '../value.ts';
import { bitOf } from '../rules.ts';
import { dangers, known, merged, ofType, originOf, unknown } from '../value.ts';
import type { Frame } from './frame.ts';

/** Calls that tell whether their argument is one of a list, or of a closed form. */
const tellsOfArgument = /^(?:(?:[iI]s|has|check|validate|Check|Validate)_?(?:[vV]alid|[sS]afe|[aA]llowed|[lL]ocal|[tT]rusted|[pP]ermitted)\w*|url_has_allowed\w*|contains|includes|has|containsKey|include\?|in_array|key\?|Contains|ContainsKey|fullmatch|hasOwnProperty|ctype_\w+|isdigit|isalnum|is_numeric|ContainsString|MatchString|test)$/;
/** Calls that tell with what a text begins: what they are called on, or their first argument. */
const tellsOfBeginning = /^(?:startsWith|StartsWith|startswith|start_with\?|HasPrefix|str_starts_with|is_relative_to)$/;
/** Calls that tell it of what they are called on. */
const tellsOfItself = /^(?:matches|isdigit|isalnum|match\?|isdecimal)$/;
/** `not` stands for `not in`. */
const comparisons = new Set(['in', 'not', '==', '===', '!=', '!==']);
const membership = new Set(['in', 'not']);

/** What a test that came out as `holds` says of its subject: one of a list of known values, or of a closed form, is no danger. */
export function assume(test: Expr, holds: boolean, env: Env, frame: Frame): void {
  if (test.k === 'unary' && test.op === '!') return assume(test.operand, !holds, env, frame);
  if (test.k === 'call' && holds) return assumeCall(test, env, frame);
  if (test.k === 'index' && holds && test.index?.k === 'name' && dangers(frame.evaluate(test.object, env)) === 0) return clean(test.index.name, env);
  if (test.k !== 'binary') return;
  if (test.op === '&&' || test.op === '||') {
    if ((test.op === '&&') !== holds) return;
    assume(test.left, holds, env, frame);
    return assume(test.right, holds, env, frame);
  }
  if (isHost(test.left) && comparisons.has(test.op) && /^(?:!|not)/.test(test.op) !== holds && dangers(frame.evaluate(test.right, env)) === 0) cleanHost(test.left, env, frame);
  if (test.left.k !== 'name' || !comparisons.has(test.op) || /^(?:!|not)/.test(test.op) === holds) return;
  const right = frame.evaluate(test.right, env);
  if (dangers(right) === 0 && (membership.has(test.op) ? right.options === null : known(right) !== undefined && known(right) !== null)) clean(test.left.name, env);
}

function assumeCall({ callee, args }: Call, env: Env, frame: Frame): void {
  const name = callee.k === 'member' || callee.k === 'name' ? callee.name : '';
  const host = args.find(isHost);
  if (host && tellsOfArgument.test(name) && dangers(callee.k === 'member' ? frame.evaluate(callee.object, env) : unknown) === 0) cleanHost(host, env, frame);
  const subject = args.find((arg) => arg.k === 'name');
  if (subject && tellsOfArgument.test(name)) {
    const list = callee.k === 'member' ? frame.evaluate(callee.object, env) : merged(args.filter((arg) => arg !== subject).map((arg) => frame.evaluate(arg, env)));
    if (dangers(list) === 0 && !(name === 'contains' && typeof known(list) === 'string')) clean(subject.name, env);
  }
  if (callee.k === 'member' && callee.object.k === 'name' && tellsOfItself.test(name)) clean(callee.object.name, env);
  if (tellsOfBeginning.test(name)) assumeBeginning(callee.k === 'member' && args.length === 1 ? [callee.object, ...args] : args, env, frame);
}

/** Whether a test that holds says of a part of an object that it is one of a list: `COLUMNS.include?(params[:sort])`. */
export function isOneOfList(test: Call, subject: Expr, env: Env, frame: Frame): boolean {
  const { callee, args: [first, ...more] } = test;
  if (callee.k !== 'member' || !first || more.length > 0 || !tellsOfArgument.test(callee.name) || subject.k !== 'index' && subject.k !== 'member') return false;
  return isSame(first, subject) && dangers(frame.evaluate(callee.object, env)) === 0;
}

function isSame(a: Expr, b: Expr): boolean {
  if (a.k === 'name') return b.k === 'name' && a.name === b.name;
  if (a.k === 'lit') return b.k === 'lit' && a.value === b.value;
  if (a.k === 'member') return b.k === 'member' && a.name === b.name && isSame(a.object, b.object);
  return a.k === 'index' && b.k === 'index' && a.index !== null && b.index !== null && isSame(a.object, b.object) && isSame(a.index, b.index);
}

/** Whether an expression is the host of an address, as it is called: `uri.host`, `new URL(link).hostname`, `uri.getHost()`. */
function isHost(e: Expr): boolean {
  const name = e.k === 'call' && (e.callee.k === 'member' || e.callee.k === 'name') && (e.args.length === 0 || e.callee.k === 'name') ? e.callee.name : e.k === 'member' || e.k === 'name' ? e.name : '';
  return /^(?:\$?(?:\w*_)?(?:host|hostname|netloc|origin|authority)|(?:get)?(?:Host|HostName|Hostname|Authority))$/.test(name);
}

/** An address of which the host is known calls that one: the host, and what was made of the same input, decides no more. */
function cleanHost(host: Expr, env: Env, frame: Frame): void {
  const source = originOf(frame.evaluate(host, env), bitOf('ssrf'));
  if (!source) return;
  const cleared = bitOf('ssrf') | bitOf('open-redirect');
  for (const [name, value] of env) {
    const from = originOf(value, bitOf('ssrf'));
    if (from && from.what === source.what && from.line === source.line) env.set(name, { ...value, taint: value.taint & ~cleared });
  }
}

/** A resolved path that begins with a directory stays in it, and a URL that begins with a host calls that one. */
function assumeBeginning([subject, beginning]: readonly Expr[], env: Env, frame: Frame): void {
  const value = subject?.k === 'name' ? env.get(subject.name) : undefined;
  if (subject?.k !== 'name' || !value || !beginning) return;
  const first = frame.evaluate(beginning, env);
  if (dangers(first) !== 0) return;
  const cleared = (value.type === 'resolved path' ? bitOf('path-traversal') : 0) | (/^https?:\/\/[^/]+\//.test(String(known(first) ?? '')) ? bitOf('ssrf') | bitOf('open-redirect') : 0);
  env.set(subject.name, { ...value, taint: dangers(value) & ~cleared });
}

const mode = /NODE_ENV|_ENV$|^env(?:ironment)?$|[Dd]ev(?:elopment)?$|debug/i;

/** Whether a test asks how the program is run, such as for development. */
export function asksForMode(test: Expr): boolean {
  switch (test.k) {
    case 'lit': return typeof test.value === 'string' && mode.test(test.value);
    case 'name': return mode.test(test.name);
    case 'member': return mode.test(test.name) || asksForMode(test.object);
    case 'index': return asksForMode(test.object) || (test.index !== null && asksForMode(test.index));
    case 'call': return asksForMode(test.callee) || test.args.some(asksForMode);
    case 'binary': return asksForMode(test.left) || asksForMode(test.right);
    case 'unary': case 'cast': return asksForMode(test.operand);
    default: return false;
  }
}

/** Takes the dangers from a variable. */
export function clean(name: string, env: Env): void {
  const value = env.get(name);
  if (value && dangers(value) !== 0) env.set(name, ofType(value.type));
}
