import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { JsonSchema } from '../../src/api/schema-text.ts';
import { schemaText } from '../../src/api/schema-text.ts';
import { Decision, Exit, Handle, Plan, Proposal, Service, eventBodies, eventVersions, type EventType } from '../../src/model/index.ts';

/** Shapes that are described once and linked to. */
const shapes = { Decision, Proposal, Exit, Handle, Plan, Service };

/** Shapes that have a page, or a file, of their own. */
const elsewhere: Readonly<Record<string, string>> = { Plan: 'plan.schema.json' };

/** The events of the ledger as Markdown, from the schemas that they are checked with; what they mean is said beside those. */
export function eventReference(root: string): string {
  const names = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(shapes)) names.add(schema, { id });
  const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { metadata: names, unrepresentable: 'any' }) as JsonSchema;
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
function inlined(schema: JsonSchema & { $defs?: Record<string, JsonSchema> }): JsonSchema {
  return schema.$ref === undefined ? schema : schema.$defs![schema.$ref.split('/').at(-1)!]!;
}

function table({ properties = {}, required = [] }: JsonSchema): string[] {
  return ['| name | type | required |', '|---|---|---|', ...Object.entries(properties).map(([name, schema]) => `| \`${name}\` | ${schemaText(schema, elsewhere)} | ${required.includes(name) ? 'yes' : ''} |`), ''];
}

/** The comment before each type. */
function meaningsIn(source: string): Map<string, string> {
  return new Map([...source.matchAll(/^ {2}\/\*\* (.+) \*\/\n {2}(\w+):/gm)].map(([, meaning, type]) => [type!, meaning!]));
}
