import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StratoError } from '../../model/index.ts';

/** Who has which address; numbers are the last two octets. */
export interface AddressBook {
  /** Second octet of the subnet; null until one was chosen. */
  readonly octet: number | null;
  /** The address that a key had last, most recent last. */
  readonly keys: Readonly<Record<string, number>>;
  /** Agents that have one now. */
  readonly agents: Readonly<Record<string, AddressEntry>>;
}

export interface AddressEntry {
  readonly number: number;
  /** Its namespace was made completely. */
  readonly ready: boolean;
  readonly app?: string | undefined;
  /** The same, above 0, for all agents of one app. */
  readonly group?: number | undefined;
  /** It reaches the agents of its own app and nothing else. */
  readonly contained?: boolean | undefined;
}

export const emptyBook: AddressBook = { octet: null, keys: {}, agents: {} };
/** 0 is the network and 1 the gateway; the last block of 256 stays free. */
const first = 2;
const last = 255 * 256 - 1;

/** The book with an address for the agent: its own, else that of its key, else a free one, else the one unused the longest. */
export function allocate(book: AddressBook, agent: string, key: string, app?: string, contained?: boolean): AddressBook {
  const own = book.agents[agent];
  if (own) return book;
  const taken = new Set(Object.values(book.agents).map((entry) => entry.number));
  const number = pick(book, key, taken);
  const { [key]: _, ...others } = book.keys;
  const kept = Object.fromEntries(Object.entries(others).filter(([, other]) => other !== number));
  return { ...book, keys: { ...kept, [key]: number }, agents: { ...book.agents, [agent]: { number, ready: false, ...(app !== undefined && { app, group: groupOf(book, app) }), ...(contained && { contained }) } } };
}

function groupOf({ agents }: AddressBook, app: string): number {
  const entries = Object.values(agents);
  return entries.find((entry) => entry.app === app)?.group ?? Math.max(0, ...entries.map(({ group }) => group ?? 0)) + 1;
}

function pick(book: AddressBook, key: string, taken: ReadonlySet<number>): number {
  const preferred = book.keys[key];
  if (preferred !== undefined && !taken.has(preferred)) return preferred;
  const reserved = new Set(Object.values(book.keys));
  for (let number = first; number <= last; number++) if (!taken.has(number) && !reserved.has(number)) return number;
  const oldest = Object.values(book.keys).find((number) => !taken.has(number));
  if (oldest === undefined) throw new StratoError('network.full', 'no address is left for another agent', { why: 'all 65,000 addresses of the bridge are in use' });
  return oldest;
}

/** The book once the namespace of the agent is complete. */
export function markReady(book: AddressBook, agent: string): AddressBook {
  const entry = book.agents[agent];
  return entry ? { ...book, agents: { ...book.agents, [agent]: { ...entry, ready: true } } } : book;
}

/** The book without the agent; its key keeps the address for the next one. */
export function release(book: AddressBook, agent: string): AddressBook {
  const { [agent]: _, ...agents } = book.agents;
  return { ...book, agents };
}

/** An unreadable book is an empty one: namespaces that it knew are then made anew. */
export function readBook(file: string): AddressBook {
  try {
    return { ...emptyBook, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<AddressBook>) };
  } catch {
    return emptyBook;
  }
}

export function writeBook(file: string, book: AddressBook): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(book), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
