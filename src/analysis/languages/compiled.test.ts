import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const spring = (extra: string) => `<project><modelVersion>4.0.0</modelVersion><parent><artifactId>spring-boot-starter-parent</artifactId><version>3.4.0</version></parent>
<artifactId>shop</artifactId><version>1.2.0</version><properties><java.version>21</java.version></properties>
<dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>${extra}</dependencies>
<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>`;
const main = 'public class Shop { public static void main(String[] args) { SpringApplication.run(Shop.class, args); } }';

const fixtures: [name: string, files: Files, expected: object][] = [
  ['Go without a module', { 'main.go': 'package main\nimport "net/http"\nfunc main() {\n http.ListenAndServe(":8080", routes())\n}', 'routes.go': 'package main\nfunc routes() {}' }, { kind: 'api', build: 'go build -o bin/app main.go routes.go', start: './bin/app' }],
  ['net/http in Go', { 'go.mod': 'module example.com/greet\n\ngo 1.22\n', 'main.go': 'package main\nimport ("net/http"; "os")\nfunc main() {\n port := os.Getenv("PORT")\n if port == "" {\n  port = "8081"\n }\n http.HandleFunc("/healthz", ok)\n http.ListenAndServe(":"+port, nil)\n}' }, { kind: 'api', language: 'go', install: null, build: 'go build -o bin/greet .', start: './bin/greet', runtime: { name: 'go', version: '1.22' }, ports: [{ port: 8081 }], readsPort: true, health: { path: '/healthz' } }],
  ['a page of Go beside its program', { 'go.mod': 'module a/b\ngo 1.21\n', 'main.go': 'package main\nimport ("html/template"; "net/http")\nfunc main() {\n template.ParseFiles("index.html")\n http.ListenAndServe(":8080", nil)\n}', 'index.html': '<p>' }, { kind: 'web' }],
  ['gin', { 'go.mod': 'module a/b\ngo 1.21\nrequire github.com/gin-gonic/gin v1.9.1', 'go.sum': '', 'cmd/server/main.go': 'package main\nimport "github.com/gin-gonic/gin"\nfunc main() { r := gin.Default(); r.Run(":9090") }' }, { framework: 'gin', install: 'go mod download', build: 'go build -o bin/server ./cmd/server', start: './bin/server', ports: [{ port: 9090 }] }],
  ['axum', { 'Cargo.toml': '[package]\nname = "api"\nversion = "0.1.0"\n[dependencies]\naxum = "0.8"\nsqlx = { version = "0.8", features = ["postgres"] }\n', 'rust-toolchain.toml': '[toolchain]\nchannel = "1.80.1"\n', 'src/main.rs': 'fn main() { let url = std::env::var("DATABASE_URL").expect("x"); let l = TcpListener::bind("0.0.0.0:3005"); }' }, { language: 'rust', framework: 'axum', build: 'cargo build --release', start: './target/release/api', runtime: { version: '1.80.1' }, ports: [{ port: 3005 }], stores: [{ kind: 'postgresql', envVars: ['DATABASE_URL'] }] }],
  ['a program of Go with a subcommand and an option', { 'go.mod': 'module a/shop\ngo 1.25.0\n', 'main.go': 'package main\nimport "a/shop/cmd"\nfunc main() { cmd.Execute() }', 'cmd/serve.go': 'package cmd\nimport ("net/http"; "github.com/spf13/cobra")\nvar serve = &cobra.Command{Use: "serve", Run: func() { http.ListenAndServe(addr, nil) }}\nfunc init() { serve.Flags().StringVar(&addr, "addr", ":9100", "where") }' }, { kind: 'api', framework: null, start: './bin/shop serve', runtime: { version: '1.25.0' }, ports: [{ port: 9100 }] }],
  ['a configured program of Go', { 'go.mod': 'module a/shop\n', 'main.go': 'package main\nimport "github.com/labstack/echo/v4"\nfunc main() { e := echo.New(); e.Start(cfg.Addr) }', 'config/config.yaml': 'database:\n  port: 5432\nserver:\n  port: 8123\n' }, { framework: 'echo', ports: [{ port: 8123 }] }],
  ['gRPC in Go', { 'go.mod': 'module a/shop\n', 'main.go': 'package main\nimport ("net"; "google.golang.org/grpc")\nfunc main() { l, _ := net.Listen("tcp", ":50055"); grpc.NewServer().Serve(l) }' }, { kind: 'api', framework: 'grpc', ports: [{ port: 50055, protocol: 'grpc' }] }],
  ['a program of Cargo with the arguments that its authors tell', { 'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\naxum = "0.8"\n', 'src/main.rs': 'fn main() { axum::serve(l, app) }', 'README.md': '```\ncargo run -- admin create\ncargo run --release -- server start\n```\n' }, { start: './target/release/shop server start' }],
  ['a workspace of Cargo', { 'Cargo.toml': '[workspace]\nmembers = ["app", "core"]\n[workspace.package]\nrust-version = "1.75"\n[workspace.dependencies]\nactix-web = "4"\n', 'app/Cargo.toml': '[package]\nname = "app"\nrust-version.workspace = true\n[dependencies]\ncore = { path = "../core" }\n', 'app/src/main.rs': 'fn main() { HttpServer::new(f).bind((Ipv4Addr::new(0, 0, 0, 0), 8099)) }', 'core/Cargo.toml': '[package]\nname = "core"\n[dependencies]\nactix-web.workspace = true\n', 'core/src/lib.rs': 'fn key() { std::env::var("CORE_KEY"); }' }, { path: 'app', framework: 'actix-web', runtime: { version: '1.75' }, start: '../target/release/app', ports: [{ port: 8099 }], env: [{ name: 'CORE_KEY' }] }],
  ['pages of yew', { 'Cargo.toml': '[package]\nname = "pages"\n[dependencies]\nyew = { version = "0.21", features = ["csr"] }\n', 'Trunk.toml': '', 'index.html': '<link data-trunk rel="rust" />', 'src/main.rs': 'fn main() { yew::Renderer::<App>::new().render(); }' }, { kind: 'static', framework: 'yew', build: 'trunk build --release', staticDir: 'dist' }],
  ['spring boot with Maven', { 'pom.xml': spring('<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>'), mvnw: '', 'src/main/java/Shop.java': main, 'src/main/resources/application.properties': 'server.port=${PORT:8085}\nspring.datasource.url=${JDBC_URL:jdbc:postgresql://localhost/shop}\n' }, { language: 'java', framework: 'spring-boot', packageManager: 'maven', build: './mvnw -DskipTests package', start: 'java -jar target/shop-1.2.0.jar', runtime: { name: 'java', version: '21' }, ports: [{ port: 8085 }], readsPort: true, stores: [{ kind: 'postgresql' }] }],
  ['spring boot with Gradle', { 'build.gradle': "plugins { id 'org.springframework.boot' version '3.4.0' }\nversion = '0.2'\njava { toolchain { languageVersion = JavaLanguageVersion.of(17) } }\ndependencies { implementation 'org.springframework.boot:spring-boot-starter-web' }", 'settings.gradle': "rootProject.name = 'shop'", gradlew: '', 'src/main/java/Shop.java': main, 'src/main/resources/application.yml': 'server:\n  port: 8086\n' }, { packageManager: 'gradle', build: './gradlew bootJar -x test', start: 'java -jar build/libs/shop-0.2.jar', runtime: { version: '17' }, ports: [{ port: 8086 }] }],
  ['quarkus', { 'pom.xml': '<project><artifactId>q</artifactId><version>1</version><dependencies><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-rest</artifactId></dependency></dependencies><build><plugins><plugin><artifactId>quarkus-maven-plugin</artifactId></plugin></plugins></build></project>', 'src/main/java/A.java': '@Path("/hello") public class A {}' }, { framework: 'quarkus', start: 'java -jar target/quarkus-app/quarkus-run.jar', ports: [{ port: 8080 }] }],
  ['ktor', { 'build.gradle.kts': 'plugins { id("io.ktor.plugin") version "3.0" }\ndependencies { implementation("io.ktor:ktor-server-netty:3.0") }', 'settings.gradle.kts': 'rootProject.name = "k"', 'src/main/kotlin/A.kt': 'fun main() { embeddedServer(Netty, port = 8088) {}.start(wait = true) }' }, { language: 'kotlin', framework: 'ktor', ports: [{ port: 8088 }] }],
  ['asp.net core', { 'Shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>', 'Program.cs': 'var app = builder.Build();\napp.MapGet("/", () => "hi");\napp.Run("http://0.0.0.0:5123");' }, { language: 'csharp', framework: 'aspnetcore', build: 'dotnet publish -c Release -o out', start: 'dotnet out/Shop.dll', runtime: { name: 'dotnet', version: '8.0' }, ports: [{ port: 5123 }] }],
  ['phoenix', { 'mix.exs': 'defp deps do\n [{:phoenix, "~> 1.7"}, {:postgrex, ">= 0.0.0"}]\nend\napp: :shop\nmod: {Shop, []}', 'config/runtime.exs': 'port = String.to_integer(System.get_env("PORT") || "4000")\nurl = System.get_env("DATABASE_URL") || raise """\nmissing\n"""\n', 'priv/repo/migrations/1.exs': 'x' }, { language: 'elixir', framework: 'phoenix', start: 'MIX_ENV=prod mix phx.server', release: 'MIX_ENV=prod mix ecto.migrate', readsPort: true, ports: [{ port: 4000 }], stores: [{ kind: 'postgresql', envVars: ['DATABASE_URL'] }] }],
  ['vapor', { 'Package.swift': 'let package = Package(name: "hi", dependencies: [.package(url: "https://github.com/vapor/vapor.git", from: "4.0.0")], targets: [.executableTarget(name: "App")])', 'Sources/App/main.swift': 'let app = Application()' }, { language: 'swift', framework: 'vapor', start: './.build/release/App serve --env production --hostname 0.0.0.0 --port 8080', ports: [{ port: 8080 }] }],
];

