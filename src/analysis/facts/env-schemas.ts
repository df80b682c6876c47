import type { Token } from '../syntax/lexer.ts';
import { closerOf, envName, isMark } from '../syntax/match.ts';
import { literal } from './env-fallbacks.ts';
import type { EnvRead } from './env-read.ts';

/** Words by which a file shows that a schema in it is one of the environment. */
const schemaWords = new Set(['validationSchema', 'createEnv', 'cleanEnv', 'envsafe', 'envSchema', 'EnvSchema', 'experimental__runtimeEnv', 'env-schema', '@fastify/env', 'fastify-env']);

/** Variables that a schema declares: zod, envalid and the like over `process.env`. */
export function schemaReads(tokens: readonly Token[]): EnvRead[] {
  const about = tokens.some((token, i) => (token.text === 'process' && tokens[i + 2]?.text === 'env' && !isMark(tokens[i + 3], '.', '[')) || schemaWords.has(token.text));
  if (!about) return [];
  const reads: EnvRead[] = [];
  for (let i = 0; i + 3 < tokens.length; i++) {
    const key = tokens[i]!;
    if (key.kind !== 'word' || !envName.test(key.text) || !isMark(tokens[i + 1], ':') || !isMark(tokens[i - 1], '{', ',')) continue;
    const validator = tokens[i + 2]!;
    if (validator.kind !== 'word' || !/^(z|v|t|s|Joi|joi|yup|str|num|port|url|bool|host|email|json|Type|Schema)$/.test(validator.text)) continue;
    const end = valueEnd(tokens, i + 2);
    const value = tokens.slice(i + 2, end);
    const at = value.findIndex((token) => token.text === 'default' || token.text === 'catch' || token.text === 'devDefault');
    const optional = at >= 0 || value.some((token) => /^(optional|nullish|nullable)$/.test(token.text));
    reads.push({ name: key.text, line: key.line, default: at >= 0 ? literal(value[at + 2]) : null, optional, required: !optional && (!/^(Joi|joi|yup)$/.test(validator.text) || value.some((token) => token.text === 'required')), holder: null });
  }
  return reads;
}

function valueEnd(tokens: readonly Token[], start: number): number {
  for (let i = start; i < tokens.length; i++) {
    if (isMark(tokens[i], '(', '[', '{')) i = closerOf(tokens, i);
    else if (isMark(tokens[i], ',', '}')) return i;
  }
  return tokens.length;
}
