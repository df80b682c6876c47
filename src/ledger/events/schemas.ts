import * as z from 'zod';
import { eventBodies, eventVersions, type Event, type NewEvent } from '../../model/index.ts';
import { canonical } from '../canonical.ts';
import { Sealing } from './sealing.ts';
import { sealedPrefix, type Subjects } from './subjects.ts';
import { errorOf, invalidError } from '../errors.ts';
import { subjectOf, type Subject } from './subject.ts';
import { upcast, upcasters, type Upcaster } from './upcast.ts';

/** What events there are and how they were: the model's, or a test's own. */
export interface EventSchemas {
  readonly bodies: Readonly<Record<string, z.ZodType>>;
  /** The version with which a type is written; absent means 1. */
  readonly versions: Readonly<Record<string, number | undefined>>;
  readonly upcasters: Readonly<Record<string, readonly Upcaster[] | undefined>>;
}

export const modelSchemas: EventSchemas = { bodies: eventBodies, versions: eventVersions, upcasters };

/** An event on its way into the ledger. */
export interface Draft {
  readonly subject: Subject;
  /** Its canonical JSON up to where position and time follow, and what comes behind them. */
  readonly before: string;
  readonly after: string;
}

const envelope = z.object({
  type: z.string(),
  actor: z.string().min(1).max(200),
  correlation: z.string().max(200).optional(),
  cause: z.int().min(1).optional(),
});

/** Checks events on their way in, and brings old ones to today's shape on their way out. */
export class EventCodec {
  readonly #schemas: EventSchemas;
  readonly sealing: Sealing | undefined;
  /** By type, what comes behind an event's time. */
  readonly #ends = new Map<string, string>();

  /** With `subjects`, what the schemas mark as personal is sealed on its way in, and opened on its way out. Throws when a type's upcasters do not lead from version 1 to the one that is written. */
  constructor(schemas: EventSchemas, subjects?: Subjects) {
    this.#schemas = schemas;
    if (subjects !== undefined) this.sealing = new Sealing(schemas.bodies, subjects);
    for (const type of new Set([...Object.keys(schemas.versions), ...Object.keys(schemas.upcasters)])) {
      const steps = schemas.upcasters[type]?.length ?? 0;
      if (steps !== this.#version(type) - 1) throw new Error(`${type} is written in version ${this.#version(type)} but has ${steps} upcasters`);
    }
  }

  /** Throws `ledger.invalid`. */
  draft(event: NewEvent): Draft {
    const { type, actor, correlation, cause } = parsed(envelope, event, 'its envelope');
    if (!Object.hasOwn(this.#schemas.bodies, type)) throw invalidError(`there is no event type ${JSON.stringify(type)}`);
    const body = parsed(this.#schemas.bodies[type]!, event.body, type);
    const sealed = this.sealing?.seal({ type, actor, body }) ?? { actor, body };
    const before = jsonOf({ ...sealed, cause, correlation }).slice(0, -1);
    return { subject: subjectOf(body), before, after: this.#endOf(type) };
  }

  /** Events of a JSON array, in today's versions. Throws `ledger.newer` for what this program does not know. */
  read(json: string, directory: string): Event[] {
    const events = JSON.parse(json) as Event[];
    const isSealed = json.includes(`"${sealedPrefix}`);
    for (const event of events) {
      const version = this.#version(event.type);
      if (!Object.hasOwn(this.#schemas.bodies, event.type) || event.version > version) {
        throw errorOf({ kind: 'newer', message: `event ${event.position} is a ${event.type} of version ${event.version}` }, directory);
      }
      if (isSealed) this.sealing?.open(event);
      if (event.version === version) continue;
      event.body = upcast(this.#schemas.upcasters[event.type]!, event.version, event.body) as never;
      event.version = version;
    }
    return events;
  }

  /** The actors that rows may have for somebody: as named, and as sealed. */
  actors(actor: string): string[] {
    return [actor, ...(this.sealing?.sealedActor(actor) ?? [])];
  }

  #endOf(type: string): string {
    const known = this.#ends.get(type);
    if (known !== undefined) return known;
    const end = jsonOf({ type, version: this.#version(type) }).slice(1);
    this.#ends.set(type, end);
    return end;
  }

  #version(type: string): number {
    return this.#schemas.versions[type] ?? 1;
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidError(`${what}: ${z.prettifyError(result.error)}`, result.error);
}

function jsonOf(value: object): string {
  try {
    return canonical(value);
  } catch (error) {
    throw invalidError(`its body cannot be written as JSON: ${String(error)}`, error);
  }
}
