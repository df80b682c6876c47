import type { Token } from '../syntax/lexer.ts';
import { closerOf, columnOf, isMark } from '../syntax/match.ts';
import type { Structs } from './env-structs.ts';
import type { Field, Fill, Shape } from './env-shapes.ts';

/** Classes that fill themselves from the environment: pydantic's `BaseSettings`, and what people call their own that build on it. */
const settingsBase = /^(?:\w*BaseSettings|Base\w*Settings|GoodConf)$/;

interface Class {
  name: string;
  bases: readonly string[];
  /** Its decorators' tokens. */
  about: readonly Token[];
  fields: Field[];
  prefix: string | undefined;
  delimiter: string | null;
  line: number;
}

/** Classes of Python with typed fields, and what fills them from the environment: pydantic, environ-config, typed-settings and django-configurations. */
export function structsOfPython(tokens: readonly Token[], text: string): Structs {
  const classes = classesIn(tokens, text);
  const enums = new Set(classes.flatMap(({ name, bases }) => (bases.some((base) => /Enum$/.test(base)) ? [name] : [])));
  const settings = new Map<string, Class>();
  // What other files of the app derive from it is called after it.
  const usesPydantic = tokens.some(({ text: word }) => word === 'pydantic' || word === 'pydantic_settings');
  for (const one of classes) if (one.bases.some((base) => settingsBase.test(base) || settings.has(base) || usesPydantic && /\wSettings$/.test(base) && !classes.some(({ name }) => name === base))) settings.set(one.name, one);
  const inner = new Set([...settings.values()].flatMap(({ fields, delimiter }) => (delimiter === null ? [] : fields.map(({ type }) => type))));
  const instantiated = new Set(tokens.flatMap((token, i) => (token.kind === 'word' && settings.has(token.text) && isMark(tokens[i + 1], '(') && tokens[i - 1]?.text !== 'class' ? [token.text] : [])));
  const types = new Set(classes.flatMap(({ fields }) => fields.map(({ type }) => type)));
  const fills: Fill[] = [];
  for (const one of settings.values()) {
    if (!inner.has(one.name) || instantiated.has(one.name)) fills.push({ type: one.name, prefix: (one.prefix ?? '').toUpperCase(), separator: one.delimiter, naming: 'upper', line: one.line });
    // A settings class within another reads by its own names.
    if (one.delimiter === null) one.fields = one.fields.filter(({ type }) => !settings.has(type));
  }
  for (const one of classes) {
    const prefix = decoratedPrefix(one);
    if (prefix !== undefined && !types.has(one.name)) fills.push({ type: one.name, prefix, separator: '_', naming: 'upper', line: one.line });
    if (one.bases.some((base) => /Configuration$/.test(base)) && one.fields.some(({ keys }) => keys['django'] !== undefined)) fills.push({ type: one.name, prefix: '', separator: null, naming: 'tagged', key: 'django', line: one.line });
  }
  fills.push(...loaded(tokens));
  return { shapes: classes.filter(({ fields }) => fields.length > 0).map(({ name, fields }): Shape => ({ name, fields })), enums, fills };
}

/** `@environ.config(prefix="SHOP")` of environ-config; undefined for other classes. */
function decoratedPrefix({ about }: Class): string | undefined {
  const at = about.findIndex(({ text }, i) => text === 'environ' && isMark(about[i + 1], '.') && about[i + 2]?.text === 'config');
  if (at < 0) return undefined;
  const given = about.findIndex(({ text }, i) => text === 'prefix' && isMark(about[i + 1], '='));
  const prefix = given < 0 ? 'APP' : about[given + 2]!.kind === 'string' ? about[given + 2]!.text : '';
  return prefix === '' ? '' : `${prefix.toUpperCase()}_`;
}

