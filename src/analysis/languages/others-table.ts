import type { Framework } from './listening.ts';

/** A language whose projects need no more than a table says. In commands `%n` stands for the project's name, `%e` for its entry, `%v` for its version. */
export interface Simple {
  language: string;
  /** Endings of its code, when the lexer does not read it. */
  extensions?: RegExp;
  runtime: string;
  manager: string;
  /** Files beside the manifest that say another manager: file → manager and its install command. */
  managers?: readonly (readonly [file: RegExp, manager: string, install: string | null])[];
  /** The file that makes a directory a project of it. */
  manifest: RegExp;
  /** Another file of the directory must match, where the manifest alone says too little. */
  beside?: RegExp;
  /** The first group of the first one that matches is the project's name, in the manifest or, with `names`, in these files. */
  name?: RegExp | readonly RegExp[];
  names?: RegExp;
  /** Without a name in the manifest it is that of the directory; `basename` takes the manifest's own. */
  basename?: true;
  /** One of these is needed for a program, rather than a library. */
  entries?: readonly string[];
  /** Where a file beside the manifest, or the manifest, says which file the program begins with: a group of the pattern, with this ending. */
  stated?: readonly [file: RegExp, pattern: RegExp, ending: string];
  /** An entry that is found by its ending alone must say this. */
  uses?: RegExp;
  /** The entry must say this for a program. */
  begins?: RegExp;
  /** The manifest must say this for a program. */
  program?: RegExp;
  /** A file of this path is a program, whatever the manifest says. */
  main?: RegExp;
  /** The manifest says this of a program for the command line. */
  commandLine?: RegExp;
  /** The manifest says this of a package for others, whatever it runs in their programs. */
  published?: RegExp;
  /** Places that say which version of the runtime is wanted: file and group 1, and whether that is the least one. */
  versions?: readonly (readonly [file: RegExp, pattern: RegExp, least?: 'least'])[];
  install: string | null;
  build: string | null;
  start: string;
  /**
   * Another way of building and starting it, for authors who write it down in a Dockerfile, a Makefile or a README. `%o` is what the first group of `says` is, or
   * else `output`, and `%b` its last part. With `alone` it counts where the manifest names no program, and shows that there is one, as does a file of the path in
   * `begins` that says what stands beside it: `%o` is that file without its ending.
   */
  otherwise?: { says: RegExp; begins?: readonly [path: RegExp, says: RegExp]; output?: string; build: string; start: string; alone?: true };
  release?: { command: string; place: string };
  /** Dependencies in the files of `dependencyFiles`, by default the manifest: group 1. */
  dependency: RegExp;
  dependencyFiles?: RegExp;
  /** `pages` are files by which a framework of interfaces is one of pages. */
  frameworks: readonly (Framework & { start?: string; build?: string; pages?: RegExp })[];
  /** Ports in its code: the first group that matches. */
  ports?: RegExp;
}

