import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { lineOf } from '../syntax/formats.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { claimConfiguredPort } from './configured-port.ts';
import type { Framework } from './listening.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pageAmong } from './page-files.ts';
import { isErrand } from './programs.ts';

/** Frameworks of C and C++ by the headers that are included and by what the build looks for. */
const frameworks: readonly Framework[] = [
  { name: 'drogon', packages: ['drogon', 'Drogon'], kind: 'api', port: 80 },
  { name: 'crow', packages: ['crow', 'crow.h', 'Crow', 'crow_all.h'], kind: 'api', port: 18080 },
  { name: 'oatpp', packages: ['oatpp'], kind: 'api', port: 8000 },
  { name: 'pistache', packages: ['pistache', 'Pistache'], kind: 'api', port: 9080 },
  { name: 'userver', packages: ['userver'], kind: 'api', port: 8080 },
  { name: 'cpp-httplib', packages: ['httplib.h', 'httplib', 'cpp-httplib'], kind: 'api', port: 8080 },
  { name: 'cinatra', packages: ['cinatra', 'cinatra.hpp'], kind: 'api', port: 8080 },
  { name: 'restinio', packages: ['restinio'], kind: 'api', port: 8080 },
  { name: 'restbed', packages: ['restbed'], kind: 'api', port: 80 },
  { name: 'cpprestsdk', packages: ['cpprest', 'cpprestsdk'], kind: 'api', port: 8080 },
  { name: 'poco', packages: ['Poco/Net', 'Poco'], kind: 'api', port: 8080 },
  { name: 'civetweb', packages: ['civetweb.h', 'CivetServer.h'], kind: 'api', port: 8080 },
  { name: 'mongoose', packages: ['mongoose.h'], kind: 'api', port: 8000 },
  { name: 'libmicrohttpd', packages: ['microhttpd.h'], kind: 'api', port: 8888 },
  { name: 'facil.io', packages: ['fio.h', 'facil.h', 'http.h'], kind: 'api', port: 3000 },
  { name: 'kore', packages: ['kore'], kind: 'api', port: 8888 },
  { name: 'uwebsockets', packages: ['uwebsockets', 'App.h'], kind: 'api', port: 9001 },
  { name: 'beast', packages: ['boost/beast.hpp', 'boost/beast'], kind: 'api', port: 8080 },
  { name: 'lithium', packages: ['lithium_http_server.hh', 'lithium.hh'], kind: 'api', port: 8080 },
  { name: 'wt', packages: ['Wt'], kind: 'api', port: 8080 },
  { name: 'qt-httpserver', packages: ['QtHttpServer', 'QHttpServer'], kind: 'api', port: 8080 },
  { name: 'grpc', packages: ['grpcpp', 'gRPC'], port: 50051, protocol: 'grpc' },
];

/** Frameworks that are as much for programs which only ask others. */
const bothSides = new Set(['cpp-httplib', 'cpprestsdk', 'poco', 'beast']);

/** Names of headers that many a program gives to one of its own. */
const commonNames = new Set(['http.h', 'App.h']);

interface Program {
  name: string;
  place: string;
  /** What it is made of, as it is written; undefined where that is not said by name. */
  sources?: readonly string[];
}

interface Build {
  file: string;
  manager: string;
  build: string;
  programs: Program[];
}

/** Programs in C and C++ with CMake, Meson, xmake, Bazel or make. */
export const cpp: Detector = {
  name: 'cpp',
  projects: (tree) => directoriesWith(tree, /^(CMakeLists\.txt|meson\.build|xmake\.lua|Makefile|makefile|GNUmakefile|WORKSPACE(\.bazel)?|MODULE\.bazel)$/).filter((directory) => isTop(tree, directory)),
  describe(tree, directory, { inner }) {
    const code = codeIn(tree, directory, inner).filter(({ language }) => language === 'c' || language === 'cpp');
    const build = code.length > 0 ? buildOf(tree, directory, code.filter(({ main }) => main).map(({ path }) => path)) : undefined;
    const [program] = build?.programs ?? [];
    if (!build || !program) return [];
    const several = build.programs.map((one) => ({ one, own: filesOf(one, code) })).filter(({ own }) => serves(own));
    // Servers of sockets that name no ports of their own are several ways of writing the same one.
    const ports = several.map(({ own }) => own.some(({ called }) => called.has('BuildAndStart')) ? own : own.flatMap(({ listens }) => listens).find(({ port }) => port !== null)?.port);
    const isOne = new Set(ports).size < several.length || ports.includes(undefined);
    if (several.length < 2 || several.length > mostPrograms || isOne) return [describe(tree, directory, build, several.length === 1 ? several[0]!.one : program, code)];
    return several.map(({ one, own }) => {
      const draft = describe(tree, directory, build, one, own);
      draft.name = one.name;
      draft.entry = own.find(({ main }) => main)!.path;
      return draft;
    });
  },
};

/** Beyond so many programs of a build they are a collection to look at. */
const mostPrograms = 6;

