import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import type { Claim } from '../draft.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { importedAmong, reachableFrom } from '../facts/reach.ts';
import { claimEnding } from '../kinds/ending.ts';
import { factsOf } from '../facts/file.ts';
import { readJson } from '../syntax/formats.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { isBelow, seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { workOf } from '../kinds/work.ts';
import { portsIn } from '../platforms/command-port.ts';
import { claimKind } from './listening.ts';
import { buildOf, installOf, releaseOf } from './node-build.ts';
import type { NodeFramework } from './node-frameworks.ts';
import { pageLibraries } from './node-frameworks.ts';
import type { NodePackage } from './node-package.ts';
import { claimEdgeKind, edgePort, edgeStarts } from './node-edge.ts';
import { isForDeno } from './deno-told.ts';
import { hasPages, pageMakers } from './node-answers.ts';
import { isNestWorkspace, listensToBroker } from './node-nest.ts';
import { writtenPageOf } from './node-written-pages.ts';
import { nodeVersions, onBun, packageManagerOf, readPackage, unlocked, workspaceRoot } from './node-package.ts';
import { hasMain, isImportable, isLibrary, isPublished, onlyExports, showsPackageAbove } from './node-published.ts';
import { frameworksOf } from './node-recognise.ts';
import { siteOf } from './node-sites.ts';
import type { StartClaim } from './node-start.ts';
import { pinnedVersions, runtimeAsked } from './versions.ts';
import { passedOnTo } from './node-passed-on.ts';
import { otherPrograms } from './node-programs.ts';
import { scriptCommand, startClaims } from './node-start.ts';
import { shellWord } from '../syntax/shell.ts';

