import * as z from 'zod';

/** Whose data a marked value is: of the person it names (an actor), or of the person who acted in the event. */
export type Concerns = 'named' | 'actor';

/** Marks strings in the schemas of events that say something about a person: the ledger seals them, so that they can be erased. */
export const personal: z.core.$ZodRegistry<{ concerns: Concerns }> = z.registry<{ concerns: Concerns }>();

/** True for actors that are people; the others are parts of the program, or tokens that nobody is named by. */
export function isPerson(actor: string): boolean {
  return /^(user|console):./.test(actor);
}
