import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const pkg = (data: object) => JSON.stringify({ private: true, ...data });
const server = "import express from 'express'\nexpress().listen(3000)\n";
const compiled = (options: object, more: Files = {}): Files => ({
  'package.json': pkg({ scripts: { build: 'tsc', dev: 'ts-node-dev src/index.ts' }, dependencies: { express: '5' }, devDependencies: { typescript: '5', 'ts-node-dev': '2' } }),
  'tsconfig.json': { compilerOptions: options }, 'src/index.ts': server, ...more,
});

describe('how a package of Node is started', () => {
  it.each<[string, Files, string]>([
    ['by a file whose name is written with capitals', { 'package.json': pkg({ main: 'index.js', dependencies: { express: '5' } }), 'Server.js': "require('express')().listen(3000)" }, 'node Server.js'],
    ['by the file that Bun watches', { 'package.json': pkg({ scripts: { dev: 'bun run --hot src/index.ts' }, dependencies: { hono: '4' } }), 'bun.lock': '{}', 'src/index.ts': "import { Hono } from 'hono'\nexport default new Hono()" }, 'bun src/index.ts'],
    ['by what the compiler makes of the watched file', compiled({ outDir: './dist' }), 'node dist/index.js'],
    ['below what is compiled besides', compiled({ outDir: 'dist' }, { 'seed.ts': 'export {}' }), 'node dist/src/index.js'],
    ['from the root that the compiler is told', compiled({ outDir: 'dist', rootDir: '.' }), 'node dist/src/index.js'],
    ['beside its source where there is no output directory', compiled({}), 'node src/index.js'],
    ['as its source where nothing is compiled', compiled({ noEmit: true }, { 'package.json': pkg({ scripts: { build: 'tsc', dev: 'tsx watch src/index.ts' }, dependencies: { express: '5', tsx: '4' } }) }), 'npx tsx src/index.ts'],
  ])('is known %s', async (_, files, start) => {
    expect((await planOf(files)).services).toMatchObject([{ start }]);
  });

  it('is known of a gateway without a package.json beside the services', async () => {
    const nest = { 'orders/package.json': pkg({ scripts: { start: 'node main.js' }, dependencies: { express: '5' } }), 'orders/main.js': "require('express')().listen(3001)" };
    const plan = await planOf({ ...nest, 'edge/gateway.js': "require('express')().get('/', () => fetch('http://localhost:3001/orders'))\napp.listen(3000)" });
    expect(plan.services.map(({ path, start }) => `${path} ${start}`)).toEqual(expect.arrayContaining(['edge node gateway.js']));
  });

  it('is a script for production under a shorter name where another one builds before it starts', async () => {
    const plan = await planOf({ 'package.json': pkg({ scripts: { build: 'nest build', start: 'nest start', prod: 'node dist/src/main' }, dependencies: { '@nestjs/core': '11' } }), 'src/main.ts': 'const app = await NestFactory.create(AppModule);\nawait app.listen(3000);\n' });
    expect(plan.services[0]?.start).toBe('npm run prod');
  });

  it('holds no port of a service of Nest that a broker brings its messages', async () => {
    const main = "import { NestFactory } from '@nestjs/core'\nasync function bootstrap() {\n  const app = await NestFactory.createMicroservice(AppModule, { transport: Transport.RMQ, options: { urls: [process.env.AMQP_URL], queue: 'mail' } })\n  await app.listen()\n}\nbootstrap()\n";
    const plan = await planOf({ 'package.json': pkg({ scripts: { build: 'nest build', 'start:prod': 'node dist/main' }, dependencies: { '@nestjs/core': '11', '@nestjs/microservices': '11', amqplib: '0.10' } }), 'src/main.ts': main });
    expect(plan.services).toMatchObject([{ kind: 'worker', ports: [] }]);
  });

  it('is known of a service without a package.json whose file is called as its directory, and not of what that file uses', async () => {
    const plan = await planOf({ 'books/books.js': "const routes = require('./app/api')\nrequire('express')().use(routes).listen(4545)", 'books/app/api.js': "const express = require('express')\nmodule.exports = express.Router()" });
    expect(plan.services.map(({ path, start }) => `${path} ${start}`)).toEqual(['books node books.js']);
  });

  it('holds no port of a service of Nest that takes its messages from Kafka, when its scripts name no file', async () => {
    const main = "import { NestFactory } from '@nestjs/core'\nasync function bootstrap() {\n  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, { transport: Transport.KAFKA })\n  await app.listen()\n}\nbootstrap()\n";
    const plan = await planOf({ 'package.json': pkg({ scripts: { build: 'nest build', start: 'nest start' }, dependencies: { '@nestjs/core': '11', '@nestjs/microservices': '11', kafkajs: '2' } }), 'src/main.ts': main });
    expect(plan.services).toMatchObject([{ kind: 'worker', ports: [] }]);
  });
});

it('takes no program of what is installed for the one that those who write the app watch', async () => {
  const files = { 'package.json': { private: true, main: 'build/index.js', scripts: { start: 'nodemon --exec ./node_modules/@babel/node/bin/babel-node.js src/index', build: 'npx babel src -d build' }, dependencies: { express: '5' } }, 'src/index.js': "import express from 'express';\nexpress().listen(5000);\n" };
  expect((await planOf(files)).services).toMatchObject([{ start: 'node build/index.js' }]);
});
