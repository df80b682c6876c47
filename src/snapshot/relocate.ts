import type { Service } from '../model/index.ts';
import type { Header } from './manifest.ts';

export type Places = Header['places'];

/**
 * The services as another home has them: paths below the home and the programs of the node that took the snapshot become those of this one. Pure.
 */
export function relocate(services: readonly Service[], from: Places, to: Places): Service[] {
  const moves = (['home', 'program'] as const).flatMap((place): [string, string][] => (from[place] === to[place] ? [] : [[from[place], to[place]]]));
  // The longer one first: a program may lie below the home.
  moves.sort(([a], [b]) => b.length - a.length);
  const nodeDirectory = [from.node, to.node].map((path) => path.replace(/\/[^/]+$/, '')) as [string, string];
  const move = (text: string): string => {
    if (text === from.node) return to.node;
    if (text === nodeDirectory[0]) return nodeDirectory[1];
    const [old, fresh] = moves.find(([old]) => text === old || text.startsWith(`${old}/`)) ?? [];
    return old === undefined ? text : `${fresh}${text.slice(old.length)}`;
  };
  return services.map((service) => ({ ...service, argv: service.argv.map(move), toolchain: service.toolchain.map(move), health: moved(service.health, move) }));
}

function moved(health: Service['health'], move: (text: string) => string): Service['health'] {
  const probe = <P extends Service['health']['startup']>(spec: P): P => (spec?.action.kind === 'exec' ? { ...spec, action: { ...spec.action, argv: spec.action.argv.map(move) } } : spec);
  return { ...health, startup: probe(health.startup), readiness: probe(health.readiness), liveness: probe(health.liveness) };
}
