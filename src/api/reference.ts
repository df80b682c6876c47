import { openApiDocument } from './openapi.ts';
import { statuses } from './problems.ts';
import { routes } from './routes/index.ts';
import type { JsonSchema } from './schema-text.ts';
import { schemaText } from './schema-text.ts';

interface Operation {
  summary: string;
  'x-role': string;
  'x-local-only'?: boolean;
  parameters?: { name: string; in: string; required: boolean; schema: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { content: Record<string, { schema: JsonSchema }> }>;
}

/** The API reference as Markdown, generated from the same OpenAPI document that `/v1/openapi.json` answers with. */
export function apiReference(version: string): string {
  const document = openApiDocument(routes, version) as { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, JsonSchema> } };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => describe(method, path, operation)));
  return [
    '# API reference',
    '',
    '<!-- Generated from the routes in src/api/routes: do not edit. -->',
    '',
    'REST over the unix socket `$STRATOSWARM_HOME/api.sock`, and over TCP with `Authorization: Bearer …` (the content of `secrets/api-token`, or of',
    '`secrets/api-viewer-token` for reading only). Errors are `application/problem+json` (RFC 9457) with a stable `code`. Streams are server-sent events',
    'and resume after `Last-Event-ID`. Each operation names the role that it needs at least.',
    '',
    '## Operations',
    '',
    ...operations,
    '## Shapes',
    '',
    ...Object.entries(document.components.schemas).map(([name, schema]) => shape(name, schema)),
    '## Statuses of errors',
    '',
    'The first pattern that matches the code counts.',
    '',
    '| code | status |',
    '|---|---|',
    ...statuses.map(([pattern, status]) => `| \`${pattern}\` | ${status} |`),
    '',
  ].join('\n');
}

function describe(method: string, path: string, operation: Operation): string {
  const body = operation.requestBody?.content['application/json']?.schema;
  const answers = Object.entries(operation.responses['200']!.content);
  const rows = [
    ...(operation.parameters ?? []).map((parameter) => `| \`${parameter.name}\` | ${parameter.in} | ${schemaText(parameter.schema)} | ${parameter.required ? 'yes' : ''} |`),
    ...(body?.properties === undefined ? [] : propertyRows(body, 'body')),
  ];
  return [
    `### \`${method.toUpperCase()} ${path}\``,
    '',
    `${operation.summary}. Role: \`${operation['x-role']}\`${operation['x-local-only'] ? ', unix socket only' : ''}.`,
    ...(body?.$ref === undefined ? [] : ['', `Body: ${schemaText(body)}`]),
    ...(rows.length === 0 ? [] : ['', '| name | in | type | required |', '|---|---|---|---|', ...rows]),
    '',
    `Answers: ${answers.map(([type, { schema }]) => `${schemaText(schema)} (${type})`).join(', ')}`,
    '',
  ].join('\n');
}

function shape(name: string, schema: JsonSchema): string {
  return [`### ${name}`, '', '| name | type | required |', '|---|---|---|', ...propertyRows(schema), ''].join('\n');
}

function propertyRows(schema: JsonSchema, where?: string): string[] {
  return Object.entries(schema.properties ?? {}).map(([name, inner]) => `| \`${name}\` |${where === undefined ? '' : ` ${where} |`} ${schemaText(inner)} | ${schema.required?.includes(name) ? 'yes' : ''} |`);
}
