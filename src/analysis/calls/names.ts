import { posix } from 'node:path';
import type { PlannedService } from '../../model/index.ts';
import type { Draft } from '../draft.ts';

/** A service and all that others may call it. */
export interface Named {
  draft: Draft;
  service: PlannedService;
}

/** Words around the subject of a service's name. */
const around = /^(the|app|ms|svc|service|microservice|micro|srv)-|-(service|services|svc|api|server|app|microservice|micro-service|ms|srv|backend|host|grpc|rpc|rest|web|cna-microservice|impl|application)$/;

/** What variables and keys with addresses speak of when no service of the app is meant. */
const infrastructure = /^(data|database|db|cache|mail|smtp|queue|broker|message|messaging|event|store|storage|search|log|logging|metric|trace|tracing|config|base|public|private|internal|external|default|proxy|admin|service|client|server|app|kafka|redis|rabbit|rabbitmq|mongo|mongodb|postgres|postgresql|mysql|elastic|elasticsearch|minio|nats|mqtt|vault|consul|eureka|zipkin|jaeger|otel|sentry|grafana|prometheus|keycloak|openai)$/;

/** Lower case with dashes: `OrderService` → `order-service`. */
export function dashed(name: string): string {
  return name.replace(/^@[^/]+\//, '').replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
}

/** What a name is about: `orders-service`, `OrderSvc` and `order-api` are all about `order`. */
export function subjectOf(name: string): string {
  let stem = dashed(name);
  for (let before = ''; before !== stem && stem !== '';) {
    before = stem;
    stem = stem.replace(around, '');
  }
  const joined = stem.replace(/(?<=\w{2})(service|svc|api|microservice)$/, '') || stem;
  return joined.replaceAll('-', '').replace(/ies$/, 'y').replace(/(?<=\w{2}[^s])s$/, '');
}

/** So much of two words has to be the same for one to be the other with a slip of the pen. */
const leastAlike = 0.7;
const shortest = 4;

/** Whether a host is called nearly as a service is: one word of it is a word of the service's name, or that name, but for a letter or two. */
export function isAlike(host: string, { service, draft }: Named): boolean {
  const wordsOf = (name: string): string[] => {
    const parts = dashed(name).split('-').map(subjectOf);
    return [parts.join(''), subjectOf(name), ...parts].filter((word) => word.length >= shortest && !infrastructure.test(word));
  };
  const known = new Set([service.name, ...(draft.path === '.' ? [] : [posix.basename(draft.path)])].flatMap(wordsOf));
  return wordsOf(host).some((word) => [...known].some((other) => likeness(word, other) >= leastAlike));
}

/** Dice's coefficient of the pairs of letters of two words. */
function likeness(one: string, other: string): number {
  const pairs = (word: string) => new Set(Array.from({ length: word.length - 1 }, (_, i) => word.slice(i, i + 2)));
  const [a, b] = [pairs(one), pairs(other)];
  return (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
}

/** Finds services by what others call them. */
export class Names {
  /** By what a service or its directory is called; what else it is called, such as the name in a manifest that was copied, comes after. */
  readonly #own = new Map<string, Named[]>();
  readonly #exact = new Map<string, Named[]>();
  readonly #subjects = new Map<string, Named[]>();
  readonly #all: readonly Named[];
  readonly #beside: ReadonlySet<string>;

  /** @param beside names of what runs beside the services, none of which is called by these */
  constructor(all: readonly Named[], beside: ReadonlySet<string> = new Set()) {
    this.#all = all;
    this.#beside = beside;
    const common = commonWords(all.map(({ service, draft }) => dashed(draft.path === '.' ? service.name : posix.basename(draft.path))));
    for (const one of all) {
      const own = [one.service.name, ...(one.draft.path === '.' ? [] : [posix.basename(one.draft.path)])];
      for (const name of new Set([...own, ...one.draft.aliases])) {
        const whole = dashed(name);
        if (own.includes(name)) add(this.#own, whole, one);
        add(this.#exact, whole, one);
        add(this.#exact, whole.replaceAll('-', ''), one);
        add(this.#subjects, subjectOf(name), one);
        const short = whole.split('-').filter((word) => !common.has(word)).join('-');
        if (short !== '' && short !== whole) add(this.#subjects, subjectOf(short), one);
      }
    }
  }

  /** The service that a host name, an application's id or a word of a variable's name means; undefined when none or several. */
  find(name: string, from: Named): Named | undefined {
    const whole = dashed(name);
    if (whole === '') return undefined;
    const own = this.#own.get(whole);
    if (own?.length === 1 && own[0] !== from) return own[0];
    const exact = this.#exact.get(whole) ?? this.#exact.get(whole.replaceAll('-', ''));
    if (exact) return one(exact, from);
    if (this.#beside.has(name.toLowerCase())) return undefined;
    const subject = subjectOf(name);
    return subject.length < 2 ? undefined : one(this.#subjects.get(subject) ?? [], from);
  }

  /** The one service whose name begins with a word and goes on: `users` → `users-idp`. None for words that speak of infrastructure. */
  beginning(word: string, from: Named): Named | undefined {
    const subject = subjectOf(word);
    if (subject.length < 4 || word.includes('-') || infrastructure.test(subject)) return undefined;
    const found = this.#all.filter((other) => other !== from && other.draft.path !== '.' && subjectOf(dashed(posix.basename(other.draft.path)).split('-')[0]!) === subject);
    return found.length === 1 ? found[0] : undefined;
  }

  /** As `find`, for a host with its domain: `orders.shop.svc.cluster.local`, `orders.internal`. */
  host(host: string, from: Named): Named | undefined {
    const [first, ...rest] = host.toLowerCase().split('.');
    if (rest.length === 0) return this.find(first!, from);
    const inside = /(^|\.)(svc|cluster|local|internal|localdomain|localhost|default|docker|consul|lan|test)$/.test(rest.join('.')) || rest[0] === 'svc' || rest.length === 1 && /^[a-z0-9-]*\*?$/.test(rest[0]!) && !publicEnd.test(rest[0]!);
    return inside ? this.find(first!, from) : undefined;
  }
}

const publicEnd = /^(com|org|net|io|dev|app|ai|co|de|uk|eu|me|cloud|gov|edu|info|xyz|in|us|fr|nl|cn|jp|br|ru|tv|example)$/;

function one(found: readonly Named[], from: Named): Named | undefined {
  const others = found.filter((other) => other !== from);
  if (found.includes(from) && others.length !== 1) return undefined;
  if (others.length === 1) return found.includes(from) ? undefined : others[0];
  const listening = others.filter(({ service }) => service.ports.length > 0);
  return listening.length === 1 ? listening[0] : undefined;
}

function add(map: Map<string, Named[]>, key: string, value: Named): void {
  if (key === '') return;
  const list = map.get(key) ?? [];
  if (!list.includes(value)) list.push(value);
  map.set(key, list);
}

/** Words that more than half of the services share, such as the product's name. */
function commonWords(names: readonly string[]): Set<string> {
  const counts = new Map<string, number>();
  for (const name of names) for (const word of new Set(name.split('-'))) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => names.length > 2 && count > names.length / 2).map(([word]) => word));
}
