import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { schemaReads } from './env-schemas.ts';

const reads = (text: string) => schemaReads('typescript', tokensOf('ts', text)).map(({ name, required, optional, default: value }) => `${name}${required ? '!' : optional ? '?' : ''}${value === null ? '' : `=${value}`}`).join(' ');

describe('variables of a schema', () => {
  it.each([
    ['z.object({ A: z.string().min(1), B: z.coerce.number().default(3), C: z.string().optional() }).parse(process.env)', 'A! B?=3 C?'],
    ['cleanEnv(process.env, { A: str(), B: port({ devDefault: 3000 }) })', 'A! B!=3000'],
    ['({ validationSchema: Joi.object({ A: Joi.string(), B: Joi.string().required() }) })', 'A B!'],
    ['createEnv({ server: { A_B: z.enum(["x", "y"]) } })', 'A_B!'],
  ])('are those that it checks: %s', (text, expected) => {
    expect(reads(text)).toBe(expected);
  });

  it.each([
    'z.object({ A: z.string() }).parse(body)',
    'z.object({ A: z.string() }); process.env.B',
    'cleanEnv(process.env, { name: str(), A: other(), ["B"]: str() })',
  ])('are none in %s', (text) => {
    expect(reads(text)).toBe('');
  });

  it('are read also where the file ends in the middle of them', () => {
    expect(reads('cleanEnv(process.env, { A: str(')).toBe('A!');
  });
});
