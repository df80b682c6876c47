import type * as z from 'zod';
import { isPerson, personal, type Concerns, type Event } from '../../model/index.ts';
import { isPseudonym, pseudonym, sealedPrefix, type Subjects } from './subjects.ts';

/** Where in a body a marked string is; `*` stands for every element of a list. */
interface Mark {
  readonly path: readonly string[];
  readonly concerns: Concerns;
}

/** What stands for a text about somebody whose key was removed. */
const erased = 'erased';

/** Seals what the schemas of events mark as personal, and opens it again. */
export class Sealing {
  readonly #subjects: Subjects;
  readonly #marks: ReadonlyMap<string, readonly Mark[]>;
  /** The same by the names of members, for what is folded from events. */
  readonly #members: ReadonlyMap<string, Concerns>;
  /** Texts about people by the names of their holder and themselves: others have a `reason`, too. */
  readonly #texts: ReadonlySet<string>;

  constructor(bodies: Readonly<Record<string, z.ZodType>>, subjects: Subjects) {
    this.#subjects = subjects;
    this.#marks = new Map(Object.entries(bodies).map(([type, schema]) => [type, marksOf(schema)]));
    const marks = [...this.#marks.values()].flat();
    this.#members = new Map([['actor', 'named'], ...marks.map(({ path, concerns }): [string, Concerns] => [path.findLast((step) => step !== '*')!, concerns])]);
    this.#texts = new Set(marks.flatMap(({ path, concerns }) => (concerns === 'actor' ? [path.slice(-2).join('.')] : [])));
  }

  /** The event with everything sealed that says something about a person. Its body is changed in place. */
  seal({ type, actor, body }: { type: string; actor: string; body: unknown }): { actor: string; body: unknown } {
    for (const { path, concerns } of this.#marks.get(type) ?? []) {
      change(body, path, (text) => {
        if (concerns === 'named') return hasName(text) ? this.#subjects.sealName(text) : text;
        return hasName(actor) ? this.#subjects.seal(actor, text) : text;
      });
    }
    return { actor: hasName(actor) ? this.#subjects.sealName(actor) : actor, body };
  }

  /** Opens an event that was read, in place: what cannot be opened is a stable name for a person, and “erased” for a text. */
  open(event: Event): void {
    if (event.actor.startsWith(sealedPrefix)) event.actor = this.#subjects.open(event.actor) ?? pseudonym(event.actor);
    for (const { path, concerns } of this.#marks.get(event.type) ?? []) {
      change(event.body, path, (text) => (text.startsWith(sealedPrefix) ? (this.#subjects.open(text) ?? (concerns === 'named' ? pseudonym(text) : erased)) : text));
    }
  }

  /** Opens everything sealed in plain JSON that was folded from sealed events, such as a state, in place. */
  openAll<T>(value: T, member = ''): T {
    if (value === null || typeof value !== 'object') return value;
    const holder = value as Record<string, unknown>;
    for (const name of Object.keys(holder)) {
      const item = holder[name];
      const own = Array.isArray(holder) ? member : name;
      if (typeof item === 'object') this.openAll(item, own);
      else if (typeof item === 'string' && item.startsWith(sealedPrefix)) holder[name] = this.#subjects.open(item) ?? (this.#members.get(own) === 'actor' ? erased : pseudonym(item));
    }
    return value;
  }

  /**
   * The inverse of {@link openAll}: members that are named as one that events mark are sealed, texts where their holder is named so, too, for the actor of the innermost object that has one. What
   * holds none of them is returned as it is; nothing is changed.
   */
  sealAll<T>(value: T, actor = '', member = ''): T {
    if (value === null || typeof value !== 'object') return value;
    const holder = value as Record<string, unknown>;
    const by = typeof holder['actor'] === 'string' ? holder['actor'] : actor;
    let copy: Record<string, unknown> | undefined;
    for (const name of Object.keys(holder)) {
      const item = holder[name];
      const own = Array.isArray(holder) ? member : name;
      const sealed = typeof item === 'string' ? this.#sealMember(member, own, item, by) : this.sealAll(item, by, own);
      if (sealed !== item) (copy ??= (Array.isArray(holder) ? [...(holder as unknown[])] : { ...holder }) as Record<string, unknown>)[name] = sealed;
    }
    return (copy ?? value) as T;
  }

  #sealMember(holder: string, name: string, text: string, actor: string): string {
    const concerns = this.#members.get(name);
    if (concerns === undefined || text.startsWith(sealedPrefix)) return text;
    if (concerns === 'named') return hasName(text) ? this.#subjects.sealName(text) : text;
    return hasName(actor) && this.#texts.has(`${holder}.${name}`) ? this.#subjects.seal(actor, text) : text;
  }

  /** How rows have somebody who is known. */
  sealedActor(actor: string): string[] {
    const sealed = this.#subjects.sealedName(actor);
    return sealed === undefined ? [] : [sealed];
  }
}

/** A person of whom more is known than that they were erased. */
const hasName = (actor: string): boolean => isPerson(actor) && !isPseudonym(actor);

/** Replaces the strings at a path. */
function change(value: unknown, [step, ...rest]: readonly string[], to: (text: string) => string): void {
  if (value === null || typeof value !== 'object' || step === undefined) return;
  if (step === '*') return void (Array.isArray(value) && value.forEach((_, i) => change(value, [String(i), ...rest], to)));
  const holder = value as Record<string, unknown>;
  const member = holder[step];
  if (rest.length > 0) change(member, rest, to);
  else if (typeof member === 'string') holder[step] = to(member);
}

/** Every place that a schema marks, through objects, lists, unions and what wraps them. */
function marksOf(schema: z.core.$ZodType, path: readonly string[] = []): Mark[] {
  const mark = personal.get(schema);
  if (mark !== undefined) return [{ path, concerns: mark.concerns }];
  const { shape, element, options, innerType } = (schema as z.ZodType).def as { shape?: Record<string, z.core.$ZodType>; element?: z.core.$ZodType; options?: readonly z.core.$ZodType[]; innerType?: z.core.$ZodType };
  const found = [
    ...Object.entries(shape ?? {}).flatMap(([name, member]) => marksOf(member, [...path, name])),
    ...(element === undefined ? [] : marksOf(element, [...path, '*'])),
    ...(options ?? []).flatMap((option) => marksOf(option, path)),
    ...(innerType === undefined ? [] : marksOf(innerType, path)),
  ];
  return [...new Map(found.map((entry) => [entry.path.join('\n'), entry])).values()];
}
