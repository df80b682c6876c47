import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Paths } from '../host/paths.ts';
import type { Clock } from '../model/index.ts';
import { buildEnvironment, machineNpmrc } from './environment.ts';
import { run, type RunResult } from './run.ts';

export interface BringOptions {
  readonly paths: Pick<Paths, 'cache'>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Brings a package through npm into `directory/node_modules`, running no script of it. In the directory, with a package.json there, and not by
 * `--prefix`: by that npm looks for the settings of the whole machine (a proxy, certificates, a registry) under the prefix, where they are not.
 *
 * @param npm path of npm
 * @param nodeDirectories where the Node is that npm runs with
 */
export async function bringPackage(npm: string, name: string, directory: string, nodeDirectories: readonly string[], { paths, clock, signal, timeout }: BringOptions): Promise<RunResult> {
  mkdirSync(directory, { recursive: true });
  const manifest = join(directory, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{"private":true}\n');
  const settings = machineNpmrc();
  return await run([npm, 'install', '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', name], {
    cwd: directory, clock, signal, timeout, env: { ...buildEnvironment(nodeDirectories), HOME: process.env['HOME'] ?? directory, npm_config_cache: join(paths.cache, 'downloads', 'npm-own'), ...(settings && { npm_config_globalconfig: settings }) },
  });
}
