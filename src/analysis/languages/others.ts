import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { lineOf } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { workOf } from '../kinds/work.ts';
import { readDockerfile } from '../platforms/dockerfile-read.ts';
import { isTestPath } from '../tree/ignored.ts';
import { isBelow, seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { pageAnswered } from './answered-pages.ts';
import { claimConfiguredPort } from './configured-port.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pageAmong } from './page-files.ts';
import type { Simple } from './others-table.ts';
import { simpleLanguages } from './others-table.ts';
import { cleanVersion, pinnedVersions, runtimeAsked } from './versions.ts';

/** Languages that a table is enough for. */
export const others: Detector = {
  name: 'others',
  projects: (tree) => directoriesWith(tree, new RegExp(simpleLanguages.map(({ manifest }) => `(?:${manifest.source})`).join('|'), 'i')),
  describe(tree, directory, { inner, anything }) {
    for (const simple of simpleLanguages) {
      const names = tree.namesIn(directory).filter((name) => simple.manifest.test(name));
      const manifest = names.find((name) => /^index\./.test(name)) ?? names[0];
      if (manifest === undefined || (simple.beside && !tree.namesIn(directory).some((name) => simple.beside!.test(name)))) continue;
      const drafts = describe(tree, directory, simple, manifest, inner, anything);
      if (drafts.length > 0) return drafts;
    }
    return [];
  },
};

function describe(tree: Tree, directory: string, simple: Simple, manifest: string, inner: readonly string[], anything: boolean): Draft[] {
  const file = within(directory, manifest);
  const text = tree.text(file) ?? '';
  if (partOfUmbrella(tree, directory, simple) || simple.language === 'shell' && isOfImage(tree, directory)) return [];
  const name = nameOf(tree, directory, simple, manifest, text);
  const entry = simple.entries && entryOf(tree, directory, simple, name);
  const isMix = simple.language === 'elixir' && /apps_path/.test(text);
  const begins = entry === undefined || simple.begins?.test(tree.text(within(directory, entry)) ?? '') !== false;
  const isNamed = !(simple.entries && entry === undefined) && begins && (simple.program?.test(text) !== false || simple.main !== undefined && tree.filesBelow(directory).some((path) => simple.main!.test(seenFrom(directory, path))));
  const said = simple.otherwise?.alone && isNamed ? undefined : saysSo(tree, directory, simple.otherwise?.says);
  const told = said ? said[1] ?? '' : isNamed ? undefined : begunIn(tree, directory, simple.otherwise?.begins);
  const isProgram = (isNamed || told !== undefined && simple.otherwise!.alone === true) && simple.published?.test(text) !== true;
  if (!isProgram && !anything) return [];
  const all = codeIn(tree, directory, isMix ? [] : inner);
  // A script starts what else is there: what that does is not its own.
  const code = simple.language === 'shell' ? all.filter(({ language }) => language === 'shell') : all;
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, simple.language);
  const [manager, install] = managerOf(tree, directory, simple);
  const place = seen(file, 1, manager === 'none' ? `a program in ${simple.language}` : `a project of ${manager}`);
  const project = { name, entry: entry ?? '', manifest, output: told || (simple.otherwise?.output ?? '') };
  takeDependencies(tree, draft, directory, simple, isMix ? inner : []);
  draft.aliases.add(name);
  for (const program of programsIn(tree, directory, simple, text)) draft.programs.add(program);
  claimVersion(tree, draft, [directory, ...(isMix ? inner : [])], simple, place);
  if (manager !== 'none') draft.claim('packageManager', manager, 0.95, place);
  draft.claim('install', install, 0.88, place);
  if (!isProgram) return [draft.claim('kind', 'library', 0.7, { ...place, why: 'a package without a program' })];
  const framework = claimFramework(draft, simple.frameworks, code) as Simple['frameworks'][number] | undefined;
  const way = told !== undefined ? simple.otherwise! : simple;
  const build = framework?.build ?? (manager === 'cabal' ? 'cabal build' : way.build);
  draft.claim('build', build === null ? null : filled(build, project), 0.88, place);
  // Without it, Phoenix has no styles and scripts that it could hand out when it is not developed on.
  if (framework?.name === 'phoenix' && /["']?assets\.deploy["']?\s*:/.test(text)) draft.claim('build', `${simple.build} && MIX_ENV=prod mix assets.deploy`, 0.9, seen(file, lineOf(text, 'assets.deploy'), 'makes its styles and scripts'));
  if (framework?.name === 'flutter') return tree.has(within(directory, 'web/index.html')) ? [draft.claim('kind', 'static', 0.95, place).claim('staticDir', 'build/web', 0.95, place)] : [];
  const start = framework?.start ?? (manager === 'cabal' ? 'cabal run %n' : way.start);
  draft.claim('start', filled(start, project), 0.86, place);
  if (simple.release) {
    const found = [directory, ...(isMix ? inner : [])].map((one) => within(one, simple.release!.place)).find((one) => tree.hasDirectory(one));
    if (found !== undefined) draft.claim('release', simple.release.command, 0.85, seen(tree.filesBelow(found)[0] ?? file, 1, 'migrations'));
  }
  if (framework?.name === 'phoenix') claimRelease(tree, draft, directory, name);
  if (framework?.name === 'lucky') draft.claim('release', 'lucky db.migrate', 0.75, place);
  claimWrittenPort(tree, draft, directory, simple, isMix ? [] : inner);
  const page = framework?.pages && pageAmong(tree.filesBelow(directory), framework.pages);
  if (page !== undefined) draft.claim('kind', 'web', 0.87, seen(page, 1, `a page of ${framework!.name}`));
  const work = workOf(simple.language, draft.dependencies);
  if (work && framework?.kind === undefined) draft.claim('kind', 'worker', 0.7, work.evidence);
  if (framework?.kind === undefined && simple.commandLine?.test(text)) draft.claim('kind', 'cli', 0.8, { ...place, why: 'a program for the command line' });
  const answers = framework === undefined ? code.some(({ listens }) => listens.length > 0) : framework.kind === 'api';
  const answered = answers && page === undefined ? pageAnswered(tree, code) : undefined;
  if (answered) draft.claim('kind', 'web', 0.87, answered);
  claimKind(draft, code, framework?.kind === 'web' || page !== undefined || answered !== undefined);
  if (framework?.kind || ['web', 'api'].includes(draft.value('kind') ?? '')) claimConfiguredPort(tree, draft, directory);
  draft.claim('kind', 'job', 0.5, place);
  return [draft];
}

/** A release of Phoenix with the scripts that its generator writes (`mix phx.gen.release`), where the authors make one: they start it and bring its database up to date. */
function claimRelease(tree: Tree, draft: Draft, directory: string, name: string): void {
  const [server, migrate] = ['server', 'migrate'].map((script) => within(directory, `rel/overlays/bin/${script}`));
  if (!tree.has(server!) || !saysSo(tree, directory, /\bmix release\b/)) return;
  const place = seen(server!, 1, 'a script of its release');
  const before = draft.value('build')?.includes('assets.deploy') ? 'MIX_ENV=prod mix assets.deploy && ' : '';
  draft.claim('build', `${before}MIX_ENV=prod mix release --overwrite`, 0.95, place).claim('start', `_build/prod/rel/${name}/bin/server`, 0.95, place);
  if (tree.has(migrate!)) draft.claim('release', `_build/prod/rel/${name}/bin/migrate`, 0.99, seen(migrate!, 1, 'a script of its release'));
}

/** What the authors write down where they tell how the app is built. */
function saysSo(tree: Tree, directory: string, what: RegExp | undefined): RegExpExecArray | undefined {
  for (const name of what ? tree.namesIn(directory) : []) {
    const said = /^(?:readme(?:\.\w+)?|.*dockerfile.*|makefile|justfile)$/i.test(name) ? what!.exec(tree.text(within(directory, name)) ?? '') : null;
    if (said) return said;
  }
  return undefined;
}

/** The file that begins a program by what it says, without its ending. */
function begunIn(tree: Tree, directory: string, begins: readonly [path: RegExp, says: RegExp] | undefined): string | undefined {
  const file = begins && tree.filesBelow(directory).find((one) => begins[0].test(seenFrom(directory, one)) && begins[1].test(tree.text(one) ?? ''));
  return file === undefined ? undefined : seenFrom(directory, file).replace(/\.\w+$/, '');
}

/** Whether a directory holds what the image of something else is made with: a Dockerfile there copies files of it by their path from further up. */
function isOfImage(tree: Tree, directory: string): boolean {
  return directory !== '.' && tree.namesIn(directory).some((name) => {
    return /^(?:Dockerfile|Containerfile)\b/i.test(name) && readDockerfile(tree, within(directory, name))?.copied.some((source) => isBelow(posix.normalize(source), directory));
  });
}

/** An app of an umbrella project runs with the whole of it. */
function partOfUmbrella(tree: Tree, directory: string, simple: Simple): boolean {
  return simple.language === 'elixir' && upwards(directory).slice(1).some((above) => /apps_path/.test(tree.text(within(above, 'mix.exs')) ?? ''));
}

function nameOf(tree: Tree, directory: string, simple: Simple, manifest: string, text: string): string {
  const texts = simple.names ? tree.namesIn(directory).filter((one) => simple.names!.test(one)).map((one) => tree.text(within(directory, one)) ?? '') : [text];
  const patterns = simple.name === undefined ? [] : [simple.name].flat() as readonly RegExp[];
  const named = patterns.flatMap((pattern) => texts.map((one) => pattern.exec(one)?.slice(1).find((group) => group !== undefined))).find((found) => found !== undefined);
  return named ?? (simple.basename ? manifest.replace(/\.\w+$/, '') : directory === '.' ? 'app' : posix.basename(directory));
}

/** All that the manifest names as it names the program. */
function programsIn(tree: Tree, directory: string, simple: Simple, text: string): string[] {
  const texts = simple.names ? tree.namesIn(directory).filter((one) => simple.names!.test(one)).map((one) => tree.text(within(directory, one)) ?? '') : [text];
  const patterns = simple.name === undefined ? [] : [simple.name].flat() as readonly RegExp[];
  return patterns.flatMap((pattern) => texts.flatMap((one) => [...one.matchAll(new RegExp(pattern, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`))].flatMap((match) => match.slice(1).filter((group) => group !== undefined))));
}

function entryOf(tree: Tree, directory: string, { entries, uses, stated }: Simple, name: string): string | undefined {
  for (const file of stated ? tree.namesIn(directory).filter((one) => stated[0].test(one)) : []) {
    const said = stated![1].exec(tree.text(within(directory, file)) ?? '')?.slice(1).find((group) => group !== undefined);
    const own = said === undefined ? undefined : tree.filesBelow(directory).map((one) => seenFrom(directory, one)).filter((one) => one === said + stated![2] || one.endsWith(`/${said}${stated![2]}`)).sort((a, b) => a.length - b.length)[0];
    if (own !== undefined) return own;
  }
  for (const entry of entries!.map((one) => one.replace('%n', name))) {
    if (entry.includes('*')) {
      const pattern = new RegExp(`^${entry.split('*').map((part) => RegExp.escape(part)).join('[^/]*')}$`);
      const found = tree.filesBelow(directory).map((file) => seenFrom(directory, file)).find((file) => pattern.test(file) && uses?.test(tree.text(within(directory, file)) ?? '') !== false);
      if (found !== undefined) return found;
    } else if (tree.has(within(directory, entry))) return entry;
  }
  return undefined;
}

function managerOf(tree: Tree, directory: string, simple: Simple): [manager: string, install: string | null] {
  const found = simple.managers?.find(([file]) => tree.namesIn(directory).some((name) => file.test(name)));
  return found ? [found[1], found[2]] : [simple.manager, simple.install];
}

function filled(command: string, { name, entry, manifest, output }: { name: string; entry: string; manifest: string; output: string }): string {
  return command.replaceAll('%n', name).replaceAll('%e', entry).replaceAll('%m', manifest).replaceAll('%x', entry.replace(/\.\w+$/, '')).replaceAll('%o', output).replaceAll('%b', posix.basename(output));
}

function takeDependencies(tree: Tree, draft: Draft, directory: string, simple: Simple, inner: readonly string[]): void {
  for (const place of [directory, ...inner]) {
    for (const name of tree.namesIn(place)) {
      if (!(simple.dependencyFiles ?? simple.manifest).test(name)) continue;
      const file = within(place, name);
      const text = tree.text(file) ?? '';
      for (const match of text.matchAll(simple.dependency)) {
        const dependency = match.slice(1).find((group) => group !== undefined);
        if (dependency !== undefined && !draft.dependencies.has(dependency)) draft.dependencies.set(dependency, seen(file, linesIn(text).at(match.index), `depends on ${dependency}`));
      }
    }
  }
}

/** The compiler that each line of Stackage's long-term snapshots brings (stackage.org). */
const resolvers: Readonly<Record<string, string>> = { 24: '9.10', 23: '9.8', 22: '9.6', 21: '9.4', 20: '9.2', 19: '9.0', 18: '8.10', 17: '8.10', 16: '8.8', 15: '8.8', 14: '8.6', 13: '8.6', 12: '8.4', 11: '8.2', 10: '8.2', 9: '8.0', 8: '8.0', 7: '8.0', 6: '7.10', 5: '7.10', 4: '7.10', 3: '7.10' };

/** Claims the version that the project states, or the apps of an umbrella do. */
function claimVersion(tree: Tree, draft: Draft, places: readonly [directory: string, ...string[]], simple: Simple, place: Evidence): void {
  const [directory] = places;
  for (const { value, confidence, evidence } of pinnedVersions(tree, simple.runtime, directory)) draft.claim('runtime', { name: simple.runtime, version: value }, confidence, evidence);
  for (const [index, [pattern, version, least]] of (simple.versions ?? []).entries()) {
    const stated = places.flatMap((one) => tree.namesIn(one).filter((name) => pattern.test(name)).flatMap((name) => {
      const file = within(one, name);
      const match = version.exec(tree.text(file) ?? '');
      const clean = match && cleanVersion(match[1]!);
      return match && clean ? [{ file, match, clean }] : [];
    }));
    // What runs together needs what the most exacting of them does.
    for (const { file, match, clean } of stated.sort((a, b) => b.clean.localeCompare(a.clean, 'en', { numeric: true }))) {
      draft.claim('runtime', runtimeAsked(simple.runtime, least ? `>=${clean}` : /[<>=^~]*\s*[\d.]+$/.exec(match[0])?.[0]), 0.93 - index * 0.01, seen(file, tree.text(file)!.slice(0, match.index).split('\n').length, `asks for ${simple.runtime} ${clean}`));
    }
  }
  const stack = within(directory, 'stack.yaml');
  const lts = simple.runtime === 'ghc' ? /^[ \t]*(?:resolver|snapshot|url):\s*(?:ghc-([\d.]+)|\S*?lts[-/](\d+))/m.exec(tree.text(stack) ?? '') : null;
  const ghc = lts && (lts[1] ?? resolvers[lts[2]!]);
  if (ghc) draft.claim('runtime', { name: 'ghc', version: ghc }, 0.9, seen(stack, 1, `a snapshot for GHC ${ghc}`));
  const project = within(directory, 'cabal.project');
  const compiler = simple.runtime === 'ghc' ? /^with-compiler:\s*\S*?ghc-([\d.]+)/m.exec(tree.text(project) ?? '')?.[1] : undefined;
  if (compiler) draft.claim('runtime', { name: 'ghc', version: compiler }, 0.92, seen(project, lineOf(tree.text(project), /^with-compiler/), `built with GHC ${compiler}`));
  if (!draft.best('runtime')) draft.claim('runtime', { name: simple.runtime, version: null }, 0.9, place);
}

/** A port that the code names, where its language has a notation that is like no other. */
function claimWrittenPort(tree: Tree, draft: Draft, directory: string, simple: Simple, inner: readonly string[]): void {
  if (!simple.ports || draft.value('framework') === undefined && simple.extensions === undefined) return;
  const own = new RegExp(simple.extensions ?? new RegExp(`\\.(${{ elixir: 'exs?', dart: 'dart', swift: 'swift', crystal: 'cr', gleam: 'gleam', haskell: 'hs' }[simple.language] ?? 'none'})$`));
  for (const file of tree.filesBelow(directory)) {
    if (!own.test(file) || isTestPath(file) || inner.some((project) => isBelow(file, project)) || /(^|\/)config\/(dev|test)\.exs$/.test(seenFrom(directory, file))) continue;
    const text = tree.textOnce(file) ?? '';
    for (const match of text.matchAll(simple.ports)) {
      const port = Number(match.slice(1).find((group) => group !== undefined));
      if (!(port >= 80 && port < 65536) || /^(5432|3306|6379|27017|587|465|443)$/.test(String(port))) continue;
      const place = seen(file, text.slice(0, match.index).split('\n').length, `listens on ${port}`);
      draft.claim('port', { port, protocol: 'http' }, 0.87, place);
      if (!draft.best('kind')) draft.claim('kind', 'api', 0.7, place);
      break;
    }
  }
}
