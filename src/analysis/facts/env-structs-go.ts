import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import type { Structs } from './env-structs.ts';
import type { Field, Fill, Shape } from './env-shapes.ts';

/** A library of Go that fills structs by their fields' names. */
interface Filler {
  /** A part of its import path. */
  imports: string;
  call: RegExp;
  /** The name that a tag gives a field, which is read where none does too unless the naming is `tagged`. */
  key: string;
  naming: Fill['naming'];
  /** Between the prefix and a name. */
  after: string;
  separator: string;
}

const fillers: readonly Filler[] = [
  { imports: 'kelseyhightower/envconfig', call: /^(?:Process|MustProcess|CheckDisallowed)$/, key: 'envconfig', naming: 'upper', after: '_', separator: '_' },
  { imports: 'ardanlabs/conf', call: /^(?:Parse|ParseOSArgs)$/, key: 'confkey', naming: 'parted', after: '_', separator: '_' },
  { imports: 'vrischmann/envconfig', call: /^(?:Init|InitWithPrefix)$/, key: 'envconfig', naming: 'parted', after: '_', separator: '_' },
  { imports: 'codingconcepts/env', call: /^Set$/, key: 'env', naming: 'tagged', after: '', separator: '_' },
];

/** Structs of Go, and what fills them from the environment. */
export function structsOfGo(tokens: readonly Token[]): Structs {
  const fills = fillsIn(tokens);
  const shapes: Shape[] = [];
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'word' || text !== 'struct' || !isMark(tokens[i + 1], '{')) continue;
    // `type Config struct {`, `var config struct {`, `config := struct {`
    const name = tokens[i - 2]?.text === 'type' || tokens[i - 2]?.text === 'var' ? tokens[i - 1] : isMark(tokens[i - 1], ':=', '=') ? tokens[i - 2] : undefined;
    if (name?.kind === 'word') shapes.push({ name: name.text, fields: fieldsIn(tokens, i + 1, 0) });
  }
  return { shapes, enums: new Set(), fills };
}

function fieldsIn(tokens: readonly Token[], open: number, depth: number): Field[] {
  const fields: Field[] = [];
  const close = closerOf(tokens, open);
  for (let i = open + 1; i < close; i++) {
    const { kind, text, line } = tokens[i]!;
    if (kind !== 'word' || tokens[i - 1]!.line === line && !isMark(tokens[i - 1], ';', '{')) continue;
    const inner = tokens[i + 1]?.text === 'struct' && isMark(tokens[i + 2], '{') && depth < 4 ? i + 2 : -1;
    const end = inner > 0 ? closerOf(tokens, inner) + 1 : endOfField(tokens, i, close);
    const tag = tokens[inner > 0 ? end : end - 1];
    const keys = tag?.kind === 'string' && tag.line === tokens[end - 1]!.line ? keysIn(tag.text) : {};
    const words = tokens.slice(i, inner > 0 ? i + 1 : end).filter((token) => token.kind === 'word');
    // `Embedded`, `pkg.Embedded`: one name, or two with a point between.
    const isEmbedded = inner < 0 && (words.length === 1 || words.length === 2 && isMark(tokens[i + 1], '.'));
    const isLeftOut = keys['ignored'] === 'true' || !/^[A-Z]/.test(isEmbedded ? words.at(-1)!.text : text);
    if (!isLeftOut) fields.push({ name: isEmbedded ? words.at(-1)!.text : text, type: inner > 0 ? '' : isMark(tokens[i + 1], '[') ? 'list' : words.at(-1)!.text, line, optional: keys['default'] !== undefined, default: keys['default'] ?? null, keys: isEmbedded ? { ...keys, embedded: 'true' } : keys, ...(inner > 0 ? { fields: fieldsIn(tokens, inner, depth + 1) } : {}) });
    i = Math.max(i, end - 1);
  }
  return fields;
}

function endOfField(tokens: readonly Token[], i: number, close: number): number {
  let end = i + 1;
  while (end < close && tokens[end]!.line === tokens[i]!.line && !isMark(tokens[end], ';')) end++;
  return end;
}

const tagged = /\b(envconfig|mapstructure|koanf|split_words|ignored|default|env):"([^"]*)"/g;

function keysIn(tag: string): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [, key, value] of tag.matchAll(tagged)) {
    const [name, ...options] = value!.split(',');
    if (key === 'split_words') keys['split'] = value!;
    else if (key === 'mapstructure' && options.includes('squash')) keys['embedded'] = 'true';
    else if (key !== 'env' && name !== '') keys[key!] = key === 'default' ? value! : name!;
  }
  return keys;
}

/** More than these fill no structs of one file. */
const mostFills = 8;

