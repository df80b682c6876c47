import type { EventView } from '../api.ts';

/** One line of a timeline: the event that says most, and all that it stands for, newest first. */
export interface Chapter {
  readonly head: EventView;
  readonly events: readonly EventView[];
}

type Phase = 'coming' | 'going';

const phases: Readonly<Record<string, Phase>> = {
  AgentCreated: 'coming', AgentPrepared: 'coming', AgentStarting: 'coming', AgentRunning: 'coming', AgentReady: 'coming',
  AgentStopping: 'going', AgentExited: 'going', AgentRemoved: 'going',
};

/**
 * Tells an agent's coming and its going as one chapter each, and every other event as one of its own. Takes and gives the newest first; a chapter
 * stands where the event that heads it stood.
 */
export function chapters(events: readonly EventView[]): Chapter[] {
  const told: EventView[][] = [];
  const open = new Map<string, { phase: Phase; events: EventView[] }>();
  for (const event of events) {
    const agent = agentOf(event);
    const phase = phases[event.type];
    const current = agent === undefined ? undefined : open.get(agent);
    if (current !== undefined && current.phase === phase) {
      current.events.push(event);
      continue;
    }
    const fresh = [event];
    told.push(fresh);
    if (agent === undefined) continue;
    if (phase === undefined) open.delete(agent);
    else open.set(agent, { phase, events: fresh });
  }
  const headed = told.map((group) => ({ head: group.find(({ type }) => type === 'AgentExited') ?? group[0]!, events: group }));
  return headed.toSorted((a, b) => b.head.position - a.head.position);
}

function agentOf({ type, body }: EventView): string | undefined {
  return type.startsWith('Agent') ? (body as { agent?: string }).agent : undefined;
}
