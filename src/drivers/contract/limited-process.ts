import { openCgroups } from '../../host/cgroups/open.ts';
import type { Driver } from '../driver.ts';
import { processDriver } from '../process.ts';

/** The process driver with cgroups, for a process that can only be told plain JSON. */
export async function limitedProcessDriver({ home, paths }: { home: string; paths: { agents: string } }): Promise<Driver> {
  const probe = await openCgroups(home);
  return processDriver({ paths, cgroups: probe.works ? probe.cgroups : null });
}
