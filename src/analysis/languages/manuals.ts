import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import type { Tree } from '../tree/tree.ts';

/** Generators whose sites tell how something else is used: what they stand beside is what a directory is about. */
const generators = /^(mkdocs|mdbook|vitepress|vuepress|docusaurus|docsify)$/;

/** Whether a service is a manual by what makes it. */
export function isManual(draft: Draft): boolean {
  return draft.value('kind') === 'static' && generators.test(draft.value('framework') ?? '');
}

/** Manifests of packages for others to import; of some, a text that makes them one. */
const packageManifests: readonly (readonly [file: RegExp, says?: RegExp])[] = [
  [/^setup\.py$/], [/^src\/lib\.rs$/], [/^pyproject\.toml$/, /^\[build-system\]/m], [/\.(cs|fs|vb)proj$/], [/^[^/]+\.gemspec$/], [/^(build\.sbt|mix\.exs|rebar\.config|Package\.swift|[^/]+\.cabal)$/],
  [/^composer\.json$/, /"type"\s*:\s*"(library|symfony-bundle|wordpress-plugin)"/], [/(^|\/)(pom\.xml|build\.gradle(\.kts)?)$/],
];

/** Whether the tree holds a package that others import, besides examples of its use. */
export function publishesPackage(tree: Tree): boolean {
  return tree.files.some((file) => !isSideDirectory(posix.dirname(file)) && packageManifests.some(([name, says]) => name.test(file) && (says === undefined || says.test(tree.text(file) ?? ''))));
}