/** The code that a program is made of by the names that its build gives; none where these are not told. */
function filesOf({ sources }: Program, code: readonly FileFacts[]): FileFacts[] {
  const names = new Set(sources?.map((source) => posix.basename(source)));
  const own = code.filter(({ path }) => names.has(posix.basename(path)));
  const included = new Set(own.flatMap(({ imports }) => imports.map(({ name }) => posix.basename(name))));
  return own.some(({ main }) => main) ? [...own, ...code.filter((facts) => !own.includes(facts) && included.has(posix.basename(facts.path)))] : [];
}

/** Whether a program does what a service does, and is not called as one that asks. */
function serves(own: readonly FileFacts[]): boolean {
  const main = own.find((facts) => facts.main);
  return main !== undefined && !isErrand(posix.basename(main.path)) && own.some(({ called, listens, takes, loops }) => listens.length > 0 || takes !== undefined || loops || called.has('BuildAndStart') || called.has('accept') && called.has('bind'));
}

function describe(tree: Tree, directory: string, build: Build, program: Program, code: readonly FileFacts[]): Draft {
  // A header may be of either.
  const sources = code.filter(({ path }) => !path.endsWith('.h'));
  const isC = sources.filter(({ language }) => language === 'c').length >= sources.length / 2;
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, isC ? 'c' : 'cpp');
  const place = seen(build.file, lineOf(tree.text(build.file), program.name), `builds ${program.name}`);
  draft.aliases.add(program.name);
  const own = new Set(code.map(({ path }) => posix.basename(path)));
  for (const facts of code) for (const used of facts.imports) if (!draft.dependencies.has(used.name) && !(commonNames.has(used.name) && own.has(used.name))) draft.dependencies.set(used.name, seen(facts.path, used.line, `includes ${used.name}`));
  for (const match of (tree.text(build.file) ?? '').matchAll(/(?:find_package|pkg_check_modules|dependency)\s*\(\s*['"]?([\w.+-]+)/g)) draft.dependencies.set(match[1]!, seen(build.file, lineOf(tree.text(build.file), match[0]), `looks for ${match[1]}`));
  const [manager, install] = tree.namesIn(directory).some((name) => /^conanfile\.(py|txt)$/.test(name)) ? ['conan', 'conan install . --build=missing'] : tree.has(within(directory, 'vcpkg.json')) ? ['vcpkg', 'vcpkg install'] : [build.manager, null];
  draft.claim('runtime', { name: 'native', version: null }, 0.8, place).claim('packageManager', manager!, 0.93, place).claim('install', install!, 0.85, place).claim('build', build.build, 0.9, place).claim('start', `./${posix.join(program.place, program.name)}`, 0.87, place);
  // Libraries for both sides of HTTP are one of the server's where it listens.
  const listens = code.some(({ called, listens: opened }) => opened.length > 0 || [...called].some((name) => /^(?:listen\w*|bind_to_\w+|HTTPServer|http_listener|accept\w*|async_accept|serve\w*|setListen\w*|addListener|run)$/.test(name)));
  const framework = claimFramework(draft, frameworks.filter(({ name }) => listens || !bothSides.has(name)));
  const page = pageAmong(tree.filesBelow(directory));
  if (page !== undefined && framework?.kind === 'api') draft.claim('kind', 'web', 0.91, seen(page, 1, 'a page that it serves'));
  const sockets = ['socket', 'bind', 'listen', 'accept'].every((name) => code.some(({ called }) => called.has(name)));
  const server = code.find(({ called }) => called.has('accept'));
  if (sockets && server) draft.claim('kind', 'api', 0.88, seen(server.path, 1, 'accepts connections'));
  const remote = code.find(({ called }) => called.has('BuildAndStart') && called.has('RegisterService'));
  if (remote) draft.claim('kind', 'api', 0.88, seen(remote.path, 1, 'serves gRPC')).claim('port', { port: 50051, protocol: 'grpc' }, 0.55, seen(remote.path, 1, 'where gRPC usually listens'));
  claimKind(draft, code, page !== undefined);
  if (framework?.kind || ['web', 'api'].includes(draft.value('kind') ?? '')) claimConfiguredPort(tree, draft, directory);
  return draft;
}

/** A part of a larger build is none of its own. */
function isTop(tree: Tree, directory: string): boolean {
  return !upwards(directory).slice(1).some((above) => /add_subdirectory|subdir\s*\(|add_executable|project\s*\(/.test(tree.text(within(above, 'CMakeLists.txt')) ?? tree.text(within(above, 'meson.build')) ?? ''));
}

function buildOf(tree: Tree, directory: string, mains: readonly string[]): Build | undefined {
  const found = (name: string) => (tree.has(within(directory, name)) ? within(directory, name) : undefined);
  const below = (name: string) => tree.filesBelow(directory).filter((file) => posix.basename(file) === name && !isSideDirectory(seenFrom(directory, posix.dirname(file))) && !/(^|\/)(third_party|3rdparty|external|extern|vendor|deps|libs)\//.test(seenFrom(directory, file)));
  const cmake = found('CMakeLists.txt');
  if (cmake) return { file: cmake, manager: 'cmake', build: 'cmake -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build', programs: below('CMakeLists.txt').flatMap((file) => cmakePrograms(tree, directory, file)) };
  const meson = found('meson.build');
  if (meson) return { file: meson, manager: 'meson', build: 'meson setup build --buildtype release && meson compile -C build', programs: below('meson.build').flatMap((file) => [...(tree.text(file) ?? '').matchAll(/\bexecutable\s*\(\s*'([\w.-]+)'/g)].map((match) => ({ name: match[1]!, place: posix.join('build', seenFrom(directory, posix.dirname(file))) }))) };
  const xmake = found('xmake.lua');
  if (xmake) return { file: xmake, manager: 'xmake', build: 'xmake', programs: [...(tree.text(xmake) ?? '').matchAll(/target\("([\w.-]+)"\)/g)].map((match) => ({ name: match[1]!, place: 'build' })) };
  const bazel = ['MODULE.bazel', 'WORKSPACE.bazel', 'WORKSPACE'].map(found).find((file) => file !== undefined);
  const binaries = bazel === undefined ? [] : ['BUILD', 'BUILD.bazel'].flatMap(below).flatMap((file) => bazelPrograms(tree, directory, file));
  if (bazel !== undefined && binaries.length > 0) return { file: bazel, manager: 'bazel', build: 'bazel build -c opt //...', programs: binaries };
  const make = ['Makefile', 'makefile', 'GNUmakefile'].map(found).find((file) => file !== undefined);
  return make !== undefined && mains.length > 0 ? { file: make, manager: 'make', build: 'make', programs: makePrograms(tree.text(make) ?? '', mains) } : undefined;
}

function cmakePrograms(tree: Tree, directory: string, file: string): Build['programs'] {
  const text = tree.text(file) ?? '';
  const project = /\bproject\s*\(\s*"?([\w.-]+)/i.exec(text)?.[1] ?? /\bproject\s*\(\s*"?([\w.-]+)/i.exec(tree.text(within(directory, 'CMakeLists.txt')) ?? '')?.[1] ?? '';
  const output = /RUNTIME_OUTPUT_DIRECTORY\s+"?\$\{(?:CMAKE|PROJECT)_(BINARY|SOURCE)_DIR\}\/([\w/]+)/.exec(text);
  const place = output ? (output[1] === 'BINARY' ? `build/${output[2]}` : output[2]!) : posix.join('build', seenFrom(directory, posix.dirname(file)));
  return [...text.matchAll(/\badd_executable\s*\(\s*"?([\w.${}-]+)/gi)].map((match) => match[1]!.replace(/\$\{(?:CMAKE_)?PROJECT_NAME\}/g, project).replace(/\$\{(\w+)\}/g, (whole, name: string) => new RegExp(`set\\s*\\(\\s*${name}\\s+"?([\\w.-]+)`, 'i').exec(text)?.[1] ?? whole)).filter((name) => (!/\$|test|bench|example/i.test(name) || name === project && posix.dirname(file) === directory) && name !== '').map((name) => ({ name, place, ...sourcesOf(text, name) }));
}

/** The programs that a package of Bazel declares (Bazel documentation, `cc_binary`), which the build leaves below `bazel-bin`. */
function bazelPrograms(tree: Tree, directory: string, file: string): Program[] {
  return [...(tree.text(file) ?? '').matchAll(/\bcc_binary\s*\(([^()]{0,4000})/g)].flatMap(([, said]) => {
    const name = /\bname\s*=\s*"([\w.-]+)"/.exec(said!)?.[1];
    return name === undefined ? [] : [{ name, place: posix.join('bazel-bin', seenFrom(directory, posix.dirname(file))), sources: said!.match(/[\w./-]+\.(?:c|cc|cpp|cxx)\b/gi) ?? [] }];
  });
}

/** The files that `add_executable` names after a program. */
function sourcesOf(text: string, name: string): { sources?: readonly string[] } {
  const said = new RegExp(`\\badd_executable\\s*\\(\\s*"?${RegExp.escape(name)}"?([^()]{0,4000})`, 'i').exec(text)?.[1];
  const sources = said?.match(/[\w./-]+\.(?:c|cc|cpp|cxx)\b/gi) ?? [];
  return sources.length > 0 ? { sources } : {};
}

function makePrograms(text: string, mains: readonly string[]): Build['programs'] {
  const named = /^[ \t]*(?:TARGET|PROG(?:RAM)?|NAME|EXEC(?:UTABLE)?|BIN(?:ARY)?|OUT(?:PUT)?|APP)\s*[:?]?=\s*([\w./-]+)\s*$/m.exec(text)?.[1];
  const linked = /\s-o\s+([\w./-]+)/.exec(text)?.[1];
  const main = posix.basename(mains[0]!).replace(/\.\w+$/, '');
  const path = named ?? (linked !== undefined && !linked.endsWith('.o') ? linked : main);
  return [{ name: posix.basename(path), place: posix.dirname(path) }];
}
