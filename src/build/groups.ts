import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { Plan, PlannedService } from '../model/index.ts';
import type { FileStore } from './filestore.ts';
import type { Entry, FileEntry } from './tree.ts';

/** Services that live in one directory and so share what is built there. */
export interface Group {
  /** Relative to the app's root, `.` for the root. */
  readonly path: string;
  readonly services: readonly PlannedService[];
  /** The part of the source that it is built from, with paths from the app's root. */
  readonly entries: readonly Entry[];
  /** Pages that other groups built and that a server of this one shows, where it looks for them: paths from the app's root. */
  readonly pages: readonly Entry[];
}

/** One group for each directory with services that have something to run or to serve. */
export function groupsOf(plan: Plan, entries: readonly Entry[], store: FileStore): Group[] {
  const runnable = plan.services.filter((service) => service.start !== null || service.release !== null || service.staticDir !== null);
  const paths = [...new Set(runnable.map((service) => posix.normalize(service.path)))];
  const joint = entries.some((entry) => entry.kind === 'file' && isWorkspace(entry, store));
  return paths.map((path) => ({
    path, pages: [],
    services: runnable.filter((service) => posix.normalize(service.path) === path),
    entries: path === '.' || joint || leavesDirectory(path, entries, store) || commandsLeave(runnable, path) ? entries : within(path, entries),
  }));
}

/** The directory with its parents; paths stay as they are. */
function within(path: string, entries: readonly Entry[]): Entry[] {
  return entries.filter((entry) => entry.path === path || entry.path.startsWith(`${path}/`) || (entry.kind === 'directory' && path.startsWith(`${entry.path}/`)));
}

/** Files that tie directories of one repository together, so that none of them is complete alone. */
function isWorkspace(entry: FileEntry, store: FileStore): boolean {
  if (/^(pnpm-workspace\.yaml|lerna\.json|nx\.json|turbo\.json|rush\.json|go\.work|settings\.gradle(\.kts)?)$/.test(entry.path)) return true;
  if (entry.path === 'package.json') return /"workspaces"\s*:/.test(textOf(entry, store));
  if (entry.path === 'Cargo.toml') return /^\[workspace/m.test(textOf(entry, store));
  if (entry.path === 'pom.xml') return textOf(entry, store).includes('<modules>');
  if (entry.path === 'pyproject.toml') return /^\[tool\.uv\.workspace\]/m.test(textOf(entry, store));
  return false;
}

const code = /\.(m?[jt]sx?|c[jt]s|json|py|rb|go|rs|toml|php|java|kt|gradle|kts|xml|ya?ml|sh|vue|svelte|astro|cfg|txt|mod)$/;

/** Whether a command of a service at `path` names a place outside it, such as `pip install -r ../requirements.txt`. */
function commandsLeave(services: readonly PlannedService[], path: string): boolean {
  return services.some((service) => posix.normalize(service.path) === path && [service.install, service.build, service.start].some((command) => command?.includes('../') === true));
}

/** Whether some file under `path` names, by enough `../`, or some link leads to, a place outside it. */
function leavesDirectory(path: string, entries: readonly Entry[], store: FileStore): boolean {
  const depth = path.split('/').length;
  return entries.some((entry) => {
    if (!entry.path.startsWith(`${path}/`)) return false;
    const up = '../'.repeat(entry.path.split('/').length - depth);
    if (entry.kind === 'link') return posix.normalize(posix.join(posix.dirname(entry.path), entry.target)).startsWith(`${path}/`) === false;
    return entry.kind === 'file' && entry.size < 256 * 1024 && !/(^|\/)(package-lock\.json|yarn\.lock)$/.test(entry.path) && code.test(entry.path) && textOf(entry, store).includes(up);
  });
}

export function textOf(entry: FileEntry, store: FileStore): string {
  return readFileSync(store.pathOf(entry.hash, entry.executable), 'utf8');
}