/** `ts.load(Settings, appname="shop")` of typed-settings. */
function loaded(tokens: readonly Token[]): Fill[] {
  if (!tokens.some(({ text }) => text === 'typed_settings')) return [];
  return tokens.flatMap((token, i) => {
    if (!/^load(?:_settings)?$/.test(token.text) || !isMark(tokens[i + 1], '(') || tokens[i + 2]?.kind !== 'word') return [];
    const given = tokens.slice(i + 3, closerOf(tokens, i + 1, 60));
    const at = given.findIndex(({ text }, place) => text === 'appname' && isMark(given[place + 1], '='));
    const name = at < 0 ? undefined : given[at + 2]?.text;
    return name === undefined ? [] : [{ type: tokens[i + 2]!.text, prefix: `${name.replaceAll('-', '_').toUpperCase()}_`, separator: '_', naming: 'upper' as const, line: token.line }];
  });
}

function classesIn(tokens: readonly Token[], text: string): Class[] {
  const classes: Class[] = [];
  const isSecond = tokens.some(({ text: word }) => word === 'pydantic_settings');
  const around: { column: number; body: number | undefined; class: Class }[] = [];
  let about: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (i > 0 && tokens[i - 1]!.line === token.line) continue;
    const column = columnOf(token, text);
    const end = endOfLine(tokens, i);
    while (around.length > 0 && around.at(-1)!.column >= column) around.pop();
    const own = around.at(-1);
    if (own) own.body ??= column;
    const isOwn = own?.body === column;
    if (isMark(token, '@')) about.push(...tokens.slice(i, end));
    else if (token.text === 'class' && tokens[i + 1]?.kind === 'word') {
      const name = tokens[i + 1]!.text;
      if (!(name === 'Config' && isOwn)) {
        const bases = isMark(tokens[i + 2], '(') ? tokens.slice(i + 3, closerOf(tokens, i + 2, 60)).filter(({ kind }) => kind === 'word').map(({ text: base }) => base) : [];
        const one: Class = { name, bases, about, fields: [], prefix: undefined, delimiter: null, line: token.line };
        classes.push(one);
        around.push({ column, body: undefined, class: one });
      }
      about = [];
    } else {
      if (own) optionsIn(own.class, tokens, i, end);
      if (own && isOwn && token.kind === 'word' && isMark(tokens[i + 1], ':', '=')) {
        const field = fieldAt(own.class, tokens, i, end, isSecond);
        if (field) own.class.fields.push(field, ...alsoCalled(field, tokens, i, end));
      }
      about = [];
    }
    i = end - 1;
  }
  return classes;
}

/** Where a statement ends that begins at `i`: brackets run over lines. */
function endOfLine(tokens: readonly Token[], i: number): number {
  let end = i + 1;
  for (let open = isMark(tokens[i], '(', '[', '{') ? 1 : 0; end < tokens.length && (open > 0 || tokens[end]!.line === tokens[i]!.line); end++) open += isMark(tokens[end], '(', '[', '{') ? 1 : isMark(tokens[end], ')', ']', '}') ? -1 : 0;
  return end;
}

function optionsIn(one: Class, tokens: readonly Token[], i: number, end: number): void {
  for (let at = i; at < end; at++) {
    const value = isMark(tokens[at + 1], '=', ':') && tokens[at + 2]?.kind === 'string' ? tokens[at + 2]!.text : undefined;
    const option = tokens[at]!.text;
    if (option === 'env_prefix' && value !== undefined) one.prefix = value;
    if (option === 'env_nested_delimiter' && value !== undefined) one.delimiter = value;
  }
}

/** What a type has around the one that matters. */
const wrapping = /^(?:Optional|Annotated|Union|None|typing|t)$/;
/** Tokens of a type that are looked at. */
const longestType = 40;
const notRead = /^(?:ClassVar|Final|PrivateAttr|computed_field)$/;

