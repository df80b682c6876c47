import type { Token } from '../syntax/lexer.ts';
import { closerOf, envName, isMark } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';
import { structReads } from './env-structs.ts';

/** Variables that are declared rather than read: struct tags, settings classes, placeholders and attributes. */
export function declaredReads(language: string, tokens: readonly Token[]): EnvRead[] {
  if (language === 'go') return goReads(tokens);
  if (language === 'python') return [...pydantic(tokens), ...environTable(tokens)];
  if (language === 'java' || language === 'kotlin') return tokens.flatMap((token) => (token.kind === 'string' ? placeholders(token.text, token.line) : []));
  if (language === 'rust') return [...clap(tokens), ...envy(tokens), ...macros(tokens), ...structReads(tokens)];
  if (language === 'swift') return providedReads(tokens);
  if (language === 'csharp' || language === 'fsharp') return [...indexed(tokens), ...(language === 'fsharp' ? records(tokens) : [])];
  if (language === 'elixir') return systemTuples(tokens);
  return [];
}

const plain = (name: string, line: number): EnvRead => ({ name, line, default: null, optional: false, required: false, holder: null });

/** `configuration["API_KEY"]`, and of F# `config.["API_KEY"]`: keys as environment variables have them. */
function indexed(tokens: readonly Token[]): EnvRead[] {
  return tokens.flatMap((token, i) => {
    if (token.kind !== 'string' || !isMark(tokens[i - 1], '[') || !isMark(tokens[i + 1], ']') || !envName.test(token.text)) return [];
    const owner = isMark(tokens[i - 2], '.') ? tokens[i - 3] : tokens[i - 2];
    return owner?.kind === 'word' && /^_?(?:app)?config(?:uration)?$/i.test(owner.text) ? [plain(token.text, token.line)] : [];
  });
}

/** Fields of records that FsConfig fills: `[<Convention("SHOP")>] type Config = { ApiKey: string }` reads `SHOP_API_KEY`, and `[<CustomName("KEY")>]` what it says. */
function records(tokens: readonly Token[]): EnvRead[] {
  if (!tokens.some(({ text }) => text === 'EnvConfig')) return [];
  const asked = new Set(tokens.flatMap((token, i) => (token.text === 'EnvConfig' && isMark(tokens[i + 3], '<') ? [tokens[i + 4]?.text ?? ''] : [])));
  return tokens.flatMap((token, i) => {
    if (token.text !== 'type' || !isMark(tokens[i + 2], '=') || !isMark(tokens[i + 3], '{')) return [];
    const attribute = tokens.slice(Math.max(0, i - 12), i).findLastIndex(({ text }) => text === 'Convention');
    const prefix = attribute < 0 ? undefined : tokens.slice(Math.max(0, i - 12) + attribute, i).find(({ kind }) => kind === 'string')?.text;
    if (prefix === undefined && !asked.has(tokens[i + 1]!.text)) return [];
    const reads: EnvRead[] = [];
    for (let at = i + 4, end = closerOf(tokens, i + 3); at < end; at++) {
      const field = tokens[at]!;
      if (field.kind !== 'word' || !isMark(tokens[at + 1], ':')) continue;
      const custom = tokens.slice(Math.max(i, at - 8), at).findLastIndex(({ text }) => text === 'CustomName');
      const given = custom < 0 ? undefined : tokens.slice(Math.max(i, at - 8) + custom, at).find(({ kind }) => kind === 'string')?.text;
      const isOptional = tokens.slice(at + 2, at + 5).some(({ text, line }) => text === 'option' && line === field.line);
      reads.push({ ...plain(given ?? [prefix, inCapitals(field.text)].filter(Boolean).join('_'), field.line), optional: isOptional, required: !isOptional });
    }
    return reads;
  });
}

/** `apiKey` and `ApiKey` as `API_KEY`. */
function inCapitals(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
}

/** `{:system, "PORT"}` and `{:system, :integer, "PORT", 4000}` in the configuration of Elixir. */
function systemTuples(tokens: readonly Token[]): EnvRead[] {
  return tokens.flatMap((token, i) => {
    if (token.text !== 'system' || !isMark(tokens[i - 1], ':') || !isMark(tokens[i - 2], '{')) return [];
    const inside = tokens.slice(i, closerOf(tokens, i - 2, 16));
    const at = inside.findIndex(({ kind }) => kind === 'string');
    const value = at < 0 ? undefined : inside[at + 2];
    return at < 0 ? [] : [{ ...plain(inside[at]!.text, token.line), default: value && value.kind !== 'mark' ? value.text : null, optional: value !== undefined }];
  });
}

