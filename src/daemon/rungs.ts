import type { DoctorRow } from '../api/views.ts';
import type { Capability, Driver, DriverName } from '../drivers/driver.ts';
import { isolations, StratoError, type Isolation, type Service } from '../model/index.ts';

/** A rung of isolation with what its driver found out by trying it. */
export interface Rung {
  readonly driver: Driver;
  readonly capability: Capability;
}

/** The rungs of this machine. Agents are found again through all of them; new ones get the strongest that works, of those that need not be asked for. */
export class Rungs {
  readonly drivers: ReadonlyMap<DriverName, Driver>;
  readonly #all: Rung[];
  readonly #proven = new Set<Driver>();

  private constructor(all: Rung[]) {
    this.#all = all;
    this.drivers = new Map(all.map(({ driver }) => [driver.name, driver]));
  }

  static async probe(drivers: readonly Driver[]): Promise<Rungs> {
    return new Rungs(await Promise.all(drivers.map(async (driver) => ({ driver, capability: await (driver.onRequest?.look() ?? tried(driver)) }))));
  }

  /** Tries the rungs that are on request, until they have worked once; only those of an isolation when one is given. */
  async tryOut(isolation?: Isolation): Promise<void> {
    await Promise.all(this.#all.map(async ({ driver }, index) => {
      if (!driver.onRequest || this.#proven.has(driver) || (isolation !== undefined && driver.isolation !== isolation)) return;
      const capability = await tried(driver);
      if (capability.works) this.#proven.add(driver);
      this.#all[index] = { driver, capability };
    }));
  }

  /** What agents can ask for here, weakest first. */
  get isolations(): Isolation[] {
    return this.#working().map(({ driver }) => driver.isolation);
  }

  /** Whether new agents have addresses of their own. */
  get ownNetwork(): boolean {
    const best = this.#best();
    return best !== undefined && best.capability.works && best.capability.ownNetwork;
  }

  /** The strongest rung that need not be asked for, or the one asked for. Throws `isolation.unavailable` with the reason and the remedy. */
  driverFor(service: Pick<Service, 'isolation'>): Driver {
    const rung = service.isolation === null ? this.#best() : this.#working().find(({ driver }) => driver.isolation === service.isolation);
    if (rung) return rung.driver;
    throw this.unavailable(service.isolation);
  }

  /** Why an isolation is not to be had here. */
  unavailable(isolation: Isolation | null): StratoError {
    const rung = this.#all.find(({ driver }) => driver.isolation === isolation);
    const reason = rung && !rung.capability.works ? rung.capability : undefined;
    return new StratoError('isolation.unavailable', `${isolation ?? 'no'} isolation does not work on this machine`, {
      why: reason?.reason ?? 'no driver here offers it',
      next: reason?.remedy ?? `choose one of ${this.isolations.join(', ')}`,
    });
  }

  /** What each rung offers and lacks here, for people. */
  async rows(): Promise<DoctorRow[]> {
    await this.tryOut();
    const best = this.#best();
    return this.#all.map((rung) => {
      const { driver, capability } = rung;
      const base = { area: 'rungs', name: `${driver.isolation} (${driver.name})` };
      if (!capability.works) return { ...base, works: false, detail: capability.reason, remedy: capability.remedy };
      const lacks = capability.lacks.map(({ what, remedy }) => `${what} (${remedy})`).join('; ');
      return { ...base, works: true, detail: `${rung === best ? 'used for new agents: ' : driver.onRequest ? `with \`--isolation ${driver.isolation}\`: ` : ''}${capability.features.join(', ')}${lacks ? `; lacks ${lacks}` : ''}`, remedy: null };
    });
  }

  #best(): Rung | undefined {
    return this.#working().findLast(({ driver }) => !driver.onRequest);
  }

  #working(): Rung[] {
    const working = this.#all.filter(({ capability }) => capability.works);
    return working.sort((a, b) => isolations.indexOf(a.driver.isolation) - isolations.indexOf(b.driver.isolation));
  }
}

/** A machine that is busy just now may fail a rung that works: what fails is tried once more. */
async function tried(driver: Driver): Promise<Capability> {
  const first = await driver.probe();
  return first.works ? first : driver.probe();
}
