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
    ['the one in a file among several servers', app("const type = process.env.DB_TYPE || 'sqlite'"), ['sqlite']],
    ['what the variable is given', app("knex({ client: process.env.DB_CLIENT || 'pg' })", { 'compose.yaml': 'services:\n  web:\n    build: .\n    environment: {DB_CLIENT: mysql2}\n' }), ['mysql']],
    ['one of the schemas that are for each', prisma({}), ['postgresql DATABASE_URL']],
    ['the schema whose database stands beside', prisma({ 'compose.yaml': 'services:\n  app: {image: "shop:mysql"}\n  db: {image: "mysql:8"}\n' }), ['mysql DATABASE_URL']],
    ['the schema that the variable names', prisma({ 'b.js': "const type = process.env.DATABASE_TYPE || 'mysql'" }), ['mysql DATABASE_URL']],
  ])('it is %s', async (_, files, expected) => {
    expect(await stores(files)).toEqual(expected);
  });

  it('a file as the default yields to the only server among them', async () => {
    const files: Files = { 'requirements.txt': 'django\npsycopg2\n', 'manage.py': 'import django', 's/wsgi.py': '', 's/settings.py': "DATABASES = {'default': {'ENGINE': os.environ.get('DB_ENGINE', 'django.db.backends.sqlite3')}}" };
    expect((await stores(files)).some((store) => store.startsWith('postgresql'))).toBe(true);
  });
});