/** Projects with a package.json: servers, sites, workers and programs; packages that only others use are none. */
export const node: Detector = {
  name: 'node',
  projects(tree) {
    const declared = directoriesWith(tree, ['package.json']);
    const listening = directoriesWith(tree, /\.[mc]?[jt]s$/).filter((directory) => tree.namesIn(directory).some((name) => isListenerEntry(directory, name) && (factsOf(tree, within(directory, name))?.listens.length ?? 0) > 0));
    const plain = [...new Set([...directoriesWith(tree, plainEntry), ...listening])].filter((directory) => !declared.some((project) => isBelow(directory, project)));
    return [...declared, ...plain.filter((directory) => !plain.some((other) => other !== directory && isBelow(directory, other)))];
  },
  describe(tree, directory, { inner, lenient, anything }) {
    const pkg = readPackage(tree, directory);
    if (!pkg) return plainScript(tree, directory, inner, lenient);
    if (!anything && readJson(tree, within(directory, 'project.json'))?.['projectType'] === 'library' || isNestWorkspace(tree, directory) || isForDeno(tree, pkg) || showsPackageAbove(tree, pkg)) return [];
    // A server in another language beside the pages is not what the package starts.
    const code = codeIn(tree, directory, inner).filter((facts) => facts.language === 'javascript' || facts.language === 'typescript');
    const language = code.some((facts) => facts.language === 'typescript') && code.filter((facts) => facts.language === 'typescript' && !/\.config\./.test(facts.path)).length >= code.filter((facts) => /\.[cm]?jsx?$/.test(facts.path) && !/\.config\./.test(facts.path)).length / 2 ? 'typescript' : 'javascript';
    const listens = code.some((facts) => facts.listens.length > 0);
    if (code.length === 0 && pkg.dependencies.size === 0 && startsOther(pkg) && !anything) return [];
    if (!listens && !anything && passedOnTo(tree, pkg, inner) !== undefined) return [];
    const frameworks = frameworksOf(tree, pkg, code);
    const [framework] = frameworks;
    const sharesPackage = tree.has(within(directory, 'nx.json')) && inner.length + directoriesWith(tree, ['project.json']).length > 0;
    if ((sharesPackage || (pkg.workspaces.length > 0 && !framework && !pkg.hasBin)) && !listens && !anything) return [];
    const chosen = packageManagerOf(tree, pkg);
    const runtime = runsOnBun(tree, pkg, chosen.name, code) ? 'bun' : 'node';
    const manager = runtime === 'bun' && chosen.confidence === unlocked ? onBun(pkg) : chosen;
    const draft = new Draft(nameOf(pkg), directory, language);
    draft.claim('packageManager', manager.name, manager.confidence, manager.evidence);
    const version = nodeVersions(tree, pkg, runtime)[0] ?? neededVersion(runtime, code);
    draft.claim('runtime', runtimeAsked(runtime, version?.value), version?.confidence ?? 0.95, version?.evidence ?? seen(pkg.file, 1, 'a package.json'));
    for (const name of pkg.dependencies) draft.dependencies.set(name, dependencyEvidence(pkg, [name]));
    if (pkg.name !== undefined) draft.aliases.add(pkg.name.split('/').at(-1)!);
    if (framework) {
      for (const { name } of frameworks.filter(({ bundler }, index) => index === 0 || !bundler)) draft.frameworks.add(name);
      draft.claim('framework', framework.name, 0.97, dependencyEvidence(pkg, framework.packages));
    }
    for (const [name, library] of Object.entries(pageLibraries)) if (pkg.dependencies.has(name)) draft.frameworks.add(library);
    if (extensionTools.some((name) => pkg.dependencies.has(name) || pkg.devDependencies.has(name)) && !listens && !anything) return [];
    // What is only shown in a Storybook is made for others to import.
    const shown = !framework && !listens && [...pkg.dependencies, ...pkg.devDependencies].some((name) => /^(@storybook\/.+|storybook)$/.test(name));
    if (shown) return anything ? [unstarted(draft, tree, pkg, manager, framework, code)] : [];
    if (framework && !listens && !anything && isPartOfOthers(tree, pkg, framework)) return [];
    const site = framework && siteOf(tree, pkg, framework);
    if (site) return [staticDraft(draft, tree, pkg, manager, framework, site)];
    const written = framework || listens ? undefined : writtenPageOf(tree, pkg);
    if (written) {
      draft.claim('kind', 'static', 0.85, written.tool).claim('staticDir', written.directory, 0.85, written.page).claim('start', null, 0.85, written.page);
      installOf(draft, tree, pkg, manager);
      buildOf(draft, tree, pkg, manager, undefined, undefined);
      return [draft];
    }

    const edge = framework?.kind === 'web' || framework?.start ? [] : edgeStarts(tree, pkg, listens, (name) => scriptCommand(manager.name, name));
    const starts = [...edge, ...startClaims(tree, pkg, manager.name, framework)].sort((a, b) => b.confidence - a.confidence).filter((claim) => claim.confidence >= (lenient ? 0.2 : 0.45));
    const [start] = starts;
    if (!start || !framework && onlyExports(tree, pkg, start) || (isLibrary(tree, pkg, framework, start) && !listens && !(lenient && !(pkg.exports && !pkg.isPrivate) && !isPublished(tree, pkg)))) {
      const programs = pkg.hasBin && !framework ? program(draft, tree, pkg, manager) : [];
      return programs.length > 0 || !anything ? programs : [unstarted(draft, tree, pkg, manager, framework, code)];
    }
    for (const claim of starts) draft.claim('start', claim.value, claim.confidence, claim.evidence);
    draft.entry = start.entry;
    kindOf(draft, tree, pkg, framework, start, code);
    installOf(draft, tree, pkg, manager);
    buildOf(draft, tree, pkg, manager, framework, start);
    releaseOf(draft, tree, pkg, manager, start);
    const byBroker = framework?.name === 'nest' ? listensToBroker(tree, start, directory) : undefined;
    if (byBroker) draft.claim('kind', 'worker', 0.95, byBroker);
    const said = Object.entries(pkg.scripts).find(([name]) => scriptCommand(manager.name, name) === start.value)?.[1] ?? '';
    for (const port of portsIn(said)) draft.claim('port', { port, protocol: 'http' }, 0.96, start.evidence);
    if (start === edge[0]) draft.claim('port', { port: edgePort, protocol: 'http' }, 0.85, start.evidence);
    if (framework?.port && !byBroker) draft.claim('port', { port: framework.port, protocol: 'http' }, framework.readsPort ? 0.9 : 0.7, dependencyEvidence(pkg, framework.packages, `${framework.name} listens on ${framework.port} unless told otherwise`));
    if (framework?.readsPort && !byBroker) draft.claim('readsPort', true, 0.9, dependencyEvidence(pkg, framework.packages, `${framework.name} reads PORT`));
    return [draft, ...otherPrograms(draft, tree, pkg, manager.name, start, code)];
  },
};