/** `name: type = default`, and without a type where the class takes that; undefined for what is no field. */
function fieldAt({ bases }: Class, tokens: readonly Token[], i: number, end: number, isSecond: boolean): Field | undefined {
  const token = tokens[i]!;
  const rest = tokens.slice(i + 2, end);
  const isTyped = isMark(tokens[i + 1], ':');
  if (token.text === 'model_config' || token.text.startsWith('_') || rest.some(({ text }) => notRead.test(text))) return undefined;
  if (!isTyped) return untyped(bases, token, rest, isSecond);
  const equals = rest.findIndex((next) => isMark(next, '='));
  const value = rest[equals + 1];
  const absent = rest.some((next) => next.text === 'Optional' || next.text === 'None');
  const isField = equals >= 0 && /^(?:Field|field|option|ib|attrib)$/.test(value?.text ?? '');
  const given = (name: string) => rest.findIndex((next, at) => at > equals && next.text === name && isMark(rest[at + 1], '='));
  const named = isField ? ['validation_alias', 'alias', 'env'].map(given).find((at) => at > 0) : undefined;
  const alias = named === undefined ? undefined : rest.slice(named + 2, named + 5).find((next) => next.kind === 'string')?.text;
  const fallback = isField ? (given('default') > 0 ? rest[given('default') + 2] : isMark(rest[equals + 3], '...', ')') || isMark(rest[equals + 4], '=') ? undefined : rest[equals + 3]) : rest.length === equals + 2 ? value : undefined;
  const written = equals >= 0 && (fallback?.kind === 'string' || fallback?.kind === 'number') ? fallback.text : null;
  const isOpen = equals >= 0 && (!isField || fallback !== undefined || given('default_factory') > 0);
  const type = rest.slice(0, equals < 0 ? longestType : Math.min(equals, longestType)).findLast((next, at, all) => next.kind === 'word' && !wrapping.test(next.text) && !all.slice(0, at).some((before) => isMark(before, '[') && !/^(?:Optional|Annotated|Union)$/.test(all[0]!.text)))?.text ?? 'str';
  return { name: token.text, type, line: token.line, optional: isOpen || absent, required: !isOpen && !absent, default: written, keys: alias === undefined ? {} : { env: alias.toUpperCase() === alias ? alias : alias.toUpperCase() } };
}

/** The further names of `validation_alias=AliasChoices("A", "B")`. */
function alsoCalled(field: Field, tokens: readonly Token[], i: number, end: number): Field[] {
  const at = tokens.slice(i, end).findIndex(({ text }) => text === 'AliasChoices');
  if (at < 0) return [];
  const names = tokens.slice(i + at + 1, closerOf(tokens, i + at + 1, 60)).filter(({ kind }) => kind === 'string').slice(1);
  return names.map(({ text }) => ({ ...field, optional: true, required: false, keys: { env: text.toUpperCase() } }));
}

/** `SA_LOGS = False` of the first pydantic, `host = environ.var()`, `db = environ.group(DB)`, `KEY = values.SecretValue()`. */
function untyped(bases: readonly string[], token: Token, rest: readonly Token[], isSecond: boolean): Field | undefined {
  const field = (type: string, keys: Record<string, string> = {}, optional = true): Field => ({ name: token.text, type, line: token.line, optional, default: null, keys });
  const called = rest.findIndex((next) => isMark(next, '('));
  const maker = rest[called - 1]?.text ?? '';
  if (rest[0]?.text === 'environ') return maker === 'group' ? field(rest[called + 1]?.text ?? '') : /var$/.test(maker) ? field('str', {}, rest.length > called + 2) : undefined;
  if (rest[0]?.text === 'values' && /Value$/.test(maker)) {
    const option = (name: string) => rest.findIndex((next, at) => next.text === name && isMark(rest[at + 1], '='));
    const prefix = option('environ_prefix') < 0 ? 'DJANGO_' : rest[option('environ_prefix') + 2]?.kind === 'string' ? `${rest[option('environ_prefix') + 2]!.text}_` : '';
    const name = option('environ_name') < 0 ? token.text : rest[option('environ_name') + 2]!.text;
    return field('str', { django: `${prefix}${name}` });
  }
  const isLiteral = rest.length === 1 && (rest[0]!.kind !== 'mark' && rest[0]!.kind !== 'word' || /^(?:True|False)$/.test(rest[0]!.text));
  const isFirst = bases.some((base) => settingsBase.test(base)) && !isSecond;
  return isFirst && isLiteral ? { ...field('str'), default: rest[0]!.kind === 'word' ? rest[0]!.text.toLowerCase() : rest[0]!.text } : undefined;
}
