import type { Draft } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';

/** Starters that make a pool of connections (Spring Boot documentation, "SQL Databases"). */
const starters = ['spring-boot-starter-data-jpa', 'spring-boot-starter-jdbc', 'spring-boot-starter-data-jdbc'];
const servers = ['mysql-connector-java', 'mysql-connector-j', 'mariadb-java-client', 'postgresql', 'mssql-jdbc', 'ojdbc8', 'ojdbc11'];
/** Databases within the program, and libraries that make the pool of what a platform tells them. */
const instead = ['h2', 'hsqldb', 'derby', 'sqlite-jdbc', 'spring-cloud-spring-service-connector', 'spring-cloud-cloudfoundry-connector', 'java-cfenv-boot', 'spring-boot-docker-compose', 'spring-cloud-starter-config'];

/**
 * Notes the variables by which an app of Spring Boot is told where its database is, when neither its settings nor its code say: it takes any setting from the environment
 * (Spring Boot documentation, "Externalized Configuration"), and does not start without an address.
 */
export function noteDatasource(draft: Draft, settings: readonly { key: string }[], code: readonly FileFacts[]): void {
  const find = (names: readonly string[]) => [...draft.dependencies].find(([name]) => names.includes(name.split(':').at(-1)!))?.[1];
  const [starter, server] = [find(starters), find(servers)];
  if (!starter || !server || find(instead) || settings.some(({ key }) => /^spring\.(?:datasource\.|cloud\.|config\.import)/.test(key))) return;
  if (code.some(({ called, imports }) => called.has('DataSourceBuilder') || called.has('HikariDataSource') || imports.some(({ name }) => /javax\.sql\.DataSource$|DataSourceBuilder$/.test(name)))) return;
  for (const name of ['SPRING_DATASOURCE_URL', 'SPRING_DATASOURCE_USERNAME', 'SPRING_DATASOURCE_PASSWORD']) {
    draft.placeholders.push({ name, default: null, optional: name !== 'SPRING_DATASOURCE_URL', evidence: { ...starter, why: 'Spring Boot is told by it where the database is' } });
  }
}