describe('compiled languages', () => {
  it.each(fixtures)('reads %s', async (_, files, expected) => {
    const plan = await planOf(files);
    expect(plan.services).toHaveLength(1);
    expect(plan.services[0]).toMatchObject(expected);
  });

  it('takes the modules of a Maven project that make a program', async () => {
    const plan = await planOf({
      'pom.xml': '<project><artifactId>all</artifactId><packaging>pom</packaging><modules><module>core</module><module>web</module></modules></project>',
      'core/pom.xml': '<project><artifactId>core</artifactId></project>', 'core/src/main/java/Core.java': 'class Core {}',
      'web/pom.xml': spring(''), 'web/src/main/java/Shop.java': main,
    });
    expect(plan.services.map(({ path }) => path)).toEqual(['web']);
  });

  it('calls a program of Go after its module where its own name could be anybody’s', async () => {
    const program = (path: string) => ({ [`${path}/main.go`]: 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":80", nil) }' });
    const plan = await planOf({ 'go.work': 'go 1.25\n', 'orders/go.mod': 'module orders\n', ...program('orders/cmd/api'), 'mail/go.mod': 'module mail\n', ...program('mail/cmd/web'), ...program('mail/cmd/worker') });
    expect(plan.services.map(({ name }) => name).sort()).toEqual(['mail-web', 'mail-worker', 'orders']);
  });

  it('takes the programs of a Go module that serve, and no tools', async () => {
    const serve = 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":80%", nil) }';
    const plan = await planOf({ 'go.mod': 'module x\n', 'cmd/api/main.go': serve.replace('%', '81'), 'cmd/admin/main.go': serve.replace('%', '82'), 'tools/gen/main.go': 'package main\nfunc main() {}' });
    expect(plan.services.map(({ name, ports }) => [name, ports[0]?.port])).toEqual([['admin', 8082], ['api', 8081]]);
  });

  it('takes one whose framework opens the port that its settings say beside one that listens', async () => {
    const files = {
      'go.mod': 'module a.test/shop\n', 'gate/main.go': 'package main\nimport "a.test/shop/gate/server"\nfunc main() { server.Start() }', 'gate/server/server.go': 'package server\nimport "github.com/gin-gonic/gin"\nfunc Start() {\n  router := gin.Default()\n  router.Run(settings().Port)\n}\n',
      'dish/main.go': 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":8081", nil) }',
    };
    expect((await planOf(files)).services.map(({ name }) => name).sort()).toEqual(['dish', 'gate']);
  });

  it('takes no program that shares the code of one that listens, and does not listen', async () => {
    const routes = 'package routes\nimport "github.com/gin-gonic/gin"\nfunc Make() *gin.Engine { return gin.Default() }';
    const plan = await planOf({ 'go.mod': 'module x\nrequire github.com/gin-gonic/gin v1.9.1\n', 'routes/routes.go': routes, 'cmd/shop/main.go': 'package main\nimport ("net/http"; "x/routes")\nfunc main() { http.ListenAndServe(":8081", routes.Make()) }', 'cmd/first-admin/main.go': 'package main\nimport "x/routes"\nfunc main() { routes.Make() }' });
    expect(plan.services.map(({ name, kind }) => [name, kind])).toEqual([['shop', 'api']]);
  });

  it('gives each program of a Go module what it links and speaks of, of packages that all of them import', async () => {
    const program = (make: string) => `package main\nimport ("net/http"; "a/shop/internal/open")\nfunc main() { open.${make}(); http.ListenAndServe(":80", nil) }`;
    const plan = await planOf({
      'go.mod': 'module a/shop\nrequire (\n\tgithub.com/jackc/pgx/v5 v5.0.0\n\tgithub.com/redis/go-redis/v9 v9.0.0\n)\n', 'cmd/orders/main.go': program('NewDatabase'), 'cmd/mails/main.go': program('NewCache'),
      'internal/open/database.go': 'package open\nimport "github.com/jackc/pgx/v5"\nfunc NewDatabase() any { return pgx.Connect }\n', 'internal/open/cache.go': 'package open\nimport "github.com/redis/go-redis/v9"\ntype Cache struct {}\nfunc NewCache() *Cache { return nil }\n',
      'internal/open/more.go': 'package open\nfunc (c *Cache) NewDatabaseless() {}\n', 'db/migrations/001.sql': 'CREATE TABLE a (id BIGSERIAL PRIMARY KEY, at TIMESTAMPTZ, data JSONB);\n',
    });
    expect(plan.services.map(({ name, stores }) => [name, ...stores.map(({ kind }) => kind)])).toEqual([['mails', 'redis'], ['orders', 'postgresql']]);
  });
});

