import { describe, expect, it } from 'vitest';
import { describePortClash } from './port-clash.ts';

describe('a port that is taken', () => {
  it.each([
    ['Error: listen EADDRINUSE: address already in use :::3000', '3000'],
    ['Error: listen EADDRINUSE: address already in use 127.0.0.1:8080', '8080'],
    ['OSError: [Errno 98] Address already in use', '4321'],
    ['listen tcp :9000: bind: address already in use', '9000'],
    ['2026-11-21 05:24:34.120 UTC [2] LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', '4321'],
    ['2026-11-21 05:24:34 nginx: bind() to 0.0.0.0:80 failed (98: Address already in use)', '80'],
    ['Web server failed to start. Port 8081 was already in use. address already in use', '8081'],
  ])('is named from %s', (line, port) => {
    expect(describePortClash(['starting', line, 'bye'], 4321)).toMatch(new RegExp(`^port ${port} is taken`));
  });

  it('is not seen in other output', () => {
    expect(describePortClash(['Error: connect ECONNREFUSED 127.0.0.1:5432'], 3000)).toBeNull();
  });
});
