import { posix } from 'node:path';
import { Draft, seen } from '../draft.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { kindOfImage } from '../stores/kinds.ts';
import type { Dockerfile } from './dockerfile-read.ts';
import { readDockerfile, typedCommand } from './dockerfile-read.ts';
import { entryOfCommand, isDevelopment } from './entry.ts';

/** Runtimes by the name of their official images. */
const runtimeImages: Readonly<Record<string, { language: string; runtime: string }>> = {
  node: { language: 'javascript', runtime: 'node' }, bun: { language: 'typescript', runtime: 'bun' }, deno: { language: 'typescript', runtime: 'deno' }, python: { language: 'python', runtime: 'python' }, golang: { language: 'go', runtime: 'go' },
  rust: { language: 'rust', runtime: 'rust' }, ruby: { language: 'ruby', runtime: 'ruby' }, php: { language: 'php', runtime: 'php' }, openjdk: { language: 'java', runtime: 'java' }, 'eclipse-temurin': { language: 'java', runtime: 'java' }, amazoncorretto: { language: 'java', runtime: 'java' }, elixir: { language: 'elixir', runtime: 'elixir' },
};

const dockerfileName = /^(Dockerfile|Containerfile|Dockerfile\.prod(uction)?|prod\.Dockerfile)$/;

/** Applies every Dockerfile as evidence of how the services in its directory are started and reached. */
export function applyDockerfiles(tree: Tree, drafts: Draft[]): Draft[] {
  const files = tree.files.filter((file) => dockerfileName.test(posix.basename(file)) && !isSideDirectory(posix.dirname(file)));
  const all = [...drafts];
  for (const file of files) {
    const dockerfile = readDockerfile(tree, file);
    if (!dockerfile || kindOfImage(dockerfile.base) !== undefined) continue;
    const targets = targetsOf(dockerfile, all);
    if (targets.length === 0) all.push(...fromDockerfile(tree, dockerfile, all));
    else if (targets.length === 1 || targets.every((draft) => draft.path === targets[0]!.path)) applyTo(tree, targets[0]!, dockerfile);
  }
  return all;
}

/** The drafts that a Dockerfile is about: those beside it, or those whose directory it copies. */
function targetsOf(dockerfile: Dockerfile, drafts: readonly Draft[]): Draft[] {
  const directory = posix.dirname(dockerfile.file);
  const beside = drafts.filter((draft) => draft.path === directory);
  if (beside.length > 0) return beside;
  const copied = drafts.filter((draft) => dockerfile.copied.some((source) => within('.', source) === draft.path || within(directory, source) === draft.path));
  if (copied.length > 0) return copied.slice(0, 1);
  const isFolder = /^(docker|deploy|deployment|build|ops|infra|\.docker)$/.test(posix.basename(directory));
  return drafts.filter((draft) => draft.path === (isFolder ? posix.dirname(directory) : directory));
}

function applyTo(tree: Tree, draft: Draft, dockerfile: Dockerfile): void {
  const { file, expose, env, health } = dockerfile;
  const command = typedCommand(dockerfile);
  const runtime = runtimeOf(dockerfile.base);
  const isStatic = draft.value('kind') === 'static';
  if (command && !isStatic) {
    const weak = isDevelopment(command) || draft.language === 'go' || draft.language === 'rust' || draft.language === 'java';
    draft.claim('start', command, weak ? 0.55 : 0.84, seen(file, dockerfile.command!.line, `the image runs ${command.slice(0, 120)}`));
    draft.entry ??= entryOfCommand(tree, draft.path, command);
  }
  if (expose && !isStatic) {
    draft.claim('port', { port: expose.port, protocol: 'http' }, 0.86, seen(file, expose.line, `exposes ${expose.port}`));
    if (draft.value('kind') === 'job' || draft.value('kind') === 'worker') draft.claim('kind', 'api', 0.8, seen(file, expose.line, `exposes ${expose.port}`));
  }
  for (const { name, value, line } of env) {
    if (name === 'PATH' || /\$/.test(value)) continue;
    draft.given.set(name, { value, evidence: seen(file, line, `the image sets ${name}`) });
    if (name === 'PORT' && Number(value) > 0 && Number(value) < 65536 && !isStatic) draft.claim('port', { port: Number(value), protocol: 'http' }, 0.9, seen(file, line, `the image sets PORT to ${value}`)).claim('readsPort', true, 0.75, seen(file, line, 'the image sets PORT'));
  }
  if (health) draft.claim('health', health.path, 0.92, seen(file, health.line, `the image is checked at ${health.path}`));
  const known = draft.best('runtime');
  if (runtime?.version && known && known.value.version === null && known.value.name === runtime.name) draft.claim('runtime', runtime, 0.96, seen(file, dockerfile.baseLine, `the image is ${dockerfile.base}`));
}

/** A service that only a Dockerfile shows: its command must be one that works outside of the image. */
function fromDockerfile(tree: Tree, dockerfile: Dockerfile, drafts: readonly Draft[]): Draft[] {
  const directory = posix.dirname(dockerfile.file);
  const command = typedCommand(dockerfile);
  const image = imageName(dockerfile.base);
  if (!command || !Object.hasOwn(runtimeImages, image) || drafts.some((draft) => draft.path === directory)) return [];
  const entry = entryOfCommand(tree, directory, command);
  if (entry === null) return [];
  const { language, runtime } = runtimeImages[image]!;
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, language);
  draft.claim('runtime', { name: runtime, version: runtimeOf(dockerfile.base)?.version ?? null }, 0.9, seen(dockerfile.file, dockerfile.baseLine, `the image is ${dockerfile.base}`));
  draft.claim('kind', dockerfile.expose ? 'api' : 'worker', 0.75, seen(dockerfile.file, dockerfile.expose?.line ?? dockerfile.command!.line, dockerfile.expose ? 'exposes a port' : 'exposes no port'));
  applyTo(tree, draft, dockerfile);
  return [draft];
}

function imageName(image: string): string {
  return image.replace(/[:@].*$/, '').split('/').at(-1)!;
}

function runtimeOf(image: string): { name: string; version: string | null } | undefined {
  const name = imageName(image);
  const runtime = Object.hasOwn(runtimeImages, name) ? runtimeImages[name]! : undefined;
  const version = /:(\d+(?:\.\d+)*)/.exec(image)?.[1] ?? null;
  return runtime && { name: runtime.runtime, version };
}
