import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeTag } from '../../host/home-tag.ts';
import { pathsOf } from '../../host/paths.ts';
import { bootId } from '../../host/proc.ts';
import type { Handle } from '../../model/index.ts';
import { agentDirectory } from '../agent-directory.ts';
import type { Subject } from '../driver.contract.ts';
import { ociDriver } from './driver.ts';
import { containerRecord } from './records.ts';

/** The driver over a home of its own, for the suite. */
export async function ociSubject(): Promise<Subject> {
  const home = mkdtempSync(join(tmpdir(), 'stratoswarm-oci-'));
  const options = { paths: pathsOf({ STRATOSWARM_HOME: home }) };
  return {
    driver: ociDriver(options),
    again: () => ociDriver(options),
    source: { module: new URL('./driver.ts', import.meta.url).href, name: 'ociDriver', options },
    traces: async (handle) => traces(home, handle),
    forgeMain(handle, pid, start) {
      const directory = agentDirectory(handle);
      for (const path of [directory.pid, directory.started, containerRecord(directory)]) writeFileSync(path, `${pid} ${start} ${bootId()} .\n`);
      writeFileSync(directory.exit, '');
    },
    cleanup: async () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Cgroups, network namespaces, bundles, runtime state. */
function traces(home: string, { agent }: Handle): string[] {
  const run = join('/run', `stratoswarm-${homeTag(home)}`);
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
