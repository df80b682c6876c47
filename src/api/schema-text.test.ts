import { expect, it } from 'vitest';
import * as z from 'zod';
import type { JsonSchema } from './schema-text.ts';
import { schemaText } from './schema-text.ts';

const text = (schema: z.ZodType) => schemaText(z.toJSONSchema(schema) as JsonSchema);

it('says what a schema allows', () => {
  expect(text(z.object({ a: z.array(z.string()), b: z.number().nullable() }))).toBe('object {a: array of string; b: number or null}');
  expect(text(z.enum(['x', 'y']))).toBe('`x`, `y`');
  expect(text(z.literal(7))).toBe('`7`');
  expect(text(z.tuple([z.string(), z.boolean()]))).toBe('[string, boolean]');
  expect(text(z.record(z.string(), z.array(z.unknown())))).toBe('object of array of any');
  expect(schemaText({ type: 'array' })).toBe('array of values');
});

it('links to what has a name', () => {
  expect(schemaText({ anyOf: [{ $ref: '#/definitions/Exit' }, { $ref: '#/definitions/Plan' }] }, { Plan: 'plan.json' })).toBe('[Exit](#exit) or [Plan](plan.json)');
});
