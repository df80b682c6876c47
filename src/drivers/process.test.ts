import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCgroups } from '../host/cgroups/open.ts';
import { requires } from '../host/testing.ts';
import { driverContract, type Subject, type Traits } from './driver.contract.ts';
import { processDriver } from './process.ts';

const root = process.getuid?.() === 0;
const traits: Traits = { real: true, ownNetwork: false, ownFilesystem: false, volumesAtPath: false, ownProcesses: false, noNewPrivileges: true, capabilitiesDropped: root, codeLater: true, hostKernel: true, limits: [] };

function newPlace(): { home: string; paths: { agents: string } } {
  const home = mkdtempSync(join(tmpdir(), 'stratoswarm-process-'));
  chmodSync(home, 0o711);
  return { home, paths: { agents: join(home, 'agents') } };
}

async function plain(): Promise<Subject> {
  const place = newPlace();
  return {
    driver: processDriver(place),
    again: () => processDriver(place),
    source: { module: new URL('./process.ts', import.meta.url).href, name: 'processDriver', options: place },
    cleanup: async () => rmSync(place.home, { recursive: true, force: true }),
  };
}

async function limited(): Promise<Subject> {
  const place = newPlace();
  const probe = await openCgroups(place.home);
  if (!probe.works) throw new Error(probe.reason);
  const { cgroups } = probe;
  return {
    driver: processDriver({ ...place, cgroups }),
    again: () => processDriver({ ...place, cgroups }),
    source: { module: new URL('./contract/limited-process.ts', import.meta.url).href, name: 'limitedProcessDriver', options: place },
    traces: async (handle) => cgroups.list().filter((id) => id === handle.agent),
    cleanup: async () => {
      cgroups.cleanup();
      rmSync(place.home, { recursive: true, force: true });
    },
  };
}

if (requires('linux')) driverContract('process', plain, traits);
if (requires('linux', 'root')) driverContract('process with limits', limited, { ...traits, limits: ['memory', 'pids', 'cpu'] });
