import { openApiDocument } from './openapi.ts';
import { routes } from './routes/index.ts';
import { statuses } from './problems.ts';

interface Operation {
  summary: string;
  'x-role': string;
  'x-local-only'?: boolean;
  parameters?: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
}

/** The API reference as Markdown, generated from the same OpenAPI document that `/v1/openapi.json` answers with. */
export function apiReference(version: string): string {
  const document = openApiDocument(routes, version) as { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };
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
    ...(operation.parameters ?? []).map((parameter) => `| \`${parameter.name}\` | ${parameter.in} | ${typeText(parameter.schema)} | ${parameter.required ? 'yes' : ''} |`),
    ...(body?.properties === undefined ? [] : propertyRows(body, 'body')),
  ];
  return [
    `### \`${method.toUpperCase()} ${path}\``,
    '',
    `${operation.summary}. Role: \`${operation['x-role']}\`${operation['x-local-only'] ? ', unix socket only' : ''}.`,
    ...(body?.$ref === undefined ? [] : ['', `Body: ${typeText(body)}`]),
    ...(rows.length === 0 ? [] : ['', '| name | in | type | required |', '|---|---|---|---|', ...rows]),
    '',
    `Answers: ${answers.map(([type, { schema }]) => `${typeText(schema)} (${type})`).join(', ')}`,
    '',
  ].join('\n');
}

function shape(name: string, schema: Schema): string {
  return [`### ${name}`, '', '| name | type | required |', '|---|---|---|', ...propertyRows(schema), ''].join('\n');
}

function propertyRows(schema: Schema, where?: string): string[] {
  return Object.entries(schema.properties ?? {}).map(([name, inner]) => `| \`${name}\` |${where === undefined ? '' : ` ${where} |`} ${typeText(inner)} | ${schema.required?.includes(name) ? 'yes' : ''} |`);
}

function typeText(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1)!;
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(typeText).join(' or ');
  if (schema.type === 'array') return `array of ${schema.items === undefined ? 'values' : typeText(schema.items)}`;
  if (schema.type === 'object' && schema.properties !== undefined) {
    return `object {${Object.entries(schema.properties).map(([name, inner]) => `${name}: ${typeText(inner)}`).join('; ')}}`;
  }
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') return `object of ${typeText(schema.additionalProperties)}`;
  return schema.type === undefined ? 'any' : [schema.type].flat().join(' or ');
}
