import type { EnvRead } from '../facts/env-read.ts';
import type { Token } from './lexer.ts';
import { closerOf, isMark } from './match.ts';

/** Something that a text is put together from and that is known elsewhere: a name of the code, a variable, a key of the configuration. */
export interface Ref {
  from: 'name' | 'env' | 'setting';
  name: string;
  /** The class or the like that the name belongs to: `OrderPlaced` in `OrderPlaced.TOPIC`. */
  of?: string;
  /** What stands in when it is not set. */
  otherwise?: Template;
}

/** A text as code puts it together; `null` stands for what is only known when it runs. */
export type Template = readonly (string | Ref | null)[];

export interface Reading {
  language: string;
  /** Environment variables that the file reads, by line. */
  reads: ReadonlyMap<number, readonly EnvRead[]>;
}

export interface Parsed {
  template: Template;
  /** Index after the last token of it. */
  end: number;
}

const deepest = 8;
/** Functions that hand on what they are given, as far as the beginning of an address goes. */
const passing = /^(URL|URI|Uri|url|uri|parse|create|str|String|string|trim|Trim|TrimRight|TrimSuffix|TrimSpace|TrimEnd|rtrim|strip|rstrip|removesuffix|join|urljoin|JoinPath|parse_url|of|to_string|to_owned|into|valueOf|fromUriString|fromHttpUrl|must|Must|Parse|toString|cleanUrl|parseUri|requireNonNull|Some|Ok|as_str|lazy|unwrap|expect|clone|replace|replaceAll|baseUrl|Address|UriString|URLString)$/;
const formatting = /^(Sprintf|format|Format|sprintf|formatted|printf)$/;
/** How configuration is asked for a key. */
const settingGetter = /^(get|getProperty|getRequiredProperty|getString|GetString|get_str|GetValue|GetSection|GetConnectionString|getOrThrow|config|has|fetch_env!|get_env|env|Get)$/;
const settingOwner = /^(config|configuration|_configuration|_config|cfg|conf|settings|environment|env|viper|props|properties|Configuration|configService|Config|nconf|Application|app|k|v|current_app)$/i;
const skipped = new Set(['new', 'await', 'return', 'yield', 'throw', 'const', 'static', 'move', 'in']);

/** The text that the expression at `start` makes, with operators between its parts; undefined where no such expression begins. */
export function templateAt(tokens: readonly Token[], start: number, reading: Reading, depth = 0): Parsed | undefined {
  if (depth > deepest) return undefined;
  const first = operandAt(tokens, start, reading, depth);
  if (!first) return undefined;
  let { end } = first;
  let template = first.template;
  for (let guard = 0; guard < 24; guard++) {
    const token = tokens[end];
    if (!token) break;
    const joins = isMark(token, '+') || (reading.language === 'php' && isMark(token, '.')) || (isMark(token, '<') && isMark(tokens[end + 1], '>'));
    if (joins) {
      const next = operandAt(tokens, end + (isMark(token, '<') ? 2 : 1), reading, depth);
      if (!next) break;
      template = [...template, ...next.template];
      end = next.end;
    } else if (token.kind === 'string' && tokens[end - 1]!.kind === 'string' && (reading.language === 'python' || reading.language === 'c' || reading.language === 'cpp')) {
      template = [...template, ...fromString(token.text, reading.language, token.inner !== undefined)];
      end++;
    } else if (isMark(token, '%') && reading.language === 'python' && tokens[end - 1]!.kind === 'string') {
      const values = isMark(tokens[end + 1], '(') ? argumentsIn(tokens, end + 1, reading, depth) : [operandAt(tokens, end + 1, reading, depth)?.template ?? [null]];
      template = filled(template, values);
      end = isMark(tokens[end + 1], '(') ? closerOf(tokens, end + 1) + 1 : operandAt(tokens, end + 1, reading, depth)?.end ?? end + 2;
    } else if (isMark(token, '||', '??', '?:') || token.text === 'or') {
      const other = templateAt(tokens, end + 1, reading, depth + 1);
      if (!other) break;
      const [only] = template;
      if (template.length === 1 && only !== null && typeof only === 'object') template = [{ ...only, otherwise: only!.otherwise ?? other.template }];
      else if (template.every((part) => part === null)) template = other.template;
      end = other.end;
    } else break;
  }
  return { template, end };
}

