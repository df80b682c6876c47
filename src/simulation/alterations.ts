import type * as z from 'zod';
import { canonical, targetRevision, type App, type Event, type Service } from '../model/index.ts';
import type { Happening } from './rerun.ts';

/** Something that came from outside, and the position of its event. */
export interface Placed {
  readonly position: number;
  readonly happening: Happening;
}

/** One part of a deployment as it was before. */
export interface Alteration {
  readonly label: string;
  /** What happened with it so; also in later deployments, as long as they carry the part along as the first one brought it. */
  readonly apply: (happenings: readonly Placed[]) => Placed[];
}

/** Positions of the deployments right behind one that brought the same services again: who leaves that one out has to leave them out, too. */
export function repetitionsOf(event: Event, happenings: readonly Placed[]): number[] {
  const services = servicesOf(event);
  if (services === undefined) return [];
  const again: number[] = [];
  for (const { position, happening } of happenings) {
    if (position <= event.position || !('proposal' in happening)) continue;
    const { change } = happening.proposal;
    if (change.kind === 'rollback') break;
    if (change.kind !== 'deploy') continue;
    if (canonical(change.services) !== canonical(services)) break;
    again.push(position);
  }
  return again;
}

/** A deployment with one part of it at a time as it was in `known`, the app before it; for other decisions, nothing but leaving them out makes sense. */
export function alterations(event: Event, known: App | undefined): Alteration[] {
  const earlier = known && targetRevision(known)?.services;
  return (servicesOf(event) ?? []).flatMap((service) => {
    const old = earlier?.find(({ name }) => name === service.name);
    return old ? partsOf(service, old).map((part) => ({ label: `${part.label} of ${service.name}`, apply: (happenings) => altered(happenings, event.position, service, part.part(service), part) })) : [];
  });
}

/** Of a service, what can be as it was before. */
type Alterable = Pick<z.input<typeof Service>, 'env' | 'artefact' | 'argv' | 'resources'>;

interface Part {
  readonly label: string;
  /** The part of a service, as text that can be compared. */
  readonly part: (service: Alterable) => string;
  /** What is different of the service with that part as it was. */
  readonly back: (service: Alterable) => Partial<Alterable>;
}

function partsOf(service: Service, old: Service): Part[] {
  const names = new Set([...service.env, ...old.env].map(({ name }) => name));
  const variables = [...names].map((name): Part => ({
    label: `the variable ${name}`, part: ({ env }) => canonical(env.find((one) => one.name === name) ?? null),
    back: (other) => ({ env: inOrderOf(old.env, [...other.env.filter((one) => one.name !== name), ...old.env.filter((one) => one.name === name)]) }),
  }));
  const whole = (label: string, key: 'artefact' | 'argv' | 'resources'): Part => ({ label, part: (other) => canonical(other[key]), back: () => ({ [key]: old[key] }) });
  return [...variables, whole('the code', 'artefact'), whole('the command', 'argv'), whole('the limits', 'resources')].filter(({ part }) => part(service) !== part(old));
}

function altered(happenings: readonly Placed[], first: number, { name }: Service, brought: string, { part, back }: Pick<Part, 'part' | 'back'>): Placed[] {
  let carried = true;
  return happenings.map((placed) => {
    const { position, happening } = placed;
    if (!carried || position < first || !('proposal' in happening) || happening.proposal.change.kind !== 'deploy') return placed;
    const { proposal } = happening;
    const change = happening.proposal.change;
    carried = change.services.some((service) => service.name === name && part(service) === brought);
    if (!carried) return placed;
    return { position, happening: { ...happening, proposal: { ...proposal, change: { ...change, services: change.services.map((service) => (service.name === name ? { ...service, ...back(service) } : service)) } } } };
  });
}

function servicesOf(event: Event): readonly Service[] | undefined {
  return event.type === 'DecisionAdmitted' && event.body.decision.change.kind === 'deploy' ? event.body.decision.change.services : undefined;
}

/** Variables in the order in which they were, so that equal ones are recognised. */
function inOrderOf(old: Alterable['env'], env: Alterable['env']): Alterable['env'] {
  const place = (name: string) => (old.findIndex((one) => one.name === name) + 1 || old.length + 1);
  return env.toSorted((a, b) => place(a.name) - place(b.name));
}
