import { expect, it } from 'vitest';
import { lackingIn, unreachedAdvice, unreachedIn } from './unreached.ts';

it.each([
  ['npm error request to https://packages.example.org/left-pad failed, reason: getaddrinfo ENOTFOUND packages.example.org', 'packages.example.org'],
  ["WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError('<HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -2]", ''],
  ["HTTPSConnectionPool(host='wheels.example.org', port=443): Max retries exceeded with url: /simple/flask/", 'wheels.example.org'],
  ['fatal: unable to access: Could not resolve host: git.example.org', 'git.example.org'],
  ['go: module: dial tcp: lookup proxy.example.org: no such host', 'proxy.example.org'],
  ['Error: request to https://binaries.example.org/all_commits/engine.gz failed', 'binaries.example.org'],
  ['error: Failed to fetch: `https://wheels.example.org/simple/fastapi/`', 'wheels.example.org'],
  ['curl: (7) Failed to connect to dl.example.org port 443', 'dl.example.org'],
])('"%s" tells of %s', (line, host) => {
  expect(unreachedIn(line)).toBe(host);
});

it.each(['src/a.ts(3,1): error TS2304: Cannot find name b', 'npm error 404 Not Found', 'Failed to fetch data in useEffect', 'ERROR: No matching distribution found for aiosmtpd', 'Compiled successfully'])('"%s" tells of nobody', (line) => {
  expect(unreachedIn(line)).toBeUndefined();
});

it('names who was not reached, and says of nobody that it was the network', () => {
  expect(unreachedAdvice(new Set(['', 'a.example.org'])).why).toBe('it could not reach a.example.org from this machine');
  expect(unreachedAdvice(new Set([''])).why).toBe('it could not reach the network from this machine');
});

it.each([
  ['npm error 404 Not Found - GET https://packages.example.org/@acme%2fui/-/ui-0.0.6.tgz', '@acme/ui/-/ui-0.0.6.tgz'], ['npm error notarget No matching version found for left-pad@9.9.9.', 'left-pad@9.9.9'],
  ['ERROR: No matching distribution found for aiosmtpd==1.4.4', 'aiosmtpd==1.4.4'], ['ERR_PNPM_NO_MATCHING_VERSION  No matching version found for left-pad@9.9.9', 'left-pad@9.9.9'], ['error Couldn\'t find any versions for "left-pad" that matches "9"', 'left-pad'],
])('"%s" tells that nobody has %s', (line, name) => {
  expect(lackingIn(line)).toBe(name);
  expect(lackingIn('npm warn deprecated left-pad@1.0.0')).toBeUndefined();
});
