import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { reachableFrom } from '../facts/reach.ts';
import { claimEnding } from '../kinds/ending.ts';
import { claimKind } from '../languages/listening.ts';
import { workOf, worksOffMessages } from '../kinds/work.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { isBelow, seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { kindOfImage } from '../stores/kinds.ts';
import type { Dockerfile } from './dockerfile-read.ts';
import { isWrapper, readDockerfile, typedCommand } from './dockerfile-read.ts';
import { afterMigrations, kindOfCommand } from './command-kind.ts';
import { portsIn } from './command-port.ts';
import { entryOfCommand, isDevelopment, withoutReload } from './entry.ts';
import { imageName, runtimeOfImage, versionNamedIn, webServers } from './images.ts';
import { portOfVariable } from './port-variables.ts';
import { claimStop } from './stated-stop.ts';
import { noteVolume } from './volumes.ts';

const dockerfileName = /^(?:[Dd]ockerfile|Containerfile)(?:[.-]([\w-]+))?$|^([\w-]+)\.(?:Dockerfile|dockerfile|Containerfile)$/;
/** Dockerfiles for those who work on the app. */
const development = /^(dev|development|test|tests|testing|ci|debug|local|base|builder|devcontainer|lint|docs|e2e|arm|arm64|armhf|windows|alpine|debian|ubuntu)\b/i;

/** Applies every Dockerfile as evidence of how the services in its directory are started and reached. */
export function applyDockerfiles(tree: Tree, drafts: Draft[]): Draft[] {
  const files = tree.files.filter((file) => isDockerfile(file) && !isSideDirectory(posix.dirname(file)));
  const all = [...drafts];
  for (const file of files) {
    const dockerfile = readDockerfile(tree, file);
    if (!dockerfile || kindOfImage(dockerfile.base) !== undefined || isOfExample(dockerfile)) continue;
    const targets = targetsOf(dockerfile, all);
    if (targets[0] && standsBefore(dockerfile, targets[0])) continue;
    if (targets.length === 0) all.push(...fromDockerfile(tree, dockerfile, all));
    else if (targets.length === 1 || targets.every((draft) => draft.path === targets[0]!.path)) applyDockerfile(tree, targets[0]!, dockerfile);
  }
  return all;
}

/** Whether all that is copied into an image are examples, such as of the package that they stand in. */
function isOfExample({ file, copied }: Dockerfile): boolean {
  return copied.length > 0 && copied.every((source) => isSideDirectory(posix.dirname(within(posix.dirname(file), source))) && examples.test(source));
}

const examples = /(?:^|\/)(?:ex[ae]mp(?:le|lo)s?|ejemplos?|samples?|demos?)\//i;

/** Whether a file is a Dockerfile, and not one for those who work on the app. */
export function isDockerfile(file: string): boolean {
  const match = dockerfileName.exec(posix.basename(file));
  return match !== null && !development.test(match[1] ?? match[2] ?? '');
}

/** Whether an image stands before a service rather than running it: a web server, in which nothing was built. */
export function standsBefore({ base, images }: Dockerfile, draft: Draft): boolean {
  return draft.value('kind') !== 'static' && !/^(?:html|shell)$/.test(draft.language) && webServers.test(imageName(base)) && images.every(({ image }) => runtimeOfImage(image) === undefined);
}

