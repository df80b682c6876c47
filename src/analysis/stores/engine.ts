import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { EnvRead } from '../facts/env-read.ts';
import { linesIn } from '../syntax/lines.ts';
import { isTestPath } from '../tree/ignored.ts';
import type { Tree } from '../tree/tree.ts';
import type { ConfiguredStore } from './configured.ts';
import { storeKinds } from './kinds.ts';

/** The one of several databases that an app speaks to when nobody says another. */
export interface Engine {
  kind: string;
  evidence: Evidence;
  /** It is what the code takes where nothing at all was set up. */
  unasked?: true;
}

const chooser = /^(?:DB|DATABASE|DBMS)$|^(?!\w*(?:CACHE|SESSION|QUEUE|LOG|MAIL|BROADCAST|STORAGE|FILE))\w+_DRIVER$|^(?:\w+_)?(?:DB|DATABASE|SQL|DATASTORE|TYPEORM|SEQUELIZE|KNEX|PERSISTENCE)_?(?:CLIENT|DIALECT|TYPE|ENGINE|DRIVER|PROVIDER|VENDOR|BACKEND|ADAPTER|FLAVOU?R)$/;
/** The variable that says where the app's database is. */
const mainAddress = /^(?:DATABASE|DB)_UR[IL]$/;
export const relationalKinds = new Set(['postgresql', 'mysql', 'mariadb', 'sqlite', 'mssql', 'oracle']);

/** The engine that a variable such as `DB_CLIENT` chooses: what it is given, else what the code takes without it. */
export function chosenEngine(draft: Draft, reads: readonly (EnvRead & { file: string })[]): Engine | undefined {
  for (const [name, { value, evidence }] of draft.given) {
    const kind = chooser.test(name) ? engineOf(value) : undefined;
    if (kind !== undefined) return { kind, evidence: { ...evidence, why: `${name} chooses ${kind}` } };
  }
  for (const { name, default: usual, file, line } of reads) {
    const kind = chooser.test(name) ? engineOf(usual) : undefined;
    if (kind !== undefined) return { kind, evidence: seen(file, line, `${name} is otherwise ${usual}`) };
  }
  return [...draft.stores.keys()].some((kind) => relationalKinds.has(kind)) ? undefined : engineOfAddress(draft, reads);
}

/** The engine that is spoken of by the address of the database which is given, else by the one that code takes without it. */
function engineOfAddress(draft: Draft, reads: readonly (EnvRead & { file: string })[]): Engine | undefined {
  for (const [name, { value, evidence }] of draft.given) {
    const kind = mainAddress.test(name) ? engineOfScheme(value) : undefined;
    if (kind !== undefined) return { kind, evidence: { ...evidence, why: `${name} is an address of ${kind}` } };
  }
  for (const { name, default: usual, file, line } of reads) {
    const kind = mainAddress.test(name) ? engineOfScheme(usual) : undefined;
    if (kind !== undefined) return { kind, evidence: seen(file, line, `${name} is otherwise an address of ${kind}`) };
  }
  return undefined;
}

/** How an object for the database says its kind: `dbConfig = { type: "sqlite" }`. */
const object = /(?<![\w.])(\w{0,40}?(?:db|database)\w{0,40})\s{0,20}=\s{0,20}\{\s{0,20}(?:type|client|dialect|driver|engine)\s{0,20}:\s{0,20}["'](\w+)["']/gi;

/** The engine that code takes when what chooses it, and is asked for several (`if (dbConfig.type === "mariadb")`), was never set up. `files`: those that speak of databases. */
export function unaskedEngine(tree: Tree, files: Iterable<string>): Engine | undefined {
  for (const path of files) {
    if (!/\.[cm]?[jt]sx?$/.test(path) || isTestPath(path)) continue;
    const text = tree.textOnce(path) ?? '';
    for (const match of [...text.matchAll(object)].slice(0, 10)) {
      const kind = engineOf(match[2]!);
      if (kind === undefined) continue;
      const asked = new Set([...text.matchAll(new RegExp(`\\b${RegExp.escape(match[1]!)}\\.(?:type|client|dialect|driver|engine)\\s{0,20}={2,3}\\s{0,20}["'](\\w+)["']`, 'g'))].map(([, word]) => engineOf(word!)).filter((one) => one !== undefined));
      if (asked.size > 1) return { kind, unasked: true, evidence: seen(path, linesIn(text).at(match.index), `${match[1]} is otherwise ${match[2]}`) };
    }
  }
  return undefined;
}

/** Where a variable without a default chooses among what the code is written for: what stands beside the app, else a file where it may be one. */
export function engineBeside(draft: Draft, reads: readonly (EnvRead & { file: string })[], spoken: ReadonlySet<string>): Engine | undefined {
  const read = reads.find(({ name, default: usual }) => chooser.test(name) && usual === null);
  if (!read || spoken.size < 3) return undefined;
  const beside = [...spoken].find((kind) => draft.stores.has(kind));
  const kind = beside ?? (spoken.has('sqlite') ? 'sqlite' : undefined);
  return kind === undefined ? undefined : { kind, evidence: beside ? draft.stores.get(beside)! : seen(read.file, read.line, `${read.name} chooses another`) };
}

/**
 * Of schemas that are each for another database, `db/mysql/schema.prisma` beside `db/postgresql/schema.prisma`, the one to take: of the store that stands beside the app,
 * else PostgreSQL. Undefined where there is no such choice.
 */
export function engineOfAlternatives(draft: Draft, configured: readonly ConfiguredStore[]): Engine | undefined {
  const alternatives = alternativesIn(configured);
  const taken = alternatives.find(({ kind }) => draft.stores.has(kind) || draft.nearby.has(kind)) ?? alternatives.find(({ kind }) => kind === 'postgresql') ?? alternatives[0];
  return taken && { kind: taken.kind, evidence: { ...taken.evidence, why: `one of the schemas for ${alternatives.map(({ kind }) => kind).join(' or ')}` } };
}

/** Configuration of one name in directories of one place that are for several databases. */
export function alternativesIn(configured: readonly ConfiguredStore[]): ConfiguredStore[] {
  const places = Map.groupBy(configured.filter(({ kind }) => relationalKinds.has(kind)), ({ evidence: { file } }) => `${posix.dirname(posix.dirname(file))}/*/${posix.basename(file)}`);
  return [...places.values()].find((signs) => new Set(signs.map(({ kind }) => kind)).size > 1 && new Set(signs.map(({ evidence }) => evidence.file)).size === signs.length) ?? [];
}

function engineOf(word: string | null): string | undefined {
  return word === null ? undefined : storeKinds.find(({ kind, dialects }) => relationalKinds.has(kind) && dialects?.test(word))?.kind;
}

function engineOfScheme(address: string | null): string | undefined {
  const scheme = /^([a-z][a-z0-9+]*):/.exec(address ?? '')?.[1];
  return scheme === undefined ? undefined : storeKinds.find(({ kind, schemes }) => relationalKinds.has(kind) && schemes.includes(scheme))?.kind;
}
