import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const spring = (artifact: string, settings: Files): Files => ({
  'pom.xml': `<project><artifactId>shop</artifactId><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies><dependency><groupId>a</groupId><artifactId>spring-boot-starter-web</artifactId></dependency><dependency><groupId>a</groupId><artifactId>${artifact}</artifactId></dependency></dependencies></project>`,
  'src/main/java/App.java': '@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }\n',
  ...Object.fromEntries(Object.entries(settings).map(([name, content]) => [`src/main/resources/${name}`, content])),
});
const needed = async (artifact: string, settings: Files) => (await planOf(spring(artifact, settings))).edges.map(({ to }) => to);

describe('infrastructure that a service has the client of', () => {
  const off = 'spring:\n  cloud:\n    config:\n      enabled: false\n';

  it('is not needed where the settings for all profiles switch it off', async () => {
    expect(await needed('spring-cloud-starter-config', { 'application.yml': off })).toEqual([]);
    expect(await needed('spring-cloud-starter-netflix-eureka-client', { 'application.properties': 'eureka.client.enabled=false\n' })).toEqual([]);
  });

  it('is needed where only one profile does without', async () => {
    expect(await needed('spring-cloud-starter-config', { 'application.yml': 'server:\n  port: 8081\n', 'application-dev.yml': off })).toEqual(['configuration']);
    expect(await needed('spring-cloud-starter-config', { 'application.yml': `server:\n  port: 8081\n---\nspring.config.activate.on-profile: dev\n${off}` })).toEqual(['configuration']);
  });

  it('of another service of the app is not needed either', async () => {
    const under = (directory: string, files: Files) => Object.fromEntries(Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content]));
    const server = { ...spring('spring-cloud-config-server', { 'application.yml': 'server:\n  port: 8888\n' }), 'src/main/java/App.java': 'import org.springframework.cloud.config.server.EnableConfigServer;\n@EnableConfigServer\n@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }\n' };
    const edges = async (settings: string) => (await planOf({ ...under('orders', spring('spring-cloud-starter-config', { 'application.yml': settings })), ...under('settings', server) })).edges.map(({ from, to }) => `${from} ${to}`);
    expect(await edges('server:\n  port: 8081\n')).toEqual(['orders settings']);
    expect(await edges(off)).toEqual([]);
  });
});
