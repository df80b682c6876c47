import * as z from 'zod';
import { json, route, type Route } from '../route.ts';

/** `routes` are all that the document describes, this one too. Built when asked for, because hardly anybody does. */
export function documentRoute(routes: () => readonly Route[]): Route {
  return route({
    method: 'GET', path: '/v1/openapi.json', role: 'viewer', summary: 'This API as an OpenAPI 3.1 document', answer: z.looseObject({ openapi: z.string() }),
    handle: async ({ backend }) => {
      const { openApiDocument } = await import('../openapi.ts');
      return json(openApiDocument(routes(), (await backend.status()).version));
    },
  });
}
