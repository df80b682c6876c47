import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where the headers of a Node program are, when they came with it: its prefix. Packages with native code are then compiled against them, and
 * nothing has to be fetched. Headers of another major version, which a package of the system may have left, do not count.
 */
export function nodeHeaders(program: string, version: string | null): string | undefined {
  const prefix = dirname(dirname(program));
  try {
    const text = readFileSync(join(prefix, 'include/node/node_version.h'), 'utf8');
    return /#define NODE_MAJOR_VERSION (\d+)/.exec(text)?.[1] === version?.split('.')[0] ? prefix : undefined;
  } catch {
    return undefined;
  }
}

/** What node-gyp is told of the headers. The later of the two names is for those before version 11, and npm warns of it. */
export function headersEnvironment(prefix: string | undefined, command: string): Record<string, string> {
  if (prefix === undefined) return {};
  return { npm_package_config_node_gyp_nodedir: prefix, ...(/\b(pnpm|yarn)\b/.test(command) && { npm_config_nodedir: prefix }) };
}
