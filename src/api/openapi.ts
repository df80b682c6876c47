import * as z from 'zod';
import type { Route } from './route.ts';
import { Problem } from './views.ts';

type Json = Record<string, unknown>;

/** The routes as an OpenAPI 3.1 document. Its schemas are those that requests are parsed with. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes.filter(({ path }) => path.startsWith('/v1/'))) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Stratoswarm', version, description: 'Deploys code, runs it isolated, keeps it healthy. Times are milliseconds since the epoch, CPU is in millicores, memory in bytes.' },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The content of `secrets/api-token` (admin) or `secrets/api-viewer-token` (viewer). The unix socket needs none.' },
        session: { type: 'apiKey', in: 'cookie', name: 'stratoswarm-session', description: 'Set by the link that `stratoswarm open` prints.' },
      },
    },
  };
}

function operation(route: Route, schemas: Json): Json {
  const { method, path, summary, role, localOnly, params, query, body, answer, media } = route;
  const parameters = [...parametersOf(params, 'path', schemas), ...parametersOf(query, 'query', schemas)];
  const types = media ?? ['application/json'];
  const schema = answer === undefined ? { type: 'string' } : reference(answer, 'output', schemas);
  return {
    operationId: `${method.toLowerCase()}${path.slice(3).split('/').map((part) => part.replace(/[{}.]/g, '')).map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')}`,
    summary,
    tags: [path.split('/')[2]],
    'x-role': role,
    ...(localOnly && { 'x-local-only': true }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { content: { 'application/json': { schema: reference(body, 'input', schemas) } } } }),
    responses: {
      200: { description: 'Done', content: Object.fromEntries(types.map((type) => [type, { schema }])) },
      default: { description: 'It failed', content: { 'application/problem+json': { schema: reference(Problem, 'output', schemas) } } },
    },
  };
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query', schemas: Json): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = reference(schema, 'input', schemas) as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, inner]) => ({ name, in: where, required: where === 'path' || required.includes(name), schema: inner }));
}

/** The JSON Schema of a zod schema; named parts are put into `schemas` and referred to. */
function reference(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $schema: _dialect, $defs = {}, ...rest } = JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' })).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
  for (const [name, definition] of Object.entries($defs as Json)) schemas[name] ??= strip(definition as Json);
  const name = schema.meta()?.id;
  if (name === undefined) return rest;
  schemas[name] ??= strip(rest);
  return { $ref: `#/components/schemas/${name}` };
}

function strip({ id: _id, ...definition }: Json): Json {
  return definition;
}