function operandAt(tokens: readonly Token[], start: number, reading: Reading, depth: number): Parsed | undefined {
  let at = start;
  while (isMark(tokens[at], '&', '*', '...') || (tokens[at]?.kind === 'word' && skipped.has(tokens[at]!.text))) at++;
  const token = tokens[at];
  if (!token) return undefined;
  if (token.kind === 'number') return { template: [token.text], end: at + 1 };
  if (token.kind === 'string') return withMethods(tokens, at + 1, fromString(token.text, reading.language, token.inner !== undefined), reading, depth);
  // A symbol of Ruby: `topic :orders`.
  if (reading.language === 'ruby' && isMark(token, ':') && tokens[at + 1]?.kind === 'word' && tokens[at + 1]!.at === token.at + 1) return { template: [tokens[at + 1]!.text], end: at + 2 };
  if (isMark(token, '(')) {
    const inner = templateAt(tokens, at + 1, reading, depth + 1);
    const close = closerOf(tokens, at);
    return inner && inner.end === close ? withMethods(tokens, close + 1, inner.template, reading, depth) : undefined;
  }
  return token.kind === 'word' ? chainAt(tokens, at, reading, depth) : undefined;
}

/** `"…".format(x)`, `"…" % x`, `.trim()` after a text. */
function withMethods(tokens: readonly Token[], start: number, template: Template, reading: Reading, depth: number): Parsed {
  let at = start;
  let result = template;
  while (isMark(tokens[at], '.') && tokens[at + 1]?.kind === 'word' && isMark(tokens[at + 2], '(') && reading.language !== 'php') {
    const close = closerOf(tokens, at + 2);
    const method = tokens[at + 1]!.text;
    if (formatting.test(method)) result = filled(result, argumentsIn(tokens, at + 2, reading, depth), namedIn(tokens, at + 2, close, reading, depth));
    else if (method === 'concat' || method === 'resolve' || method === 'appendPath') result = [...result, ...argumentsIn(tokens, at + 2, reading, depth).flat()];
    else if (!passing.test(method)) return { template: [null], end: close + 1 };
    at = close + 1;
  }
  return { template: result, end: at };
}

