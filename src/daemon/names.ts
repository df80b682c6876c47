import type { Ledger } from '../ledger/ledger.ts';
import type { Agent, AgentId, Event } from '../model/index.ts';

/** How many names of agents that are gone are remembered, so that their events can be told. */
const namesKept = 5000;

/** Agents that are gone keep their names in events that are told later. */
export class Names {
  readonly #ledger: Ledger;
  readonly #known = new Map<AgentId, Agent>();
  #learned: Promise<void> | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    ledger.subscribe(ledger.head, (batch) => batch.forEach((event) => this.#remember(event)));
  }

  /** Reads who was created before this daemon started. */
  learn(): Promise<void> {
    this.#learned ??= this.#ledger.history({ types: ['AgentCreated'], limit: namesKept }).then((events) => {
      for (const event of events.reverse()) this.#remember(event);
    });
    return this.#learned;
  }

  with(event: Event, present: { get(id: AgentId): Agent | undefined }): { get(id: AgentId): Agent | undefined } {
    this.#remember(event);
    return { get: (id) => present.get(id) ?? this.#known.get(id) };
  }

  #remember(event: Event): void {
    if (event.type !== 'AgentCreated') return;
    const { agent: id, app, service, slot } = event.body;
    this.#known.set(id, { id, app, service, slot } as Agent);
    if (this.#known.size > namesKept) this.#known.delete(this.#known.keys().next().value!);
  }
}
