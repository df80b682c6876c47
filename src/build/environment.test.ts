import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporary, write } from './testing.ts';
import { buildEnvironment, machineNpmrc, npmSettings } from './environment.ts';

afterEach(() => void vi.unstubAllEnvs());

describe('what a build is told of the machine', () => {
  it('is how the network is reached, and nothing else of the own environment', () => {
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.example:3128');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'of the person');
    const environment = buildEnvironment(['/opt/node/bin']);
    expect(environment).toMatchObject({ HTTPS_PROXY: 'http://proxy.example:3128', PATH: expect.stringMatching(/^\/opt\/node\/bin:/) });
    expect(Object.values(environment)).not.toContain('of the person');
  });

  it("has npm's settings for the whole machine, from beside the Node that comes first, and then those of the person, but no secret", () => {
    const machine = write(temporary(), { 'bin/node': '', 'etc/npmrc': 'cafile=/etc/ssl/own.crt\n//packages.example/:_authToken=secret\nregistry=https://packages.example/\n' });
    const home = write(temporary(), { '.npmrc': 'registry=https://mirror.example/\n_auth=secret\nproxy=http://ada:secret@proxy.example\nfund=false\n' });
    vi.stubEnv('npm_config_globalconfig', undefined);
    vi.stubEnv('PATH', join(machine, 'bin'));
    vi.stubEnv('HOME', home);
    chmodSync(join(machine, 'bin/node'), 0o755);
    expect(machineNpmrc()).toBe(join(machine, 'etc/npmrc'));
    expect(npmSettings()).toBe('cafile=/etc/ssl/own.crt\nregistry=https://packages.example/\nregistry=https://mirror.example/');
  });

  it("has pip's settings of the person, but no secret, and not before what the environment says", () => {
    const settings = '[global]\nextra-index-url = file:///srv/one/simple\n    file:///srv/two/simple\nfind-links=/srv/wheels\ntimeout = 5\n[install]\nindex-url = https://ada:secret@packages.example/simple\ntrusted-host: packages.example\n';
    vi.stubEnv('HOME', write(temporary(), { '.config/pip/pip.conf': settings }));
    for (const name of ['PIP_EXTRA_INDEX_URL', 'PIP_INDEX_URL', 'PIP_TRUSTED_HOST']) vi.stubEnv(name, undefined);
    vi.stubEnv('PIP_FIND_LINKS', '/srv/others');
    const environment = buildEnvironment([]);
    expect(environment).toMatchObject({ PIP_EXTRA_INDEX_URL: 'file:///srv/one/simple file:///srv/two/simple', PIP_FIND_LINKS: '/srv/others', PIP_TRUSTED_HOST: 'packages.example' });
    expect(environment).not.toHaveProperty('PIP_INDEX_URL');
    expect(environment).not.toHaveProperty('PIP_TIMEOUT');
  });
});
