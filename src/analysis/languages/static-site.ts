import { posix } from 'node:path';
import { languageOf } from '../syntax/languages.ts';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { generators } from './static-site-generators.ts';
import { siteToolsOf } from './static-site-tools.ts';


/** What a site of Jekyll has besides its configuration. */
const jekyllPlaces = ['_posts', '_layouts', '_includes', '_pages', '_sass', '_data', '_docs', 'Gemfile', 'index.md', 'index.html', 'index.markdown'];

const pagePlaces = ['.', 'public', 'site', 'www', 'html', 'dist', 'build', '_site', 'out', 'src', 'docs', 'static', 'web'];

/** Sites that are files: written by hand, or by a generator's build. */
export const staticSite: Detector = {
  name: 'static',
  projects: (tree) => [...new Set([...generators.flatMap(({ files }) => files.flatMap((file) => directoriesOf(tree, file))).filter((directory) => generatorOf(tree, directory) !== undefined), ...topPages(tree)])],
  describe(tree, directory) {
    const found = generatorOf(tree, directory);
    if (found) {
      const { generator, file } = found;
      const tools = siteToolsOf(tree, directory, generator);
      const draft = new Draft('web', directory, tools?.language ?? 'html');
      const output = outputOf(tree.text(file) ?? '', generator);
      draft.frameworks.add(generator.name);
      draft.claim('framework', generator.name, 0.9, seen(file, 1, `configures ${generator.name}`)).claim('kind', 'static', 0.92, seen(file, 1, `${generator.name} makes a site`));
      if (tools) draft.claim('packageManager', tools.manager, tools.confidence, tools.evidence).claim('runtime', tools.runtime, 0.9, tools.evidence);
      draft.claim('install', tools?.install ?? null, 0.85, tools?.evidence ?? seen(file, 1, 'what builds it')).claim('build', tools?.build ?? generator.build, 0.9, seen(file, 1, `${generator.name} builds the site`)).claim('start', null, 0.9, seen(file, 1, 'served as files')).claim('staticDir', output, 0.92, seen(file, 1, `${generator.name} builds into ${output}`));
      return [draft];
    }
    const place = pagePlaces.find((name) => isPage(tree, within(directory, name)));
    if (place === undefined) return [];
    const page = within(directory, `${place}/index.html`);
    const draft = new Draft('web', directory, 'html');
    const evidence = seen(page, 1, 'a page, and nothing that serves it');
    draft.claim('kind', 'static', 0.9, evidence).claim('staticDir', place, 0.95, evidence).claim('start', null, 0.9, evidence).claim('install', null, 0.9, evidence).claim('build', null, 0.9, evidence);
    return [draft];
  },
};

function isPage(tree: Tree, directory: string): boolean {
  return tree.has(within(directory, 'index.html')) && !isManual(tree, directory);
}

/** What a generator of manuals for an interface's users has made of the code. */
function isManual(tree: Tree, directory: string): boolean {
  return ['overview-tree.html', 'allclasses-index.html', 'allclasses-frame.html', 'searchindex.js', 'doxygen.css', '__404error.html'].some((name) => tree.has(within(directory, name)));
}

/** The directories that have a file, which may be some way below them. */
function directoriesOf(tree: Tree, file: string): string[] {
  const below = posix.dirname(file);
  const having = directoriesWith(tree, [posix.basename(file)]);
  return below === '.' ? having : having.flatMap((directory) => (directory === below ? ['.'] : directory.endsWith(`/${below}`) ? [directory.slice(0, -below.length - 1)] : []));
}

/** Where a generator builds into, by its settings. */
function outputOf(text: string, { output, setting }: (typeof generators)[number]): string {
  const told = setting === undefined ? undefined : posix.normalize(setting.exec(text)?.[1] ?? output).replace(/\/$/, '');
  return told === undefined || told.startsWith('..') ? output : told;
}

function generatorOf(tree: Tree, directory: string) {
  for (const generator of generators) {
    const name = generator.files.find((file) => tree.has(within(directory, file)));
    if (name === undefined) continue;
    if (generator.says && !generator.says.test(tree.text(within(directory, name)) ?? '')) continue;
    if (generator.needs && generator.needs.filter((needed) => tree.hasDirectory(within(directory, needed))).length < 2) continue;
    if (generator.isManual && isSideDirectory(directory)) continue;
    // Its settings, and its sources, are below what they are of.
    if (/(^|\/)config\/_default$/.test(directory) || generator.name === 'sphinx' && posix.basename(directory) === 'source') continue;
    // A theme alone is put around the README of code.
    if (generator.name === 'jekyll' && name === 'Gemfile' && (tree.has(within(directory, 'config.ru')) || !jekyllPlaces.some((place) => place !== 'Gemfile' && (tree.has(within(directory, place)) || tree.hasDirectory(within(directory, place)))))) continue;
    if (generator.name === 'jekyll' && !jekyllPlaces.some((place) => tree.has(within(directory, place)) || tree.hasDirectory(within(directory, place))) && tree.filesBelow(directory).some((path) => languageOf(path) !== undefined)) continue;
    return { generator, file: within(directory, name) };
  }
  return undefined;
}

/** The root when a page is in one of its usual places; otherwise the highest directories with a page. */
function topPages(tree: Tree): string[] {
  if (pagePlaces.some((name) => isPage(tree, within('.', name)))) return ['.'];
  const pages = directoriesWith(tree, ['index.html']).filter((directory) => !isManual(tree, directory) && !isSideDirectory(directory) && !/(^|\/)(templates|views|layouts|resources|src|static|assets|public)(\/|$)/.test(directory));
  return pages.filter((directory) => !pages.some((other) => other !== directory && directory.startsWith(`${other}/`)));
}