function fillsIn(tokens: readonly Token[]): Fill[] {
  const fills: Fill[] = [];
  const imported = (path: string): boolean => tokens.some(({ kind, text }) => kind === 'string' && text.includes(path));
  const used = fillers.filter(({ imports }) => imported(imports));
  const usesKoanf = imported('knadh/koanf');
  for (const [i, { kind, text, line }] of tokens.entries()) {
    if (fills.length >= mostFills) break;
    if (kind !== 'word' || !isMark(tokens[i - 1], '.') && text !== 'UseFieldNameByDefault') continue;
    const filler = isMark(tokens[i + 1], '(') ? used.find(({ call }) => call.test(text)) : undefined;
    if (filler) {
      const given = tokens.slice(i + 2, closerOf(tokens, i + 1, 40));
      const prefix = given.find((token) => token.kind === 'string')?.text ?? '';
      fills.push({ type: typeOf(tokens, i, given.filter((token) => token.kind === 'word').at(-1)?.text), prefix: prefix === '' ? '' : `${prefix.toUpperCase()}${filler.after}`, separator: filler.separator, naming: filler.naming, key: filler.key, line });
    }
    if (text === 'AutomaticEnv') fills.push(ofViper(tokens, line));
    if (text === 'Provider' && tokens[i - 2]?.text === 'env' && usesKoanf) fills.push(ofKoanf(tokens, i));
    if (text === 'UseFieldNameByDefault') fills.push({ type: typeAsked(tokens), prefix: prefixIn(tokens), separator: null, naming: 'parted', line });
  }
  return fills;
}

/** Viper: keys of `mapstructure`, by which it knows what to unmarshal. */
function ofViper(tokens: readonly Token[], line: number): Fill {
  const setter = tokens.findIndex(({ text }) => text === 'SetEnvPrefix');
  const prefix = setter >= 0 && tokens[setter + 2]?.kind === 'string' ? `${tokens[setter + 2]!.text.toUpperCase()}_` : '';
  const replaced = tokens.findIndex(({ text }) => text === 'SetEnvKeyReplacer');
  const [, by] = replaced < 0 ? [] : tokens.slice(replaced, replaced + 16).filter(({ kind }) => kind === 'string');
  const unmarshal = tokens.findIndex(({ text }) => /^Unmarshal(?:Exact)?$/.test(text));
  const target = unmarshal < 0 ? undefined : tokens.slice(unmarshal + 2, closerOf(tokens, unmarshal + 1, 12)).findLast(({ kind }) => kind === 'word')?.text;
  return { type: unmarshal < 0 ? undefined : typeOf(tokens, unmarshal, target), prefix, separator: by?.text ?? null, naming: 'tagged', key: 'mapstructure', line };
}

/** Koanf: `env.Provider("APP_", ".", …)`, whose function says what stands between names. */
function ofKoanf(tokens: readonly Token[], i: number): Fill {
  const given = tokens.slice(i + 2, closerOf(tokens, i + 1, 120)).filter(({ kind }) => kind === 'string').map(({ text }) => text);
  return { type: undefined, prefix: /^[A-Z][A-Z0-9_]*$/.test(given[0] ?? '') ? given[0]! : '', separator: given.includes('__') ? '__' : '_', naming: 'tagged', key: 'koanf', line: tokens[i]!.line };
}

function typeAsked(tokens: readonly Token[]): string | undefined {
  const at = tokens.findIndex(({ text }) => /^Parse(?:AsWithOptions|WithOptions)$/.test(text));
  if (at < 0) return undefined;
  if (isMark(tokens[at + 1], '[')) return tokens.slice(at + 2, closerOf(tokens, at + 1, 8)).at(-1)?.text;
  return typeOf(tokens, at, tokens.slice(at + 2, at + 4).findLast(({ kind }) => kind === 'word')?.text);
}

function prefixIn(tokens: readonly Token[]): string {
  const at = tokens.findIndex(({ text }, i) => text === 'Prefix' && isMark(tokens[i + 1], ':') && tokens[i + 2]?.kind === 'string');
  return at < 0 ? '' : tokens[at + 2]!.text;
}

/** The type of a variable that is spoken of at `i`; the variable itself where its type is written with it; undefined when it is not said before. */
function typeOf(tokens: readonly Token[], i: number, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  for (let at = i - 1; at > i - 600 && at >= 0; at--) {
    if (tokens[at]!.kind !== 'word' || tokens[at]!.text !== name) continue;
    let place = isMark(tokens[at + 1], ':=', '=') ? at + 2 : at + 1;
    if (place === at + 1 && tokens[at - 1]?.text !== 'var' && !isMark(tokens[at + 1], '*') && !isMark(tokens[at - 1], '(', ',')) continue;
    if (tokens[place]?.text === 'struct') return name;
    if (tokens[place]?.text === 'new') place += 2;
    while (isMark(tokens[place], '&', '*')) place++;
    while (isMark(tokens[place + 1], '.') && tokens[place + 2]?.kind === 'word') place += 2;
    const found = tokens[place];
    if (found?.kind === 'word' && /^[A-Za-z]/.test(found.text) && (isMark(tokens[place + 1], '{', ')', ',') || tokens[place + 1]?.line !== found.line)) return found.text;
  }
  return undefined;
}