/** Packages by which extensions of browsers are made, and apps for telephones and desks: nothing of them is deployed. */
const extensionTools = ['@crxjs/vite-plugin', 'wxt', 'plasmo', 'web-ext', 'electron', 'react-native', '@tauri-apps/api', 'nativescript'];

const plainEntry = /^(server|app|index|main|bot|worker)\.(js|mjs|cjs|ts|mts)$/i;

/** Other names by which a program without a package.json counts if it listens; so does that of its directory. */
const listenerEntry = /^(api|gateway|proxy|backend)\.(js|mjs|cjs|ts|mts)$/i;

function isListenerEntry(directory: string, name: string): boolean {
  return listenerEntry.test(name) || /\.[mc]?[jt]s$/.test(name) && name.replace(/\.\w+$/, '').toLowerCase() === posix.basename(directory).toLowerCase();
}

/** Only its scripts are of Node: what they start is a program of another runtime, whose own project says more of it. */
function startsOther(pkg: NodePackage): boolean {
  return /^(?:java|\.\/gradlew|gradle|\.\/mvnw|mvn|python3?|go|cargo|dotnet|php|ruby|bundle|mix) /.test(pkg.scripts['start'] ?? '');
}

/** A program without a package.json; in a page's directory such a file is the page's. */
function plainScript(tree: Tree, directory: string, inner: readonly string[], lenient: boolean): Draft[] {
  const code = codeIn(tree, directory, inner).filter((facts) => facts.language === 'javascript' || facts.language === 'typescript');
  const isNode = (name: string) => /^(node:)?(http|https|net|fs|path|os|child_process|process|http2)$/.test(name) || /^(express|koa|fastify)$/.test(name);
  const direct = code.filter((facts) => (plainEntry.test(posix.basename(facts.path)) || facts.listens.length > 0 && isListenerEntry(directory, posix.basename(facts.path))) && posix.dirname(facts.path) === directory);
  const entry = direct.find((facts) => facts.listens.length > 0) ?? direct.find((facts) => facts.imports.some(({ name }) => isNode(name))) ?? (lenient && !hasMarkup(tree, directory) ? direct[0] : undefined);
  if (!entry || isOfPage(tree, entry, code) || code.some((facts) => facts.usesDeno || facts.imports.some(({ name }) => /^https?:\/\/deno|^jsr:/.test(name)))) return [];
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, entry.language);
  const evidence = seen(entry.path, entry.listens[0]?.line ?? 1, entry.listens.length > 0 ? 'listens when it is run' : 'runs as a program');
  draft.entry = entry.path;
  const runtime = code.some((facts) => usesBun(facts)) ? 'bun' : 'node';
  draft.claim('start', `${runtime} ${shellWord(posix.basename(entry.path))}`, 0.85, evidence).claim('install', null, 0.8, evidence).claim('build', null, 0.8, evidence);
  const version = pinnedVersions(tree, runtime, directory)[0] ?? neededVersion(runtime, code);
  draft.claim('runtime', runtimeAsked(runtime, version?.value), 0.9, version?.evidence ?? evidence);
  if (runtime === 'bun') draft.claim('packageManager', 'bun', 0.8, evidence);
  const reached = reachableFrom(entry.path, code);
  for (const { path, imports } of reached) for (const { name, line } of imports) if (/^[@\w]/.test(name) && !draft.dependencies.has(name)) draft.dependencies.set(name, seen(path, line, `imports ${name}`));
  claimKind(draft, reached, hasMarkup(tree, directory));
  return [draft];
}

