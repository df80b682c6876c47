import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { factsOf } from '../facts/file.ts';
import { takesMessages, workOf } from '../kinds/work.ts';
import { lineOf } from '../syntax/formats.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { belowAny, isBelow, seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { claimConfiguredPort } from './configured-port.ts';
import { goCommandLines, goFrameworks } from './go-frameworks.ts';
import { builtName } from './go-program.ts';
import { goVersions, moduleName, modulesUsed, reachedPackages } from './go-modules.ts';
import type { Framework } from './listening.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pageAmong } from './page-files.ts';
import { runtimeAsked } from './versions.ts';

/** Directories of programs that developers run, not the app. */
const errand = /(^|\/)(tools?|scripts?|hack|gen|generate|codegen|generator|migrations?|migrate|migrator|seed|seeder|fixtures|loadtest|mock\w*|examples?|wasm|test\w*)(\/|$)/;

/** Calls by which servers and their frameworks open a port. */
const opening = ['ListenAndServe', 'ListenAndServeTLS', 'Listen', 'Run', 'RunTLS', 'Serve', 'StartTLS', 'StartServer'];

/** Calls by which Gin is given the templates of pages, wherever these are. */
const templateCalls = ['SetHTMLTemplate', 'LoadHTMLGlob', 'LoadHTMLFiles', 'LoadHTMLFS'];

/** Names of programs that say what they do and not whose they are: of those, a module among others is the better name. */
const genericName = /^(api|web|server|service|app|main|cmd|http|grpc|rest|worker|backend)$/;

/** Go modules: each main package is a program; those that listen or go on are services. */
export const go: Detector = {
  name: 'go',
  projects(tree) {
    const modules = directoriesWith(tree, ['go.mod']);
    return [...modules, ...looseMains(tree, modules)];
  },
  describe(tree, directory, { inner, lenient }) {
    const code = codeIn(tree, directory, inner).filter((facts) => facts.language === 'go');
    const mains = [...Map.groupBy(code.filter((facts) => facts.main), (facts) => posix.dirname(facts.path))].filter(([path]) => lenient || path === directory || (!isSideDirectory(seenFrom(directory, path)) && !errand.test(seenFrom(directory, path))));
    const drafts = mains.map(([path, files]) => program(tree, directory, path, files, code, mains.length));
    const serving = drafts.filter((draft) => ['web', 'api', 'worker'].includes(draft.value('kind')!));
    // Beside programs that listen, one that shares their code and does not is run by hand, or by a cloud.
    const listening = serving.filter((draft) => draft.value('kind') === 'worker' || (draft.best('kind')?.confidence ?? 0) > 0.85);
    return listening.length > 0 ? listening : serving.length > 0 ? serving : drafts.sort((a, b) => rank(tree, directory, a) - rank(tree, directory, b)).slice(0, 1);
  },
};

/** Directories outside of all modules with a main package, in a file of whatever name. */
function looseMains(tree: Tree, modules: readonly string[]): string[] {
  const isOfModule = belowAny(modules);
  const outside = directoriesWith(tree, /\.go$/).filter((directory) => !isOfModule(directory));
  return outside.filter((directory) => tree.namesIn(directory).some((name) => {
    const file = within(directory, name);
    return name === 'main.go' || name.endsWith('.go') && !isTestPath(file) && /^package main\b/m.test(tree.text(file) ?? '') && factsOf(tree, file)?.main === true;
  }));
}

/** Of programs that end, the one that the module is about comes first. */
function rank(tree: Tree, directory: string, draft: Draft): number {
  const name = [...draft.aliases][0] ?? draft.name;
  if (name === moduleName(tree, directory) || name === posix.basename(directory)) return 0;
  return /^(web|main|server|api|app|cmd|service)$/.test(name) ? 1 : 2;
}

