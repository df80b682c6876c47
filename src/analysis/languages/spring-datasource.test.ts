import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const app = (artifacts: readonly string[], more: Files = {}): Files => ({
  'pom.xml': `<project><artifactId>shop</artifactId><version>1</version><dependencies>${['spring-boot-starter-web', ...artifacts].map((name) => `<dependency><groupId>org.springframework.boot</groupId><artifactId>${name}</artifactId></dependency>`).join('')}</dependencies></project>`,
  'src/main/java/App.java': 'import org.springframework.boot.SpringApplication;\n@SpringBootApplication public class App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }',
  ...more,
});
const namesOf = async (files: Files) => (await planOf(files)).services[0]!.env.map(({ name, required }) => `${name}${required ? '!' : ''}`).join(' ');

describe('an app of Spring Boot with a database that nobody says the place of', () => {
  it('is told it by variables', async () => {
    expect(await namesOf(app(['spring-boot-starter-data-jpa', 'mysql-connector-j']))).toBe('SPRING_DATASOURCE_PASSWORD SPRING_DATASOURCE_URL! SPRING_DATASOURCE_USERNAME');
  });

  it('is not where its settings say it, or a database comes with the program', async () => {
    expect(await namesOf(app(['spring-boot-starter-data-jpa', 'mysql-connector-j'], { 'src/main/resources/application.properties': 'spring.datasource.url=jdbc:mysql://localhost/shop\n' }))).toBe('');
    expect(await namesOf(app(['spring-boot-starter-data-jpa', 'mysql-connector-j', 'h2']))).toBe('');
    expect(await namesOf(app(['mysql-connector-j']))).toBe('');
  });
});
