import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { worksOffMessages } from '../kinds/work.ts';
import { isBelow, within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { afterMigrations, isIdle, kindOfCommand, onlyBuilds, runsTests, withoutWaiting } from './command-kind.ts';
import type { ComposeService } from './compose-read.ts';
import { readCompose } from './compose-read.ts';
import { portsIn } from './command-port.ts';
import { applyDockerfile, built, isDockerfile, isInstalled, standsBefore, targetsOf } from './dockerfile.ts';
import type { Dockerfile } from './dockerfile-read.ts';
import { atStage, isWrapper, readDockerfile, seenFromHome, typedCommand } from './dockerfile-read.ts';
import { entryOfCommand, isDevelopment, withoutReload } from './entry.ts';
import { joinFastCgi } from './fastcgi.ts';
import { runtimeOfImage } from './images.ts';
import { portOfVariable } from './port-variables.ts';
import { claimStop } from './stated-stop.ts';
import { noteVolume } from './volumes.ts';

/** A program that an image was built with: where it is in the image says nothing of where it is elsewhere. */
const programOfImage = /^(?:\.\/|\/(?!bin\/|usr\/bin\/|opt\/))[\w./-]+(?:\s|$)/;

const composeName = /^(docker-)?compose\.ya?ml$/;

/** Every service of the Compose files that count. */
export function composeServices(tree: Tree): ComposeService[] {
  return composeFiles(tree).flatMap((file) => readCompose(tree, file));
}

/** Applies Compose files: services made from the app's directories get their names and settings, images of known stores become stores. */
export function applyCompose(tree: Tree, drafts: Draft[]): Draft[] {
  return composeFiles(tree).reduce((all, file) => apply(tree, all, file), drafts);
}

const composeFiles = perTree((tree): readonly string[] => {
  const files = tree.files.filter((file) => composeName.test(posix.basename(file)) && !isSideDirectory(posix.dirname(file)));
  return files.filter((file) => !files.some((other) => other !== file && posix.dirname(file) !== posix.dirname(other) && within(posix.dirname(other), '.') === '.'));
});

/** Services that try the others out. */
const forTests = /^(?:tests?|e2e|lint(?:er)?|(?:[\w-]+[-_])?(?:unit|integration|acceptance|e2e|functional|smoke|system)[-_]tests?)$/;

function apply(tree: Tree, drafts: Draft[], file: string): Draft[] {
  const services = readCompose(tree, file);
  const result = [...drafts];
  const taken = new Set<Draft>();
  const images = new Set<string>();
  for (const service of services.filter(({ context }) => context !== undefined).sort((a, b) => turnOf(a) - turnOf(b))) {
    const made = service.dockerfile !== undefined && tree.has(service.dockerfile) ? imageOf(tree, service.dockerfile, service.target) : undefined;
    const here = madeFrom(tree, result, service, services.filter(({ dockerfile }) => dockerfile !== undefined).length === 1).filter((draft) => !made || !standsBefore(made, draft));
    // A directory of which several images are made has a program for each.
    const told = service.command ?? (made && isDockerfile(made.file) && !images.has(made.file) ? typedCommand(made) : undefined);
    if (told !== undefined && (isIdle(told) || runsTests(told)) || service.command !== undefined && (onlyBuilds(service.command) || forTests.test(service.name))) continue;
    // What the others wait for until it has ended, and what by itself does no more than that, goes before them.
    if (here[0] && told !== undefined && (service.isAwaited || kindOfCommand(told) === 'job')) {
      here[0].claim('release', told, 0.85, seen(service.file, service.line, `runs ${told.slice(0, 120)}`));
      continue;
    }
    const left = here.filter((draft) => !taken.has(draft));
    const free = (service.command === undefined ? undefined : left.find((draft) => runsAs(tree, draft, service.command!))) ?? left.find((draft) => draft.name === service.name) ?? (service.target === undefined ? undefined : left.find((draft) => runsProgramOf(made, draft))) ?? likest(left.filter((draft) => !here.some((other) => other !== draft && other.name === service.name)), service.command);
    const draft = free ?? (here[0] && told !== undefined && (service.command !== undefined || runsIn(made!, here[0])) ? here[0].sibling(service.name) : undefined);
    if (!draft) continue;
    const isSibling = free === undefined;
    if (service.dockerfile !== undefined) images.add(service.dockerfile);
    if (!result.includes(draft)) result.push(draft);
    taken.add(draft);
    // One that says by itself what it is about was applied before.
    if (made && posix.dirname(made.file) !== draft.path && targetsOf(made, drafts).length === 0) applyDockerfile(tree, draft, made);
    settle(tree, draft, isSibling ? { ...service, command: told } : service, services);
  }
  joinFastCgi(tree, result, services, file);
  if (taken.size === 0 && drafts.length > 0) for (const draft of drafts) besideStores(draft, services, drafts.length === 1);
  return result;
}

/** Services that say nothing of what they run first, as they are the project's main one, those that are reached before the others, and those that work in the background last. */
function turnOf({ command, ports }: ComposeService): number {
  return command === undefined ? (ports.length > 0 ? 0 : 1) : kindOfCommand(command) === 'worker' ? 3 : 2;
}

/** Whether a command starts what a program is: the same words, or the same file. */
function runsAs(tree: Tree, draft: Draft, command: string): boolean {
  return draft.value('start') === command || draft.entry !== null && entryOfCommand(tree, draft.path, command) === draft.entry;
}

/** Of several programs of one project, the one that does what a command does; none where all that are left work off a queue, and the command serves. */
function likest(drafts: readonly Draft[], command: string | undefined): Draft | undefined {
  const kind = command === undefined ? undefined : kindOfCommand(command);
  const isWorker = (draft: Draft) => kindOfCommand(draft.value('start') ?? '') === 'worker';
  if (kind === 'worker') return drafts.find(isWorker) ?? drafts.find((draft) => draft.value('kind') === 'worker') ?? drafts[0];
  return drafts.find((draft) => !isWorker(draft)) ?? (kind === 'api' ? undefined : drafts[0]);
}

/** The image that one stage of a Dockerfile makes. */
function imageOf(tree: Tree, file: string, target: string | undefined): Dockerfile | undefined {
  const dockerfile = readDockerfile(tree, file);
  return dockerfile && atStage(dockerfile, target);
}

/** Whether an image runs the program of a service, by its name. */
function runsProgramOf(image: Dockerfile | undefined, draft: Draft): boolean {
  const program = posix.basename((draft.value('start') ?? '').split(' ')[0]!);
  return program !== '' && image?.command?.words.some((word) => posix.basename(word.split(/\s/)[0]!) === program) === true;
}

/** Whether an image may run a service: none of its stages, or one, begins with an image of the service's runtime. */
function runsIn({ images }: Dockerfile, draft: Draft): boolean {
  const runtimes = images.flatMap(({ image }) => runtimeOfImage(image)?.runtime ?? []);
  return runtimes.length === 0 || runtimes.includes(draft.value('runtime')?.name ?? '');
}

/** The drafts that a service is made from: those of its context or of its Dockerfile, or the one of its name in a context for all. */
function madeFrom(tree: Tree, drafts: readonly Draft[], { name, context, dockerfile }: ComposeService, built: boolean): Draft[] {
  const elsewhere = dockerfile !== undefined && posix.dirname(dockerfile) !== context;
  if (elsewhere) {
    const beside = drafts.filter((draft) => draft.path === posix.dirname(dockerfile));
    if (beside.length > 0) return beside;
  }
  const here = drafts.filter((draft) => draft.path === context);
  const read = dockerfile === undefined || !tree.has(dockerfile) ? undefined : readDockerfile(tree, dockerfile);
  const shown = read ? targetsOf(read, drafts) : [];
  // `docker/client/Dockerfile` that copies nothing but `client`: the context is where it may copy from, not what it is made of.
  const programs = shown.length === 1 ? drafts.filter(({ path }) => path === shown[0]!.path) : [];
  if (shown.length === 1 && context !== undefined && isBelow(shown[0]!.path, context)) return programs;
  if (here.length === 1) return here;
  if (shown.length === 1) return programs;
  if (here.length > 0) return here;
  // One thing is built, and one is there: the image is of that.
  if (built && drafts.length === 1 && context !== undefined && isBelow(drafts[0]!.path, context)) return [...drafts];
  return drafts.filter((draft) => draft.path !== '.' && (context === '.' || draft.path.startsWith(`${context}/`)) && [draft.name, posix.basename(draft.path), ...draft.aliases].some((one) => one.toLowerCase() === name.toLowerCase()));
}

/** A Compose file with nothing but stores is there for the app beside it. */
function besideStores(draft: Draft, services: readonly ComposeService[], only: boolean): void {
  for (const { store, file, line, name } of services) {
    if (store !== undefined && only) draft.nearby.set(store, seen(file, line, `${name} stands beside the app`));
  }
}

function settle(tree: Tree, draft: Draft, service: ComposeService, all: readonly ComposeService[]): void {
  const evidence = (why: string): Evidence => seen(service.file, service.line, why);
  draft.aliases.add(draft.name);
  draft.name = service.name;
  const isStatic = draft.value('kind') === 'static';
  const told = service.command === undefined ? undefined : inTree(tree, service, withoutWaiting(service.command));
  if (told !== undefined && service.command !== undefined && !isStatic) {
    const runs = evidence(`runs ${service.command.slice(0, 120)}`);
    const { release, start } = afterMigrations(withoutReload(told)) ?? { release: undefined, start: withoutReload(afterEntrypoint(tree, service, told)) };
    const isHere = draft.language !== 'python' || isInstalled(draft, start);
    const place = programOfImage.test(start) && built.has(draft.language) ? draft.value('start')?.split(' ')[0] : undefined;
    draft.claim('start', place ? start.split(/(?<=&& )/).map((step) => (step.split(' ')[0] === start.split(' ')[0] ? step.replace(/^\S+/, () => place) : step)).join('') : start, isDevelopment(start) ? 0.5 : !draft.best('start') ? 0.9 : isHere ? 0.975 : 0.84, runs);
    if (release !== undefined) draft.claim('release', release, 0.8, runs);
    draft.entry = entryOfCommand(tree, draft.path, start) ?? draft.entry;
    // It runs in the place of what the image would.
    for (const port of portsIn(start)) draft.claim('port', { port, protocol: 'http' }, 0.966, runs);
    const kind = kindOfCommand(service.command) ?? kindOfCommand(start);
    // What works off a queue, is started by a clock, or answers by a model, does so whatever else its code can do.
    if (kind === 'worker' || kind === 'cron' || kind === 'ml-inference') draft.claim('kind', kind, 0.965, runs);
    else if (kind !== undefined && !draft.best('kind')) draft.claim('kind', kind, 0.9, runs);
    const opens = service.ports.length > 0 ? 'publishes a port' : service.healthPath === undefined ? undefined : `is asked at ${service.healthPath}`;
    if (!draft.best('kind')) draft.claim('kind', opens === undefined ? 'worker' : 'api', 0.85, evidence(opens ?? 'publishes no port'));
  }
  if (!isStatic) claimStop(draft, service.stop, service.file, service.line);
  draft.resources = service.resources ?? draft.resources;
  for (const port of service.published) draft.published.add(port);
  const [port] = service.ports;
  if (port !== undefined && !isStatic) {
    draft.claim('port', { port, protocol: 'http' }, 0.87, evidence(`is reached at port ${port}`));
    if (['job', 'worker'].includes(draft.value('kind') ?? '') && !worksOffMessages(draft)) draft.claim('kind', 'api', 0.9, evidence('publishes a port'));
  }
  if (service.healthPath !== undefined) draft.claim('health', service.healthPath, 0.92, evidence(`is checked at ${service.healthPath}`));
  const home = (service.dockerfile !== undefined && tree.has(service.dockerfile) ? readDockerfile(tree, service.dockerfile) : undefined) ?? { workdir: '/app', homes: [] };
  if (!isStatic) for (const path of service.volumes) noteVolume(draft, path, home, evidence(`is given a volume at ${path}`));
  const names = new Set(all.map((other) => other.name));
  for (const [name, value] of service.environment) {
    const isAddress = value !== null && hostsIn(value).some((host) => names.has(host));
    draft.given.set(name, { value, isAddress, evidence: seen(service.file, lineBelow(tree.text(service.file), service.line, name), `is given ${name}`) });
    const host = all.find((other) => other.store !== undefined && value !== null && (value === other.name || value.includes(`@${other.name}:`) || value.includes(`//${other.name}:`) || value.includes(`@${other.name}/`) || value.startsWith(`${other.name}:`)));
    if (host) draft.stores.set(host.store!, evidence(`${name} leads to ${host.name}`));
    const set = portOfVariable(name, value);
    if (set !== undefined && !isStatic) draft.claim('port', { port: set, protocol: 'http' }, 0.9, evidence(`is given ${name} ${value}`));
    if (name === 'PORT' && value !== null && /^\d{2,5}$/.test(value) && !isStatic) draft.claim('port', { port: Number(value), protocol: 'http' }, 0.9, evidence(`is given PORT ${value}`));
  }
  for (const name of service.dependsOn) {
    const store = all.find((other) => other.name === name)?.store;
    if (store !== undefined) draft.stores.set(store, evidence(`depends on ${name}`));
  }
}

/** The line of a name in the lines below one; that one when it is far or not there. */
function lineBelow(text: string | undefined, line: number, name: string): number {
  const at = (text ?? '').split('\n', line + 200).slice(line).findIndex((one) => one.trimStart().replace(/^-\s*['"]?/, '').startsWith(name));
  return at < 0 ? line : line + 1 + at;
}

/** The parts of a value that may be the name of a neighbour: all of it, what `:` follows at its beginning, and what stands after `@`, `/` or a comma. */
function hostsIn(value: string): string[] {
  return [value, ...(/^[^:]+(?=:)/.exec(value) ?? []), ...Array.from(value.matchAll(/[@/,]([^@:/,]+)(?=[:/,]|$)/g), (match) => match[1]!)];
}

/** A command with the paths of the image that hold what it was built of as they are in the tree. */
function inTree(tree: Tree, { dockerfile }: ComposeService, command: string): string {
  const image = dockerfile !== undefined && tree.has(dockerfile) ? readDockerfile(tree, dockerfile) : undefined;
  return image ? seenFromHome(command, image.homes) : command;
}

/** The command after the program that it is given to: of the file, or what the image begins with by itself. */
function afterEntrypoint(tree: Tree, { dockerfile, entrypoint }: ComposeService, command: string): string {
  const ofImage = entrypoint === undefined && dockerfile !== undefined && tree.has(dockerfile) ? readDockerfile(tree, dockerfile)?.entrypoint?.join(' ') : undefined;
  const before = entrypoint ?? ofImage ?? '';
  return before === '' || before === command || / -c$/.test(before) || /&&|[;|]/.test(command) || isWrapper(before.split(' ')) ? command : `${before} ${command}`;
}
