import type { Token } from '../syntax/lexer.ts';
import { envName, isMark } from '../syntax/match.ts';
import type { EnvRead } from './env.ts';

/** Variables that are declared rather than read: struct tags, settings classes, placeholders and attributes. */
export function declaredReads(language: string, tokens: readonly Token[]): EnvRead[] {
  if (language === 'go') return tokens.flatMap((token) => (token.kind === 'string' ? goTag(token) : []));
  if (language === 'python') return pydantic(tokens);
  if (language === 'java' || language === 'kotlin') return tokens.flatMap((token) => (token.kind === 'string' ? placeholders(token.text, token.line) : []));
  if (language === 'rust') return clap(tokens);
  return [];
}

/** `env:"PORT,required" envDefault:"8080"`, `envconfig:"PORT" default:"8080"`. */
function goTag(token: Token): EnvRead[] {
  const name = /\benv(?:config)?:"([A-Z][A-Z0-9_]*)((?:,[^"]*)?)"/.exec(token.text);
  if (!name) return [];
  const value = /\b(?:envDefault|env-default|default):"([^"]*)"/.exec(token.text)?.[1] ?? null;
  const required = value === null && (/required|notEmpty/.test(name[2]!) || /\b(env-)?required:"true"/.test(token.text));
  return [{ name: name[1]!, line: token.line, default: value, optional: value !== null, required, holder: null }];
}

/** Fields of a class that derives from `BaseSettings`: the variable is the field's name in capitals. */
function pydantic(tokens: readonly Token[]): EnvRead[] {
  const start = tokens.findIndex((token, i) => token.text === 'BaseSettings' && isMark(tokens[i - 1], '(') && tokens[i - 3]?.text === 'class');
  if (start < 0) return [];
  const reads: EnvRead[] = [];
  let depth = 0;
  for (let i = start + 3; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (isMark(token, '(', '[', '{')) depth++;
    if (isMark(token, ')', ']', '}')) depth--;
    const first = tokens[i - 1]!.line !== token.line;
    if (depth === 0 && first && (token.text === 'class' || token.text === 'def' || token.text === '@')) break;
    if (depth !== 0 || !first || token.kind !== 'word' || !isMark(tokens[i + 1], ':') || token.text === 'model_config') continue;
    const rest = tokens.slice(i + 2, i + 40).filter((next) => next.line === token.line);
    const equals = rest.findIndex((next) => isMark(next, '='));
    const value = rest[equals + 1];
    const written = equals >= 0 && rest.length === equals + 2 && (value?.kind === 'string' || value?.kind === 'number') ? value.text : null;
    reads.push({ name: token.text.toUpperCase(), line: token.line, default: written, optional: equals >= 0 || rest.some((next) => next.text === 'Optional' || next.text === 'None'), required: equals < 0 && !rest.some((next) => next.text === 'Optional' || next.text === 'None'), holder: null });
  }
  return reads.filter((read) => envName.test(read.name));
}

/** `${NAME:default}` as Spring, Quarkus and Micronaut resolve it from the environment. */
export function placeholders(text: string, line: number): EnvRead[] {
  return [...text.matchAll(/\$\{([A-Za-z_][\w.-]*)(?::([^${}]*))?\}/g)]
    .filter((match) => envName.test(match[1]!))
    .map((match) => ({ name: match[1]!, line, default: match[2] ?? null, optional: match[2] !== undefined, required: match[2] === undefined, holder: null }));
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
