import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Clock, StratoError } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import { findProgram } from '../host/programs.ts';
import { bringPackage } from './bring-package.ts';

export interface ManagerWish {
  readonly name: 'pnpm' | 'yarn';
  /** What npm is asked for: `pnpm@9`, `@yarnpkg/cli-dist@4.5.0`. */
  readonly package: string;
}

/**
 * Which pnpm or yarn a project wants: by `packageManager` of its package.json, else by the version of its lockfile.
 * Undefined when its commands name neither.
 */
export function managerWish(commands: readonly string[], packageManager: string | undefined, lockfile: (name: string) => string | undefined): ManagerWish | undefined {
  const name = commands.some((command) => /\bpnpm\b/.test(command)) ? 'pnpm' : commands.some((command) => /\byarn\b/.test(command)) ? 'yarn' : undefined;
  if (!name) return undefined;
  const pinned = new RegExp(`^${name}@(\\d[\\w.-]*)`).exec(packageManager ?? '')?.[1];
  if (name === 'pnpm') {
    const format = /^lockfileVersion:\s*'?(\d+)/m.exec(lockfile('pnpm-lock.yaml') ?? '')?.[1];
    return { name, package: `pnpm@${pinned ?? ({ 5: '7', 6: '8' } as Record<string, string>)[format ?? ''] ?? '9'}` };
  }
  const modern = pinned ? !pinned.startsWith('1.') : /^__metadata:/m.test(lockfile('yarn.lock') ?? '');
  return { name, package: modern ? `@yarnpkg/cli-dist@${pinned ?? '4'}` : `yarn@${pinned ?? '1'}` };
}

/** The same install, free to change the lockfile; undefined for commands that do not insist on theirs. */
export function withoutLock(install: string): string | undefined {
  if (/^npm (?:--prefix \S+ )?(?:ci|clean-install)\b/.test(install)) return install.replace(/ (?:ci|clean-install)\b/, ' install');
  if (/^pnpm .*--frozen-lockfile\b/.test(install)) return install.replace('--frozen-lockfile', '--no-frozen-lockfile');
  if (/^yarn .*--(frozen-lockfile|immutable)\b/.test(install)) return install.replace(/\s--(frozen-lockfile|immutable)\b/, '');
  return undefined;
}

/** How npm, pnpm, yarn 1 and later ones say that a lockfile does not fit. */
export const lockMismatch = /code EUSAGE|in sync|ERR_PNPM_OUTDATED_LOCKFILE|ERR_PNPM_LOCKFILE|lockfile needs to be updated|YN0028/;

/** Directories in which the manager is found; brings it through npm when this machine has none. Throws `toolchain.missing`. */
export async function provideManager(wish: ManagerWish, nodeDirectories: readonly string[], options: { paths: Pick<Paths, 'cache' | 'programs'>; clock: Clock; signal?: AbortSignal | undefined; onLine: (line: string) => void }): Promise<string[]> {
  const gyp = wish.name === 'yarn' ? nodeGyp() : [];
  if (findProgram(wish.name)) return gyp;
  const prefix = join(options.paths.programs, wish.package.replaceAll(/[^\w.-]/g, '_'));
  const programs = join(prefix, 'node_modules', '.bin');
  if (!existsSync(join(programs, wish.name))) {
    const npm = findProgram('npm');
    if (!npm) throw new StratoError('toolchain.missing', `${wish.name} is not installed on this machine, and there is no npm to bring it`, { next: `apt install npm, or install ${wish.name}` });
    options.onLine(`bringing ${wish.package} (once)`);
    const brought = await bringPackage(npm, wish.package, prefix, nodeDirectories, { ...options, timeout: 5 * 60_000 });
    if (brought.exitCode !== 0) throw new StratoError('toolchain.missing', `${wish.package} could not be brought by npm`, { why: brought.tail.at(-1), next: `install ${wish.name}, or check the network`, retryable: true, details: { tail: brought.tail } });
  }
  return [programs, join(prefix, 'node_modules'), ...gyp];
}

/** Where npm keeps the node-gyp that it puts on the PATH of packages' scripts, with what that is made of. Yarn 1 looks for it beside Node, where it need not be. */
function nodeGyp(): string[] {
  const npm = findProgram('npm');
  const bin = npm && dirname(realpathSync(npm));
  return bin !== undefined && existsSync(join(bin, 'node-gyp-bin')) ? [join(bin, 'node-gyp-bin'), dirname(bin)] : [];
}
