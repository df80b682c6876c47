import { describe, expect, it } from 'vitest';
import type { Plan, PlannedService } from '../../model/index.ts';
import { addressForm, writeAddress } from './address.ts';
import { storeFactOf, type StoreFactName } from './variables.ts';

const facts = { user: 'app', password: 'p/w@%', host: '10.1.2.3', port: 3306, database: 'shop' };
interface Case { readonly language: string; readonly name?: string; readonly example?: string; readonly framework?: string; readonly apart?: boolean; readonly port?: boolean; readonly why?: string }

/** The address that a service gets in a variable; undefined where it is the kind's own. */
function address(kind: string, { language, name = 'DATABASE_URL', example, framework, apart = false, port = false, why }: Case): string | undefined {
  const plan = { stores: [{ kind, usedBy: [], confidence: 1, evidence: [{ file: 'a', line: 1, why: why ?? 'uses it' }] }] } as Pick<Plan, 'stores'>;
  const service = { language, framework: framework ?? null, frameworks: [] } as Pick<PlannedService, 'language' | 'framework' | 'frameworks'>;
  const told = new Map<string, StoreFactName>([[name, storeFactOf(name)!], ...(apart ? [['LOGIN', 'user'] as const] : []), ...(port ? [['P', 'port'] as const] : [])]);
  const form = addressForm(plan, service, kind, { name, default: example ?? null }, told);
  return form === undefined ? undefined : writeAddress(form, facts);
}

describe('the address of a store that is a place', () => {
  it.each<[string, string, Case, string | undefined]>([
    ['is host and port for memcached', 'memcached', { language: 'ruby', name: 'MEMCACHED_SERVERS' }, undefined],
    ['has the scheme of what the code falls back to', 'memcached', { language: 'python', name: 'MEMCACHED_URL', example: 'pymemcache://127.0.0.1:11211' }, 'pymemcache://10.1.2.3:3306'],
    ['is a host by the name of one', 'memcached', { language: 'php', name: 'MEMCACHED_HOST', example: '127.0.0.1' }, undefined],
    ['is host and port where the code falls back to both', 'memcached', { language: 'javascript', name: 'MEMCACHED_HOST', example: 'localhost:11211' }, '10.1.2.3:3306'],
    ['is the host where the code falls back to that alone', 'memcached', { language: 'javascript', name: 'MEMCACHE', example: 'localhost' }, '10.1.2.3'],
    ['is both where the name is that of an address, and no other tells the port', 'redis', { language: 'go', name: 'REDIS_ADDR' }, '10.1.2.3:3306'],
    ['is the host where another tells the port', 'redis', { language: 'go', name: 'REDIS_ADDR', port: true }, undefined],
  ])('%s', (_, kind, given, expected) => {
    expect(address(kind, given)).toBe(expected);
  });
});

describe('the address of a database', () => {
  it.each<[string, string, Case, string | undefined]>([
    ['is the kind\'s own where nothing says otherwise', 'mysql', { language: 'javascript' }, undefined],
    ['has the scheme of what the code falls back to', 'mysql', { language: 'python', example: 'mysql+pymysql://root:root@localhost/db' }, 'mysql+pymysql://app:p%2Fw%40%25@10.1.2.3:3306/shop'],
    ['has it for PostgreSQL too', 'postgresql', { language: 'python', example: 'postgresql+asyncpg://localhost/db' }, 'postgresql+asyncpg://app:p%2Fw%40%25@10.1.2.3:3306/shop'],
    ['is not written as that of another kind', 'mysql', { language: 'python', example: 'sqlite:///app.db' }, undefined],
    ['is the driver\'s in Go', 'mysql', { language: 'go', name: 'MYSQL_DSN' }, 'app:p/w@%@tcp(10.1.2.3:3306)/shop?charset=utf8mb4&parseTime=true'],
    ['is a URL in Go for PostgreSQL', 'postgresql', { language: 'go' }, undefined],
    ['is a URL in Go where the code falls back to one', 'mysql', { language: 'go', example: 'mysql2://a:b@127.0.0.1/x' }, 'mysql2://app:p%2Fw%40%25@10.1.2.3:3306/shop'],
    ['is one of JDBC, without the login that other variables tell', 'mysql', { language: 'java', name: 'SPRING_DATASOURCE_URL', apart: true }, 'jdbc:mysql://10.1.2.3:3306/shop'],
    ['is one of JDBC by a name of one\'s own', 'mariadb', { language: 'kotlin', name: 'DB_URL', apart: true }, 'jdbc:mariadb://10.1.2.3:3306/shop'],
    ['is one of JDBC with the login that nothing else tells', 'postgresql', { language: 'scala', name: 'JDBC_DATABASE_URL' }, 'jdbc:postgresql://10.1.2.3:3306/shop?user=app&password=p%2Fw%40%25'],
    ['is one of R2DBC where the code falls back to one', 'mysql', { language: 'java', example: 'r2dbc:mysql://localhost/db', apart: true }, 'r2dbc:mysql://10.1.2.3:3306/shop'],
    ['is a list of settings in C#', 'mysql', { language: 'csharp', name: 'ConnectionStrings__Default' }, 'Server=10.1.2.3;Port=3306;Database=shop;User=app;Password=p/w@%'],
    ['is a URL in C# where that is asked for', 'postgresql', { language: 'csharp' }, undefined],
    ['is one with other words for PostgreSQL', 'postgresql', { language: 'csharp', name: 'ConnectionStrings__Default' }, 'Host=10.1.2.3;Port=3306;Database=shop;Username=app;Password=p/w@%'],
    ['is one of PDO where the code falls back to one', 'mysql', { language: 'php', name: 'DB_DSN', example: 'mysql:host=localhost;dbname=x' }, 'mysql:host=10.1.2.3;port=3306;dbname=shop'],
    ['names the adapter of Rails', 'mysql', { language: 'ruby', framework: 'rails' }, 'mysql2://app:p%2Fw%40%25@10.1.2.3:3306/shop'],
    ['is MariaDB\'s for its client in Node', 'mariadb', { language: 'typescript', why: 'depends on mariadb' }, 'mariadb://app:p%2Fw%40%25@10.1.2.3:3306/shop'],
  ])('%s', (_, kind, given, expected) => {
    expect(address(kind, given)).toBe(expected);
  });
});
