import { describe, expect, test } from 'vitest';
import type { Capability, Driver } from '../drivers/driver.ts';
import { simulatedDriver, type SimulatedWorld } from '../drivers/simulated.ts';
import type { Isolation } from '../model/index.ts';
import { Rungs } from './rungs.ts';

const works: Capability = { works: true, features: ['all'], ownNetwork: true, lacks: [] };
const fails: Capability = { works: false, reason: 'it broke', remedy: 'mend it' };

/** A driver whose trials end as told, the last one for ever; with `look`, on request. */
function rung(name: Driver['name'], isolation: Isolation, trials: Capability[], look?: Capability): Driver & { tried: number } {
  const driver = {
    ...simulatedDriver({ subscribe: () => () => undefined } as unknown as SimulatedWorld), name, isolation, tried: 0,
    ...(look && { onRequest: { look: async () => look } }),
    probe: async () => trials[Math.min(driver.tried++, trials.length - 1)]!,
  };
  return driver;
}

describe('rungs', () => {
  test('an agent gets the strongest that works; what fails is tried once more', async () => {
    const container = rung('oci', 'container', [fails, works]);
    const rungs = await Rungs.probe([container, rung('process', 'process', [works]), rung('sandbox', 'namespace', [fails])]);
    expect(rungs.driverFor({ isolation: null })).toBe(container);
    expect(rungs.isolations).toEqual(['process', 'container']);
    expect(() => rungs.driverFor({ isolation: 'namespace' })).toThrow(expect.objectContaining({ code: 'isolation.unavailable', why: 'it broke', next: 'mend it' }));
  });

  test('one on request is given to nobody unasked, and tried when somebody asks for it, until it has worked', async () => {
    const gvisor = rung('gvisor', 'sandbox', [works], works);
    const container = rung('oci', 'container', [works]);
    const rungs = await Rungs.probe([container, gvisor]);
    expect(gvisor.tried).toBe(0);
    expect(rungs.driverFor({ isolation: null })).toBe(container);
    await rungs.tryOut('container');
    expect(gvisor.tried).toBe(0);
    await rungs.tryOut('sandbox');
    await rungs.tryOut('sandbox');
    expect(gvisor.tried).toBe(1);
    expect(rungs.driverFor({ isolation: 'sandbox' })).toBe(gvisor);
    expect((await rungs.rows()).map(({ name, detail }) => [name, detail])).toEqual([['container (oci)', 'used for new agents: all'], ['sandbox (gvisor)', 'with `--isolation sandbox`: all']]);
  });

  test('one on request that fails its trial is refused with the reason, and tried again when it is asked for again', async () => {
    const rungs = await Rungs.probe([rung('gvisor', 'sandbox', [fails, fails, works], works)]);
    await rungs.tryOut('sandbox');
    expect(() => rungs.driverFor({ isolation: 'sandbox' })).toThrow(expect.objectContaining({ why: 'it broke' }));
    await rungs.tryOut('sandbox');
    expect(rungs.isolations).toEqual(['sandbox']);
  });
});
