import type { HandledSignal } from '../../model/index.ts';
import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark, nextMark } from '../syntax/match.ts';

type Signal = HandledSignal['signal'];

/** A signal that code says what to do on. */
export interface Handled {
  signal: Signal;
  effect: HandledSignal['effect'];
  line: number;
  /** It is said by a function that stands for signals, and not by name. */
  implied?: true;
}

/** Functions that are told which signal is handled, by language. */
const registrations: Readonly<Record<string, ReadonlySet<string>>> = {
  javascript: new Set(['on', 'once', 'addListener', 'prependListener', 'addSignalListener']),
  python: new Set(['signal', 'add_signal_handler', 'sigwait']),
  go: new Set(['Notify', 'NotifyContext', 'Ignore']),
  java: new Set(['handle', 'Signal']),
  ruby: new Set(['trap']),
  php: new Set(['pcntl_signal', 'addSignal', 'onSignal']),
  csharp: new Set(['Create']),
  rust: new Set(['signal', 'new', 'register', 'register_usize', 'flag']),
  elixir: new Set(['trap_signal', 'set_signal']),
  c: new Set(['signal', 'sigaction', 'bsd_signal', 'sigaddset', 'async_wait', 'signal_set']),
};
const families: Readonly<Record<string, string>> = { typescript: 'javascript', kotlin: 'java', scala: 'java', groovy: 'java', crystal: 'ruby', cpp: 'c', fsharp: 'csharp' };

/** Functions that end a program in order on signals which they do not name. */
const implying: Readonly<Record<string, { readonly [word: string]: readonly Signal[] }>> = {
  javascript: { enableShutdownHooks: ['SIGTERM', 'SIGINT'], createTerminus: ['SIGTERM'], closeWithGrace: ['SIGTERM', 'SIGINT'], createLightship: ['SIGTERM', 'SIGINT', 'SIGHUP'] },
  java: { addShutdownHook: ['SIGTERM', 'SIGINT'] },
  rust: { ctrl_c: ['SIGINT'], set_handler: ['SIGINT'] },
  csharp: { CancelKeyPress: ['SIGINT'], ProcessExit: ['SIGTERM'], ApplicationStopping: ['SIGTERM', 'SIGINT'], ConsoleLifetimeOptions: ['SIGTERM', 'SIGINT'] },
  // What Python itself makes of Ctrl-C.
  python: { KeyboardInterrupt: ['SIGINT'] },
};

/** The same, to be asked for each word. */
const implications = new Map(Object.entries(implying).map(([family, words]) => [family, new Map(Object.entries(words))]));

const written: Readonly<Record<string, Signal>> = {
  TERM: 'SIGTERM', INT: 'SIGINT', QUIT: 'SIGQUIT', HUP: 'SIGHUP', USR1: 'SIGUSR1', USR2: 'SIGUSR2', WINCH: 'SIGWINCH',
};
/** `SignalKind::terminate()`, `os.Interrupt`. */
const called: Readonly<Record<string, Signal>> = { terminate: 'SIGTERM', interrupt: 'SIGINT', hangup: 'SIGHUP', quit: 'SIGQUIT', user_defined1: 'SIGUSR1', user_defined2: 'SIGUSR2' };
/** Tokens of what a registration is told in which a signal is looked for. */
const longestArgument = 400;
const bare = new Set(['ruby', 'java']);

/** What a file does on signals: the last word on each, with the line that registers it. */
export function signalsOf(language: string, tokens: readonly Token[]): Handled[] {
  const family = families[language] ?? language;
  const registration = Object.hasOwn(registrations, family) ? registrations[family]! : undefined;
  if (!registration) return [];
  const implied = implications.get(family);
  const named = (token: Token, i: number) => signalAt(tokens, token, i, family);
  const firsts = lazily(() => firstNamed(tokens, named));
  const branches = lazily(() => branchesOf(tokens));
  const found = new Map<Signal, Handled>();
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== 'word') continue;
    for (const signal of implied?.get(token.text) ?? []) if (!found.has(signal)) found.set(signal, { signal, effect: 'stop', line: token.line, implied: true });
    if (!registration.has(token.text) || /^(def|func|function|fn|fun|class)$/.test(tokens[i - 1]?.text ?? '')) continue;
    const end = isMark(tokens[i + 1], '(') ? closerOf(tokens, i + 1) : family === 'ruby' ? i + 3 : -1;
    if (end < 0) continue;
    const comma = firstOnly(family, token.text) ? nextMark(tokens, i, end, ',') : -1;
    const argument = tokens.slice(i + 1, Math.min(comma < 0 ? end : comma, i + longestArgument)).flatMap((one, at) => named(one, i + 1 + at) ?? []);
    const signals = argument.length > 0 ? argument : family === 'rust' || !heldByName(tokens, i, family) ? [] : listed(tokens, i, named, firsts);
    for (const signal of new Set(signals)) {
      const effect = effectOf(tokens, i, end, signal, signals, token.text, branches);
      if (effect && (effect !== 'other' || !found.has(signal))) found.set(signal, { signal, effect, line: token.line });
    }
  }
  return [...found.values()];
}

