import type { Evidence, PlannedService } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { workOf } from '../kinds/work.ts';
import type { TopicUse } from '../queues/topic-use.ts';

/** Why a second agent would do the work of the first again. */
export interface Doubled {
  readonly why: string;
  readonly evidence: Evidence | undefined;
}

/** Clocks and schedulers that agree with each other about who does what, over a store that they share; and locks. */
const agreeing = /^(bull|bullmq|agenda|pg-boss|graphile-worker|@temporalio\/worker|redlock|async-redis-lock|celery-redbeat|django-q2?|procrastinate|sidekiq(-[\w-]+)?|good_job|solid_queue|resque-scheduler|que|oban|hangfire(\.\w+)*|tickerq|jobrunr[\w-]*|db-scheduler[\w-]*|shedlock[\w-]*|github\.com\/(hibiken\/asynq|riverqueue\/river|go-redsync\/redsync)(\/.*)?|k8s\.io\/client-go\/tools\/leaderelection)$/i;
/** Words by which a program of Spring or .NET has timers of its own, which no package tells. */
const timers = /^(Scheduled|EnableScheduling|PeriodicTimer)$/;
/** Chats that give each message to one of several that ask for it. */
const sharing = /^(slack-bolt|slack-go\/slack|bolt-socket-mode|@slack\/bolt)$|slack/i;

/** Why there should be one agent of a service only; undefined when nothing speaks for it. */
export function doubledBy(draft: Draft, { kind, start, stores, language }: Pick<PlannedService, 'kind' | 'start' | 'stores' | 'language'>, code: readonly FileFacts[], topics: readonly TopicUse[]): Doubled | undefined {
  if (kind === 'cron') return { why: 'a second one would do everything twice', evidence: undefined };
  if (/\b(beat|scheduler|clock)\b/.test(start ?? '')) return { why: 'it is the clock of others: a second one would tell them everything twice', evidence: undefined };
  const mqtt = topics.find(({ kind: broker, role, topic }) => broker === 'mqtt' && role === 'takes' && !topic.startsWith('$share/'));
  if (mqtt) return { why: 'each agent would get every message of MQTT', evidence: mqtt.evidence };
  const agree = [...draft.dependencies.keys()].some((name) => agreeing.test(name) || agreeing.test(name.slice(name.indexOf(':') + 1)));
  const work = workOf(language ?? '', draft.dependencies);
  if (work?.source === 'chat' && kind === 'worker' && !sharing.test(work.name)) return { why: 'each agent would answer every message of the chat', evidence: work.evidence };
  if (agree || stores.some((store) => store.kind === 'temporal')) return undefined;
  if (work?.source === 'clock') return { why: 'its timers would go off in each agent', evidence: work.evidence };
  for (const { path, telling } of code) {
    const timer = [...telling].find(([word]) => timers.test(word));
    if (timer) return { why: 'its timers would go off in each agent', evidence: seen(path, timer[1], `has ${timer[0]}`) };
  }
  return undefined;
}
