import { posix } from 'node:path';
import { type PlannedService, StratoError } from '../model/index.ts';
import type { Group } from './groups.ts';
import type { Entry } from './tree.ts';

/** Where the pages of a group are that only serves pages, once these are built: paths in the tree. Undefined for other groups. */
function placesOf({ path, services }: Group): string[] | undefined {
  if (!services.every((service) => service.start === null && service.release === null && service.staticDir !== null && service.build !== null)) return undefined;
  return services.map((service) => posix.normalize(posix.join(path, service.staticDir!)).replace(/\/$/, ''));
}

/** Whether nothing of a group needs what lies at `path` once it is built: it only serves pages, and they lie elsewhere. Its own directory is where its agents run. */
export function isSpent(group: Group): (path: string) => boolean {
  const places = placesOf(group);
  const leadsTo = (path: string, place: string) => path === place || place.startsWith(`${path}/`);
  return (path) => places !== undefined && !leadsTo(path, group.path) && !places.some((place) => place === '.' || leadsTo(path, place) || path.startsWith(`${place}/`));
}

/**
 * What is left of a group that only serves pages, once these are built: the pages. Undefined for other groups. Throws `build.failed` when a build succeeded
 * without leaving them where they were expected.
 */
export function pagesOf(group: Group, tree: readonly Entry[]): Entry[] | undefined {
  const places = placesOf(group);
  if (places === undefined) return undefined;
  for (const [index, place] of places.entries()) {
    if (place !== '.' && !tree.some((entry) => entry.kind === 'directory' && entry.path === place)) throw withoutPages(group.services[index]!);
  }
  const isPast = isSpent(group);
  return tree.filter(({ path, kind }) => !isPast(path) && (kind === 'directory' || !places.some((place) => place.startsWith(`${path}/`))));
}

/** Groups whose pages a server of another group shows come before that one. */
export function pagesFirst(groups: readonly Group[]): Group[] {
  const isShown = ({ services }: Group) => services.every(({ servedBy }) => servedBy !== undefined);
  return [...groups.filter(isShown), ...groups.filter((group) => !isShown(group))];
}

/** Some pages, as paths from where they lie, under the directory of the app's tree where a server looks for them. */
export function placedAt(at: string, pages: readonly Entry[]): Entry[] {
  const parts = posix.normalize(at).split('/');
  const above = parts.map((_, index): Entry => ({ kind: 'directory', path: parts.slice(0, index + 1).join('/') }));
  return [...above, ...pages.map((entry) => ({ ...entry, path: `${parts.join('/')}/${entry.path}` }))];
}

function withoutPages({ name, build, staticDir }: PlannedService): StratoError {
  return new StratoError('build.failed', `the build of ${name} left no directory ${staticDir}`, {
    why: `${build} succeeded, and the pages were expected there`, next: 'say where the build puts its pages, or mend the build', details: { service: name, command: build, exitCode: 0, tail: [] },
  });
}
