import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, statSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { StratoError } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import { findProgram } from '../host/programs.ts';
import { bringRuntime, carriedPrograms, type CarryOptions } from './carried.ts';
import { Memo, programKey } from './memo.ts';
import { nodeHeaders } from './node-headers.ts';
import { compareVersions, lowest, parseVersion, satisfies } from './semver.ts';

/** The programs that an app of some language is built and run with. */
export interface Toolchain {
  readonly name: string;
  /** Null where nothing has a version: static files. */
  readonly version: string | null;
  /** Host directories that go first on PATH and must be visible, read-only. */
  readonly directories: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Of Node: the prefix under which its headers are, when they are there. */
  readonly headers?: string | undefined;
  /** Remarks for the person who deploys: another version than asked for. */
  readonly notes: readonly string[];
}

export interface WantedRuntime {
  readonly name: string;
  /** A version or a range; null takes what is there. */
  readonly version: string | null;
  /** What the code says in full, when that is a range: it counts before `version`. */
  readonly range?: string | undefined;
}

interface Kind {
  /** Places of the main program, the best first. */
  readonly find: () => (string | undefined)[];
  readonly versionArguments: readonly string[];
  /** Whether a version older than wanted is refused; where not, the tools bring newer ones themselves or say so. */
  readonly strict: boolean;
  readonly remedy: (version: string | null) => string;
  /** Directories besides the program's own. */
  readonly also?: (program: string, ask: Ask) => Promise<readonly string[]>;
  readonly env?: (program: string) => Readonly<Record<string, string>>;
}

const executeFile = promisify(execFile);
const named = (...names: string[]) => () => names.map(findProgram);

const kinds: Record<string, Kind> = {
  node: {
    find: () => [findProgram('node'), process.execPath], versionArguments: ['--version'], strict: true,
    remedy: (version) => `install Node ${version ?? ''} and put it on the PATH of the daemon`.replace('  ', ' '),
  },
  python: {
    find: () => [...pythons(), findProgram('python3'), findProgram('python')], versionArguments: ['--version'], strict: true,
    remedy: (version) => (version ? `install Python ${version}, or apt install python3 and change the version that the code asks for` : 'apt install python3'),
  },
  go: {
    find: () => [findProgram('go'), '/usr/local/go/bin/go', '/usr/lib/go/bin/go'], versionArguments: ['version'], strict: false, remedy: () => 'apt install golang',
    also: async (program, ask) => [await ask(program, ['env', 'GOROOT'])].filter((path) => path !== ''), env: () => ({ GOTOOLCHAIN: 'local' }),
  },
  rust: {
    find: named('cargo'), versionArguments: ['--version'], strict: false, remedy: () => 'apt install cargo',
    // What rustup puts on the PATH only forwards to the real programs.
    also: async (_program, ask) => {
      const rustc = findProgram('rustc');
      const root = rustc ? await ask(rustc, ['--print', 'sysroot']) : '';
      return root === '' || root === '/usr' ? [] : [join(root, 'bin'), root];
    },
  },
  java: { find: () => [javaHome(), findProgram('java')], versionArguments: ['-version'], strict: true, remedy: (version) => `apt install ${version ? `openjdk-${parseVersion(version)?.[0]}-jdk-headless` : 'default-jdk-headless'}` },
  ruby: { find: named('ruby'), versionArguments: ['--version'], strict: false, remedy: () => 'apt install ruby ruby-bundler ruby-dev build-essential' },
  php: { find: named('php'), versionArguments: ['--version'], strict: false, remedy: () => 'apt install php-cli composer' },
  bun: { find: named('bun'), versionArguments: ['--version'], strict: false, remedy: () => 'install Bun and put it on the PATH of the daemon' },
  deno: { find: named('deno'), versionArguments: ['--version'], strict: false, remedy: () => 'install Deno and put it on the PATH of the daemon' },
  elixir: { find: named('elixir'), versionArguments: ['--version'], strict: false, remedy: () => 'apt install elixir' },
  dotnet: { find: named('dotnet'), versionArguments: ['--version'], strict: false, remedy: () => 'install the .NET SDK and put it on the PATH of the daemon' },
  hugo: { find: named('hugo'), versionArguments: ['version'], strict: false, remedy: () => 'apt install hugo' },
};

