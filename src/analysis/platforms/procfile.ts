import type { ServiceKind } from '../../model/index.ts';
import { directoriesWith } from '../detector.ts';
import type { Draft } from '../draft.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Process } from './processes.ts';
import { applyProcesses } from './processes.ts';

/** Applies every Procfile: its processes are the services of its directory, and say how each is started. */
export function applyProcfiles(tree: Tree, drafts: Draft[]): Draft[] {
  return directoriesWith(tree, ['Procfile']).filter((directory) => !isSideDirectory(directory)).reduce((all, directory) => {
    const file = within(directory, 'Procfile');
    return applyProcesses(tree, all, { directory, file, processes: readProcfile(tree.text(file) ?? ''), isWhole: true }).drafts;
  }, drafts);
}

/** The processes of a Procfile: `web: npm start`. */
export function readProcfile(text: string): Process[] {
  return text.split('\n').flatMap((raw, index) => {
    const match = /^\s*([A-Za-z][\w-]*)\s*:\s*(.+?)\s*$/.exec(raw);
    const name = match?.[1]!.toLowerCase();
    return name !== undefined && !/^(?:local|dev|development)$/.test(name) ? [{ name, role: roleOf(name), command: match![2]!, line: index + 1 }] : [];
  });
}

/** What a process is by its name alone. */
export function roleOf(name: string): ServiceKind | 'release' {
  if (name === 'web' || name === 'release') return name;
  return /^(api|server|http|app|frontend|backend)$/.test(name) ? 'api' : 'worker';
}
