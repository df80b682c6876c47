import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppName, ServiceName, type AgentId, type Handle } from '../../model/index.ts';
import type { Paths } from '../../host/paths.ts';
import type { Capability, Driver, Task } from '../driver.ts';
import type { Ground } from './ground.ts';

/** What sandboxes have here, and what they lack. */
export function describeGround(ground: Ground): Capability {
  if (process.platform !== 'linux') return { works: false, reason: 'namespaces exist on Linux only', remedy: 'use the isolation process' };
  if (ground.missing.length > 0) return { works: false, reason: `the programs ${ground.missing.join(', ')} are missing`, remedy: 'apt install util-linux mount' };
  const { cgroups, network } = ground;
  const limits = cgroups.works ? [`cgroup ${cgroups.cgroups.version} limits on ${[...cgroups.cgroups.controllers].join(', ')}`] : [];
  const lacks = [
    { what: 'a filter of system calls', remedy: 'use the isolation container: apt install runc conmon' },
    ...(cgroups.works ? cgroups.lacks : [{ what: `limits on memory, cpu and pids: ${cgroups.reason}`, remedy: cgroups.remedy }]),
    ...(network.works ? network.lacks : [{ what: `own network: ${network.reason}`, remedy: network.remedy }]),
    ...(ground.overlay ? [] : [{ what: 'layers over the artefact, so each agent gets a copy of it', remedy: 'a kernel with overlay file systems (5.11 or newer without root)' }]),
    ...(ground.nested ? [] : [{ what: 'user namespaces of their own', remedy: 'sysctl kernel.unprivileged_userns_clone=1 or kernel.apparmor_restrict_unprivileged_userns=0' }]),
  ];
  const features = ['read-only system', 'own processes', 'no privileges', ...limits, ...(network.works ? ['own network'] : []), ...(ground.overlay ? ['layers over the artefact'] : []), ...(ground.nested ? ['own user namespace'] : [])];
  return { works: true, features, ownNetwork: network.works, lacks };
}

const expected = 42;

/** Runs one agent from prepare to remove. Null when it did what it should, else the reason. */
export async function tryOnce(driver: Driver, paths: Paths): Promise<string | null> {
  // A name that no agent can have, so that it is never observed.
  const agent = `probe-${process.pid}` as AgentId;
  const handle: Handle = { driver: 'sandbox', agent, directory: join(paths.agents, 'sandbox', agent), port: null };
  const task: Task = {
    app: AppName.parse('probe'), service: ServiceName.parse('probe'), slot: 0, argv: ['/bin/sh', '-c', `test ! -w / && test -w /app && exit ${expected}`],
    env: { PATH: '/usr/bin:/bin' }, artefact: null, cwd: '', volumes: [], resources: {}, addressKey: 'probe', hosts: {}, toolchain: [],
  };
  try {
    await driver.prepare(handle, task);
    let report = await driver.start(handle);
    for (let wait = 0; report.status !== 'exited' && wait < 500; wait++) {
      await delay(10);
      report = await driver.recover(handle);
    }
    if (report.exit?.code === expected) return null;
    let said = '';
    for await (const chunk of driver.logs(handle)) said += Buffer.from(chunk.data).toString();
    return said.trim().split('\n').at(-1) || report.exit?.detail || `a first agent ended with ${report.exit?.signal ?? report.exit?.code ?? 'nothing'}`;
  } finally {
    await driver.remove(handle);
  }
}