const aliases: Record<string, string> = { nodejs: 'node', javascript: 'node', typescript: 'node', python3: 'python', golang: 'go', cargo: 'rust', jdk: 'java', jvm: 'java', '.net': 'dotnet' };

/** How to get the tools that commands begin with, where that is not their runtime. */
const toolRemedies: Record<string, string> = {
  npm: 'apt install npm', mvn: 'apt install maven', gradle: 'apt install gradle', bundle: 'apt install ruby-bundler', composer: 'apt install composer', poetry: 'apt install python3-poetry', pipenv: 'apt install pipenv',
  uv: 'install uv and put it on the PATH of the daemon', make: 'apt install make', gcc: 'apt install build-essential', hugo: 'apt install hugo', pip: 'apt install python3-pip', pip3: 'apt install python3-pip',
};

/** The project's own code and the Node that runs it: what serves static files. */
export function staticToolchain(): Toolchain {
  return { name: 'static', version: null, directories: [dirname(process.execPath), dirname(dirname(fileURLToPath(new URL('../network/static-server.ts', import.meta.url))))], env: {}, notes: [] };
}

/**
 * Finds the programs for a runtime on this machine. A version newer than wanted is taken with a note; one that is too
 * old is not. What is not there is brought where that is possible and `carry` is given. Throws `toolchain.missing`, which says how to get it.
 */
export async function resolveToolchain(runtime: WantedRuntime, paths: Pick<Paths, 'cache' | 'programs'>, carry?: Omit<CarryOptions, 'paths'>): Promise<Toolchain> {
  const name = aliases[runtime.name.toLowerCase()] ?? runtime.name.toLowerCase();
  if (name === 'static') return staticToolchain();
  const kind = kinds[name];
  if (!kind) return { name, version: null, directories: [], env: {}, notes: [`${runtime.name} is taken as this machine has it`] };
  const ask = askOnce(paths);
  const programs = await versionsOf([...kind.find(), ...carriedPrograms(name, paths)], kind, ask);
  const wanted = runtime.range ?? runtime.version;
  const here = choose(programs, wanted) ?? (kind.strict ? undefined : programs[0]);
  const chosen = here && isOfItsKind(here.version, wanted, kind) ? here : (await broughtInstead() ?? here);
  if (!chosen) {
    throw new StratoError('toolchain.missing', programs.length === 0 ? `${name} is not installed on this machine` : `${name} ${wanted} is needed, and this machine has ${programs.map((program) => program.version).join(' and ')}`, {
      next: kind.remedy(runtime.version), details: { runtime, found: programs },
    });
  }
  const exact = wanted === null || satisfies(chosen.version, wanted);
  return {
    name, version: chosen.version,
    directories: [...(name === 'python' ? [pythonNames(chosen, paths)] : []), ...(await kind.also?.(chosen.path, ask) ?? []), dirname(chosen.path)],
    env: kind.env?.(chosen.path) ?? {},
    headers: name === 'node' ? nodeHeaders(chosen.path, chosen.version) : undefined,
    notes: exact ? [] : [`the code asks for ${name} ${wanted}; it gets ${chosen.version}`],
  };

  /** What npm has of it. A newer one that is here will do where that cannot be had. */
  async function broughtInstead(): Promise<FoundProgram | undefined> {
    try {
      const brought = carry && await bringRuntime(name, wanted, kind!.remedy(runtime.version), { paths, ...carry });
      return brought === undefined ? undefined : (await versionsOf([brought], kind!, ask))[0];
    } catch (error) {
      if (!here || carry?.signal?.aborted) throw error;
      carry?.onLine(`${(error as Error).message}; trying with ${here.version}`);
      return undefined;
    }
  }
}

/** Whether a version is in what is wanted, or differs in less than its first number: packages with native code, and what old code relies on, go by that. */
function isOfItsKind(version: string, wanted: string | null, { strict }: Kind): boolean {
  if (wanted === null || !strict || satisfies(version, wanted)) return true;
  const bound = lowest(wanted);
  return bound === undefined || parseVersion(version)?.[0] === parseVersion(bound)?.[0];
}

