import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeTag } from '../../host/home-tag.ts';
import { pathsOf } from '../../host/paths.ts';
import { bootId } from '../../host/proc.ts';
import type { Handle } from '../../model/index.ts';
import { agentDirectory } from '../agent-directory.ts';
import type { Subject } from '../driver.contract.ts';
import { containerDriver } from './driver.ts';
import { hostKernel, type ContainerKind } from './kind.ts';
import { containerRecord } from './records.ts';

/** The driver over a home of its own, for the suite. */
export const ociSubject = () => containerSubject(hostKernel, { module: new URL('./driver.ts', import.meta.url).href, name: 'ociDriver' });

/** @param source - where another process finds the driver */
export async function containerSubject(kind: ContainerKind, source: { readonly module: string; readonly name: string }): Promise<Subject> {
  const home = mkdtempSync(join(tmpdir(), `stratoswarm-${kind.driver}-`));
  const options = { paths: pathsOf({ STRATOSWARM_HOME: home }) };
  return {
    driver: containerDriver(kind, options),
    again: () => containerDriver(kind, options),
    source: { ...source, options },
    traces: async (handle) => traces(join('/run', `stratoswarm-${homeTag(home)}${kind.suffix}`), home, handle),
    forgeMain(handle, pid, start) {
      const directory = agentDirectory(handle);
      for (const path of [directory.pid, directory.started, containerRecord(directory)]) writeFileSync(path, `${pid} ${start} ${bootId()} .\n`);
      writeFileSync(directory.exit, '');
    },
    cleanup: async () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Cgroups, network namespaces, bundles, runtime state. */
function traces(run: string, home: string, { agent }: Handle): string[] {
  const places = [run, join(run, 'runtime'), '/run/netns', ...children('/sys/fs/cgroup').map((hierarchy) => join('/sys/fs/cgroup', hierarchy, `stratoswarm-${homeTag(home)}`))];
  const found = places.flatMap((place) => children(place).filter((name) => name.includes(agent)).map((name) => join(place, name)));
  return existsSync(run) && found.length === 0 ? [run] : found;
}

function children(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
