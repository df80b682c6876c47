import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Claim } from '../draft.ts';
import { seen } from '../draft.ts';
import { factsOf } from '../facts/file.ts';
import { workOf } from '../kinds/work.ts';
import { asData, asList, asText, readJson } from '../syntax/formats.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { NodeFramework } from './node-frameworks.ts';
import type { NodePackage } from './node-package.ts';
import { isShown, toldCommands } from './told.ts';

export interface StartClaim extends Claim<string> {
  /** The file that it runs, relative to the app's root. */
  entry: string | null;
}

/** Commands that are for people who write the app, not for those who use it. */
export const developmentCommand = /\b(nodemon|ts-node-dev|tsx watch|node --watch|bun (?:run )?--(?:watch|hot)|next dev|nuxt dev|nuxi dev|astro dev|vite( dev| serve)?( --[\w-]+( \S+)?)*$|react-scripts start|ng serve|vue-cli-service serve|webpack(-dev-server| serve)|parcel (serve|index|src)|gatsby develop|nest start --watch|remix dev|remix vite:dev|react-router dev|strapi develop|rsbuild dev|rspack serve|docusaurus start|ember serve|ember server|expo start|storybook|react-app-rewired start|craco start|snowpack dev|--reload\b|runserver|vinxi dev|electron|live-server|browser-sync|concurrently|turbo (run )?dev|flask run --debug|lerna run)/;

const scriptNames = ['start:prod', 'start:production', 'start', 'serve:prod', 'prod', 'production', 'serve', 'server', 'run'] as const;
const entryNames = ['server', 'app', 'index', 'main', 'src/server', 'src/index', 'src/app', 'src/main', 'bin/www', 'server/index', 'server/server', 'server/app', 'api/index', 'lib/index', 'dist/index', 'dist/main', 'worker', 'src/worker', 'consumer', 'src/consumer', 'bot', 'src/bot'];
const extensions = ['js', 'mjs', 'cjs', 'ts', 'mts', 'tsx'];

/** How a person would start the package in production: candidates, the surest first. */
export function startClaims(tree: Tree, pkg: NodePackage, manager: string, framework: NodeFramework | undefined): StartClaim[] {
  const claims: StartClaim[] = [];
  for (const name of scriptNames) {
    const script = pkg.scripts[name];
    if (script === undefined || /^echo\b(?!.*&&)|no start|^exit\b/.test(script)) continue;
    const line = pkg.line(new RegExp(`"${RegExp.escape(name)}"\\s*:`));
    const evidence = seen(pkg.file, line, `script ${name}: ${script.slice(0, 120)}`);
    if (framework?.kind === 'static' && /^(npx )?(serve|http-server|vite preview|sirv)\b/.test(script)) continue;
    if (!developmentCommand.test(script)) {
      const forProduction = /^start:|^prod/.test(name) && (pkg.scripts['start'] === undefined || /nest start|--watch|dev/.test(pkg.scripts['start']));
      const known = forProduction ? 0.971 : name === 'start' ? 0.97 : name.startsWith('start:') ? 0.75 : 0.72;
      const entry = entryOf(tree, pkg, script);
      // A package that is published starts what shows it off.
      const isShow = !pkg.isPrivate && (pkg.exports || pkg.main !== undefined) && entry !== null && /(^|\/)(sandbox|playground|examples?|demos?|dev|docs?|tests?|benchmarks?)\//.test(seenFrom(pkg.directory, entry));
      claims.push({ value: scriptCommand(manager, name), confidence: isShow ? 0.3 : framework?.kind === 'static' && name !== 'start' ? 0.5 : known, evidence: [evidence], entry });
      continue;
    }
    const file = watchedFile(script);
    if (file) claims.push({ value: runCommand(tree, file, pkg, runnerOf(script, manager)), confidence: name === 'start' ? 0.88 : 0.7, evidence: [evidence], entry: within(pkg.directory, file) });
  }
  claims.push(...scriptsByOtherNames(tree, pkg, manager, framework), ...compiledMain(tree, pkg));
  if (framework?.start) claims.push({ value: framework.start, confidence: 0.86, evidence: [seen(pkg.file, pkg.line(new RegExp(`"(${framework.packages.join('|')})"\\s*:`)), `${framework.name} is started so in production`)], entry: null });
  claims.push(...entryClaims(tree, pkg, manager), ...toldFiles(tree, pkg, manager));
  if (claims.length === 0) claims.push(...unnamedClaims(tree, pkg, manager));
  if (claims.length === 0) claims.push(...runScripts(tree, pkg, manager));
  return claims.sort((a, b) => b.confidence - a.confidence);
}