function chainAt(tokens: readonly Token[], start: number, reading: Reading, depth: number): Parsed {
  const words: string[] = [tokens[start]!.text];
  let at = start + 1;
  let called = -1;
  let key: string | undefined;
  let value: Template | undefined;
  let getter: string | undefined;
  for (let guard = 0; guard < 16; guard++) {
    const token = tokens[at];
    if (isMark(token, '.', '?.', '::', '->') && tokens[at + 1]?.kind === 'word') {
      if (isMark(token, '.') && reading.language === 'php') break;
      words.push(tokens[at + 1]!.text);
      at += 2;
    } else if (isMark(token, '(') || (isMark(token, '!') && isMark(tokens[at + 1], '('))) {
      const open = isMark(token, '(') ? at : at + 1;
      const close = closerOf(tokens, open);
      called = open;
      const name = words.at(-1)!;
      const given = close - open > 1 && close - open < 400 ? argumentsIn(tokens, open, reading, depth) : [];
      const owner = words.at(-2) ?? '';
      const [only] = given[0] ?? [];
      const atom = reading.language === 'elixir' && /^(?:get_env|fetch_env!?|compile_env!?)$/.test(name) ? atomAt(tokens, open) : undefined;
      // A constant that names a key is mostly called as the key is.
      const constant = given[0]?.length === 1 && typeof only === 'object' && only?.from === 'name' && /^[A-Z][A-Z0-9_]{2,}$/.test(only.name) ? only.name : undefined;
      if (atom !== undefined) value = [{ from: 'name', name: atom, ...(given[2] && { otherwise: given[2] }) }];
      else if (constant !== undefined && name === 'get' && settingOwner.test(owner)) value = [{ from: 'setting', name: settingKey(constant) }];
      else if (formatting.test(name) && given.length > 0 && !value) value = /^(US|ROOT|ENGLISH)$/.test(refName(given[0]!) ?? '') ? filled(given[1] ?? [], given.slice(2)) : filled(given[0]!, given.slice(1), namedIn(tokens, open, close, reading, depth));
      else if (settingGetter.test(name) && typeof only === 'string' && given[0]!.length === 1 && (settingOwner.test(owner) || /^(GetConnectionString|getProperty|GetSection|config)$/.test(name))) {
        const fallback = given[1];
        const written = name === 'GetConnectionString' ? `ConnectionStrings.${only}` : only;
        key = written;
        value = [{ from: 'setting', name: settingKey(written), ...(fallback && { otherwise: fallback }) }];
      } else if (/^(join|JoinPath|urljoin|resolve)$/.test(name) && given.length > 1) value = given.flatMap((part, i) => (i === 0 ? part : ['/', ...part]));
      else if (name === 'URL' && given.length === 2) value = [...given[1]!, ...given[0]!];
      else if (passing.test(name) && given.length > 0) value ??= given[0];
      else if (given.length === 0 && close === open + 1) getter = name.replace(/^(?:get|Get|get_)(?=[A-Z_])_?/, '');
      else if (!passing.test(name)) value ??= [null];
      at = close + 1;
    } else if (isMark(token, '[')) {
      const close = closerOf(tokens, at);
      const inside = tokens[at + 1];
      if (close === at + 2 && inside?.kind === 'string') {
        key = inside.text;
        if (settingOwner.test(words.at(-1)!)) value = [{ from: 'setting', name: settingKey(key) }];
        else words.push(key);
      } else value ??= [null];
      at = close + 1;
    } else if (isMark(token, '!', '?') && isMark(tokens[at + 1], '.', ')', ',', ';', '?')) at++;
    else break;
  }
  const read = readIn(tokens, start, at, reading);
  if (read) return { template: [{ from: 'env', name: read.name, ...(read.default !== null && { otherwise: [read.default] }) }], end: at };
  if (value) return { template: value, end: at };
  if (called >= 0) return { template: getter !== undefined ? [{ from: 'name', name: getter }] : [null], end: at };
  const parts = words.filter((word) => !/^(this|self|value|Value|toString|data|string)$/.test(word));
  const named = parts.at(-1);
  const owner = parts.length > 1 && /^[A-Z]\w*[a-z]/.test(parts.at(-2)!) ? parts.at(-2) : undefined;
  return { template: named === undefined || /^(true|false|null|nil|None|undefined)$/.test(named) ? [null] : [{ from: 'name', name: named, ...(owner !== undefined && { of: owner }) }], end: at };
}

/** The key in `get_env(:shop, :key, …)`. */
function atomAt(tokens: readonly Token[], open: number): string | undefined {
  const isAtom = (at: number) => isMark(tokens[at], ':') && tokens[at + 1]?.kind === 'word';
  return isAtom(open + 1) && isMark(tokens[open + 3], ',') && isAtom(open + 4) ? tokens[open + 5]!.text : undefined;
}

function refName([part]: Template): string | undefined {
  return typeof part === 'object' ? part?.name : undefined;
}

