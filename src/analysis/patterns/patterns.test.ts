import { describe, expect, it } from 'vitest';
import { Pattern } from '../../model/index.ts';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';
import { patternSigns } from './kinds.ts';

const node = (dependencies: object, code = ''): Files => ({ 'package.json': { dependencies: { express: '4', ...dependencies }, scripts: { start: 'node a.js' } }, 'a.js': `require('express')().listen(3000)\n${code}` });
const python = (requirements: string, code: string): Files => ({ 'requirements.txt': `flask\n${requirements}`, 'app.py': `from flask import Flask\napp = Flask(__name__)\n${code}` });
const patterns = async (files: Files) => (await planOf(files)).services[0]!.patterns;

describe('patterns', () => {
  it('have one line each, in the order of the vocabulary', () => {
    expect(patternSigns.map(({ pattern }) => pattern)).toEqual(Pattern.options);
  });

  it.each<[string[], Files]>([
    [[], node({})],
    [['jwt', 'rate-limiting', 'cors'], node({ jsonwebtoken: '9', 'express-rate-limit': '7', cors: '2' })],
    [['cors'], node({}, "res.setHeader('Access-Control-Allow-Origin', '*')")],
    [['sse'], node({}, "res.writeHead(200, { 'Content-Type': 'text/event-stream' })")],
    [['health', 'graceful-shutdown'], node({}, "const app = express()\napp.get('/healthz', ok)\nprocess.on('SIGTERM', stop)")],
    [['background-jobs'], python('celery', '')],
    [['sessions', 'websocket', 'uploads'], python('flask-login\nflask-socketio\n', 'secure_filename(f)')],
    [['oauth', 'caching', 'tracing'], python('authlib-x\nrequests-oauthlib\nflask-caching\nopentelemetry-sdk\n', '')],
    [[], python('fastapi\nuvicorn\nwebsockets==15.0.1\n', '')],
    [['websocket'], python('websockets==15.0.1\n', 'from websockets.asyncio.server import serve')],
    [['feature-flags'], node({ 'unleash-client': '5' })],
  ])('%j are seen', async (expected, files) => {
    expect(await patterns(files)).toEqual(expected);
  });

  it('come with the place that shows them', async () => {
    const { services: [service] } = await planOf(node({}, '\nprocess.on("SIGTERM", stop)'));
    expect(service!.evidence).toContainEqual({ file: 'a.js', line: 3, why: 'pattern graceful-shutdown: has SIGTERM' });
  });
});
