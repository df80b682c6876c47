import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AppName, ServiceName, reportOf, type AgentId } from '../model/index.ts';
import type { Capability, Driver, Task } from './driver.ts';
import type { User } from './process-user.ts';

const app = AppName.parse('probe');
const task: Task = { app, service: ServiceName.parse('true'), slot: 0, argv: ['true'], env: { PATH: '/usr/bin:/bin' }, artefact: null, cwd: '', volumes: [], resources: {}, addressKey: 'probe', hosts: {}, toolchain: [] };

export interface ProcessFacts {
  /** Account of the agents, when it is not the daemon's. */
  readonly user: User | undefined;
  readonly limits: ReadonlySet<string>;
}

let probes = 0;

/** Runs `true` as an agent from prepare to remove, with a driver made for a temporary directory. */
export async function probeProcess(make: (paths: { agents: string }) => Driver, facts: ProcessFacts): Promise<Capability> {
  const agents = mkdtempSync(join(tmpdir(), 'stratoswarm-probe-'));
  try {
    chmodSync(agents, 0o711);
    const driver = make({ agents });
    // A name that no agent can have: other drivers end what looks like an agent without a directory.
    const handle = driver.handle(`probe-process-${process.pid}-${++probes}` as AgentId, null);
    await driver.prepare(handle, task);
    await driver.start(handle);
    const code = await exitCode(driver, handle);
    await driver.remove(handle);
    return code === 0 ? capability(facts) : { works: false, reason: `the program true ended with ${code}`, remedy: 'see that /bin/sh and true work' };
  } catch (error) {
    const { message, why } = reportOf(error);
    return { works: false, reason: why ? `${message}: ${why}` : message, remedy: `see that ${tmpdir()} can be written to and programs can be run` };
  } finally {
    rmSync(agents, { recursive: true, force: true });
  }
}

async function exitCode(driver: Driver, handle: Parameters<Driver['recover']>[0]): Promise<number | null> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const { status, exit } = await driver.recover(handle);
    if (status === 'exited') return exit?.code ?? null;
    await setTimeout(5);
  }
  return null;
}

function capability({ user, limits }: ProcessFacts): Capability {
  const root = process.getuid?.() === 0;
  const limited = [...limits].toSorted();
  return {
    works: true,
    ownNetwork: false,
    features: [
      'own copy of its files', 'no new privileges',
      ...(user ? [`runs as ${user.name}`] : []),
      ...(limited.length > 0 ? [`limits: ${limited.join(', ')}`] : []),
    ],
    lacks: [
      { what: 'an address of its own: agents share the ports of the host', remedy: 'use the sandbox or the oci driver' },
      { what: 'a file system of its own: an agent sees what its user may see, and volumes are not at their path', remedy: 'use the sandbox or the oci driver' },
      ...(limited.length < 3 ? [{ what: 'limits on CPU, memory and processes', remedy: 'run the daemon as root, or give it a delegated cgroup' }] : []),
      ...(root && !user ? [{ what: 'a user of its own: agents run as root', remedy: 'install setpriv (util-linux), and let everybody enter the home of the daemon and the checkout (chmod o+x)' }] : []),
    ],
  };
}
