import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const node = (code: string, dependencies: Readonly<Record<string, string>> = {}): Files => ({ 'package.json': { dependencies: { express: '4', ...dependencies }, scripts: { start: 'node a.js' } }, 'a.js': `require('express')().listen(3000)\n${code}` });
const spring = (artifact: string, settings: string): Files => ({
  'pom.xml': `<project><artifactId>shop</artifactId><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies><dependency><groupId>a</groupId><artifactId>spring-boot-starter-web</artifactId></dependency><dependency><groupId>a</groupId><artifactId>${artifact}</artifactId></dependency></dependencies></project>`,
  'src/main/java/App.java': '@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }\n', 'src/main/resources/application.yml': settings,
});
const outside = async (files: Files) => {
  const { external, edges } = await planOf(files);
  return { external: external.map(({ name, kind }) => `${name} ${kind}`).sort(), calls: edges.map(({ to, protocol }) => `${to} ${protocol}`).sort() };
};

describe('what is outside of the app', () => {
  it('is infrastructure that an image runs, called by its name or not at all', async () => {
    const compose = 'services:\n  app:\n    build: .\n    environment: { TRACES: "http://traces:9411/api" }\n  traces:\n    image: openzipkin/zipkin:3\n  graphs:\n    image: grafana/grafana\n  db:\n    image: postgres\n';
    expect(await outside({ ...node('send(process.env.TRACES)'), 'compose.yaml': compose })).toEqual({ external: ['graphs dashboard', 'traces tracing'], calls: ['traces http'] });
  });

  it('is a gateway with the services that its configuration leads to, which pages call by its port', async () => {
    const app = (route: string) => ({ 'package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, 'a.js': `const app = require('express')()\napp.get('${route}', f)\napp.listen(3000)` });
    const page = { 'package.json': { dependencies: { vite: '6', react: '19' }, scripts: { build: 'vite build' } }, 'index.html': '<script src="/main.jsx"></script>', 'main.jsx': "fetch('http://localhost:8080/api/orders/all')" };
    const under = (directory: string, files: Files) => Object.fromEntries(Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content]));
    const compose = 'services:\n  order_service:\n    build: orders\n  template:\n    build: template\n  gate:\n    image: nginx\n    ports: ["8080:80"]\n    volumes: ["./nginx.conf:/etc/nginx/nginx.conf"]\n';
    const { edges, services } = await planOf({ ...under('orders', app('/api/orders/:id')), ...under('template', page), 'compose.yaml': compose, 'nginx.conf': 'upstream o { server order_service:3000; }\n' });
    expect(services.map(({ name }) => name).sort()).toEqual(['order-service', 'template']);
    expect(edges.map(({ from, to }) => `${from} → ${to}`).sort()).toEqual(['gate → order-service', 'template → gate']);
  });

  it('is found by the port at which Compose offers it to those who develop', async () => {
    const compose = 'services:\n  logs:\n    image: grafana/loki:3\n    ports: ["3100:3100"]\n  login:\n    image: quay.io/keycloak/keycloak:24\n    ports: ["8181:8080"]\n';
    expect(await outside({ ...spring('x', 'issuer:\n  uri: http://localhost:8181/realms/shop\nother:\n  url: http://localhost:9999\n'), 'compose.yaml': compose })).toEqual({ external: ['login authentication', 'logs logging'], calls: ['login http'] });
  });

  it('is what parts of a Compose file in files of their own run, with whom it is told of', async () => {
    const elk = 'search:\n  image: elasticsearch:2\nlogs:\n  image: logstash\n  links: ["search:db"]\nboards:\n  image: kibana\n  environment: { HOSTS: "http://search:9200" }\n';
    const { external, edges } = await planOf({ ...node(''), 'docker-compose-logs.yml': elk, 'docker-compose.test.yml': 'services:\n  mails:\n    image: mailhog/mailhog\n' });
    expect(external.map(({ name, kind }) => `${name} ${kind}`).sort()).toEqual(['boards dashboard', 'logs logging', 'search elasticsearch']);
    expect(edges.map(({ from, to }) => `${from} → ${to}`).sort()).toEqual(['boards → search', 'logs → search']);
  });

  it('is reached by whom Compose links to it', async () => {
    expect(await outside({ ...node(''), 'docker-compose.yml': 'app:\n  build: .\n  links: [graphs]\ngraphs:\n  image: grafana/grafana\n' })).toEqual({ external: ['graphs dashboard'], calls: ['graphs http'] });
  });

  it('is made of an image with no more than settings of its own', async () => {
    expect(await outside({ ...node(''), 'compose.yaml': 'services:\n  app:\n    build: .\n  metrics:\n    build: ./metrics\n', 'metrics/Dockerfile': 'FROM prom/prometheus:v3\nCOPY prometheus.yml /etc/prometheus/\n' })).toEqual({ external: ['metrics monitoring'], calls: [] });
  });

  it('reaches whom files name that are mounted into it', async () => {
    const compose = 'services:\n  app:\n    build: .\n  metrics:\n    image: prom/prometheus\n  boards:\n    image: grafana/grafana\n    volumes: ["./boards:/etc/grafana/provisioning"]\n';
    const { edges } = await planOf({ ...node(''), 'compose.yaml': compose, 'boards/sources.yaml': 'datasources:\n  # - url: http://app:3000\n  - name: All\n    url: http://metrics:9090\n', 'other/sources.yaml': 'url: http://app:3000\n' });
    expect(edges.map(({ from, to }) => `${from} → ${to}`)).toEqual(['boards → metrics']);
  });

  it('is not a service of the app whose image is called after its directory', async () => {
    const files = Object.fromEntries(Object.entries(node('')).map(([name, content]) => [`eurekaregistry/${name}`, content]));
    expect((await outside({ ...files, 'compose.yaml': 'services:\n  eurekaserver:\n    image: acme/eurekaregistry\n' })).external).toEqual([]);
  });

  it('is where people log in, by the address of a realm or by its clients', async () => {
    expect(await outside(spring('x', 'security:\n  jwt:\n    issuer-uri: http://localhost:8080/realms/shop\n'))).toEqual({ external: ['authentication authentication'], calls: ['authentication http'] });
    expect(await outside(spring('x', 'security:\n  jwt:\n    issuer-uri: http://login:8080/realms/shop\n'))).toEqual({ external: ['authentication authentication'], calls: ['authentication http'] });
    expect((await outside(node("$.ajax({ url: 'http://localhost:8080/auth/realms/' + realm + '/protocol/openid-connect/token' })"))).external).toEqual(['authentication authentication']);
    expect(await outside(node('', { 'keycloak-connect': '25' }))).toEqual({ external: ['authentication authentication'], calls: ['authentication http'] });
  });

  it('is what takes traces where settings say where it is', async () => {
    const settings = (endpoint: string) => `management:\n  otlp:\n    tracing:\n      endpoint: ${endpoint}\n`;
    expect(await outside(spring('opentelemetry-exporter-otlp', settings('http://localhost:4318/v1/traces')))).toEqual({ external: ['tracing tracing'], calls: ['tracing http'] });
    expect(await outside(spring('opentelemetry-exporter-otlp', settings('https://traces.acme.dev/v1')))).toEqual({ external: ['traces.acme.dev host'], calls: ['traces.acme.dev https'] });
    const compose = 'services:\n  app:\n    build: .\n  collector:\n    image: otel/opentelemetry-collector\n    ports: ["4318:4318"]\n';
    const given = 'services:\n  app:\n    build: .\n    environment: { TRACES: "http://collector:4318/v1/traces" }\n  collector:\n    image: otel/opentelemetry-collector\n';
    expect(await outside({ ...spring('opentelemetry-exporter-otlp', settings('${TRACES:http://localhost:4318/v1/traces}')), 'compose.yaml': given })).toEqual({ external: ['collector telemetry'], calls: ['collector http'] });
    expect(await outside({ ...spring('opentelemetry-exporter-otlp', settings('http://localhost:4318/v1/traces')), 'compose.yaml': compose })).toEqual({ external: ['collector telemetry'], calls: ['collector http'] });
  });

  it('is told of its own store by the bare name of a host', async () => {
    const compose = 'services:\n  app:\n    build: .\n  login:\n    image: quay.io/keycloak/keycloak:24\n    environment: { DB_ADDR: login-db, DB_DATABASE: app, DB_USER: login }\n  login-db:\n    image: postgres:16\n';
    const { external, edges } = await planOf({ ...node(''), 'compose.yaml': compose });
    expect(external.map(({ name, kind }) => `${name} ${kind}`).sort()).toEqual(['login authentication', 'login-db postgresql']);
    expect(edges.map(({ from, to }) => `${from} → ${to}`)).toEqual(['login → login-db']);
  });

  it('is no service of the app that is called nearly like it', async () => {
    const under = (directory: string, files: Files) => Object.fromEntries(Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content]));
    const compose = 'services:\n  keycloak:\n    image: quay.io/keycloak/keycloak:24\n';
    const { edges } = await planOf({ ...under('shop', spring('x', 'issuer:\n  uri: http://keycloak:8080/realms/shop\n')), ...under('keycloak-service', spring('x', 'server:\n  port: 8084\n')), 'compose.yaml': compose });
    expect(edges.map(({ from, to }) => `${from} → ${to}`)).toEqual(['shop → keycloak']);
  });

  it('is not whom the documents of an API name', async () => {
    expect(await outside(spring('x', 'mp.openapi.extensions.smallrye.info.contact.url: https://people.acme.dev\nspringdoc:\n  info:\n    license:\n      url: https://licence.acme.dev\n'))).toEqual({ external: [], calls: [] });
  });

  it('is a mail server where mail is sent', async () => {
    expect(await outside(spring('spring-boot-starter-mail', 'spring:\n  mail:\n    host: localhost\n'))).toEqual({ external: ['mail mail'], calls: ['mail smtp'] });
    expect(await outside(spring('jakarta.mail', 'spring:\n  mail:\n    host: localhost\n'))).toEqual({ external: ['mail mail'], calls: ['mail smtp'] });
  });

  it('is a registry that only its clients show, by its kind', async () => {
    expect(await outside(spring('spring-cloud-starter-netflix-eureka-client', 'spring:\n  application:\n    name: shop\n'))).toEqual({ external: ['service-discovery service-discovery'], calls: ['service-discovery http'] });
  });

  it('is a registry that a manifest of Kubernetes runs', async () => {
    const manifest = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: registry }\nspec:\n  template:\n    spec:\n      containers:\n        - name: registry\n          image: springcloud/spring-cloud-kubernetes-discoveryserver:3.2.2\n';
    expect(await outside({ ...spring('spring-cloud-starter-kubernetes-discoveryclient', ''), 'k8s/registry.yaml': manifest })).toEqual({ external: ['registry service-discovery'], calls: ['registry http'] });
  });

  it('is where configuration is kept, and a host that is called', async () => {
    expect(await outside(spring('spring-cloud-config-server', 'spring:\n  cloud:\n    config:\n      server:\n        git:\n          uri: https://git.acme.dev/settings\nrates:\n  url: https://rates.acme.dev/v1\n')))
      .toEqual({ external: ['git.acme.dev repository', 'rates.acme.dev host'], calls: ['git.acme.dev https', 'rates.acme.dev https'] });
  });

  it.each([["const ratesUrl = 'https://rates.acme.dev/v1'; fetch(ratesUrl)", ['rates.acme.dev host']], ["fetch('https://api.acme.dev/v1')", ['api.acme.dev host']], ["res.send('see https://www.acme.dev')", []], ["const schemaUrl = 'https://json-schema.org/x'", []], ["const baseUrl = 'http://localhost:3000'", []]])('is seen in %s', async (code, external) => {
    expect((await outside(node(code))).external).toEqual(external);
  });
});
