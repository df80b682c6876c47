import type { Call, ClassStmt, Expr, Func, Param } from '../ast/nodes.ts';
import type { CallPattern, Check, Flow, Hit, LanguageRules, Sink, SourceCall } from './rules.ts';
import { bitOf, bitsOf, commonEncoders, everyFlow } from './rules.ts';
import { fixedHost, isOwnPlace } from './addresses.ts';
import type { Program } from './program.ts';
import { calledNames } from './program.ts';
import type { Site } from './site.ts';
import { argument, beginningAt, knownAt, shown, writtenAt } from './site.ts';
import type { Constant, Env, Source, Value } from './value.ts';
import { dangers, known, merged, ofType, originOf, tainted, unknown } from './value.ts';
import { plainly, textOf } from './written.ts';

type Report = (hit: Hit) => void;

/** The rules of one language, found by the last name of what is called. */
export class RuleSet {
  readonly #rules: LanguageRules;
  readonly #language: string;
  readonly #pathWords: ReadonlySet<string>;
  readonly #sinks = new Map<string, Sink[]>();
  readonly #sources = new Map<string, SourceCall[]>();
  readonly #checks = new Map<string, Check[]>();
  /** Names of members that must not be given input. */
  readonly #memberWords: ReadonlySet<string>;
  /** What shows in a text that a check may hold in it. */
  readonly #evidence: readonly { names: readonly string[]; pattern: RegExp }[];
  /** What shows that there may be any: most texts have none of it, and are not asked for each. */
  readonly #anyEvidence: readonly RegExp[];
  readonly #encoders = new Map<string, (CallPattern & { readonly clears: readonly Flow[] | 'all' })[]>();

