import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const spring = (name: string, code: string, settings: string, artifacts: readonly string[]): Files => ({
  [`${name}/pom.xml`]: `<project><artifactId>${name}</artifactId><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies>${['spring-boot-starter-web', ...artifacts].map((artifact) => `<dependency><groupId>org.springframework.cloud</groupId><artifactId>${artifact}</artifactId></dependency>`).join('')}</dependencies></project>`,
  [`${name}/src/main/java/App.java`]: `${code}\n@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }\n`,
  [`${name}/src/main/resources/application.yml`]: `spring:\n  application:\n    name: ${name}\n${settings}`,
});
const client = ['spring-cloud-starter-netflix-eureka-client'];
const zuul = 'import org.springframework.cloud.netflix.zuul.EnableZuulProxy;\n@EnableZuulProxy class Z {}';
const from = async (code: string, settings: string) => {
  const registry = spring('registry', 'import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;\n@EnableEurekaServer class R {}', '', ['spring-cloud-starter-netflix-eureka-server']);
  const { edges } = await planOf({ ...registry, ...spring('gate', code, settings, client), ...spring('shop', 'import x;', '', client), ...spring('bills', 'import x;', '', client), ...spring('alone', 'import x;', '', []) });
  return edges.filter((edge) => edge.from === 'gate' && edge.to !== 'registry').map(({ to }) => to).sort();
};

describe('gateways of Spring Cloud that are given no routes', () => {
  it('lead to all that are registered', async () => {
    expect(await from(zuul, '')).toEqual(['bills', 'shop']);
    expect(await from('import x;', '  cloud:\n    gateway:\n      discovery:\n        locator:\n          enabled: true\n')).toEqual(['bills', 'shop']);
  });

  it('lead to nobody else where they have routes, or are closed', async () => {
    expect(await from(zuul, 'zuul:\n  routes:\n    shop: /shop/**\n')).toEqual(['shop']);
    expect(await from(zuul, 'zuul:\n  ignored-services: "*"\n')).toEqual([]);
    expect(await from('import x;', '  cloud:\n    gateway:\n      discovery:\n        locator:\n          enabled: true\n      routes:\n        - id: shop\n          uri: lb://shop\n')).toEqual(['shop']);
  });
});