/** What macros read: `env_var_req!(PORT)` by its name, and `from_env!(port, "PORT")` by what its `concat!("SHOP_", $name)` makes of it. */
function macros(tokens: readonly Token[]): EnvRead[] {
  const prefixes = new Map<string, string>();
  return tokens.flatMap((token, i) => {
    if (token.text === 'macro_rules' && isMark(tokens[i + 1], '!')) {
      const body = tokens.slice(i + 3, closerOf(tokens, i + 3, 200));
      const at = body.findIndex(({ text }, place) => text === 'concat' && isMark(body[place + 1], '!'));
      const isRead = at > 4 && isMark(body[at - 1], '(') && /^(var|var_os|get|getenv|env)$/.test(body[at - 2]!.text);
      if (isRead && body[at + 3]?.kind === 'string' && isMark(body[at + 4], ',')) prefixes.set(tokens[i + 2]!.text, body[at + 3]!.text);
    }
    if (token.kind !== 'word' || !isMark(tokens[i + 1], '!') || !isMark(tokens[i + 2], '(')) return [];
    const first = tokens[i + 3];
    if (/^env_var_(req|opt)$/.test(token.text) && first?.kind === 'word') return [{ ...plain(first.text, first.line), required: token.text === 'env_var_req' }];
    const prefix = prefixes.get(token.text);
    const name = prefix === undefined ? undefined : tokens.slice(i + 3, closerOf(tokens, i + 2)).find(({ kind }) => kind === 'string');
    return name ? [plain(`${prefix}${name.text}`, name.line)] : [];
  });
}

/** `reader.string(forKey: "http.port", default: "80")` of swift-configuration, where a file has it ask the environment: `HTTP_PORT`. */
function providedReads(tokens: readonly Token[]): EnvRead[] {
  if (!tokens.some(({ text }) => text === 'EnvironmentVariablesProvider')) return [];
  return tokens.flatMap((token, i) => {
    if (token.kind !== 'string' || !isMark(tokens[i - 1], ':') || tokens[i - 2]?.text !== 'forKey' || !isMark(tokens[i - 3], '(')) return [];
    const isDefaulted = tokens[i + 2]?.text === 'default' && isMark(tokens[i + 3], ':');
    const value = isDefaulted ? tokens[i + 4] : undefined;
    const isRequired = /^required/i.test(tokens[i - 4]?.text ?? '');
    return [{ ...plain(token.text.split('.').map((part) => (envName.test(part) ? part : inCapitals(part))).join('_'), token.line), default: value && value.kind !== 'mark' && value.kind !== 'word' ? value.text : null, optional: isDefaulted, required: isRequired && !isDefaulted }];
  });
}

/** Fields of the structs that envy fills: `envy::prefixed("SHOP_").from_env::<Config>()` reads `SHOP_` and the field in capitals. */
function envy(tokens: readonly Token[]): EnvRead[] {
  const at = tokens.findIndex(({ text }, i) => text === 'envy' && isMark(tokens[i + 1], '::') && /^(from_env|prefixed)$/.test(tokens[i + 2]?.text ?? ''));
  if (at < 0) return [];
  const prefix = tokens[at + 2]!.text === 'prefixed' && tokens[at + 4]?.kind === 'string' ? tokens[at + 4]!.text : '';
  const asked = tokens.slice(at, at + 16).find(({ kind }, i, all) => kind === 'word' && isMark(all[i - 1], '<'))?.text;
  return tokens.flatMap((token, i) => {
    if (token.text !== 'struct' || !isMark(tokens[i + 2], '{') || asked !== undefined && tokens[i + 1]!.text !== asked) return [];
    const reads: EnvRead[] = [];
    for (let place = i + 3, end = closerOf(tokens, i + 2); place < end; place++) {
      const field = tokens[place]!;
      if (field.kind !== 'word' || !isMark(tokens[place + 1], ':') || tokens[place + 2]?.kind !== 'word') continue;
      const isOptional = tokens[place + 2]!.text === 'Option' || tokens.slice(Math.max(i, place - 8), place).some(({ text }) => text === 'default');
      reads.push({ ...plain(`${prefix}${field.text}`.toUpperCase(), field.line), optional: isOptional, required: !isOptional });
    }
    return reads;
  });
}

