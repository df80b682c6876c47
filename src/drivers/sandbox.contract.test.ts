import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { homeTag } from '../host/home-tag.ts';
import { bootId } from '../host/proc.ts';
import { pathsOf } from '../host/paths.ts';
import { requires } from '../host/testing.ts';
import { agentDirectory } from './agent-directory.ts';
import { driverContract, type Subject } from './driver.contract.ts';
import { sandboxDriver } from './sandbox.ts';
import { mainFile } from './sandbox/state.ts';

const root = process.getuid?.() === 0;

async function subject(): Promise<Subject> {
  const home = mkdtempSync(join(tmpdir(), 'stratoswarm-sandbox-'));
  const tag = homeTag(home);
  const paths = pathsOf({ STRATOSWARM_HOME: home });
  return {
    driver: sandboxDriver({ paths }),
    again: () => sandboxDriver({ paths }),
    source: { module: new URL('./sandbox.ts', import.meta.url).href, name: 'sandboxDriver', options: { paths } },
    forgeMain: (handle, pid, start) => {
      const record = `${pid} ${start} ${bootId()} .\n`;
      const directory = agentDirectory(handle);
      for (const path of [directory.pid, directory.started, mainFile(directory), join(directory.path, 'init')]) writeFileSync(path, record);
    },
    traces: async ({ agent }) => [`/run/netns/stratoswarm-${tag}-${agent}`, ...['memory', 'cpu', 'pids', 'cpuacct', 'freezer'].map((name) => `/sys/fs/cgroup/${name}/stratoswarm-${tag}/${agent}`), join(paths.agents, 'sandbox', agent)].filter((path) => existsSync(path)),
    cleanup: async () => {
      rmSync(home, { recursive: true, force: true });
    },
  };
}

describe.skipIf(!requires('linux', 'unprivileged-namespaces', 'program:unshare', 'program:setpriv'))('sandbox', () => {
  driverContract('sandbox', subject, {
    real: true, ownNetwork: root, ownFilesystem: true, volumesAtPath: true, ownProcesses: true, noNewPrivileges: true, capabilitiesDropped: true, codeLater: false, hostKernel: true,
    limits: root ? ['memory', 'pids', 'cpu'] : [],
  });
});
