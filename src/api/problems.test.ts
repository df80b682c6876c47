import { describe, expect, it } from 'vitest';
import { StratoError } from '../model/index.ts';
import { problemOf, statusOf } from './problems.ts';

describe('the status of an error', () => {
  it.each([
    ['app.unknown', 404], ['analysis.not-found', 404], ['source.missing', 404], ['env.missing', 422], ['toolchain.missing', 422], ['name.invalid', 422], ['ledger.invalid', 503], ['ledger.full', 503],
    ['governor.quota', 409], ['governor.unknown-app', 404], ['deployment.overtaken', 409], ['isolation.unavailable', 422], ['driver.unavailable', 503], ['build.failed', 422], ['request.too-large', 413], ['request.invalid', 400],
    ['access.unauthenticated', 401], ['access.forbidden', 403], ['something.else', 500],
  ])('of %s is %i', (code, status) => expect(statusOf({ code, retryable: false })).toBe(status));

  it('is 503 where trying again may help and nothing else is known', () => {
    expect(statusOf({ code: 'something.else', retryable: true })).toBe(503);
  });
});

describe('problem details', () => {
  it('carry all that the error says', () => {
    const error = new StratoError('build.failed', 'npm ci ended with 1', { why: 'no lockfile', next: 'add one', details: { line: 3 } });
    expect(problemOf(error)).toEqual({ type: 'urn:stratoswarm:problem:build.failed', title: 'npm ci ended with 1', status: 422, detail: 'no lockfile', code: 'build.failed', next: 'add one', retryable: false, details: { line: 3 } });
  });

  it('do not call a fault of ours the fault of the caller', () => {
    expect(problemOf(new TypeError('x is undefined'))).toMatchObject({ status: 500, code: 'internal', title: 'Something failed inside the daemon' });
  });
});
