import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const server = (port: number, more = '') => ({ 'package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, 'a.js': `require('express')().listen(process.env.PORT || ${port})\n${more}` });
const placed = (services: Record<string, Files>): Files => Object.fromEntries(Object.entries(services).flatMap(([directory, files]) => Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content])));
const edges = async (services: Record<string, Files>) => (await planOf(placed(services))).edges.map(({ from, to, envVar }) => [from, to, envVar]);

describe('edges', () => {
  it.each<[string, string, string | null]>([
    ['a variable with the name of a service', 'process.env.ORDERS_URL', 'ORDERS_URL'],
    ['a variable of a service called so or so', 'process.env.ORDERS_SERVICE_HOST', 'ORDERS_SERVICE_HOST'],
    ['a variable whose default leads there', "process.env.BACKEND || 'http://localhost:4001'", 'BACKEND'],
    ['an address by name', "fetch('http://orders:4001/x')", null],
    ['an address by port', 'fetch(`http://localhost:4001/x/${id}`)', null],
  ])('come from %s', async (_, code, envVar) => {
    expect(await edges({ front: server(4000, code), orders: server(4001) })).toEqual([['front', 'orders', envVar]]);
  });

  it.each([
    ['its own port', "fetch('http://localhost:4000')"], ['elsewhere', "fetch('https://api.example.com')"], ['a variable of nobody', 'process.env.SENTRY_URL'],
  ])('do not come from %s', async (_, code) => {
    expect(await edges({ front: server(4000, code), orders: server(4001) })).toEqual([]);
  });

  it('tell requests and messages between the same services apart, each with its protocol and the lines of the caller first', async () => {
    const plan = await planOf({
      ...placed({ front: { ...server(4000, "const amqp = require('amqplib')\nch.sendToQueue('mail', x)\nfetch(process.env.MAILS_URL)"), 'package.json': { dependencies: { express: '4', amqplib: '0.10' }, scripts: { start: 'node a.js' } } }, mails: { ...server(4001, "const amqp = require('amqplib')\nch.consume('mail', f)"), 'package.json': { dependencies: { express: '4', amqplib: '0.10' }, scripts: { start: 'node a.js' } } } }),
      'compose.yaml': 'services:\n  front:\n    build: ./front\n    environment:\n      A: b\n      MAILS_URL: http://mails:4001\n  mails: { build: ./mails }\n',
    });
    const between = plan.edges.filter(({ from, to }) => from === 'front' && to === 'mails');
    expect(between.map(({ protocol, envVar, evidence }) => [protocol, envVar, evidence.map(({ file, line }) => `${file}:${line}`)])).toEqual([['http', 'MAILS_URL', ['front/a.js:4', 'compose.yaml:6']], ['amqp', null, ['front/a.js:3', 'mails/a.js:3']]]);
  });

  it('to stores name the variable that tells where they are', async () => {
    const app = { 'app/package.json': { dependencies: { express: '4', pg: '8' }, scripts: { start: 'node a.js' } }, 'app/a.js': "require('express')().listen(3000)\nnew (require('pg').Pool)({ database: process.env.DATABASE_NAME, connectionString: process.env.DATABASE_URL })" };
    expect((await planOf(app)).edges.map(({ to, envVar }) => [to, envVar])).toEqual([['postgresql', 'DATABASE_URL']]);
  });

  it('lead from pages to the one API, and not back for an allowed origin', async () => {
    const page = { 'package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '7' } }, 'index.html': '<p>', 'src/a.ts': 'fetch(import.meta.env.VITE_API_URL)' };
    expect(await edges({ web: page, server: server(4002, 'cors(process.env.WEB_URL)') })).toEqual([['web', 'server', 'VITE_API_URL']]);
  });

  it('by a port of this machine lead to who is published there, not to who listens there in its container', async () => {
    const compose = 'services:\n  orders: { build: ./orders, ports: ["4100:8080"] }\n  users: { build: ./users, ports: ["8080:4001"] }\n';
    const plan = await planOf({ ...placed({ front: server(4000, 'const ordersUrl = `http://localhost:4100/${x}`, b = `http://localhost:8080/${y}`; f(ordersUrl, b)'), orders: server(8080), users: server(4001) }), 'compose.yaml': compose });
    expect(plan.edges.map(({ from, to }) => [from, to]).sort()).toEqual([['front', 'orders'], ['front', 'users']]);
    const none = await planOf({ ...placed({ front: server(4000, 'f(`http://localhost:8080/${x}`)'), orders: { ...server(8080), 'a.js': "require('express')().listen(config.port)", Dockerfile: 'FROM node\nEXPOSE 8080\n' } }), 'compose.yaml': 'services:\n  orders: { build: ./orders, ports: ["4100:8080"] }\n' });
    expect(none.edges).toEqual([]);
  });
});
