import { describe, expect, it } from 'vitest';
import type { Driver, DriverName, ImageOrder } from '../drivers/driver.ts';
import { StratoError, type Agent } from '../model/index.ts';
import { memoryOrders } from './memory-orders.ts';

const agent = (name: string, isolation: Agent['isolation'], driver: DriverName) => ({ id: name, app: 'shop', service: 'web', slot: 2, isolation, handle: { driver, agent: name } }) as unknown as Agent;
const order = { id: 'a' } as unknown as ImageOrder;
const driver = (images?: Driver['images']) => ({ images }) as Driver;

describe('of whom the memory is kept', () => {
  it('is every agent in a container, where that works', async () => {
    const drivers = new Map([['oci', driver({ probe: async () => ({ works: true }), order: async () => order })] as const]);
    expect(await memoryOrders([agent('a', 'container', 'oci')], drivers)).toEqual({ orders: [{ agent: 'a', group: 'shop', order, of: { app: 'shop', service: 'web', slot: 2 } }], refused: [] });
  });

  it('is nobody else, and each time the reason is told', async () => {
    const drivers = new Map<DriverName, Driver>([
      ['oci', driver({ probe: async () => ({ works: false, reason: 'CRIU does not know this kernel', remedy: 'another one may' }), order: async () => order })],
      ['process', driver()], ['gvisor', driver()],
    ]);
    const { orders, refused } = await memoryOrders([agent('a', 'container', 'oci'), agent('b', 'process', 'process'), agent('c', 'sandbox', 'gvisor')], drivers);
    expect(orders).toEqual([]);
    expect(refused).toEqual([
      { agent: 'a', why: 'CRIU does not know this kernel (another one may)' }, { agent: 'b', why: 'only agents in containers can be written down' }, { agent: 'c', why: expect.stringContaining('gVisor ends what it writes down') },
    ]);
  });

  it('is not one who ended meanwhile', async () => {
    const ended = async () => { throw new StratoError('agent.not-running', 'a does not run'); };
    expect(await memoryOrders([agent('a', 'container', 'oci')], new Map([['oci', driver({ probe: async () => ({ works: true }), order: ended })]]))).toEqual({ orders: [], refused: [{ agent: 'a', why: 'a does not run' }] });
  });
});
