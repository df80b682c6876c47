import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort, requires } from '../src/host/testing.ts';
import { swarms } from './harness.ts';

const { open } = swarms(afterEach);

describe('the API for other machines', () => {
  test('is refused without a certificate, and says what to do', async () => {
    const swarm = await open({ env: { STRATOSWARM_API_HOST: '0.0.0.0' } });
    const { code, stderr } = await swarm.cli(['daemon', 'start']);
    delete swarm.env['STRATOSWARM_API_HOST'];
    expect(code).not.toBe(0);
    expect(stderr).toContain('The API is not served on 0.0.0.0 without TLS');
  });

  test.skipIf(!requires('program:openssl'))('is served with a certificate, under its names, to whoever has the token', async () => {
    const port = await freePort();
    const swarm = await open({ env: { STRATOSWARM_API_HOST: '0.0.0.0', STRATOSWARM_API_PORT: String(port), STRATOSWARM_API_NAMES: 'swarm.example.org' } });
    const directory = swarm.directory('certificate');
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=swarm.example.org', '-addext', 'subjectAltName=DNS:swarm.example.org']);
    Object.assign(swarm.env, { STRATOSWARM_API_CERT: cert, STRATOSWARM_API_KEY: key });
    await swarm.startDaemon();
    const asked = (headers: Record<string, string>) => new Promise<number | undefined>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/v1/status', servername: 'swarm.example.org', ca: readFileSync(cert), headers: { host: 'swarm.example.org', ...headers } }, (answer) => resolve(answer.resume().statusCode)).once('error', reject).end();
    });
    const authorization = `Bearer ${readFileSync(join(swarm.paths.secrets, 'api-token'), 'utf8').trim()}`;
    expect([await asked({ authorization }), await asked({}), await asked({ authorization, host: 'other.example.org' })]).toEqual([200, 401, 421]);
    expect((await swarm.cli(['open', '--print'])).stdout).toMatch(new RegExp(`^https://swarm\\.example\\.org:${port}/login`));
  });
});
