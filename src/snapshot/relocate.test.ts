import { describe, expect, it } from 'vitest';
import type { Service } from '../model/index.ts';
import { relocate } from './relocate.ts';

const from = { home: '/root/.stratoswarm', program: '/opt/stratoswarm', node: '/opt/n24/bin/node' };
const to = { home: '/var/lib/stratoswarm', program: '/srv/swarm', node: '/srv/swarm/.runtime/node/bin/node' };
const service = (given: Partial<Service>) => ({ argv: ['x'], toolchain: [], health: { startup: null, readiness: null, liveness: null, deadline: 1000 }, ...given }) as unknown as Service;

describe('services of another home', () => {
  it('are run by the programs of this one', () => {
    const startup = { action: { kind: 'exec' as const, argv: ['/bin/sh', '/opt/stratoswarm/src/services/stores/redis.sh', 'ready'] }, interval: 100, timeout: 100, failures: 1, successes: 1 };
    const [moved] = relocate([service({
      argv: ['/opt/n24/bin/node', '/opt/stratoswarm/.runtime/app/network/static-server.js', 'public'],
      toolchain: ['/opt/n24/bin', '/root/.stratoswarm/cache/programs/python', '/usr/bin', '/opt/stratoswarm-other'],
      health: { startup, readiness: null, liveness: null, deadline: 1000 },
    })], from, to);
    expect(moved!.argv).toEqual(['/srv/swarm/.runtime/node/bin/node', '/srv/swarm/.runtime/app/network/static-server.js', 'public']);
    expect(moved!.toolchain).toEqual(['/srv/swarm/.runtime/node/bin', '/var/lib/stratoswarm/cache/programs/python', '/usr/bin', '/opt/stratoswarm-other']);
    expect(moved!.health.startup!.action).toEqual({ kind: 'exec', argv: ['/bin/sh', '/srv/swarm/src/services/stores/redis.sh', 'ready'] });
  });

  it('stay as they are on the machine that took the snapshot', () => {
    const services = [service({ argv: ['/opt/n24/bin/node', 'server.js'], toolchain: ['/opt/n24/bin'] })];
    expect(relocate(services, from, from)).toEqual(services);
  });
});
