import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import type { Reading, Template } from '../syntax/template.ts';
import { afterComma, argumentsIn, templateAt } from '../syntax/template.ts';
import type { EnvRead } from './env-read.ts';

/** A name that code gives to a text. */
export interface Value {
  name: string;
  template: Template;
  line: number;
}

/** A text that is, or may become, an address. */
export interface Address {
  template: Template;
  line: number;
  /** The name that holds it; null where it is used on the spot. */
  holder: string | null;
  /** It is assigned to that name for later, and not given to a call by it. */
  constant: boolean;
}

/** A call of a function that {@link noted} names, with what it is given as far as that is text. */
export interface Call {
  name: string;
  /** The name before it: `producer` in `producer.send(…)`; empty without one. */
  owner: string;
  arguments: readonly Template[];
  /** Named arguments, keys of objects and members of annotations. */
  named: readonly { key: string; template: Template }[];
  line: number;
}

/** Texts of a file: what names hold, what may be an address, and what certain functions are given. */
export interface Texts {
  values: Value[];
  addresses: Address[];
  calls: Call[];
}

const mostValues = 2000;

/** Reads the texts of a file. `noted` tells the functions whose calls are kept. */
export function textsOf(language: string, tokens: readonly Token[], env: readonly EnvRead[], noted: (name: string) => boolean): Texts {
  const reading: Reading = { language, reads: Map.groupBy(env, ({ line }) => line) };
  const texts: Texts = { values: [], addresses: [], calls: [] };
  let until = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind === 'word') {
      if (mayCall(tokens[i + 1], language) && noted(token.text)) noteCall(texts, tokens, i, reading);
      if (token.text === 'Value' && isMark(tokens[i - 1], '@') && isMark(tokens[i + 1], '(')) injected(texts, tokens, i, reading);
    }
    if (i < until || !opensExpression(tokens, i, language) || !mayBeText(tokens, i + 1, reading)) continue;
    const parsed = templateAt(tokens, i + 1, reading);
    if (!parsed || parsed.template.every((part) => part === null)) continue;
    const line = tokens[i + 1]!.line;
    const holder = holderAt(tokens, i);
    const isAddress = looksLikeAddress(parsed.template);
    const names = token.text === 'return' ? functionAround(tokens, i) : null;
    if (names !== null && texts.values.length < mostValues) texts.values.push({ name: names, template: parsed.template, line });
    if (holder !== null && texts.values.length < mostValues && parsed.template.some((part) => part !== null)) texts.values.push({ name: holder, template: parsed.template, line });
    if (isAddress) {
      if (!isAboutCallers(tokens, i)) texts.addresses.push({ template: parsed.template, line, holder, constant: holder !== null && isMark(tokens[i], '=', ':=') && !isMark(tokens[i - 2], '(', ',') });
      until = parsed.end;
    }
  }
  return texts;
}

/** Whether a text may begin here: it does, or one comes soon, or a variable of the environment is read. */
function mayBeText(tokens: readonly Token[], start: number, { reads }: Reading): boolean {
  const first = tokens[start];
  if (!first) return false;
  if (first.kind === 'string') return first.text.length > 0;
  if (first.kind === 'number') return isMark(tokens[start - 1], '=', ':', ':=') && !isMark(tokens[start + 1], '*', '/', '-');
  // Another name for a constant: `const topic = ORDERS_TOPIC`.
  if (first.kind === 'word' && isMark(tokens[start - 1], '=') && constantName.test(first.text) && (tokens[start + 1] === undefined || isMark(tokens[start + 1], ';') || tokens[start + 1]!.line > first.line)) return true;
  if (first.kind === 'mark' && !isMark(first, '(', '&')) return false;
  if (reads.has(first.line)) return true;
  for (let at = start + 1; at < start + mostAhead; at++) {
    const token = tokens[at];
    if (!token || isMark(token, ';', '{', '}', '=', '=>')) return false;
    if (token.kind === 'string') return true;
    if (isMark(token, '+') && at < start + 8) return true;
    if (isMark(token, ',', ')') && at < start + 3) return false;
  }
  return false;
}

/** Tokens before the first text of an expression, such as `Application.get_env(:shop, :exchange, "events")`. */
const mostAhead = 12;

const constantName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

function mayCall(next: Token | undefined, language: string): boolean {
  return isMark(next, '(', '<', '{', '!') || language === 'ruby' || language === 'elixir';
}

const opening = new Set(['=', ':=', ':', '(', ',', '=>', '[', '->', '?', '||', '??', '{', '<-', ';', '>']);

