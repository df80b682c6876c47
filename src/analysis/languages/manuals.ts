import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import type { Tree } from '../tree/tree.ts';

/** Generators whose sites tell how something else is used: what they stand beside is what a directory is about. */
const generators = /^(mkdocs|mdbook|sphinx|jupyter-book|antora|retype|quarto|vitepress|vuepress|docusaurus|docsify)$/;

/** Directories whose pages tell of what stands beside them. */
const manualPlaces = /^(docs?|documentation|website|site)$/;

/** Whether a service is a manual, by what makes it or by where it is. */
export function isManual(draft: Draft): boolean {
  if (draft.value('kind') !== 'static') return false;
  return generators.test(draft.value('framework') ?? '') || manualPlaces.test(draft.path === '.' ? draft.value('staticDir') ?? '' : draft.path);
}

/** Manifests of packages for others to import; of some, a text that makes them one. */
const packageManifests: readonly (readonly [file: RegExp, says?: RegExp])[] = [
  [/^setup\.py$/], [/^src\/lib\.rs$/], [/^pyproject\.toml$/, /^\[build-system\]/m], [/\.(cs|fs|vb)proj$/], [/^[^/]+\.gemspec$/], [/^(build\.sbt|mix\.exs|rebar\.config|Package\.swift|project\.clj|pubspec\.yaml|shard\.yml|gleam\.toml|dune-project|[^/]+\.(?:cabal|opam|nimble|rockspec))$/],
  [/^composer\.json$/, /"type"\s*:\s*"(library|symfony-bundle|wordpress-plugin)"/], [/(^|\/)(pom\.xml|build\.gradle(\.kts)?)$/],
];

/** Whether the tree holds a package that others import, besides examples of its use. */
export function publishesPackage(tree: Tree): boolean {
  return tree.files.some((file) => !isSideDirectory(posix.dirname(file)) && packageManifests.some(([name, says]) => name.test(file) && (says === undefined || says.test(tree.text(file) ?? ''))));
}
