import { chmodSync, chownSync, existsSync, lchownSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Paths } from '../../host/paths.ts';
import { mustRun } from '../../host/run.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import type { Ground } from './ground.ts';
import { overlayOptions } from './ground.ts';
import { fileSystem, writable, type Mount } from './mounts.ts';
import { isWithin } from './system.ts';

/** A copy of an artefact may be large. */
const copyTimeout = 600_000;

/** Files and directories that are given away one by one, in less time than a process takes to start. */
const small = 200;

/**
 * Makes the agent's own, writable view of its artefact and tells how to mount it at `/app`: a layer over the artefact in the store, or else
 * a copy. Repeating it keeps what is there.
 */
export async function makeAppLayer(paths: Paths, ground: Ground, directory: AgentDirectory, artefact: string | null): Promise<Mount> {
  const { uid } = ground;
  const layered = artefact !== null && ground.overlay && isWithin(realpathSync(artefact), realOr(paths.artefacts));
  const own = (path: string) => {
    if (uid !== null) chownSync(path, uid, uid);
  };
  if (layered) {
    await handOver(artefact, uid);
    for (const path of [directory.upper, directory.work]) mkdirSync(path, { recursive: true });
    chmodSync(directory.upper, 0o755);
    own(directory.upper);
    // By a link with a name of ours: the path itself would have to be escaped in overlay's options.
    const lower = join(directory.path, 'lower');
    rmSync(lower, { force: true });
    symlinkSync(artefact, lower);
    return fileSystem('overlay', '/app', `${overlayOptions(uid === null)},nosuid,nodev`);
  }
  if (!existsSync(directory.upper)) {
    const copy = `${directory.upper}.new`;
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy, { mode: 0o755 });
    if (artefact !== null) await mustRun('agent.copy-failed', 'cp', ['-a', `${artefact}/.`, copy], { timeout: copyTimeout });
    chmodSync(copy, 0o755);
    await mustRun('agent.copy-failed', 'find', [copy, '-mindepth', '1', '!', '-type', 'l', '!', '-perm', '-u=w', '-exec', 'chmod', 'u+w', '{}', '+'], { timeout: copyTimeout });
    await handOver(copy, uid);
    await mustRun('agent.copy-failed', 'mv', ['-T', copy, directory.upper]);
  }
  return writable(directory.upper, '/app');
}

/**
 * Makes the agent's user the owner of a tree, once: its top comes last and marks it done. Bytes and modes stay, so it is still the
 * same artefact; and one that lies under an overlay is changed by no agent. Files that it shares with other trees by hard links
 * (dependencies) keep their owner: an agent reads them.
 */
export async function handOver(tree: string, uid: number | null): Promise<void> {
  if (uid === null || lstatSync(tree).uid === uid) return;
  const paths = few(tree);
  if (paths === undefined) await mustRun('agent.copy-failed', 'find', [tree, '-mindepth', '1', '(', '-type', 'd', '-o', '-links', '1', ')', '-exec', 'chown', '-h', `${uid}:${uid}`, '{}', '+'], { timeout: copyTimeout });
  else for (const path of paths) {
    const stat = lstatSync(path);
    if (stat.nlink === 1 || stat.isDirectory()) lchownSync(path, uid, uid);
  }
  chownSync(tree, uid, uid);
}

/** All that is below a directory; undefined when that is so much that a process of its own is worth its start. */
function few(tree: string): string[] | undefined {
  const paths: string[] = [];
  for (const pending = [tree]; pending.length > 0;) {
    for (const entry of readdirSync(pending.pop()!, { withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (paths.push(path) > small) return undefined;
      if (entry.isDirectory()) pending.push(path);
    }
  }
  return paths;
}

function realOr(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
