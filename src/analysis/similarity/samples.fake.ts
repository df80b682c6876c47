import type { Files } from '../fixture.ts';

/** Small apps to compare: of two frameworks, of two languages, and one that is only pages. */
const manifest = (name: string, dependencies: readonly string[]) => ({ name, scripts: { start: 'node server.js' }, dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '*'])) });

export const notes: Files = {
  'package.json': manifest('notes', ['express', 'pg']),
  'server.js': `const express = require('express');
const { Pool } = require('pg');
const pool = new Pool({ connectionString: process.env.DATABASE_URL });
const app = express();
app.use(express.json());
app.get('/notes', async (request, response) => {
  const { rows } = await pool.query('SELECT id, text FROM notes ORDER BY id');
  response.json(rows);
});
app.post('/notes', async (request, response) => {
  if (!request.body.text) return response.status(400).json({ error: 'text is missing' });
  const { rows } = await pool.query('INSERT INTO notes (text) VALUES ($1) RETURNING id', [request.body.text]);
  response.status(201).json(rows[0]);
});
app.delete('/notes/:id', async (request, response) => {
  const { rowCount } = await pool.query('DELETE FROM notes WHERE id = $1', [request.params.id]);
  response.status(rowCount === 0 ? 404 : 204).end();
});
app.get('/healthz', (request, response) => response.send('ok'));
app.listen(process.env.PORT || 3000);
`,
};

/** The notes, a month later: two functions are there besides, one has a limit. */
export const notesEdited: Files = {
  ...notes,
  'server.js': String(notes['server.js'])
    .replace("ORDER BY id');", "ORDER BY id LIMIT $1', [Number(request.query.limit ?? 50)]);")
    .replace("app.get('/healthz'", `app.get('/notes/:id', async (request, response) => {
  const { rows } = await pool.query('SELECT id, text FROM notes WHERE id = $1', [request.params.id]);
  if (rows.length === 0) return response.status(404).end();
  response.json(rows[0]);
});
app.get('/healthz'`),
};

/** The notes as a formatter with other habits and somebody who renames leave them. */
export const notesFormatted: Files = {
  ...notes,
  'server.js': `// Notes.\n${String(notes['server.js']).replaceAll(';\n', '\n').replaceAll("'", '"').replaceAll('  ', '\t').replaceAll('pool', 'database').replaceAll('request', 'req').replaceAll('response', 'res').replaceAll('[req.params.id])', '[\n\t\treq.params.id,\n\t])')}`,
};

export const files: Files = {
  'package.json': manifest('files', ['express', 'multer', 'aws-sdk']),
  'server.js': `const express = require('express');
const multer = require('multer');
const path = require('path');
const fs = require('fs');
const upload = multer({ dest: process.env.UPLOADS || '/tmp/uploads', limits: { fileSize: 5 * 1024 * 1024 } });
const app = express();
const known = new Map();
function clean() {
  for (const [name, entry] of known) {
    if (Date.now() - entry.time < 3600000) continue;
    fs.unlinkSync(entry.path);
    known.delete(name);
  }
}
setInterval(clean, 60000);
app.post('/upload', upload.single('file'), (req, res) => {
  known.set(req.file.originalname, { path: req.file.path, time: Date.now() });
  res.redirect('/');
});
app.get('/file/:name', (req, res, next) => {
  const entry = known.get(req.params.name);
  if (!entry) return next();
  res.download(path.resolve(entry.path), req.params.name);
});
app.get('/', (req, res) => res.send([...known.keys()].map((name) => '<li>' + encodeURIComponent(name) + '</li>').join('')));
app.listen(process.env.PORT || 8080, () => console.log('listening'));
`,
};

export const socket: Files = {
  'package.json': manifest('chat', ['fastify', 'ws', 'ioredis']),
  'server.js': `import Fastify from 'fastify';
import { WebSocketServer } from 'ws';
import Redis from 'ioredis';
const fastify = Fastify({ logger: true });
const [publisher, subscriber] = [new Redis(process.env.REDIS_URL), new Redis(process.env.REDIS_URL)];
const sockets = new WebSocketServer({ server: fastify.server });
await subscriber.subscribe('chat');
subscriber.on('message', (channel, text) => { for (const client of sockets.clients) client.send(text); });
sockets.on('connection', (client) => client.on('message', (data) => publisher.publish('chat', data.toString().slice(0, 500))));
fastify.get('/health', async () => ({ status: 'ok' }));
await fastify.listen({ port: Number(process.env.PORT ?? 4000), host: '0.0.0.0' });
`,
};

export const flask: Files = {
  'requirements.txt': 'flask\npandas\ngunicorn\n',
  'app.py': `import os
import pandas as pd
from flask import Flask, jsonify, request

app = Flask(__name__)
table = pd.read_csv(os.environ.get("DATA", "data.csv"))

@app.route("/rows")
def rows():
    limit = int(request.args.get("limit", 10))
    return jsonify(table.head(limit).to_dict(orient="records"))

@app.route("/mean/<column>")
def mean(column):
    if column not in table.columns:
        return jsonify(error="no such column"), 404
    return jsonify(mean=float(table[column].mean()))

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", 5000)))
`,
};

export const pages: Files = { 'index.html': '<!doctype html><title>Hello</title><h1>Hello</h1>' };
