import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const app = (code: string, more: Files = {}): Files => ({ 'package.json': { scripts: { start: 'node a.js' }, dependencies: { express: '4', knex: '3', sequelize: '6', pg: '8', mysql2: '3', sqlite3: '5' } }, 'a.js': `require('express')().listen(3000)\n${code}`, ...more });
const stores = async (files: Files) => (await planOf(files)).services[0]!.stores.map(({ kind, envVars }) => [kind, ...envVars].join(' '));
const schema = (provider: string) => `datasource db {\n  provider = "${provider}"\n  url = env("DATABASE_URL")\n}\n`;
const prisma = (more: Files): Files => ({ 'package.json': { scripts: { start: 'node a.js' }, dependencies: { express: '4', '@prisma/client': '5' } }, 'a.js': "require('express')().listen(3000)", 'db/mysql/schema.prisma': schema('mysql'), 'db/postgresql/schema.prisma': schema('postgresql'), ...more });

describe('of several databases that an app can speak to', () => {
  it.each<[string, Files, string[]]>([
    ['the default of the variable that chooses', app("knex({ client: process.env.DB_CLIENT || 'pg', connection: process.env.DATABASE_URL })"), ['postgresql DATABASE_URL']],
    ['the default, when it is another', app("new Sequelize(a, b, c, { dialect: process.env.DB_DIALECT ?? 'mysql', host: process.env.DB_HOST })"), ['mysql DB_HOST']],
    ['the one that the address is of which code takes without another', app("const url = process.env.DATABASE_URL || 'sqlite://./data/app.db'; knex(optionsOf(url))"), ['sqlite']],
    ['the one that the address is of which it is given', app("const url = process.env.DATABASE_URL || 'sqlite://./data/app.db'; knex(optionsOf(url))", { 'compose.yaml': 'services:\n  web:\n    build: .\n    environment: {DATABASE_URL: "mysql://a:b@db/c"}\n' }), ['mysql DATABASE_URL']],
    ['the one in a file among several servers', app("const type = process.env.DB_TYPE || 'sqlite'"), ['sqlite']],
    ['what the variable is given', app("knex({ client: process.env.DB_CLIENT || 'pg' })", { 'compose.yaml': 'services:\n  web:\n    build: .\n    environment: {DB_CLIENT: mysql2}\n' }), ['mysql']],
    ['one of the schemas that are for each', prisma({}), ['postgresql DATABASE_URL']],
    ['the schema whose database stands beside', prisma({ 'compose.yaml': 'services:\n  app: {image: "shop:mysql"}\n  db: {image: "mysql:8"}\n' }), ['mysql DATABASE_URL']],
    ['the schema that the variable names', prisma({ 'b.js': "const type = process.env.DATABASE_TYPE || 'mysql'" }), ['mysql DATABASE_URL']],
  ])('it is %s', async (_, files, expected) => {
    expect(await stores(files)).toEqual(expected);
  });

  it.each<[string, Files, string[]]>([
    ['the default of a flag that is also a variable', { 'go.mod': 'module example.com/notes\n\ngo 1.25\n\nrequire (\n\tgithub.com/lib/pq v1\n\tgithub.com/go-sql-driver/mysql v1\n\tmodernc.org/sqlite v1\n)\n', 'main.go': 'package main\nimport ("net/http"; "github.com/spf13/viper"; _ "github.com/lib/pq"; _ "github.com/go-sql-driver/mysql"; _ "modernc.org/sqlite"; "database/sql")\nfunc main() {\n viper.SetEnvPrefix("notes")\n viper.AutomaticEnv()\n viper.SetDefault("driver", "sqlite")\n switch viper.GetString("driver") {\n case "mysql": sql.Open("mysql", viper.GetString("dsn"))\n case "postgres": sql.Open("postgres", viper.GetString("dsn"))\n default: sql.Open("sqlite", name())\n }\n http.ListenAndServe(":8080", nil)\n}\nfunc name() string {\n mode := "prod"\n return fmt.Sprintf("notes_%s.db", mode)\n}\n' }, ['sqlite']],
    ['what code takes that was never set up', app('let dbConfig;\ntry { dbConfig = read(); } catch { dbConfig = { type: "sqlite" }; }\nif (dbConfig.type === "sqlite") open("kuma.db");\nelse if (dbConfig.type === "mariadb") knex({ client: "mysql2", connection: dbConfig });', { 'package.json': { scripts: { start: 'node a.js' }, dependencies: { express: '4', knex: '3', mysql2: '3' } } }), ['sqlite']],
    ['the one beside the app of those that a variable compares', { 'requirements.txt': 'django\npsycopg\n', 'manage.py': 'import django', 's/wsgi.py': '', 's/settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\nif os.getenv('DB') == 'postgres':\n    DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\nif os.getenv('DB') == 'mysql':\n    DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql'}}\n", 'compose.yaml': 'services:\n  db: {image: "postgres:17"}\n  web: {build: ., depends_on: [db]}\n', Dockerfile: 'FROM python:3.13\n' }, ['postgresql']],
  ])('it is %s', async (_, files, expected) => {
    expect((await stores(files)).map((store) => store.split(' ')[0])).toEqual(expected);
  });

  it('a file has the name that its format gives', async () => {
    const plan = await planOf({ 'go.mod': 'module example.com/notes\n\ngo 1.25\n\nrequire modernc.org/sqlite v1\n', 'main.go': 'package main\nimport ("net/http"; "fmt"; "database/sql"; _ "modernc.org/sqlite")\nfunc main() {\n mode := "prod"\n if demo { mode = "demo" }\n sql.Open("sqlite", fmt.Sprintf("notes_%s.db", mode))\n http.ListenAndServe(":8080", nil)\n}\n' });
    expect(plan.services[0]!.stores).toMatchObject([{ kind: 'sqlite', files: ['notes_prod.db'] }]);
  });

  it('several servers of which nobody says where they are are those of its users', async () => {
    const clients = ['pg', 'mongodb', 'redis', 'mssql', 'kafkajs'];
    const watch = clients.map((name, i) => `const c${i} = require('${name}');\nexports.check${i} = (monitor) => c${i}.connect(monitor.address);`).join('\n');
    const files = app("require('./watch')", { 'package.json': { scripts: { start: 'node a.js' }, dependencies: { express: '4', ...Object.fromEntries(clients.map((name) => [name, '1'])) } }, 'watch.js': watch });
    expect(await stores(files)).toEqual([]);
    expect(await stores({ ...files, 'b.js': 'connect(process.env.REDIS_URL)' })).toEqual(['redis REDIS_URL']);
  });

  it('a file as the default yields to the only server among them', async () => {
    const files: Files = { 'requirements.txt': 'django\npsycopg2\n', 'manage.py': 'import django', 's/wsgi.py': '', 's/settings.py': "DATABASES = {'default': {'ENGINE': os.environ.get('DB_ENGINE', 'django.db.backends.sqlite3')}}" };
    expect((await stores(files)).some((store) => store.startsWith('postgresql'))).toBe(true);
  });
});
