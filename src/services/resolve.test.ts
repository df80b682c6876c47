import { describe, expect, it } from 'vitest';
import { type EnvVar, type ServiceName } from '../model/index.ts';
import { planned, planOf } from '../build/testing.ts';
import { type EnvironmentSources, resolveEnv } from './resolve.ts';
import { specify } from './specify.ts';
import { builtFor, storesOf } from './testing.ts';

const plan = planOf([planned('web', { stores: [{ kind: 'postgresql', envVars: ['DATABASE_URL'] }] })]);
const services = specify(plan, builtFor(['web']), { isolation: null, env: {}, stores: storesOf('postgresql', 'redis'), ownNetwork: true });
const web = services.find(({ name }) => name === 'web')!;
const sources: EnvironmentSources = {
  app: plan.app.name, services, port: 4000, credentials: () => ({ user: 'app', password: 'p/w:d@%', database: 'shop' }), secret: (key) => (key === 'KEY.1' ? 'value' : undefined),
  address: () => ({ host: '10.1.2.3', port: 5432 }), ingressUrl: (service) => `http://${service}.shop.localhost:8080`,
};
const withEnv = (...env: EnvVar[]) => resolveEnv({ ...web, env }, sources);
const postgresql = 'postgresql' as ServiceName;
const redis = 'redis' as ServiceName;

describe('an environment', () => {
  it('names stores by address, with every character of the password kept', () => {
    const { DATABASE_URL } = withEnv({ name: 'DATABASE_URL', store: postgresql, fact: 'url' });
    const url = new URL(DATABASE_URL!);
    expect([url.protocol, url.host, url.pathname, decodeURIComponent(url.password)]).toEqual(['postgresql:', '10.1.2.3:5432', '/shop', 'p/w:d@%']);
    expect(withEnv({ name: 'JDBC_DATABASE_URL', store: postgresql, fact: 'url' })['JDBC_DATABASE_URL']).toBe('jdbc:postgresql://10.1.2.3:5432/shop');
    expect(withEnv({ name: 'DB_URL', store: postgresql, fact: 'url', form: 'jdbc:postgresql://{host}:{port}/{database}' })['DB_URL']).toBe('jdbc:postgresql://10.1.2.3:5432/shop');
    expect(withEnv({ name: 'REDIS_URL', store: redis, fact: 'url' })['REDIS_URL']).toBe('redis://app:p%2Fw%3Ad%40%25@10.1.2.3:5432/shop');
    expect(withEnv({ name: 'PGPASSWORD', store: postgresql, fact: 'password' }, { name: 'PGPORT', store: postgresql, fact: 'port' })).toMatchObject({ PGPASSWORD: 'p/w:d@%', PGPORT: '5432' });
  });

  it('names other services by the ingress', () => {
    expect(withEnv({ name: 'A', service: web.name, fact: 'url' }, { name: 'B', service: web.name, fact: 'host' }, { name: 'C', service: web.name, fact: 'hostport' })).toMatchObject({ A: 'http://web.shop.localhost:8080', B: 'web.shop.localhost', C: 'web.shop.localhost:8080' });
  });

  it('says the port to those who listen, under all names that they read', () => {
    expect(withEnv({ name: 'FLASK_RUN_PORT', value: '{port}' })).toMatchObject({ PORT: '4000', FLASK_RUN_PORT: '4000' });
    expect(resolveEnv({ ...web, env: [{ name: 'UVICORN_PORT', value: '{port}' }] }, { ...sources, port: null })).not.toHaveProperty('UVICORN_PORT');
  });

  it('finds the programs of its toolchain before those that the machine happens to have, unless somebody says otherwise', () => {
    expect(resolveEnv({ ...web, toolchain: ['/opt/node/bin', '/usr/bin'], env: [] }, sources)['PATH']).toBe('/opt/node/bin:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin');
    expect(withEnv({ name: 'PATH', value: '/mine' })['PATH']).toBe('/mine');
  });

  it('is not complete while a store has no address, and can be asked again', () => {
    expect(() => resolveEnv(web, { ...sources, address: () => undefined })).toThrow(expect.objectContaining({ code: 'env.unresolved', retryable: true }) as Error);
  });

  it('fills in what a person has set, and says when it is gone', () => {
    expect(withEnv({ name: 'KEY', secret: 'KEY.1' })['KEY']).toBe('value');
    expect(() => withEnv({ name: 'KEY', secret: 'KEY.2' })).toThrow(expect.objectContaining({ code: 'env.secret-gone', next: expect.stringContaining('--env KEY=') as string }) as Error);
  });
});
