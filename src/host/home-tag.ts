import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';

/**
 * Eight hexadecimal digits that stand for a home in the names of what the kernel keeps machine-wide (cgroups, bridges,
 * network namespaces, nft tables), so that daemons with different homes never touch each other's.
 */
export function homeTag(home: string): string {
  return createHash('sha256').update(realPath(home)).digest('hex').slice(0, 8);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
