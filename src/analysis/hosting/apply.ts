import { posix } from 'node:path';
import { directoriesWith } from '../detector.ts';
import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { readDockerfile } from '../platforms/dockerfile-read.ts';
import type { Process } from '../platforms/processes.ts';
import { applyProcesses, mostProcesses } from '../platforms/processes.ts';
import { noteVolume } from '../platforms/volumes.ts';
import { lineOf } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { appEngine } from './app-engine.ts';
import { nixpacksFile, railpack, railway, zeabur } from './builders.ts';
import { appRunner, cloudFoundry, fly, koyeb, replit } from './clouds.ts';
import { convox } from './convox.ts';
import { digitalOcean } from './digitalocean.ts';
import { appJson, herokuYml } from './heroku.ts';
import type { Hosted, Platform } from './hosted.ts';
import { runtimeVariable } from './hosted.ts';
import { kamal } from './kamal.ts';
import { platformSh, upsun } from './platform-sh.ts';
import { render } from './render.ts';
import { netlify, vercel } from './sites.ts';
import { managerOf, stepsOf } from './steps.ts';
import { storeNamed } from './stores.ts';
import { zerops } from './zerops.ts';

/** Adding a platform is an entry here. */
const platforms: readonly Platform[] = [appEngine, appJson, appRunner, cloudFoundry, convox, digitalOcean, fly, herokuYml, kamal, koyeb, netlify, nixpacksFile, platformSh, railpack, railway, render, replit, upsun, vercel, zeabur, zerops];

/** Applies the manifests by which hosting platforms are told how to build and run a repository: what its authors said there of its programs is surer than what their code shows. */
export function applyHosting(tree: Tree, drafts: Draft[]): Draft[] {
  let all = drafts;
  for (const platform of platforms) {
    for (const file of manifestsOf(tree, platform)) {
      const read = platform.read(tree, file);
      if (read.length > mostProcesses) tree.skip(file, `names more than ${mostProcesses} programs: the rest was left out`);
      for (const programs of Map.groupBy(read.slice(0, mostProcesses), ({ directory }) => directory).values()) all = apply(tree, all, file, programs);
    }
  }
  return all;
}

function manifestsOf(tree: Tree, { names, inside }: Platform): string[] {
  const directories = directoriesWith(tree, names).filter((directory) => (inside ? inside.test(directory) : !isSideDirectory(directory)));
  return directories.flatMap((directory) => tree.namesIn(directory).filter((name) => names.test(name)).map((name) => within(directory, name)));
}

function apply(tree: Tree, drafts: Draft[], file: string, programs: readonly Hosted[]): Draft[] {
  const { directory } = programs[0]!;
  const text = tree.text(file) ?? '';
  const processes = new Map<Process, Hosted>();
  for (const program of programs) {
    if (program.role === undefined || program.role === 'static' || program.start === undefined) continue;
    processes.set({ name: program.name ?? program.role, role: program.role, command: program.start, line: lineOf(text, firstStep(program.start)) }, program);
  }
  const applied = applyProcesses(tree, drafts, { directory, file, processes: [...processes.keys()], isWhole: false });
  const drafted = new Map([...applied.of].map(([process, draft]) => [processes.get(process)!, draft]));
  const here = applied.drafts.filter((draft) => draft.path === directory);
  for (const program of programs) for (const draft of draftsOf(program, drafted.get(program), here)) describe(tree, draft, program, file, text);
  return applied.drafts;
}

/** The services that an entry without a command of its own is about: the one of its name, the only one of its role, or all of its directory for what is said of no one. */
function draftsOf(program: Hosted, known: Draft | undefined, here: readonly Draft[]): readonly Draft[] {
  if (known) return [known];
  if (program.start !== undefined || program.role === 'release') return [];
  const named = here.filter(({ name }) => name === program.name);
  const alike = here.filter((draft) => (program.role === 'static') === (draft.value('kind') === 'static'));
  if (program.role === undefined) return here;
  return named.length > 0 ? named : alike.length === 1 ? alike : here.length === 1 ? here : [];
}

