import { describe, expect, it } from 'vitest';
import type { Scaling } from '../../model/index.ts';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const node = (dependencies: object, code = ''): Files => ({ 'package.json': { dependencies: { express: '4', ...dependencies }, scripts: { start: 'node a.js' } }, 'a.js': `const app = require('express')()\napp.listen(3000)\n${code}` });
const python = (requirements: string, code: string): Files => ({ 'requirements.txt': `flask\n${requirements}`, 'app.py': `from flask import Flask, request\napp = Flask(__name__)\n${code}` });
const scaling = async (files: Files, hints?: Record<string, string>): Promise<Scaling> => (await planOf(files, { hints })).services[0]!.scaling;

describe('scaling', () => {
  it('what keeps nothing may have replicas, by CPU', async () => {
    expect(await scaling(node({ pg: '8' }, "const { Pool } = require('pg')"))).toMatchObject({
      stateless: true, sticky: false, singleton: false, concurrency: { model: 'event-loop', workers: null }, replicas: 1,
      policy: { min: 1, max: 4, metric: 'cpu', target: 70 },
    });
  });

  it.each<[string, string, Files]>([
    ['its data in a file of its own', 'an embedded database', node({ 'better-sqlite3': '11' }, "new (require('better-sqlite3'))('app.db')")],
    ['its data in files of its own', 'an embedded store', node({ lowdb: '7' }, "const { Low } = require('lowdb')")],
    ['uploads on its own disk', 'a disk for uploads', node({ multer: '1' }, "const multer = require('multer')\nmulter({ storage: multer.diskStorage({}) })")],
    ['what it is told in its own memory (todos)', 'a list in memory', node({}, "const todos = []\napp.post('/todos', (req, res) => { todos.push(req.body) })")],
    ['what it is told in its own memory (tasks)', 'a dictionary in memory', python('', "tasks = {}\n@app.post('/tasks')\ndef add():\n    tasks[request.json['id']] = request.json\n    return ''\n")],
    ['whom to tell of news in its own memory', 'clients without a broker', node({ ws: '8' }, "const { WebSocketServer } = require('ws')\nnew WebSocketServer({ port: 8080 })")],
  ])('one that keeps %s (%s) is one agent', async (what, _, files) => {
    const found = await scaling(files);
    expect(found).toMatchObject({ stateless: false, sticky: false, policy: { min: 1, max: 1, metric: null } });
    expect(found.reason).toContain(what);
  });

  it.each<[string, Files]>([
    ['sessions in memory', node({ 'express-session': '1', 'connect-flash': '0.1' }, "app.use(require('express-session')({ secret: process.env.SECRET }))")],
    ['sessions in a store that is memory, too', node({ 'express-session': '1', memorystore: '1' }, "app.use(require('express-session')({ store: 1 }))")],
    ['connections over several requests', node({ 'socket.io': '4' }, "new (require('socket.io').Server)(3001)")],
    ['pages of a session', { 'requirements.txt': 'streamlit\n', 'app.py': 'import streamlit as st\nst.title("x")\n' }],
  ])('clients of one with %s stay with their agent', async (_, files) => {
    expect(await scaling(files)).toMatchObject({ stateless: false, sticky: true });
  });

  it.each<[string, Files]>([
    ['sessions in a store', node({ 'express-session': '1', 'connect-redis': '7', redis: '4' }, "app.use(require('express-session')({ store: 1 }))")],
    ['an adapter between agents', node({ 'socket.io': '4', '@socket.io/redis-adapter': '8', redis: '4' }, "new (require('socket.io').Server)(3001)")],
    ['uploads in an object store', node({ multer: '1', 'multer-s3': '3', '@aws-sdk/client-s3': '3' }, "const multer = require('multer')\nmulter.diskStorage({})")],
    ['a broker between clients', node({ ws: '8', ioredis: '5' }, "const { WebSocketServer } = require('ws')\nconst Redis = require('ioredis')\nnew Redis(process.env.REDIS_URL)")],
  ])('%s is shared', async (_, files) => {
    expect(await scaling(files)).toMatchObject({ stateless: true, sticky: false });
  });

  it.each<[string, Files]>([
    ['timers', node({ 'node-cron': '3' }, "require('node-cron').schedule('* * * * *', mail)")],
    ['a chat', { 'package.json': { dependencies: { 'discord.js': '14' }, scripts: { start: 'node bot.js' } }, 'bot.js': "const { Client } = require('discord.js')\nnew Client({}).login(process.env.TOKEN)" }],
    ['a clock of others', { 'requirements.txt': 'celery[redis]\n', 'Procfile': 'beat: celery -A tasks beat\n', 'tasks.py': "from celery import Celery\napp = Celery('tasks')\n" }],
  ])('a second one of %s would do everything twice', async (_, files) => {
    expect(await scaling(files)).toMatchObject({ singleton: true, policy: { min: 1, max: 1, metric: null } });
  });

  it('timers that agree in a store are no reason for one agent', async () => {
    expect(await scaling(node({ bullmq: '5', 'node-cron': '3', ioredis: '5' }, "const { Worker } = require('bullmq')"))).toMatchObject({ singleton: false });
  });

  it('a worker goes by what waits for it, a server of sockets by its connections', async () => {
    const worker = await planOf({ 'package.json': { dependencies: { kafkajs: '2' }, scripts: { start: 'node a.js' } }, 'a.js': "const { Kafka } = require('kafkajs')\nconst consumer = new Kafka({ brokers: [process.env.KAFKA] }).consumer({ groupId: 'mail' })\nawait consumer.subscribe({ topic: 'orders' })\nawait consumer.run({ eachMessage })" });
    expect(worker.services[0]).toMatchObject({ kind: 'worker', scaling: { policy: { metric: 'queue' } } });
    expect(await scaling(node({ 'better-sse': '1', ioredis: '5' }, "const Redis = require('ioredis')"))).toMatchObject({ policy: { metric: 'connections' } });
  });

  it('the policy follows what a person says', async () => {
    expect(await scaling(node({}), { replicas: '6' })).toMatchObject({ replicas: 6, policy: { min: 6, max: 6 } });
    expect(await scaling(node({}), { stateful: '' })).toMatchObject({ stateless: false, policy: { max: 1, metric: null } });
    expect(await scaling(node({ 'node-cron': '3' }), { 'high-availability': '' })).toMatchObject({ singleton: true, replicas: 1 });
    expect(await scaling(node({ 'node-cron': '3' }), { 'stateless': '', 'high-availability': '' })).toMatchObject({ singleton: false, replicas: 2 });
  });

  it('is told with the place that shows it', async () => {
    const { services: [service] } = await planOf(node({}, "const todos = []\napp.post('/todos', (req, res) => { todos.push(req.body) })"));
    expect(service!.evidence).toContainEqual({ file: 'a.js', line: 3, why: 'scaling: keeps what it is told in its own memory (todos): changes todos' });
  });
});
