import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { mustRun } from '../../host/run.ts';
import { isWithin } from '../sandbox/system.ts';
import type { Bind } from './bundle.ts';
import { isMounted, type ContainerDirectory } from './mounts.ts';

/**
 * The same binds from places that everybody can walk to: gVisor's file server is nobody on the machine already when it mounts them, and a private home is closed to
 * it. What lies in one of `roots` is reached through a mount of that.
 */
export async function withinReach(container: ContainerDirectory, binds: readonly Bind[], roots: readonly string[]): Promise<Bind[]> {
  const sources = new Set<string>();
  const reached = binds.map((bind) => {
    if (isOpen(bind.source)) return bind;
    const root = roots.find((path) => isWithin(bind.source, path)) ?? bind.source;
    sources.add(root);
    return { ...bind, source: join(placeOf(container, [...sources].indexOf(root)), relative(root, bind.source)) };
  });
  for (const [index, source] of [...sources].entries()) {
    const place = placeOf(container, index);
    if (isMounted(place)) continue;
    mkdirSync(place, { recursive: true });
    await mustRun('agent.prepare-failed', 'mount', ['--rbind', source, place]);
  }
  return reached;
}

function placeOf(container: ContainerDirectory, index: number): string {
  return join(container.path, `reach-${index}`);
}

/** Whether every directory on the way lets everybody through. */
function isOpen(path: string): boolean {
  return path === '/' || ((statSync(dirname(path)).mode & 0o001) !== 0 && isOpen(dirname(path)));
}
