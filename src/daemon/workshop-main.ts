import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { analyse } from '../analysis/index.ts';
import { Artefacts } from '../build/artefacts.ts';
import { buildApp, type Built } from '../build/build.ts';
import { snapshot } from '../build/snapshot.ts';
import { fetchSource } from '../build/source.ts';
import { pathsOf } from '../host/paths.ts';
import { reportOf, type Plan } from '../model/index.ts';
import { killWithParent, mortality } from './mortal.ts';
import { systemClock } from './system.ts';
import { inAdvance } from './workers.ts';
import type { WorkMessage, WorkOrder, WorkResult, WorkStep } from './workshop.ts';

/** How often the rehearsal goes through its app: code that has run a few times runs twice as fast. */
const rehearsals = 4;

/** Server of the rehearsal: a little of what many have. */
const rehearsed = `import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';

const app = express();
const streams = new Set();
app.get('/healthz', (request, response) => response.send('ok'));
app.get('/events', (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const beat = setInterval(() => response.write('data: ' + JSON.stringify(process.env.NODE_ENV) + '\\n\\n'), 1000);
  response.on('close', () => { clearInterval(beat); streams.delete(response); });
});
app.post('/hash', async (request, response) => response.json({ hash: createHash('sha256').update(request.body).digest('hex') }));
const server = createServer(app);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
server.listen(process.env.PORT || 3000);
`;

/** The program behind {@link Workshop}: one order in, messages out, and it ends. It may wait for the order for a while. */
const abort = new AbortController();
const said = new Set<string>();
const dieAt = process.env['STRATOSWARM_DIE_AT'];
process.on('SIGTERM', () => abort.abort(new Error('cancelled')));

try {
  const ordered = text(process.stdin);
  if (process.argv.includes(inAdvance)) await rehearse(ordered);
  const order = await ordered;
  // One that was kept ready and is not needed after all is told so by the end of its input.
  if (order !== '') say({ kind: 'result', result: await work(JSON.parse(order) as WorkOrder) });
} catch (error) {
  say({ kind: 'error', error: reportOf(error) });
  process.exitCode = 1;
}

/** Reads and copies a small app of nobody's, so that all that is loaded and compiled at the first time is there when the order comes. */
async function rehearse(ordered: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = () => { isOver = true; };
  ordered.then(end, end);
  const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-rehearsal-'));
  try {
    const app = join(directory, 'app');
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), '{"name":"rehearsal","type":"module","scripts":{"start":"node server.js"},"dependencies":{"express":"*"}}');
    for (let n = 0; n < rehearsals && !isOver; n++) {
      writeFileSync(join(app, 'server.js'), `// ${n}\n${rehearsed}`);
      await analyse(app, {});
      await snapshot(app, { paths: pathsOf({ STRATOSWARM_HOME: join(directory, 'home') }), signal: abort.signal, keep: [] });
    }
  } catch {
    // Then the order shows what is wrong.
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function work({ home, request, env, planOnly }: WorkOrder): Promise<WorkResult> {
  const paths = pathsOf({ STRATOSWARM_HOME: home });
  const { signal } = abort;
  begin('fetch', `Fetching ${request.source.location}`);
  const fetched = await fetchSource(request.source.location, { paths, clock: systemClock, signal, onProgress: (line) => say({ kind: 'line', step: 'fetch', text: line }) });
  try {
    end('fetch', fetched.source.kind === 'git' ? `Fetched commit ${fetched.source.version?.slice(0, 12)}` : `Found ${fetched.directory}`);
    begin('analyse', 'Reading the code');
    const plan = await analyse(fetched.directory, { name: request.name ?? undefined, hints: request.hints });
    say({ kind: 'planned', plan });
    end('analyse', `Found ${summary(plan)}`);
    if (planOnly) return { plan, source: fetched.source, built: {} };

    begin('build', `Building ${plan.app.name}`);
    const keep = plan.services.flatMap((service) => (service.staticDir && !service.build ? [`${service.path}/${service.staticDir}`] : []));
    const tree = await snapshot(fetched.directory, { paths, signal, keep });
    const artefacts = new Artefacts(paths);
    if (dieAt) mortality(dieAt, killWithParent)(artefacts, 'artefacts', ['rename']);
    const built = await buildApp({ plan, tree, paths, artefacts, clock: systemClock, signal, env, onOutput: (service, line) => {
      said.add(line);
      say({ kind: 'line', step: 'build', text: `${service}: ${line}` });
    } });
    const results = Object.fromEntries(built) as Record<string, Built>;
    for (const note of new Set(Object.values(results).flatMap((result) => result.notes))) if (!said.has(note)) say({ kind: 'line', step: 'build', text: note });
    end('build', Object.values(results).every((result) => result.cached) ? 'Built before: taken from the cache' : `Built ${Object.keys(results).join(', ')}`);
    return { plan, source: { ...fetched.source, version: fetched.source.version ?? tree.hash }, built: results };
  } finally {
    await fetched.cleanup();
  }
}

function summary(plan: Plan): string {
  const services = plan.services.map(({ name, framework, language }) => `${name} (${framework ?? language ?? 'unknown'})`);
  return [...services, ...plan.stores.map((store) => store.kind)].join(', ');
}

function begin(step: WorkStep, line: string): void {
  say({ kind: 'begin', step, text: line });
}

function end(step: WorkStep, line: string): void {
  say({ kind: 'end', step, text: line });
}

function say(message: WorkMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
