import { expect, it } from 'vitest';
import type { App, Source } from '../model/index.ts';
import { afterFailure, takenOver, variableMissed } from './advice.ts';

const app = (location: string, more: object = {}) => ({ name: 'shop', desired: 'running', revision: 1, revisions: new Map([[1, { source: { kind: 'path', location, version: null } }]]), ...more }) as unknown as App;
const source = (location: string): Source => ({ kind: 'path', location, version: null });

it.each([
  ['Error: Missing required environment variable: API_KEY', 'API_KEY'], ["KeyError: 'SECRET_KEY'", 'SECRET_KEY'], ['django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.', 'SECRET_KEY'],
  ['Please set SESSION_SECRET', 'SESSION_SECRET'], ['NEXTAUTH_URL is not set', 'NEXTAUTH_URL'],
])('an app that ends with "%s" misses a variable', (line, name) => {
  expect(variableMissed(['starting', line])).toBe(name);
});

it.each(['Error [ERR_MODULE_NOT_FOUND]: Cannot find package', "code: 'MODULE_NOT_FOUND'", 'Error: listen EADDRINUSE', 'SQLITE_CANTOPEN: file not found', 'API_KEY was rejected', '    at required (file:///app/API_KEY.js:1:1)'])('an app that ends with "%s" misses none', (line) => {
  expect(variableMissed([line])).toBeUndefined();
});

it('tells to give the variable that is missed, else to read on', () => {
  expect(afterFailure(app('/srv/shop'), { from: null, reason: 'web crashed with exit code 1', tail: ['API_KEY is required'] })).toBe('deploy with --env API_KEY=... if that is what it misses; "stratoswarm logs shop" shows more of its output');
  expect(afterFailure(app('/srv/shop'), { from: 1, reason: 'web crashed', tail: ['bye'] })).toBe('mend what its output says, and deploy again; "stratoswarm logs shop --previous" shows more of it');
});

it('warns when an app takes the place of one from elsewhere, and of nothing else', () => {
  expect(takenOver(app('/srv/a/shop'), source('/srv/b/shop'))).toMatchObject([expect.stringContaining('was deployed from /srv/a/shop before')]);
  expect(takenOver(app('/srv/a/shop'), source('/srv/a/shop'))).toEqual([]);
  expect(takenOver(undefined, source('/srv/a/shop'))).toEqual([]);
  expect(takenOver(app('/srv/a/shop', { desired: 'removed' }), source('/srv/b/shop'))).toEqual([]);
});
