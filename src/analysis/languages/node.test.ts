import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const server = 'const app = make();\napp.listen(process.env.PORT || 4000);\n';
const page = '<!doctype html><script type="module" src="/src/main.js"></script>';
const json = (value: object) => value;

/** One fixture per framework: files, and what of the one service must be said. */
const fixtures: [name: string, files: Files, expected: object][] = [
  ['next where its script has it listen', { 'package.json': json({ scripts: { build: 'next build', start: 'next start -p 8443' }, dependencies: { next: '15', react: '19' } }), 'app/page.tsx': 'export default () => null' }, { framework: 'next', start: 'npm start', ports: [{ port: 8443 }] }],
  ['express', { 'package.json': json({ scripts: { start: 'node index.js' }, dependencies: { express: '4' } }), 'package-lock.json': '{}', 'index.js': `const make = require('express');\n${server}` }, { kind: 'api', framework: 'express', packageManager: 'npm', install: 'npm ci', build: null, start: 'npm start', ports: [{ port: 4000, protocol: 'http' }], readsPort: true }],
  ['fastify', { 'package.json': json({ scripts: { start: 'node server.mjs' }, dependencies: { fastify: '5' } }), 'yarn.lock': '', 'server.mjs': "import make from 'fastify';\nconst app = make();\nawait app.listen({ port: Number(process.env.PORT ?? 5555), host: '0.0.0.0' });" }, { framework: 'fastify', packageManager: 'yarn', install: 'yarn install --frozen-lockfile', start: 'yarn start', ports: [{ port: 5555 }], readsPort: true }],
  ['koa', { 'package.json': json({ main: 'app.js', private: true, dependencies: { koa: '2' } }), 'app.js': "const Koa = require('koa');\nconst app = new Koa();\nconst port = 3100;\napp.listen(port);" }, { framework: 'koa', start: 'node app.js', ports: [{ port: 3100 }], readsPort: false }],
  ['hapi', { 'package.json': json({ scripts: { start: 'node .' }, main: 'index.js', dependencies: { '@hapi/hapi': '21' } }), 'index.js': "const Hapi = require('@hapi/hapi');\nconst server = Hapi.server({ port: 3456 });\nserver.start();" }, { framework: 'hapi', start: 'npm start' }],
  ['hono', { 'package.json': json({ scripts: { start: 'node index.ts' }, dependencies: { hono: '4', '@hono/node-server': '1' } }), 'tsconfig.json': '{}', 'index.ts': "import { serve } from '@hono/node-server';\nserve({ fetch: app.fetch, port: 8787 });" }, { framework: 'hono', language: 'typescript', ports: [{ port: 8787 }] }],
  ['nest', { 'package.json': json({ scripts: { start: 'nest start', 'start:dev': 'nest start --watch', 'start:prod': 'node dist/main', build: 'nest build' }, dependencies: { '@nestjs/core': '11' } }), 'src/main.ts': "const app = await NestFactory.create(AppModule);\nawait app.listen(process.env.PORT ?? 3000);" }, { framework: 'nest', build: 'npm run build', start: 'npm run start:prod', readsPort: true }],
  ['next', { 'package.json': json({ scripts: { dev: 'next dev', build: 'next build', start: 'next start' }, dependencies: { next: '15', react: '19' } }), 'pnpm-lock.yaml': '', 'app/page.tsx': 'export default () => <p>Don\'t</p>' }, { kind: 'web', framework: 'next', frameworks: ['next', 'react'], packageManager: 'pnpm', install: 'pnpm install --frozen-lockfile', build: 'pnpm run build', start: 'pnpm start', ports: [{ port: 3000 }], readsPort: true }],
  ['next with development scripts only', { 'package.json': json({ scripts: { dev: 'next dev' }, dependencies: { next: '15' } }) }, { build: 'npx next build', start: 'npx next start' }],
  ['sveltekit whose code imports it', { 'package.json': json({ scripts: { build: 'vite build', start: 'node build/index.js' }, devDependencies: { '@sveltejs/kit': '2', '@sveltejs/adapter-node': '5', vite: '5' } }), 'svelte.config.js': "import adapter from '@sveltejs/adapter-node';\nexport default { kit: { adapter: adapter() } };", 'src/hooks.ts': "import type { Handle } from '@sveltejs/kit';" }, { kind: 'web', framework: 'sveltekit', start: 'npm start', ports: [{ port: 3000 }] }],
  ['next with an export that is commented out', { 'package.json': json({ scripts: { build: 'next build', start: 'next start' }, dependencies: { next: '15' } }), 'next.config.mjs': "export default {\n  // output: 'export',\n};\n" }, { kind: 'web', ports: [{ port: 3000 }] }],
  ['next export', { 'package.json': json({ scripts: { build: 'next build' }, dependencies: { next: '15' } }), 'next.config.mjs': "export default { output: 'export' }" }, { kind: 'static', staticDir: 'out', start: null }],
  ['vite', { 'package.json': json({ scripts: { dev: 'vite', build: 'vite build', preview: 'vite preview' }, devDependencies: { vite: '7' }, dependencies: { react: '19' } }), 'index.html': page, 'src/main.js': 'import "react"' }, { kind: 'static', framework: 'vite', build: 'npm run build', staticDir: 'dist', start: null, ports: [] }],
  ['vite beside a server in another language', { 'package.json': json({ scripts: { build: 'vite build' }, devDependencies: { vite: '7' } }), 'index.html': page, 'src/main.js': 'import "react"', 'tools/serve.py': 'from http.server import HTTPServer\nHTTPServer(("", 8321), H).serve_forever()\n' }, { kind: 'static', framework: 'vite' }],
  ['an output that the build script names', { 'package.json': json({ scripts: { dev: 'vite', build: 'vite build --outDir ./out/' }, devDependencies: { vite: '7' } }), 'index.html': page, 'src/main.js': 'import "react"' }, { kind: 'static', staticDir: 'out' }],
  ['vite with another output', { 'package.json': json({ scripts: { start: 'vite', build: 'vite build' }, devDependencies: { vite: '7' } }), 'index.html': page, 'vite.config.ts': "export default { build: { outDir: 'public-build' } }" }, { kind: 'static', staticDir: 'public-build' }],
  ['create-react-app', { 'package.json': json({ scripts: { start: 'react-scripts start', build: 'react-scripts build' }, dependencies: { 'react-scripts': '5' } }), 'public/index.html': page }, { kind: 'static', framework: 'create-react-app', staticDir: 'build', build: 'npm run build', start: null }],
  ['angular', { 'package.json': json({ scripts: { start: 'ng serve', build: 'ng build' }, dependencies: { '@angular/core': '19' } }), 'angular.json': json({ projects: { shop: { projectType: 'application', architect: { build: { builder: '@angular/build:application', options: { outputPath: 'dist/shop' } } } } } }), 'src/index.html': page }, { kind: 'static', framework: 'angular', staticDir: 'dist/shop/browser' }],
  ['astro', { 'package.json': json({ scripts: { build: 'astro build' }, dependencies: { astro: '5' } }) }, { kind: 'static', framework: 'astro', staticDir: 'dist' }],
  ['astro with a server', { 'package.json': json({ scripts: { build: 'astro build', start: 'node ./dist/server/entry.mjs' }, dependencies: { astro: '5', '@astrojs/node': '9' } }), 'astro.config.mjs': "export default { output: 'server', adapter: node() }" }, { readsPort: true, start: 'npm start' }],
  ['nuxt', { 'package.json': json({ scripts: { build: 'nuxt build', dev: 'nuxt dev' }, dependencies: { nuxt: '3' } }) }, { kind: 'web', framework: 'nuxt', start: 'node .output/server/index.mjs', readsPort: true }],
  ['sveltekit', { 'package.json': json({ scripts: { build: 'vite build', dev: 'vite dev' }, devDependencies: { '@sveltejs/kit': '2', '@sveltejs/adapter-node': '5', vite: '7' } }) }, { kind: 'web', framework: 'sveltekit', build: 'npm run build', start: 'node build' }],
  ['sveltekit for a platform that is not here', { 'package.json': json({ scripts: { build: 'vite build' }, devDependencies: { '@sveltejs/kit': '2', '@sveltejs/adapter-netlify': '4', '@sveltejs/adapter-static': '3', vite: '7' } }), 'svelte.config.js': "import adapter from '@sveltejs/adapter-netlify';" }, { kind: 'web', framework: 'sveltekit', start: 'npx vite preview --host 0.0.0.0 --port ${PORT:-4173}', ports: [{ port: 4173 }] }],
  ['sveltekit as files', { 'package.json': json({ scripts: { build: 'vite build' }, devDependencies: { '@sveltejs/kit': '2', '@sveltejs/adapter-static': '3', vite: '7' } }) }, { kind: 'static', staticDir: 'build' }],
  ['remix', { 'package.json': json({ scripts: { build: 'remix vite:build', start: 'remix-serve ./build/server/index.js' }, dependencies: { '@remix-run/serve': '2', '@remix-run/react': '2' } }) }, { kind: 'web', framework: 'remix', start: 'npm start', readsPort: true }],
  ['a server that builds its own pages', { 'package.json': json({ scripts: { build: 'vite build', start: 'node server.js' }, dependencies: { express: '4', vite: '7' } }), 'index.html': page, 'server.js': server }, { framework: 'express', build: 'npm run build', start: 'npm start' }],
  ['node:http without a framework', { 'package.json': json({ scripts: { start: 'node server.js' } }), 'server.js': "require('node:http').createServer(f).listen(8123)" }, { kind: 'api', framework: null, install: null, ports: [{ port: 8123 }] }],
  ['no package.json', { 'server.js': "require('http').createServer(f).listen(+process.env.PORT || 8124)" }, { start: 'node server.js', ports: [{ port: 8124 }], readsPort: true, packageManager: null }],
  ['a build that says what it does first', { 'package.json': json({ scripts: { build: 'echo building && node build.js', start: 'node server.js' }, dependencies: { express: '4' } }), 'server.js': server }, { build: 'npm run build', start: 'npm start' }],
  ['nodemon only', { 'package.json': json({ scripts: { start: 'nodemon src/server.js' }, dependencies: { express: '4' } }), 'src/server.js': server }, { start: 'node src/server.js' }],
  ['compiled TypeScript', { 'package.json': json({ scripts: { start: 'node dist/index.js' }, dependencies: { express: '4' }, devDependencies: { typescript: '5' } }), 'tsconfig.json': '{}', 'src/index.ts': server }, { build: 'npx tsc', start: 'npm start' }],
  ['compiled TypeScript that only its main file names', { 'package.json': json({ private: true, main: 'dist/app.js', scripts: { dev: 'tsx watch src/app.ts', build: 'tsc' }, dependencies: { express: '4' }, devDependencies: { tsx: '4', typescript: '5' } }), 'tsconfig.json': '{}', 'src/app.ts': server }, { build: 'npm run build', start: 'node dist/app.js' }],
  ['scripts that are called after their package', { 'package.json': json({ private: true, scripts: { 'build:app:shop': 'node build.js', 'start:app:shop': 'node .dist/server.js', 'start:dev:shop': 'nodemon' }, dependencies: { hono: '4', '@hono/node-server': '1' } }), 'tsconfig.json': '{}', 'src/server.ts': "import { serve } from '@hono/node-server';\nserve({ fetch, port: 8003 });" }, { framework: 'hono', build: 'npm run build:app:shop', start: 'npm run start:app:shop', ports: [{ port: 8003 }] }],
  ['a worker on a queue', { 'package.json': json({ scripts: { start: 'node index.js' }, dependencies: { bullmq: '5' } }), 'index.js': "const { Worker } = require('bullmq');\nnew Worker('mail', send);" }, { name: 'worker', kind: 'worker', ports: [], stores: [{ kind: 'redis' }] }],
  ['angular with a server of its own', { 'package.json': json({ scripts: { start: 'ng serve', build: 'ng build', 'serve:ssr:shop': 'node dist/shop/server/server.mjs' }, dependencies: { '@angular/core': '19', '@angular/ssr': '19', express: '4' } }), 'angular.json': json({ projects: { shop: { projectType: 'application', architect: { build: { builder: '@angular/build:application' } } } } }), 'src/index.html': page, 'server.ts': "import express from 'express';\nconst app = express();\napp.listen(process.env['PORT'] || 4000);" }, { kind: 'web', framework: 'angular', start: 'node dist/shop/server/server.mjs', ports: [{ port: 4000 }], readsPort: true }],
  ['payload over next', { 'package.json': json({ scripts: { build: 'next build', start: 'next start' }, dependencies: { payload: '3', next: '15' } }) }, { kind: 'web', framework: 'payload', frameworks: ['payload', 'next'], start: 'npm start', ports: [{ port: 3000 }] }],
  ['medusa', { 'package.json': json({ scripts: { build: 'medusa build', start: 'medusa start' }, dependencies: { '@medusajs/medusa': '2' } }) }, { framework: 'medusa', kind: 'api', ports: [{ port: 9000 }] }],
  ['rspress', { 'package.json': json({ scripts: { build: 'rspress build' }, devDependencies: { rspress: '1' } }) }, { kind: 'static', framework: 'rspress', staticDir: 'doc_build' }],
  ['express that only the workspace depends on', { 'package.json': json({ private: true, scripts: { start: 'node a.js' } }), 'a.js': "require('express')().listen(8125)" }, { framework: 'express', kind: 'api' }],
  ['bun that runs the code', { 'package.json': json({ scripts: { start: 'bun src/index.ts' } }), 'src/index.ts': 'Bun.serve({ port: 3003, fetch })' }, { runtime: { name: 'bun' }, kind: 'api', ports: [{ port: 3003 }] }],
  ['node, of which only a script for development runs on bun', { 'package.json': json({ scripts: { build: 'vite build' }, devDependencies: { vite: '5' } }), 'pnpm-lock.yaml': '', 'index.html': '<p>', 'scripts/locales.mjs': "import { Glob } from 'bun';\nawait Bun.write('a', '')" }, { runtime: { name: 'node' }, staticDir: 'dist' }],
  ['bun', { 'package.json': json({ scripts: { start: 'bun index.ts' }, dependencies: { elysia: '1' } }), 'bun.lock': '', 'index.ts': 'new Elysia().listen(3000)' }, { framework: 'elysia', packageManager: 'bun', install: 'bun install --frozen-lockfile', start: 'bun run start' }],
  ['a theme with tools that make its pages', { 'package.json': json({ scripts: { build: 'node scripts/build.js', start: 'npm run build && node scripts/watch.js' }, dependencies: { bootstrap: '5' }, devDependencies: { 'browser-sync': '2', pug: '3' } }), 'src/pug/index.pug': 'html', 'scripts/build.js': "require('fs')", 'scripts/watch.js': "require('browser-sync')" }, { kind: 'static', build: 'npm run build', start: null, staticDir: 'dist' }],
  ['a page with tools for its styles', { 'package.json': json({ scripts: { build: 'tailwindcss -o out.css' }, devDependencies: { tailwindcss: '4' } }), 'index.html': page }, { kind: 'static', build: 'npm run build', start: null, staticDir: '.' }],
  ['prisma with its schema elsewhere', { 'package.json': json({ scripts: { start: 'node a.js' }, dependencies: { '@prisma/client': '6', express: '4' }, prisma: { schema: 'src/db/schema.prisma' } }), 'a.js': server, 'src/db/schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}', 'src/db/migrations/1/migration.sql': 'create table t()' }, { release: 'npx prisma migrate deploy' }],
  ['a build that packs a program for desks', { 'package.json': json({ scripts: { build: 'pkg a.js --targets node18-win-x64', start: 'node a.js' }, dependencies: { express: '4' }, devDependencies: { pkg: '5' } }), 'a.js': server }, { build: null, start: 'npm start' }],
  ['a client of Prisma that no script generates', { 'package.json': json({ scripts: { build: 'tsc', start: 'node a.js' }, dependencies: { '@prisma/client': '^7.1.0', express: '4' }, devDependencies: { prisma: '^7.1.0' } }), 'a.js': server, 'prisma/schema.prisma': 'generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider = "postgresql"\n}' }, { build: 'npx prisma generate && npm run build' }],
  ['a client of Prisma that is written into the sources', { 'package.json': json({ scripts: { start: 'node a.js' }, dependencies: { '@prisma/client': '6', prisma: '6', express: '4' } }), 'a.js': server, 'prisma/schema.prisma': 'generator client {\n  provider = "prisma-client"\n  output = "../generated"\n}' }, { build: 'npx prisma generate' }],
  ['a client of Prisma that installing generates', { 'package.json': json({ scripts: { build: 'tsc', start: 'node a.js' }, dependencies: { '@prisma/client': '6', prisma: '6', express: '4' } }), 'a.js': server, 'prisma/schema.prisma': 'generator client {\n  provider = "prisma-client-js"\n}' }, { build: 'npm run build' }],
  ['prisma', { 'package.json': json({ scripts: { start: 'node a.js' }, dependencies: { '@prisma/client': '6', express: '4' } }), 'a.js': server, 'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DB_ADDRESS")\n}', 'prisma/migrations/1/migration.sql': 'create table t()' }, { release: 'npx prisma migrate deploy', stores: [{ kind: 'postgresql', envVars: ['DB_ADDRESS'] }] }],
];