describe('ports of Clojure', () => {
  it('are not those that only its developers connect to', async () => {
    const plan = await planOf({ 'project.clj': '(defproject shop "1.0"\n  :dependencies [[compojure "1.7.0"] [ring "1.12.0"]]\n  :plugins [[lein-ring "0.12.6"]]\n  :ring {:handler shop.core/app\n         :nrepl {:start? true\n                 :port 8081}})\n', 'src/shop/core.clj': '(ns shop.core)\n(def app identity)\n' });
    expect(plan.services[0]!.ports).toMatchObject([{ port: 3000 }]);
  });

  it('are what a quoted variable of aero falls back to', async () => {
    const plan = await planOf({ 'deps.edn': '{:paths ["src" "resources"] :deps {http-kit/http-kit {:mvn/version "2.8.0"}} :aliases {:run {:main-opts ["-m" "shop.core"]}}}', 'resources/config.edn': '{:http/server {:port #or [#env "HTTP_PORT" 8070]}}', 'src/shop/core.clj': '(ns shop.core)\n(defn -main [])\n' });
    expect(plan.services[0]!.ports).toMatchObject([{ port: 8070 }]);
  });
});

describe('a build of CMake with several programs', () => {
  const server = (port: number) => `#include <grpcpp/grpcpp.h>\nint main() {\n  grpc::ServerBuilder builder;\n  builder.AddListeningPort("0.0.0.0:${port}", credentials);\n  builder.RegisterService(&service);\n  auto server = builder.BuildAndStart();\n  server->Wait();\n}\n`;
  const client = '#include <grpcpp/grpcpp.h>\nint main() { auto channel = grpc::CreateChannel("localhost:50051", credentials); }\n';
  const names = async (files: Files) => (await planOf(files)).services.map(({ name, start, ports }) => `${name} ${start} ${ports[0]?.port}`);

  it('has a service for each that serves', async () => {
    const build = 'project(shop)\nset(SOURCES orders.pb.cc)\nadd_executable(ask src/ask_client.cpp ${SOURCES})\nadd_executable(orders src/orders.cpp ${SOURCES})\nadd_executable(bills\n  src/bills.cpp\n)\n';
    expect(await names({ 'CMakeLists.txt': build, 'src/ask_client.cpp': client, 'src/orders.cpp': server(50051), 'src/bills.cpp': server(50052) })).toEqual(['orders ./build/orders 50051', 'bills ./build/bills 50052']);
  });

  it('is one service where several servers of sockets name no ports of their own', async () => {
    const socket = '#include <sys/socket.h>\nint main(int argc, char** argv) {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  bind(fd, address, size);\n  listen(fd, 10);\n  while (1) { accept(fd, 0, 0); }\n}\n';
    expect(await names({ 'CMakeLists.txt': 'project(serve)\nadd_executable(one one.cpp)\nadd_executable(forked forked.cpp)\n', 'one.cpp': socket, 'forked.cpp': socket })).toHaveLength(1);
  });

  it('is started by the one that serves, whichever is named first', async () => {
    expect(await names({ 'CMakeLists.txt': 'project(shop)\nadd_executable(ask src/ask_client.cpp)\nadd_executable(orders src/orders.cpp)\n', 'src/ask_client.cpp': client, 'src/orders.cpp': server(50051) })).toEqual([expect.stringContaining('./build/orders')]);
  });
});

it('reads the programs of a build of Bazel', async () => {
  const plan = await planOf({ 'back/WORKSPACE': '', 'back/src/BUILD': 'cc_library(name = "store", srcs = ["store.cc"])\ncc_binary(\n    name = "shop",\n    srcs = ["shop.cc"],\n    deps = [":store"],\n)\n', 'back/src/store.cc': 'void keep() {}\n', 'back/src/shop.cc': '#include <grpcpp/grpcpp.h>\nint main() {\n  builder.AddListeningPort("0.0.0.0:9090", credentials);\n  builder.RegisterService(&service);\n  builder.BuildAndStart()->Wait();\n}\n' });
  expect(plan.services).toMatchObject([{ path: 'back', kind: 'api', language: 'cpp', packageManager: 'bazel', build: 'bazel build -c opt //...', start: './bazel-bin/src/shop', ports: [{ port: 9090 }] }]);
});
