import { posix } from 'node:path';
import type { Caller } from '../calls/caller.ts';
import { seen } from '../draft.ts';
import { loopedOver } from '../facts/env-lists.ts';
import { functionTaking } from '../facts/env-wrappers.ts';
import type { Call } from '../facts/values.ts';
import { textsOf } from '../facts/values.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Token } from '../syntax/lexer.ts';
import { tokenize } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import type { Template } from '../syntax/template.ts';
import { argumentsIn } from '../syntax/template.ts';
import type { Tree } from '../tree/tree.ts';
import type { TopicUse } from './topic-use.ts';
import { isGeneric, topicsAt } from './topics.ts';

/** A call that is given its topic by a name which its file gives no text: a parameter, a field, or what a loop runs through. */
export interface OpenTopic {
  kind: string;
  role: TopicUse['role'];
  path: string;
  line: number;
  /** The function that is called. */
  call: string;
  name: string;
}

/** A function of the app's own that hands one of its parameters on as the topic, or the class whose constructor takes it. */
interface Handing {
  name: string;
  argument: number | 'all';
  parameter: string;
  kind: string;
  role: TopicUse['role'];
}

/** Functions that hand on to functions that hand on. */
const deepest = 3;
const mostFiles = 60;
const mostOpen = 100;
const mostTries = 10;
/** What functions around messages are called: of others, what one is given counts only when somebody has it at the other end, as there may be another one of that name. */
const aboutMessages = /publish|consum|subscri|produc|dispatch|enqueue|queue|topic|event|messag|listen|bind|exchange|kafka|rabbit|amqp|nats|mqtt|sqs|sns|broker|bus$|channel|stream|receiv|^send.|^emit./i;

/** Topics that come through parameters: of all calls of functions that hand a parameter on to a messaging client, what they are given. */
export function handedTopics(tree: Tree, caller: Caller, open: readonly OpenTopic[]): TopicUse[] {
  const files = new Files(tree);
  const uses: TopicUse[] = [];
  const known = new Set<string>();
  let next = open.slice(0, mostOpen);
  for (let depth = 0; depth < deepest && next.length > 0; depth++) {
    const handings = new Map<string, Handing[]>();
    const further: OpenTopic[] = [];
    for (const topic of next) {
      const tokens = files.tokens(topic.path);
      const called = tokens.findIndex(({ line, text }, i) => line === topic.line && text === topic.call && isMark(tokens[i + 1], '('));
      const at = called < 0 ? tokens.findIndex(({ line, text }) => line === topic.line && text === topic.call) : called;
      if (at < 0) continue;
      const members = listed(tokens, at, topic.name, languageOf(topic.path)!.language);
      for (const { topic: text, variable } of members.flatMap((template) => topicsAt(caller, topic.path, template))) uses.push({ kind: topic.kind, role: topic.role, topic: text, variable, evidence: seen(topic.path, topic.line, `${said(topic.role)} ${text}`) });
      if (topic.role === 'sends') for (const { topic: text, variable } of carried(files, caller, topic)) uses.push({ kind: topic.kind, role: 'sends', topic: text, variable, evidence: seen(topic.path, topic.line, `sends to ${text}`) });
      for (const { path, call } of depth === 0 && topic.role === 'sends' ? notedWith(files, caller, topic) : []) {
        const [template] = call.arguments;
        const [part] = template ?? [];
        const topics = template ? topicsAt(caller, path, template).filter((one) => !isGeneric(one.topic)) : [];
        for (const { topic: text, variable } of topics) uses.push({ kind: topic.kind, role: 'sends', topic: text, variable, guessed: true, evidence: seen(path, call.line, `sends to ${text}`) });
        if (topics.length === 0 && template?.length === 1 && typeof part === 'object' && part?.from === 'name') further.push({ kind: topic.kind, role: 'sends', path, line: call.line, call: call.name, name: part.name });
      }
      for (const { name, argument, parameter } of handingsOf(tokens, at, topic.name)) {
        const key = `${name} ${argument} ${topic.kind} ${topic.role}`;
        if (known.has(key)) continue;
        known.add(key);
        handings.set(name, [...handings.get(name) ?? [], { name, argument, parameter, kind: topic.kind, role: topic.role }]);
      }
    }
    for (const { path, call } of files.calls(caller, handings)) {
      for (const { argument, parameter, kind, role } of handings.get(call.name)!) {
        for (const template of givenAt(call, argument, parameter)) {
          const [part] = template;
          const topics = topicsAt(caller, path, template);
          for (const { topic, variable } of topics) uses.push({ kind, role, topic, variable, ...(!aboutMessages.test(call.name) && { guessed: true }), evidence: seen(path, call.line, `${said(role)} ${topic}`) });
          if (topics.length === 0 && template.length === 1 && typeof part === 'object' && part?.from === 'name') further.push({ kind, role, path, line: call.line, call: call.name, name: part.name });
        }
      }
    }
    next = further.slice(0, mostOpen);
  }
  return uses;
}

