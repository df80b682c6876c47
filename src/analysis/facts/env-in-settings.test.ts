import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';
import { envInLogging, envInMapping, envInSchema, envInSettings } from './env-in-settings.ts';

describe('variables that settings files read', () => {
  it.each<[string, string, string]>([
    ['ruby', 'url: <%= ENV["A"] %>', 'A'], ['ruby', "pool: <%= ENV.fetch('A') { 5 } %>", 'A=5'], ['ruby', 'pool: <%= ENV.fetch("A", "x") %>', 'A=x'], ['ruby', 'host: <%= ENV.fetch("A") %>', 'A!'], ['ruby', "host: <%= ENV['A'] || 'db' %>", 'A=db'],
    ['ruby', '# url: <%= ENV["A"] %>', ''], ['ruby', 'url: ENV["A"]', ''], ['ruby', 'a: <%= ENV["A"] %>:<%= ENV["B"] %>', 'A B'],
    ['php', "url: '%env(A)%'", 'A!'], ['php', "url: '%env(resolve:A)%'", 'A!'], ['php', "n: '%env(int:default:some.parameter:A)%'", 'A'], ['python', "url: '%env(A)%'", ''], ['haskell', 'port: "_env:A:3000"', 'A=3000'],
  ])('in %s: %s', (language, text, expected) => {
    expect(envInSettings(language, text).map((read) => `${read.name}${read.required ? '!' : ''}${read.default === null ? '' : `=${read.default}`}`).join(' ')).toBe(expected);
  });

  it('are those that the schema of Prisma names', async () => {
    expect(envInSchema('datasource db {\n  url = env("DATABASE_URL")\n  // directUrl = env("DIRECT_URL")\n}').map(({ name, line, required }) => ({ name, line, required }))).toEqual([{ name: 'DATABASE_URL', line: 2, required: true }]);
    const plan = await planOf({ 'package.json': { dependencies: { '@prisma/client': '6', express: '4' }, scripts: { start: 'node a.js' } }, 'a.js': "require('express')().listen(80)", 'prisma/schema/base.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}' });
    expect(plan.services[0]!.env).toMatchObject([{ name: 'DATABASE_URL', required: true, secret: true }]);
  });

  it('are variables of the service', async () => {
    const plan = await planOf({ Gemfile: "gem 'rails'\n", 'config/application.rb': '', 'config/storage.yml': 'amazon:\n  bucket: <%= ENV.fetch("S3_BUCKET") { "files" } %>\n' });
    expect(plan.services[0]!.env).toMatchObject([{ name: 'S3_BUCKET', default: 'files', required: false }]);
  });
});

describe('variables in other settings', () => {
  it('are those that a mapping of node-config names', () => {
    expect(envInMapping('{\n  "db": { "host": "A_B" },\n  "port": {\n    "__name": "C_D",\n    "__format": "json"\n  }\n}').map(({ name, line }) => [name, line])).toEqual([['A_B', 2], ['C_D', 4]]);
    expect(envInMapping('db:\n  host: A_B\n  # port: C_D\n').map(({ name }) => name)).toEqual(['A_B']);
  });

  it('are those that the logging asks for and does not define itself', () => {
    expect(envInLogging('<configuration>\n  <property name="OWN" value="x"/><variable name="E_F" value="${E_F:-DEBUG}"/>\n  <root level="${A_B:-INFO}"><ref ref="${OWN}"/></root>\n  <Root level="${env:C_D}"/>').map(({ name, default: value }) => `${name}${value === null ? '' : `=${value}`}`)).toEqual(['E_F=DEBUG', 'A_B=INFO', 'C_D']);
  });
});
