import type { Evidence, PlannedService, Scaling } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { TopicUse } from '../queues/topic-use.ts';
import { concurrencyOf } from './concurrency.ts';
import { doubledBy } from './singleton.ts';
import { keptBy } from './state.ts';

/** Kinds that answer requests. */
export const answering = /^(web|api|static|ml-inference|notebook)$/;
/** Kinds that end by themselves, or that a person sits at. */
export const ending = /^(job|cli|library|ml-training|data-pipeline|notebook)$/;

/**
 * Whether there may be several agents of a service, and with how many to begin: what each keeps for itself, what a second one would do again, and how one does several
 * things at a time. What `service` has of stores is settled before; its policy comes after what people say ({@link scalingPolicy}).
 */
export function scalingOf(draft: Draft, service: PlannedService, code: readonly FileFacts[], topics: readonly TopicUse[]): { scaling: Scaling; evidence: Evidence[] } {
  const kept = keptBy(draft, service, code, answering.test(service.kind));
  const doubled = ending.test(service.kind) ? undefined : doubledBy(draft, service, code, topics);
  const database = service.stores.some(({ kind }) => kind === 'sqlite');
  const asked = draft.best('replicas');
  const directories = service.keeps.map(({ path }) => path);
  const stateless = !database && kept.length === 0 && directories.length === 0;
  const several = stateless && doubled === undefined;
  const reason = database ? 'it keeps its data in a file of its own'
    : directories.length > 0 ? `it keeps files of its own in ${directories.slice(0, 3).join(', ')}`
    : kept.length > 0 ? `it keeps ${kept.map(({ what }) => what).join(', and ')}`
      : doubled?.why ?? (asked && asked.value > 1 ? `${asked.evidence[0]!.file} asks for ${asked.value}` : 'nothing that it keeps for itself was seen');
  const scaling: Scaling = {
    stateless, sticky: !stateless && !database && directories.length === 0 && kept.every(({ sticky }) => sticky), singleton: doubled !== undefined,
    concurrency: concurrencyOf(service, draft.dependencies.keys()),
    replicas: several && asked && asked.value > 1 ? asked.value : 1,
    reason, policy: null,
  };
  return {
    scaling,
    evidence: [...service.keeps.map(({ path, evidence: [first] }) => seen(first!.file, first!.line, `scaling: keeps files in ${path}: ${first!.why}`)), ...kept.map(({ what, evidence }) => seen(evidence.file, evidence.line, `scaling: keeps ${what}: ${evidence.why}`)), ...(doubled?.evidence ? [seen(doubled.evidence.file, doubled.evidence.line, `scaling: ${doubled.why}: ${doubled.evidence.why}`)] : [])],
  };
}
