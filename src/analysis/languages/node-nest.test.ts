import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf, withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { isNestWorkspace, nest } from './node-nest.ts';

const main = "import { NestFactory } from '@nestjs/core'\nasync function bootstrap() { const app = await NestFactory.create(AppModule); await app.listen(process.env.PORT ?? 3000) }\nbootstrap()";
const listener = (transport: string) => `import { NestFactory } from '@nestjs/core'\nasync function bootstrap() { const app = await NestFactory.createMicroservice(AppModule, { transport: Transport.${transport} }); await app.listen() }\nbootstrap()`;
const workspace = (projects: object, files: Files): Files => ({
  'package.json': { name: 'shop', dependencies: { '@nestjs/core': '11', '@nestjs/common': '11' }, scripts: { start: 'nest start' }, engines: { node: '>=22' } },
  'nest-cli.json': { monorepo: true, projects },
  ...files,
});
const shop = workspace({
  common: { type: 'library', root: 'libs/common' },
  orders: { type: 'application', root: 'apps/orders', entryFile: 'server' },
  mails: { type: 'application', root: 'apps/mails' },
  gone: { type: 'application', root: 'apps/gone' },
}, { 'libs/common/src/index.ts': 'export const a = 1', 'apps/orders/src/server.ts': main, 'apps/mails/src/main.ts': listener('RMQ') });

describe('a Nest workspace', () => {
  it('has a service for each application, built and started from its root', async () => {
    const { services } = await planOf(shop);
    expect(services.map(({ path, kind, framework, build, start, ports }) => ({ path, kind, framework, build, start, ports: ports.map(({ port }) => port) }))).toEqual([
      { path: 'apps/orders', kind: 'api', framework: 'nest', build: 'cd ../.. && npx nest build orders', start: 'node ../../dist/apps/orders/server', ports: [3000] },
      { path: 'apps/mails', kind: 'worker', framework: 'nest', build: 'cd ../.. && npx nest build mails', start: 'node ../../dist/apps/mails/main', ports: [] },
    ]);
  });

  it('has an application that others call by its own transport', async () => {
    const { services } = await planOf({ ...shop, 'apps/mails/src/main.ts': listener('TCP') });
    expect(services).toMatchObject([{ path: 'apps/orders' }, { path: 'apps/mails', kind: 'api' }]);
  });

  it('is no service itself; libraries and applications that are not there are none', async () => {
    await withFiles(shop, (directory) => {
      const tree = openTree(directory);
      expect([nest.projects(tree).toSorted(), isNestWorkspace(tree, '.'), isNestWorkspace(tree, 'apps/orders')]).toEqual([['apps/mails', 'apps/orders'], true, false]);
    });
  });

  it('is none where one application is all there is', async () => {
    const alone: Files = { 'package.json': { dependencies: { '@nestjs/core': '11' }, scripts: { start: 'node dist/main' } }, 'nest-cli.json': { sourceRoot: 'src' }, 'src/main.ts': main };
    await withFiles(alone, (directory) => expect(isNestWorkspace(openTree(directory), '.')).toBe(false));
    expect((await planOf(alone)).services).toMatchObject([{ path: '.', kind: 'api', start: 'npm start' }]);
  });

  it.each<[string, Files]>([
    ['says nothing readable', { 'nest-cli.json': '{ "projects": ' }],
    ['has no list of projects', { 'nest-cli.json': { projects: ['orders'] } }],
    ['has projects without a place', { 'nest-cli.json': { projects: { orders: { type: 'application' }, mails: 7 } } }],
    ['has a project outside of the tree', { 'nest-cli.json': { projects: { orders: { root: '../orders' } } } }],
  ])('is none when its file %s', async (_, files) => {
    await withFiles({ 'package.json': {}, 'apps/orders/src/main.ts': main, ...files }, (directory) => expect(nest.projects(openTree(directory))).toEqual([]));
  });
});
