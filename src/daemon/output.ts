import type { LogQuery } from '../api/backend.ts';
import type { LogLine } from '../api/views.ts';
import type { StateSource } from '../control/parts.ts';
import type { Driver, DriverName } from '../drivers/driver.ts';
import type { Agent, AgentId, AppName } from '../model/index.ts';
import type { Archive } from './archive.ts';
import { linesOf, type Line } from './lines.ts';

/** Average bytes of a line, for finding the last lines of a long output without reading it all. */
const lineSize = 512;

/** The output of agents, present and past, as lines. */
export class Output {
  readonly #state: StateSource;
  readonly #drivers: ReadonlyMap<DriverName, Driver>;
  readonly #archive: Archive;
  readonly #withoutSecrets: (app: AppName, lines: readonly string[]) => string[];

  constructor({ state, drivers, archive, withoutSecrets }: { state: StateSource; drivers: ReadonlyMap<DriverName, Driver>; archive: Archive; withoutSecrets: (app: AppName, lines: readonly string[]) => string[] }) {
    this.#state = state;
    this.#drivers = drivers;
    this.#archive = archive;
    this.#withoutSecrets = withoutSecrets;
  }

  /** The last lines of one agent's output, also when it is gone, as the ledger may keep them: without secrets. */
  async tail(id: AgentId, lines: number): Promise<string[]> {
    const agent = this.#state.current.agents.get(id);
    const driver = agent && this.#drivers.get(agent.handle.driver);
    const read = agent && driver ? await last(driver.logs(agent.handle, { from: -lines * lineSize }), lines).catch(() => []) : [];
    const app = agent?.app ?? [...this.#state.current.apps.keys()].find((name) => id.startsWith(`${name}-`));
    if (app === undefined) return [];
    return this.#withoutSecrets(app, (read.length > 0 ? read : (await this.#archived(app, id)).slice(-lines)).map(({ line }) => line));
  }

  /** Lines of all agents that match; with `follow`, also of those that come later, until the signal. */
  async *lines(query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine> {
    const matching = () => [...this.#state.current.agents.values()].filter((agent) => matches(agent, query)).sort((a, b) => a.createdAt - b.createdAt);
    if (query.previous) return yield* this.#past(query, new Set());
    const present = matching();
    if (present.length === 0 || query.agent !== undefined) yield* this.#past(query, new Set(present.map((agent) => agent.id)));
    if (!query.follow) {
      for (const agent of present) for (const line of await this.#known(agent, query)) yield view(agent, line);
      return;
    }
    yield* this.#follow(query, matching, signal);
  }

  async *#follow(query: LogQuery, matching: () => Agent[], signal: AbortSignal): AsyncGenerator<LogLine> {
    const queue: LogLine[] = [];
    let wake: () => void = () => undefined;
    const followed = new Set<AgentId>();
    const pump = async (agent: Agent) => {
      const known = await this.#known(agent, query);
      queue.push(...known.map((line) => view(agent, line)));
      wake();
      const driver = this.#drivers.get(agent.handle.driver);
      const from = known.at(-1)?.next ?? query.from[agent.id] ?? 0;
      if (!driver) return;
      for await (const line of linesOf(driver.logs(agent.handle, { from, follow: true, signal }))) {
        queue.push(view(agent, line));
        wake();
      }
    };
    const adopt = () => {
      for (const agent of matching()) {
        if (followed.has(agent.id)) continue;
        followed.add(agent.id);
        void pump(agent).catch(() => undefined);
      }
    };
    const cancel = this.#state.onChange(adopt);
    signal.addEventListener('abort', () => wake(), { once: true });
    adopt();
    try {
      while (!signal.aborted) {
        while (queue.length > 0) yield queue.shift()!;
        if (!signal.aborted) await new Promise<void>((resolve) => { wake = resolve; });
      }
    } finally {
      cancel();
    }
  }

  /** What there is now of one agent's output, by the query's bounds. */
  async #known(agent: Agent, query: LogQuery): Promise<Line[]> {
    const driver = this.#drivers.get(agent.handle.driver);
    if (!driver) return [];
    const resumed = query.from[agent.id];
    if (resumed !== undefined) return last(driver.logs(agent.handle, { from: resumed }), Infinity);
    if (query.tail === 0) return [];
    if (query.tail === undefined) return last(driver.logs(agent.handle, { from: 0 }), Infinity);
    return last(driver.logs(agent.handle, { from: -query.tail * lineSize }), query.tail);
  }

  /** When nothing of an app runs, the output of what ran last in each slot is what people look for. */
  async *#past(query: LogQuery, present: ReadonlySet<AgentId>): AsyncGenerator<LogLine> {
    const ids = (await this.#archive.agents(query.app)).filter((id) => !present.has(id) && (query.agent === undefined || id === query.agent));
    for (const [place, attempts] of Map.groupBy(ids, (id) => id.slice(0, id.lastIndexOf('-')))) {
      const slot = Number(place.slice(place.lastIndexOf('-') + 1));
      const service = place.slice(query.app.length + 1, place.lastIndexOf('-'));
      if ((query.service !== undefined && query.service !== service) || (query.slot !== undefined && query.slot !== slot)) continue;
      // One that was stopped before it said anything would hide why the one before it failed.
      let lines: Line[] = [];
      let id = attempts.at(-1)!;
      for (let i = attempts.length - 1; i >= 0 && lines.length === 0; i--) lines = await this.#archived(query.app, id = attempts[i]!);
      for (const { offset, next, line } of query.tail === undefined ? lines : lines.slice(lines.length - Math.min(lines.length, query.tail))) {
        yield { agent: id, service, slot, offset, next, line };
      }
    }
  }

  async #archived(app: LogQuery['app'], id: AgentId): Promise<Line[]> {
    const kept = await this.#archive.read(app, id).catch(() => undefined);
    if (!kept) return [];
    const chunk = { offset: kept.offset, data: Buffer.from(kept.text) };
    return last((async function* () { yield chunk; })(), Infinity);
  }
}

async function last(chunks: Parameters<typeof linesOf>[0], count: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of linesOf(chunks)) {
    lines.push(line);
    if (lines.length > count * 2 + 1000) lines.splice(0, lines.length - count);
  }
  return count === Infinity ? lines : lines.slice(-count);
}

function matches(agent: Agent, { app, service, slot, agent: id }: LogQuery): boolean {
  return agent.app === app && (service === undefined || agent.service === service) && (slot === undefined || agent.slot === slot) && (id === undefined || agent.id === id);
}

function view(agent: Agent, { offset, next, line }: Line): LogLine {
  return { agent: agent.id, service: agent.service, slot: agent.slot, offset, next, line };
}
