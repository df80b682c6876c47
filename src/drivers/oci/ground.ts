import type { Cgroups } from '../../host/cgroups/cgroups.ts';
import { openCgroups } from '../../host/cgroups/open.ts';
import type { Network } from '../../host/network/network.ts';
import { openNetwork } from '../../host/network/open.ts';
import type { Paths } from '../../host/paths.ts';
import { findProgram } from '../../host/programs.ts';
import { StratoError } from '../../model/index.ts';
import type { ContainerKind } from './kind.ts';
import type { Runtime } from './runtime.ts';

/** What containers are made with on this machine. */
export interface Ground {
  readonly paths: Paths;
  readonly kind: ContainerKind;
  readonly runtime: Runtime;
  /** Absolute path. */
  readonly conmon: string;
  readonly cgroups: Cgroups;
  /** Null: agents share the host's network. */
  readonly network: Network | null;
  readonly lacks: readonly { what: string; remedy: string }[];
}

/** @throws `driver.unavailable` with the remedy in `next` */
export async function openGround(kind: ContainerKind, paths: Paths, stateDirectory: string): Promise<Ground> {
  if (process.platform !== 'linux') throw unavailable('containers exist on Linux only', 'run on Linux, or choose another isolation');
  if (process.getuid?.() !== 0) throw unavailable('containers are made by root here', 'run the daemon as root, or choose the isolation namespace');
  const runtime = kind.find(stateDirectory);
  const conmon = findProgram('conmon');
  const missing = [...(runtime ? [] : [kind.package]), ...(conmon ? [] : ['conmon'])];
  if (!runtime || !conmon) throw unavailable(`${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not installed`, `apt install ${kind.package} conmon`);
  const [cgroups, network] = await Promise.all([openCgroups(paths.home), openNetwork(paths.home)]);
  if (!cgroups.works) throw unavailable(cgroups.reason, cgroups.remedy);
  if (kind.ownKernel && !network.works) throw unavailable(`a kernel of its own needs a network of its own: ${network.reason}`, network.remedy);
  const lacks = network.works ? network.lacks : [{ what: `an own network: ${network.reason}`, remedy: network.remedy }];
  return { paths, kind, runtime, conmon, cgroups: cgroups.cgroups, network: network.works ? network.network : null, lacks: [...cgroups.lacks, ...lacks] };
}

function unavailable(why: string, next: string): StratoError {
  return new StratoError('driver.unavailable', 'agents cannot run in containers here', { why, next });
}
