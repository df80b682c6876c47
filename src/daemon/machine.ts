import { gvisorDriver } from '../drivers/gvisor/driver.ts';
import { ociDriver } from '../drivers/oci/driver.ts';
import { processDriver } from '../drivers/process.ts';
import { sandboxDriver } from '../drivers/sandbox.ts';
import { openCgroups } from '../host/cgroups/open.ts';
import { openNetwork } from '../host/network/open.ts';
import type { Paths } from '../host/paths.ts';
import type { Around } from './mortal.ts';
import { Rungs } from './rungs.ts';

/** What this machine offers for agents, found out by trying each rung once. */
export interface Machine {
  readonly rungs: Rungs;
  /** Address at which agents with a network of their own reach this machine; null when there are none. */
  readonly gateway: string | null;
  /** Agents can be kept from reaching anything but their own app. */
  readonly contains: boolean;
  /** What people should know about the network here; null when it is as it should be. */
  readonly network: string | null;
  /** Puts back rules of the network that somebody took away; true when any was gone. */
  readonly keepNetwork: () => Promise<boolean>;
}

export async function machine(paths: Paths, around: Around): Promise<Machine> {
  const [cgroups, network] = await Promise.all([openCgroups(paths.home), openNetwork(paths.home)]);
  const drivers = [
    processDriver({ paths, cgroups: cgroups.works ? cgroups.cgroups : null }),
    sandboxDriver({ paths }),
    ociDriver({ paths }),
    gvisorDriver({ paths }),
  ];
  const rungs = await Rungs.probe(drivers.map((driver) => around(driver, 'driver', ['prepare', 'hold', 'start', 'signal', 'stop', 'remove'])));
  return {
    rungs,
    contains: network.works && network.network.separates,
    gateway: network.works ? network.network.gateway : null,
    keepNetwork: async () => network.works && await network.network.keep(),
    network: network.works ? (network.lacks[0] ? `${network.lacks[0].what}: ${network.lacks[0].remedy}` : null) : null,
  };
}
