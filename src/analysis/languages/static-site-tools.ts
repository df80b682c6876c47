import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { manifestDirectory, pythonDependencies, pythonManager } from './python-dependencies.ts';
import { pythonVersion } from './python.ts';
import { rubyVersion } from './ruby.ts';
import { runtimeAsked } from './versions.ts';

/** What brings a generator of sites: the packages of a language, which its authors have listed. */
export interface SiteTools {
  language: string;
  manager: string;
  install: string | null;
  /** The command that builds the site, as it is called among those packages. */
  build: string;
  runtime: ReturnType<typeof runtimeAsked>;
  confidence: number;
  evidence: Evidence;
}

/** The gems or packages by which a directory brings its generator along; undefined where that is installed by itself. */
export function siteToolsOf(tree: Tree, directory: string, generator: { name: string; language: string; build: string }): SiteTools | undefined {
  const { name, language, build } = generator;
  if (language === 'ruby') {
    const gemfile = within(directory, 'Gemfile');
    if (!tree.has(gemfile)) return undefined;
    return { language, manager: 'bundler', install: 'bundle install', build: `bundle exec ${build}`, runtime: runtimeAsked('ruby', rubyVersion(tree, directory)?.value), confidence: 0.95, evidence: seen(gemfile, 1, 'a Gemfile') };
  }
  if (language !== 'python') return undefined;
  const needs = (place: string) => [...pythonDependencies(tree, place)].find(([dependency]) => dependency === name || dependency.startsWith(`${name}-`));
  // What builds a manual alone may be listed with its pages.
  const manifest = [manifestDirectory(tree, directory), within(directory, 'docs')].find((place) => needs(place) !== undefined);
  const needed = manifest === undefined ? undefined : needs(manifest);
  if (manifest === undefined || needed === undefined) return undefined;
  const manager = pythonManager(tree, manifest, directory);
  return { language, manager: manager.name, install: manager.install, build: manager.prefix === '' ? `python -m ${build}` : manager.prefix + build, runtime: runtimeAsked('python', pythonVersion(tree, manifest, directory)?.value), confidence: manager.confidence, evidence: needed[1] };
}
