import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { EnvRead } from '../facts/env-read.ts';
import type { ConfiguredStore } from './configured.ts';
import { storeKinds } from './kinds.ts';

/** The one of several databases that an app speaks to when nobody says another. */
export interface Engine {
  kind: string;
  evidence: Evidence;
}

const chooser = /^(?:\w+_)?(?:DB|DATABASE|SQL|DATASTORE|TYPEORM|SEQUELIZE|KNEX|PERSISTENCE)_?(?:CLIENT|DIALECT|TYPE|ENGINE|DRIVER|PROVIDER|VENDOR|BACKEND|ADAPTER|FLAVOU?R)$/;
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
  return undefined;
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