/** The drafts that a Dockerfile is about: by its name, by what it copies, builds and runs, or else those beside it. */
export function targetsOf(dockerfile: Dockerfile, drafts: readonly Draft[]): Draft[] {
  const directory = posix.dirname(dockerfile.file);
  const match = dockerfileName.exec(posix.basename(dockerfile.file));
  const suffix = match?.[1] ?? match?.[2];
  // A draft at the top is called `web` for want of a name.
  const named = drafts.filter((draft) => suffix !== undefined && namesOf(draft).includes(suffix.toLowerCase()) && !(drafts.length > 1 && draft.path === '.' && suffix.toLowerCase() === 'web'));
  if (named.length === 1) return named;
  const beside = drafts.filter((draft) => draft.path === directory);
  const others = drafts.filter((draft) => draft.path !== '.' && !beside.includes(draft));
  const copiesOthers = dockerfile.copied.length > 0 && dockerfile.copied.every((source) => others.some(({ path }) => isBelow(within(directory, source).replace(/\/$/, ''), path)));
  const isElsewhere = beside.length === 1 && (copiesOthers || (beside[0]!.value('kind') === 'static' && !dockerfile.copied.some((source) => /^(\.|\.\/|\*)$/.test(source))));
  if (beside.length === 1 && !isElsewhere) return beside;
  const candidates = beside.length > 0 && !isElsewhere ? beside : drafts;
  const shown = { runs: dockerfile.runs, words: wordsOf(dockerfile), copied: dockerfile.copied.map((source) => [within('.', source), within(directory, source)].map((path) => path.replace(/\/$/, ''))) };
  const scores = candidates.map((draft) => ({ draft, score: likeness(shown, draft) })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
  if (scores.length > 0 && scores[0]!.score > (scores[1]?.score ?? 0)) return [scores[0]!.draft];
  if (beside.length > 0) return beside;
  const isFolder = /^(docker|deploy|deployment|build|ops|infra|\.docker|dockerfiles|containers?)$/.test(posix.basename(directory));
  if (isFolder) return drafts.filter((draft) => draft.path === posix.dirname(directory));
  // `docker/api/Dockerfile`: a directory of the service's name among those of the others.
  return drafts.filter((draft) => namesOf(draft).includes(posix.basename(directory).toLowerCase()));
}

function namesOf(draft: Draft): string[] {
  return [draft.name, posix.basename(draft.path), ...draft.aliases].map((name) => name.toLowerCase());
}

/** The words of what a Dockerfile builds and runs, programs without their ending. */
function wordsOf({ runs, command }: Dockerfile): Set<string> {
  return new Set([...runs.split(/[\s/=:]+/), ...(command?.words ?? []).flatMap((word) => word.split(/[\s/]+/))].map((word) => word.replace(/\.(dll|jar|js|py)$/, '').toLowerCase()));
}

/** How much a Dockerfile has to do with a service: files of its directory that it copies, its path or name in what it builds, its program in what it runs. */
function likeness({ copied, runs, words }: { copied: readonly string[][]; runs: string; words: ReadonlySet<string> }, draft: Draft): number {
  const inside = draft.path === '.' ? 0 : copied.filter((paths) => paths.some((path) => path === draft.path || path.startsWith(`${draft.path}/`))).length;
  const built = draft.path !== '.' && runs.includes(draft.path) && new RegExp(`(^|[\\s/.="':])${draft.path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}([\\s/"':]|$)`, 'm').test(runs) ? 2 : 0;
  const called = namesOf(draft).some((name) => name !== 'web' && name !== 'app' && words.has(name)) ? 1 : 0;
  return inside * 2 + built + called;
}

/** Adds to a service what the Dockerfile that it is made with says of its start, ports, variables and runtime. */
export function applyDockerfile(tree: Tree, draft: Draft, dockerfile: Dockerfile): void {
  const { file, expose, env, health, stopSignal } = dockerfile;
  const command = commandOf(tree, dockerfile);
  const isStatic = draft.value('kind') === 'static';
  if (command && !isStatic) {
    const weak = isDevelopment(command) || built.has(draft.language) || inImagesOnly.test(command);
    claimProgram(draft, command, seen(file, dockerfile.command!.line, `the image runs ${command.slice(0, 120)}`));
    const options = built.has(draft.language) ? optionsOf(dockerfile, draft) : '';
    if (options !== '') draft.claim('start', `${draft.value('start')}${options}`, 0.94, seen(file, dockerfile.command!.line, `the image runs ${command.slice(0, 120)}`));
    const evidence = seen(file, dockerfile.command!.line, `the image runs ${command.slice(0, 120)}`);
    const below = asWritten.has(draft.language) ? workplaceOf(tree, draft, dockerfile) : '';
    const typed = afterMigrations(withoutReload(command)) ?? { release: undefined, start: withoutReload(command) };
    const { release, start } = below === '' ? typed : { release: typed.release, start: `cd ${below} && ${typed.start}` };
    const entry = entryOfCommand(tree, below === '' ? draft.path : within(draft.path, below), start.slice(below === '' ? 0 : `cd ${below} && `.length));
    // What the authors run goes before what is derived where it is sure that it is here, too, and not only in the image.
    const isHere = asWritten.has(draft.language) && (entry !== null || findsItsApp.test(start) || isConfigured(tree, draft.path, start)) && isInstalled(draft, start);
    draft.claim('start', start, weak ? 0.55 : isHere ? 0.96 : 0.84, evidence);
    if (release !== undefined && isHere) draft.claim('release', release, 0.8, evidence);
    if (draft.value('start') === start) {
      draft.entry = entry ?? draft.entry;
      claimServed(draft, start, evidence);
    }
    else draft.entry ??= entry;
    const run = entry ?? entryOfCommand(tree, posix.dirname(file), start);
    const kind = draft.best('kind');
    // What the image runs may be another file than the one that looked like the program.
    if (run !== null && isBelow(run, draft.path) && kind?.value === 'job' && kind.confidence < 0.65) claimEnding(draft, reachableFrom(run, codeIn(tree, draft.path, [])));
    if (isHere && entry !== null) claimImage(tree, draft, entry, evidence);
  }
  // What its authors' command says weighs more than where the framework listens by custom.
  const said = portsIn(draft.value('start') ?? '');
  const [told] = isStatic || built.has(draft.language) && said.length > 0 ? [] : portsIn(command ?? '');
  if (told !== undefined) draft.claim('port', { port: told, protocol: 'http' }, 0.965, seen(file, dockerfile.command!.line, `the image runs ${command!.slice(0, 120)}`));
  // An app of a framework that looks like a package is none when its image opens a port.
  if (draft.value('kind') === 'library' && draft.best('framework') && command && (told !== undefined || expose)) draft.without('kind').claim('kind', 'api', 0.8, seen(file, dockerfile.command!.line, `the image runs ${command.slice(0, 120)}`));
  // What an image runs is no package, or not only: without a port, it runs and ends for all that is known.
  if (draft.value('kind') === 'library' && command && !expose && told === undefined && draft.value('start') !== undefined && draft.value('start') !== null) draft.without('kind').claim('kind', 'job', 0.6, seen(file, dockerfile.command!.line, `the image runs ${command.slice(0, 120)}`));
  // Quarkus writes the same Dockerfiles for programs that listen and for those that do not.
  const isGenerated = draft.value('framework') === 'quarkus' && !draft.best('port') && posix.dirname(file).endsWith('src/main/docker');
  if (expose && !isStatic && !isGenerated) {
    draft.claim('port', { port: expose.port, protocol: 'http' }, 0.86, seen(file, expose.line, `exposes ${expose.port}`));
    if (draft.value('kind') === 'job' || draft.value('kind') === 'worker' && !worksOffMessages(draft)) draft.claim('kind', 'api', 0.8, seen(file, expose.line, `exposes ${expose.port}`));
  }
  for (const { name, value, line } of env) {
    if (name === 'PATH' || /\$/.test(value)) continue;
    draft.given.set(name, { value, evidence: seen(file, line, `the image sets ${name}`) });
    const port = portOfVariable(name, value);
    if (port !== undefined && !isStatic) draft.claim('port', { port, protocol: 'http' }, 0.9, seen(file, line, `the image sets ${name} to ${value}`));
    if (name === 'PORT' && Number(value) > 0 && Number(value) < 65536 && !isStatic) draft.claim('port', { port: Number(value), protocol: 'http' }, 0.9, seen(file, line, `the image sets PORT to ${value}`)).claim('readsPort', true, 0.75, seen(file, line, 'the image sets PORT'));
  }
  for (const { path, line } of isStatic ? [] : dockerfile.volumes) noteVolume(draft, path, dockerfile, seen(file, line, `the image keeps ${path}`));
  if (stopSignal && !isStatic) claimStop(draft, { signal: stopSignal.signal }, file, stopSignal.line);
  if (health) draft.claim('health', health.path, 0.92, seen(file, health.line, `the image is checked at ${health.path}`));
  const known = draft.best('runtime');
  for (const { image, line } of dockerfile.images) {
    const told = known && versionNamedIn(image, known.value.name);
    const runtime = runtimeOfImage(image) ?? (told === undefined ? undefined : { runtime: known!.value.name, version: told });
    if (!runtime?.version || !known || known.value.name !== runtime.runtime) continue;
    const isSure = known.value.version === null || isChosenFrom(known.value, runtime.version);
    // It runs in the last of them, whatever it was built in.
    const certain = (isSure ? 0.965 : 0.8) + (image === dockerfile.base ? 0.002 : 0);
    draft.claim('runtime', { name: runtime.runtime, version: runtime.runtime === 'java' ? runtime.version.replace(/^1\.(?=8$)/, '') : runtime.version }, certain, seen(file, line, `the image is ${image}`));
  }
  const set = known?.value.name === 'node' ? /\bnodesource\.com\/setup_(\d+)\.x\b/.exec(dockerfile.runs)?.[1] : undefined;
  if (set !== undefined && known!.value.version === null) draft.claim('runtime', { name: 'node', version: set }, 0.955, seen(file, dockerfile.baseLine, `the image is given Node ${set}`));
  const asp = /dotnet\/(?:core\/)?(?:aspnet|runtime(?:-deps)?):(\d+)/.exec(dockerfile.base)?.[1];
  if (asp !== undefined && draft.best('framework') && !isStatic) draft.claim('port', { port: Number(asp) >= 8 ? 8080 : 80, protocol: 'http' }, 0.75, seen(file, dockerfile.baseLine, 'where the image of ASP.NET listens'));
}

/** Where below a service's directory its image works: `src` after `COPY . /app` and `WORKDIR /app/src`; empty where that is the directory itself, or nobody knows. */
function workplaceOf(tree: Tree, draft: Draft, { file, workdir, homes }: Dockerfile): string {
  const home = posix.dirname(file) === draft.path ? homes.find((one) => isBelow(workdir, one) && workdir !== one) : undefined;
  const below = home === undefined ? '' : posix.relative(home, workdir);
  return /^[\w./-]+$/.test(below) && tree.hasDirectory(within(draft.path, below)) ? below : '';
}

/** Of several programs that are built, the image says which one it is. */
function claimProgram(draft: Draft, command: string, evidence: Evidence): void {
  const [program, ...rest] = (draft.value('start') ?? '').split(' ');
  const named = posix.basename(command.split(' ')[0]!);
  const own = posix.basename(program!);
  if (named !== own && draft.programs.has(named) && draft.programs.has(own)) draft.claim('start', [posix.join(posix.dirname(program!), named), ...rest].join(' ').replace(/^(?![./])/, './'), 0.93, evidence);
}

/** Runtimes that an app brings along: of what a manifest allows from some version on, its image says which it runs on. */
const broughtAlong = new Set(['python', 'node', 'ruby', 'php', 'bun', 'deno', 'elixir', 'gleam', 'crystal', 'dart', 'swift']);

function isChosenFrom({ name, version, range }: { name: string; version: string | null; range?: string | undefined }, chosen: string): boolean {
  if (version === null || range === undefined || !broughtAlong.has(name) || /[<,]/.test(range)) return false;
  const given = chosen.split('.').map(Number);
  return range.split(/\|\|?/).some((one) => {
    const [, operator, lowest] = /^\s*(>=?|\^|~>)\s*v?(\d+(?:\.\d+)*)\s*$/.exec(one) ?? [];
    if (lowest === undefined) return false;
    const asked = lowest.split('.').map(Number);
    // Elixir and Ruby leave the last number free.
    if (operator === '~>' && asked.slice(0, -1).some((part, index) => part !== given[index])) return false;
    const at = given.findIndex((part, index) => part !== (asked[index] ?? 0));
    return (at < 0 || given[at]! > (asked[at] ?? 0)) && (operator !== '^' || given[0] === asked[0]);
  });
}

/** The command of an image. Where a script goes before it that knows it by a word (`if [ "$1" = "loop" ]`), what that script runs then. */
function commandOf(tree: Tree, dockerfile: Dockerfile): string | undefined {
  const { command, entrypoint, file } = dockerfile;
  const [word] = command?.words ?? [];
  const script = entrypoint && isWrapper(entrypoint) && command?.words.length === 1 && /^[a-z][a-z_-]*$/.test(word!) ? tree.text(within(posix.dirname(file), posix.basename(entrypoint[0]!))) : undefined;
  const branch = script === undefined ? null : new RegExp(`=\\s*["']?${word}["']?\\s*\\]|^[ \\t]*["']?${word}["']?\\)`, 'm').exec(script);
  const line = branch && /^[ \t]*(?:exec[ \t]+)?((?:python3?|node|php|ruby|gunicorn|uvicorn|celery)[ \t][^\n;&|]+)/m.exec(script!.slice(branch.index, branch.index + 600))?.[1];
  return typedCommand(line ? { ...dockerfile, command: { ...command!, words: [line.trim()], form: 'shell' } } : dockerfile);
}

/** Beside what was taken for a program that ends, such as a training, an image runs a server: it answers by what that made. */
function claimServed(draft: Draft, start: string, evidence: Evidence): void {
  const kind = draft.best('kind');
  if (kindOfCommand(start) !== 'api' || !kind || !['ml-training', 'job', 'cli', 'worker'].includes(kind.value)) return;
  draft.claim('kind', kind.value === 'ml-training' ? 'ml-inference' : 'api', Math.max(0.91, kind.confidence + 0.01), evidence);
}

/** What an image runs is no notebook, and without being given anything no program for the command line. */
function claimImage(tree: Tree, draft: Draft, entry: string, evidence: Evidence): void {
  const kind = draft.best('kind');
  if (kind?.value === 'notebook') {
    draft.without('kind').without('framework').without('port').frameworks.delete('jupyter');
    claimEnding(draft, reachableFrom(entry, codeIn(tree, draft.path, [])));
  } else if (kind?.value === 'cli' && kind.confidence <= 0.65) draft.claim('kind', 'job', 0.66, evidence);
}

/** Servers whose configuration is in the image, or that speak no HTTP. */
const inImagesOnly = /^(?:\S*\/)?(?:php-fpm|apache2-foreground|apache2ctl|httpd|nginx|supervisord|caddy|s6-svscan|my_init)\b/;

/** Languages whose builds leave a program: its place in an image says nothing of where it is elsewhere. */
export const built = new Set(['go', 'rust', 'java', 'kotlin', 'scala', 'groovy', 'clojure', 'csharp', 'fsharp', 'swift', 'crystal', 'haskell', 'c', 'cpp', 'zig', 'dart', 'nim']);

/** Languages whose programs run as they are written. */
const asWritten = new Set(['python', 'javascript', 'typescript', 'ruby', 'php']);

/** Servers that find what they serve by themselves. */
const findsItsApp = /^functions-framework\b|\bflask (?:--app \S+ )?run\b|^(?:bundle exec )?(?:rackup|puma|unicorn|thin|falcon|hanami|(?:(?:\.\/)?bin\/)?rails) ?/;

/** Whether a command names a file in the tree that tells uWSGI what it serves. */
function isConfigured(tree: Tree, directory: string, command: string): boolean {
  return /^(?:(?:poetry|pipenv|uv|pdm) run )?uwsgi /.test(command) && command.split(' ').some((word) => /\.(?:ini|ya?ml|json)$/.test(word) && tree.has(within(directory, word.replace(/^--\w+=/, ''))));
}

/** Whether the server that a command begins with is among what the project installs; an image may have brought it by itself. */
export function isInstalled(draft: Draft, command: string): boolean {
  const server = /^(?:(?:poetry|pipenv|uv|pdm) run )?(?:python3? -m )?(gunicorn|uvicorn|hypercorn|daphne|flask|waitress-serve|celery|streamlit|uwsgi)\b/.exec(command)?.[1]?.replace('-serve', '');
  return server === undefined || [...draft.dependencies.keys()].some((name) => name.split('[')[0]!.toLowerCase() === server || server === 'uvicorn' && /^fastapi\[(?:standard|all)\]/.test(name));
}

/** What the image's command gives to the program, with a blank before it; empty when that is nothing, or the command is another. */
function optionsOf({ command, entrypoint }: Dockerfile, draft: Draft): string {
  const start = draft.value('start');
  if (!command || command.form === 'shell' || !start || start.includes('$')) return '';
  const words = command.words.filter((word) => !/^(\/usr\/bin\/|\/sbin\/|\/usr\/local\/bin\/)?(tini|dumb-init)$|^--?g?$/.test(word));
  if (/^(\/bin\/|\/usr\/bin\/)?(ba)?sh$/.test(words[0] ?? '')) return '';
  const jar = words.findIndex((word) => /\.(jar|dll|war)$/.test(word));
  // A program that was made of the same code, and takes options of its own.
  if (start.startsWith('java ') && jar < 0) return '';
  if (words[0] === 'java' && jar < 0 || /^(go|cargo|dotnet|mvn|gradle|sbt|lein)$/.test(words[0] ?? '') && jar < 0) return '';
  // A script that goes before the program knows it, and is given options alone.
  const isOption = entrypoint !== null && isWrapper(entrypoint) && /^[a-z][a-z-]*$/.test(words[0] ?? '') && words[0] !== posix.basename(start.split(' ')[0]!);
  const rest = words.slice(jar >= 0 ? jar + 1 : isOption ? 0 : 1);
  return rest.length > 0 && rest.length < 12 && rest.every((word) => /^[\w./:=@%+,-]+$/.test(word)) && !rest.every((word) => start.split(' ').includes(word)) ? ` ${/^(?:stack exec|cabal run) (?!.* -- )/.test(start) ? '-- ' : ''}${rest.join(' ')}` : '';
}

/** Pages that an image with a web server is given to show: `COPY src/html /usr/share/nginx/html`. */
function pagesIn(tree: Tree, { file, base, baseLine, copied }: Dockerfile): Draft | undefined {
  const directory = posix.dirname(file);
  if (!/^(?:nginx|nginx-unprivileged|httpd|caddy|lighttpd|static-web-server)$/.test(imageName(base))) return undefined;
  const place = copied.map((source) => within(directory, source.replace(/\/?\*?$/, '') || '.')).find((path) => tree.has(within(path, 'index.html')));
  if (place === undefined) return undefined;
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'html');
  const evidence = seen(file, baseLine, `the image is ${base}, and shows ${within(place, 'index.html')}`);
  return draft.claim('kind', 'static', 0.9, evidence).claim('staticDir', seenFrom(directory, place) || '.', 0.9, evidence).claim('start', null, 0.9, evidence).claim('install', null, 0.9, evidence).claim('build', null, 0.9, evidence);
}

