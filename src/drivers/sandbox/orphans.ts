import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AgentId } from '../../model/index.ts';
import type { Paths } from '../../host/paths.ts';
import type { Ground } from './ground.ts';

/** What a daemon that was killed while it tried out the rungs has left. */
function isDeadProbe(id: string): boolean {
  const pid = /^probe-(?:[a-z]+-)?(\d+)(?:-\w+)?$/.exec(id)?.[1];
  return pid !== undefined && !existsSync(`/proc/${pid}`);
}

/** Ends and removes control groups and networks of agents of this home whose directory is gone, whichever driver they were of. */
export async function removeOrphans(paths: Paths, { cgroups, network }: Ground): Promise<void> {
  const drivers = existsSync(paths.agents) ? readdirSync(paths.agents) : [];
  const orphaned = (id: string) => isDeadProbe(id) || (AgentId.safeParse(id).success && !drivers.some((driver) => existsSync(join(paths.agents, driver, id))));
  const own = join(paths.agents, 'sandbox');
  if (existsSync(own)) for (const id of readdirSync(own).filter(isDeadProbe)) rmSync(join(own, id), { recursive: true, force: true });
  if (cgroups.works) {
    for (const id of cgroups.cgroups.list().filter(orphaned)) {
      await cgroups.cgroups.kill(id);
      await cgroups.cgroups.remove(id);
    }
    cgroups.cgroups.cleanup();
  }
  if (network.works) {
    for (const id of network.network.list().filter(orphaned)) await network.network.remove(id);
    await network.network.cleanup();
  }
}
