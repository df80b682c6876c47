import type { PlannedService, ScalingPolicy } from '../../model/index.ts';
import type { TopicUse } from '../queues/topic-use.ts';
import { answering, ending } from './scaling.ts';

/** Agents that a policy goes up to before somebody has seen the service under load. */
const most = 4;
/** Percent of a processor, connections, and waiting messages for each agent: beginnings, which nothing measured. */
const targets = { cpu: 70, connections: 1_000, queue: 100 } as const;

/** Languages in which a process has one event loop; others have one for each core. */
const oneLoop = /^(javascript|typescript|python|dart|php|ruby)$/;

/** The first policy of a service, to be changed by who sees it under load; null for what runs once or is no program. */
export function scalingPolicy({ kind, language, gpu, patterns, scaling }: Pick<PlannedService, 'kind' | 'language' | 'gpu' | 'patterns' | 'scaling'>, topics: readonly TopicUse[]): ScalingPolicy | null {
  if (ending.test(kind)) return null;
  const { stateless, sticky, singleton, concurrency, replicas, reason } = scaling;
  const fixed = (why: string): ScalingPolicy => ({ min: replicas, max: replicas, metric: null, target: null, reason: why });
  if (sticky) return fixed(`${reason}: several would do if each client stayed with one, which nothing here sees to yet`);
  if (singleton || !stateless) return fixed(reason);
  if (gpu.needed) return fixed('each agent needs a GPU of its own');
  const by = (metric: keyof typeof targets, why: string): ScalingPolicy => ({ min: replicas, max: Math.max(most, replicas), metric, target: targets[metric], reason: why });
  if (!answering.test(kind)) return topics.some(({ role }) => role === 'takes') ? by('queue', 'it works on what waits for it') : by('cpu', 'it answers nobody, and nothing shows what waits for it');
  if (patterns.includes('websocket') || patterns.includes('sse')) return by('connections', 'its clients stay connected, also when they ask for nothing');
  return by('cpu', concurrency?.model === 'event-loop' && (concurrency.workers ?? 1) === 1 && oneLoop.test(language ?? '') ? 'one agent uses one core: more cores take more agents' : 'requests that share nothing can be spread');
}
