import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { analyse } from '../analysis/index.ts';
import { version } from '../analysis/survey/version.ts';
import { Artefacts } from '../build/artefacts.ts';
import { buildApp, type Built } from '../build/build.ts';
import { snapshot } from '../build/snapshot.ts';
import { fetchSource } from '../build/source.ts';
import { trackedThoughIgnored } from '../build/tracked.ts';
import { pathsOf } from '../host/paths.ts';
import { reportOf, StratoError, type Plan } from '../model/index.ts';
import { killWithParent, mortality } from './mortal.ts';
import { systemClock } from './system.ts';
import { inAdvance } from './workers.ts';
import type { WorkMessage, WorkOrder, WorkResult, WorkStep, WorkVariables } from './workshop.ts';

/** How often the rehearsal goes through its app: code that has run a few times runs several times as fast. */
const rehearsals = 12;

/** Server of the rehearsal: a little of what many have. */
const rehearsed = `import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const streams = new Set();
const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://' + request.headers.host);
  if (url.pathname === '/healthz') return response.end('ok');
  if (url.pathname === '/hash') {
    const hash = createHash('sha256');
    for await (const chunk of request) hash.update(chunk);
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ hash: hash.digest('hex') }));
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const beat = setInterval(() => response.write('data: ' + JSON.stringify(process.env.NODE_ENV) + '\\n\\n'), 1000);
  streams.add(response);
  response.on('close', () => { clearInterval(beat); streams.delete(response); });
});
server.on('upgrade', (request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n');
  socket.on('data', (data) => socket.write(data)).on('error', () => socket.destroy());
});
process.on('SIGTERM', () => server.close(() => process.exit(0)));
server.listen(process.env.PORT || 3000);
`;

type Say = (message: WorkMessage) => void;

/** Which variables builds are given; asked once the app is known. */
type Variables = () => Promise<WorkVariables['env']>;

/** The program behind {@link Workshop}: one order in, messages out, and it ends. It may wait for the order for a while. */
const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const abort = new AbortController();
const dieAt = process.env['STRATOSWARM_DIE_AT'];
process.on('SIGTERM', () => abort.abort(new Error('cancelled')));

try {
  const ordered = input.next();
  if (process.argv.includes(inAdvance)) await rehearse(ordered);
  const order = await ordered;
  // One that was kept ready and is not needed after all is told so by the end of its input.
  if (!order.done) say({ kind: 'result', result: await work(JSON.parse(order.value) as WorkOrder, () => toldVariables(order.value), say, dieAt) });
} catch (error) {
  say({ kind: 'error', error: reportOf(error) });
  process.exitCode = 1;
} finally {
  process.stdin.destroy();
}

/** @param order - Daemons that ran before this was asked for give the variables with it. */
async function toldVariables(order: string): Promise<WorkVariables['env']> {
  const told = await input.next();
  const { env } = JSON.parse(told.done ? order : told.value) as Partial<WorkVariables>;
  if (env === undefined) throw new StratoError('deployment.cancelled', 'whoever ordered it is gone');
  return env;
}

/** Carries out an order for a small app of nobody's, so that all that is loaded and compiled at the first time is there when the order comes. */
async function rehearse(ordered: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = () => { isOver = true; };
  ordered.then(end, end);
  const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-rehearsal-'));
  try {
    const app = join(directory, 'app');
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), '{"name":"rehearsal","type":"module","scripts":{"start":"node server.js"}}');
    for (let n = 0; n < rehearsals && !isOver; n++) {
      writeFileSync(join(app, 'server.js'), `// ${n}\n${rehearsed}`);
      await work({ home: join(directory, 'home'), request: { source: { kind: 'path', location: app } }, planOnly: false }, async () => ({}), () => undefined);
    }
  } catch (error) {
    // The order itself, when it comes, shows what is wrong.
    console.error(`rehearsal: ${reportOf(error).message}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function work({ home, request, planOnly }: WorkOrder, variables: Variables, say: Say, dieAt?: string): Promise<WorkResult> {
  const begin = (step: WorkStep, text: string) => say({ kind: 'begin', step, text });
  const end = (step: WorkStep, text: string) => say({ kind: 'end', step, text });
  const paths = pathsOf({ STRATOSWARM_HOME: home });
  const { signal } = abort;
  begin('fetch', `Fetching ${request.source.location}`);
  const fetched = await fetchSource(request.source.location, { paths, clock: systemClock, signal, onProgress: (line) => say({ kind: 'line', step: 'fetch', text: line }) });
  try {
    end('fetch', fetched.source.kind === 'git' ? `Fetched commit ${fetched.source.version?.slice(0, 12)}` : `Found ${fetched.directory}`);
    begin('analyse', 'Reading the code');
    const plan = await analyse(fetched.directory, { name: request.name ?? undefined, hints: request.hints, kept: version === undefined ? undefined : { directory: join(paths.cache, 'readings'), version } });
    say({ kind: 'planned', plan });
    end('analyse', `Found ${summary(plan)}`);
    if (planOnly) return { plan, source: fetched.source, built: {} };

    const env = await variables();
    begin('build', `Building ${plan.app.name}`);
    const keep = plan.services.flatMap((service) => (service.staticDir && !service.build ? [`${service.path}/${service.staticDir}`] : []));
    const tracked = await trackedThoughIgnored(fetched.directory, { clock: systemClock, signal });
    const tree = await snapshot(fetched.directory, { paths, signal, keep: [...keep, ...tracked] });
    const artefacts = new Artefacts(paths);
    const said = new Set<string>();
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

function say(message: WorkMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
