import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const gradle = (dependency: string): string => `plugins { id("application") }\ndependencies { implementation("${dependency}:1.0") }\napplication { mainClass = "A" }\n`;
const java = 'public class A { public static void main(String[] args) { B.start(); } }\n';
const cmake = 'project(shop)\nadd_executable(shop main.cpp)\n';
const php = (name: string) => ({ 'composer.json': { require: { [name]: '1' } }, 'public/index.php': '<?php' });

/** The least project of a framework as its own manual begins one: what must be said is its name, kind, port and start. */
const rows: [name: string, files: Files, framework: string | null, kind: string, port: number | null, start: string | null][] = [
  ['hapi', { 'package.json': { main: 'index.js', dependencies: { '@hapi/hapi': '21' } }, 'index.js': 'const Hapi = require("@hapi/hapi");\nconst server = Hapi.server({ port: 3030, host: "localhost" });\nserver.start();\n' }, 'hapi', 'api', 3030, 'node index.js'],
  ['bolt over HTTP', { 'package.json': { scripts: { start: 'node app.js' }, dependencies: { '@slack/bolt': '3' } }, 'app.js': 'const { App } = require("@slack/bolt");\nconst app = new App({});\n(async () => { await app.start(process.env.PORT || 3100); })();\n' }, 'bolt', 'api', 3100, 'npm start'],
  ['what Bun serves by an export', { 'package.json': { scripts: { dev: 'bun run --hot src/index.ts' }, dependencies: { hono: '4' } }, 'bun.lock': '{}', 'src/index.ts': 'import { Hono } from "hono"\nconst app = new Hono()\nexport default { port: 3030, fetch: app.fetch }\n' }, 'hono', 'api', 3030, 'bun src/index.ts'],
  ['a server of Nitro among development tools', { 'package.json': { scripts: { build: 'nitro build' }, devDependencies: { nitropack: '2' } }, 'routes/index.ts': 'export default eventHandler(() => "x");\n' }, 'nitro', 'api', 3000, 'node .output/server/index.mjs'],
  ['hydrogen, which is made with Remix', { 'package.json': { scripts: { build: 'shopify hydrogen build' }, dependencies: { '@shopify/hydrogen': '2024', '@remix-run/react': '2' } }, 'app/root.jsx': '' }, 'hydrogen', 'web', 3000, 'npx shopify hydrogen preview'],
  ['express from npm with Deno', { 'deno.json': '{"imports":{"express":"npm:express@5"}}', 'main.ts': 'import express from "express";\nconst app = express();\napp.listen(8300);\n' }, 'express', 'api', 8300, 'deno run -A main.ts'],
  ['a bot with Deno', { 'deno.json': '{"imports":{"grammy":"https://deno.land/x/grammy@v1.20.3/mod.ts"}}', 'bot.ts': 'import { Bot } from "grammy";\nnew Bot(Deno.env.get("TOKEN")!).start();\n' }, 'grammy', 'worker', null, 'deno run -A bot.ts'],
  ['what Deno serves by its own command', { 'deno.json': '{"tasks":{"start":"deno serve -A --port 8888 server.ts"}}', 'server.ts': 'export default { fetch() { return new Response("x") } };\n' }, null, 'api', 8888, 'deno task start'],
  ['a clock of Deno', { 'deno.json': '{}', 'main.ts': 'Deno.cron("x", "*/10 * * * *", () => { console.log(1) });\n' }, null, 'cron', null, 'deno run -A main.ts'],
  ['a worker of Asynq', { 'go.mod': 'module x\n\ngo 1.22\n\nrequire github.com/hibiken/asynq v1.0.0\n', 'main.go': 'package main\n\nimport "github.com/hibiken/asynq"\n\nfunc main() {\n\tserver := asynq.NewServer(asynq.RedisClientOpt{Addr: "cache:6379"}, asynq.Config{Concurrency: 10})\n\tserver.Run(asynq.NewServeMux())\n}\n' }, null, 'worker', null, './bin/x'],
  ['a worker of Temporal', { 'go.mod': 'module x\n\ngo 1.22\n\nrequire go.temporal.io/sdk v1.0.0\n', 'main.go': 'package main\n\nimport "go.temporal.io/sdk/worker"\n\nfunc main() { worker.New(nil, "q", worker.Options{}).Run(worker.InterruptCh()) }\n' }, 'temporal', 'worker', null, './bin/x'],
  ['yew without a word of trunk', { 'Cargo.toml': '[package]\nname = "x"\n[dependencies]\nyew = { version = "0.21", features = ["csr"] }\n', 'index.html': '<!doctype html>', 'src/main.rs': 'fn main() {}' }, 'yew', 'static', null, null],
  ['serenity', { 'Cargo.toml': '[package]\nname = "x"\n[dependencies]\nserenity = "0.12"\n', 'src/main.rs': 'use serenity::prelude::*;\n#[tokio::main]\nasync fn main() { client.start().await; }' }, 'serenity', 'worker', null, './target/release/x'],
  ['clockwork', { Gemfile: 'gem "clockwork"\n', 'clock.rb': 'require "clockwork"\nmodule Clockwork\n  every(1.minute, "x") { }\nend\n' }, null, 'worker', null, 'bundle exec clockwork clock.rb'],
  ['karafka', { Gemfile: 'gem "karafka"\n', 'karafka.rb': 'class KarafkaApp < Karafka::App\nend\n', 'app/orders_consumer.rb': '' }, null, 'worker', null, 'bundle exec karafka server'],
  ['sidekiq without Rails', { Gemfile: 'gem "sidekiq"\n', 'worker.rb': 'require "sidekiq"\nclass Buy\n  include Sidekiq::Job\nend\n' }, null, 'worker', null, 'bundle exec sidekiq -r ./worker.rb'],
  ['camping', { Gemfile: 'gem "camping"\n', 'app.rb': 'require "camping"\nCamping.goes :Shop\n', 'views/index.erb': '' }, 'camping', 'web', 3301, 'bundle exec ruby app.rb'],
  ['nette', php('nette/application'), 'nette', 'web', 8000, null],
  ['kirby', php('getkirby/cms'), 'kirby', 'web', 8000, null],
  ['grav', php('getgrav/grav'), 'grav', 'web', 8000, null],
  ['shopware', php('shopware/core'), 'shopware', 'web', 8000, null],
  ['thinkphp', php('topthink/framework'), 'thinkphp', 'web', 8000, null],
  ['tempest', php('tempest/framework'), 'tempest', 'web', 8000, null],
  ['fatfree', php('bcosca/fatfree-core'), 'fatfree', 'web', 8000, null],
  ['activej', { 'build.gradle.kts': gradle('io.activej:activej-launchers-http'), 'src/main/java/A.java': java }, 'activej', 'api', 8080, null],
  ['solon', { 'build.gradle.kts': gradle('org.noear:solon-web'), 'src/main/java/A.java': java }, 'solon', 'api', 8080, null],
  ['caliban', { 'build.sbt': 'name := "shop"\nscalaVersion := "3.3.1"\nlibraryDependencies += "com.github.ghostdogpr" %% "caliban-quick" % "2.9"\n', 'src/main/scala/A.scala': 'object A extends ZIOAppDefault { def run = api.runServer(apiPath = "/graphql") }\n' }, 'caliban', 'api', 8080, 'sbt run'],
  ['relic', { 'pubspec.yaml': 'name: shop\ndependencies:\n  relic: ^1.0.0\n', 'bin/main.dart': 'void main() async { await RelicApp().serve(port: 8090); }' }, 'relic', 'api', 8090, 'dart run bin/main.dart'],
  ['conduit', { 'pubspec.yaml': 'name: shop\ndependencies:\n  conduit_core: ^5.0.0\n', 'bin/main.dart': 'void main() async { await Application<Shop>().start(); }' }, 'conduit', 'api', 8888, 'dart run bin/main.dart'],
  ['angel', { 'pubspec.yaml': 'name: shop\ndependencies:\n  angel3_framework: ^8.0.0\n', 'bin/main.dart': 'void main() async { await AngelHttp(Angel()).startServer(); }' }, 'angel', 'api', 3000, 'dart run bin/main.dart'],
  ['dash in Julia', { 'Project.toml': '[deps]\nDash = "1b08a953-4be3-4667-9a23-3db579824955"\n', 'app.jl': 'using Dash\nrun_server(dash(), "0.0.0.0")\n' }, 'dash', 'web', 8050, 'julia --project=. app.jl'],
  ['servant in a file that the manifest names', { 'shop.cabal': 'executable shop\n  main-is: example.hs\n  build-depends: base, servant-server\n', 'example.hs': 'main :: IO ()\nmain = run 8087 app\n' }, 'servant', 'api', 8087, 'cabal run shop'],
  ['dream in a file that the build names', { 'dune-project': '(lang dune 3.0)\n(package (name shop) (depends dream))\n', dune: '(executable\n (name hello)\n (libraries dream))\n', 'hello.ml': 'let () = Dream.run handler\n' }, 'dream', 'web', 8080, './_build/default/hello.exe'],
  ['a server of Crystal without a framework', { 'shard.yml': 'name: shop\ntargets:\n  shop:\n    main: src/shop.cr\n', 'src/shop.cr': 'require "http/server"\nserver = HTTP::Server.new { |context| context.response.print "x" }\nserver.listen("0.0.0.0", 8082)\n' }, null, 'api', 8082, './bin/shop'],
  ['cowboy without a version', { 'rebar.config': '{deps, [cowboy, jsx]}.\n{relx, [{release, {shop, "1"}, [shop]}]}.\n', 'src/shop.erl': 'cowboy:start_clear(l, [{port, 8085}], #{}).\n' }, 'cowboy', 'api', 8085, null],
  ['what Bun runs and another manager installs', { 'package.json': { scripts: { dev: 'bun run --watch src/index.ts' }, dependencies: { elysia: '1' } }, 'pnpm-lock.yaml': '', 'src/index.ts': 'import { Elysia } from "elysia"\nnew Elysia().get("/", () => "x").listen(3200)\n' }, 'elysia', 'api', 3200, 'bun src/index.ts'],
  ['giraffe in lower case', { 'shop.fsproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="giraffe" Version="6"/></ItemGroup></Project>', 'Program.fs': 'open Giraffe\n' }, 'giraffe', 'api', 5000, null],
  ['kemal without targets', { 'shard.yml': 'name: shop\ndependencies:\n  kemal:\n    github: kemalcr/kemal\n', 'src/shop.cr': 'require "kemal"\n\nget "/" do\n  "x"\nend\n\nKemal.run\n' }, 'kemal', 'api', 3000, './shop'],
  ['axum with a default that a function says', { 'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\naxum = "0.7"\nenvy = "0.4"\nserde = "1"\n', 'src/main.rs': '#[derive(Deserialize)]\nstruct Env {\n  #[serde(default = "default_port")]\n  port: u16,\n}\nfn default_port() -> u16 { 8091 }\n#[tokio::main]\nasync fn main() { axum::serve(listener(envy::from_env::<Env>().unwrap().port), app).await; }\n' }, 'axum', 'api', 8091, './target/release/shop'],
  ['rocket with a port that may not be there, or may be no number', { 'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\nrocket = "0.5"\n', 'src/main.rs': '#[launch]\nfn rocket() -> _ {\n  let port: u16 = std::env::var("PORT").ok().and_then(|s| s.parse().ok()).unwrap_or(9001);\n  rocket::custom(rocket::Config::figment().merge(("port", port)))\n}\n' }, 'rocket', 'api', 9001, './target/release/shop'],
  ['compojure with a port among all variables', { 'project.clj': '(defproject shop "1.0" :dependencies [[compojure "1.7"] [ring/ring-jetty-adapter "1.9"]] :main shop.web)', 'src/shop/web.clj': '(ns shop.web)\n(defn -main []\n  (def port (get (System/getenv) "PORT" 5005))\n  (run-jetty app {:port (Integer. port)}))\n' }, 'compojure', 'api', 5005, null],
  ['jetty with a variable for its port', { 'build.gradle.kts': gradle('org.eclipse.jetty:jetty-servlet'), 'src/main/java/A.java': 'import org.eclipse.jetty.server.Server;\npublic class A { public static void main(String[] args) throws Exception {\n  String given = System.getenv("PORT");\n  int port = 5006;\n  if (given != null) { port = Integer.valueOf(given); }\n  Server server = new Server(port);\n  server.start();\n} }\n' }, 'jetty', 'api', 5006, null],
  ['ktor in a jar of Shadow that is called without a version', { 'build.gradle': 'apply plugin: "com.github.johnrengelman.shadow"\nversion "1.0.0"\nmainClassName = "io.ktor.server.netty.EngineMain"\ndependencies { implementation "io.ktor:ktor-server-netty:1.6" }\nshadowJar {\n  archiveBaseName.set("shop")\n  archiveClassifier.set("")\n  archiveVersion.set("")\n}\n', 'src/A.kt': 'fun main(args: Array<String>): Unit = io.ktor.server.netty.EngineMain.main(args)\n', 'resources/application.conf': 'ktor { deployment { port = 8092 } }\n' }, 'ktor', 'api', 8092, 'java -jar build/libs/shop.jar'],
  ['lithium', { 'CMakeLists.txt': cmake, 'main.cpp': '#include <lithium_http_server.hh>\nint main() { li::http_api api; li::http_serve(api, 8080); }' }, 'lithium', 'api', 8080, './build/shop'],
];

describe('the least project of', () => {
  it.each(rows)('%s', async (_name, files, framework, kind, port, start) => {
    const { services } = await planOf(files);
    expect(services.map((service) => [service.framework, service.kind, service.ports[0]?.port ?? null])).toEqual([[framework, kind, port]]);
    if (start !== null) expect(services[0]!.start).toBe(start);
  });
});
