import { posix } from 'node:path';
import type { FileFacts } from '../facts/file-facts.ts';
import { reachableFrom } from '../facts/reach.ts';
import { asData, asList, asText, readToml } from '../syntax/formats.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { PythonFramework } from './python-frameworks.ts';
import { startsByName } from './python-start.ts';
import { toldProgram } from './told.ts';

/** Whether a directory is built as a package. */
export function isPackaged(tree: Tree, directory: string): boolean {
  return readToml(tree, within(directory, 'pyproject.toml'))?.['build-system'] !== undefined || tree.has(within(directory, 'setup.py'));
}

/** Whether what a file starts goes on until it is stopped: that is run, and not imported by others. */
function goesOnByItself(directory: string, entry: string, code: readonly FileFacts[]): boolean {
  return code.some(({ path }) => path === entry) && startsByName(directory, entry) && reachableFrom(entry, code).some(({ loops }) => loops);
}

/** A package made for others: it is built as one, and what can be run is somewhere inside of it. */
export function isLibrary(tree: Tree, directory: string, entry: string, framework: PythonFramework | undefined, code: readonly FileFacts[]): boolean {
  const data = readToml(tree, within(directory, 'pyproject.toml'));
  const packaged = isPackaged(tree, directory);
  if (packaged && framework === undefined && isSideDirectory(posix.dirname(seenFrom(directory, entry)))) return true;
  const isTold = toldProgram(tree, directory, 'python')?.entry;
  if (!packaged || goesOnByItself(directory, entry, code) || trainsModels(entry, code) && (startsByName(directory, entry) || isTold === entry)) return false;
  // What others import has a name of its own.
  const [top] = seenFrom(directory, entry).replace(/^src\/(?=[^/]+\/)/, '').split('/');
  const isInside = tree.has(within(posix.dirname(entry), '__init__.py')) && posix.dirname(entry) !== directory && !/^(main|src|app|code|program)$/.test(top!);
  // Beside the package that is published, a script with a name of its own is for those who work on it.
  const isBeside = entry.endsWith('.py') && data?.['build-system'] !== undefined && !startsByName(directory, entry) && publishes(tree, directory, asText(asData(data['project'])['name']) ?? asText(asData(asData(data['tool'])['poetry'])['name']));
  if (framework !== undefined) return isInside ? asList(asData(data?.['project'])['classifiers']).includes('Intended Audience :: Developers') : isBeside && framework.defines !== undefined;
  return isInside || isBeside;
}

/** Whether a project has a package to import that is called as it is, or nearly so: `shop_sdk` of `shop-python-sdk`. */
function publishes(tree: Tree, directory: string, name: string | undefined): boolean {
  const words = name?.toLowerCase().split(/[-_.]/) ?? [];
  const packages = ['.', 'src'].flatMap((place) => tree.filesBelow(within(directory, place)).flatMap((file) => /^([^/]+)\/__init__\.py$/.exec(seenFrom(within(directory, place), file))?.slice(1) ?? []));
  return packages.some((found) => found.toLowerCase().split('_').every((word) => words.includes(word)));
}

/** Whether what is reached from a file trains models: it is a program, wherever it is. */
function trainsModels(entry: string, code: readonly FileFacts[]): boolean {
  return code.some(({ path }) => path === entry) && reachableFrom(entry, code).some(({ learning }) => (learning?.trains.length ?? 0) > 0);
}
