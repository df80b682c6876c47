import { posix } from 'node:path';
import type { Data } from '../syntax/formats.ts';
import { asData, asList, asText, readYaml } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** A service as a Compose file says it, and the file that says it. */
export interface WrittenService {
  name: string;
  file: string;
  data: Data;
}

/** Services through which one may extend others, each of which is copied into those that extend it, and files through which one may include others. */
const deepest = 32;

/**
 * The services of a Compose file, with those of the files that it includes and with what they extend (Compose Specification, `include` and `extends`). What includes or
 * extends itself, by whichever detour, is read once and listed in `skipped`.
 */
export function writtenServices(tree: Tree, file: string): WrittenService[] {
  const services = new Map<string, WrittenService>();
  const read = new Set<string>();
  const include = (path: string, from: readonly string[]): void => {
    if (from.includes(path)) tree.skip(path, 'includes itself: was read once');
    if (from.length > deepest) tree.skip(path, `is included through more than ${deepest} others: was left out`);
    if (read.has(path) || from.length > deepest) return;
    read.add(path);
    const compose = readYaml(tree, path);
    for (const one of asList(compose?.['include'])) {
      for (const target of [asText(one) ?? asData(one)['path']].flat().map(asText)) if (target !== undefined && isInside(path, target)) include(within(posix.dirname(path), target), [...from, path]);
    }
    for (const [name, value] of Object.entries(servicesOf(compose))) {
      if (!services.has(name)) services.set(name, { name, file: path, data: extended(tree, path, name, asData(value), []) });
    }
  };
  include(file, []);
  return [...services.values()];
}

/** The services of a file; those of the first version of the format stand at its top. */
function servicesOf(compose: Data | undefined): Data {
  if (compose === undefined || ['services', 'version', 'include'].some((key) => Object.hasOwn(compose, key))) return asData(compose?.['services']);
  return Object.fromEntries(Object.entries(compose).filter(([, value]) => ['image', 'build'].some((key) => Object.hasOwn(asData(value), key))));
}

/** A service over the one that it extends: tables are put together, lists one after the other. */
function extended(tree: Tree, file: string, name: string, data: Data, from: readonly string[]): Data {
  const base = asText(data['extends']) ?? asText(asData(data['extends'])['service']);
  const named = asText(asData(data['extends'])['file']);
  if (base === undefined || (named !== undefined && !isInside(file, named))) return data;
  const elsewhere = named === undefined ? file : within(posix.dirname(file), named);
  const here = `${file} ${name}`;
  if (from.includes(`${elsewhere} ${base}`) || `${elsewhere} ${base}` === here) {
    tree.skip(elsewhere, `${base} extends itself: what it extends was left out`);
    return data;
  }
  if (from.length === deepest) {
    tree.skip(elsewhere, `${name} is extended through ${deepest} others: what it extends was left out`);
    return data;
  }
  const services = servicesOf(readYaml(tree, elsewhere));
  if (!Object.hasOwn(services, base)) return data;
  const below = moved(extended(tree, elsewhere, base, asData(services[base]), [...from, here]), elsewhere, file);
  const merged: Record<string, unknown> = { ...below, ...data };
  for (const key of ['environment', 'healthcheck', 'deploy', 'build']) if (isTable(below[key]) && isTable(data[key])) merged[key] = { ...asData(below[key]), ...asData(data[key]) };
  for (const key of ['environment', 'ports', 'expose', 'volumes']) if (Array.isArray(below[key]) && Array.isArray(data[key])) merged[key] = [...asList(below[key]), ...asList(data[key])];
  return merged;
}

/** What another file says, with its build context seen from the one that extends it. */
function moved(data: Data, from: string, to: string): Data {
  const context = asText(data['build']) ?? asText(asData(data['build'])['context']);
  if (from === to || context === undefined || /^(https?:|git@|\/)/.test(context)) return data;
  return { ...data, build: { ...asData(data['build']), context: posix.relative(posix.dirname(to), posix.join(posix.dirname(from), context)) || '.' } };
}

function isTable(value: unknown): boolean {
  return Object.keys(asData(value)).length > 0;
}

/** The target of a file's relative path is in the tree. */
function isInside(file: string, target: string): boolean {
  return !/^\w+:|^\//.test(target) && !posix.join(posix.dirname(file), target).startsWith('..');
}
