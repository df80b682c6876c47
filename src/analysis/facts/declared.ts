import type { Token } from '../syntax/lexer.ts';
import { closerOf, envName, isMark } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';

/** Variables that are declared rather than read: struct tags, settings classes, placeholders and attributes. */
export function declaredReads(language: string, tokens: readonly Token[]): EnvRead[] {
  if (language === 'go') return tokens.flatMap((token) => (token.kind === 'string' ? goTag(token, tokens) : []));
  if (language === 'python') return [...pydantic(tokens), ...environTable(tokens)];
  if (language === 'java' || language === 'kotlin') return tokens.flatMap((token) => (token.kind === 'string' ? placeholders(token.text, token.line) : []));
  if (language === 'rust') return clap(tokens);
  return [];
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

/** `#[arg(env = "PORT", default_value = "8080")]`. */
function clap(tokens: readonly Token[]): EnvRead[] {
  return tokens.flatMap((token, i) => {
    if (token.text !== 'env' || !isMark(tokens[i + 1], '=') || tokens[i + 2]?.kind !== 'string') return [];
    const around = tokens.slice(i - 12 < 0 ? 0 : i - 12, i + 14);
    const at = around.findIndex((next) => /^default_value(_t)?$/.test(next.text));
    const value = at >= 0 ? around[at + 2] : undefined;
    return [{ name: tokens[i + 2]!.text, line: token.line, default: value && value.kind !== 'word' ? value.text : null, optional: at >= 0, required: false, holder: null }];
  });
}
