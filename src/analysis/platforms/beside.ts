import { posix } from 'node:path';
import { kindOfImage } from '../stores/kinds.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { composeServices } from './compose.ts';
import { readCompose } from './compose-read.ts';
import { infrastructureOf } from './infrastructure.ts';
import { readCluster } from './kubernetes-read.ts';

/** An image that is run beside an app's own code. */
export interface Standing {
  name: string;
  image: string;
  /** What it does; undefined for what is neither a store nor known infrastructure. */
  kind: string | undefined;
  isStore: boolean;
  file: string;
  line: number;
  /** Where whoever develops reaches it on this machine. */
  published: readonly number[];
  /** Neighbours that it reaches, by what it is linked to and told. */
  neighbours: readonly string[];
}

/** Compose files for a part of what is run, or for one occasion: `docker-compose-monitoring.yml`, `compose.elk.yaml`. */
const variant = /^(docker-)?compose[._-][\w.-]+\.ya?ml$/;
const forTests = /[._-](tests?|ci|e2e|it|integration)[._-]/;

/** What Compose files and manifests run that is not made from the app's code. */
export const standingBeside = perTree((tree: Tree): readonly Standing[] => {
  const variants = tree.files.filter((file) => variant.test(posix.basename(file)) && !forTests.test(posix.basename(file)) && !isSideDirectory(posix.dirname(file)) && !isTestPath(file));
  const composed = [...composeServices(tree), ...variants.flatMap((file) => readCompose(tree, file))].flatMap(({ name, image, file, line, published, links, environment, mounted }) => (image === undefined ? [] : [{ name, image, file, line, published, neighbours: [...links, ...[...environment.values()].flatMap(hostsIn), ...(infrastructureOf(image) === undefined ? [] : mounted.flatMap((path) => toldBy(tree, path)))], hosts: hostsNamed(environment) }]));
  const deployed = readCluster(tree).workloads.map(({ name, image, file, line, env }) => ({ name, image, file, line, published: [], neighbours: [...env.values()].flatMap(({ value }) => hostsIn(value)), hosts: hostsNamed(new Map([...env].map(([key, { value }]) => [key, value]))) }));
  const names = new Set([...composeServices(tree), ...composed, ...deployed].map(({ name }) => name));
  return [...composed, ...deployed].map(({ hosts, ...one }) => ({ ...one, neighbours: [...one.neighbours, ...hosts.filter((name) => name !== one.name && names.has(name))], kind: kindOfImage(one.image) ?? infrastructureOf(one.image), isStore: kindOfImage(one.image) !== undefined }));
});

/** Settings of a directory that are looked at. */
const mostFiles = 20;
const longest = 100_000;

/** Hosts that the settings in a file or directory name, such as the pipelines of a collector and the sources of a dashboard. */
function toldBy(tree: Tree, path: string): string[] {
  const files = (tree.has(path) ? [path] : tree.filesBelow(path)).filter((file) => /\.(ya?ml|conf|cfg|toml|json|properties|config|alloy)$/.test(file)).slice(0, mostFiles);
  return files.flatMap((file) => {
    const text = tree.text(file) ?? '';
    return text.length > longest ? [] : text.split('\n').filter((line) => line.length < 300 && !/^\s*(?:#|\/\/|;)/.test(line)).flatMap(hostsIn);
  });
}

/** What variables name that say a host and nothing else: `DB_ADDR: login-db`. */
function hostsNamed(environment: ReadonlyMap<string, string | null>): string[] {
  return [...environment].flatMap(([key, value]) => (value !== null && /(HOST|HOSTNAME|ADDR|ADDRESS|SERVER)$/i.test(key) && /^[a-z][\w-]{0,60}$/i.test(value) ? [value] : []));
}

/** Hosts of the addresses in a value: `http://search:9200`, `["http://search:9200"]`, `broker:9092`. */
function hostsIn(value: string | null): string[] {
  if (value === null || value.length > 300) return [];
  return Array.from(value.matchAll(/(?:^|[\s,"'[/@=])([a-z][\w-]*):\d{2,5}\b|:\/\/([a-z][\w-]*)(?=[/"'\s]|$)/gi), (match) => (match[1] ?? match[2])!);
}