function program(tree: Tree, directory: string, path: string, files: readonly FileFacts[], code: readonly FileFacts[], programs: number): Draft {
  const relative = seenFrom(directory, path);
  const isModule = upwards(directory).some((above) => tree.has(within(above, 'go.mod')));
  const plain = /^(cmd|main|src|app)$/.test(relative);
  const name = relative === '.' && !isModule && directory !== '.' ? posix.basename(directory) : relative === '.' || plain && programs === 1 && isModule ? moduleName(tree, directory) : posix.basename(relative);
  const isGeneric = directory !== '.' && genericName.test(name);
  const whole = directory === '.' || relative === '.' || programs === 1 ? posix.basename(directory) : `${posix.basename(directory)}-${name}`;
  const draft = new Draft(directory === '.' && programs === 1 ? 'web' : directory !== '.' && (relative === '.' || isGeneric) ? whole : name, directory, 'go');
  if (!isGeneric) draft.aliases.add(name);
  const [main] = files;
  const place = seen(main!.path, 1, 'a main package');
  const reached = reachedPackages(tree, directory, files, code);
  draft.entry = programs > 1 ? main!.path : null;
  for (const library of modulesUsed(tree, directory, reached)) draft.libraries.add(library);
  for (const facts of reached) for (const used of facts.imports) if (used.name.includes('.') && !draft.dependencies.has(used.name)) draft.dependencies.set(used.name, seen(facts.path, used.line, `imports ${used.name}`));
  const [version] = goVersions(tree, directory);
  draft.claim('runtime', runtimeAsked('go', version?.value), version?.confidence ?? 0.9, version?.evidence ?? place);
  draft.claim('packageManager', 'go', 0.98, place);
  draft.claim('install', tree.has(within(directory, 'go.sum')) ? 'go mod download' : null, 0.95, place);
  const target = relative === '.' ? '.' : `./${relative}`;
  // Without a module only files can be built, not a directory.
  const what = isModule ? target : code.filter((facts) => posix.dirname(facts.path) === path && !facts.path.endsWith('_test.go')).map((facts) => seenFrom(directory, facts.path)).join(' ');
  const built = builtName(tree, directory, relative, programs === 1);
  const binary = built?.name ?? name;
  draft.claim('build', `go build -o bin/${binary} ${what}`, 0.9, built?.evidence ?? place);
  const framework = claimFramework(draft, goFrameworks);
  claimServer(draft, reached);
  const opener = framework?.kind === 'web' || framework?.kind === 'api' ? reached.find(({ called, imports }) => opening.some((call) => called.has(call)) && imports.some((one) => isOf(framework, one.name))) : undefined;
  if (opener) draft.claim('kind', framework!.kind!, 0.86, seen(opener.path, opener.imports.find((one) => isOf(framework!, one.name))!.line, `opens the port of ${framework!.name}`));
  claimKind(draft, reached, pageAmong(servedPages(tree, directory, reached), /\.(tmpl|gohtml|templ)$|(^|\/)(templates|views|static|public|web|ui)\/.*\.html$/) !== undefined || reached.some(({ imports }) => imports.some(({ name }) => name === 'html/template')) && pageAmong(tree.namesIn(path).map((name) => within(path, name)), /\.html$/) !== undefined);
  const shown = reached.find((facts) => templateCalls.some((call) => facts.called.has(call)));
  if (shown && framework?.kind === 'api') draft.claim('kind', 'web', 0.91, seen(shown.path, 1, 'fills in the templates of pages'));
  const taken = takesMessages(reached);
  // What only shares packages with a server answers nobody.
  if (taken && !reached.some((facts) => facts.listens.some(({ declared }) => !declared) || opening.some((call) => facts.called.has(call)))) draft.claim('kind', 'worker', 0.87, taken);
  const serves = ['web', 'api'].includes(draft.value('kind') ?? '');
  const commandLine = framework === undefined || !serves ? claimFramework(draft, serves ? [] : goCommandLines) : undefined;
  claimStart(tree, draft, binary, reached, built?.evidence ?? place);
  if (serves) {
    claimConfiguredPort(tree, draft, directory, path);
    if (framework?.name === 'beego') notePlaced(tree, draft, directory);
    draft.claim('port', { port: 8080, protocol: 'http' }, 0.5, { ...place, why: 'where most programs in Go listen' });
  }
  if (commandLine && draft.value('kind') === 'cli') draft.languages.add('go');
  return draft;
}

/** Whether a package is a framework's, or a part of it. */
function isOf({ packages }: Framework, name: string): boolean {
  return packages.some((used) => name === used || name.startsWith(`${used}/`));
}