function said(role: TopicUse['role']): string {
  return role === 'takes' ? 'takes from' : role === 'binds' ? 'is bound to' : role === 'names' ? 'knows' : 'sends to';
}

/** Files that are read a second time, each once. */
class Files {
  readonly #tree: Tree;
  readonly #tokens = new Map<string, readonly Token[]>();

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  tokens(path: string): readonly Token[] {
    let tokens = this.#tokens.get(path);
    if (tokens === undefined) {
      const language = languageOf(path);
      const text = language && this.#tokens.size < mostFiles ? this.#tree.textOnce(path) : undefined;
      tokens = text === undefined ? [] : tokenize(text, language!.lexis);
      this.#tokens.set(path, tokens);
    }
    return tokens;
  }

  /** Calls of these functions in the code of a service. */
  calls({ code }: Caller, functions: ReadonlyMap<string, unknown>): { path: string; call: Call }[] {
    if (functions.size === 0) return [];
    return code.filter(({ called }) => [...functions.keys()].some((name) => called.has(name))).flatMap(({ path, language, env }) => textsOf(language, this.tokens(path), env, (name) => functions.has(name)).calls.filter(({ name }) => functions.has(name)).map((call) => ({ path, call })));
  }
}

/** Texts of the list that a loop around `at` runs through by this name, or that the name holds. */
function listed(tokens: readonly Token[], at: number, name: string, language: string): readonly Template[] {
  const source = loopedOver(tokens, at, name);
  const open = source?.open ?? listHeldBy(tokens, source?.word ?? name);
  return open < 0 ? [] : argumentsIn(tokens, open, { language, reads: new Map() });
}

/** Where the list begins that the file gives a name to, or the first one in what it is made of; -1 without one. */
function listHeldBy(tokens: readonly Token[], word: string): number {
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]!.text !== word || tokens[i]!.kind !== 'word') continue;
    let equals = i + 1;
    while (equals < i + 8 && !isMark(tokens[equals], '=', ':=') && (tokens[equals]?.kind === 'word' || isMark(tokens[equals], ':', '[', ']', '<', '>', '.'))) equals++;
    if (!isMark(tokens[equals], '=', ':=')) continue;
    for (let at = equals + 1; at < equals + 12 && at < tokens.length && !isMark(tokens[at], ';'); at++) if (isMark(tokens[at], '[', '{') && !isMark(tokens[at + 1], ']') || isMark(tokens[at], '(') && /^(?:listOf|setOf|of|asList|frozenset|tuple)$/.test(tokens[at - 1]?.text ?? '')) return at;
  }
  return -1;
}

/** Topics that messages carry themselves: of `send(event.getTopic(), event)` the `TOPIC` of each class of them that the service makes one of. */
function carried(files: Files, caller: Caller, { name, path }: OpenTopic): { topic: string; variable: string | undefined }[] {
  if (!isGeneric(name)) return [];
  const word = name.toLowerCase();
  return caller.code.filter((facts) => facts.path !== path).flatMap((facts) => facts.texts.values.filter((value) => value.name.toLowerCase() === word).flatMap(({ template }) => {
    const type = posix.basename(facts.path, posix.extname(facts.path));
    const builds = (tokens: readonly Token[]) => tokens.some(({ text }, i) => text === type && isMark(tokens[i + 1], '.') && tokens[i + 2]?.text === 'builder');
    const makes = (other: Caller['code'][number]) => other.path !== facts.path && (other.called.has(type) || other.called.has('builder') && other.imports.some((one) => one.name.endsWith(`.${type}`)) && builds(files.tokens(other.path)));
    return caller.code.some(makes) ? topicsAt(caller, facts.path, template) : [];
  }));
}