/** Where a value may begin: after an assignment, a bracket, a comma, a `return`. */
function opensExpression(tokens: readonly Token[], i: number, language: string): boolean {
  const token = tokens[i]!;
  if (token.kind === 'word') return token.text === 'return' || (language === 'ruby' && tokens[i + 1]?.kind === 'string' && tokens[i + 1]!.line === token.line);
  return token.kind === 'mark' && opening.has(token.text) && (token.text !== '{' || tokens[i + 1]?.kind === 'string') && (token.text !== '>' || tokens[i + 1]?.kind === 'string');
}

/** The name on the left of an assignment, of a member or of a default; null for anything else. */
function holderAt(tokens: readonly Token[], i: number): string | null {
  if (!isMark(tokens[i], '=', ':=', ':', '=>')) return null;
  const before = tokens[i - 1];
  const named = before?.kind === 'word' || (before?.kind === 'string' && /^[\w.-]{1,60}$/.test(before.text)) ? before : isMark(before, ']') && tokens[i - 2]?.kind === 'string' ? tokens[i - 2] : undefined;
  if (!named) return null;
  // `url: string = x`, `url String = x`: the name stands before its type.
  if (isMark(tokens[i], '=')) {
    for (let at = i - 2; at > i - 8 && at > 0; at--) {
      if (isMark(tokens[at], ':') && tokens[at - 1]?.kind === 'word' && tokens[at - 1]!.line === named.line) return tokens[at - 1]!.text;
      if (tokens[at]!.kind === 'mark' && !isMark(tokens[at], '|', '<', '>', '&', "'", '.', '[', ']')) break;
    }
    if (/^(string|String|str)$/.test(named.text) && tokens[i - 2]?.kind === 'word') return tokens[i - 2]!.text;
  }
  return named.text;
}

/** The function that does nothing but return at `i`, as those who call it know it: `ExchangeName` of `func getExchangeName() string { return "logs" }`. */
function functionAround(tokens: readonly Token[], i: number): string | null {
  let at = i - 1;
  if (!isMark(tokens[at], '{', ':')) return null;
  for (at--; at > i - 9 && at > 0 && !isMark(tokens[at], ')'); at--) if (tokens[at]!.kind !== 'word' && !isMark(tokens[at], '->', ':', '*', '[', ']', '.', '<', '>', '?', '=>')) return null;
  let depth = 0;
  for (; at > i - 60 && at > 0; at--) {
    if (isMark(tokens[at], ')')) depth++;
    else if (isMark(tokens[at], '(') && --depth === 0) break;
  }
  const name = tokens[at - 1];
  return name?.kind === 'word' && isMark(tokens[at], '(') && !/^(if|for|while|switch|catch|function|func|with|elif|match)$/.test(name.text) ? name.text.replace(/^(?:get|Get|get_)(?=[A-Z_])_?/, '') : null;
}

/** `@Value("${orders.url}") private String url;` gives a field or a parameter the text of the annotation. */
function injected(texts: Texts, tokens: readonly Token[], i: number, reading: Reading): void {
  const close = closerOf(tokens, i + 1);
  const [template] = argumentsIn(tokens, i + 1, reading);
  let at = close + 1;
  while (at < close + 12 && at < tokens.length && !isMark(tokens[at], ';', ',', ')', '=', '(')) at++;
  const holder = tokens[at - 1];
  if (template && holder?.kind === 'word') texts.values.push({ name: reading.language === 'kotlin' ? kotlinName(tokens, close + 1, at) ?? holder.text : holder.text, template, line: tokens[i]!.line });
}

function kotlinName(tokens: readonly Token[], from: number, to: number): string | undefined {
  return tokens.slice(from, to).find((token, i) => token.kind === 'word' && isMark(tokens[from + i + 1], ':'))?.text;
}

/** Addresses near such words say who may call, or where people are sent. */
function isAboutCallers(tokens: readonly Token[], i: number): boolean {
  for (let at = i; at > i - 16 && at >= 0 && tokens[i]!.line - tokens[at]!.line < 4; at--) if (tokens[at]!.kind !== 'mark' && /cors|allowed_?(origin|host)|allow_?origin|^origins?$|redirect|callback|whitelist|csrf|AllowedOrigin|licen[cs]e|termsOfService|^contact$/i.test(tokens[at]!.text)) return true;
  // Where a client finds what was made for it: the address of whoever answers.
  if (tokens[i + 1]?.text === 'ServletUriComponentsBuilder' || tokens[i - 3]?.text === 'ServletUriComponentsBuilder') return true;
  return describesApi(tokens, i);
}