function signalAt(tokens: readonly Token[], token: Token, i: number, family: string): Signal | undefined {
  if (token.kind === 'mark' || token.kind === 'number') return undefined;
  const name = token.text.replace(/^:/, '');
  const known = /^sig/i.test(name) ? written[name.slice(3).toUpperCase()] : bare.has(family) && (token.kind === 'string' || isMark(tokens[i - 1], ':')) ? written[name] : undefined;
  if (known) return family !== 'elixir' && name !== name.toUpperCase() ? undefined : known;
  if (family === 'go' && name === 'Interrupt' && tokens[i - 2]?.text === 'os') return 'SIGINT';
  return family === 'rust' && tokens[i - 2]?.text === 'SignalKind' ? called[name] : undefined;
}

/** Whoever is registered for one signal at a time may name others in what it then does. */
function firstOnly(family: string, call: string): boolean {
  return family === 'javascript' || (family === 'python' && call !== 'sigwait') || family === 'php' || family === 'c';
}

/** The first argument is a name, which some list gives a signal. */
function heldByName(tokens: readonly Token[], i: number, family: string): boolean {
  const owner = tokens[i - 2]?.text;
  if (family === 'javascript' && owner !== 'process' && owner !== 'Deno') return false;
  const first = isMark(tokens[i + 1], '(') ? i + 2 : i + 1;
  return tokens[first]?.kind === 'word' && (isMark(tokens[first + 1], ',', ')', '{', '.') || tokens[first + 1]?.text === 'do' || tokens[first + 1]?.text === 'as');
}

/** Signals of a list: the nearest before, else any of the file. */
function listed(tokens: readonly Token[], i: number, named: Named, firsts: () => ReadonlyMap<Signal, number>): Signal[] {
  const near = namedIn(tokens, Math.max(0, i - 60), i, named).map(({ signal }) => signal);
  return near.length > 0 ? near : [...firsts()].flatMap(([signal, at]) => (at < i ? [signal] : []));
}

type Named = (token: Token, i: number) => Signal | undefined;

function namedIn(tokens: readonly Token[], from: number, to: number, named: Named): { signal: Signal; at: number }[] {
  return tokens.slice(from, to).flatMap((token, place) => {
    const at = from + place;
    const words = token.kind === 'string' && /^[A-Z0-9 ]+$/.test(token.text) ? token.text.split(' ').flatMap((word) => written[word.replace(/^SIG/, '')] ?? []) : [];
    const single = words.length > 1 ? undefined : named(token, at);
    return words.length > 1 ? words.map((signal) => ({ signal, at })) : single ? [{ signal: single, at }] : [];
  });
}

/** Where a file first names each signal, in that order. */
function firstNamed(tokens: readonly Token[], named: Named): Map<Signal, number> {
  const firsts = new Map<Signal, number>();
  for (const { signal, at } of namedIn(tokens, 0, tokens.length, named)) if (!firsts.has(signal)) firsts.set(signal, at);
  return firsts;
}

/** Where something is done for a signal that was asked for: behind a `case`, an `if` or a comparison. */
function branchesOf(tokens: readonly Token[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  const signals = new Set<string>(Object.values(written));
  for (const [at, { text }] of tokens.entries()) {
    if (!signals.has(text) || !tokens.slice(Math.max(0, at - 4), at).some((before) => before.text === 'case' || before.text === 'if' || before.text === '==')) continue;
    const known = places.get(text);
    if (known) known.push(at);
    else places.set(text, [at]);
  }
  return places;
}

/** The first of some ascending numbers that is above another one; -1 when none is. */
function firstAbove(numbers: readonly number[], least: number): number {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (numbers[middle]! > least) to = middle;
    else from = middle + 1;
  }
  return numbers[from] ?? -1;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Undefined for what gives a signal back to the system. */
function effectOf(tokens: readonly Token[], i: number, end: number, signal: Signal, together: readonly Signal[], call: string, branches: () => ReadonlyMap<string, readonly number[]>): Handled['effect'] | undefined {
  const argument = tokens.slice(i, Math.min(end + 1, i + 80));
  const says = (pattern: RegExp, among: readonly Token[]) => among.some((token) => token.kind !== 'mark' && pattern.test(token.text));
  if (call === 'Ignore' || says(/^(SIG_IGN|IGNORE)$/, argument)) return 'ignore';
  if (says(/^(SIG_DFL|DEFAULT)$/, argument)) return undefined;
  if (signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGQUIT') return 'stop';
  const branch = firstAbove(branches().get(signal) ?? [], end);
  const after = branch < 0 ? [] : tokens.slice(branch, branch + 30);
  const block = tokens.slice(end, end + 24);
  const reloads = /reload|reread|re_read|refresh|rotate|reopen/i;
  if (says(reloads, argument) || says(reloads, after) || (/^(trap|signal|recv)$/.test(call) && says(reloads, block))) return 'reload';
  return together.some((other) => other === 'SIGTERM' || other === 'SIGINT') ? 'stop' : 'other';
}