/** A service that only a Dockerfile shows: its command must be one that works outside of the image. */
function fromDockerfile(tree: Tree, dockerfile: Dockerfile, drafts: readonly Draft[]): Draft[] {
  const directory = posix.dirname(dockerfile.file);
  const command = commandOf(tree, dockerfile);
  const image = runtimeOfImage(dockerfile.base);
  const shown = drafts.some((draft) => draft.path === directory) ? undefined : pagesIn(tree, dockerfile);
  if (shown) return [shown];
  if (!command || !image || drafts.some((draft) => draft.path === directory)) return [];
  const entry = entryOfCommand(tree, directory, command);
  if (entry === null) return [];
  const { language, runtime, version } = image;
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, language);
  draft.claim('runtime', { name: runtime, version }, 0.9, seen(dockerfile.file, dockerfile.baseLine, `the image is ${dockerfile.base}`));
  if (dockerfile.expose) draft.claim('kind', 'api', 0.75, seen(dockerfile.file, dockerfile.expose.line, 'exposes a port'));
  else {
    const reached = reachableFrom(entry, codeIn(tree, directory, []));
    const work = workOf(language, new Map(reached.flatMap(({ path, imports }) => imports.map(({ name, line }) => [name, seen(path, line, `imports ${name}`)]))));
    if (work) draft.claim('kind', 'worker', 0.72, work.evidence);
    claimKind(draft, reached, false);
  }
  applyDockerfile(tree, draft, dockerfile);
  return [draft];
}
