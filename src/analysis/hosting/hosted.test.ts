import { describe, expect, it } from 'vitest';
import { commandOf, runtimeNamed, runtimeVariable, variablesOf } from './hosted.ts';
import { storeNamed } from './stores.ts';

describe('what manifests write', () => {
  it.each([['nodejs:18', 'node', '18'], ['nodejs20', 'node', '20'], ['python312', 'python', '3.12'], ['python39', 'python', '3.9'], ['go121', 'go', '1.21'], ['java17', 'java', '17'], ['php:8.2', 'php', '8.2'], ['ruby32', 'ruby', '3.2'], ['nodejs_18', 'node', '18'], ['go@1.22', 'go', '1.22'], ['elixir:1.15', 'elixir', '1.15']])('of a runtime, %s, is %s %s', (written, name, version) => {
    expect(runtimeNamed(written)).toEqual({ name, version });
  });

  it('of what is no runtime, or has no version, is none', () => {
    expect(['docker', 'node', 'static', 'lamp:3', '', undefined].map(runtimeNamed)).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
    expect(['NODE_VERSION', 'BP_JVM_VERSION', 'NIXPACKS_PYTHON_VERSION', 'APP_VERSION', 'NODE_ENV'].map(runtimeVariable)).toEqual(['node', 'java', 'python', undefined, undefined]);
  });

  it('of commands is one line, and of variables their names and values', () => {
    expect([commandOf('set -e\nnpm ci\n\n# pages\nnpm run build\n'), commandOf(['a', 'b']), commandOf(''), commandOf(undefined)]).toEqual(['npm ci && npm run build', 'a && b', undefined, undefined]);
    expect(variablesOf([{ key: 'A', value: '1' }, { key: 'B', sync: false }, { key: 'no name' }])).toEqual([['A', '1'], ['B', null]]);
    expect(variablesOf({ A: '((password))', B: '@secret', C: '', D: '${db.URL}', E: 'a@b' })).toEqual([['A', null], ['B', null], ['C', null], ['D', null], ['E', 'a@b']]);
    expect(variablesOf({ A: 1, B: { value: 'x' }, C: { required: true } })).toEqual([['A', '1'], ['B', 'x'], ['C', null]]);
  });

  it.each([['heroku-postgresql:mini', 'postgresql'], ['mariadb:10.4', 'mariadb'], ['oracle-mysql:8.0', 'mysql'], ['my-redis', 'redis'], ['cloudamqp:lemur', 'rabbitmq'], ['papertrail', undefined]])('of a store, %s, is %s', (written, kind) => {
    expect(storeNamed(written)).toBe(kind);
  });
});
