import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import type { Structs } from './env-structs.ts';
import type { Field, Fill, Shape } from './env-shapes.ts';

/** A library of Kotlin or Scala that fills classes, the word by which a file has it read the environment, and where the class is named. */
interface Filler {
  reads: RegExp;
  asked: RegExp;
  separator: string;
}

const fillers: Readonly<Record<string, readonly Filler[]>> = {
  kotlin: [{ reads: /^(?:addEnvironmentSource|EnvironmentVariablesPropertySource)$/, asked: /^(?:loadConfigOrThrow|loadConfig|configLoader)$/, separator: '_' }],
  scala: [{ reads: /^(?:envProvider|fromSystemEnv|fromEnv|EnvironmentVariablesConfigSource)$/, asked: /^(?:deriveConfig|descriptor|DeriveConfig|config|magnolia)$/, separator: '_' }],
};

/** Data classes of Kotlin and case classes of Scala, records of Haskell, and what fills them from the environment. */
export function recordsOf(language: string, tokens: readonly Token[]): Structs {
  if (language === 'haskell') return ofHaskell(tokens);
  const shapes: Shape[] = [];
  const enums = new Set<string>();
  const fills: Fill[] = [];
  for (const [i, { kind, text, line }] of tokens.entries()) {
    if (kind !== 'word') continue;
    if (text === 'enum' || text === 'sealed') enums.add(tokens.slice(i + 1, i + 4).find(({ text: word }) => /^[A-Z]/.test(word))?.text ?? '');
    if (text === 'class' && /^(?:data|case)$/.test(tokens[i - 1]?.text ?? '') && isMark(tokens[i + 2], '(')) shapes.push({ name: tokens[i + 1]!.text, fields: parameters(tokens, i + 2) });
    const filler = fills.length === 0 ? fillers[language]?.find(({ reads }) => reads.test(text)) : undefined;
    if (filler) fills.push({ type: typeAsked(tokens, filler.asked), prefix: '', separator: filler.separator, naming: 'parted', line });
  }
  return { shapes, enums, fills };
}

/** `loadConfigOrThrow<Config>()`, `deriveConfig[Config]`. */
function typeAsked(tokens: readonly Token[], asked: RegExp): string | undefined {
  const at = tokens.findIndex(({ text }, i) => asked.test(text) && isMark(tokens[i + 1], '<', '[') && tokens[i + 2]?.kind === 'word');
  return at < 0 ? undefined : tokens[at + 2]!.text;
}

function parameters(tokens: readonly Token[], open: number): Field[] {
  const fields: Field[] = [];
  const close = closerOf(tokens, open);
  let depth = 0;
  for (let i = open + 1; i < close; i++) {
    if (isMark(tokens[i], '(', '[', '{', '<')) depth++;
    else if (isMark(tokens[i], ')', ']', '}', '>')) depth--;
    const { kind, text, line } = tokens[i]!;
    if (depth > 0 || kind !== 'word' || !isMark(tokens[i + 1], ':') || tokens[i + 2]?.kind !== 'word') continue;
    const type = tokens[i + 2]!.text;
    const after = tokens.slice(i + 3, i + 5);
    const equals = after.findIndex((token) => isMark(token, '='));
    const value = equals < 0 ? undefined : tokens[i + 4 + equals];
    fields.push({ name: text, type, line, optional: equals >= 0 || type === 'Option' || isMark(after[0], '?'), default: value && (value.kind === 'string' || value.kind === 'number') ? value.text : null, keys: {} });
    i += 2;
  }
  return fields;
}

/** Records that envy fills: all their fields, where nothing says which names are read instead. */
function ofHaskell(tokens: readonly Token[]): Structs {
  const at = tokens.findIndex(({ text }, i) => text === 'gFromEnvCustom' || text === 'FromEnv' && (tokens[i - 1]?.text === 'instance' || isMark(tokens[i - 1], '(', ',')));
  const isEnvy = at >= 0 && tokens.some(({ text }, i) => text === 'Envy' && isMark(tokens[i - 1], '.'));
  const isWritten = tokens.some(({ text }, i) => text === 'fromEnv' && tokens[i - 1]?.line !== tokens[i]!.line);
  if (!isEnvy || isWritten) return { shapes: [], enums: new Set(), fills: [] };
  const shapes = tokens.flatMap((token, i): Shape[] => {
    if (!/^(?:data|newtype)$/.test(token.text) || !isMark(tokens[i + 2], '=') || !isMark(tokens[i + 4], '{')) return [];
    const fields: Field[] = [];
    for (let place = i + 5, end = closerOf(tokens, i + 4); place < end; place++) {
      const { kind, text, line } = tokens[place]!;
      const type = kind === 'word' && isMark(tokens[place + 1], '::') ? tokens[place + 2] : undefined;
      if (type) fields.push({ name: text, type: type.text, line, optional: type.text === 'Maybe', default: null, keys: {} });
    }
    return [{ name: tokens[i + 1]!.text, fields }];
  });
  return { shapes, enums: new Set(), fills: [{ type: undefined, prefix: '', separator: null, naming: 'parted', line: tokens[at]!.line }] };
}