function describe(tree: Tree, draft: Draft, program: Hosted, file: string, text: string): void {
  const place: Place = (needle, why) => seen(file, lineOf(text, typeof needle === 'string' ? firstStep(needle) : needle), why);
  const words = linesIn(text);
  if (program.name !== undefined && program.role !== undefined) draft.aliases.add(program.name);
  const isPages = draft.value('kind') === 'static' || program.role === 'static';
  if (program.role === 'static' && program.staticDir !== undefined && draft.value('kind') !== 'static') draft.claim('kind', 'static', 0.965, place(program.staticDir, 'is hosted as pages')).claim('start', null, 0.965, place(program.staticDir, 'is hosted as pages'));
  const steps = { ...(program.build !== undefined && stepsOf(tree, draft.path, program.build)) };
  const commands = { install: program.install ?? steps.install, build: steps.build, release: program.release ?? steps.release };
  for (const field of ['install', 'build', 'release'] as const) {
    const command = commands[field];
    if (command !== undefined) draft.claim(field, command, field === 'install' ? 0.94 : 0.96, place(command, `${field}: ${command.slice(0, 120)}`));
  }
  const manager = commands.install === undefined ? undefined : managerOf(commands.install);
  // What is only taken for want of a lockfile gives way.
  if (manager !== undefined && (draft.best('packageManager')?.confidence ?? 0) < 0.9) draft.claim('packageManager', manager, 0.93, place(commands.install!, `install: ${commands.install!.slice(0, 120)}`));
  if (isPages && program.staticDir !== undefined) draft.claim('staticDir', posix.normalize(program.staticDir.replace(/^\/+/, '') || '.').replace(/(.)\/$/, '$1'), 0.96, place(program.staticDir, 'the pages are there'));
  if (program.health !== undefined && program.health.startsWith('/') && !isPages) draft.claim('health', program.health, 0.96, place(program.health, `is asked at ${program.health}`));
  if (program.port !== undefined && !isPages) draft.claim('port', { port: program.port, protocol: 'http' }, 0.97, place(new RegExp(`port\\W{0,8}${program.port}\\b`, 'i'), `is reached at port ${program.port}`));
  runOn(draft, program.runtime, place);
  for (const [name, value] of program.variables ?? []) {
    const runtime = runtimeVariable(name);
    if (runtime !== undefined) runOn(draft, value === null ? undefined : { name: runtime, version: value }, place);
    else if (!draft.given.has(name)) draft.given.set(name, { value, isAddress: false, evidence: seen(file, words.of(name), `is given ${name}`) });
  }
  for (const name of isPages ? [] : program.stores ?? []) {
    const kind = storeNamed(name);
    if (kind !== undefined && !draft.stores.has(kind)) draft.stores.set(kind, place(name, `has ${name} beside it`));
  }
  // Where the platform makes the image itself, that has the code in its working directory.
  const image = tree.has(within(draft.path, 'Dockerfile')) ? readDockerfile(tree, within(draft.path, 'Dockerfile')) : undefined;
  for (const volume of isPages ? [] : program.volumes ?? []) noteVolume(draft, volume, image ?? { workdir: '/app', homes: [] }, place(volume, `keeps ${volume}`));
}

type Place = (needle: string | RegExp, why: string) => Evidence;

function runOn(draft: Draft, stated: Hosted['runtime'], place: Place): void {
  const version = /^v?(\d+(?:\.\d+)*)/.exec(stated?.version ?? '')?.[1];
  // `dotnet@6` says less than what the project itself states.
  if (draft.value('runtime')?.version?.startsWith(`${version}.`)) return;
  if (stated && version !== undefined && (draft.value('runtime')?.name ?? stated.name) === stated.name) draft.claim('runtime', { name: stated.name, version }, 0.96, place(stated.version, `runs on ${stated.name} ${version}`));
}

/** What is looked for in a manifest of a command line that was put together from several of its lines. */
function firstStep(command: string): string {
  return command.split(' && ', 1)[0]!;
}
