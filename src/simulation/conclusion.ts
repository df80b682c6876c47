import type { AppName, Event, Service, State } from '../model/index.ts';
import { targetRevision } from '../model/index.ts';

const megabyte = 2 ** 20;

/**
 * What to look at when a failure comes again in the replay, and nothing that was decided, or came from outside, made the difference: the failure is then the program's own, or of what it uses
 * without the ledger's knowing. `before` is the state just before it.
 */
export function conclusionOf(failure: Event, app: AppName, name: string | null, before: State): string {
  const known = before.apps.get(app);
  const service = known && [targetRevision(known), ...known.revisions.values()].flatMap((revision) => revision?.services ?? []).find((one) => one.name === name);
  return `nothing that was decided, or came from outside, since it was last well brought this about: ${matterOf(failure, app, service)}`;
}

function matterOf(failure: Event, app: AppName, service: Service | undefined): string {
  const cause = failure.type === 'AgentExited' || failure.type === 'AgentStopping' ? failure.body.cause : null;
  const who = service?.name ?? 'it';
  if (cause === 'out-of-memory') {
    const limit = service?.resources.memory ?? null;
    if (limit === null) return `the memory of this machine did not suffice for ${who}, which has no limit of its own`;
    return `${who} may have ${Math.round(limit / megabyte)} MiB since its revision was deployed, and needs more, or leaks; \`stratoswarm logs ${app} --previous\` shows what it did, and \`--hint memory:${who}=…\` gives more`;
  }
  const uses = service && service.after.length > 0 ? `; it uses ${service.after.join(' and ')}, and one that runs and answers no more leaves no other trace here` : '';
  if (failure.type === 'AgentUnready' || cause === 'unhealthy') return `${who} failed its health check by itself${uses}; \`stratoswarm logs ${app}\` shows what it said at the time`;
  return `${who} failed by itself${uses}; \`stratoswarm logs ${app} --previous\` shows what it said last`;
}
