import type { Token } from '../syntax/lexer.ts';
import { closerOf, envName, isMark, nextMark } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';
import { inCapitals } from './env-names.ts';

/** Variables that are declared rather than read: struct tags, settings classes, placeholders and attributes. */
export function declaredReads(language: string, tokens: readonly Token[]): EnvRead[] {
  if (language === 'go') return goReads(tokens);
  if (language === 'python') return environTable(tokens);
  if (language === 'java' || language === 'kotlin') return tokens.flatMap((token) => (token.kind === 'string' ? placeholders(token.text, token.line, language === 'kotlin') : []));
  if (language === 'rust') return [...clap(tokens), ...macros(tokens)];
  if (language === 'swift') return providedReads(tokens);
  if (language === 'csharp' || language === 'fsharp') return [...indexed(tokens), ...(language === 'fsharp' ? records(tokens) : [])];
  if (language === 'elixir') return [...systemTuples(tokens), ...skogsra(tokens)];
  if (language === 'dart') return envied(tokens);
  if (language === 'php') return inTexts(tokens);
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

/**
 * `${NAME:default}` as Spring, Quarkus and Micronaut resolve it from the environment, `${env:NAME}` of picocli and Log4j, and `${?NAME}` of HOCON, which replaces what stands above when it is set.
 * With `escaped`, only `\${NAME}`: where the language fills in the others by itself.
 */
export function placeholders(text: string, line: number, escaped = false): EnvRead[] {
  return [...text.matchAll(/(\\?)\$\{(\??)(?:env:)?([A-Za-z_][\w.-]*)(?::([^${}]*))?\}/g)]
    .filter((match) => envName.test(match[3]!) && (!escaped || match[1] !== ''))
    .map(([whole, , ...groups]) => [whole, ...groups] as const)
    .map((match) => ({ name: match[2]!, line, default: match[3] ?? null, optional: match[1] !== '' || match[3] !== undefined, required: match[1] === '' && match[3] === undefined, holder: null }));
}

/** `#[arg(env = "PORT", default_value = "8080")]`, `#[envconfig(from = "PORT", default = "8080")]`. */
function clap(tokens: readonly Token[]): EnvRead[] {
  return tokens.flatMap((token, i) => {
    const isEnvconfig = token.text === 'from' && tokens[i - 2]?.text === 'envconfig';
    if (token.text === 'env' && isMark(tokens[i + 1], ',', ')')) return namedByField(tokens, i);
    if (token.text !== 'env' && !isEnvconfig || !isMark(tokens[i + 1], '=') || tokens[i + 2]?.kind !== 'string') return [];
    const around = tokens.slice(i - 12 < 0 ? 0 : i - 12, i + 14);
    const at = around.findIndex((next) => /^default(_value(_t)?)?$/.test(next.text));
    const value = at >= 0 ? around[at + 2] : undefined;
    return [{ name: tokens[i + 2]!.text, line: token.line, default: value && value.kind !== 'word' ? value.text : null, optional: at >= 0, required: false, holder: null }];
  });
}

/** `#[arg(long, env)] database_url: String` of clap: the variable is called as the field is. */
function namedByField(tokens: readonly Token[], i: number): EnvRead[] {
  let open = i - 1;
  while (open > i - 40 && open > 1 && !(isMark(tokens[open], '[') && isMark(tokens[open - 1], '#'))) open--;
  if (!isMark(tokens[open], '[') || !/^(?:arg|clap|structopt)$/.test(tokens[open + 1]?.text ?? '')) return [];
  let field = closerOf(tokens, open, 80) + 1;
  while (isMark(tokens[field], '#')) field = closerOf(tokens, field + 1, 80) + 1;
  while (tokens[field]?.text === 'pub' || isMark(tokens[field], '(', ')') || tokens[field]?.text === 'crate') field++;
  const about = tokens.slice(open, closerOf(tokens, open, 80));
  const at = about.findIndex(({ text }) => /^default_value(?:_t|_os)?$/.test(text));
  const name = tokens[field];
  return name?.kind === 'word' && isMark(tokens[field + 1], ':') ? [{ ...plain(inCapitals(name.text), name.line), default: at >= 0 && about[at + 2] && about[at + 2]!.kind !== 'word' ? about[at + 2]!.text : null, optional: at >= 0 || tokens[field + 2]?.text === 'Option' }] : [];
}

/** `app_env :port, :shop, [:http, :port]` of Skogsra reads `SHOP_HTTP_PORT`, unless `os_env` says another. */
function skogsra(tokens: readonly Token[]): EnvRead[] {
  return tokens.flatMap((token, i) => {
    if (token.text !== 'app_env' || !isMark(tokens[i + 1], ':')) return [];
    let end = i + 1;
    while (end < i + 40 && end < tokens.length && !(tokens[end]!.line > token.line && !isMark(tokens[end - 1], ','))) end++;
    const inside = tokens.slice(i + 4, end);
    if (inside.some(({ text }) => text === 'os_env')) return [];
    const names = inside.flatMap(({ kind, text }, at) => (kind === 'word' && isMark(inside[at - 1], ':') && !isMark(inside[at + 1], ':') ? [text] : []));
    const option = inside.findIndex(({ kind }, at) => kind === 'word' && isMark(inside[at + 1], ':'));
    const path = names.slice(0, option < 0 ? undefined : Math.max(2, inside.slice(0, option).filter((_, at) => isMark(inside[at], ':')).length));
    return path.length < 2 ? [] : [{ ...plain(inCapitals(path.join('_')), token.line), optional: inside.some(({ text }) => text === 'default') }];
  });
}

/** `@EnviedField() static const String apiKey`: the variable is called as the field is, in capitals where the class says so. */
function envied(tokens: readonly Token[]): EnvRead[] {
  const isParted = tokens.some(({ text }, i) => text === 'useConstantCase' && tokens[i + 2]?.text === 'true');
  return tokens.flatMap((token, i) => {
    if (token.text !== 'EnviedField' || !isMark(tokens[i + 1], '(')) return [];
    const close = closerOf(tokens, i + 1, 60);
    if (tokens.slice(i, close).some(({ text }) => text === 'varName')) return [];
    const equals = nextMark(tokens, close + 1, close + 12, '=');
    const name = equals < 0 ? undefined : tokens[equals - 1];
    return name?.kind === 'word' ? [plain(isParted ? inCapitals(name.text) : name.text, name.line)] : [];
  });
}

/** `%env(int:NAME)%` of Symfony in texts of PHP. */
function inTexts(tokens: readonly Token[]): EnvRead[] {
  return tokens.flatMap(({ kind, text, line }) => (kind === 'string' && text.includes('%env(') ? [...text.matchAll(/%env\((?:[\w.-]*:)*([A-Za-z_]\w*)\)%/g)].map((match) => plain(match[1]!, line)) : []));
}
