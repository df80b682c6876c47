import { constants, release } from 'node:os';
import { parseTcpTable } from '../../host/proc-sockets.ts';
import { findProgram } from '../../host/programs.ts';
import { run, type Outcome } from '../../host/run.ts';
import type { ContainerKind } from '../oci/kind.ts';
import { ask, globalArguments, type Runtime } from '../oci/runtime.ts';
import { agentUser } from '../oci/user.ts';

const mebibyte = 2 ** 20;

/**
 * runsc takes a network namespace in which `/proc/sys/net/core/rmem_default` is there for that of the machine, and refuses it; in later kernels (seen in Linux 6.18)
 * that file is in each. So it looks at an empty directory.
 */
const withoutSettings = 'mount -t tmpfs -o ro tmpfs /proc/sys/net && exec "$@"';

/** Containers that gVisor's kernel runs: their system calls do not reach the machine's (gvisor.dev/docs/architecture_guide). */
export const gvisorKind: ContainerKind = {
  driver: 'gvisor', isolation: 'sandbox', package: 'runsc', suffix: '-gvisor',
  find(state) {
    const program = findProgram('runsc');
    return program === undefined ? undefined : { program, state };
  },
  start,
  // The version of the kernel that it says to be is its own.
  confined: `test "$(uname -r)" != '${release()}' && grep -q "^CapEff:.0*$" /proc/self/status && ! touch /etc/probe 2>/dev/null && touch /app/probe`,
  features: () => ['gVisor', 'a kernel of its own', 'mapped users', 'read-only system'],
  ownKernel: {
    program: 2,
    overhead: { pids: 400, memory: 128 * mebibyte },
    signal: (runtime, id, pid, signal) => ask(runtime, 'kill', '--pid', String(pid), id, String(constants.signals[signal])),
    async listeners(runtime, id) {
      const tables = await Promise.all(['tcp', 'tcp6'].map((table) => ask(runtime, 'exec', '--user', `${agentUser.uid}:${agentUser.gid}`, '--cwd', '/', id, '/bin/cat', `/proc/net/${table}`)));
      if (tables.some(({ code }) => code !== 0)) return null;
      return tables.flatMap(({ stdout }) => parseTcpTable(stdout)).map(({ address, port }) => ({ address, port }));
    },
    async processes(runtime, id) {
      const { code, stdout } = await ask(runtime, 'ps', '--format', 'json', id);
      return code === 0 ? (JSON.parse(stdout) as unknown[]).length : null;
    },
  },
};

async function start(runtime: Runtime, id: string): Promise<Outcome> {
  const args = ['--mount', '--propagation', 'slave', '/bin/sh', '-c', withoutSettings, 'sh', runtime.program, ...globalArguments(runtime), 'start', id];
  const outcome = await run('unshare', args, { timeout: 30_000 });
  if (outcome.code === 0) return outcome;
  const state = await ask(runtime, 'state', id);
  return state.code === 0 && (JSON.parse(state.stdout) as { status: string }).status === 'running' ? state : outcome;
}