describe('projects with a package.json', () => {
  it.each(fixtures)('reads %s', async (_, files, expected) => {
    const plan = await planOf(files);
    expect(plan.services).toHaveLength(1);
    expect(plan.services[0]).toMatchObject(expected);
  });

  it.each([
    ['.nvmrc', 'v20.11.0\n', '20.11.0'], ['.nvmrc', 'lts/jod\n', '22'], ['.node-version', '# ours\n22.3\n', '22.3'], ['.node-version', '22', '22'], ['.tool-versions', 'python 3.12\nnodejs 18.19.1\n', '18.19.1'], ['mise.toml', '[tools]\nnode = "21.5"\n', '21.5'],
    ['.mise.toml', '[tools]\nnode = ["22.3", "20"]\n', '22.3'], ['.config/mise.toml', '[tools]\nnode = "20.5"\n', '20.5'], ['.prototools', 'node = "20.11.0"\n', '20.11.0'], ['devbox.json', '{"packages":["python@3.12","nodejs@18.16"]}', '18.16'],
  ])('takes the version of Node from %s', async (file, content, version) => {
    const plan = await planOf({ 'package.json': { scripts: { start: 'node a.js' }, engines: { node: '>=16' } }, 'a.js': server, [file]: content });
    expect(plan.services[0]!.runtime).toEqual({ name: 'node', version });
  });

  it('takes the version that it is developed on before the range that it may run on, and that of a package manager that is the runtime', async () => {
    const developed = await planOf({ 'package.json': { scripts: { start: 'node a.js' }, engines: { node: '>=16' }, devEngines: { runtime: { name: 'node', version: '22.4.1' } } }, 'a.js': server });
    expect(developed.services[0]!.runtime).toEqual({ name: 'node', version: '22.4.1' });
    const bun = await planOf({ 'package.json': { packageManager: 'bun@1.2.3', scripts: { start: 'bun run a.ts' } }, 'a.ts': 'Bun.serve({ port: 3000, fetch() { return new Response() } })' });
    expect(bun.services[0]!.runtime).toEqual({ name: 'bun', version: '1.2.3' });
  });

  it.each([['>=18', '18', '>=18'], ['^20.1 || >=22', '20.1', '^20.1 || >=22'], ['20.x', '20', '20.x'], ['22', '22', undefined], ['<23 >=20', '20', '<23 >=20'], ['<21', '20', '<21']])('keeps all of what engines asks for: %s', async (node, version, range) => {
    const plan = await planOf({ 'package.json': { scripts: { start: 'node a.js' }, engines: { node } }, 'a.js': server });
    expect(plan.services[0]!.runtime).toEqual({ name: 'node', version, ...(range && { range }) });
  });

  it('takes only applications of a workspace, and builds first what they need of it', async () => {
    const plan = await planOf({
      'package.json': { private: true, workspaces: ['apps/*', 'packages/*'] }, 'package-lock.json': '{}',
      'apps/web/package.json': { name: '@x/web', scripts: { start: 'node s.js', build: 'tsc' }, dependencies: { express: '4', '@x/lib': '*' } }, 'apps/web/s.js': server,
      'packages/lib/package.json': { name: '@x/lib', main: 'dist/index.js', scripts: { build: 'tsc' } }, 'packages/lib/index.js': 'exports.a = 1',
      'examples/demo/package.json': { scripts: { start: 'node s.js' } }, 'examples/demo/s.js': server,
    });
    expect(plan.services).toMatchObject([{ name: 'web', path: 'apps/web', install: 'npm --prefix ../.. ci', build: 'npm --prefix ../.. run build -w @x/lib -w @x/web' }]);
  });

  it('takes an application of a workspace for one also when it is called after what it is for', async () => {
    const next = { scripts: { build: 'next build', start: 'next start' }, dependencies: { next: '15' } };
    const plan = await planOf({ 'package.json': { private: true, workspaces: ['apps/*'] }, 'apps/web/package.json': next, 'apps/docs/package.json': next, 'docs/site/package.json': next, 'apps/web/e2e/package.json': next });
    expect(plan.services.map(({ path }) => path)).toEqual(['apps/docs', 'apps/web']);
  });

  it('takes a server that answers gRPC only for an API', async () => {
    const plan = await planOf({ 'package.json': { main: 'index.js', scripts: { start: 'node index.js' }, dependencies: { '@grpc/grpc-js': '1' } }, 'index.js': "const address = process.env.HOST + ':' + process.env.PORT;\nserver.bindAsync(address, credentials, () => server.start());" });
    expect(plan.services).toMatchObject([{ kind: 'api', readsPort: true }]);
  });

  it('takes the applications of a Nest workspace, each with what it imports of the shared libraries', async () => {
    const main = (port: string) => `import { NestFactory } from '@nestjs/core';\nconst app = await NestFactory.create(M);\nawait app.listen(config.getOrThrow('${port}'));\n`;
    const plan = await planOf({
      'package.json': { scripts: { start: 'nest start', build: 'nest build' }, dependencies: { '@nestjs/core': '10', '@nestjs/typeorm': '10', mysql2: '3' } }, 'tsconfig.json': { compilerOptions: { paths: { '@app/common': ['libs/common/src'], '@app/common/*': ['libs/common/src/*'] } } },
      'nest-cli.json': { monorepo: true, root: 'apps/orders', projects: { common: { type: 'library', root: 'libs/common' }, orders: { type: 'application', root: 'apps/orders', entryFile: 'main' }, mails: { type: 'application', root: 'apps/mails', entryFile: 'main' } } },
      'libs/common/src/index.ts': "export * from './database';\nexport * from './log';\n", 'libs/common/src/database.ts': "import { TypeOrmModule } from '@nestjs/typeorm';\nexport class DatabaseModule { static x = TypeOrmModule.forRoot({ type: 'mysql', host: 'db' }) }\n", 'libs/common/src/log.ts': 'export class LogModule {}\n',
      'apps/orders/src/main.ts': main('PORT'), 'apps/orders/src/module.ts': "import { DatabaseModule, LogModule } from '@app/common';\n", 'apps/orders/.env': 'PORT=3021\n', 'apps/mails/src/main.ts': main('PORT_HTTP'), 'apps/mails/src/module.ts': "import { LogModule } from '@app/common';\n", 'apps/mails/.env': 'PORT_HTTP=3040\n',
    });
    expect(plan.services.map(({ path, framework, build, start, ports, stores }) => ({ path, framework, build, start, ports: ports.map(({ port }) => port), stores: stores.map(({ kind }) => kind) }))).toEqual([
      { path: 'apps/orders', framework: 'nest', build: 'cd ../.. && npx nest build orders', start: 'node ../../dist/apps/orders/main', ports: [3021], stores: ['mysql'] },
      { path: 'apps/mails', framework: 'nest', build: 'cd ../.. && npx nest build mails', start: 'node ../../dist/apps/mails/main', ports: [3040], stores: [] },
    ]);
  });

  it('is started by what those who write it watch, or by another script that runs what was compiled, where nothing is called start', async () => {
    const listens = "import express from 'express';\nexpress().listen(3333)";
    const start = async (scripts: object, rest: Files) => (await planOf({ 'package.json': { scripts, dependencies: { express: '4' }, devDependencies: { tsx: '4' } }, 'tsconfig.json': '{}', ...rest })).services[0];
    expect(await start({ dev: 'tsx watch ./src/http/server.ts', test: 'vitest' }, { 'src/http/server.ts': listens })).toMatchObject({ start: 'npx tsx src/http/server.ts', ports: [{ port: 3333 }] });
    expect(await start({ dev: 'nodemon --inspect dist/index.js', watch: 'tsc -w' }, { 'src/index.ts': listens })).toMatchObject({ start: 'node dist/index.js', build: 'npx tsc' });
    expect(await start({ execute: 'node dist/app.js', migrate: 'node dist/migrate.js' }, { 'src/app.ts': listens, 'src/migrate.ts': '' })).toMatchObject({ start: 'npm run execute' });
  });

  it('is no project where only scripts of another runtime are in the package', async () => {
    const plan = await planOf({ 'package.json': { scripts: { start: 'java -jar app/build/libs/app.jar' } }, 'settings.gradle': "include 'app'", 'app/build.gradle': "plugins { id 'org.springframework.boot' }\ndependencies { implementation 'org.springframework.boot:spring-boot-starter-web' }", 'app/src/main/java/App.java': 'public class App { public static void main(String[] args) {} }' });
    expect(plan.services).toMatchObject([{ path: 'app', language: 'java' }]);
  });

  it('takes what only listens for messages for a worker', async () => {
    const plan = await planOf({ 'package.json': { scripts: { start: 'node index.js' }, dependencies: { nats: '2' } }, 'index.js': "const { connect } = require('nats');\nnew OrderCreatedListener(client).listen();\nsetInterval(f, 1000);" });
    expect(plan.services).toMatchObject([{ kind: 'worker' }]);
  });

  it('takes applications of Nx that share a package', async () => {
    const plan = await planOf({
      'package.json': { private: true, scripts: { start: 'nx serve' }, dependencies: { express: '4', next: '15' } }, 'nx.json': '{}',
      'apps/api/project.json': { projectType: 'application', targets: { build: { executor: '@nx/webpack:webpack', options: { outputPath: 'dist/apps/api' } } } }, 'apps/api/src/main.ts': "import express from 'express';\nconst app = express();\napp.listen(3333);",
      'apps/site/project.json': { projectType: 'application', targets: { build: { executor: '@nx/vite:build', options: { outputPath: 'dist/apps/site' } } } }, 'apps/site/src/main.tsx': "import 'react';", 'libs/ui/project.json': { projectType: 'library' }, 'libs/ui/src/index.ts': 'export const a = 1',
    });
    expect(plan.services).toMatchObject([{ path: 'apps/api', kind: 'api', framework: 'express', build: 'npx nx run api:build:production', start: 'node ../../dist/apps/api/main.js', ports: [{ port: 3333 }] }, { path: 'apps/site', kind: 'static', framework: 'vite', staticDir: '../../dist/apps/site' }]);
  });

  it('serves pages where there are some, and not by the name of a directory', async () => {
    const server = { 'package.json': { scripts: { start: 'node a.js' }, dependencies: { express: '4' } }, 'a.js': "const app = require('express')();\napp.get('/orders', f);\napp.listen(3000);" };
    expect((await planOf({ ...server, 'public/notes.json': '{}' })).services[0]!.kind).toBe('api');
    expect((await planOf({ ...server, 'public/index.html': '<p>' })).services[0]!.kind).toBe('web');
  });

  it('needs the Node that has the modules it imports, where nothing states one', async () => {
    const runtime = async (files: Files) => (await planOf(files)).services[0]!.runtime;
    const code = "import { DatabaseSync } from 'node:sqlite'\nimport http from 'node:http'\nhttp.createServer(f).listen(3000)";
    expect(await runtime({ 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': code })).toEqual({ name: 'node', version: '22.5', range: '>=22.5' });
    expect(await runtime({ 'server.mjs': code })).toEqual({ name: 'node', version: '22.5', range: '>=22.5' });
    expect(await runtime({ 'package.json': { scripts: { start: 'node a.js' }, engines: { node: '24' } }, 'a.js': code })).toEqual({ name: 'node', version: '24' });
  });

  it('is what the program does that is started, where another file has the framework', async () => {
    const files = (main: string) => ({ 'package.json': { main: 'main.js', dependencies: { express: '4', 'node-schedule': '2' } }, 'main.js': main, 'answers.js': "module.exports = () => { const app = require('express')(); app.get('/', f); app.listen(3000); };", 'clock.js': "const schedule = require('node-schedule');\nschedule.scheduleJob('* * * * *', run);" });
    const kindOf = async (main: string) => (await planOf(files(main))).services[0]!.kind;
    expect(await kindOf("require('./clock');\nsetInterval(f, 1000);")).toBe('worker');
    expect(await kindOf("require('./clock');\nrequire('./answers')();")).toBe('api');
    expect(await kindOf("require('./clock');\nrequire('@/answers')();")).toBe('api');
  });

  it('is started by a file without an ending, as a generator writes it', async () => {
    const plan = await planOf({ 'package.json': { private: true, scripts: { start: 'nodemon --exec babel-node ./bin/www' }, dependencies: { express: '4' } }, 'bin/www': "require('http').createServer(require('../app')).listen(3000);", 'app.js': "module.exports = require('express')();" });
    expect(plan.services).toMatchObject([{ kind: 'api', start: 'node bin/www' }]);
  });

  it('is a package that others import, whose example needs it by its name', async () => {
    const files = { 'package.json': { name: 'slow-down', main: 'lib/index.js', types: 'lib/index.d.ts', scripts: { build: 'tsc' }, dependencies: { express: '4' } }, 'src/index.ts': 'export const slowDown = () => 1;', 'show/package.json': { scripts: { start: 'node server.js' }, dependencies: { express: '4', 'slow-down': '2' } }, 'show/server.js': "import express from 'express';\nexpress().listen(3000);" };
    expect((await planOf(files)).services).toMatchObject([{ path: '.', kind: 'library' }]);
    expect((await planOf({ 'package.json': { ...files['package.json'] }, 'src/index.ts': files['src/index.ts'], 'exemples/server.js': files['show/server.js'], 'exemples/package.json': { scripts: { start: 'node server.js' }, dependencies: { express: '4' } }, Dockerfile: 'FROM node:22\nCOPY ./exemples/server.js .\nCOPY ./exemples/package.json ./\nEXPOSE 3000\nCMD ["npm", "run", "start"]\n' })).services).toMatchObject([{ kind: 'library' }]);
  });

  it('is not its Storybook', async () => {
    const storybook = { scripts: { start: 'storybook dev -p 6006', build: 'storybook build' }, devDependencies: { storybook: '8', '@storybook/react-vite': '8' } };
    const library = await planOf({ 'package.json': { ...storybook, name: '@a/ui', main: 'dist/index.js' }, 'src/index.js': 'export const a = 1', '.storybook/main.js': '' });
    expect(library.services).toMatchObject([{ kind: 'library', start: null }]);
    const beside = await planOf({
      'package.json': { private: true, workspaces: ['apps/*', 'packages/*'] }, 'apps/web/package.json': { scripts: { start: 'next start', build: 'next build' }, dependencies: { next: '14', react: '18' } }, 'apps/web/pages/index.js': '',
      'apps/workshop/package.json': { ...storybook, private: true }, 'packages/ui/package.json': { ...storybook, name: '@a/ui', exports: './index.js' }, 'packages/ui/index.js': '',
    });
    expect(beside.services).toMatchObject([{ path: 'apps/web', framework: 'next' }]);
    const page = await planOf({ 'package.json': { ...storybook, scripts: { ...storybook.scripts, build: 'vite build' }, dependencies: { react: '18' }, devDependencies: { ...storybook.devDependencies, vite: '5' } }, 'index.html': '<p>', 'vite.config.js': '' });
    expect(page.services).toMatchObject([{ kind: 'static', framework: 'vite', staticDir: 'dist' }]);
  });

  it('leaves out what only development tools and tests use', async () => {
    const plan = await planOf({ 'package.json': { scripts: { start: 'node a.js' }, dependencies: { express: '4' }, devDependencies: { pg: '8', 'ioredis-mock': '1' } }, 'a.js': server, 'test/db.js': "require('pg'); process.env.TEST_DATABASE_URL", 'a.test.js': "require('redis')" });
    expect(plan.stores).toEqual([]);
    expect(plan.services[0]!.env.map(({ name }) => name)).toEqual(['PORT']);
  });

  it('is a program of the command line by what reads it, though it brings types along', async () => {
    const pkg = { name: 'notes', bin: { notes: './bin/run' }, main: 'lib/index.js', types: 'lib/index.d.ts' };
    const files = { 'bin/run': '#!/usr/bin/env node', 'src/index.ts': "export { run } from '@oclif/command'" };
    expect((await planOf({ ...files, 'package.json': { ...pkg, dependencies: { '@oclif/command': '1' } } })).services[0]!.kind).toBe('cli');
    expect((await planOf({ ...files, 'package.json': pkg })).services[0]!.kind).toBe('library');
  });
});
