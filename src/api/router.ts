import { StratoError } from '../model/index.ts';
import type { Route } from './route.ts';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds routes by method and path. Literal segments go before parameters, parameters before rests. */
export class Router {
  readonly #routes: readonly { route: Route; segments: readonly string[] }[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes
      .map((route) => ({ route, segments: route.path.slice(1).split('/') }))
      .toSorted((a, b) => rank(a.segments) - rank(b.segments));
  }

  /** Throws `route.unknown` and `route.method`. `HEAD` is answered by `GET`. */
  match(method: string, path: string): Match {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const segments = path.slice(1).split('/');
    const allowed: string[] = [];
    for (const { route, segments: pattern } of this.#routes) {
      const params = fit(pattern, segments);
      if (params === undefined) continue;
      if (route.method === wanted) return { route, params };
      if (!route.path.endsWith('*}')) allowed.push(route.method);
    }
    if (allowed.length > 0) throw new StratoError('route.method', `${path} does not take ${method}`, { next: `it takes ${allowed.join(', ')}`, details: { allowed } });
    throw new StratoError('route.unknown', `There is nothing at ${path.slice(0, 200)}`, { next: 'all that there is stands in /v1/openapi.json' });
  }
}

/** A fraction with one digit for each segment. Text would have to be compared by `localeCompare`, which takes 3 MB of tables of languages into memory. */
function rank(segments: readonly string[]): number {
  return Number(`0.${segments.map((segment) => (segment.endsWith('*}') ? '2' : segment.startsWith('{') ? '1' : '0')).join('')}`);
}

function fit(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    if (part.endsWith('*}')) {
      params[part.slice(1, -2)] = segments.slice(i).join('/');
      return params;
    }
    const segment = segments[i];
    if (segment === undefined) return undefined;
    if (part.startsWith('{')) {
      if (segment === '') return undefined;
      params[part.slice(1, -1)] = segment;
    } else if (part !== segment) return undefined;
  }
  return pattern.length === segments.length ? params : undefined;
}
