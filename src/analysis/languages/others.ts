import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Framework } from './listening.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pinnedVersions } from './versions.ts';

/** A language whose projects need no more than a table says. `%n` stands for the project's name, `%e` for its entry. */
interface Simple {
  language: string;
  runtime: string;
  manager: string;
  /** The file that makes a directory a project of it. */
  manifest: RegExp;
  /** Group 1 is the project's name, in the manifest. */
  name?: RegExp;
  /** One of these is needed for a program, rather than a library. */
  entries?: readonly string[];
  /** The manifest must say this for a program. */
  program?: RegExp;
  install: string | null;
  build: string | null;
  start: string;
  release?: { command: string; place: string };
  /** Dependencies in the manifest: group 1. */
  dependency: RegExp;
  frameworks: readonly Framework[];
}

const languages: readonly Simple[] = [
  { language: 'elixir', runtime: 'elixir', manager: 'mix', manifest: /^mix\.exs$/, name: /app:\s*:(\w+)/, program: /mod:\s*\{|:phoenix/, install: 'mix deps.get --only prod', build: 'MIX_ENV=prod mix compile', start: 'MIX_ENV=prod mix run --no-halt', release: { command: 'MIX_ENV=prod mix ecto.migrate', place: 'priv/repo/migrations' }, dependency: /\{:(\w+),/g, frameworks: [{ name: 'phoenix', packages: ['phoenix'], kind: 'web', port: 4000 }, { name: 'plug', packages: ['plug_cowboy', 'bandit'], kind: 'api', port: 4000 }] },
  { language: 'scala', runtime: 'java', manager: 'sbt', manifest: /^build\.sbt$/, name: /^\s*(?:\w+\s*\/\s*)?name\s*:=\s*"([^"]+)"/m, install: null, build: 'sbt stage', start: 'target/universal/stage/bin/%n', dependency: /"([\w.-]+)"\s*%%?%?\s*"[\w.-]+"/g, frameworks: [{ name: 'play', packages: ['com.typesafe.play', 'org.playframework'], kind: 'web', port: 9000 }, { name: 'akka-http', packages: ['com.typesafe.akka'], kind: 'api', port: 8080 }, { name: 'http4s', packages: ['org.http4s'], kind: 'api', port: 8080 }, { name: 'zio-http', packages: ['dev.zio'], kind: 'api', port: 8080 }] },
  { language: 'clojure', runtime: 'java', manager: 'leiningen', manifest: /^project\.clj$/, name: /\(defproject\s+([\w.-]+)/, install: 'lein deps', build: 'lein uberjar', start: 'java -jar target/uberjar/%n-standalone.jar', dependency: /\[([\w./-]+)\s+"/g, frameworks: [{ name: 'luminus', packages: ['luminus'], kind: 'web', port: 3000 }, { name: 'ring', packages: ['ring'], kind: 'web', port: 3000 }] },
  { language: 'dart', runtime: 'dart', manager: 'pub', manifest: /^pubspec\.yaml$/, name: /^name:\s*(\w+)/m, entries: ['bin/server.dart', 'bin/main.dart', 'bin/%n.dart', 'server.dart', 'main.dart'], install: 'dart pub get', build: 'dart compile exe %e -o bin/server', start: './bin/server', dependency: /^\s{2}(\w+):/gm, frameworks: [{ name: 'shelf', packages: ['shelf'], kind: 'api', port: 8080 }, { name: 'dart-frog', packages: ['dart_frog'], kind: 'api', port: 8080, readsPort: true }] },
  { language: 'swift', runtime: 'swift', manager: 'swiftpm', manifest: /^Package\.swift$/, name: /executableTarget\(\s*name:\s*"([^"]+)"|^(?![\s\S]*executableTarget)[\s\S]*?name:\s*"([^"]+)"/, program: /executable|vapor/i, install: 'swift package resolve', build: 'swift build -c release', start: './.build/release/%n', dependency: /package\([^)]*?url:\s*"[^"]*\/([\w.-]+?)(?:\.git)?"/g, frameworks: [{ name: 'vapor', packages: ['vapor'], kind: 'api', port: 8080 }, { name: 'hummingbird', packages: ['hummingbird'], kind: 'api', port: 8080 }] },
  { language: 'crystal', runtime: 'crystal', manager: 'shards', manifest: /^shard\.yml$/, name: /^targets:\s*\n\s+([\w-]+):/m, program: /^targets:/m, install: 'shards install', build: 'shards build --release', start: './bin/%n', dependency: /^\s{2}([\w-]+):\s*$/gm, frameworks: [{ name: 'kemal', packages: ['kemal'], kind: 'web', port: 3000 }, { name: 'lucky', packages: ['lucky'], kind: 'web', port: 3000 }] },
  { language: 'gleam', runtime: 'gleam', manager: 'gleam', manifest: /^gleam\.toml$/, name: /^name\s*=\s*"([^"]+)"/m, install: 'gleam deps download', build: 'gleam build', start: 'gleam run', dependency: /^(\w+)\s*=/gm, frameworks: [{ name: 'wisp', packages: ['wisp'], kind: 'web', port: 8000 }, { name: 'mist', packages: ['mist'], kind: 'api', port: 8000 }] },
  { language: 'haskell', runtime: 'ghc', manager: 'stack', manifest: /^stack\.yaml$/, entries: ['app/Main.hs', 'src/Main.hs', 'Main.hs'], install: 'stack setup', build: 'stack build', start: 'stack run', dependency: /^\s*-\s*([\w-]+)/gm, frameworks: [{ name: 'yesod', packages: ['yesod'], kind: 'web', port: 3000 }, { name: 'scotty', packages: ['scotty'], kind: 'api', port: 3000 }, { name: 'servant', packages: ['servant-server'], kind: 'api', port: 8080 }] },
  { language: 'zig', runtime: 'zig', manager: 'zig', manifest: /^build\.zig$/, name: /\.name\s*=\s*"([^"]+)"/, program: /addExecutable/, install: null, build: 'zig build -Doptimize=ReleaseSafe', start: './zig-out/bin/%n', dependency: /dependency\("([\w-]+)"/g, frameworks: [] },
  { language: 'cpp', runtime: 'native', manager: 'cmake', manifest: /^CMakeLists\.txt$/, name: /add_executable\(\s*([\w-]+)/, program: /add_executable/, install: null, build: 'cmake -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build', start: './build/%n', dependency: /find_package\((\w+)/g, frameworks: [{ name: 'crow', packages: ['Crow'], kind: 'api', port: 18080 }, { name: 'drogon', packages: ['Drogon'], kind: 'api', port: 8848 }] },
];

/** Languages that a table is enough for. */
export const others: Detector = {
  name: 'others',
  projects: (tree) => directoriesWith(tree, /^(mix\.exs|build\.sbt|project\.clj|pubspec\.yaml|Package\.swift|shard\.yml|gleam\.toml|stack\.yaml|build\.zig|CMakeLists\.txt)$/),
  describe(tree, directory, { inner }) {
    for (const simple of languages) {
      const manifest = tree.namesIn(directory).find((name) => simple.manifest.test(name));
      if (manifest !== undefined) return describe(tree, directory, simple, within(directory, manifest), inner);
    }
    return [];
  },
};

function describe(tree: Tree, directory: string, simple: Simple, file: string, inner: readonly string[]): Draft[] {
  const text = tree.text(file) ?? '';
  const named = simple.name?.exec(text);
  const name = named?.[1] ?? named?.[2] ?? (directory === '.' ? 'app' : posix.basename(directory));
  const entry = simple.entries?.map((one) => one.replace('%n', name)).find((one) => tree.has(within(directory, one)));
  if ((simple.entries && entry === undefined) || (simple.program && !simple.program.test(text))) return [];
  const code = codeIn(tree, directory, inner);
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, simple.language);
  const place = seen(file, 1, `a project of ${simple.manager}`);
  const filled = (command: string) => command.replaceAll('%n', name).replaceAll('%e', entry ?? '');
  for (const match of text.matchAll(simple.dependency)) draft.dependencies.set(match[1]!, seen(file, text.slice(0, match.index).split('\n').length, `depends on ${match[1]}`));
  const [version] = pinnedVersions(tree, simple.runtime, directory);
  draft.aliases.add(name);
  draft.claim('runtime', { name: simple.runtime, version: version?.value ?? null }, version?.confidence ?? 0.9, version?.evidence ?? place).claim('packageManager', simple.manager, 0.95, place).claim('install', simple.install, 0.88, place).claim('build', simple.build === null ? null : filled(simple.build), 0.88, place);
  const framework = claimFramework(draft, simple.frameworks);
  draft.claim('start', framework?.name === 'phoenix' ? 'MIX_ENV=prod mix phx.server' : filled(simple.start), 0.85, place);
  if (simple.release && tree.directories.includes(within(directory, simple.release.place))) draft.claim('release', simple.release.command, 0.85, seen(tree.filesBelow(within(directory, simple.release.place))[0] ?? file, 1, 'migrations'));
  claimKind(draft, code, framework?.kind === 'web');
  draft.claim('kind', 'job', 0.5, place);
  return [draft];
}
