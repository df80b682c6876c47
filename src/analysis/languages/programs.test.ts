import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const programs = async (files: Files) => (await planOf(files)).services.map(({ name, kind, start, ports }) => `${name} ${kind} ${start} ${ports.map(({ port }) => port).join()}`.trim()).sort();
const server = (port: string, imports = '') => `const express = require('express');\n${imports}express().listen(${port});\n`;
const taker = "const amqp = require('amqplib');\nasync function run() {\n  const channel = await (await amqp.connect(process.env.QUEUE)).createChannel();\n  channel.consume('mail', send);\n}\nrun();\n";
const manifest = { 'package.json': { private: true, scripts: { start: 'node index.js' }, dependencies: { express: '5', amqplib: '0.10' } } };

describe('programs beside the one that a package starts', () => {
  it('are files that take messages, or listen at a port of their own', async () => {
    expect(await programs({ ...manifest, 'index.js': server('3000'), 'mailer.js': taker, 'admin/server.js': server('3001') })).toEqual(['admin api node admin/server.js 3001', 'mailer worker node mailer.js', 'web api npm start 3000']);
  });

  it('are started by the script that does no more than that', async () => {
    const scripts = { start: 'node index.js', mail: 'node mailer.js' };
    expect(await programs({ 'package.json': { ...manifest['package.json'], scripts }, 'index.js': server('3000'), 'mailer.js': taker })).toContain('mailer worker npm run mail');
  });

  it('are none that another file imports, that try something out, or that listen where the main one does', async () => {
    expect(await programs({ ...manifest, 'index.js': server('3000', "require('./mailer');\n"), 'mailer.js': taker, 'app-old.js': server('4000'), 'server.js': server('3000'), 'examples/mail.js': taker, 'mock-server.js': server('4001') })).toEqual(['web api npm start 3000']);
  });

  it('are what a Compose file starts by the same file, under the name that it has there', async () => {
    const compose = 'services:\n  api:\n    build: .\n    ports: ["3000:3000"]\n  post:\n    build: .\n    command: node mailer.js\n';
    expect(await programs({ ...manifest, 'index.js': server('3000'), 'mailer.js': taker, 'compose.yml': compose })).toEqual(['api api npm start 3000', 'post worker node mailer.js']);
  });

  it('are not told from what is started where that is not seen to listen', async () => {
    expect(await programs({ 'package.json': { ...manifest['package.json'], scripts: { start: 'node server.js' } }, 'server.js': "require('./lib').start();\n", 'lib.js': 'exports.start = () => {};\n', 'other.js': server('3000') })).toHaveLength(1);
  });
});

describe('programs beside the one of a project of Python', () => {
  const main = "import zmq\nwhile True:\n    socket = zmq.Context().socket(zmq.PUSH)\n    socket.send(b'task')\n";

  it('are those that go on with something until they are stopped', async () => {
    const worker = "import zmq\nsocket = zmq.Context().socket(zmq.PULL)\nwhile True:\n    print(socket.recv())\n";
    expect(await programs({ 'requirements.txt': 'pyzmq\n', 'main.py': main, 'worker.py': worker, 'sync.py': "from store import rows\nwhile True:\n    for row in rows():\n        print(row)\n", 'store.py': 'import pymysql\ndef rows():\n    return []\n' })).toEqual(['sync worker python3 sync.py', 'worker worker python3 main.py', 'worker-2 worker python3 worker.py']);
  });

  it('are none that only draw, or wait for nobody', async () => {
    expect(await programs({ 'requirements.txt': 'pyzmq\n', 'main.py': main, 'draw.py': 'import turtle\nwhile True:\n    turtle.forward(1)\n' })).toHaveLength(1);
  });

  it('are servers at a port of their own, without the framework', async () => {
    const socket = "import http.server\nif __name__ == '__main__':\n    http.server.HTTPServer(('', 9100), Handler).serve_forever()\n";
    expect(await programs({ 'requirements.txt': 'flask\n', 'app.py': "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(port=5000)\n", 'metrics.py': socket })).toContain('metrics api python3 metrics.py 9100');
  });
});
