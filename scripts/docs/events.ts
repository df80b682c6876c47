import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Decision, Exit, Handle, Plan, Proposal, Service, eventBodies, eventVersions, type EventType } from '../../src/model/index.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  prefixItems?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
}

/** Shapes that are described once and linked to. */
const shapes = { Decision, Proposal, Exit, Handle, Plan, Service };

/** Shapes that have a page, or a file, of their own. */
const elsewhere: Readonly<Record<string, string>> = { Plan: 'plan.schema.json' };

/** The events of the ledger as Markdown, from the schemas that they are checked with; what they mean is said beside those. */
export function eventReference(root: string): string {
  const names = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(shapes)) names.add(schema, { id });
  const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { metadata: names, unrepresentable: 'any' }) as Schema;
  const meanings = meaningsIn(readFileSync(join(root, 'src/model/event.ts'), 'utf8'));
  return [
    '# Events',
    '',
    '<!-- Generated from src/model/event.ts: do not edit. -->',
    '',
    'Everything that happened, in the order in which it happened. Each event has a `position` (from 1, without gaps), a `time` (milliseconds since the epoch), a',
    '`type` with a schema `version`, an `actor`, and, where it belongs to something larger, a `correlation` and the position of its `cause`. Events are facts: they are never edited,',
    'and state is nothing but what follows from them. `stratoswarm events --json` prints them as `GET /v1/events` answers, with a sentence for people.',
    '',
    ...(Object.keys(eventBodies) as EventType[]).flatMap((type) => [
      `## ${type}`, '', ...(meanings.has(type) ? [meanings.get(type)!, ''] : []), `Version ${eventVersions[type] ?? 1}.`, '', ...table(schemaOf(eventBodies[type])),
    ]),
    '# Shapes',
    '',
    ...Object.entries(shapes).filter(([id]) => !(id in elsewhere)).flatMap(([id, schema]) => [`## ${id}`, '', ...table(inlined(schemaOf(schema)))]),
  ].join('\n');
}

/** The schema of a shape stands in the definitions of its own document when it refers to itself. */
function inlined(schema: Schema & { $defs?: Record<string, Schema> }): Schema {
  return schema.$ref === undefined ? schema : schema.$defs![schema.$ref.split('/').at(-1)!]!;
}

function table({ properties = {}, required = [] }: Schema): string[] {
  return ['| name | type | required |', '|---|---|---|', ...Object.entries(properties).map(([name, schema]) => `| \`${name}\` | ${typeText(schema)} | ${required.includes(name) ? 'yes' : ''} |`), ''];
}

function typeText(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1)!;
    return `[${name}](${elsewhere[name] ?? `#${name.toLowerCase()}`})`;
  }
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(typeText).join(' or ');
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(typeText).join(', ')}]`;
  if (schema.type === 'array') return `array of ${schema.items === undefined ? 'values' : typeText(schema.items)}`;
  if (schema.properties !== undefined) return `{${Object.entries(schema.properties).map(([name, inner]) => `${name}: ${typeText(inner)}`).join('; ')}}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') return `object of ${typeText(schema.additionalProperties)}`;
  return schema.type === undefined ? 'any' : [schema.type].flat().join(' or ');
}

/** The comment before each type. */
function meaningsIn(source: string): Map<string, string> {
  return new Map([...source.matchAll(/^ {2}\/\*\* (.+) \*\/\n {2}(\w+):/gm)].map(([, meaning, type]) => [type!, meaning!]));
}
