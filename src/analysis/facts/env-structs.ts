import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import type { Field, Fill, Shape } from './env-shapes.ts';

/** Types of a file, those of them that hold one of several names, and what fills them from the environment. */
export interface Structs {
  shapes: Shape[];
  enums: ReadonlySet<string>;
  fills: Fill[];
}

/** Structs of Rust that are made of what is read, and what fills them: the environment of the config library, Figment's, envy's, and what derives `Envconfig`. */
export function structsOfRust(tokens: readonly Token[]): Structs {
  const fills = fillsIn(tokens);
  const shapes: Shape[] = [];
  const enums = new Set<string>();
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]!.text === 'enum') enums.add(tokens[i + 1]?.text ?? '');
    if (tokens[i]!.text !== 'struct' || !isMark(tokens[i + 2], '{')) continue;
    const name = tokens[i + 1]!.text;
    if (isFilled(tokens, i) || fills.some(({ type }) => type === name)) shapes.push({ name, fields: fieldsIn(tokens, i + 2) });
  }
  return { shapes, enums, fills };
}

/** Calls that fill a type which they name with all variables: `envy::from_env::<Config>()`, `Config::init_from_env()`. */
const fillers = new Set(['envy', 'serde_env', 'serde_envfile', 'envious', 'env_config']);

function fillsIn(tokens: readonly Token[]): Fill[] {
  const fills: Fill[] = [];
  const library: Library = { isUsed: tokens.some(({ text }) => /^(?:ConfigError|Figment|try_deserialize|try_into)$/.test(text)), held: new Map() };
  for (let i = 0; i + 4 < tokens.length && fills.length < mostFills; i++) {
    const { kind, text, line } = tokens[i]!;
    if (kind !== 'word' || !isMark(tokens[i + 1], '::')) continue;
    const made = tokens[i + 2]!.text;
    if (fillers.has(text) && /^(from_env|prefixed|from_env_with_prefix|Prefixed|Config)$/.test(made)) {
      const asked = tokens.slice(i, i + 24).find((token, at, all) => token.kind === 'word' && isMark(all[at - 1], '<'))?.text;
      const prefix = made === 'from_env' ? '' : tokens.slice(i + 3, i + 6).find((token) => token.kind === 'string')?.text ?? '';
      fills.push({ type: asked, prefix: prefix.toUpperCase(), separator: text === 'envious' ? '__' : null, naming: 'upper', strict: true, line });
    } else if (/^(init_from_env|init_from_hashmap|from_env_prefixed)$/.test(made) && isMark(tokens[i + 3], '(') && /^[A-Z]/.test(text)) fills.push({ type: text, prefix: '', separator: null, naming: 'upper', strict: true, line });
    else if (text === 'AdHoc' && made === 'config') fills.push({ type: tokens.slice(i + 3, i + 8).find((token) => token.kind === 'word')?.text, prefix: 'ROCKET_', separator: null, naming: 'upper', line });
    else {
      const fill = sourceAt(tokens, i, made, library);
      if (fill) fills.push(fill);
    }
  }
  return fills;
}

/** More than these fill no types of one file. */
const mostFills = 8;

/** Whether a file uses config or Figment, and what it has names of prefixes stand for. */
interface Library {
  isUsed: boolean;
  held: Map<string, string | undefined>;
}

/** `Environment::with_prefix("APP").separator("__")` of config and `Env::prefixed("APP_").split("__")` of Figment. */
function sourceAt(tokens: readonly Token[], i: number, made: string, { isUsed, held }: Library): Fill | undefined {
  const isConfig = tokens[i]!.text === 'Environment';
  if (!isConfig && tokens[i]!.text !== 'Env' || !isMark(tokens[i + 3], '(')) return undefined;
  const isPrefixed = made === (isConfig ? 'with_prefix' : 'prefixed');
  if (!isPrefixed && made !== (isConfig ? 'default' : 'raw')) return undefined;
  const argument = tokens[i + 4]!;
  if (isPrefixed && !held.has(argument.text)) held.set(argument.text, textOf(tokens, argument));
  const given = isPrefixed ? held.get(argument.text) : '';
  if (given === undefined || !isPrefixed && !isUsed) return undefined;
  const near = tokens.slice(i, i + 42);
  const chained = (name: string): string | null => {
    const at = near.findIndex(({ text }, place) => text === name && isMark(near[place - 1], '.') && isMark(near[place + 1], '('));
    return at > 0 && near[at + 2]?.kind === 'string' ? near[at + 2]!.text : null;
  };
  const separator = chained(isConfig ? 'separator' : 'split');
  const after = isConfig && given !== '' ? chained('prefix_separator') ?? separator ?? '_' : '';
  return { type: undefined, prefix: `${given}${after}`.toUpperCase(), separator, naming: 'upper', line: tokens[i]!.line };
}

/** What is written, or what the file gives the name that is. */
function textOf(tokens: readonly Token[], token: Token): string | undefined {
  if (token.kind === 'string') return token.text;
  const at = tokens.findIndex(({ text }, i) => text === token.text && /^(const|static|let)$/.test(tokens[i - 1]?.text ?? ''));
  return at < 0 ? undefined : tokens.slice(at, at + 8).find(({ kind }, i, all) => kind === 'string' && isMark(all[i - 1], '='))?.text;
}

/** Whether what is written before a struct has it made of what is read. */
function isFilled(tokens: readonly Token[], struct: number): boolean {
  for (let i = struct - 1; i > struct - 60 && i >= 0; i--) {
    if (isMark(tokens[i], '}', ';')) return false;
    if (tokens[i]!.text === 'Deserialize' || tokens[i]!.text === 'Envconfig') return true;
  }
  return false;
}

function fieldsIn(tokens: readonly Token[], open: number): Field[] {
  const fields: Field[] = [];
  let about: Token[] = [];
  for (let i = open + 1, close = closerOf(tokens, open); i < close; i++) {
    if (isMark(tokens[i], '#') && isMark(tokens[i + 1], '[')) {
      const end = closerOf(tokens, i + 1);
      about.push(...tokens.slice(i, end));
      i = end;
      continue;
    }
    const { kind, text, line } = tokens[i]!;
    if (kind !== 'word' || !isMark(tokens[i + 1], ':')) continue;
    // Of a type that is said with where it lies, its last word.
    let type = i + 2;
    while (isMark(tokens[type + 1], '::') || isMark(tokens[type], '&', "'")) type += isMark(tokens[type + 1], '::') ? 2 : 1;
    const says = (word: string): boolean => about.some((token) => token.text === word);
    if (!says('skip') && !(says('cfg') && says('test'))) fields.push({ name: text, type: tokens[type]?.text ?? '', line, optional: says('default') || tokens[type]?.text === 'Option', default: null, keys: keysIn(about) });
    about = [];
    for (let depth = 0; type < close && (depth > 0 || !isMark(tokens[type], ',')); type++) depth += isMark(tokens[type], '<', '(', '[') ? 1 : isMark(tokens[type], '>', ')', ']') ? -1 : 0;
    i = type;
  }
  return fields;
}

/** `#[serde(rename = "key")]`, `#[envconfig(from = "KEY")]` and `#[serde(flatten)]`. */
function keysIn(about: readonly Token[]): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [i, { text }] of about.entries()) {
    const value = isMark(about[i + 1], '=') && about[i + 2]?.kind === 'string' ? about[i + 2]!.text : undefined;
    if (text === 'rename' && value !== undefined) keys['serde'] = value;
    if (text === 'from' && value !== undefined) keys['env'] = value;
    if (text === 'flatten' || text === 'nested') keys['embedded'] = 'true';
  }
  return keys;
}