/** What only a browser has; a variable of a program may have one of the names, hence with what is asked of it. */
const ofBrowser = /\bdocument\.(?:querySelector|getElement|addEventListener|createElement|body\b|documentElement)|\bwindow\.(?:location|addEventListener|history|matchMedia)|\bnavigator\.(?:serviceWorker|clipboard|credentials|userAgent)/;

/** Whether a file runs in a browser: it speaks to the page, and it and the files beside it import nothing that a page would not have. */
function isOfPage(tree: Tree, entry: ReturnType<typeof codeIn>[number], code: ReturnType<typeof codeIn>): boolean {
  const near = code.filter(({ path }) => posix.dirname(path) === posix.dirname(entry.path));
  return ofBrowser.test(tree.text(entry.path) ?? '') && near.every(({ imports }) => imports.every(({ name }) => /^(?:\.{0,2}\/|https?:)/.test(name)));
}

/** Modules of Node that came with a release: what imports one needs that (Node.js documentation, "Added in"). */
const since: Readonly<Record<string, string>> = { 'node:sqlite': '>=22.5' };

/** The version without which the code does not load, where nothing states one. */
function neededVersion(runtime: string, code: ReturnType<typeof codeIn>): Claim<string> | undefined {
  for (const { path, imports } of runtime === 'node' ? code : []) {
    const used = imports.find(({ name }) => Object.hasOwn(since, name));
    if (used) return { value: since[used.name]!, confidence: 0.9, evidence: [seen(path, used.line, `imports ${used.name}, which is there since Node ${since[used.name]!.slice(2)}`)] };
  }
  return undefined;
}

function hasMarkup(tree: Tree, directory: string): boolean {
  return ['index.html', 'public/index.html', 'views/index.ejs'].some((name) => tree.has(within(directory, name)));
}

function nameOf(pkg: NodePackage): string {
  return pkg.directory === '.' ? 'web' : posix.basename(pkg.directory);
}

function dependencyEvidence(pkg: NodePackage, names: readonly string[], why?: string) {
  const name = names.find((known) => pkg.dependencies.has(known) || pkg.devDependencies.has(known)) ?? names[0]!;
  return seen(pkg.file, pkg.lineOfName(name), why ?? `depends on ${name}`);
}

/** Whether code has what only Bun offers: its modules, or its global object. */
function usesBun({ imports, usesBun: namesIt }: ReturnType<typeof codeIn>[number]): boolean {
  return namesIt || imports.some(({ name }) => name === 'bun' || name.startsWith('bun:'));
}

/** Bun runs the code, rather than only installing what it needs. */
function runsOnBun(tree: Tree, pkg: NodePackage, manager: string, code: ReturnType<typeof codeIn>): boolean {
  const isForDevelopers = (path: string) => isSideDirectory(posix.dirname(path)) || isTestPath(path);
  if (pkg.engines.bun !== undefined || code.some((facts) => usesBun(facts) && !isForDevelopers(seenFrom(pkg.directory, facts.path)))) return true;
  const runs = Object.entries(pkg.scripts).some(([name, script]) => !/test/.test(name) && /\bbun (run )?(--?[\w-]+ )*[\w./-]+\.[cm]?[jt]sx?\b|\bbun --(hot|watch|bun)\b|\bbun \.(\s|$)/.test(script));
  return runs || (manager === 'bun' && pinnedVersions(tree, 'bun', pkg.directory).length > 0);
}

function staticDraft(draft: Draft, tree: Tree, pkg: NodePackage, manager: ReturnType<typeof packageManagerOf>, framework: NodeFramework, site: { directory: string; evidence: ReturnType<typeof seen> }): Draft {
  draft.claim('kind', 'static', 0.95, dependencyEvidence(pkg, framework.packages, `${framework.name} builds files that are served as they are`));
  draft.claim('staticDir', site.directory, 0.95, site.evidence);
  draft.claim('start', null, 0.95, site.evidence);
  installOf(draft, tree, pkg, manager);
  buildOf(draft, tree, pkg, manager, framework, undefined);
  return draft;
}