/** `@Server(url = "…")`, `new Server().url("…")`, `servers: [{ url: '…' }]`, `@OAuthFlow(tokenUrl = "…")` of OpenAPI: where the API itself is, for who reads of it. */
function describesApi(tokens: readonly Token[], i: number): boolean {
  if (tokens[i + 1]?.text === 'new' && tokens[i + 2]?.text === 'Server' && tokens[i + 6]?.text === 'url') return true;
  for (let at = i; at > i - 10 && at >= 0; at--) if (tokens[at]!.text === 'OAuthFlow' && (isMark(tokens[at - 1], '@') || tokens[at - 1]?.text === 'new')) return true;
  for (let at = i; at > i - 8 && at >= 0; at--) {
    const { kind, text } = tokens[at]!;
    if (kind === 'word' && text === 'Server' && (isMark(tokens[at - 1], '@') || tokens[at - 1]?.text === 'new') || text === 'servers' && isMark(tokens[at + 1], ':', '=')) return isMark(tokens[i], ':', '=', '(') && tokens[i - 1]?.text === 'url';
  }
  return false;
}

const scheme = /^(?:jdbc:)?[a-z][a-z0-9+.-]{1,30}:\/\//;

function looksLikeAddress(template: Template): boolean {
  const [first, second] = template;
  if (typeof first === 'string') return scheme.test(first);
  if (first === null || first === undefined) return typeof second === 'string' && second.startsWith('/') && template.length > 1 && second.length > 2;
  return typeof second === 'string' ? /^[/:?]/.test(second) : first.from === 'env' || (first.otherwise !== undefined && looksLikeAddress(first.otherwise));
}

function noteCall(texts: Texts, tokens: readonly Token[], i: number, reading: Reading): void {
  const generic = isMark(tokens[i + 1], '<') ? closingAngle(tokens, i + 1) : i;
  if (tokens[i - 1]?.text === 'extends') {
    const body = generic + 1;
    if (isMark(tokens[body], '{')) texts.calls.push({ name: tokens[i]!.text, owner: 'extends', line: tokens[i]!.line, arguments: [], named: members(tokens, body + 1, Math.min(closerOf(tokens, body), body + 60), reading) });
    return;
  }
  const bang = isMark(tokens[generic + 1], '!') ? generic + 1 : generic;
  const open = isMark(tokens[bang + 1], '(', '{') ? bang + 1 : -1;
  const owner = isMark(tokens[i - 1], '.', '?.', '->', '::') ? ownerBefore(tokens, i - 2) : '';
  const name = tokens[i]!.text;
  const typed = generic > i ? tokens.slice(i + 2, generic).filter((token) => token.kind === 'word').map((token) => ({ key: 'type', template: [token.text] })) : [];
  if (open < 0) {
    if (reading.language !== 'ruby' && reading.language !== 'elixir') return;
    if (tokens[i + 1]?.line !== tokens[i]!.line) return;
    const end = lineEnd(tokens, i);
    texts.calls.push({ name, owner, line: tokens[i]!.line, arguments: listed(tokens, i + 1, end, reading), named: members(tokens, i + 1, end, reading) });
    return;
  }
  if (/^(def|func|function|fn|fun)$/.test(tokens[i - 1]?.text ?? '')) return;
  const close = closerOf(tokens, open);
  const call: Call = { name, owner, line: tokens[i]!.line, arguments: isMark(tokens[open], '(') ? argumentsIn(tokens, open, reading) : [], named: [...typed, ...lists(tokens, open, close, reading), ...members(tokens, open + 1, Math.min(close, open + 160), reading)] };
  const holder = declaring.test(name) ? assignedTo(tokens, i) : undefined;
  const declared = call.arguments[0]?.[0] != null ? call.arguments[0] : call.named.find(({ key }) => /^(?:queue|name|exchange)$/.test(key))?.template;
  if (holder !== undefined && declared) texts.values.push({ name: holder, template: declared, line: call.line });
  texts.calls.push({ ...call, arguments: byDeclaration(texts, tokens, open, close, call.arguments) });
}

const listMakers = /^(listOf|setOf|asList|of|singletonList|singleton|string|List|Set)$/;

/** Arguments that are lists: each of their texts, under the position of the list. */
function lists(tokens: readonly Token[], open: number, close: number, reading: Reading): { key: string; template: Template }[] {
  const result: { key: string; template: Template }[] = [];
  for (let at = open + 1, position = 0; at < close && position < 6; at = afterComma(tokens, at, close), position++) {
    let start = at;
    while (start < at + 6 && (tokens[start]?.kind === 'word' || isMark(tokens[start], '.', ']') || (isMark(tokens[start], '[') && isMark(tokens[start + 1], ']')))) start++;
    const isList = isMark(tokens[start], '[', '{') ? true : isMark(tokens[start], '(') && listMakers.test(tokens[start - 1]?.text ?? '');
    if (isList && start < close) for (const template of argumentsIn(tokens, start, reading)) if (template.some((part) => part !== null)) result.push({ key: String(position), template });
  }
  return result;
}

