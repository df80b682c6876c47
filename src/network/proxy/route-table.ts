import type { Route } from '../../control/router.ts';
import { keyOf, TargetState } from './target-state.ts';

/** A route with the state of its targets. */
export interface LiveRoute {
  readonly app: string;
  readonly service: string;
  readonly path: string;
  readonly absence: Route['absence'];
  readonly targets: readonly TargetState[];
}

/** All routes that are in force, and every target that is routed to or still busy. */
export class RouteTable {
  #routes: readonly Route[] = [];
  #byHost = new Map<string, readonly LiveRoute[]>();
  readonly #targets = new Map<string, TargetState>();

  get routes(): readonly Route[] {
    return this.#routes;
  }

  targets(): Iterable<TargetState> {
    return this.#targets.values();
  }

  /** Replaces all routes. Targets that stay keep their state. */
  replace(routes: readonly Route[]): void {
    const byHost = new Map<string, LiveRoute[]>();
    const wanted = new Set<string>();
    for (const route of routes) {
      for (const target of route.targets) wanted.add(keyOf(target));
      const live: LiveRoute = {
        app: route.app, service: route.service, path: route.path, absence: route.absence,
        targets: route.targets.map((target) => this.#stateOf(target)),
      };
      for (const host of route.hosts) {
        const name = host.toLowerCase();
        byHost.set(name, [...byHost.get(name) ?? [], live]);
      }
    }
    for (const list of byHost.values()) list.sort((a, b) => b.path.length - a.path.length);
    for (const [key, target] of this.#targets) {
      target.routed = wanted.has(key);
      if (!target.routed && target.inFlight === 0) this.#targets.delete(key);
    }
    this.#routes = routes;
    this.#byHost = byHost;
  }

  /** The route with the longest path prefix, on segment borders; `unknown host` and `unknown path` are told apart. */
  match(host: string, path: string): LiveRoute | 'unknown host' | 'unknown path' {
    const routes = this.#byHost.get(host);
    if (routes === undefined) return 'unknown host';
    return routes.find((route) => covers(route.path, path)) ?? 'unknown path';
  }

  #stateOf(target: Route['targets'][number]): TargetState {
    const key = keyOf(target);
    let state = this.#targets.get(key);
    if (state === undefined) this.#targets.set(key, state = new TargetState(target));
    return state;
  }
}

function covers(prefix: string, path: string): boolean {
  if (prefix === '/' || prefix === '') return true;
  if (!path.startsWith(prefix)) return false;
  return path.length === prefix.length || prefix.endsWith('/') || path.charCodeAt(prefix.length) === 47;
}