/** Where frameworks look for pages and for how they are set up. */
const ownPages = /^(?:(?:src\/)?(?:pages|app|routes|views)\/.+|index\.html|(?:src\/)?(?:server|main|index|app|entry[\w.-]*)\.[mc]?[jt]sx?|[\w.-]+\.config\.[mc]?[jt]s|Dockerfile)$/;

/** Whether a package of a workspace has nothing that its framework could start or build: others import what it holds. */
function isPartOfOthers(tree: Tree, pkg: NodePackage, framework: NodeFramework): boolean {
  if (workspaceRoot(tree, pkg.directory) === pkg.directory || pkg.hasBin) return false;
  if (framework.kind === 'worker' || Object.keys(pkg.scripts).some((name) => !/lint|test|format|type|check|clean|prepare/.test(name))) return false;
  return !tree.filesBelow(pkg.directory).some((file) => ownPages.test(seenFrom(pkg.directory, file)));
}

/** Files that nothing else imports, with what they reach: somebody runs them. */
function scriptsOf(code: ReturnType<typeof codeIn>): ReturnType<typeof codeIn> {
  const imported = importedAmong(code, '.');
  const run = code.filter((facts) => !imported.has(facts) && !isTestPath(facts.path) && !isSideDirectory(posix.dirname(facts.path)) && !/\.(?:config|d)\.[cm]?[jt]s$/.test(facts.path));
  return [...new Set(run.flatMap(({ path }) => reachableFrom(path, code)))];
}

/** A package that nothing says how to start: what its framework makes of it, scripts that people run where nobody can import it, otherwise one for others to import. */
function unstarted(draft: Draft, tree: Tree, pkg: NodePackage, manager: ReturnType<typeof packageManagerOf>, framework: NodeFramework | undefined, code: ReturnType<typeof codeIn>): Draft {
  // Of a framework, a package that others import is a part.
  const scripts = framework || isImportable(tree, pkg) ? [] : scriptsOf(code);
  if (scripts.length > 0) {
    claimEnding(draft, scripts);
    installOf(draft, tree, pkg, manager);
    return draft;
  }
  const isPart = framework?.kind === 'api' && !pkg.isPrivate && !pkg.hasBin && (pkg.exports || hasMain(tree, pkg));
  const isOf = framework !== undefined && framework.kind !== 'static' && !isPart;
  // Of what is a library for want of a start, four in ten are one.
  draft.claim('kind', isOf ? framework.kind : 'library', isOf ? 0.7 : 0.5, seen(pkg.file, 1, 'nothing says how it is started'));
  installOf(draft, tree, pkg, manager);
  buildOf(draft, tree, pkg, manager, framework, undefined);
  return draft;
}

