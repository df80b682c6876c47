import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headersDirectories, headersEnvironment, nodeHeaders } from './node-headers.ts';

let prefix: string;
beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), 'stratoswarm-headers-'));
  mkdirSync(join(prefix, 'include/node'), { recursive: true });
  writeFileSync(join(prefix, 'include/node/node_version.h'), '#ifndef X\n#define NODE_MAJOR_VERSION 24\n#define NODE_MINOR_VERSION 1\n');
});
afterEach(() => rmSync(prefix, { recursive: true }));

describe('headers of Node', () => {
  it('count when they are of the program beside them', () => {
    expect(nodeHeaders(join(prefix, 'bin/node'), '24.3.0')).toBe(prefix);
    expect(nodeHeaders(join(prefix, 'bin/node'), '20.3.0')).toBeUndefined();
    expect(nodeHeaders('/nowhere/bin/node', '24.3.0')).toBeUndefined();
  });

  it('are found where a link to the program leads', () => {
    mkdirSync(join(prefix, 'bin'));
    writeFileSync(join(prefix, 'bin/node'), '');
    mkdirSync(join(prefix, 'links/bin'), { recursive: true });
    symlinkSync(join(prefix, 'bin/node'), join(prefix, 'links/bin/node'));
    expect(nodeHeaders(join(prefix, 'links/bin/node'), '24.3.0')).toBe(prefix);
  });

  it('are shown to builds, which see only what they are shown', () => {
    expect(headersDirectories(prefix)).toEqual([join(prefix, 'include')]);
    expect(headersDirectories(undefined)).toEqual([]);
  });

  it('are told in the way that node-gyp of any version takes', () => {
    expect(headersEnvironment(prefix)).toEqual({ npm_package_config_node_gyp_nodedir: prefix, npm_config_nodedir: prefix });
    expect(headersEnvironment(undefined)).toEqual({});
  });
});