function ownerBefore(tokens: readonly Token[], at: number): string {
  if (tokens[at]?.kind === 'word') return tokens[at]!.text;
  for (let i = at, depth = 0; i > at - 80 && i >= 0; i--) {
    if (isMark(tokens[i], ')', ']')) depth++;
    else if (isMark(tokens[i], '(', '[') && --depth === 0) return tokens[i - 1]?.kind === 'word' ? tokens[i - 1]!.text : '';
  }
  return '';
}

function closingAngle(tokens: readonly Token[], open: number): number {
  for (let at = open, depth = 0; at < open + 24 && at < tokens.length; at++) {
    if (isMark(tokens[at], '<')) depth++;
    else if (isMark(tokens[at], '>') && --depth === 0) return at;
    else if (isMark(tokens[at], ';', '{', ')')) break;
  }
  return open - 1;
}

function lineEnd(tokens: readonly Token[], i: number): number {
  let end = i + 1;
  while (end < tokens.length && (tokens[end]!.line === tokens[end - 1]!.line || isMark(tokens[end - 1], ','))) end++;
  return end;
}

function listed(tokens: readonly Token[], from: number, end: number, reading: Reading): Template[] {
  const result: Template[] = [];
  for (let at = from; at < end && result.length < 8; at = afterComma(tokens, at, end)) result.push(templateAt(tokens, at, reading)?.template ?? [null]);
  return result;
}

/** `key: text` and `key = text` at any depth; of a list, each text. */
function members(tokens: readonly Token[], from: number, end: number, reading: Reading): { key: string; template: Template }[] {
  const result: { key: string; template: Template }[] = [];
  for (let at = from; at < end && result.length < 40; at++) {
    const key = tokens[at]!;
    if ((key.kind !== 'word' && key.kind !== 'string') || !isMark(tokens[at + 1], ':', '=', '=>')) continue;
    const list = isMark(tokens[at + 2], '[', '{') && !isMark(tokens[at + 4], ':', '=') ? at + 2 : -1;
    if (list >= 0) {
      for (const template of argumentsIn(tokens, list, reading)) if (template.some((part) => part !== null)) result.push({ key: key.text, template });
      continue;
    }
    const parsed = templateAt(tokens, at + 2, reading);
    if (parsed && parsed.template.some((part) => part !== null)) result.push({ key: key.text, template: parsed.template });
  }
  return result;
}

/** Functions that declare a queue or an exchange, and hand back what it is called among other things. */
const declaring = /^(?:assertQueue|assertExchange|declareExchange|declareQueue|declare_queue|declare_exchange|queue_declare|queueDeclare|QueueDeclare|QueueDeclareAsync|topic|queue|fanout|direct|headers)$/;

/** The name to which the call at `i` is assigned: `reply` in `const reply = await channel.assertQueue(…)` and in `reply, err := channel.QueueDeclare(…)`. */
function assignedTo(tokens: readonly Token[], i: number): string | undefined {
  let at = i - 1;
  while (at > 0 && (isMark(tokens[at], '.', '?.') || tokens[at]!.kind === 'word' && (isMark(tokens[at - 1], '.', '?.', '=', ':=') || tokens[at - 1]!.text === 'await'))) at--;
  if (!isMark(tokens[at], '=', ':=')) return undefined;
  const before = isMark(tokens[at - 2], ',') ? tokens[at - 3] : tokens[at - 1];
  return before?.kind === 'word' ? before.text : undefined;
}

/** Arguments such as `reply.queue` and `reply.Name` are what `reply` was declared as. */
function byDeclaration(texts: Texts, tokens: readonly Token[], open: number, close: number, given: readonly Template[]): readonly Template[] {
  const members = new Map<string, string>();
  for (let at = open + 1; at + 2 < close; at++) {
    const [holder, dot, member] = [tokens[at]!, tokens[at + 1], tokens[at + 2]];
    if (holder.kind === 'word' && isMark(dot, '.') && /^(?:queue|name|Name|QueueName)$/.test(member!.text) && texts.values.some(({ name }) => name === holder.text) && !members.has(member!.text)) members.set(member!.text, holder.text);
  }
  if (members.size === 0) return given;
  return given.map((template) => {
    const [part] = template;
    const holder = template.length === 1 && typeof part === 'object' && part?.from === 'name' ? members.get(part.name) : undefined;
    return holder === undefined ? template : [{ from: 'name' as const, name: holder }];
  });
}
