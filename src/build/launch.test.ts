import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LaunchContext, launchArgv } from './launch.ts';
import { temporary, write } from './testing.ts';

const context = (scripts: Record<string, string>, programs: string[] = [], python: string[] = []): LaunchContext => ({
  scripts, programDirectories: ['node_modules/.bin'], exists: (path) => programs.includes(path), isPythonScript: (path) => python.includes(path),
});

const home = temporary();

describe('a start command', () => {
  it.each<[string, Record<string, string>, string[], string[]]>([
    ['npm start', { start: 'node src/web.js' }, [], ['node', 'src/web.js']],
    ['npm run worker', { worker: 'node w.js --flag "a b"' }, [], ['node', 'w.js', '--flag', 'a b']],
    ['yarn start', { start: 'npm run serve', serve: 'node x' }, [], ['node', 'x']],
    ['npm start', { start: 'NODE_ENV=production node x' }, [], ['/usr/bin/env', 'NODE_ENV=production', 'node', 'x']],
    ['npm start', { start: 'cross-env A=b C=d node x' }, [], ['/usr/bin/env', 'A=b', 'C=d', 'node', 'x']],
    ['npm start', { start: 'node x', prestart: 'node y' }, [], ['npm', 'start']],
    ['npm start', {}, ['server.js'], ['node', 'server.js']],
    ['npm start', {}, [], ['npm', 'start']],
    ['npm start -- --port 1', { start: 'node x' }, [], ['npm', 'start', '--', '--port', '1']],
    ['npm run loop', { loop: 'npm run loop' }, [], ['npm', 'run', 'loop']],
    ['npx next start', {}, ['node_modules/.bin/next'], ['node_modules/.bin/next', 'start']],
    ['npx unknown', {}, [], ['npx', 'unknown']],
    ['npm start', { start: 'next start' }, ['node_modules/.bin/next'], ['node_modules/.bin/next', 'start']],
    ['pnpm exec tsx a.ts', {}, ['node_modules/.bin/tsx'], ['node_modules/.bin/tsx', 'a.ts']],
    ['./server --port 1', {}, [], ['./server', '--port', '1']],
    ['npm start', { start: 'node --env-file=.env --enable-source-maps x.js' }, [], ['node', '--enable-source-maps', 'x.js']],
    ['npm start', { start: 'node --env-file ./.env --env-file=.env.production x.js' }, ['.env'], ['node', '--env-file', './.env', 'x.js']],
  ])('%s with %j', (command, scripts, programs, expected) => {
    expect(launchArgv(command, context(scripts, programs))).toEqual(expected);
  });

  it('of a Python package runs under the interpreter, whatever its first line says', () => {
    const at = { ...context({}, ['.venv/bin/gunicorn', '.venv/bin/python', '.deps/bin/flask'], ['.venv/bin/gunicorn', '.deps/bin/flask']), programDirectories: ['.deps/bin', '.venv/bin'] };
    expect(launchArgv('gunicorn app:app', at)).toEqual(['.venv/bin/python', '.venv/bin/gunicorn', 'app:app']);
    expect(launchArgv('poetry run gunicorn app:app', at)).toEqual(['.venv/bin/python', '.venv/bin/gunicorn', 'app:app']);
    expect(launchArgv('flask run', at)).toEqual(['python3', '.deps/bin/flask', 'run']);
  });

  it('with shell syntax runs in a shell, with the programs of its dependencies, and is never read twice', () => {
    const directory = write(join(home, "it's $HOME"), { 'node_modules/.bin/hello': '#!/bin/sh\necho hello "$1"\n' });
    chmodSync(join(directory, 'node_modules/.bin/hello'), 0o755);
    const [program, ...args] = launchArgv('npm start', context({ start: 'hello "$WHO" && echo "$(pwd)" >out' }));
    expect(execFileSync(program!, args, { cwd: directory, env: { PATH: '/usr/bin:/bin', WHO: '$(touch evil)' } }).toString()).toBe('hello $(touch evil)\n');
    expect(existsSync(join(directory, 'evil'))).toBe(false);
    expect(existsSync(join(directory, 'out'))).toBe(true);
  });
});