/** Variables that Beego puts into its settings: `httpport = ${PORT||8080}`. */
function notePlaced(tree: Tree, draft: Draft, directory: string): void {
  const file = within(directory, 'conf/app.conf');
  for (const [index, line] of (tree.text(file) ?? '').split('\n').entries()) {
    const [, name, fallback] = /^[^#;=]+=[ \t]*"?\$\{([A-Z][A-Z0-9_]*)(?:\|\|([^}]*))?\}/.exec(line) ?? [];
    if (name !== undefined) draft.placeholders.push({ name, default: fallback ?? null, optional: true, evidence: seen(file, index + 1, `reads ${name}`) });
  }
}

/** The files among which its pages may be: those of a package of JavaScript below are built, and served by another unless this one brings them along. */
function servedPages(tree: Tree, directory: string, reached: readonly FileFacts[]): readonly string[] {
  const files = tree.filesBelow(directory);
  const hands = reached.some(({ path, called, imports }) => ['FileServer', 'FileServerFS', 'Static', 'StaticFS', 'StaticFile', 'ServeFile'].some((name) => called.has(name)) || imports.some(({ name }) => name === 'embed') && embeds.test(tree.textOnce(path) ?? ''));
  const sites = hands ? [] : files.filter((file) => posix.basename(file) === 'package.json' && posix.dirname(file) !== directory).map((file) => posix.dirname(file));
  return sites.length === 0 ? files : files.filter((file) => !sites.some((site) => isBelow(file, site)));
}

/** Directories and files of pages that a program of Go brings along. */
const embeds = /^\/\/go:embed[ \t][^\n]{0,80}(?:html|web|dist|build|static|public|ui|front|client|site|assets|templates)/m;

/** A server of the standard library or of gRPC, by what is called and imported. Clocks and chats are waited for also by a program that reads a command line. */
function claimServer(draft: Draft, reached: readonly FileFacts[]): void {
  for (const facts of reached) {
    const imports = (path: string) => facts.imports.find(({ name }) => name === path);
    const http = imports('net/http');
    if (http && (facts.called.has('ListenAndServe') || facts.called.has('ListenAndServeTLS') || facts.called.has('HandleFunc') && facts.called.has('Serve'))) draft.claim('kind', 'api', 0.86, seen(facts.path, http.line, 'serves HTTP'));
    const grpc = imports('google.golang.org/grpc');
    if (grpc && facts.called.has('NewServer')) draft.claim('kind', 'api', 0.86, seen(facts.path, grpc.line, 'serves gRPC')).claim('port', { port: 50051, protocol: 'grpc' }, 0.55, seen(facts.path, grpc.line, 'where gRPC usually listens'));
    const work = workOf('go', new Map(facts.imports.map(({ name, line }) => [name, seen(facts.path, line, `waits for work (${name})`)])));
    if (work && /Consume|Subscribe|ReadMessage|FetchMessage|AddFunc|NewWorker|NewServer|Handle|GetUpdatesChan|AddHandler|Open|Start|Every/.test([...facts.called].join(' '))) draft.claim('kind', 'worker', work.source === 'broker' ? 0.75 : 0.87, work.evidence);
  }
}

const serveCommand = /\b(?:Use|Name):\s*"(serve|server|start|run|web|api|http|daemon|listen)\b/;

/** How the built program is started: with the subcommand that serves, where its command line has one. */
function claimStart(tree: Tree, draft: Draft, name: string, reached: readonly FileFacts[], place: ReturnType<typeof seen>): void {
  draft.claim('start', `./bin/${name}`, 0.9, place);
  const commands = reached.filter((facts) => facts.imports.some((used) => /spf13\/cobra|urfave\/cli/.test(used.name)));
  if (!['web', 'api', 'worker'].includes(draft.value('kind') ?? '')) return;
  for (const facts of commands) {
    const text = tree.textOnce(facts.path);
    const command = serveCommand.exec(text ?? '')?.[1];
    if (command !== undefined) draft.claim('start', `./bin/${name} ${command}`, command.startsWith('serve') ? 0.92 : 0.91, seen(facts.path, lineOf(text, serveCommand), `its command ${command}`));
  }
}