  constructor(language: string, rules: LanguageRules) {
    this.#language = language;
    this.#rules = rules;
    this.#pathWords = new Set(rules.sourcePaths.source.match(/[A-Za-z_]\w*/g)?.flatMap((word) => [word, `$${word}`, `$_${word}`, `${word}s`, word.replace(/s$/, '')]));
    index(this.#sinks, rules.sinks);
    index(this.#sources, rules.sourceCalls);
    index(this.#checks, rules.checks);
    this.#memberWords = new Set((rules.memberSinks ?? []).flatMap(({ path }) => path.source.match(/(?<!\\)[A-Za-z_]\w{3,}/g) ?? []).flatMap((word) => [word, `$${word}`]));
    this.#evidence = [
      ...rules.checks.map((check) => ({ names: check.names, pattern: check.needs ?? new RegExp(typeof check.arg === 'string' ? `\\b${check.arg}\\b` : `\\b(?:${check.names.map((name) => name.replace(/^new /, '').replaceAll('.', '\\.')).join('|')})\\b`) })),
      ...(rules.memberChecks ?? []).map(({ needs, path }) => ({ names: path.source.match(/(?<!\\)[A-Za-z_]\w{3,}/g) ?? [], pattern: needs })),
    ];
    this.#anyEvidence = [...Map.groupBy(this.#evidence, ({ pattern }) => pattern.flags)].map(([flags, some]) => new RegExp([...new Set(some.map(({ pattern }) => pattern.source))].join('|'), flags));
    index(this.#encoders, [...rules.encoders, ...commonEncoders]);
  }

  /**
   * The functions of a file worth running, and the classes whose fields are: that take input, call something dangerous, or call one
   * of those. Where the file has no word for input, only what is wrong by itself counts.
   */
  wantedFunctions(program: Program): Set<Func | ClassStmt> {
    const called = calledNames(program);
    const hot = new Set<string>();
    const wanted = new Set<Func | ClassStmt>();
    const isHot = (name: string) => program.checks.has(name) || program.checks.has(`new ${name}`) || (program.takesInput && (this.#memberWords.has(name) || this.#sinks.has(name) || this.#sinks.has(`new ${name}`) || (crossing.has(this.#language) && this.#sources.has(name))));
    for (let changed = true; changed;) {
      changed = false;
      for (const [func, names] of called) {
        if (wanted.has(func)) continue;
        const handles = 'params' in func && (func.annotations.length > 0 || func.params.some(({ annotations }) => annotations.length > 0));
        if (!(program.takesInput && handles) && ![...names].some((name) => isHot(name) || hot.has(name))) continue;
        wanted.add(func);
        if ('params' in func) hot.add(func.name);
        changed = true;
      }
    }
    return wanted;
  }

  /** Whether a text has a word for input in it. */
  takesInput(text: string): boolean {
    return this.#rules.inputWords.test(text);
  }

  /** Whether a text is of a file that runs in a browser, and whether calls in it may be given what answers with pages. */
  isInBrowser(text: string): boolean {
    const { inBrowser } = this.#rules;
    return inBrowser !== undefined && inBrowser.words.test(text) && !inBrowser.unless.test(text);
  }

  makesPages(text: string): boolean {
    return this.#rules.pageCalls?.needs.test(text) === true;
  }

  /** What checks need of a text that does not stand in it. */
  lackingIn(text: string): Set<RegExp> {
    return new Set(this.#rules.checks.flatMap(({ needs }) => (needs && !needs.test(text) ? [needs] : [])));
  }

  /** Names of calls that may be wrong by themselves, as far as a text has in it what they need for that. */
  checksIn(text: string): Set<string> {
    if (!this.#anyEvidence.some((pattern) => pattern.test(text))) return new Set();
    return new Set(this.#evidence.flatMap(({ names, pattern }) => (pattern.test(text) ? names : [])));
  }

  site(call: Call, self: Value, args: readonly Value[], env: Env, imports: ReadonlyMap<string, string>): Site {
    const { callee } = call;
    const written = textOf(callee, imports, env);
    const dot = written.lastIndexOf('.');
    return { call, name: callee.k === 'member' ? callee.name : written.slice(dot + 1), text: written, on: dot < 0 ? '' : written.slice(0, dot), type: self.type, self, args };
  }

  #matches({ on }: CallPattern, site: Site): boolean {
    if (!on) return true;
    return (site.type !== null && on.test(site.type)) || on.test(site.on);
  }

  #of<T extends CallPattern>(table: Map<string, T[]>, site: Site): T[] {
    return (table.get(site.call.made ? `new ${site.name}` : site.name) ?? []).filter((rule) => this.#matches(rule, site));
  }

  checkCall(site: Site, program: Program, report: Report): void {
    for (const sink of this.#of(this.#sinks, site)) {
      if (sink.most !== undefined && site.args.length > sink.most) continue;
      if (sink.when && !sink.when.matches.test(String(knownAt(site, sink.when.arg) ?? ''))) continue;
      if (sink.flow === 'unsafe-deserialisation' && site.self.type?.startsWith('Safe')) continue;
      if (sink.written && !sink.written.matches.test(writtenAt(site, sink.written.arg))) continue;
      if (sink.begins && !sink.begins.matches.test(beginningAt(site, sink.begins.arg))) continue;
      if (sink.flow === 'command-injection' && isFixedProgram(site)) continue;
      if (sink.flow === 'open-redirect' && isOwnPlace(site, sink.args, this.#language)) continue;
      if (sink.flow === 'ssrf' && fixedHost.test(beginningAt(site, typeof sink.args?.[0] === 'number' ? sink.args[0] : 0))) continue;
      const bit = bitOf(sink.flow);
      const reached = [...(sink.args === undefined ? site.args : sink.args.flatMap((arg) => argument(site, arg) ?? [])), ...(sink.self ? [site.self] : [])];
      const value = reached.find((one) => dangers(one) & bit && !(sink.noObject && one.fields));
      if (sink.whole && value?.type === 'text') continue;
      if (!value || (sink.onlyText && !isText(value, bit))) continue;
      report({ rule: sink.flow, line: site.call.line, source: originOf(value, bit), sink: shown(site) });
    }
    for (const check of this.#of(this.#checks, site)) {
      if (check.needs && program.lacking?.has(check.needs)) continue;
      if (check.unless) {
        const value = argument(site, check.unless.arg);
        const text = value && known(value);
        if (value && (text === undefined || check.unless.matches.test(String(text)))) continue;
      }
      if (check.when && !check.when.matches.test(String(knownAt(site, check.when.arg) ?? ''))) continue;
      if (check.begins && !check.begins.matches.test(beginningAt(site, check.begins.arg))) continue;
      if (check.input !== undefined && dangers(argument(site, check.input) ?? unknown) === 0) continue;
      if (check.always !== undefined && !saysYes(argument(site, check.always) ?? unknown)) continue;
      if (check.absent !== undefined && argument(site, check.absent)) continue;
      if (check.lacks && known(site.args[0]?.fields?.get('setMaxAge') ?? unknown) === 0) continue;
      if (check.lacks && (!check.lacks.type.test(site.args[0]?.type ?? '') || site.args[0]?.fields?.has(check.lacks.method))) continue;
      if (check.written && !check.written.matches.test(writtenAt(site, check.written.arg))) continue;
      if (check.fewer !== undefined && (site.args.length >= check.fewer || site.args.some(({ fields }) => fields))) continue;
      let why = shown(site);
      if (check.matches) {
        const given = check.arg === undefined ? undefined : argument(site, check.arg);
        const options = given?.options ?? given?.items?.flatMap((item) => item.options ?? []) ?? [];
        const bad = options.find((option) => check.matches!.test(String(option)));
        if (bad === undefined) continue;
        why = `${shown(site)} with ${String(bad).slice(0, 60)}`;
      }
      report({ rule: check.plain, line: site.call.line, source: null, sink: why, ...(check.severity && { severity: check.severity }), ...(check.input !== undefined && { untested: true }) });
    }
  }

  checkAssignment(target: Expr & { k: 'member' | 'index' }, value: Value, env: Env, report: Report): void {
    const text = textOf(target, new Map(), env);
    for (const { path, flow, part } of this.#rules.memberSinks ?? []) {
      if (part && !part.test(partName(target))) continue;
      if (path.test(text) && dangers(value) & bitOf(flow)) report({ rule: flow, line: target.line, source: originOf(value, bitOf(flow)), sink: text });
    }
    if (/(?:^|\.)Secure$/.test(text) && known(value) === false && /cookie/i.test(text)) report({ rule: 'insecure-cookie', line: target.line, source: null, sink: text });
  }

  /** Members that are set to what they must not be. */
  checkWritten(target: Expr, written: Expr, value: Value, env: Env, report: Report): void {
    for (const { path, plain, value: wrong, part } of this.#rules.memberChecks ?? []) {
      if (part !== undefined && wrong instanceof RegExp) {
        const given = value.fields?.get(part);
        if (!given || !wrong.test(String(known(given)))) continue;
      } else if (wrong === 'input' ? dangers(value) === 0 : wrong === 'always' ? !saysYes(value) : !wrong.test(String(known(value) ?? (value.items?.length === 1 ? known(value.items[0]!) : undefined) ?? textOf(written, new Map(), env)))) continue;
      const text = target.k === 'index' && target.index?.k === 'lit' ? `${textOf(target.object, new Map(), env)}[${String(target.index.value)}]` : textOf(target, new Map(), env);
      if (path.test(text)) report({ rule: plain, line: target.line, source: null, sink: text, ...(wrong === 'input' && { untested: true }) });
    }
  }

  /** Whether what a function gives back is shown as a page. */
  answersWithPage(func: Func, owner: ClassStmt | null, imports: ReadonlyMap<string, string>): boolean {
    const all = [...func.annotations, ...(owner?.annotations ?? [])];
    return (this.#rules.pages ?? []).some(({ handlers, libraries, also, says, unless, returns }) => {
      if (!func.annotations.some(({ name }) => handlers.test(name)) || (also && !all.some(({ name }) => also.test(name)))) return false;
      if ((returns && !returns.test(func.returns ?? '')) || (libraries && ![...imports.values()].some((name) => libraries.test(name)))) return false;
      if (!says && !unless) return true;
      const written = all.map(({ name, args }) => `${name}(${args.map(plainly).join()})`).join();
      return (!says || says.test(written)) && !unless?.test(written);
    });
  }

  /** Whether a call is given functions whose answer is shown as a page. */
  takesPages(site: Site, { makesPages }: Program): boolean {
    const { pageCalls } = this.#rules;
    return makesPages && pageCalls !== undefined && pageCalls.names.includes(site.name) && this.#matches(pageCalls, site);
  }

  /** What is given back to be shown as a page. What a browser sends by itself is no body of JSON. */
  checkPage(func: Func, returned: Value, line: number, report: Report): void {
    if ((dangers(returned) & bitOf('xss')) === 0 || returned.fields || returned.items || (func.annotations.length === 0 && returned.type !== 'text')) return;
    const source = originOf(returned, bitOf('xss'));
    if (func.params.some(({ name, annotations }) => source?.what === `parameter ${name}` && annotations.includes('RequestBody'))) return;
    report({ rule: 'xss', line, source, sink: func.name === '' ? 'what answers the request' : `what ${func.name} returns` });
  }

  /** Whether a member of this name is looked at like a call: in Ruby it is one. */
  isCalled(name: string): boolean {
    return this.#language === 'ruby' && (this.#sinks.has(name) || this.#encoders.has(name));
  }

  /** Rules on annotations. */
  checkFunction(func: Func, owner: ClassStmt | null, report: Report): void {
    for (const { name, args, line } of [...func.annotations, ...(owner?.annotations ?? [])]) {
      if (name === 'CrossOrigin' && args.some((arg) => isStar(arg))) report({ rule: 'permissive-cors', line, source: null, sink: '@CrossOrigin' });
    }
  }

  pathSource(e: Expr, env: Env): Source | undefined {
    if ((e.k === 'name' || e.k === 'member') && !this.#pathWords.has(e.name)) return undefined;
    const text = textOf(e, new Map(), env, true);
    if (!this.#rules.sourcePaths.test(text)) return undefined;
    return { what: text, line: e.line };
  }

  /** What comes in at a source. */
  comingIn(source: Source): Value {
    const { harmlessSources } = this.#rules;
    return tainted(harmlessSources?.of.test(source.what) ? everyFlow & ~bitsOf(harmlessSources.clears) : everyFlow, source);
  }

  /** What a call puts into one of its arguments from what came in: `json.NewDecoder(r.Body).Decode(&order)`. */
  filled(site: Site): { arg: Expr; value: Value } | undefined {
    for (const { names, from, arg, ...pattern } of this.#rules.fills ?? []) {
      const target = site.call.args[arg];
      if (!target || !names.includes(site.name) || !this.#matches({ names, ...pattern }, site)) continue;
      const given = from === 'input' ? tainted(everyFlow, { what: shown(site), line: site.call.line }) : merged([from === 'self' ? site.self : site.args[from] ?? unknown]);
      if (dangers(given) !== 0) return { arg: target, value: given };
    }
    return undefined;
  }

  callSource(site: Site): Value | undefined {
    const [source] = this.#of(this.#sources, site);
    if (!source) return undefined;
    return tainted(everyFlow & ~bitsOf(source.clean ?? []), { what: shown(site), line: site.call.line }, this.resultType(site.name));
  }

  parameter(param: Param, func: Func, owner: ClassStmt | null): Value {
    const type = param.type;
    if (type !== null && this.isNumber(type)) return ofType(type);
    const { sourceAnnotations, handlerDecorators, handlerBases } = this.#rules;
    const handler = handlerDecorators !== undefined && func.annotations.some(({ name }) => handlerDecorators.test(name));
    const annotated = sourceAnnotations !== undefined && param.annotations.some((name) => sourceAnnotations.test(name));
    const inHandler = handler && param.name !== 'self' && !/^(?:request|req|response|res|db|session|ctx|context|logger|user|current_user|token)$/.test(param.name) && !param.annotations.some((name) => /Depends|Security/.test(name));
    const isBound = type !== null && func.annotations.some(({ name }) => /^Http(?:Get|Post|Put|Patch|Delete)$/.test(name)) && !/^(?:I[A-Z]|CancellationToken|Http|Claims)/.test(type);
    const action = handlerBases !== undefined && owner !== null && owner.bases.some((base) => handlerBases.test(base)) && !func.name.startsWith('<') && (type === null || isBound || /^string/i.test(type));
    if (annotated || inHandler || action) return tainted(everyFlow, { what: `parameter ${param.name}`, line: func.line }, type);
    return ofType(type);
  }

  /** What a function is given that is handed over to answer requests: undefined when it is not, or is given no text. */
  handed(site: Site, func: Func, { name, type }: Param): Value | undefined {
    return this.#rules.handlerCalls?.test(site.name) && ((type !== null && /^[Ss]tring\??$/.test(type)) || (name === '$args' && type === 'array')) ? tainted(everyFlow, { what: `parameter ${name}`, line: func.line }, type) : undefined;
  }

  /** What an encoder leaves of a value; undefined when the call is none. */
  encoded(site: Site, handed: Value): Value | undefined {
    const encoders = this.#of(this.#encoders, site);
    if (encoders.length === 0) return undefined;
    let clears = 0;
    for (const encoder of encoders) clears |= encoder.clears === 'all' ? everyFlow : bitsOf(encoder.clears);
    const taint = handed.taint & ~clears;
    return taint === 0 ? unknown : { ...merged([handed]), taint };
  }

  /** What is left of the danger in a part of input by its name: `$_FILES['a']['tmp_name']`. */
  withoutOwn(value: Value, name: Constant | undefined, isMember: boolean): Value {
    if (!value.from || typeof name !== 'string') return value;
    for (const { of, names, clears, member } of this.#rules.ownParts ?? []) if ((isMember || !member) && of.test(value.from.what) && names.test(name)) return { ...value, taint: clears === 'all' ? 0 : value.taint & ~bitsOf(clears) };
    return value;
  }

  /** The last part of a path: what is left of a value when it may still be anything else. */
  withoutDirectory(value: Value): Value {
    const taint = dangers(value) & ~bitOf('path-traversal');
    return taint === 0 ? unknown : { ...merged([value]), taint };
  }

  resultType(name: string): string | null {
    return Object.hasOwn(this.#rules.results, name) ? this.#rules.results[name]! : null;
  }

  isNumber(type: string): boolean {
    return numbers.has(type) || (this.#language === 'go' && /^u?int\d*$|^float\d+$/.test(type));
  }
}

/** Languages in which a helper of another file is named where it is called. */
const crossing = new Set(['java', 'csharp', 'php', 'go', 'ruby']);

const numbers = new Set(['int', 'Integer', 'long', 'Long', 'short', 'Short', 'byte', 'double', 'Double', 'float', 'Float', 'boolean', 'Boolean', 'bool', 'integer', 'number', 'UUID', 'Guid', 'decimal', 'uint', 'ulong', 'DateTime', 'LocalDate', 'char', 'BigDecimal', 'BigInteger', 'date', 'datetime']);

function index<T extends CallPattern>(table: Map<string, T[]>, rules: readonly T[]): void {
  for (const rule of rules) {
    for (const name of rule.names) {
      const known = table.get(name);
      if (known) known.push(rule);
      else table.set(name, [rule]);
    }
  }
}

const runsWhatItIsGiven = /(?:^|[\\/])(?:\w{0,4}sh|cmd|command|powershell|pwsh|env|xargs|sudo|nohup|eval|python[\d.]*|perl|ruby|node|php|ssh)(?:\.exe)?$/i;

/** Whether a program of a known name is run with a list of arguments, and none of them by a shell or the like. */
function isFixedProgram(site: Site): boolean {
  const [first] = site.args;
  const list = first?.items ?? (site.name === 'exec' ? undefined : site.args);
  const program = list && list.length > 1 && list[0] ? known(list[0]) : undefined;
  return typeof program === 'string' && /^\S+$/.test(program) && !runsWhatItIsGiven.test(program) && knownAt(site, 'shell') !== true;
}

/** A text that was put together, or a list that begins with one; a value by itself may be a map of columns. */
function isText(value: Value, bit: number): boolean {
  const text = value.items ? value.items[0] : value;
  return text !== undefined && (dangers(text) & bit) !== 0 && (text.type === 'text' || value.items !== null);
}

/** A function whose answer is always yes. */
function saysYes({ func }: Value): boolean {
  const [only, ...more] = func?.func.body ?? [];
  return only?.s === 'return' && more.length === 0 && only.value?.k === 'lit' && only.value.value === true;
}

/** The name of a part that is written to; nothing when it is not known. */
function partName(target: Expr & { k: 'member' | 'index' }): string {
  if (target.k === 'member') return target.name;
  return target.index?.k === 'lit' ? String(target.index.value) : '';
}

function isStar(e: Expr): boolean {
  if (e.k === 'lit') return e.value === '*';
  if (e.k === 'assign') return isStar(e.value);
  return e.k === 'list' && e.items.some(isStar);
}
