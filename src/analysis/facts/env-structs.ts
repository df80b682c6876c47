import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';

/** A field of a struct, and what it is of. */
interface Field {
  name: string;
  type: string;
  line: number;
  isOptional: boolean;
}

/** What a library takes from the environment: names that begin with a prefix, and how those of structs within structs are put together. */
interface Source {
  prefix: string;
  /** Between the names of structs; none when only the outer one is read. */
  separator: string | null;
}

/** Types that one variable can hold. */
const simple = /^(?:[ui](?:8|16|32|64|128|size)|f32|f64|bool|char|str|String|Option|Vec|Url|Uri|PathBuf|IpAddr|SocketAddr|Duration|Secret|SecretString|SecretBox|Level|LevelFilter)$/;

/** Structs within structs can multiply: of more variables than people set, the rest is left out. */
const mostReads = 500;

/** Variables that fill structs of Rust: through the environment of the config library (`Environment::with_prefix("APP")`) and of Figment (`Env::prefixed("APP_")`). */
export function structReads(tokens: readonly Token[]): EnvRead[] {
  const source = sourceIn(tokens);
  if (!source) return [];
  const structs = new Map<string, Field[]>();
  const enums = new Set<string>();
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]!.text === 'enum') enums.add(tokens[i + 1]?.text ?? '');
    if (tokens[i]!.text === 'struct' && isMark(tokens[i + 2], '{') && isFilled(tokens, i)) structs.set(tokens[i + 1]!.text, fieldsIn(tokens, i + 2));
  }
  const within = new Set([...structs.values()].flatMap((fields) => fields.map(({ type }) => type)));
  const found: EnvRead[] = [];
  let visits = 0;
  const read = (fields: readonly Field[], before: string, depth: number): void => {
    for (const field of fields) {
      if (found.length >= mostReads || visits++ > 20 * mostReads) return;
      const inner = structs.get(field.type);
      const name = `${before}${field.name}`;
      if (inner && source.separator !== null && depth <= 3) read(inner, `${name}${source.separator}`, depth + 1);
      else if (!inner && (simple.test(field.type) || enums.has(field.type))) found.push({ name: name.toUpperCase(), line: field.line, default: null, optional: field.isOptional, required: false, holder: null });
    }
  };
  for (const [name, fields] of structs) if (!within.has(name)) read(fields, source.prefix, 0);
  return found;
}

function sourceIn(tokens: readonly Token[]): Source | undefined {
  const isLibrary = tokens.some(({ text }) => text === 'ConfigError' || text === 'Figment');
  const held = new Map<string, string | undefined>();
  for (let i = 0; i + 4 < tokens.length; i++) {
    const isConfig = tokens[i]!.text === 'Environment';
    if (!isConfig && tokens[i]!.text !== 'Env' || !isMark(tokens[i + 1], '::') || !isMark(tokens[i + 3], '(')) continue;
    const made = tokens[i + 2]!.text;
    const isPrefixed = made === (isConfig ? 'with_prefix' : 'prefixed');
    if (!isPrefixed && made !== (isConfig ? 'default' : 'raw')) continue;
    const argument = tokens[i + 4]!;
    if (isPrefixed && !held.has(argument.text)) held.set(argument.text, textOf(tokens, argument));
    const given = isPrefixed ? held.get(argument.text) : '';
    if (given === undefined || !isPrefixed && !isLibrary) continue;
    const chained = (name: string): string | null => {
      const near = tokens.slice(i, i + 42);
      const at = near.findIndex(({ text }, place) => text === name && isMark(near[place - 1], '.') && isMark(near[place + 1], '('));
      return at > 0 && near[at + 2]?.kind === 'string' ? near[at + 2]!.text : null;
    };
    const separator = chained(isConfig ? 'separator' : 'split');
    const after = isConfig && given !== '' ? chained('prefix_separator') ?? separator ?? '_' : '';
    return { prefix: `${given}${after}`, separator };
  }
  return undefined;
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
    if (tokens[i]!.text === 'Deserialize') return true;
  }
  return false;
}

function fieldsIn(tokens: readonly Token[], open: number): Field[] {
  const fields: Field[] = [];
  let about = new Set<string>();
  for (let i = open + 1, close = closerOf(tokens, open); i < close; i++) {
    if (isMark(tokens[i], '#') && isMark(tokens[i + 1], '[')) {
      const end = closerOf(tokens, i + 1);
      for (const { text } of tokens.slice(i, end)) about.add(text);
      i = end;
      continue;
    }
    const { kind, text, line } = tokens[i]!;
    if (kind !== 'word' || !isMark(tokens[i + 1], ':')) continue;
    // Of a type that is said with where it lies, its last word.
    let type = i + 2;
    while (isMark(tokens[type + 1], '::') || isMark(tokens[type], '&', "'")) type += isMark(tokens[type + 1], '::') ? 2 : 1;
    const isLeftOut = about.has('skip') || about.has('flatten') || about.has('cfg') && about.has('test');
    if (!isLeftOut) fields.push({ name: text, type: tokens[type]?.text ?? '', line, isOptional: about.has('default') || tokens[type]?.text === 'Option' });
    about = new Set();
    for (let depth = 0; type < close && (depth > 0 || !isMark(tokens[type], ',')); type++) depth += isMark(tokens[type], '<', '(', '[') ? 1 : isMark(tokens[type], '>', ')', ']') ? -1 : 0;
    i = type;
  }
  return fields;
}
