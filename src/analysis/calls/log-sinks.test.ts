import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const project = {
  'pom.xml': '<project><artifactId>shop</artifactId><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies><dependency><groupId>a</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>',
  'src/main/java/App.java': '@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }\n',
};
const logging = (appender: string, reference: string) => `<configuration>\n  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender"/>\n  ${appender}\n  <root level="info">\n    <appender-ref ref="OUT"/>\n    ${reference}\n  </root>\n</configuration>\n`;
const tcp = '<appender name="TCP" class="net.logstash.logback.appender.LogstashTcpSocketAppender">';
const outside = async (xml: string, compose?: string) => {
  const { external, edges } = await planOf({ ...project, 'src/main/resources/logback-spring.xml': xml, ...(compose !== undefined && { 'compose.yaml': compose }) });
  return { external: external.map(({ name, kind }) => `${name} ${kind}`), calls: edges.map(({ to }) => to) };
};

describe('collectors of logs', () => {
  it('are those that an appender sends to which a logger refers to', async () => {
    expect(await outside(logging(`${tcp}</appender>`, '<appender-ref ref="TCP"/>'))).toEqual({ external: ['logstash logging'], calls: ['logstash'] });
    expect(await outside(logging('<appender name="G" class="de.siegmar.logbackgelf.GelfTcpAppender"></appender>', '<appender-ref ref="G"/>'))).toEqual({ external: ['graylog logging'], calls: ['graylog'] });
  });

  it('are not those of appenders that nobody refers to, or that are commented out', async () => {
    expect(await outside(logging(`${tcp}</appender>`, ''))).toEqual({ external: [], calls: [] });
    expect(await outside(logging(`<!-- ${tcp}</appender> -->`, '<appender-ref ref="TCP"/>'))).toEqual({ external: [], calls: [] });
    expect(await outside(logging(`${tcp}</appender>`, '<!-- <appender-ref ref="TCP"/> -->'))).toEqual({ external: [], calls: [] });
  });

  it('are what runs beside the app, where something does', async () => {
    const compose = 'services:\n  app:\n    build: .\n  collector:\n    image: logstash:8\n';
    expect(await outside(logging(`${tcp}</appender>`, '<appender-ref ref="TCP"/>'), compose)).toEqual({ external: ['collector logging'], calls: ['collector'] });
  });
});
