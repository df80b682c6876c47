import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Probe } from './probe.ts';
import { openCgroups } from '../cgroups/open.ts';
import { probeNetwork } from '../network/open.ts';
import { findProgram } from '../programs.ts';
import { run } from '../run.ts';

/** Runs something with a home that nobody else has. */
async function withHome<T>(act: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'stratoswarm-doctor-'));
  try {
    return await act(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export const limits: Probe = {
  area: 'limits', name: 'control groups',
  look: () => withHome(async (home) => {
    const probe = await openCgroups(home);
    if (!probe.works) return { detail: probe.reason, remedy: probe.remedy };
    const { cgroups } = probe;
    cgroups.cleanup();
    const missing = probe.lacks.length > 0 ? `; not ${probe.lacks.map(({ what, remedy }) => `${what} (${remedy})`).join(', ')}` : '';
    return `version ${cgroups.version === 'v1' ? 1 : 2}: limits on ${[...cgroups.controllers].join(', ')}${missing}`;
  }),
};

export const ownNetwork: Probe = {
  area: 'network', name: 'address for each agent',
  look: () => withHome(async (home) => {
    const probe = await probeNetwork(home);
    if (!probe.works) return { detail: probe.reason, remedy: probe.remedy };
    const missing = probe.lacks.map(({ what, remedy }) => `; not ${what} (${remedy})`).join('');
    return `bridge, namespace and redirection were made and reached, for example in ${probe.network.subnet}${missing}`;
  }),
};

/** Listing their rules shows that program, kernel and privilege go together. */
export const packetFilters: readonly Probe[] = ([['nft', ['list', 'tables'], 'nftables'], ['iptables', ['-w', '1', '-S'], 'iptables']] as const).map(([name, args, pack]) => ({
  area: 'network', name,
  async look() {
    const program = findProgram(name);
    if (!program) return { detail: `the program ${name} is not there`, remedy: `apt install ${pack}` };
    const { code, stderr } = await run(program, args);
    return code === 0 ? program : { detail: stderr.trim().split('\n')[0] || 'it failed', remedy: process.getuid?.() === 0 ? `the kernel's module for ${name}` : 'run as root' };
  },
}));
