import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const rust = (dependency: string): Files => ({ 'Cargo.toml': `[package]\nname = "shop"\n[dependencies]\n${dependency} = "0"\n`, 'src/main.rs': 'fn main() { serve(config) }' });

describe('ports in files of settings', () => {
  it.each<[string, Files, number]>([
    ['among the resources', { ...rust('actix-web'), 'resources/config.prod.toml': '[server]\nhost = "0.0.0.0"\nport = 8001\n\n[database]\nport = 5432\n' }, 8001],
    ['called after the program', { ...rust('axum'), 'shop.toml': '[server]\nbind_addr = "localhost:8002"\n[redis]\nurl = "redis://localhost:6379"\n' }, 8002],
    ['for each way of running it', { ...rust('rocket'), 'Rocket.toml': '[debug]\nport = 1337\n[production]\nport = 1337\n' }, 1337],
    ['beside the program of a module', { 'go.mod': 'module a/shop\n', 'cmd/shop/main.go': 'package main\nimport "a/shop/internal/api"\nfunc main() { api.Run() }', 'internal/api/api.go': 'package api\nimport "github.com/labstack/echo/v4"\nfunc Run() { echo.New() }', 'cmd/shop/configs/config-prod.yml': 'Server:\n  Port: 81\n' }, 81],
    ['under a name of the app\'s own that its code asks for', { ...rust('rocket'), 'src/main.rs': 'fn main() { rocket::build().configure(rocket::Config { port: settings.place.port, ..Default::default() }) }', 'app-local.yml': 'place:\n  port: 8003\nqueue:\n  port: 5672\n' }, 8003],
    ['in the sample of one that everybody writes for themselves', { 'pom.xml': '<project><artifactId>shop</artifactId><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>', 'src/main/java/App.java': '@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }\n', 'src/main/resources/application.yml.example': 'server:\n  port: 8009\n' }, 8009],
    ['under a key that code gives whole', { 'pom.xml': '<project><artifactId>shop</artifactId><dependencies><dependency><groupId>io.vertx</groupId><artifactId>vertx-web</artifactId></dependency></dependencies><build><plugins><plugin><groupId>io.reactiverse</groupId><artifactId>vertx-maven-plugin</artifactId></plugin></plugins></build></project>', 'src/main/java/Shop.java': 'class Shop extends AbstractVerticle { public void start() { vertx.createHttpServer().listen(config().getInteger("shop.http.port")); } }', 'config/local.json': { 'shop.http.port': 8004, 'bills.http.port': 8005 } }, 8004],
    ['of Beego behind a variable', { 'go.mod': 'module shop\ngo 1.25\nrequire github.com/beego/beego/v2 v2.1.0\n', 'main.go': 'package main\nimport "github.com/beego/beego/v2/server/web"\nfunc main() { web.Run() }\n', 'conf/app.conf': 'httpport = "${PORT||8007}"\n' }, 8007],
    ...['env-example', '.env_sample', '.env-template'].map((name): [string, Files, number] => [`of a sample called ${name}`, { 'package.json': { dependencies: { express: '5' }, scripts: { start: 'node index.js' } }, 'index.js': "require('express')().listen(process.env.PORT);\n", [name]: 'PORT=8008\n' }, 8008]),
  ])('%s', async (_, files, port) => {
    const plan = await planOf(files);
    expect(plan.services[0]?.ports.map((one) => one.port)).toEqual([port]);
  });

  it('are those of the app, not of its tests and errands', async () => {
    const plan = await planOf({ 'shard.yml': 'name: shop\ndependencies:\n  kemal:\n    github: kemalcr/kemal\ntargets:\n  shop:\n    main: shop.cr\n', 'shop.cr': 'require "kemal"\nKemal.config.port = ENV["PORT"]?.try(&.to_i) || 4000\nKemal.run', '.env.test': 'PORT=4001\n', 'scripts/benchmark.cr': 'server.listen(4001)\n' });
    expect(plan.services[0]).toMatchObject({ ports: [{ port: 4000 }], readsPort: true });
  });
});

it('reads the variables that the settings of Beego name', async () => {
  const plan = await planOf({ 'go.mod': 'module shop\ngo 1.25\nrequire github.com/beego/beego/v2 v2.1.0\n', 'main.go': 'package main\nimport "github.com/beego/beego/v2/server/web"\nfunc main() { web.Run() }\n', 'conf/app.conf': 'appname = shop\nhttpport = "${SHOP_PORT||8005}"\n' });
  expect(plan.services[0]).toMatchObject({ framework: 'beego', env: [{ name: 'SHOP_PORT', default: '8005', required: false }] });
});