function readIn(tokens: readonly Token[], start: number, end: number, { reads }: Reading): EnvRead | undefined {
  const chain = tokens.slice(start, end);
  for (const { line, text } of chain) {
    const read = reads.get(line)?.find(({ name }) => name === text);
    if (read) return read;
  }
  return reads.get(tokens[start]!.line)?.find(({ name }) => chain.some(({ text }) => text === name));
}

/** The arguments of a call, each as a text; those that are none are `[null]`. */
export function argumentsIn(tokens: readonly Token[], open: number, reading: Reading, depth = 0): Template[] {
  const close = closerOf(tokens, open);
  const result: Template[] = [];
  for (let at = open + 1; at < close && result.length < 12;) {
    const parsed = templateAt(tokens, at, reading, depth + 1);
    result.push(parsed && (parsed.end === close || isMark(tokens[parsed.end], ',')) ? parsed.template : [null]);
    at = afterComma(tokens, at, close);
  }
  return result;
}

/** `f(host=x)` and `{host: x}`: texts by their name. */
function namedIn(tokens: readonly Token[], open: number, close: number, reading: Reading, depth: number): Map<string, Template> {
  const named = new Map<string, Template>();
  for (let at = open + 1; at < Math.min(close, open + 200); at++) {
    if (tokens[at]!.kind !== 'word' || !isMark(tokens[at + 1], '=', ':')) continue;
    const parsed = templateAt(tokens, at + 2, reading, depth + 1);
    if (parsed) named.set(tokens[at]!.text, parsed.template);
  }
  return named;
}

/** Index after the next comma of this level, or `close`. */
export function afterComma(tokens: readonly Token[], from: number, close: number): number {
  let depth = 0;
  for (let at = from; at < close; at++) {
    const token = tokens[at]!;
    if (token.kind !== 'mark') continue;
    if ('([{'.includes(token.text)) depth++;
    else if (')]}'.includes(token.text)) depth--;
    else if (token.text === ',' && depth === 0) return at + 1;
  }
  return close;
}

