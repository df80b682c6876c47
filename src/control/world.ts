import type { Driver, DriverName, Report } from '../drivers/driver.ts';
import type { Agent, AgentId, Clock } from '../model/index.ts';

/**
 * What the drivers report, remembered. An observation that began before an agent was last touched is older than what is known of
 * that agent, and is not believed about it.
 */
export class Observations {
  readonly #drivers: ReadonlyMap<DriverName, Driver>;
  readonly #clock: Clock;
  readonly #seen = new Map<AgentId, { report: Report; touched: number }>();
  readonly #terminated = new Map<AgentId, number>();
  #turn = 0;

  constructor(drivers: ReadonlyMap<DriverName, Driver>, clock: Clock) {
    this.#drivers = drivers;
    this.#clock = clock;
  }

  report(id: AgentId): Report | undefined {
    return this.#seen.get(id)?.report;
  }

  /** Takes what a verb has just returned. */
  take(report: Report): void {
    this.#seen.set(report.agent, { report, touched: ++this.#turn });
  }

  /** Whatever is being observed right now says nothing about this agent. */
  touch(id: AgentId): void {
    const seen = this.#seen.get(id);
    if (seen) seen.touched = ++this.#turn;
    else this.#turn++;
  }

  terminatedAt(id: AgentId): number | null {
    return this.#terminated.get(id) ?? null;
  }

  terminated(id: AgentId): void {
    this.#terminated.set(id, this.#clock.now());
  }

  forget(id: AgentId): void {
    this.#seen.delete(id);
    this.#terminated.delete(id);
    this.#turn++;
  }

  /** Asks the driver about one agent. */
  async look(agent: Agent): Promise<void> {
    const began = ++this.#turn;
    const report = await this.#driver(agent).recover(agent.handle);
    if ((this.#seen.get(agent.id)?.touched ?? 0) <= began) this.#seen.set(agent.id, { report, touched: began });
  }

  /**
   * Asks every driver for all that exists. `known` are the agents of the ledger; one that is missing is asked for by name before
   * it is believed to be gone.
   * Returns the reports of agents that are not known. A driver that fails says nothing about its agents.
   */
  async sweep(known: () => Iterable<Agent>): Promise<Report[]> {
    const began = ++this.#turn;
    const before = new Set([...known()].map((agent) => agent.id));
    const answers = new Map<DriverName, Map<AgentId, Report>>();
    await Promise.all([...this.#drivers.values()].map(async (driver) => {
      const reports = await driver.observe().catch(() => undefined);
      if (reports) answers.set(driver.name, new Map(reports.map((report) => [report.agent, report])));
    }));
    const now = new Set<AgentId>();
    const missing: Agent[] = [];
    for (const agent of known()) {
      now.add(agent.id);
      const answer = answers.get(agent.handle.driver);
      if (!answer || !before.has(agent.id) || (this.#seen.get(agent.id)?.touched ?? 0) > began) continue;
      const report = answer.get(agent.id);
      if (report) this.#seen.set(agent.id, { report, touched: began });
      else missing.push(agent);
    }
    await Promise.all(missing.map((agent) => this.look(agent).catch(() => undefined)));
    const strangers = [...answers.values()].flatMap((reports) => [...reports.values()]);
    return strangers.filter((report) => report.status !== 'absent' && !before.has(report.agent) && !now.has(report.agent));
  }

  #driver(agent: Agent): Driver {
    const driver = this.#drivers.get(agent.handle.driver);
    if (!driver) throw new Error(`the driver ${agent.handle.driver} of ${agent.id} is not there`);
    return driver;
  }
}