/** Throws `toolchain.missing` for a tool that a command begins with and that is not there. */
export function requireTool(name: string, directories: readonly string[]): void {
  if (directories.some((directory) => existsSync(join(directory, name))) || findProgram(name)) return;
  throw new StratoError('toolchain.missing', `${name} is not installed on this machine`, { next: toolRemedies[name] ?? `install ${name} and put it on the PATH of the daemon` });
}

export interface FoundProgram {
  readonly path: string;
  readonly version: string;
}

/** Exact match first; else the oldest of those that are newer than all that was asked for. */
export function choose(programs: readonly FoundProgram[], wanted: string | null): FoundProgram | undefined {
  if (wanted === null) return programs[0];
  const bound = lowest(wanted);
  return programs.find((program) => satisfies(program.version, wanted))
    ?? programs.filter((program) => bound === undefined || compareVersions(program.version, bound) >= 0).sort((a, b) => compareVersions(a.version, b.version))[0];
}

async function versionsOf(places: readonly (string | undefined)[], kind: Kind, ask: Ask): Promise<FoundProgram[]> {
  const paths = [...new Set(places.filter((path): path is string => path !== undefined && existsSync(path)))];
  const found = await Promise.all(paths.map(async (path) => ({ path, version: await versionOf(path, kind.versionArguments, ask) })));
  // Programs in somebody's home cannot be used by the users that agents run as.
  return found.filter((program): program is FoundProgram => program.version !== undefined).sort((a, b) => Number(isPrivate(a.path)) - Number(isPrivate(b.path)));
}

async function versionOf(path: string, versionArguments: readonly string[], ask: Ask): Promise<string | undefined> {
  if (path === process.execPath) return process.versions.node;
  const text = await ask(path, versionArguments);
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? /\d+/.exec(text)?.[0];
}

/** What a program says when it is asked; '' when it fails. */
type Ask = (program: string, args: readonly string[]) => Promise<string>;

/** Asks each program once. Shims, which forward to programs that they choose anew each time, are asked every time. */
function askOnce(paths: Pick<Paths, 'cache'>): Ask {
  const memo = new Memo(paths, 'programs');
  return async (program, args) => {
    if (/\/(shims|\.cargo\/bin)\//.test(program)) return await output(program, args);
    return (await memo.get(`${programKey(program)} ${args.join(' ')}`, async () => (await output(program, args)) || undefined)) ?? '';
  };
}

async function output(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await executeFile(program, args, { timeout: 20_000 });
    return stdout.trim() || stderr.trim();
  } catch {
    return '';
  }
}

/** True when some directory above is closed to others. */
function isPrivate(path: string): boolean {
  if (process.getuid?.() !== 0) return false;
  let real = realpathSync(path);
  while (real !== '/') {
    if ((statSync(real).mode & 0o001) === 0) return true;
    real = dirname(real);
  }
  return false;
}

function pythons(): string[] {
  return ['/usr/bin', '/usr/local/bin'].flatMap((directory) => {
    const names = existsSync(directory) ? readdirSync(directory).filter((name) => /^python3(\.\d+)?$/.test(name)).sort() : [];
    return names.map((name) => join(directory, name));
  });
}

function javaHome(): string | undefined {
  const home = process.env['JAVA_HOME'];
  return home ? join(home, 'bin', 'java') : undefined;
}

/** Debian has no program called `python`, and commands often say so: a directory with that name for the one that was chosen. */
function pythonNames(program: FoundProgram, paths: Pick<Paths, 'programs'>): string {
  const directory = join(paths.programs, `python-${program.version}${program.path.replaceAll('/', '-')}`);
  mkdirSync(directory, { recursive: true });
  for (const name of ['python', 'python3']) {
    const link = join(directory, name);
    if (existsSync(link)) continue;
    if (lstatSync(link, { throwIfNoEntry: false })) unlinkSync(link);
    symlinkSync(program.path, link);
  }
  return directory;
}