const holes: Readonly<Record<string, RegExp>> = {
  javascript: /\$\{([^{}]*)\}/g, typescript: /\$\{([^{}]*)\}/g, kotlin: /(?<!\\)\$\{([^{}]*)\}|(?<!\\)\$([A-Za-z_]\w*)/g, groovy: /\$\{([^{}]*)\}/g, dart: /\$\{([^{}]*)\}|\$([A-Za-z_]\w*)/g,
  scala: /\$\{([^{}]*)\}|\$([A-Za-z_]\w*)/g, ruby: /#\{([^{}]*)\}/g, elixir: /#\{([^{}]*)\}/g, crystal: /#\{([^{}]*)\}/g, php: /\{\$([^{}]*)\}|\$([A-Za-z_]\w*)/g, shell: /\$\{([^{}]*)\}|\$([A-Za-z_]\w*)/g,
};
const braces = /\{([^{}]*)\}/g;
const settingHole = /\\?[$#]\{([\w.-]+)(?::([^{}]*))?\}/g;

/** The text of a string with its holes. `filledIn`: the language marks strings that have any. */
function fromString(text: string, language: string, filledIn: boolean): Template {
  if (text.length > 400) return [text.slice(0, 400)];
  const marked = language === 'python' || language === 'csharp' || language === 'fsharp';
  const pattern = language === 'java' || ((language === 'kotlin' || language === 'scala') && /\\\$\{/.test(text)) ? settingHole : marked ? (filledIn ? braces : undefined) : Object.hasOwn(holes, language) ? holes[language] : undefined;
  if (!pattern || !/[{$]/.test(text)) return [text];
  const parts: (string | Ref | null)[] = [];
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > last) parts.push(text.slice(last, match.index));
    parts.push(pattern === settingHole ? { from: 'setting', name: settingKey(match[1]!), ...(match[2] !== undefined && { otherwise: [match[2]] }) } : hole(match[1] ?? match[2] ?? ''));
    last = match.index + match[0].length;
  }
  if (last < text.length || parts.length === 0) parts.push(text.slice(last));
  return parts;
}

/** What is read in a hole: a variable, a name, or nothing that is understood. */
function hole(code: string): string | Ref | null {
  const env = /(?:process\.env\.|import\.meta\.env\.|ENV(?:\.fetch)?[[(]["']|(?:os\.)?(?:environ|getenv)(?:\.get)?[[(]["']|env\(["'])([A-Za-z_]\w*)["']?(?:\s*,\s*["']([^"']*)["'])?/.exec(code);
  const fallback = env?.[2] ?? /(?:\|\||\?\?)\s*["'`]?([^"'`]+?)["'`]?\s*$/.exec(code)?.[1];
  if (env) return { from: 'env', name: env[1]!, ...(fallback !== undefined && { otherwise: [fallback] }) };
  const name = /^\s*\$?(?:[\w@]+(?:\.|\?\.|->|::))*@?(\w+)\s*(?::[^:]*)?$/.exec(code)?.[1];
  return name === undefined ? null : { from: 'name', name };
}

/** Puts values into the places of a format: `%s`, `{}`, `{0}`, `{name}`. */
function filled(format: Template, values: readonly Template[], named: ReadonlyMap<string, Template> = new Map()): Template {
  let next = 0;
  return format.flatMap((part) => {
    if (typeof part !== 'string') return [part];
    const result: (string | Ref | null)[] = [];
    let last = 0;
    for (const match of part.matchAll(/%[-+0-9.]*[a-zA-Z]|\{(\w*)(?::[^{}]*)?\}/g)) {
      result.push(part.slice(last, match.index));
      const place = match[1];
      result.push(...(place === undefined || place === '' ? values[next++] : /^\d+$/.test(place) ? values[Number(place)] : named.get(place) ?? [{ from: 'name' as const, name: place }]) ?? [null]);
      last = match.index + match[0].length;
    }
    result.push(part.slice(last));
    return result.filter((one) => one !== '');
  });
}

/** One spelling for `Services:Orders:Url`, `services__orders__url` and `services.orders-url`. */
export function settingKey(key: string): string {
  return key.replace(/__|:/g, '.').replace(/[-_]/g, '').toLowerCase();
}

/** A value of a configuration file: `${VARIABLE}`, `${key:default}` and `$(VARIABLE)` are its holes. */
export function settingTemplate(written: string): Template {
  if (!/[$#%]/.test(written) || written.length > 1000) return [written];
  // Of a key with a hole in it, what stands in for it is what can be known: `${a.${X:}.url:http://b}`.
  const text = written.replace(/\$\{([\w.-]*)\$\{[^{}]*\}(?=[\w.-]*:)/g, '${$1');
  const parts: (string | Ref | null)[] = [];
  let last = 0;
  for (const match of text.matchAll(/[$#]\{([\w.-]+)(?::-?((?:[^{}]|\$\{[^{}]*\})*))?\}|\$\(([\w.]+)\)|<%=.*?ENV(?:\.fetch)?[[(]\s*["'](\w+)["'](?:\s*,\s*["']([^"']*)["']|\s*\)\s*\{\s*["']([^"']*)["'])?.*?%>|%env\((?:\w+:)*(\w+)\)%/g)) {
    if (match.index > last) parts.push(text.slice(last, match.index));
    const name = match[1] ?? match[3] ?? match[4] ?? match[7]!;
    const fallback = match[2] ?? match[5] ?? match[6];
    const isVariable = match[4] !== undefined || match[7] !== undefined || /^[A-Z][A-Z0-9_]*$/.test(name);
    parts.push({ from: isVariable ? 'env' : 'setting', name: isVariable ? name : settingKey(name), ...(fallback !== undefined && { otherwise: settingTemplate(fallback) }) });
    last = match.index + match[0].length;
  }
  if (last < text.length || parts.length === 0) parts.push(text.slice(last));
  return parts;
}