/** What a script runs its file with: Bun, also where another manager installs. */
const runnerOf = (script: string, manager: string) => (/(?:^|\s)bun (?:run )?(?:--?\S+ )*[\w./-]+\.[cm]?[jt]sx?\b/.test(script) ? 'bun' : manager);

/** Scripts by other names that tell what is started all the same: the file that those who write the app watch, and a file that listens when it is run. */
function scriptsByOtherNames(tree: Tree, pkg: NodePackage, manager: string, framework: NodeFramework | undefined): StartClaim[] {
  return Object.entries(pkg.scripts).flatMap(([name, script]) => {
    if (scriptNames.some((known) => known === name) || /test|debug|lint|migrat|seed|mock|demo|example|docs/.test(name)) return [];
    const claimed = (value: string, confidence: number): StartClaim[] => [{ value, confidence, evidence: [seen(pkg.file, pkg.line(new RegExp(`"${RegExp.escape(name)}"\\s*:`)), `script ${name}: ${script.slice(0, 120)}`)], entry }];
    const file = /^(?:dev|develop|start:dev|watch)$/.test(name) ? watchedFile(script) : undefined;
    const entry = entryOf(tree, pkg, file === undefined ? script : `node ${file}`);
    // `start:app:shop` of a workspace, where each script is called after its package: what it starts may be bundled from a file by another name.
    if (pkg.isPrivate && /^start[:-](?!.*(?:dev|watch|local))/.test(name) && !developmentCommand.test(script)) return claimed(scriptCommand(manager, name), 0.85);
    if (entry === null || (factsOf(tree, entry)?.listens.length ?? 0) === 0 && !(file !== undefined && framework?.kind === 'api')) return [];
    if (file !== undefined) return claimed(runCommand(tree, file, pkg, runnerOf(script, manager)), 0.81);
    return /^(?:NODE_ENV=production )?node (?:--?\S+ )*(?:\.\/)?\S+$/.test(script) ? claimed(scriptCommand(manager, name), 0.82) : [];
  });
}

/** Scripts that do nothing but run a file of the package, where nothing else says what it is for. */
function runScripts(tree: Tree, pkg: NodePackage, manager: string): StartClaim[] {
  return Object.entries(pkg.scripts).flatMap(([name, script]) => {
    const entry = /^(?:npx )?(?:node|tsx|ts-node|babel-node|bun(?: run)?) (?:--?\S+ )*[\w./-]+$/.test(script) && !errand.test(name) ? entryOf(tree, pkg, script) : null;
    if (entry === null || isShown(seenFrom(pkg.directory, entry))) return [];
    return [{ value: scriptCommand(manager, name), confidence: 0.4, evidence: [seen(pkg.file, pkg.line(new RegExp(`"${RegExp.escape(name)}"\\s*:`)), `script ${name}: ${script.slice(0, 120)}`)], entry }];
  });
}

/** Names of scripts for those who work on the code. */
const errand = /^(?:pre|post|un)\w|test|debug|lint|format|migrat|seed|mock|demo|example|docs|build|bundle|compile|generate|codegen|clean|release|publish|version|deploy|setup|install|bench|prepare|watch|dev/;