/** Whether another file than those that the program reaches uses a framework. Nothing is said of programs with imports that are not followed. */
function isUnused(framework: NodeFramework, start: StartClaim, code: ReturnType<typeof codeIn>): boolean {
  if (start.entry === null || framework.start !== undefined || !code.some(({ path }) => path === start.entry)) return false;
  const uses = ({ imports }: ReturnType<typeof codeIn>[number]) => imports.some(({ name }) => framework.packages.some((used) => name === used || name.startsWith(`${used}/`)));
  const reached = reachableFrom(start.entry, code);
  // By an alias, from a directory above all, or by what the program looks for itself.
  const places = new Set(code.flatMap(({ path }) => path.split('/').slice(0, -1)));
  const isOpen = reached.some(({ imports, called }) => ['readdirSync', 'readdir', 'globSync'].some((name) => called.has(name)) || imports.some(({ name }) => /^(?:[~#]|@\/)/.test(name) || name.includes('/') && places.has(name.split('/', 1)[0]!)));
  return !isOpen && code.some(uses) && !reached.some(uses);
}

/** A command-line program: it runs and ends. */
function program(draft: Draft, tree: Tree, pkg: NodePackage, manager: ReturnType<typeof packageManagerOf>): Draft[] {
  const bin = pkg.bins[0]!.replace(/^\.\//, '');
  const reads = commandLineReaders.some((name) => pkg.dependencies.has(name));
  if (pkg.exports && !reads || isSideDirectory(pkg.directory)) return [];
  const evidence = seen(pkg.file, pkg.line(/"bin"\s*:/), `an executable ${bin}`);
  draft.claim('kind', 'cli', 0.85, evidence).claim('start', `node ${bin}`, 0.7, evidence);
  draft.entry = tree.has(within(pkg.directory, bin)) ? within(pkg.directory, bin) : null;
  installOf(draft, tree, pkg, manager);
  buildOf(draft, tree, pkg, manager, undefined, undefined);
  return [draft];
}

/** Readers of a command line. */
const commandLineReaders = ['commander', 'yargs', 'meow', 'cac', '@oclif/core', '@oclif/command', 'ink', 'caporal', 'vorpal', 'inquirer', '@inquirer/prompts', '@clack/prompts'];

function kindOf(draft: Draft, tree: Tree, pkg: NodePackage, framework: NodeFramework | undefined, start: StartClaim, code: ReturnType<typeof codeIn>): void {
  const reached = start.entry ? reachableFrom(start.entry, code) : code;
  const listen = reached.flatMap((facts) => facts.listens.map((found) => seen(facts.path, found.line, `listens (${found.call})`)))[0];
  const evidence = framework ? dependencyEvidence(pkg, framework.packages) : start.evidence[0]!;
  const servesPages = hasPages(tree, draft.path, pkg, reached);
  const isBeside = framework?.kind === 'api' && isUnused(framework, start, code);
  if (framework?.kind === 'worker') draft.claim('kind', 'worker', 0.85, evidence);
  else if (framework && isBeside && !listen) draft.claim('kind', 'api', 0.5, evidence);
  else if (framework && (framework.kind === 'web' || servesPages)) draft.claim('kind', 'web', 0.9, evidence);
  else if (framework && (listen || framework.kind !== 'static')) draft.claim('kind', 'api', 0.9, evidence);
  if (listen) draft.claim('kind', servesPages ? 'web' : 'api', 0.88, listen);
  const work = workOf('javascript', draft.dependencies);
  if (work && !listen) draft.claim('kind', 'worker', framework && !isBeside ? 0.6 : 0.85, work.evidence);
  if (!listen && !framework) claimEdgeKind(tree, draft, servesPages);
  const loop = reached.find((facts) => facts.loops);
  if (loop) draft.claim('kind', 'worker', 0.75, seen(loop.path, 1, 'runs until it is stopped, and does not listen'));
  // What a bot answers over HTTP besides is for those who run it.
  if (work?.source === 'chat' && framework?.kind !== 'web' && !pageMakers.some((name) => pkg.dependencies.has(name))) draft.claim('kind', 'worker', 0.91, work.evidence);
  const reader = pkg.hasBin ? 'bin' : commandLineReaders.find((name) => pkg.dependencies.has(name));
  if (reader && !framework && !listen) draft.claim('kind', 'cli', 0.8, reader === 'bin' ? seen(pkg.file, pkg.line(/"bin"\s*:/), 'an executable of the command line') : dependencyEvidence(pkg, [reader]));
  const isAlone = start.entry !== null && !framework && !listen && !work;
  const talk = isAlone ? reached.find(({ asks }) => asks) : undefined;
  if (talk) draft.claim('kind', 'cli', 0.78, seen(talk.path, 1, 'asks whoever sits at the terminal'));
  const told = isAlone ? reached.find(({ commandLine }) => commandLine) : undefined;
  if (told) draft.claim('kind', 'cli', 0.65, seen(told.path, 1, 'reads its command line'));
  draft.claim('kind', start.entry ? 'job' : 'worker', 0.6, seen(pkg.file, 1, 'started, and nothing in it was seen to listen'));
}
