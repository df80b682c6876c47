import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const fixtures: [name: string, files: Files, expected: object][] = [
  ['an umbrella of Elixir', { 'mix.exs': 'def project, do: [apps_path: "apps", elixir: "~> 1.15"]', 'apps/shop/mix.exs': 'app: :shop, mod: {Shop, []}\n{:ecto_sql, "~> 3"}', 'apps/shop/lib/shop.ex': '', 'apps/shop_web/mix.exs': 'app: :shop_web, mod: {Web, []}\n{:phoenix, "~> 1.7"}', 'apps/shop_web/lib/web.ex': '' }, { path: '.', framework: 'phoenix', runtime: { version: '1.15' }, start: 'MIX_ENV=prod mix phx.server', ports: [{ port: 4000 }] }],
  ['cowboy', { 'rebar.config': '{deps, [{cowboy, "2.10.0"}]}.\n{relx, [{release, {shop, "0.1"}, [shop]}]}.', 'src/shop.erl': 'cowboy:start_clear(l, [{port, 8085}], #{}).' }, { language: 'erlang', framework: 'cowboy', start: '_build/prod/rel/shop/bin/shop foreground', ports: [{ port: 8085 }] }],
  ['play', { 'build.sbt': 'name := "My Shop"\nscalaVersion := "2.13.12"\nenablePlugins(PlayScala)', 'project/plugins.sbt': 'addSbtPlugin("org.playframework" % "sbt-plugin" % "3.0.1")', 'app/A.scala': 'class A', 'conf/application.conf': 'play.server.http.port = ${?PORT}\n', '.java-version': '17' }, { language: 'scala', framework: 'play', packageManager: 'sbt', start: 'target/universal/stage/bin/my-shop', runtime: { name: 'java', version: '17' }, ports: [{ port: 9000 }], readsPort: true }],
  ['http4s in an assembly', { 'build.sbt': 'name := "shop"\nversion := "0.3"\nscalaVersion := "2.13.12"\nlibraryDependencies += "org.http4s" %% "http4s-ember-server" % "0.23"', 'project/plugins.sbt': 'addSbtPlugin("com.eed3si9n" % "sbt-assembly" % "2.1")', 'src/main/scala/A.scala': 'object A extends IOApp { val p = port"8081" }' }, { framework: 'http4s', build: 'sbt assembly', start: 'java -jar target/scala-2.13/shop-assembly-0.3.jar' }],
  ['Leiningen', { 'project.clj': '(defproject shop "1.0"\n :dependencies [[compojure "1.7"] [ring/ring-jetty-adapter "1.9"]]\n :main shop.core)', 'src/shop/core.clj': '(defn -main [] (run-jetty app {:port (Integer. (or (System/getenv "PORT") "3001"))}))' }, { language: 'clojure', framework: 'compojure', packageManager: 'lein', start: 'java -jar target/shop-1.0-standalone.jar', ports: [{ port: 3001 }], readsPort: true }],
  ['the Clojure CLI', { 'deps.edn': '{:deps {io.pedestal/pedestal.jetty {:mvn/version "0.6"}} :aliases {:run {:main-opts ["-m" "shop.main"]}}}', 'src/shop/main.clj': '(defn -main [])' }, { framework: 'pedestal', start: 'clojure -M:run' }],
  ['shelf', { 'pubspec.yaml': 'name: shop\nenvironment:\n  sdk: ^3.4.0\ndependencies:\n  shelf: ^1.4.0\n', 'bin/server.dart': "void main() async { final port = int.parse(Platform.environment['PORT'] ?? '8082'); await serve(app, ip, port); }" }, { language: 'dart', framework: 'shelf', runtime: { version: '3.4.0' }, ports: [{ port: 8082 }] }],
  ['kemal', { 'shard.yml': 'name: shop\ncrystal: ">= 1.9.2"\ntargets:\n  shop:\n    main: src/shop.cr\ndependencies:\n  kemal:\n    github: kemalcr/kemal\n', 'src/shop.cr': 'require "kemal"\nKemal.config.port = 3009\nKemal.run' }, { framework: 'kemal', runtime: { version: '1.9.2' }, start: './bin/shop', ports: [{ port: 3009 }] }],
  ['scotty with stack', { 'stack.yaml': 'resolver: lts-21.25\n', 'package.yaml': 'name: shop\nexecutables:\n  shop-exe:\n    main: Main.hs\ndependencies:\n- base\n- scotty\n', 'app/Main.hs': 'main :: IO ()\nmain = scotty 3008 routes' }, { language: 'haskell', packageManager: 'stack', framework: 'scotty', runtime: { name: 'ghc', version: '9.4' }, start: 'stack exec shop-exe', ports: [{ port: 3008 }] }],
  ['servant with cabal', { 'shop.cabal': 'executable shop\n  main-is: Main.hs\n  build-depends: base, servant-server >= 0.19\n', 'app/Main.hs': 'main = run 8087 app' }, { packageManager: 'cabal', framework: 'servant', start: 'cabal run shop', ports: [{ port: 8087 }] }],
  ['dream', { 'dune-project': '(lang dune 3.0)\n(name shop)\n(package (name shop) (depends dream))', 'bin/main.ml': 'let () = Dream.run ~port:8088 handler' }, { language: 'ocaml', framework: 'dream', packageManager: 'opam', start: './_build/default/bin/main.exe', ports: [{ port: 8088 }] }],
  ['jester', { 'shop.nimble': 'bin = @["shop"]\nrequires "nim >= 1.6.0"\nrequires "jester"\n', 'src/shop.nim': 'settings: port = Port(5001)' }, { language: 'nim', framework: 'jester', runtime: { version: '1.6.0' }, start: './shop', ports: [{ port: 5001 }] }],
  ['plumber', { 'plumber.R': 'library(plumber)\n#* @get /\nfunction() {}', 'renv.lock': '{\n  "R": {\n    "Version": "4.3.1"\n  }\n}' }, { language: 'r', framework: 'plumber', packageManager: 'renv', runtime: { version: '4.3.1' }, ports: [{ port: 8000 }] }],
  ['genie', { 'Project.toml': '[deps]\nGenie = "c43c736e-a2d1-11e8-161f-af95117fbd1e"\n[compat]\njulia = "1.9"\n', 'main.jl': 'using Genie\nup(8002)' }, { language: 'julia', framework: 'genie', runtime: { version: '1.9' }, start: 'julia --project=. main.jl', ports: [{ port: 8002 }] }],
  ['mojolicious', { cpanfile: "requires 'Mojolicious', '>= 9.0';\nrequires 'perl', '5.036';", 'app.pl': 'use Mojolicious::Lite;\napp->start;' }, { language: 'perl', framework: 'mojolicious', packageManager: 'cpanm', start: 'perl app.pl daemon', ports: [{ port: 3000 }] }],
  ['crow with CMake', { 'CMakeLists.txt': 'project(shop)\nadd_executable(${PROJECT_NAME} main.cpp)\nfind_package(Crow)', 'main.cpp': '#include <crow.h>\nint main() { crow::SimpleApp app; app.port(18081).run(); }' }, { language: 'cpp', framework: 'crow', packageManager: 'cmake', start: './build/shop', ports: [{ port: 18081 }] }],
  ['cpp-httplib with Meson', { 'meson.build': "project('shop', 'cpp')\nexecutable('shop', 'main.cpp')", 'main.cpp': '#include "httplib.h"\nint main() { httplib::Server s; s.listen("0.0.0.0", 8084); }' }, { framework: 'cpp-httplib', packageManager: 'meson', start: './build/shop', ports: [{ port: 8084 }] }],
  ['a program of make', { Makefile: 'TARGET = hello\nall:\n\tcc -o $(TARGET) main.c\n', 'main.c': 'int main(void) { return 0; }' }, { language: 'c', packageManager: 'make', start: './hello' }],
  ['a start script', { 'start.sh': 'echo hello' }, { language: 'shell', start: 'bash start.sh' }],
  ['COBOL', { 'index.cbl': 'PROGRAM-ID. HELLO.' }, { language: 'cobol', build: 'cobc -x -o index index.cbl', start: './index' }],
];

describe('languages that a table is enough for, and those of the C and Java families', () => {
  it.each(fixtures)('read %s', async (_, files, expected) => {
    const plan = await planOf(files);
    expect(plan.services).toHaveLength(1);
    expect(plan.services[0]).toMatchObject(expected);
  });
});