/** Tags of structs, with the prefixes that their fields of other structs put before them, and what Viper is told to bind. */
function goReads(tokens: readonly Token[]): EnvRead[] {
  const prefixes = new Map<string, Set<string>>();
  const structs: { name: string; open: number; close: number }[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.text === 'struct' && isMark(tokens[i + 1], '{') && tokens[i - 2]?.text === 'type') structs.push({ name: tokens[i - 1]!.text, open: i + 1, close: closerOf(tokens, i + 1) });
    const prefix = token.kind === 'string' ? /\b(?:envPrefix|env-prefix):"([A-Z][A-Z0-9_]*)"|\benv:",\s*prefix=([A-Z][A-Z0-9_]*)/.exec(token.text) : null;
    if (prefix && tokens[i - 1]?.kind === 'word') prefixes.set(tokens[i - 1]!.text, (prefixes.get(tokens[i - 1]!.text) ?? new Set()).add(prefix[1] ?? prefix[2]!));
  }
  let next = 0;
  const around: typeof structs = [];
  return tokens.flatMap((token, i) => {
    while (next < structs.length && structs[next]!.open < i) around.push(structs[next++]!);
    while (around.length > 0 && around.at(-1)!.close < i) around.pop();
    if (token.text === 'BindEnv' && isMark(tokens[i + 1], '(')) return boundByViper(tokens, i);
    const reads = token.kind === 'string' ? goTag(token, tokens) : [];
    const before = prefixes.get(around.at(-1)?.name ?? '');
    return before === undefined ? reads : reads.flatMap((read) => [...before].map((prefix) => ({ ...read, name: `${prefix}${read.name}` })));
  });
}

/** `viper.BindEnv("db.host", "DB_HOST")`, and `viper.BindEnv("db_host")` after `SetEnvPrefix`. */
function boundByViper(tokens: readonly Token[], i: number): EnvRead[] {
  const [key, ...names] = tokens.slice(i + 2, closerOf(tokens, i + 1)).filter(({ kind }) => kind === 'string');
  if (key === undefined) return [];
  if (names.length > 0) return names.filter(({ text }) => envName.test(text)).map(({ text, line }) => plain(text, line));
  const setter = tokens.findIndex(({ text }) => text === 'SetEnvPrefix');
  const prefix = setter >= 0 && tokens[setter + 2]?.kind === 'string' ? `${tokens[setter + 2]!.text}_` : '';
  return [plain(`${prefix}${key.text}`.replace(/[.-]/g, '_').toUpperCase(), key.line)];
}

/** `env:"PORT,required" envDefault:"8080"`, `envconfig:"PORT" default:"8080"`, and `mapstructure:"PORT"` of what Viper fills from the environment. */
function goTag(token: Token, tokens: readonly Token[]): EnvRead[] {
  const mapped = /\bmapstructure:"([A-Z][A-Z0-9_]*)"/.exec(token.text);
  if (mapped && tokens.some(({ text }) => text === 'AutomaticEnv')) return [{ name: mapped[1]!, line: token.line, default: null, optional: false, required: false, holder: null }];
  const name = /\benv(?:config)?:"([A-Z][A-Z0-9_]*)((?:,[^"]*)?)"/.exec(token.text);
  if (!name) return [];
  const value = /\b(?:envDefault|env-default|default):"([^"]*)"/.exec(token.text)?.[1] ?? null;
  const required = value === null && (/required|notEmpty/.test(name[2]!) || /\b(env-)?required:"true"/.test(token.text));
  return [{ name: name[1]!, line: token.line, default: value, optional: value !== null, required, holder: null }];
}

/**
 * Fields of settings classes (pydantic's `BaseSettings`, and classes that derive from one of the file or of that name): the variable is the field's
 * name in capitals after the class's `env_prefix`, or the name that its `Field` gives.
 */
function pydantic(tokens: readonly Token[]): EnvRead[] {
  const reads: EnvRead[] = [];
  const settings = new Set(['BaseSettings']);
  for (let i = 0; i + 3 < tokens.length; i++) {
    if (tokens[i]!.text !== 'class' || !isMark(tokens[i + 2], '(')) continue;
    const bases = tokens.slice(i + 3, closerOf(tokens, i + 2));
    if (!bases.some(({ text }) => settings.has(text) || /BaseSettings$/.test(text))) continue;
    settings.add(tokens[i + 1]!.text);
    reads.push(...fieldsOf(tokens, closerOf(tokens, i + 2) + 1));
  }
  return reads.filter((read) => envName.test(read.name));
}

/** The fields of the class whose body begins at `start`, as far as its next method. */
function fieldsOf(tokens: readonly Token[], start: number): EnvRead[] {
  const reads: EnvRead[] = [];
  let prefix = '';
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (isMark(token, '(', '[', '{')) depth++;
    if (isMark(token, ')', ']', '}')) depth--;
    if (token.text === 'env_prefix' && isMark(tokens[i + 1], '=', ':') && tokens[i + 2]?.kind === 'string') prefix = tokens[i + 2]!.text;
    const first = tokens[i - 1]!.line !== token.line;
    if (depth === 0 && first && ((token.text === 'class' && tokens[i + 1]?.text !== 'Config') || token.text === 'def' || token.text === '@')) break;
    if (depth !== 0 || !first || token.kind !== 'word' || !isMark(tokens[i + 1], ':') || token.text === 'model_config' || token.text === 'Config') continue;
    reads.push(fieldAt(tokens, i));
  }
  return reads.map((read) => (read.holder === null ? read : { ...read, name: `${prefix}${read.name}`.toUpperCase(), holder: null }));
}

