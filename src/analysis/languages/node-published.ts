import { posix } from 'node:path';
import { factsOf } from '../facts/file.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { isBelow, seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { NodeFramework } from './node-frameworks.ts';
import type { NodePackage } from './node-package.ts';
import { readPackage } from './node-package.ts';
import type { StartClaim } from './node-start.ts';

/** Packages made for others to import: published with an entry, and nothing that serves. */
export function isLibrary(tree: Tree, pkg: NodePackage, framework: NodeFramework | undefined, start: StartClaim): boolean {
  if (pkg.scripts['start'] !== undefined && start.confidence >= 0.85) return false;
  return framework?.kind !== 'web' && (pkg.exports || hasMain(tree, pkg) || isPublished(tree, pkg) || isSideDirectory(pkg.directory)) && start.confidence < 0.7;
}

/** Whether a package names the file that others import; what `npm init` writes down need not be there. */
export function hasMain(tree: Tree, pkg: NodePackage): boolean {
  return pkg.main !== undefined && !(pkg.main === 'index.js' && !tree.has(within(pkg.directory, 'index.js')) && pkg.scripts['build'] === undefined);
}

/** Whether others can import a package: it names a file for that, or has one where they look for it. */
export function isImportable(tree: Tree, pkg: NodePackage): boolean {
  return pkg.exports || hasMain(tree, pkg) || isPublished(tree, pkg) || tree.namesIn(pkg.directory).some((name) => /^(?:index|mod)\.[cm]?[jt]sx?$|\.d\.ts$/.test(name)) || pkg.line(/"(?:types|typings|module|files|publishConfig|peerDependencies)"\s*:/) > 1 || tree.filesBelow(pkg.directory).some((file) => /^(?:src|lib|dist)\/index\.[cm]?[jt]sx?$/.test(seenFrom(pkg.directory, file)));
}

/** Whether a package needs the one in a directory above it, which others import: it shows how that is used. */
export function showsPackageAbove(tree: Tree, pkg: NodePackage): boolean {
  const above = pkg.directory === '.' ? [] : upwards(posix.dirname(pkg.directory)).flatMap((directory) => readPackage(tree, directory) ?? []);
  return above.some(({ name, main, exports, isPrivate, directory }) => name !== undefined && pkg.dependencies.has(name) && !isPrivate && (exports || main !== undefined) && tree.filesBelow(directory).some((file) => /\.[cm]?[jt]sx?$/.test(file) && !isBelow(file, pkg.directory)));
}

/** Whether a package says what of it is published, or does something before that: it is made for others to install. */
export function isPublished(tree: Tree, pkg: NodePackage): boolean {
  return !pkg.isPrivate && !pkg.hasBin && pkg.scripts['start'] === undefined && (tree.has(within(pkg.directory, '.npmignore')) || pkg.scripts['prepublishOnly'] !== undefined);
}

/** Whether what would be started is only what others import: the package's main file, which makes something known and does nothing. */
export function onlyExports(tree: Tree, pkg: NodePackage, { entry, confidence }: StartClaim): boolean {
  if (confidence < 0.5 && entry !== null && pkg.main === undefined && /^export (?:default (?:abstract )?class\b|\*|\{|class\b)/m.test(tree.text(entry) ?? '') && factsOf(tree, entry)?.listens.length === 0 && factsOf(tree, entry)?.loops === false) return true;
  if (confidence >= 0.7 || entry === null || pkg.main === undefined || pkg.hasBin || pkg.isPrivate || tree.has(within(pkg.directory, 'Dockerfile'))) return false;
  const facts = factsOf(tree, entry);
  // What asks questions on behalf of whoever imports it reads no command line.
  const reads = facts?.commandLine && /\bprocess\.argv\b|\brequire\.main\s*===/.test(tree.text(entry) ?? '');
  return facts !== undefined && !facts.loops && !reads && facts.listens.length === 0 && /\bmodule\.exports\b|\bexports\.\w+\s*=|^export\b/m.test(tree.text(entry) ?? '');
}