/** What a build makes of a file that listens, where the package names that as its main file and has no script that starts it. */
function compiledMain(tree: Tree, pkg: NodePackage): StartClaim[] {
  const main = pkg.main?.replace(/^\.\//, '');
  if (main === undefined || pkg.scripts['build'] === undefined || !/^(?:dist|build|out)\/.+\.[cm]?js$/.test(main)) return [];
  const entry = entryOf(tree, pkg, `node ${main}`);
  return entry === null || (factsOf(tree, entry)?.listens.length ?? 0) === 0 ? [] : [{ value: `node ${main}`, confidence: 0.83, evidence: [seen(pkg.file, pkg.line(/"main"\s*:/), `main is ${main}`)], entry }];
}

/** Files that the README tells to run, where nothing in the package says more. */
function toldFiles(tree: Tree, pkg: NodePackage, manager: string): StartClaim[] {
  return toldCommands(tree, pkg.directory).flatMap(({ command, file, line }) => {
    const [, named] = /^(?:npx )?(?:node|tsx|ts-node|bun(?: run)?) (?:\.\/)?([\w/-]+\.[cm]?[jt]s)(?= |$)/.exec(command) ?? [];
    const entry = named === undefined ? undefined : within(pkg.directory, named);
    if (entry === undefined || !tree.has(entry) || isShown(seenFrom(pkg.directory, entry))) return [];
    return [{ value: runCommand(tree, named!, pkg, manager), confidence: 0.6, evidence: [seen(file, line, `tells to run ${command.slice(0, 120)}`)], entry }];
  });
}

/** `npm start`, `yarn worker`, `pnpm run serve`. */
export function scriptCommand(manager: string, script: string): string {
  if (script === 'start' && manager !== 'bun') return `${manager} start`;
  return manager === 'yarn' ? `yarn ${script}` : `${manager} run ${script}`;
}

/** How a file of a package is run: as it is, or as what its build makes of it. */
export function runCommand(tree: Tree, file: string, pkg: NodePackage, manager: string): string {
  if (manager === 'bun') return `bun ${file}`;
  if (!/\.[mc]?tsx?$/.test(file)) return `node ${file}`;
  const compiled = compiledBy(tree, pkg, file);
  if (compiled !== undefined) return `node ${compiled}`;
  for (const runner of ['tsx', 'ts-node']) if (pkg.dependencies.has(runner) || pkg.devDependencies.has(runner)) return `npx ${runner} ${file}`;
  return `node ${file}`;
}

/** Where the build, which is the compiler of TypeScript alone, puts what it makes of a file (TypeScript handbook, `outDir` and `rootDir`). */
function compiledBy(tree: Tree, pkg: NodePackage, file: string): string | undefined {
  if (!/^(?:(?:npx )?(?:rimraf|rm -rf) \S+ && )?(?:npx )?tsc(?: (?:-p|--project|-b|--build) \S+)?(?: && [\w-]+ .*)?$/.test(pkg.scripts['build'] ?? '')) return undefined;
  const options = asData(readJson(tree, within(pkg.directory, 'tsconfig.json'))?.['compilerOptions']);
  if (options['noEmit'] === true) return undefined;
  const built = file.replace(/\.([mc]?)tsx?$/, '.$1js');
  const out = asText(options['outDir'])?.replace(/^\.\/|\/$/g, '');
  if (out === undefined || out === '' || out === '.') return built;
  const root = (asText(options['rootDir']) ?? commonRoot(tree, pkg)).replace(/^\.\/?|\/$/g, '');
  return `${out}/${root !== '' && built.startsWith(`${root}/`) ? built.slice(root.length + 1) : built}`;
}

/** The directory that holds all that is compiled, where the compiler is not told one: of what is included, or of all there is. */
function commonRoot(tree: Tree, pkg: NodePackage): string {
  const included = asList(readJson(tree, within(pkg.directory, 'tsconfig.json'))?.['include']).map((one) => String(one).replace(/^\.\//, '').split('/')[0]!);
  const written = tree.filesBelow(pkg.directory).map((file) => seenIn(pkg.directory, file)).filter((file) => /(?<!\.d)\.[mc]?tsx?$/.test(file) && (included.length === 0 || included.some((one) => one.includes('*') || file === one || file.startsWith(`${one}/`))));
  const tops = new Set(written.map((file) => (file.includes('/') ? file.split('/')[0]! : '')));
  return tops.size === 1 ? [...tops][0]! : '';
}

/** The file in `nodemon src/server.js`, `tsx watch app.ts`, `ts-node-dev --respawn src/index.ts`. */
function watchedFile(script: string): string | undefined {
  const part = script.split(/&&|\|\|/).at(-1)!;
  if (!/\b(nodemon|ts-node-dev|tsx watch|node --watch|bun (?:run )?--(?:watch|hot))\b/.test(part)) return undefined;
  return part.trim().split(/\s+/).reverse().find((word) => /\.(m|c)?[jt]sx?$|^\.\/bin\/www$/.test(word) && !word.startsWith('-') && !/(^|\/)node_modules\//.test(word))?.replace(/^\.\//, '');
}

/** The file that a script runs: `node --enable-source-maps dist/main.js`. */
function entryOf(tree: Tree, pkg: NodePackage, script: string, followed = 0): string | null {
  const other = /^(?:npm|pnpm|yarn|bun) (?:run )?([\w:.-]+)$/.exec(script.trim())?.[1];
  if (other !== undefined && pkg.scripts[other] !== undefined && followed < 5) return entryOf(tree, pkg, pkg.scripts[other], followed + 1);
  const match = /\b(?:node|babel-node|tsx|ts-node|bun(?: run)?|pm2-runtime(?: start)?)\s+(?:-\S+\s+)*([\w./@-]+)/.exec(script);
  if (!match) return null;
  const path = within(pkg.directory, match[1]!);
  const sources = [path, `${path}.js`, `${path}/index.js`, ...extensions.map((extension) => path.replace(/\.[mc]?js$/, `.${extension}`))];
  const built = sources.map((source) => within(pkg.directory, seenIn(pkg.directory, source).replace(/^\.?(dist|build|out|lib)\//, 'src/')));
  const builtTs = built.flatMap((source) => extensions.map((extension) => source.replace(/(\.[mc]?[jt]s)?$/, `.${extension}`)));
  return [...sources, ...built, ...builtTs].find((source) => tree.has(source)) ?? null;
}

function seenIn(directory: string, path: string): string {
  return directory === '.' ? path : path.slice(directory.length + 1);
}

/** A file beside the manifest that waits for its time, for messages or for a chat, and that nothing else imports: only a person would start it. */
function unnamedClaims(tree: Tree, pkg: NodePackage, manager: string): StartClaim[] {
  const beside = tree.namesIn(pkg.directory).filter((name) => /\.[cm]?[jt]s$/.test(name) && !/\.(?:config|test|spec|d)\./.test(name)).map((name) => within(pkg.directory, name));
  const facts = beside.flatMap((path) => factsOf(tree, path) ?? []);
  const imported = new Set(facts.flatMap(({ imports }) => imports.map(({ name }) => posix.basename(name).replace(/\.\w+$/, ''))));
  return facts.flatMap(({ path, imports, loops }) => {
    const work = workOf('javascript', new Map(imports.map(({ name, line }) => [name, seen(path, line, `imports ${name}`)])));
    if (!work && !loops || imported.has(posix.basename(path).replace(/\.\w+$/, '')) || /\bmodule\.exports\b|^export\b/m.test(tree.text(path) ?? '')) return [];
    return [{ value: runCommand(tree, seenIn(pkg.directory, path), pkg, manager), confidence: 0.5, evidence: [work?.evidence ?? seen(path, 1, 'goes on until it is stopped')], entry: path }];
  });
}

/** Files that look like the start of a server or program. */
function entryClaims(tree: Tree, pkg: NodePackage, manager: string): StartClaim[] {
  const claims: StartClaim[] = [];
  const main = pkg.main && [pkg.main, `${pkg.main}.js`].map((name) => within(pkg.directory, name)).find((path) => tree.has(path));
  const consider = (path: string, evidence: Evidence, sure: number) => {
    const file = seenIn(pkg.directory, path);
    const facts = factsOf(tree, path);
    const listens = (facts?.listens.length ?? 0) > 0;
    claims.push({ value: runCommand(tree, file, pkg, manager), confidence: listens ? sure + 0.2 : sure - 0.15, evidence: [evidence], entry: path });
  };
  if (main) consider(main, seen(pkg.file, pkg.line(/"main"\s*:/), `main is ${pkg.main}`), pkg.isPrivate || !pkg.exports ? 0.65 : 0.4);
  // `Server.js` starts a program as `server.js` does.
  const written = new Map(tree.namesIn(pkg.directory).map((name) => [name.toLowerCase(), name]));
  for (const name of entryNames) {
    for (const extension of ['', ...extensions.map((known) => `.${known}`)]) {
      const path = within(pkg.directory, written.get(name + extension) ?? name + extension);
      if (path !== main && tree.has(path) && (extension !== '' || name === 'bin/www')) consider(path, seen(path, 1, 'a file by this name starts a program'), 0.58);
    }
  }
  return claims;
}
