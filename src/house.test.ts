import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';

/** The rooms from the ground up: each may use those before it. */
const rooms = ['model', 'ledger', 'host', 'drivers', 'control', 'analysis', 'network', 'build', 'services', 'snapshot', 'telemetry', 'simulation', 'api', 'daemon', 'cli'];

/** What may be reached from places that could not by the order alone, and why. */
const doors: readonly { from: RegExp; to: RegExp; why: string }[] = [
  { from: /\.test\.ts$/, to: /^src\/host\/testing\.ts$/, why: 'every test says what it needs of the machine in the same way' },
  { from: /\.test\.ts$/, to: /^src\/simulation\//, why: 'the simulator is where control is tried' },
  { from: /^src\/house\.test\.ts$/, to: /^src\//, why: 'this test' },
];

const cwd = join(import.meta.dirname, '..');
const sources = globSync(['src/**/*.ts', 'web/**/*.{ts,tsx}', 'scripts/**/*.ts', 'bench/**/*.ts'], { cwd, exclude: ['**/node_modules/**'] }).map((path) => ({ path, text: read(path) }));
const edges = sources.flatMap(({ path, text }) => importsOf(path, text).map((to) => ({ from: path, to })));

describe('the house', () => {
  it('has no room but those of the list', () => {
    const found = new Set(sources.flatMap(({ path }) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []));
    expect([...found].toSorted()).toEqual(rooms.toSorted());
  });

  it('imports only downwards', () => {
    expect(edges.length).toBeGreaterThan(sources.length);
    const upwards = edges.filter(({ from, to }) => from.startsWith('src/') && !isDownwards(from, to) && !doors.some((door) => door.from.test(from) && door.to.test(to)));
    expect(upwards.map(arrow)).toEqual([]);
  });

  it('lets the command line know nothing but the model, the places of files and the API', () => {
    const known = /^src\/(cli|model|api)\/|^src\/host\/(paths|testing)\.ts$/;
    expect(edges.filter(({ from, to }) => from.startsWith('src/cli/') && !known.test(to)).map(arrow)).toEqual([]);
  });

  it('lets nothing but tests import the daemon: it is a program, not a library', () => {
    expect(edges.filter(({ from, to }) => to.startsWith('src/daemon/') && !from.startsWith('src/daemon/') && !from.endsWith('.test.ts')).map(arrow)).toEqual([]);
  });

  it('lets the console know nothing of the house but what the API answers', () => {
    const reached = edges.filter(({ from, to }) => from.startsWith('web/') && !from.endsWith('.test.ts') && !to.startsWith('web/'));
    expect(reached.filter(({ to }) => !/^src\/api\/(?:[a-z]+-)?views\.ts$/.test(to)).map(arrow)).toEqual([]);
    const values = sources.filter(({ path, text }) => path.startsWith('web/') && !path.endsWith('.test.ts') && /^(import|export) (?!type\b).*src\/api\/[\w-]*views/m.test(text));
    expect(values.map(({ path }) => path)).toEqual([]);
  });

  it('keeps programs free of tests and their stand-ins', () => {
    const apart = /\.(test|fake|contract|subject)\.ts$|\/(contract|testing)\/|\/testing\.ts$/;
    expect(edges.filter(({ from, to }) => apart.test(to) && !apart.test(from) && !from.startsWith('bench/') && !/^src\/analysis\/fixture/.test(from)).map(arrow)).toEqual([]);
  });
});

describe('the compiled programs', () => {
  it('carry of zod what they use: of a namespace within a namespace they would carry all, every language included', () => {
    expect(sources.filter(({ path, text }) => path !== 'src/house.test.ts' && /^import [^*]* from 'zod'/m.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('commands', () => {
  it('are lists of arguments: no shell reads a string that was put together', () => {
    const starters = sources.filter(({ path, text }) => path !== 'src/house.test.ts' && /['"](?:node:)?child_process['"]/.test(text));
    expect(starters.length).toBeGreaterThan(5);
    const shells = /\bexecSync\b|\bshell:\s*(?!false)|import\s*\{[^}]*\bexec\b[^}]*\}\s*from\s*'node:child_process'/;
    expect(starters.filter(({ text }) => shells.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('time and chance', () => {
  /** Where the time of the machine is read, and why it must be. Everything else is given a Clock and a Random. */
  const readers: Readonly<Record<string, string>> = {
    'src/daemon/system.ts': 'it makes the Clock and the Random of the daemon',
    'src/daemon/main.ts': 'lines of the log bear the time',
    'src/network/ingress.ts': 'lines of the log bear the time',
    'src/network/ingress/process.ts': 'it makes the clock and the chance of the ingress, a process of its own',
    'src/network/proxy/own-answer.ts': 'the Date field of an answer (RFC 9110, section 6.6.1)',
    'src/drivers/logs.ts': 'compared with a time in a file that another process wrote',
    'src/drivers/logs-rotation.ts': 'written into that file',
    'src/drivers/shim/records.ts': "compared with the time of a shim's file",
    'src/build/filestore.ts': 'sets the time of a file',
    'src/snapshot/objects.ts': 'sets the time of a file',
    'src/analysis/survey/kept.ts': 'sets the time of a file',
    'src/build/artefacts.ts': 'compared with the times of files',
    'src/cli/commands/ps.ts': 'shows how long ago something was',
  };
  const reads = /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)/;
  const apart = /\.(test|fake|subject)\.ts$|\/contract\/|\/testing(\/|\.ts$)/;

  it('are read only where there is a reason', () => {
    const found = sources.filter(({ path, text }) => path.startsWith('src/') && !apart.test(path) && reads.test(text)).map(({ path }) => path);
    expect(found.filter((path) => !(path in readers))).toEqual([]);
  });

  it('are read by everything that this list names', () => {
    expect(Object.keys(readers).filter((path) => !existsSync(join(cwd, path)) || !reads.test(read(path)))).toEqual([]);
  });
});

describe('the project', () => {
  /** Everything that is published: text files under version control, or, without git, what such a checkout has. */
  const texts = tracked().filter((path) => !/\.(png|ico|woff2|gz|tgz|tar)$/.test(path)).map((path) => ({ path, text: read(path) }));
  const forbidden: readonly { what: string; pattern: RegExp }[] = [
    { what: 'the address of a package registry', pattern: /https?:\/\/[\w.:-]*(?:registry|artifactory|nexus|npmjs|pypi)[\w.-]*/i },
    { what: 'the directory of this very checkout, or of anybody', pattern: new RegExp(`${cwd.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])|(?<![\\w.])/Users/[a-z]+`) },
    { what: 'a credential', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bnpm_[A-Za-z0-9]{30,}|\bgh[pousr]_[A-Za-z0-9]{30,}/ },
  ];

  it.each(forbidden)('holds $what in no file', ({ pattern }) => {
    expect(texts.filter(({ text }) => pattern.test(text)).map(({ path, text }) => `${path}: ${pattern.exec(text)?.[0]}`)).toEqual([]);
  });

  it.each(forbidden)('holds $what in no message of its history', ({ pattern }) => {
    expect(pattern.exec(git(['log', '--format=%B']) ?? '')?.[0]).toBeUndefined();
  });

  it('names no place that its dependencies were fetched from', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved"/);
  });

  it('gives a reason for each of its dependencies', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const reasons = read('docs/dependencies.md');
    const named = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@types/'));
    expect(named.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
    expect([...reasons.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)).filter((name) => !named.includes(name))).toEqual([]);
  });

  it('leaves nothing undone behind a word', () => {
    const words = /\b(?:TOD[O]|FIXM[E]|XX[X])\b/;
    expect(sources.filter(({ text }) => words.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

/** Files of ours that a file imports, also for their types only, relative to the root. */
function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|^import\s+)'(\.{1,2}\/[^']+)'/gm)].map(([, target]) => join(dirname(path), target!));
}

function isDownwards(from: string, to: string): boolean {
  const [, above] = from.split('/');
  const [, below] = to.split('/');
  return to.startsWith('src/') && rooms.includes(below!) && rooms.indexOf(below!) <= rooms.indexOf(above!);
}

function arrow({ from, to }: { from: string; to: string }): string {
  return `${from} → ${to}`;
}

function tracked(): string[] {
  return git(['ls-files', '-z'])?.split('\0').filter((path) => path !== '' && existsSync(join(cwd, path))) ?? globSync(['*.{md,json,ts}', '{src,web,docs,scripts,bench,examples,.ci}/**/*.*'], { cwd, exclude: ['**/node_modules/**'] });
}

/** Undefined where this is no checkout. */
function git(args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 });
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  return readFileSync(join(cwd, path), 'utf8');
}
