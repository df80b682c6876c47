import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const node = (code: string, more: Files = {}): Files => ({ 'package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, 'a.js': `require('express')().listen(3000)\n${code}`, ...more });
const python = (code: string, more: Files = {}): Files => ({ 'requirements.txt': 'flask\nrequests\n', 'app.py': `import os, requests\nfrom flask import Flask\napp = Flask(__name__)\n${code}`, ...more });
const go = (code: string, more: Files = {}): Files => ({ 'go.mod': 'module acme.test/front\n', 'main.go': `package main\nimport ("net/http"; "fmt"; "os")\n${code}\nfunc main() { http.ListenAndServe(":9000", nil) }`, ...more });
const pom = (name: string, artifacts: readonly string[]) => `<project><artifactId>${name}</artifactId><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies>${['spring-boot-starter-web', ...artifacts].map((artifact) => `<dependency><groupId>org.springframework.cloud</groupId><artifactId>${artifact}</artifactId></dependency>`).join('')}</dependencies></project>`;
const spring = (name: string, code: string, settings = '', artifacts: readonly string[] = []): Files => ({
  'pom.xml': pom(name, artifacts), 'src/main/java/App.java': `${code.replace(/@SpringBootApplication.*/s, '')}@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }\n`,
  'src/main/resources/application.yml': `spring:\n  application:\n    name: ${name}\n${settings}`,
});
const placed = (services: Record<string, Files>): Files => Object.fromEntries(Object.entries(services).flatMap(([directory, files]) => Object.entries(files).map(([name, content]) => [directory === '.' ? name : `${directory}/${name}`, content])));
const calls = async (services: Record<string, Files>) => {
  const plan = await planOf(placed(services));
  const names = new Set<string>(plan.services.map(({ name }) => name));
  return plan.edges.filter(({ to }) => names.has(to)).map(({ from, to, protocol, envVar }) => `${from} → ${to} ${protocol}${envVar === null ? '' : ` ${envVar}`}`).sort();
};

describe('calls', () => {
  const orders = node('');
  it.each<[string, Files, string]>([
    ['joined with +', node("fetch(process.env.ORDERS_HOST + ':3000/orders')"), 'front → orders http ORDERS_HOST'],
    ['in a template', node("const base = process.env.UPSTREAM ?? 'http://orders:3000'\naxios.get(`${base}/orders/${id}`)"), 'front → orders http UPSTREAM'],
    ['from a constant of another file', node("const { base } = require('./hosts'); got(base + '/x')", { 'hosts.js': "exports.base = 'http://orders.shop.svc.cluster.local'" }), 'front → orders http'],
    ['in an f-string', python("HOST = os.environ.get('BACKEND', 'orders:8000')\nrequests.get(f'http://{HOST}/orders')"), 'front → orders http BACKEND'],
    ['with %', python("ORDERS = 'orders'\nrequests.get('http://%s:8000/orders' % ORDERS)"), 'front → orders http'],
    ['with format', python("requests.get('http://{}:{}/x'.format(os.getenv('X_NAME', 'orders'), 80))"), 'front → orders http X_NAME'],
    ['by Sprintf', go('var host = os.Getenv("ORDERS_SERVICE_HOST")\nfunc x() { http.Get(fmt.Sprintf("http://%s:%s/orders", host, os.Getenv("ORDERS_SERVICE_PORT"))) }'), 'front → orders http ORDERS_SERVICE_HOST'],
    ['in a file of settings', { ...spring('front', 'import x;'), 'src/main/resources/application.properties': 'clients.sales.url=http://${ORDERS_HOST:orders}:8080/api' }, 'front → orders http ORDERS_HOST'],
    ['in the sample of a file of settings', { ...Object.fromEntries(Object.entries(spring('front', 'import x;')).filter(([name]) => !name.endsWith('.yml'))), 'src/main/resources/application.yml.example': 'server:\n  port: 8081\nclients:\n  sales:\n    url: http://orders:3000\n' }, 'front → orders http'],
    ['under a key in quotes', { ...spring('front', 'import x;'), 'src/main/resources/application.properties': 'quarkus.rest-client."sales.proxy".url=http://orders:3000\n' }, 'front → orders http'],
    ['given to a field', spring('front', 'class C { @Value("${sales.url}") private String url; void x() { restTemplate.getForObject(url + "/orders", String.class); } }', 'sales:\n  url: http://orders/api\n'), 'front → orders http'],
    ['of a proxy', node('', { 'nginx.conf': 'server {\n  location /api/ {\n    proxy_pass http://orders:3000/;\n  }\n}' }), 'front → orders http'],
  ])('are found by an address %s', async (_, front, expected) => {
    expect(await calls({ front, orders })).toEqual([expected]);
  });

  it('are found by a variable that says first that it is an address', async () => {
    expect(await calls({ front: node('const api = axios.create({ baseURL: process.env.URL_ORDERS_MS })'), orders })).toEqual(['front → orders http URL_ORDERS_MS']);
  });

  it('are found by the port of one that is called nearly as the host is, and of no other', async () => {
    const warehouse: Files = { 'package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, 'a.js': "require('express')().listen(5001)" };
    expect(await calls({ front: node("fetch('http://shop-warehose-ms:5001/x')"), warehouse })).toEqual(['front → warehouse http']);
    expect(await calls({ front: node("fetch('http://login:5001/x')"), warehouse })).toEqual([]);
  });

  it('are found by a host and a port of a gateway that stand beside each other', async () => {
    const routes = { Routes: [{ DownstreamScheme: 'http', DownstreamHostAndPorts: [{ Host: 'localhost', Port: 5001 }] }] };
    const stock: Files = { 'package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, 'a.js': "require('express')().listen(5001)" };
    expect(await calls({ front: node('', { 'ocelot.json': routes }), stock })).toEqual(['front → stock http']);
  });

  it('lead to whose directory has the name before who has it from a copied manifest', async () => {
    const named = (name: string): Files => ({ ...orders, 'package.json': { name, dependencies: { express: '4' }, scripts: { start: 'node a.js' } } });
    expect(await calls({ front: node('proxy({ target: process.env.POSTS_URL })'), posts: named('user'), auth: named('posts') })).toEqual(['front → posts http POSTS_URL']);
  });

  it('are not those of a proxy at the root of all services, nor of scripts beside a program', async () => {
    const proxy = 'server {\n  location /api/ {\n    proxy_pass http://orders:3000/;\n  }\n}';
    expect(await calls({ '.': python('', { 'nginx.conf': proxy }), orders })).toEqual([]);
    expect(await calls({ front: node('', { 'scripts/seed.js': "fetch('http://orders:3000/x')" }), orders })).toEqual([]);
  });

  it('are found by the name of a container that begins with that of the app, at no port', async () => {
    const proxy = 'server {\n  location /api/ {\n    proxy_pass http://shop_orders_service/;\n  }\n}';
    expect(await calls({ front: node('', { 'nginx.conf': proxy }), orders })).toEqual(['front → orders http']);
  });

  it('are not found by a field of settings that nothing but its class speaks of', async () => {
    const config = (more: string) => go(`type Config struct { OrdersServiceURL string \`envconfig:"ORDERS_SERVICE_URL"\` }\nfunc load() { var c Config; envconfig.Process("", &c)${more} }`);
    expect(await calls({ front: config(''), orders })).toEqual([]);
    expect(await calls({ front: config('; http.Get(c.OrdersServiceURL + "/x")'), orders })).toEqual(['front → orders http ORDERS_SERVICE_URL']);
  });

  it('are found in packages whose names speak of templates or tools', async () => {
    const front = { ...spring('front', 'import x;'), 'src/main/java/com/acme/template/Client.java': 'package com.acme.template;\nclass Client { void x() { new RestTemplate().getForObject("http://localhost:3000/orders", String.class); } }' };
    expect(await calls({ front, orders })).toEqual(['front → orders http']);
  });

  it('stay with each of several modules that were copied from one', async () => {
    const copied = (code: string) => ({ ...go(code), 'go.mod': 'module acme.test/base\n' });
    const asking = { ...copied('var _ = base.X'), 'main.go': 'package main\nimport ("net/http"; base "acme.test/base/shared")\nfunc main() { base.Call(); http.ListenAndServe(":9000", nil) }', 'shared/call.go': 'package shared\nimport "net/http"\nfunc Call() { http.Get("http://orders:3000/x") }' };
    const quiet = { ...asking, 'shared/call.go': 'package shared\nfunc Call() {}' };
    expect(await calls({ front: asking, back: quiet, orders })).toEqual(['front → orders http']);
    const within = { 'go.mod': 'module acme.test/base/back\n', 'main.go': asking['main.go'].replace('base/shared', 'base/back/shared'), 'shared/call.go': quiet['shared/call.go'] };
    expect(await calls({ front: asking, back: within, orders })).toEqual(['front → orders http']);
  });

  it.each<[string, Files]>([
    ['where the program itself listens', node("app.listen({ port: 1, host: process.env.SERVER_HOSTNAME ?? '127.0.0.1' })")],
    ['a constant that nobody uses', node("const ORDERS_URL = 'http://orders:3000'")],
    ['who may call', node("cors({ origin: ['http://orders:3000'] })")],
    ['a host of that name elsewhere', node("fetch('https://orders.example.com')")],
    ['where its documentation says that the API is', spring('front', 'import x;\n@OpenAPIDefinition(servers = @Server(url = "http://orders:3000/api"))\nclass D { OpenAPI a() { return new OpenAPI().addServersItem(new Server().url("http://orders:3000/api")); } }')],
    ['where the documentation of an API has people log in', spring('front', 'import x;\n@SecurityScheme(flows = @OAuthFlows(authorizationCode = @OAuthFlow(authorizationUrl = "http://orders:3000/login", tokenUrl = "http://orders:3000/token")))\nclass D {}')],
    ['where a client finds what was made for it', spring('front', 'class C { Object make(long id) { URI location = ServletUriComponentsBuilder.fromHttpUrl("http://orders:3000/orders/").query("id={id}").buildAndExpand(id).toUri(); return ResponseEntity.created(location).build(); } }\n')],
    ['a server of its own', python('server = make_server(host, port)')],
  ])('are not found by %s', async (_, front) => {
    expect(await calls({ front, orders })).toEqual([]);
  });

  it('are found by the name of a service', async () => {
    const shop = spring('shop', 'import org.springframework.cloud.openfeign.FeignClient;\n@FeignClient(name = "order-service")\ninterface Orders {}');
    const gate = spring('gate', 'import x;', '  cloud:\n    gateway:\n      routes:\n        - id: shop\n          uri: lb://shop\n          predicates:\n            - Path=/shop/**\nzuul:\n  routes:\n    order-service: /orders/**\n');
    expect(await calls({ shop, gate, 'order-service': spring('order-service', 'import x;') })).toEqual(['gate → order-service http', 'gate → shop http', 'shop → order-service http']);
  });

  it('lead to registries and configuration servers', async () => {
    const registry = spring('registry', 'import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;\n@EnableEurekaServer class R {}', '', ['spring-cloud-starter-netflix-eureka-server']);
    const config = spring('config', 'import org.springframework.cloud.config.server.EnableConfigServer;\n@EnableConfigServer class R {}', '', ['spring-cloud-config-server']);
    const shop = spring('shop', 'import x;', '', ['spring-cloud-starter-netflix-eureka-client', 'spring-cloud-starter-config']);
    expect(await calls({ registry, config, shop })).toEqual(['shop → config http', 'shop → registry http']);
  });

  it('lead to the registry that switches itself on, also when its clients took the package of the server', async () => {
    const server = ['spring-cloud-starter-netflix-eureka-server'];
    const registry = spring('registry', 'import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;\n@EnableEurekaServer class R {}', '', server);
    expect(await calls({ registry, shop: spring('shop', 'import x;', '', server), bills: spring('bills', 'import x;', '', server) })).toEqual(['bills → registry http', 'shop → registry http']);
  });

  it('of pages to an unknown port of this machine lead to the only gateway', async () => {
    const page: Files = { 'package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '7' } }, 'index.html': '<p>', 'src/a.ts': 'fetch(import.meta.env.VITE_BASE + id)', '.env': 'VITE_BASE=http://localhost:8093/\n' };
    expect(await calls({ page, 'api-gateway': node(''), orders })).toEqual(['page → api-gateway http VITE_BASE']);
    expect(await calls({ page, stock: node(''), orders })).toEqual([]);
  });

  it('of gRPC lead to who implements the service, across languages', async () => {
    const proto = { 'stock.proto': 'syntax = "proto3";\nservice StockService {\n  rpc Take (Item) returns (Item);\n}\n' };
    const stock = python('import grpc\nimport stock_pb2_grpc\nclass Stock(stock_pb2_grpc.StockServiceServicer): pass\nstock_pb2_grpc.add_StockServiceServicer_to_server(Stock(), server)');
    expect(await calls({ protos: proto, stock, front: go('func x() { c := pb.NewStockServiceClient(conn); _ = c }') })).toEqual(['front → stock grpc']);
  });

  it('of gRPC are found in a workspace whose applications are put together from libraries by path aliases', async () => {
    const proto = { 'libs/rpc/users.proto': 'syntax = "proto3";\nservice UsersService {\n  rpc One (Id) returns (User);\n}\n', 'libs/rpc/users.ts': "export function UsersServiceControllerMethods() { return (c) => GrpcMethod('UsersService', 'one')(c.prototype.one) }" };
    const app = (name: string, module: string): Files => ({ [`apps/${name}/project.json`]: { name, projectType: 'application', targets: { build: { options: { main: `apps/${name}/src/main.ts` } } } }, [`apps/${name}/src/main.ts`]: `import { M } from '@acme/${module}';\nconst app = await NestFactory.create(M);\nawait app.listen(3000);\n` });
    const plan = await planOf({
      'nx.json': {}, 'package.json': { dependencies: { '@nestjs/core': '10', '@nestjs/common': '10', '@nestjs/microservices': '10', pg: '8' } }, ...proto, ...app('people', 'users'), ...app('login', 'auth'),
      'tsconfig.base.json': { compilerOptions: { paths: { '@acme/users': ['libs/users/src/index.ts'], '@acme/auth': ['libs/auth/src/index.ts'], '@acme/rpc': ['libs/rpc/users.ts'] } } },
      'libs/users/src/index.ts': "import { Controller } from '@nestjs/common';\nimport { Pool } from 'pg';\nimport { UsersServiceControllerMethods } from '@acme/rpc';\n@Controller()\n@UsersServiceControllerMethods()\nexport class M {}",
      'libs/auth/src/index.ts': "import { Module } from '@nestjs/common';\nimport { UsersServiceClient, NAME } from '@acme/rpc';\nexport const users = client.getService<UsersServiceClient>(NAME);",
      'libs/auth/package.json': { name: '@acme/auth', main: 'index.js', scripts: { start: 'node x.js' } }, 'libs/auth/project.json': { name: 'auth', projectType: 'library' },
    });
    expect(plan.services.map(({ name, framework, stores }) => [name, framework, stores.map(({ kind }) => kind)])).toEqual([['login', 'nest', []], ['people', 'nest', ['postgresql']]]);
    expect(plan.edges.filter(({ protocol }) => protocol === 'grpc').map(({ from, to }) => [from, to])).toEqual([['login', 'people']]);
  });

  it('are found by a word that one service is named after, where the key is an address inside the app', async () => {
    const front = node('', { 'config/default.json': { UsersApiEndpoint: 'http://host.docker.internal:8084', MailEndpoint: 'http://host.docker.internal:25' } });
    expect(await calls({ front, 'users-idp': node(''), 'mail-archive': node('') })).toEqual(['front → users-idp http']);
  });

  it('by the settings of a configuration server are those of whom it keeps them for', async () => {
    const config: Files = { ...spring('config', 'import org.springframework.cloud.config.server.EnableConfigServer;\n@EnableConfigServer class R {}', '', ['spring-cloud-config-server']), 'src/main/resources/kept/shop.yml': 'orders:\n  url: http://orders:3000/x\n' };
    expect(await calls({ config, shop: spring('shop', 'import x;'), orders })).toEqual(['shop → orders http']);
  });

  it('of what stands in for a key with a hole in it count, and where a licence is to be read does not', async () => {
    expect(await calls({ front: spring('front', 'import x;', 'orders:\n  url: ${a.${PREFIX:}orders.uri:http://orders:3000}\n'), orders })).toEqual(['front → orders http']);
    expect(await calls({ front: spring('front', 'import x;\nclass S { Info a() { return new Info().licenseUrl("http://orders:3000/x"); } }'), orders })).toEqual([]);
  });

  it('are told apart in a library of clients', async () => {
    const common: Files = { 'package.json': { name: '@acme/clients', version: '1.0.0', main: 'index.js' }, 'index.js': "exports.orders = () => fetch('http://orders:3000/x')" };
    expect(await calls({ '.': { 'package.json': { private: true, workspaces: ['*'] } }, clients: common, orders, front: node("require('@acme/clients').orders()"), other: node('') })).toEqual(['front → orders http']);
  });

  it('under an unknown host lead to the only service that answers their path', async () => {
    const front = node('axios.get(`${process.env.UPSTREAM}/stock/items/${id}`)');
    const stock = node("app.get('/stock/items/:id', f)");
    expect(await calls({ front, stock, users: node("app.get('/users/all', f)") })).toEqual(['front → stock http UPSTREAM']);
    expect(await calls({ front, stock, other: stock })).toEqual([]);
  });

  it('to a port of this machine that nobody is known to listen on lead to the only service that answers their path', async () => {
    const stock = { ...node(''), 'a.js': "const app = require('express')(); app.get('/stock/items/:id', f); app.listen(3000)" };
    expect(await calls({ front: go('func x() { http.Get("http://localhost:8099/stock/items/1") }'), stock, users: { ...node(''), 'a.js': "const app = require('express')(); app.get('/users/all', f); app.listen(3001)" } })).toEqual(['front → stock http']);
  });

  it('are shown where what holds an address is used, before where it stands', async () => {
    const front: Files = { ...spring('front', 'import x;'), 'src/main/java/Hosts.java': 'public class Hosts {\n  public static final String ORDERS_SERVICE = "http://orders";\n}\n', 'src/main/java/Client.java': 'import static acme.Hosts.ORDERS_SERVICE;\n\nclass Client {\n  void x() { client.get().uri(ORDERS_SERVICE + "/orders/1"); }\n}\n' };
    const { edges } = await planOf(placed({ front, orders }));
    expect(edges.find(({ to }) => to === 'orders')!.evidence.map(({ file, line }) => `${file}:${line}`)).toEqual(['front/src/main/java/Client.java:4', 'front/src/main/java/Hosts.java:2']);
  });

  it('are told by an address that is to be balanced, also to what answers nobody else', async () => {
    expect(await calls({ gate: spring('gate', 'import x;', '  cloud:\n    gateway:\n      routes:\n        - id: first\n          uri: lb:http://ORDERS\n'), orders })).toEqual(['gate → orders http']);
  });

  it('of a gateway of GraphQL lead to the parts that its supergraph was put together from', async () => {
    const supergraph = 'enum join__Graph {\n  ORDERS @join__graph(name: "orders", url: "http://host.docker.internal:9991/graphql")\n  USERS @join__graph(name: "users_service" url: "http://users:4001/graphql")\n}\n';
    expect(await calls({ gate: node("new ApolloGateway({ supergraphSdl: readFileSync('./supergraph.graphql') })", { 'supergraph.graphql': supergraph }), orders, users: node('') })).toEqual(['gate → orders http', 'gate → users http']);
  });

  it('are not told by what names a database', async () => {
    expect(await calls({ front: node("connect(process.env.DATABASE_NAME || 'orders')"), orders })).toEqual([]);
  });

  it('are not told by a setting that no code reads, where code reads those beside it', async () => {
    const spring = (name: string, more = '', code = ''): Files => ({
      'pom.xml': `<project><artifactId>${name}</artifactId><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>`,
      'src/main/java/App.java': `${code}\nclass App { public static void main(String[] a) {} }`, 'src/main/resources/application.yml': `spring:\n  application:\n    name: ${name}\n${more}`,
    });
    const settings = 'services:\n  orders:\n    url: http://ORDERS\n  bills:\n    url: http://BILLS\n';
    expect(await calls({ cart: spring('cart', settings, 'class C { @Value("${services.orders.url}") private String url; void x() { client.get().uri(url); } }'), orders: spring('orders'), bills: spring('bills') })).toEqual([expect.stringContaining('cart → orders')]);
  });

  it('under the number of a machine lead to who listens at the port', async () => {
    const front: Files = { 'package.json': { dependencies: { 'react-scripts': '5', react: '18' }, scripts: { build: 'react-scripts build' } }, 'public/index.html': '<div></div>', 'src/App.js': 'fetch(process.env.REACT_APP_ORDERS)', '.env': 'REACT_APP_ORDERS=http://203.0.113.7:8123/orders\n' };
    const at = (port: number): Files => ({ ...node(''), 'a.js': `require('express')().listen(${port})` });
    expect(await calls({ front, orders: at(8123), users: at(8124) })).toEqual([expect.stringContaining('front → orders')]);
  });

  it('are not told by a field of shared settings that a program does not use', async () => {
    const app = (code: string) => `from libs.settings import settings\nimport httpx\nfrom fastapi import FastAPI\napp = FastAPI()\n${code}`;
    const settings = 'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    orders_host: str = "http://localhost:8000"\n    bills_host: str = "http://localhost:8001"\nsettings = Settings()\n';
    expect(await calls({ '.': { 'requirements.txt': 'fastapi\nuvicorn\nhttpx\npydantic-settings\n', 'libs/settings.py': settings, 'orders/main.py': app(''), 'bills/main.py': app('httpx.get(f"{settings.orders_host}/x")') } })).toEqual([expect.stringContaining('bills → orders')]);
  });
});
