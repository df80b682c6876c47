import { posix } from 'node:path';
import { seen } from '../draft.ts';
import { kindOfImage } from '../stores/kinds.ts';
import type { Data } from '../syntax/formats.ts';
import { asData, asList, asText, readJson, readToml } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { within } from '../tree/paths.ts';
import { perPath, perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { writtenServices } from './compose-files.ts';
import { readDockerfile } from './dockerfile-read.ts';
import { infrastructureOf } from './infrastructure.ts';
import type { StatedResources } from './stated-resources.ts';
import { composeResources } from './stated-resources.ts';
import type { StatedStop } from './stated-stop.ts';
import { composeVolume } from './volumes.ts';

/** A service of a Compose file, read. */
export interface ComposeService {
  name: string;
  line: number;
  file: string;
  /** Directory that it is made from; undefined for one that is only an image. */
  context: string | undefined;
  /** Its Dockerfile, from the root of the tree. */
  dockerfile: string | undefined;
  /** The stage of that Dockerfile which it is made of; undefined for the last one. */
  target: string | undefined;
  store: string | undefined;
  /** What it runs, where it is only an image. */
  image: string | undefined;
  command: string | undefined;
  /** What its command is given to; undefined when that is for the image to say. */
  entrypoint: string | undefined;
  ports: number[];
  /** Where the machine that runs it offers these ports. */
  published: number[];
  environment: Map<string, string | null>;
  /** Those that it waits for or is linked to. */
  dependsOn: string[];
  links: string[];
  healthPath: string | undefined;
  /** Others begin when it has ended. */
  isAwaited: boolean;
  resources: StatedResources | undefined;
  stop: StatedStop;
  /** Where directories that outlive it are, in its image. */
  volumes: string[];
  /** Files and directories of the tree that it sees. */
  mounted: string[];
}

/** The services of one Compose file and of what it includes. */
export const readCompose = perPath((tree, root): readonly ComposeService[] => {
  const written = writtenServices(tree, root);
  const awaited = new Set(written.flatMap(({ data }) => Object.entries(asData(data['depends_on'])).filter(([, how]) => asData(how)['condition'] === 'service_completed_successfully').map(([name]) => name)));
  return written.map(({ name, file, data }) => {
    const text = tree.text(file);
    const directory = posix.dirname(file);
    const build = data['build'];
    const given = asText(build) ?? asText(asData(build)['context']) ?? (build === undefined ? undefined : '.');
    const image = asText(data['image']);
    const isOwn = given === undefined && image !== undefined && kindOfImage(image) === undefined && isOfProject(tree, image);
    const context = given === undefined ? mountedCode(data, image) : given;
    const inside = isOwn ? '.' : context === undefined || /^(https?:|git@)/.test(context) || posix.isAbsolute(context) ? undefined : within(directory, context);
    const ofBuild = inside === undefined || build === undefined || inside.startsWith('..') ? undefined : within(inside, asText(asData(build)['dockerfile']) ?? 'Dockerfile');
    const dockerfile = isOwn && tree.has('Dockerfile') ? 'Dockerfile' : ofBuild;
    const made = dockerfile !== undefined && tree.has(dockerfile) ? readDockerfile(tree, dockerfile) : undefined;
    // An image that adds something to a store's, and runs nothing else, is that store.
    const kept = made?.command === null ? kindOfImage(made.base) : undefined;
    return {
      name, file, line: linesIn(text).of(name), dockerfile, target: asText(asData(build)['target']),
      context: inside === undefined || inside.startsWith('..') || kept !== undefined ? undefined : inside.replace(/\/$/, ''),
      store: image && given === undefined ? kindOfImage(image) : kept,
      image: given === undefined && !isOwn ? image : made?.command === null && addsSettings(made.base) ? made.base : undefined,
      command: commandOf(data['command']) ?? (build === undefined ? undefined : commandOf(data['entrypoint'])),
      entrypoint: data['entrypoint'] === undefined ? undefined : commandOf(data['entrypoint']) ?? '',
      ports: [...asList(data['ports']), ...asList(data['expose'])].flatMap(containerPort),
      published: asList(data['ports']).flatMap(hostPort),
      environment: environmentOf(data['environment']),
      dependsOn: [...asList(data['depends_on']).map(String), ...Object.keys(asData(data['depends_on'])), ...linksOf(data)],
      links: linksOf(data),
      healthPath: /https?:\/\/[^/\s"']+(\/[\w./-]+)/.exec(JSON.stringify(asData(data['healthcheck'])['test'] ?? ''))?.[1],
      isAwaited: awaited.has(name),
      stop: { signal: data['stop_signal'], grace: data['stop_grace_period'] },
      mounted: asList(data['volumes']).flatMap((volume) => mountedFrom(directory, volume)),
      volumes: asList(data['volumes']).flatMap((volume) => composeVolume(volume, context) ?? []),
      resources: composeResources(data, seen(file, linesIn(text).of(name), `resources: as ${name} is given them`)),
    };
  });
});

/** `./logs/pipeline:/usr/share/logstash/pipeline` → the directory in the tree. */
function mountedFrom(directory: string, volume: unknown): string[] {
  const source = asText(volume)?.split(':')[0] ?? asText(asData(volume)['source']) ?? '';
  const path = source.startsWith('.') ? within(directory, source).replace(/\/$/, '') : '..';
  return path.startsWith('..') || path === '.' || path === '' ? [] : [path];
}

/** Whether an image is of what runs beside apps, so that one which is made of it and runs nothing else has no more than its settings. Web servers are given pages as well. */
function addsSettings(base: string): boolean {
  const kind = infrastructureOf(base);
  return kind !== undefined && kind !== 'gateway';
}

/** Neighbours that a service reaches by name, in the older way: `db:database`. */
function linksOf(data: Data): string[] {
  return asList(data['links']).map((link) => String(link).split(':')[0]!);
}

/** Whether an image is what the project publishes: `ghcr.io/acme/shop:2` where the manifest at the root is of `shop`. */
function isOfProject(tree: Tree, image: string): boolean {
  const name = /([^/:@]+)(?:[:@][^/]*)?$/.exec(image)?.[1];
  return name !== undefined && projectName(tree) === name;
}

const projectName = perTree((tree): string | undefined => {
  const declared = asText(readJson(tree, 'package.json')?.['name']) ?? asText(asData(readToml(tree, 'Cargo.toml')?.['package'])['name']) ?? asText(asData(readToml(tree, 'pyproject.toml')?.['project'])['name'])
    ?? /^module[ \t]+(\S+)/m.exec(tree.text('go.mod') ?? '')?.[1]?.replace(/\/v\d+$/, '');
  return declared?.split('/').at(-1);
});

/** A runtime's image with the app's directory mounted into it. */
function mountedCode(data: Data, image: string | undefined): string | undefined {
  const sources = asList(data['volumes']).map((volume) => asText(volume)?.split(':')[0] ?? asText(asData(volume)['source']));
  const source = sources.find((one) => one?.startsWith('.'));
  // PHP behind Apache runs what it is given without being told.
  if (image && withApache.test(image)) return source;
  if (!image || !/^(node|python|golang|ruby|php|rust|oven\/bun|openjdk|eclipse-temurin|maven|gradle)\b/.test(image) || data['command'] === undefined) return undefined;
  return source;
}

const withApache = /(?:^|\/)[\w.-]*php[\w.-]*:[\w.-]*apache/;

function commandOf(value: unknown): string | undefined {
  // What a shell is given is a line already.
  if (Array.isArray(value) && value.length === 3 && /^(?:\/bin\/)?(?:ba)?sh$/.test(String(value[0])) && value[1] === '-c') return inOneLine(String(value[2])).replaceAll('$$', '$').trim() || undefined;
  const text = Array.isArray(value) ? value.map(String).map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ') : asText(value)?.trim();
  const script = /^(?:\/bin\/)?(?:ba)?sh -c '(.*)'$/s.exec(text ?? '')?.[1] ?? /^(?:\/bin\/)?(?:ba)?sh -c "(.*)"$/s.exec(text ?? '')?.[1];
  const line = script === undefined ? text : inOneLine(script);
  return line?.replaceAll('$$', '$').trim().replace(/\s*\n\s*/g, ' ') || undefined;
}

/** The lines of a script, which end its commands but for a backslash or an operator. */
function inOneLine(script: string): string {
  return script.trim().replace(/\\\n/g, ' ').replace(/(&&|\|\||[|;&]|\b(?:then|do|else))?[ \t]*\n\s*/g, (_, joins?: string) => (joins === undefined ? '; ' : `${joins} `));
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `80`, `{target: 80}` → 80. */
function containerPort(value: unknown): number[] {
  const text = asText(value) ?? asText(asData(value)['target']) ?? '';
  const port = Number(/(\d+)(?:\/tcp)?$/.exec(text.replace(/\$\{[^}]*:-(\d+)\}/g, '$1'))?.[1]);
  return port > 0 && port < 65536 && !text.endsWith('/udp') ? [port] : [];
}

/** `8081:80`, `127.0.0.1:8081:80`, `{published: 8081}` → 8081. */
function hostPort(value: unknown): number[] {
  const port = Number(/(?:^|:)(\d{2,5}):\d+(?:\/tcp)?$/.exec((asText(value) ?? '').replace(/\$\{[^}]*:-(\d+)\}/g, '$1'))?.[1] ?? asText(asData(value)['published']));
  return port > 0 && port < 65536 ? [port] : [];
}

/** Both notations of variables; a default of `${NAME:-default}` is taken, what stays unresolved is null. */
function environmentOf(value: unknown): Map<string, string | null> {
  const result = new Map<string, string | null>();
  const add = (name: string, text: string | undefined) => {
    const resolved = text?.replace(/\$\{\w+:?-([^}]*)\}/g, '$1');
    result.set(name, resolved === undefined || resolved.includes('${') ? null : resolved);
  };
  for (const line of asList(value)) {
    const [name, ...rest] = String(line).split('=');
    add(name!, rest.length > 0 ? rest.join('=') : undefined);
  }
  for (const [name, one] of Object.entries(asData(value))) add(name, asText(one));
  return result;
}
