import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const node = (dependencies: object, code: string): Files => ({ 'package.json': { dependencies: { express: '4', ...dependencies }, scripts: { start: 'node a.js' } }, 'a.js': `require('express')().listen(3000)\n${code}` });
const stores = async (files: Files) => (await planOf(files)).services[0]!.stores.map(({ kind, envVars }) => `${kind}(${envVars.join(' ')})`);

describe('stores', () => {
  it.each<[string, Files, string[]]>([
    ['a driver that is told by one variable', node({ pg: '8' }, "new (require('pg').Pool)({ connectionString: process.env.DATABASE_URL })"), ['postgresql(DATABASE_URL)']],
    ['a driver that reads its own variables', node({ pg: '8' }, "new (require('pg').Pool)()"), ['postgresql(PGDATABASE PGHOST PGPASSWORD PGPORT PGUSER)']],
    ['several variables', node({ mysql2: '3' }, "require('mysql2').createPool({ host: process.env.DB_HOST, user: process.env.DB_USER, connectionLimit: process.env.DB_POOL_SIZE })"), ['mysql(DB_HOST DB_USER)']],
    ['two kinds, each with its own', node({ mongoose: '8', ioredis: '5' }, "require('mongoose').connect(process.env.MONGODB_URI); require('ioredis')(process.env.REDIS_URL)"), ['mongodb(MONGODB_URI)', 'redis(REDIS_URL)']],
    ['an address in code', node({}, "connect('amqp://guest@localhost')"), ['rabbitmq()']],
    ['a file', node({ 'better-sqlite3': '11' }, "require('better-sqlite3')(process.env.DB_PATH || 'x.db')"), ['sqlite(DB_PATH)']],
    ['the database that production has', { ...node({ knex: '3', pg: '8', sqlite3: '5' }, "require('knex')(require('./knexfile').production)"), 'knexfile.js': "module.exports = { development: { client: 'sqlite3' }, production: { client: 'pg', connection: process.env.DATABASE_URL } }" }, ['postgresql(DATABASE_URL)']],
    ['nothing that only an example speaks of', { ...node({}, ''), 'examples/x.js': "require('redis')" }, []],
  ])('are found by %s', async (_, files, expected) => {
    expect(await stores(files)).toEqual(expected);
  });
});
