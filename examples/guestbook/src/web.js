import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createTables } from './database.js';
import { addEntry, listEntries, problemWith } from './entries.js';
import { renderPage } from './page.js';

const port = process.env.PORT || 3000;
const style = readFileSync(new URL('../public/style.css', import.meta.url));
const stopping = new AbortController();
const pool = connect();

const routes = {
  'GET /': async (request, response) => {
    sendPage(response, 200, { entries: await listEntries(pool) });
  },
  'POST /entries': async (request, response) => {
    const entry = Object.fromEntries(new URLSearchParams(await readBody(request)));
    const problem = problemWith(entry);
    if (problem) return sendPage(response, 422, { entries: await listEntries(pool), entry, problem });
    await addEntry(pool, entry);
    response.writeHead(303, { location: '/' }).end();
  },
  'GET /api/entries': async (request, response) => {
    sendJson(response, 200, { entries: await listEntries(pool) });
  },
  'POST /api/entries': async (request, response) => {
    const entry = parseJson(await readBody(request));
    const problem = problemWith(entry);
    if (problem) return sendJson(response, 422, { error: problem });
    sendJson(response, 201, await addEntry(pool, entry));
  },
  'GET /healthz': async (request, response) => {
    await pool.query('SELECT 1');
    sendJson(response, 200, { status: 'ok' });
  },
  'GET /style.css': (request, response) => {
    response.writeHead(200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=300' }).end(style);
  },
};

async function answer(request, response) {
  // While stopping, clients are asked to open their next connection elsewhere.
  if (stopping.signal.aborted) response.setHeader('connection', 'close');
  const path = request.url.split('?', 1)[0];
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const route = routes[`${method} ${path}`];
  try {
    if (!route) throw new HttpError(404, 'There is nothing here.');
    await route(request, response);
  } catch (error) {
    if (response.headersSent) return response.destroy();
    if (error instanceof HttpError) return sendJson(response, error.status, { error: error.message });
    console.error(`${request.method} ${path}: ${error.message}`);
    sendJson(response, 503, { error: 'The database does not answer, please try again.' });
  }
}

class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function readBody(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > 10_000) throw new HttpError(413, 'That is too long.');
  }
  return body;
}

function parseJson(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new HttpError(400, 'The body is not JSON.');
  }
}

function sendPage(response, status, content) {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'self'; frame-ancestors 'none'; form-action 'self'",
  });
  response.end(renderPage(content));
}

function sendJson(response, status, content) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(content)}\n`);
}

/** Finishes the requests that are under way, then closes the database. */
async function stop() {
  if (stopping.signal.aborted) return;
  stopping.abort();
  console.log('stopping');
  if (server.listening) {
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    await new Promise((closed) => server.close(closed));
    clearInterval(sweep);
  }
  await pool.end();
}

const server = createServer(answer);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);

try {
  await createTables(pool, stopping.signal);
  server.listen(port, () => console.log(`guestbook listens on port ${server.address().port}`));
} catch (error) {
  if (error.name !== 'AbortError') throw error;
}
