import type { Token } from '../syntax/lexer.ts';
import { closerOf, envName, isMark, nextMark } from '../syntax/match.ts';
import { inCapitals } from './env-names.ts';
import { literal } from './env-fallbacks.ts';
import type { EnvRead } from './env-read.ts';

/** Words by which a file shows that a schema in it is one of the environment. */
const schemaWords = new Set(['validationSchema', 'createEnv', 'cleanEnv', 'envsafe', 'experimental__runtimeEnv', 'env-schema', '@fastify/env', 'fastify-env', 'arkenv', 'envField', '@yolk-oss/elysia-env', '@adonisjs/core/env', '@ioc:Adonis/Core/Env', 'znv', 'parseEnv']);

/** What a schema of the environment is called where another file reads it: `envSchema`, `EnvironmentValidation`, `env_vars_schema`. */
const schemaName = /^_?(?:server|client|app|base|raw|config)?_?env(?:ironment)?_?(?:vars?|variables?)?_?(?:(?:joi|zod)?_?schema|validation(?:_?schema)?|validator|rules)$/i;

/** What says of which kind a variable is. */
const validators = /^(z|v|t|s|Joi|joi|yup|y|str|string|num|number|port|url|bool|boolean|host|email|json|makeValidator|testOnly|Type|Schema|Env|envField|optional|defaulted|nonempty|enums|integer|coerce|d|S)$/;

/** Variables that a schema declares: zod, envalid and the like over `process.env`. */
export function schemaReads(language: string, tokens: readonly Token[]): EnvRead[] {
  if (language !== 'typescript' && language !== 'javascript') return [];
  const about = tokens.some((token, i) => ((token.text === 'process' || token.text === 'Bun') && tokens[i + 2]?.text === 'env' && !isMark(tokens[i + 3], '.', '[', '?.')) || schemaWords.has(token.text) || schemaName.test(token.text));
  const reads: EnvRead[] = [...validatedClasses(tokens), ...runtimeConfig(tokens)];
  if (!about) return reads;
  const isByText = tokens.some(({ text }) => text === 'arktype' || text === 'arkenv');
  for (let i = 0; i + 3 < tokens.length; i++) {
    const key = tokens[i]!;
    const name = key.kind === 'string' ? key.text.replace(/\?$/, '') : key.text;
    if (key.kind === 'mark' || !envName.test(name) || !isMark(tokens[i + 1], ':') || !isMark(tokens[i - 1], '{', ',')) continue;
    const validator = tokens[i + 2]!;
    // `PORT: z.number()`, `PORT: 'number.port'` of ArkType, `PORT: { type: 'string' }` of a JSON schema.
    const isKind = validator.kind === 'word' ? validators.test(validator.text) && (isMark(tokens[i + 3], '.', '(')) : validator.kind === 'string' ? isByText : isMark(validator, '{') && tokens[i + 3]?.text === 'type' && isMark(tokens[i + 4], ':');
    if (!isKind) continue;
    const end = valueEnd(tokens, i + 2);
    const value = tokens.slice(i + 2, end);
    const at = value.findIndex((token) => token.text === 'default' || token.text === 'catch' || token.text === 'devDefault');
    // Envalid takes a `devDefault` where the app is developed only.
    const optional = (at >= 0 && value[at]!.text !== 'devDefault') || value.some((token) => /^(optional|nullish|nullable)$/.test(token.text));
    reads.push({ name, line: key.line, default: at >= 0 ? literal(value[at + 2]) : null, optional, required: !optional && (!/^(Joi|joi|yup)$/.test(validator.text) || value.some((token) => token.text === 'required')), holder: null });
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

/** Members of a class that class-validator checks the environment with: `class EnvironmentVariables { @IsNumber() PORT: number }`. */
function validatedClasses(tokens: readonly Token[]): EnvRead[] {
  if (!tokens.some(({ text }) => text === 'class-validator')) return [];
  return tokens.flatMap((token, i) => {
    if (token.text !== 'class' || !/env/i.test(tokens[i + 1]?.text ?? '')) return [];
    const open = nextMark(tokens, i + 1, i + 8, '{');
    if (open < 0) return [];
    const reads: EnvRead[] = [];
    for (let at = open + 1, end = closerOf(tokens, open); at < end; at++) {
      const name = tokens[at]!;
      if (name.kind !== 'word' || !envName.test(name.text) || !isMark(tokens[at + 1], ':', '?:') && !(isMark(tokens[at + 1], '!', '?') && isMark(tokens[at + 2], ':'))) continue;
      const equals = tokens[nextMark(tokens, at + 1, at + 8, '=')]?.line === name.line ? nextMark(tokens, at + 1, at + 8, '=') : -1;
      reads.push({ name: name.text, line: name.line, default: equals < 0 ? null : literal(tokens[equals + 1]), optional: equals > 0 || isMark(tokens[at + 1], '?', '?:'), required: false, holder: null });
    }
    return reads;
  });
}

/** `runtimeConfig: { apiSecret: '', public: { apiBase: '' } }` of Nuxt, which `NUXT_API_SECRET` and `NUXT_PUBLIC_API_BASE` replace. */
function runtimeConfig(tokens: readonly Token[]): EnvRead[] {
  const at = tokens.some(({ text }) => text === 'defineNuxtConfig') ? tokens.findIndex(({ text }, i) => text === 'runtimeConfig' && isMark(tokens[i + 1], ':') && isMark(tokens[i + 2], '{')) : -1;
  const reads: EnvRead[] = [];
  const within = (open: number, before: string, depth: number): void => {
    for (let i = open + 1, end = closerOf(tokens, open); i < end; i++) {
      const key = tokens[i]!;
      if (key.kind === 'mark' || !isMark(tokens[i + 1], ':') || !isMark(tokens[i - 1], '{', ',')) continue;
      const name = `${before}_${inCapitals(key.text)}`;
      if (isMark(tokens[i + 2], '{') && depth < 4) within(i + 2, name, depth + 1);
      else if (envName.test(name)) reads.push({ name, line: key.line, default: null, optional: true, required: false, holder: null });
      i = valueEnd(tokens, i + 2) - 1;
    }
  };
  if (at >= 0) within(at + 2, 'NUXT', 0);
  return reads;
}