/** Where a service notes the topic that it sends to later, as `send(row.getTopic(), row)` does: `Row.builder().topic("orders")`, `row.setTopic("orders")`. */
function notedWith(files: Files, caller: Caller, { name, path }: OpenTopic): { path: string; call: Call }[] {
  if (!isGeneric(name)) return [];
  const field = name.charAt(0).toLowerCase() + name.slice(1);
  const setter = `set${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  const functions = new Map([[field, null], [setter, null]]);
  const building = { ...caller, code: caller.code.filter((facts) => facts.path !== path && (facts.called.has(setter) || facts.called.has('builder'))) };
  return files.calls(building, functions).filter(({ call }) => call.owner !== '');
}

/** The function around `at` that has the parameter, or the class or maker that keeps it in a field. */
function handingsOf(tokens: readonly Token[], at: number, name: string): { name: string; argument: number | 'all'; parameter: string }[] {
  for (let from = at, tries = 0; from > 0 && tries < mostTries; tries++) {
    const direct = functionTaking(tokens, from, name);
    if (!direct) break;
    if (isDefined(tokens, from, direct.name)) return [calledAs(tokens, from, { ...direct, parameter: name })];
    // What is called with it on the way: `log("sends to", topic)`.
    const before = from;
    from = tokens.findLastIndex(({ text }, i) => i < before && text === direct.name && isMark(tokens[i + 1], '('));
  }
  const plain = name.replace(/^[_@$]+/, '');
  const parameters = new Set([plain, name]);
  for (let i = 1; i + 2 < tokens.length; i++) {
    // `this.topic = name`, `_topic = name`, `Writer{topic: name}`
    if (tokens[i]!.text === name && isMark(tokens[i + 1], '=', ':') && tokens[i + 2]!.kind === 'word' && !isMark(tokens[i + 3], '(', '.')) parameters.add(tokens[i + 2]!.text);
  }
  const found: { name: string; argument: number | 'all'; parameter: string }[] = [];
  for (let i = 1, tries = 0; i < tokens.length && found.length < 2 && tries < mostTries; i++) {
    const { kind, text } = tokens[i]!;
    if (kind !== 'word' || !parameters.has(text)) continue;
    tries++;
    const close = closeAfter(tokens, i);
    const taking = close < 0 ? undefined : functionTaking(tokens, close + 1, text);
    if (taking && makes(taking.name, tokens) && isDefined(tokens, close + 1, taking.name)) found.push(calledAs(tokens, i, { ...taking, parameter: text }));
  }
  return found;
}

/** Whether a function of this name is written before `at`, and not only called. */
function isDefined(tokens: readonly Token[], at: number, name: string): boolean {
  let called = false;
  for (let i = 0; i < at; i++) {
    if (tokens[i]!.text !== name || !isMark(tokens[i + 1], '(', '<')) continue;
    if (isDefinition(tokens, i)) return true;
    called = true;
  }
  return !called;
}

function isDefinition(tokens: readonly Token[], word: number): boolean {
  const before = tokens[word - 1];
  if (/^(?:def|func|function|fn|fun|class|record|struct)$/.test(before?.text ?? '') || isMark(before, ')')) return true;
  if (isMark(before, '.', '->', '::', '=')) return before!.text === '.' && /^(?:def|fun)$/.test(tokens[word - 3]?.text ?? '');
  const open = [word + 1, word + 2, word + 3, word + 4].find((at) => isMark(tokens[at], '('));
  const after = open === undefined ? undefined : tokens[closerOf(tokens, open, 200) + 1];
  return isMark(after, '{', ':', '->', '=>') || after?.kind === 'word' && /^(?:throws|async|const|noexcept|where)$/.test(after.text);
}

/** Where the brackets close that a parameter stands in. */
function closeAfter(tokens: readonly Token[], i: number): number {
  for (let at = i + 1, depth = 0; at < tokens.length && at < i + 80; at++) {
    if (isMark(tokens[at], '(', '[', '{')) depth++;
    else if (isMark(tokens[at], ')', ']', '}') && depth-- === 0) return isMark(tokens[at], ')') ? at : -1;
  }
  return -1;
}

const constructors = /^(?:__init__|constructor|__construct|initialize)$/;

function makes(name: string, tokens: readonly Token[]): boolean {
  return constructors.test(name) || /^(?:New|new|Create|create|Make|make|build|Build)[A-Z_]/.test(name) || name === 'new' || tokens.some(({ text }, i) => text === name && /^(?:class|struct|record)$/.test(tokens[i - 1]?.text ?? ''));
}

/** A function as it is called: a constructor by its class, and a method without what it is a method of. */
function calledAs(tokens: readonly Token[], at: number, { name, argument, parameter }: { name: string; argument: number | 'all'; parameter: string }): { name: string; argument: number | 'all'; parameter: string } {
  const defined = tokens.findLastIndex(({ text }, i) => i < at && text === name && isMark(tokens[i + 1], '('));
  const first = tokens.slice(defined + 2, defined + 5).find(({ kind }) => kind === 'word')?.text;
  const after = defined >= 0 && typeof argument === 'number' && argument > 0 && (first === 'self' || first === 'cls' || first === 'this') ? argument - 1 : argument;
  if (!constructors.test(name) && name !== 'new') return { name, argument: after, parameter };
  const owner = tokens.findLastIndex(({ text, kind }, i) => i < at && kind === 'word' && /^(?:class|impl)$/.test(text) && tokens[i + 1]?.kind === 'word');
  return { name: owner < 0 ? name : tokens[owner + 1]!.text, argument: after, parameter };
}

function givenAt(call: Call, argument: number | 'all', parameter: string): Template[] {
  const named = call.named.filter(({ key }) => key === parameter).map(({ template }) => template);
  if (argument === 'all') return [...call.arguments];
  const listed = call.named.filter(({ key }) => key === String(argument)).map(({ template }) => template);
  const placed = call.arguments[argument];
  return named.length > 0 ? named : placed?.[0] != null ? [placed] : listed;
}
