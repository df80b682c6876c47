import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { lineOf } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { isTestPath } from '../tree/ignored.ts';
import { isBelow, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { neededIn, noteEnvironment, noteSettings } from './clojure-environment.ts';
import { claimJavaVersion } from './java-version.ts';
import type { Framework } from './listening.ts';
import { claimFramework, claimKind } from './listening.ts';
import { toldCommands } from './told.ts';

const frameworks: readonly Framework[] = [
  { name: 'luminus', packages: ['luminus*'], kind: 'web', port: 3000 }, { name: 'kit', packages: ['io.github.kit-clj*'], kind: 'web', port: 3000 }, { name: 'pedestal', packages: ['io.pedestal*'], kind: 'api', port: 8080 }, { name: 'duct', packages: ['duct*'], kind: 'web', port: 3000 },
  { name: 'compojure', packages: ['compojure*'], kind: 'api', port: 3000 }, { name: 'reitit', packages: ['metosin/reitit*'], kind: 'api', port: 3000 }, { name: 'yada', packages: ['yada'], kind: 'api', port: 3000 }, { name: 'liberator', packages: ['liberator'], kind: 'api', port: 3000 },
  { name: 'ring', packages: ['ring', 'ring/ring*', 'lein-ring'], kind: 'web', port: 3000 }, { name: 'http-kit', packages: ['http-kit*'], kind: 'api', port: 8090 }, { name: 'aleph', packages: ['aleph'], kind: 'api', port: 8080 },
];

/** Libraries that write pages. */
const pageMaker = /^(hiccup|selmer|enlive|clostache|comb|rum|stasis|de\.ubercode\.clostache)(\/|$)/;

/** Projects of Leiningen and of the Clojure CLI. */
export const clojure: Detector = {
  name: 'clojure',
  projects: (tree) => directoriesWith(tree, ['project.clj', 'deps.edn']),
  describe(tree, directory, { inner, anything }) {
    const lein = within(directory, 'project.clj');
    const file = tree.has(lein) && (/\(defproject\b/.test(tree.text(lein) ?? '') || !tree.has(within(directory, 'deps.edn'))) ? lein : within(directory, 'deps.edn');
    const text = (tree.text(file) ?? '').replace(/(^|\s);[^\n]*/g, '$1');
    const code = codeIn(tree, directory, inner).filter(({ language }) => language === 'clojure');
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'clojure');
    for (const match of text.matchAll(/\[\s*([\w./-]+)\s+"|([\w./-]+)\s*\{\s*:(?:mvn\/version|git\/|local\/root|deps\/)/g)) {
      const name = (match[1] ?? match[2])!;
      const evidence = seen(file, linesIn(tree.text(file)).of(name), `depends on ${name}`);
      // As Maven writes it, too: libraries for the machine of Java are known by that name.
      draft.dependencies.set(name, evidence).set(name.replace('/', ':'), evidence);
    }
    const place = seen(file, 1, file === lein ? 'a project of Leiningen' : 'a project of the Clojure CLI');
    const isProgram = file === lein ? leiningen(draft, text, place) : commandLine(tree, draft, directory, text, place);
    const started = isProgram || !anything || file !== lein ? undefined : startFunction(tree, code);
    if (started) draft.claim('start', `lein run -m ${started.name}`, 0.9, started.evidence).claim('build', 'lein compile', 0.91, started.evidence);
    const isLibrary = !isProgram && !started && code.every((facts) => !/\(defn\s+-main\b/.test(tree.textOnce(facts.path) ?? ''));
    if (isLibrary && !anything) return [];
    claimJavaVersion(tree, draft, directory, [], file);
    if (isLibrary) return [draft.without('start').without('build').claim('kind', 'library', 0.7, { ...place, why: 'a package without a program' })];
    const framework = claimFramework(draft, frameworks);
    const settings = tree.filesBelow(directory).filter((path) => path.endsWith('.edn') && posix.dirname(path) !== directory && !isTestPath(path) && !inner.some((project) => isBelow(path, project)));
    const needed = new Set(code.flatMap(({ path }) => [...neededIn(tree.textOnce(path) ?? '')]));
    for (const path of [...code.map((facts) => facts.path), ...settings]) readSettings(draft, path, tree.textOnce(path) ?? '', needed);
    const pages = [...draft.dependencies].find(([name]) => pageMaker.test(name));
    if (pages && framework?.kind === 'api') draft.claim('kind', 'web', 0.9, { ...pages[1], why: `writes pages with ${pages[0]}` });
    claimKind(draft, code, framework?.kind === 'web' || pages !== undefined);
    return [draft];
  },
};

/** The function by which whoever works on a server starts it, where no main function does: it names the port that it opens. */
function startFunction(tree: Tree, code: readonly FileFacts[]): { name: string; evidence: Place } | undefined {
  for (const { path } of code) {
    const text = tree.textOnce(path) ?? '';
    const space = /^\(ns\s+([\w.-]+)/m.exec(text)?.[1];
    const [said, name] = /^\(defn\s+(start|start-server|run|serve)\s+\[\][^]{0,600}?[:/]port\s+\d{2,5}\b/m.exec(text) ?? [];
    if (space !== undefined && said !== undefined) return { name: `${space}/${name}`, evidence: seen(path, lineOf(text, said.slice(0, 40)), 'starts a server') };
  }
  return undefined;
}

type Place = ReturnType<typeof seen>;

/** What only its developers connect to. */
const besides = /:(?:nrepl|repl|repl-options|nrepl-server|socket-repl)\s*\{[^{}]{0,400}\}/g;

/** The port and the variables that code and files of settings name. */
function readSettings(draft: Draft, file: string, whole: string, needed: ReadonlySet<string>): void {
  const text = whole.replace(besides, (part) => part.replace(/\S/g, ' '));
  noteEnvironment(draft, file, text, needed);
  if (draft.dependencies.has('cprop') && /(?:^|\/)config\.edn$/.test(file) && !/(?:^|\/)(?:dev|test)\//.test(file)) {
    noteSettings(draft, file, text);
    if (/:port\s+\d/.test(text)) draft.claim('readsPort', true, 0.9, seen(file, lineOf(text, ':port'), 'PORT replaces it'));
  }
  const port = /(?::|\/)port\s+(?:\([^\n]*?)?"?(\d{2,5})\b|\(or\s+[^\n]*(?:env\s+:port|getenv\s+"PORT")[^\n]*?(\d{2,5})|\(System\/getenv\)\s+"PORT"\s+"?(\d{2,5})|:port\s+#(?:long\s+#)?or\s*\[#env\s+"?\w+"?\s+"?(\d{2,5})/.exec(text);
  const number = Number(port?.slice(1).find((group) => group !== undefined));
  // The last port that there is stands for the range of them.
  if (port && number >= 80 && number < 65535) draft.claim('port', { port: number, protocol: 'http' }, /dev/.test(file) ? 0.75 : 0.88, seen(file, lineOf(text, port[0]), `listens on ${number}`)).claim('kind', 'api', 0.75, seen(file, lineOf(text, port[0]), 'listens'));
  const own = /\(env\s+:port\b|getenv\)?\s+"PORT"|#env\s+"?PORT\b/;
  if (own.test(text)) draft.claim('readsPort', true, 0.92, seen(file, lineOf(text, own), 'reads PORT'));
}

/** Leiningen puts the standalone jar below `target`, or below its profile's part when `:target-path` has a `%s`. */
function leiningen(draft: Draft, text: string, place: Place): boolean {
  const [, name = 'app', version] = /\(defproject\s+([\w./-]+)\s+"([^"]+)"/.exec(text) ?? [];
  const artifact = name.split('/').at(-1)!;
  draft.aliases.add(artifact);
  const jar = /:uberjar-name\s+"([^"]+)"/.exec(text)?.[1] ?? `${artifact}-${version ?? '0.1.0'}-standalone.jar`;
  const target = (/:target-path\s+"([^"]+)"/.exec(text)?.[1] ?? 'target').replace('%s', 'uberjar').replace(/\/$/, '');
  draft.claim('packageManager', 'lein', 0.97, place).claim('install', 'lein deps', 0.88, place).claim('build', /:ring\s+\{/.test(text) && !/:main\b/.test(text) ? 'lein ring uberjar' : 'lein uberjar', 0.9, place).claim('start', `java -jar ${target}/${jar}`, 0.88, place);
  return /:main\b|:ring\s+\{|:uberjar-name/.test(text);
}

/** What people are told to run with the Clojure CLI, other than tools. */
const toldRun = /^(?:clj|clojure) -[MX](?!\S*:(?:test|build|uberjar|fmt|lint|format|outdated|nrepl|repl|kaocha|kondo))\S*$/;

function commandLine(tree: Tree, draft: Draft, directory: string, text: string, place: Place): boolean {
  const build = tree.text(within(directory, 'build.clj'));
  draft.claim('packageManager', 'tools-deps', 0.95, place).claim('install', 'clojure -P', 0.85, place);
  const alias = [...text.matchAll(/:([\w/-]+)\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*?:main-opts\s+\[([^\]]*)\]/g)].map((match) => ({ name: match[1]!, options: match[2]! })).find(({ name, options }) => /^(run|run-m|main|start|serve|server|prod|app)$/.test(name) && /"-m"/.test(options));
  const exec = /:(run|run-x|start|serve|server)\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*?:exec-fn/.exec(text)?.[1];
  if (build !== undefined && /\buber\b/.test(build)) {
    const lib = /\(def\s+lib\s+'(?:[\w.-]+\/)?([\w.-]+)/.exec(build)?.[1] ?? 'app';
    const fixed = /uber-file\s+(?:\(format\s+)?"([^"%]+\.jar)"/.exec(build)?.[1];
    const version = /\(def\s+version\s+"([^"]+)"/.exec(build)?.[1] ?? '*';
    const task = /\(defn\s+(uber|uberjar|all|ci)\b/.exec(build)?.[1] ?? 'uber';
    draft.aliases.add(lib);
    draft.claim('build', `clojure -T:build ${task}`, 0.9, place).claim('start', `java -jar ${fixed ?? `target/${lib}-${version}-standalone.jar`}`, 0.86, place);
  } else {
    const main = /"-m"\s+"?([\w.-]+)/.exec(text)?.[1];
    draft.claim('build', null, 0.85, place).claim('start', alias ? `clojure -M:${alias.name}` : exec !== undefined ? `clojure -X:${exec}` : main !== undefined ? `clojure -M -m ${main}` : 'clojure -M:run', 0.85, place);
    const told = alias || exec !== undefined || main !== undefined ? undefined : toldCommands(tree, draft.path).find(({ command }) => toldRun.test(command));
    if (told) draft.claim('start', told.command.replace(/^clj\b/, 'clojure'), 0.87, seen(told.file, told.line, `tells to run ${told.command}`));
  }
  return alias !== undefined || exec !== undefined || /"-m"/.test(text) || build !== undefined && /:main\s+/.test(build);
}
