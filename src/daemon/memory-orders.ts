import type { Driver, DriverName } from '../drivers/driver.ts';
import { reportOf, type Agent } from '../model/index.ts';
import type { Remembered } from '../snapshot/memory.ts';

export interface MemoryOrders {
  readonly orders: readonly Remembered[];
  readonly refused: readonly { readonly agent: string; readonly why: string }[];
}

/** By what the memory of agents that run is kept, and of whom it cannot be, with the reason. */
export async function memoryOrders(agents: readonly Agent[], drivers: ReadonlyMap<DriverName, Driver>): Promise<MemoryOrders> {
  const found = await Promise.all(agents.map((agent) => orderOf(agent, drivers.get(agent.handle.driver))));
  return {
    orders: found.flatMap((one) => ('order' in one ? [one] : [])),
    refused: found.flatMap((one) => ('why' in one ? [one] : [])),
  };
}

async function orderOf({ id, handle, app, service, slot, isolation }: Agent, driver: Driver | undefined): Promise<Remembered | { agent: string; why: string }> {
  if (isolation === 'sandbox') return { agent: id, why: 'gVisor ends what it writes down, also when it fails, as it does for programs that wait at a socket by epoll' };
  if (!driver?.images) return { agent: id, why: 'only agents in containers can be written down' };
  const found = await driver.images.probe();
  if (!found.works) return { agent: id, why: `${found.reason} (${found.remedy})` };
  try {
    return { agent: id, group: app, order: await driver.images.order(handle), of: { app, service, slot } };
  } catch (error) {
    return { agent: id, why: reportOf(error).message };
  }
}
