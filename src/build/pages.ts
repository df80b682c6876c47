import { posix } from 'node:path';
import { type PlannedService, StratoError } from '../model/index.ts';
import type { Group } from './groups.ts';
import type { Entry } from './tree.ts';

/**
 * What is left of a group that only serves pages, once these are built: the pages. Undefined for other groups. Throws `build.failed` when a build succeeded
 * without leaving them where they were expected.
 */
export function pagesOf(group: Group, tree: readonly Entry[]): Entry[] | undefined {
  const { services } = group;
  if (!services.every((service) => service.start === null && service.release === null && service.staticDir !== null && service.build !== null)) return undefined;
  const places = services.map((service) => posix.normalize(posix.join(group.path, service.staticDir!)).replace(/\/$/, ''));
  for (const [index, place] of places.entries()) {
    if (place !== '.' && !tree.some((entry) => entry.kind === 'directory' && entry.path === place)) throw withoutPages(services[index]!);
  }
  return tree.filter(({ path, kind }) => places.some((place) => place === '.' || path === place || path.startsWith(`${place}/`) || (kind === 'directory' && place.startsWith(`${path}/`))));
}

function withoutPages({ name, build, staticDir }: PlannedService): StratoError {
  return new StratoError('build.failed', `the build of ${name} left no directory ${staticDir}`, {
    why: `${build} succeeded, and the pages were expected there`, next: 'say where the build puts its pages, or mend the build', details: { service: name, command: build, exitCode: 0, tail: [] },
  });
}