/** `name: type = default`; `holder` is set where the field's own name is the variable's. */
function fieldAt(tokens: readonly Token[], i: number): EnvRead {
  const token = tokens[i]!;
  let end = i + 2;
  for (let open = 0; end < tokens.length && (open > 0 || tokens[end]!.line === token.line); end++) open += isMark(tokens[end], '(', '[', '{') ? 1 : isMark(tokens[end], ')', ']', '}') ? -1 : 0;
  const rest = tokens.slice(i + 2, end);
  const equals = rest.findIndex((next) => isMark(next, '='));
  const value = rest[equals + 1];
  const absent = rest.some((next) => next.text === 'Optional' || next.text === 'None');
  const field = equals >= 0 && value?.text === 'Field';
  const given = (name: string) => rest.findIndex((next, at) => at > equals && next.text === name && isMark(rest[at + 1], '='));
  const named = field ? ['validation_alias', 'alias', 'env'].map(given).find((at) => at > 0) : undefined;
  const alias = named === undefined ? undefined : rest.slice(named + 2, named + 5).find((next) => next.kind === 'string')?.text;
  const fallback = field ? (given('default') > 0 ? rest[given('default') + 2] : isMark(rest[equals + 3], '...', ')') || isMark(rest[equals + 4], '=') ? undefined : rest[equals + 3]) : rest.length === equals + 2 ? value : undefined;
  const written = equals >= 0 && (fallback?.kind === 'string' || fallback?.kind === 'number') ? fallback.text : null;
  const open = equals >= 0 && (!field || fallback !== undefined || given('default_factory') > 0);
  return { name: alias ?? token.text.toUpperCase(), line: token.line, default: written, optional: open || absent, required: !open && !absent, holder: alias === undefined ? token.text : null };
}

/** `environ.Env(DEBUG=(bool, False))` of django-environ: types and defaults of what is read elsewhere. */
function environTable(tokens: readonly Token[]): EnvRead[] {
  return tokens.flatMap((token, i) => {
    if (token.text !== 'Env' || !isMark(tokens[i + 1], '(')) return [];
    const inside = tokens.slice(i + 2, closerOf(tokens, i + 1));
    return inside.flatMap((name, at) => {
      if (name.kind !== 'word' || !envName.test(name.text) || !isMark(inside[at + 1], '=') || !isMark(inside[at + 2], '(')) return [];
      const value = inside[at + 5];
      return [{ name: name.text, line: name.line, default: value && (value.kind !== 'word' || /^(True|False)$/.test(value.text)) && value.kind !== 'mark' ? value.text.toLowerCase() : null, optional: true, required: false, holder: null }];
    });
  });
}

/** `${NAME:default}` as Spring, Quarkus and Micronaut resolve it from the environment, and `${?NAME}` of HOCON, which replaces what stands above when it is set. */
export function placeholders(text: string, line: number): EnvRead[] {
  return [...text.matchAll(/\$\{(\??)([A-Za-z_][\w.-]*)(?::([^${}]*))?\}/g)]
    .filter((match) => envName.test(match[2]!))
    .map((match) => ({ name: match[2]!, line, default: match[3] ?? null, optional: match[1] !== '' || match[3] !== undefined, required: match[1] === '' && match[3] === undefined, holder: null }));
}

/** `#[arg(env = "PORT", default_value = "8080")]`, `#[envconfig(from = "PORT", default = "8080")]`. */
function clap(tokens: readonly Token[]): EnvRead[] {
  return tokens.flatMap((token, i) => {
    const isEnvconfig = token.text === 'from' && tokens[i - 2]?.text === 'envconfig';
    if (token.text !== 'env' && !isEnvconfig || !isMark(tokens[i + 1], '=') || tokens[i + 2]?.kind !== 'string') return [];
    const around = tokens.slice(i - 12 < 0 ? 0 : i - 12, i + 14);
    const at = around.findIndex((next) => /^default(_value(_t)?)?$/.test(next.text));
    const value = at >= 0 ? around[at + 2] : undefined;
    return [{ name: tokens[i + 2]!.text, line: token.line, default: value && value.kind !== 'word' ? value.text : null, optional: at >= 0, required: false, holder: null }];
  });
}