export const simpleLanguages: readonly Simple[] = [
  {
    language: 'elixir', runtime: 'elixir', manager: 'mix', manifest: /^mix\.exs$/, name: /app:\s*:(\w+)/, program: /mod:\s*\{|:phoenix|apps_path|escript:/, published: /\bpackage:\s*(?:package\b|\[)/, commandLine: /escript:/,
    versions: [[/^elixir_buildpack\.config$/, /^elixir_version=v?([\d.]+)/m], [/^\.elixir-version$/, /([\d.]+)/], [/^mix\.exs$/, /elixir:\s*"[^"\d]*([\d.]+)/]],
    install: 'mix deps.get --only prod', build: 'MIX_ENV=prod mix compile', start: 'MIX_ENV=prod mix run --no-halt', release: { command: 'MIX_ENV=prod mix ecto.migrate', place: 'priv/repo/migrations' }, dependency: /\{:(\w+),/g, ports: /^(?!.*\burl:).*?\bport:\s*(\d{2,5})/gm,
    frameworks: [{ name: 'phoenix', packages: ['phoenix'], kind: 'api', port: 4000, start: 'MIX_ENV=prod mix phx.server', pages: /\.(h?eex|leex|slime?|sface)$|(^|\/)live\/.*\.ex$/ }, { name: 'maru', packages: ['maru'], kind: 'api', port: 4000 }, { name: 'plug', packages: ['plug_cowboy', 'bandit', 'plug'], kind: 'api', port: 4000 }, { name: 'nerves', packages: ['nerves'] }, { name: 'broadway', packages: ['broadway'], kind: 'worker' }, { name: 'oban', packages: ['oban'], kind: 'worker' }, { name: 'optimus', packages: ['optimus', 'owl', 'ratatouille'], kind: 'cli' }],
  },
  {
    language: 'commonlisp', extensions: /\.lisp$/, runtime: 'sbcl', manager: 'asdf', manifest: /\.asd$/, name: [/:build-pathname\s+"([\w./-]+)"/, /\(\s*(?:asdf:)?defsystem\s+[#:"]*([\w.-]+)/], program: /program-op|:entry-point/, versions: [],
    install: null, build: "sbcl --non-interactive --load %m --eval '(ql:quickload (pathname-name \"%m\"))' --eval '(asdf:make (pathname-name \"%m\"))'", start: './%n', dependency: /(?<=:depends-on\s{1,20}\([^()]{0,600})[#:"]{1,3}([a-z][\w./-]{0,60})/gi, ports: /:port\s+(?:\([^()\n]{0,40}\(?[^()\n]{0,40}"PORT"\)?\s+)?(\d{2,5})/g,
    frameworks: [{ name: 'caveman', packages: ['caveman2', 'caveman'], kind: 'web', port: 5000 }, { name: 'ningle', packages: ['ningle'], kind: 'api', port: 5000 }, { name: 'clack', packages: ['clack'], kind: 'api', port: 5000 }, { name: 'hunchentoot', packages: ['hunchentoot', 'easy-routes'], kind: 'web', port: 4242 }, { name: 'woo', packages: ['woo'], kind: 'api', port: 5000 }],
  },
  {
    language: 'erlang', extensions: /\.[eh]rl$/, runtime: 'erlang', manager: 'rebar3', manifest: /^rebar\.config$/, name: /\{release,\s*\{'?(\w+)/, program: /\{(relx|escript_name|release)\b/, commandLine: /\{escript_name\b/, versions: [[/^rebar\.config$/, /minimum_otp_vsn,\s*"(\d+)/]],
    install: 'rebar3 get-deps', build: 'rebar3 as prod release', start: '_build/prod/rel/%n/bin/%n foreground', dependency: /\{(\w+),\s*(?:"|\{)|(?<=\{deps,\s{0,20}\[[\w,\s]{0,400})\b(\w+)(?=\s*[,\]])/g, ports: /\{port,\s*(\d{2,5})\}/g,
    frameworks: [{ name: 'nova', packages: ['nova'], kind: 'web', port: 8080 }, { name: 'cowboy', packages: ['cowboy'], kind: 'api', port: 8080 }, { name: 'elli', packages: ['elli'], kind: 'api', port: 3000 }],
  },
  {
    language: 'dart', runtime: 'dart', manager: 'pub', manifest: /^pubspec\.yaml$/, name: /^name:\s*(\w+)/m, entries: ['bin/server.dart', 'bin/main.dart', 'bin/%n.dart', 'server.dart', 'main.dart', 'bin/*.dart', 'routes/index.dart', 'lib/main.dart', 'lib/main_prod.dart', 'lib/main_production.dart', 'lib/main_dev.dart', 'lib/main_development.dart'], versions: [[/^pubspec\.yaml$/, /^[ \t]+sdk:\s*["']?[^\d\n"']*(\d+\.\d+(?:\.\d+)?)/m]],
    install: 'dart pub get', build: null, start: 'dart run %e', otherwise: { says: /\bdart compile exe\b(?:[^\n]*?\s-o\s+(?:\.\/)?([\w.][\w./-]*))?/, output: 'bin/server', build: 'dart compile exe %e -o %o', start: './%o' }, dependency: /^\s{2}(\w+):/gm, ports: /(?:\b(?:(?:server|app|http|api)_?)?port\s*[:=]\s*['"]?|\?\?\s*['"])(\d{2,5})\b/gi,
    frameworks: [{ name: 'flutter', packages: ['flutter'], kind: 'web', build: 'flutter build web' }, { name: 'dart-frog', packages: ['dart_frog'], kind: 'api', port: 8080, readsPort: true, build: 'dart_frog build', start: 'dart build/bin/server.dart' }, { name: 'serverpod', packages: ['serverpod'], kind: 'api', port: 8080, start: 'dart bin/main.dart --mode production' }, { name: 'jaspr', packages: ['jaspr'], kind: 'web', port: 8080 }, { name: 'alfred', packages: ['alfred'], kind: 'api', port: 3000 }, { name: 'angel', packages: ['angel3_framework', 'angel_framework'], kind: 'api', port: 3000 }, { name: 'conduit', packages: ['conduit', 'conduit_core'], kind: 'api', port: 8888 }, { name: 'relic', packages: ['relic'], kind: 'api', port: 8080 }, { name: 'shelf', packages: ['shelf', 'shelf_router', 'shelf_modular', 'shelf_plus', 'vaden'], kind: 'api', port: 8080 }, { name: 'grpc', packages: ['grpc'], kind: 'api', port: 50051, protocol: 'grpc' }, { name: 'args', packages: ['args', 'mason_logger', 'dart_console'], kind: 'cli' }],
  },
  {
    language: 'swift', runtime: 'swift', manager: 'swiftpm', manifest: /^Package\.swift$/, name: [/executableTarget\(\s*name:\s*"([^"]+)"/, /\.target\(\s*name:\s*"(Run)"/, /\.executable\(\s*name:\s*"([^"]+)"/, /\bname:\s*"([^"]+)"/], program: /executable|vapor|hummingbird|name:\s*"Run"/i, main: /^Sources\/(?:[\w-]+\/)?main\.swift$/, versions: [[/^\.swift-version$/, /(\d+(?:\.\d+)*)/], [/^Package\.swift$/, /swift-tools-version:\s*(\d+(?:\.\d+)*)/, 'least']],
    install: 'swift package resolve', build: 'swift build -c release', start: './.build/release/%n', dependency: /package\([^)]*?url:\s*"[^"]*\/([\w.-]+?)(?:\.git)?"/g, ports: /(?:\bport\s*(?::\s*Int\s*=|[:=])\s*|\bserver\.start\(\s*)(\d{2,5})/g,
    frameworks: [{ name: 'swifter', packages: ['swifter', 'Swifter'], kind: 'api', port: 8080, }, { name: 'vapor', packages: ['vapor'], kind: 'api', port: 8080, pages: /(^|\/)(?:Public\/[^/]+\.html|Resources\/Views\/.+\.leaf)$/, start: './.build/release/%n serve --env production --hostname 0.0.0.0 --port 8080' }, { name: 'hummingbird', packages: ['hummingbird'], kind: 'api', port: 8080, pages: /(^|\/)public\/[^/]+\.html$|\.mustache$/ }, { name: 'kitura', packages: ['Kitura'], kind: 'api', port: 8080 }, { name: 'perfect', packages: ['Perfect-HTTPServer'], kind: 'api', port: 8181 }, { name: 'grpc-swift', packages: ['grpc-swift', 'grpc-swift-nio-transport'], kind: 'api', port: 50051, protocol: 'grpc' }, { name: 'swift-argument-parser', packages: ['swift-argument-parser'], kind: 'cli' }],
  },
  {
    language: 'crystal', extensions: /\.cr$/, runtime: 'crystal', manager: 'shards', manifest: /^shard\.yml$/, name: [/^targets:\s*\n\s+([\w-]+):/m, /^name:\s*["']?([\w-]+)/m], program: /^targets:/m, versions: [[/^\.crystal-version$/, /(\d+(?:\.\d+)*)/], [/^shard\.yml$/, /^crystal:\s*["']?[^\d\n]*(\d+(?:\.\d+)*)/m]],
    install: 'shards install', build: 'shards build --release', start: './bin/%n', otherwise: { says: /\bcrystal (?:build|compile|run)\s(?:[^\n]*?\s)??([\w./-]+)\.cr\b/, begins: [/^src\/[\w-]+\.cr$/, /^(?:Kemal\.run|Lucky::\w+|[a-z]\w*\.listen)\b/m], build: 'crystal build --release %o.cr', start: './%b', alone: true }, dependency: /^(?: {2}| {4}|\t)([\w-]+):\s*$/gm, ports: /(?:\.port\s*=\s*(?:ENV[^\n|]*\|\|\s*)?|bind_tcp\s*\(?(?:[^\n,]*,)?\s*|listen\s*\(?(?:[^\n,]*,)?\s*|Kemal\.run\s*\(?\s*)(\d{2,5})/g,
    frameworks: [{ name: 'lucky', packages: ['lucky'], kind: 'web', port: 3000, readsPort: true }, { name: 'amber', packages: ['amber'], kind: 'api', port: 3000, readsPort: true, pages: /(^|\/)views\/.+\.(slang|ecr|water)$/ }, { name: 'kemal', packages: ['kemal'], kind: 'api', port: 3000, pages: /\.ecr$/ }, { name: 'athena', packages: ['athena'], kind: 'api', port: 3000 }, { name: 'marten', packages: ['marten'], kind: 'web', port: 8000 }, { name: 'grip', packages: ['grip'], kind: 'api', port: 4004 }, { name: 'action-controller', packages: ['action-controller'], kind: 'api', port: 3000 }, { name: 'clim', packages: ['clim', 'admiral', 'commander'], kind: 'cli' }],
  },
  {
    language: 'gleam', runtime: 'gleam', manager: 'gleam', manifest: /^gleam\.toml$/, name: /^name\s*=\s*"([^"]+)"/m, entries: ['src/%n.gleam'], begins: /\bpub fn main\b/, versions: [[/^gleam\.toml$/, /^gleam\s*=\s*"[^\d"]*([\d.]+)/m]],
    install: 'gleam deps download', build: 'gleam build', start: 'gleam run', otherwise: { says: /\bgleam export erlang-shipment\b/, build: 'gleam export erlang-shipment', start: './build/erlang-shipment/entrypoint.sh run' }, dependency: /^(\w+)\s*=/gm, ports: /\bport\((?:\w+,\s*)?(\d{2,5})\)|\b(?:elli|cowboy)\.(?:start|become)\([^;]{0,160}?,\s*(?:on_port:\s*)?(\d{4,5})\)|"\w*PORT"\)[^"]{0,160}?\b(\d{4,5})\b/g,
    frameworks: [{ name: 'lustre', packages: ['lustre_dev_tools'], kind: 'web' }, { name: 'wisp', packages: ['wisp'], kind: 'web', port: 8000 }, { name: 'mist', packages: ['mist'], kind: 'api', port: 8000 }, { name: 'elli', packages: ['gleam_elli'], kind: 'api', port: 3000 }, { name: 'cowboy', packages: ['gleam_cowboy'], kind: 'api', port: 3000 }],
  },
  {
    language: 'haskell', runtime: 'ghc', manager: 'stack', stated: [/^(package\.yaml|.+\.cabal)$/, /^[Ee]xecutable\b[^]{0,2000}?^[ \t]+main-is:[ \t]*([\w./-]+)|^executables?:[^]{0,600}?^[ \t]+main:[ \t]*([\w./-]+\.hs)/m, ''], managers: [[/^stack\.yaml$/, 'stack', 'stack setup'], [/\.cabal$|^cabal\.project$/, 'cabal', 'cabal update']], manifest: /^(stack\.yaml|package\.yaml|.+\.cabal)$/, names: /^(package\.yaml|.+\.cabal)$/, name: /^[Ee]xecutable\s+([\w-]+)|^executables:\s*\n\s+([\w-]+):/m, program: /[\s\S]/, entries: ['app/Main.hs', 'src/Main.hs', 'Main.hs', 'site.hs', 'exe/Main.hs', 'main/Main.hs', 'app/main.hs', 'src-exe/Main.hs'],
    install: 'stack setup', build: 'stack build', start: 'stack exec %n', dependencyFiles: /^(package\.yaml|.+\.cabal)$/, dependency: /(?:^[ \t]*-|,|:|^)\s*([a-z][\w-]+)(?=\s*(?:$|,|[<>=^&]|-any\b))/gm, ports: /\b(?:(?:scotty|run|runEnv|setPort|warp|spock|serverPort\s*=)\s+|port\s*=\s*)(\d{2,5})\b/g,
    frameworks: [{ name: 'yesod', packages: ['yesod', 'yesod-core'], kind: 'web', port: 3000, readsPort: true }, { name: 'ihp', packages: ['ihp'], kind: 'web', port: 8000, build: 'nix build', start: './result/bin/RunProdServer' }, { name: 'servant', packages: ['servant-server'], kind: 'api', port: 8080 }, { name: 'scotty', packages: ['scotty'], kind: 'api', port: 3000 }, { name: 'spock', packages: ['Spock'], kind: 'web', port: 8080 }, { name: 'snap', packages: ['snap', 'snap-server'], kind: 'web', port: 8000 }, { name: 'happstack', packages: ['happstack-server'], kind: 'web', port: 8000 }, { name: 'twain', packages: ['twain'], kind: 'api', port: 3000 }, { name: 'okapi', packages: ['okapi'], kind: 'api', port: 3000 }, { name: 'warp', packages: ['warp'], kind: 'api', port: 3000 }, { name: 'optparse-applicative', packages: ['optparse-applicative', 'optparse-generic', 'cmdargs', 'brick', 'haskeline'], kind: 'cli' }],
  },
  {
    language: 'zig', extensions: /\.zig$/, runtime: 'zig', manager: 'zig', manifest: /^build\.zig$/, name: /\.name\s*=\s*"([^"]+)"|addExecutable\(\s*"([^"]+)"/, program: /addExecutable/, versions: [[/^\.zigversion$/, /([\d.]+)/], [/^build\.zig\.zon$/, /minimum_zig_version\s*=\s*"([\d.]+)/]],
    install: null, build: 'zig build -Doptimize=ReleaseSafe', start: './zig-out/bin/%n', dependency: /dependency\("([\w-]+)"|addModule\("([\w-]+)"/g, ports: /\bport\s*[=:]\s*(\d{2,5})/g,
    frameworks: [{ name: 'jetzig', packages: ['jetzig'], kind: 'web', port: 8080 }, { name: 'zap', packages: ['zap'], kind: 'api', port: 3000 }, { name: 'httpz', packages: ['httpz', 'http.zig'], kind: 'api', port: 5882 }, { name: 'tokamak', packages: ['tokamak'], kind: 'api', port: 8080 }],
  },
  {
    language: 'ocaml', extensions: /\.mli?$/, stated: [/^dune$/, /\(executables?\s+\(names?\s+([\w-]+)/, '.ml'], runtime: 'ocaml', manager: 'opam', manifest: /^dune-project$/, name: /\(name\s+([\w-]+)\)/, entries: ['bin/main.ml', 'main.ml', 'src/main.ml', 'bin/%n.ml', 'server.ml', 'bin/server.ml', 'src/server.ml', 'bin/*/main.ml'], versions: [[/^dune-project$/, /\(ocaml\s+\(\s*>=?\s*([\d.]+)/], [/\.opam$/, /"ocaml"\s*\{[^}\d]*([\d.]+)/]],
    install: 'opam install . --deps-only -y', build: 'dune build --profile release', start: './_build/default/%x.exe', dependencyFiles: /^dune-project$|\.opam$/, dependency: /\(?\b([a-z][\w-]+)\b/g, ports: /~?port\s*[:=]\s*(\d{2,5})/g,
    frameworks: [{ name: 'dream', packages: ['dream'], kind: 'web', port: 8080 }, { name: 'opium', packages: ['opium'], kind: 'api', port: 3000 }, { name: 'eliom', packages: ['eliom'], kind: 'web', port: 8080 }, { name: 'cohttp', packages: ['cohttp-lwt-unix', 'cohttp-eio'], kind: 'api', port: 8080 }, { name: 'cmdliner', packages: ['cmdliner', 'climate'], kind: 'cli' }],
  },
  {
    language: 'nim', extensions: /\.nim$/, runtime: 'nim', manager: 'nimble', manifest: /\.nimble$/, basename: true, name: /^[ \t]*bin\s*=\s*@\["([^"]+)"/m, program: /^[ \t]*bin\s*=/m, versions: [[/\.nimble$/, /requires[^\n]*"nim[^\d"]*([\d.]+)/]],
    install: 'nimble install -d -y', build: 'nimble build -d:release -y', start: './%n', dependency: /requires[^\n]*?"([\w]+)/g, ports: /\bPort\(?\s*(\d{2,5})|\bport\s*[=:]\s*(?:Port\(?)?(\d{2,5})/g,
    frameworks: [{ name: 'jester', packages: ['jester'], kind: 'web', port: 5000 }, { name: 'prologue', packages: ['prologue'], kind: 'web', port: 8080 }, { name: 'basolato', packages: ['basolato'], kind: 'web', port: 8000 }, { name: 'happyx', packages: ['happyx'], kind: 'web', port: 5000 }, { name: 'mummy', packages: ['mummy'], kind: 'api', port: 8080 }, { name: 'cligen', packages: ['cligen', 'docopt', 'argparse', 'illwill'], kind: 'cli' }],
  },
  {
    language: 'd', extensions: /\.d$/, runtime: 'dmd', manager: 'dub', manifest: /^dub\.(json|sdl)$/, name: /^[ \t]*"?name"?\s*:?\s*"([^"]+)"/m, entries: ['source/app.d', 'src/app.d', 'source/main.d', 'src/main.d'], install: null, build: 'dub build --build=release', start: './%n', dependency: /"?([\w:-]+)"?\s*(?:version=|:\s*["{])/g, ports: /\bport\s*=\s*(\d{2,5})|listenHTTP\(":?(\d{2,5})/g,
    frameworks: [{ name: 'vibe.d', packages: ['vibe-d', 'vibe-d:http', 'vibe-http'], kind: 'web', port: 8080 }],
  },
  {
    language: 'v', extensions: /\.v$/, runtime: 'v', manager: 'v', manifest: /^v\.mod$/, name: /name:\s*'([^']+)'/, beside: /\.v$/, install: 'v install', build: 'v -prod -o %n .', start: './%n', dependency: /'([\w.]+)'/g, ports: /\brun(?:_at)?\([^\n]*?(\d{4,5})/g, frameworks: [],
  },
  {
    language: 'julia', extensions: /\.jl$/, runtime: 'julia', manager: 'pkg', manifest: /^Project\.toml$/, name: /^name\s*=\s*"([^"]+)"/m, entries: ['main.jl', 'app.jl', 'server.jl', 'src/main.jl', 'src/app.jl', 'src/server.jl', 'bin/server.jl', 'bootstrap.jl', 'run.jl', 'routes.jl'], versions: [[/^Manifest\.toml$/, /julia_version\s*=\s*"([\d.]+)/], [/^Project\.toml$/, /^julia\s*=\s*"[^\d"]*([\d.]+)/m]],
    install: "julia --project=. -e 'using Pkg; Pkg.instantiate()'", build: null, start: 'julia --project=. %e', dependency: /^(\w+)\s*=\s*"[0-9a-f-]{36}"/gm, ports: /\bport\s*=\s*(\d{2,5})|\b(?:up|serve)\([^\n)]*?(\d{4,5})/g,
    frameworks: [{ name: 'genie', packages: ['Genie', 'GenieFramework'], kind: 'web', port: 8000 }, { name: 'oxygen', packages: ['Oxygen'], kind: 'api', port: 8080 }, { name: 'dash', packages: ['Dash'], kind: 'web', port: 8050 }, { name: 'bonito', packages: ['Bonito'], kind: 'web', port: 9384 }, { name: 'http.jl', packages: ['HTTP'], kind: 'api', port: 8081 }],
  },
  {
    language: 'r', extensions: /\.[Rr]$/, runtime: 'r', manager: 'cran', managers: [[/^renv\.lock$/, 'renv', "Rscript -e 'renv::restore()'"], [/^packrat\.lock$/, 'packrat', "Rscript -e 'packrat::restore()'"]], manifest: /^(app|server|plumber|api|global|ui)\.[Rr]$/, versions: [[/^renv\.lock$/, /"R":\s*\{\s*"Version":\s*"([\d.]+)/]],
    install: null, build: null, start: 'Rscript %e', entries: ['app.R', 'app.r', 'server.R', 'server.r', 'plumber.R', 'plumber.r', 'api.R', 'api.r', 'run.R', 'main.R'], dependencyFiles: /\.[Rr]$|^DESCRIPTION$|^renv\.lock$/, dependency: /\b(?:library|require)\(["']?(\w+)|\b(\w+)::\w|^\s{4}"(\w+)":\s*\{$/gm, ports: /\bport\s*=\s*(\d{2,5})/g,
    frameworks: [{ name: 'shiny', packages: ['shiny'], kind: 'web', port: 3838, readsPort: true, start: "R -e \"shiny::runApp('.', host = '0.0.0.0', port = as.integer(Sys.getenv('PORT', '3838')))\"" }, { name: 'plumber', packages: ['plumber', 'plumber2'], kind: 'api', port: 8000, readsPort: true, start: "Rscript -e \"plumber::pr_run(plumber::pr('%e'), host = '0.0.0.0', port = as.integer(Sys.getenv('PORT', '8000')))\"" }, { name: 'ambiorix', packages: ['ambiorix'], kind: 'web', port: 8080 }],
  },
  {
    language: 'perl', extensions: /\.(pl|pm|psgi)$/, runtime: 'perl', manager: 'cpanm', managers: [[/^cpanfile\.snapshot$/, 'carton', 'carton install --deployment']], manifest: /^(cpanfile|Makefile\.PL|Build\.PL|app\.psgi|app\.pl)$/, entries: ['app.psgi', 'bin/app.psgi', 'app.pl', 'script/%n', 'server.pl', 'myapp.pl', 'main.pl', 'bin/app.pl', '*.pl', 'script/*'], uses: /^[ \t]*(?:use|require)\s+(?:Mojolicious|Mojo::Server|Mojolicious::Commands|Dancer2?|Plack|Catalyst)\b/m, versions: [[/^\.perl-version$/, /(\d+(?:\.\d+)*)/], [/^(cpanfile|Makefile\.PL)$/, /(?:requires\s*'?perl'?\s*(?:=>|,)|MIN_PERL_VERSION'?\s*=>)\s*['"]?v?([\d.]+)/]],
    install: 'cpanm --installdeps .', build: null, start: 'perl %e', dependencyFiles: /^(cpanfile|Makefile\.PL|.*\.(pl|psgi))$/, dependency: /(?:requires\s*['"]|^[ \t]*use\s+|['"])([A-Z]\w*(?:::\w+)*)/gm, ports: /listen[^\n]*:(\d{2,5})|\bport['"]?\s*(?:=>|=|:)\s*(\d{2,5})/g,
    frameworks: [{ name: 'mojolicious', packages: ['Mojolicious', 'Mojolicious::Lite'], kind: 'web', port: 3000, start: 'perl %e daemon' }, { name: 'dancer2', packages: ['Dancer2'], kind: 'web', port: 5000, start: 'plackup %e' }, { name: 'dancer', packages: ['Dancer'], kind: 'web', port: 3000 }, { name: 'catalyst', packages: ['Catalyst', 'Catalyst::Runtime'], kind: 'web', port: 5000, start: 'plackup %e' }, { name: 'plack', packages: ['Plack', 'Plack::Builder', 'Plack::Request'], kind: 'api', port: 5000, start: 'plackup %e' }],
  },
  {
    language: 'lua', extensions: /\.(lua|moon)$/, runtime: 'lua', manager: 'luarocks', manifest: /\.rockspec$|^(main|app|server)\.lua$|^lapis\.lua$/, entries: ['main.lua', 'app.lua', 'server.lua', 'src/main.lua', 'init.lua'], versions: [[/\.rockspec$/, /["']lua\s*[^\d"']*([\d.]+)/]],
    install: null, build: null, start: 'lua %e', dependencyFiles: /\.rockspec$|^(main|app|server|config)\.lua$/, dependency: /["']([\w.-]+?)(?:[ ><=~][^"']*)?["']/g, ports: /\bport\s*[=,(]\s*(\d{2,5})|\blisten\s*\(?[^\n]*?(\d{4,5})/g,
    frameworks: [{ name: 'lapis', packages: ['lapis'], kind: 'web', port: 8080, start: 'lapis server production' }, { name: 'milua', packages: ['milua'], kind: 'api', port: 8800 }, { name: 'pegasus', packages: ['pegasus'], kind: 'api', port: 9090 }, { name: 'luvit', packages: ['luvit', 'weblit'], kind: 'web', port: 8080 }],
  },
  {
    language: 'cobol', extensions: /\.(cob|cbl)$/i, runtime: 'gnucobol', manager: 'none', manifest: /\.(cob|cbl)$/i, basename: true, install: null, build: 'cobc -x -o %n %m', start: './%n', dependency: /(?!)/g, frameworks: [],
  },
  {
    language: 'shell', extensions: /\.(sh|bash)$/, runtime: 'bash', manager: 'none', manifest: /^(?:start|server)\.sh$/, install: null, build: null, start: 'bash %m', dependency: /(?!)/g, ports: /\bLISTEN:(\d{2,5})|\bn(?:c|cat|etcat)\s(?:[^\n|;]*?\s)?-\w*l\w*\s+(?:-p\s+)?(\d{2,5})/g, frameworks: [],
  },
];
