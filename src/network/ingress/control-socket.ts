import { chmodSync, linkSync, renameSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';

/**
 * Makes `server` listen at the unix socket `path`, which is also the lock that keeps one ingress per home. It is bound under
 * another name and then linked to its own, so that it is never seen half ready and closing it never removes a successor's.
 * Resolves false when another process answers there. With `replace` it takes the place of one that hands over.
 */
export async function claimSocket(server: Server, path: string, replace: boolean): Promise<boolean> {
  const bound = `${path}.${process.pid.toString(36)}`;
  rmSync(bound, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(bound, resolve);
  });
  chmodSync(bound, 0o600);
  if (replace) {
    renameSync(bound, path);
    return true;
  }
  try {
    return await linkOrTakeOver(bound, path);
  } finally {
    rmSync(bound, { force: true });
  }
}

async function linkOrTakeOver(bound: string, path: string): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (tryLink(bound, path)) return true;
    if (await answers(path)) return false;
    const stale = `${bound}-stale`;
    try {
      renameSync(path, stale);
    } catch {
      continue;
    }
    // Between the look and the rename another starter may have come first: then what was taken away is alive, and goes back.
    if (await answers(stale)) {
      tryLink(stale, path);
      rmSync(stale, { force: true });
      return false;
    }
    rmSync(stale, { force: true });
  }
  return false;
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
