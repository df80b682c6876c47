import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movable } from './movable.ts';
import { resolveArgv } from './resolve.ts';

describe('a command that names the port on which it listens', () => {
  it.each([
    [['uvicorn', 'shop:app', '--host', '0.0.0.0', '--port', '8123'], ['uvicorn', 'shop:app', '--host', '0.0.0.0', '--port', '{port}']],
    [['gunicorn', '-w', '2', '--bind=0.0.0.0:8123', 'shop:app'], ['gunicorn', '-w', '2', '--bind=0.0.0.0:{port}', 'shop:app']],
    [['/bin/sh', '-c', 'cd web && exec serve -p 8123 "a b"'], ['/bin/sh', '-c', 'cd web && exec serve -p {port} "a b"']],
    [['/usr/bin/env', 'PORT=8123', 'node', 'server.js'], ['/usr/bin/env', 'PORT={port}', 'node', 'server.js']],
    [['java', '-Dserver.port=8123', '-jar', 'a.jar', '--port', '8123', 'x'], ['java', '-Dserver.port={port}', '-jar', 'a.jar', '--port', '{port}', 'x']],
  ])('%j can be told another one', (argv, expected) => expect(movable(argv, 8123)).toEqual(expected));

  it('is as it was where it names another one, reads it, or nobody knows where it listens', () => {
    for (const argv of [['uvicorn', 'a:b', '--port', '9000'], ['/bin/sh', '-c', 'uvicorn a:b --port ${PORT:-8123}'], ['node', 'server.js', '8123'], ['work', '--port', '81230']]) expect(movable(argv, 8123)).toEqual(argv);
    expect(movable(['serve', '--port', '8123'], null)).toEqual(['serve', '--port', '8123']);
  });

  it('is the same command again with the port that it named', () => {
    const argument = fc.oneof(fc.constantFrom('--port', '-p', '--bind', '0.0.0.0:8123', '8123', '--port=8123', 'PORT=8123', 'a b', ''), fc.string());
    fc.assert(fc.property(fc.array(argument, { minLength: 1 }).filter((argv) => !argv.join(' ').includes('{port}')), (argv) => {
      expect(resolveArgv({ argv: movable(argv, 8123) }, 8123)).toEqual(argv);
    }));
  });
});
