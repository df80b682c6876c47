import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requires } from '../host/testing.ts';
import { driverContract } from './driver.contract.ts';
import { processDriver } from './process.ts';

const root = process.getuid?.() === 0;

if (requires('linux')) {
  driverContract('process', async () => {
    const home = mkdtempSync(join(tmpdir(), 'stratoswarm-process-'));
    chmodSync(home, 0o711);
    const options = { paths: { agents: join(home, 'agents') } };
    return {
      driver: processDriver(options),
      again: () => processDriver(options),
      source: { module: new URL('./process.ts', import.meta.url).href, name: 'processDriver', options },
      cleanup: async () => rmSync(home, { recursive: true, force: true }),
    };
  }, { real: true, ownNetwork: false, ownFilesystem: false, volumesAtPath: false, ownProcesses: false, noNewPrivileges: true, capabilitiesDropped: root, limits: [] });
}
