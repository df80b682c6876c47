import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where the headers of a Node program are, when they came with it: its prefix. Packages with native code are then compiled against them, and
 * nothing has to be fetched. Headers of another major version, which a package of the system may have left, do not count.
 */
export function nodeHeaders(program: string, version: string | null): string | undefined {
  const places = [program, realOf(program)].map((path) => dirname(dirname(path)));
  return places.find((prefix) => {
    try {
      const text = readFileSync(join(prefix, 'include/node/node_version.h'), 'utf8');
      return /#define NODE_MAJOR_VERSION (\d+)/.exec(text)?.[1] === version?.split('.')[0];
    } catch {
      return false;
    }
  });
}

/** Where a link leads, or the path itself. */
function realOf(program: string): string {
  try {
    return realpathSync(program);
  } catch {
    return program;
  }
}

/** Directories that a build must see to find the headers, beside those of the programs. */
export function headersDirectories(prefix: string | undefined): string[] {
  return prefix === undefined ? [] : [join(prefix, 'include')];
}

/** What node-gyp is told of the headers. The later of the two names is for versions before 11, which packages bring of their own; npm warns of it. */
export function headersEnvironment(prefix: string | undefined): Record<string, string> {
  return prefix === undefined ? {} : { npm_package_config_node_gyp_nodedir: prefix, npm_config_nodedir: prefix };
}
