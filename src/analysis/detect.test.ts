import { describe, expect, it } from 'vitest';
import type { Files } from './fixture.ts';
import { planOf } from './fixture.ts';

const server = { 'web/package.json': { scripts: { start: 'node server.js' }, dependencies: { express: '5' } }, 'web/server.js': "require('express')().listen(3000)" };

describe('a program that ends, in a directory of its own', () => {
  const program = { 'fill/package.json': { scripts: { start: 'node fill.js' } }, 'fill/fill.js': "require('fs').writeFileSync('a', 'b')" };

  it('is a tool of whoever writes the app beside what serves', async () => {
    expect((await planOf({ ...server, ...program })).services.map(({ path }) => path)).toEqual(['web']);
  });

  it('is a service where it is deployed with the others, by its image or among those of a Compose file', async () => {
    const ways: Files[] = [{ 'fill/Dockerfile': 'FROM node:24\nCOPY . .\nCMD ["node", "fill.js"]\n' }, { 'compose.yaml': 'services:\n  once:\n    image: fill\n    command: sleep 99\n' }];
    for (const deployed of ways) {
      expect((await planOf({ ...server, ...program, ...deployed })).services.map(({ path, kind }) => `${path} ${kind}`).sort()).toEqual(['fill job', 'web api']);
    }
  });
});

it('takes a package for no library that has an image which runs it', async () => {
  const files = { ...server, 'consumer/package.json': { name: 'consumer', main: 'index.js', dependencies: { kafkajs: '2' } }, 'consumer/index.js': "const { Kafka } = require('kafkajs')\nconst consumer = new Kafka({}).consumer({ groupId: 'a' })\nconsumer.run({ eachMessage: f })", 'consumer/Dockerfile': 'FROM node:24\nCOPY . .\nCMD ["node", "index.js"]\n' };
  expect((await planOf(files)).services).toContainEqual(expect.objectContaining({ path: 'consumer', kind: 'worker', packageManager: 'npm', start: 'node index.js' }));
});

it('lets all programs of a project run on what its image brings', async () => {
  const files = { 'requirements.txt': 'flask\ncelery\n', 'app.py': "from flask import Flask\nfrom celery import Celery\napp = Flask(__name__)\nqueue = Celery('app')\n", Dockerfile: 'FROM python:3.9\nCOPY . .\nCMD ["flask", "--app", "app", "run"]\n' };
  expect((await planOf(files)).services.map(({ kind, runtime }) => `${kind} ${runtime?.version}`)).toEqual(['api 3.9', 'worker 3.9']);
});
