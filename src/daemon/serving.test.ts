import { describe, expect, it } from 'vitest';
import { portOf, servingOf } from './serving.ts';

describe('where the API is served', () => {
  it('is a port of this machine alone, which nobody insists on unless it is named', () => {
    expect(servingOf({})).toEqual({ tcp: { port: 7070 }, insist: false });
    expect(servingOf({ STRATOSWARM_API_PORT: '8443' })).toEqual({ tcp: { port: 8443 }, insist: true });
    expect(servingOf({ STRATOSWARM_API_PORT: 'off', STRATOSWARM_API_HOST: '0.0.0.0' })).toMatchObject({ tcp: null });
  });

  it('is an address for others, with a certificate and names', () => {
    const env = { STRATOSWARM_API_HOST: '0.0.0.0', STRATOSWARM_API_CERT: '/c.pem', STRATOSWARM_API_KEY: '/k.pem', STRATOSWARM_API_NAMES: 'swarm.example.org, 10.0.0.5' };
    expect(servingOf(env).tcp).toEqual({ port: 7070, host: '0.0.0.0', tls: { cert: '/c.pem', key: '/k.pem' }, hosts: ['swarm.example.org', '10.0.0.5'] });
  });

  it.each([
    [{ STRATOSWARM_API_CERT: '/c.pem' }, /STRATOSWARM_API_KEY is missing/],
    [{ STRATOSWARM_API_KEY: '/k.pem' }, /STRATOSWARM_API_CERT is missing/],
    [{ STRATOSWARM_API_NAMES: 'https://swarm.example.org' }, /STRATOSWARM_API_NAMES has "https:\/\/swarm\.example\.org"/],
    [{ STRATOSWARM_API_PORT: '70700' }, /STRATOSWARM_API_PORT is "70700"/],
  ])('is not guessed from settings that are wrong: %o', (env, message) => {
    expect(() => servingOf(env)).toThrow(expect.objectContaining({ code: 'daemon.setting', message: expect.stringMatching(message) }));
  });

  it('is no address that others reach without a certificate', () => {
    expect(() => servingOf({ STRATOSWARM_API_HOST: '0.0.0.0' })).toThrow(expect.objectContaining({ code: 'api.insecure-bind' }));
    expect(servingOf({ STRATOSWARM_API_HOST: '::1' }).tcp).toMatchObject({ host: '::1' });
  });

  it('reads ports as numbers and nothing else', () => {
    expect(portOf({ P: '0' }, 'P', 1)).toBe(0);
    expect(portOf({ P: '' }, 'P', 1)).toBe(1);
    expect(() => portOf({ P: '80a' }, 'P', 1)).toThrow('P is "80a"');
  });
});
