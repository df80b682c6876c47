import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { NodePackage } from './node-package.ts';

/** What people make pages with by hand: preprocessors, task runners, and servers that show them while they are worked on. */
const pageTools = ['browser-sync', 'live-server', 'lite-server', 'gulp', 'grunt', 'pug', 'sass', 'node-sass', 'less', 'postcss-cli', 'tailwindcss', '@tailwindcss/cli', 'html-minifier', 'html-minifier-terser'];

/** Pages that a build makes others of, which go to `dist` by custom, and directories with finished ones. */
const sources = ['src/index.html', 'src/index.pug', 'src/pug/index.pug', 'src/pages/index.html', 'src/pages/index.pug', 'src/html/index.html', 'app/index.html'];
const places = ['public', '.', 'site', 'docs'];

/**
 * A page with a package.json that only has tools to make it. Asked of packages without a framework in which nothing listens. The directory is
 * relative to the package.
 */
export function writtenPageOf(tree: Tree, pkg: NodePackage): { directory: string; tool: Evidence; page: Evidence } | undefined {
  const name = pageTools.find((known) => pkg.dependencies.has(known) || pkg.devDependencies.has(known));
  if (name === undefined) return undefined;
  const tool = seen(pkg.file, pkg.line(new RegExp(`"${name.replace('/', '\\/')}"\\s*:`)), `makes pages with ${name}`);
  const source = pkg.scripts['build'] === undefined ? undefined : sources.map((file) => within(pkg.directory, file)).find((file) => tree.has(file));
  if (source !== undefined) return { directory: 'dist', tool, page: seen(source, 1, 'a page that the build makes others of') };
  const place = places.find((directory) => tree.has(within(pkg.directory, `${directory}/index.html`)));
  return place === undefined ? undefined : { directory: place, tool, page: seen(within(pkg.directory, `${place}/index.html`), 1, 'a page, and nothing that serves it') };
}
