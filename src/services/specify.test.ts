import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, type Plan, type PlannedEnv, type PlannedService, Service, ServiceName } from '../model/index.ts';
import { planned, planOf, rejection } from '../build/testing.ts';
import { missingFindings } from './missing-env.ts';
import { specify, sharedPort, type SpecifyOptions } from './specify.ts';
import { builtFor, storesOf } from './testing.ts';
import { storeFactOf } from './stores/variables.ts';
import { generatedSecrets } from './wiring.ts';

const options: SpecifyOptions = { isolation: null, env: {}, stores: new Map(), ownNetwork: true };
const named = (services: Service[], name: string) => services.find((service) => service.name === name)!;
const variable = (name: string, over: Partial<PlannedEnv> = {}): PlannedEnv => ({ name, required: false, secret: false, default: null, evidence: [{ file: 'src/x.js', line: 7, why: 'reads it' }], ...over });
const specified = (plan: Plan, over: Partial<SpecifyOptions> = {}) => specify(plan, builtFor(plan.services.map(({ name }) => name)), { ...options, ...over });
const usesPostgres = (name: string, envVars: string[], over: Partial<PlannedService> = {}) => planned(name, { stores: [{ kind: 'postgresql', envVars }], ...over });

describe('a web service', () => {
  it('is complete: port, probes, policy, route', () => {
    const [web] = specified(planOf([planned('web', { ports: [{ port: 8080, protocol: 'http' }], health: { path: 'healthz' } })]));
    expect(web).toMatchObject({
      port: 8080, portAssignable: true, routes: ['/'], argv: ['node', 'server.js'], restart: { policy: 'always' }, update: { strategy: 'rolling' }, resources: { pids: 512 },
      health: { startup: { action: { kind: 'http', path: '/healthz' }, interval: 50 }, liveness: { action: { kind: 'tcp' } } },
    });
    expect(web!.env).toEqual([{ name: 'NODE_ENV', value: 'production' }]);
  });

  it('listens on 3000 when nothing says otherwise, and where running showed it to', () => {
    const plan = planOf([planned('web')]);
    expect(specified(plan)[0]!.port).toBe(3000);
    expect(specified(plan, { ports: { web: 4321 } })[0]!.port).toBe(4321);
  });

  it('is asked to end as its plan says, in the time that the plan gives it', () => {
    expect(specified(planOf([planned('web')]))[0]).toMatchObject({ stopSignal: 'SIGTERM', grace: 10_000 });
    expect(specified(planOf([planned('web', { stop: { signal: 'SIGINT', grace: 90_000 } })]))[0]).toMatchObject({ stopSignal: 'SIGINT', grace: 90_000 });
  });

  it('that is to be confined gets its system calls and a container, or is refused', () => {
    const policy = { capabilities: [], writable: [], egress: [], seccomp: { base: 'node 24 x64', features: [], calls: ['read'] } };
    const plan = (confined?: true) => planOf([planned('web', { release: 'npm run migrate', security: { notes: [], policy, ...(confined && { confined }) } })]);
    expect(named(specified(plan()), 'web')).toMatchObject({ isolation: null });
    expect(named(specified(plan()), 'web').syscalls).toBeUndefined();
    expect(named(specified(plan(true)), 'web')).toMatchObject({ isolation: 'container', syscalls: ['read'] });
    expect(named(specified(plan(true)), 'release').syscalls).toBeUndefined();
    expect(() => specified(plan(true), { isolation: 'process' })).toThrow(expect.objectContaining({ code: 'isolation.cannot-confine' }));
  });

  it('asks nobody who listens for datagrams whether he is there', () => {
    const [beacon] = specified(planOf([planned('beacon', { ports: [{ port: 5353, protocol: 'udp' }], readsPort: false })]));
    expect(beacon).toMatchObject({ port: null, health: { startup: null, readiness: null, liveness: null } });
  });

  it('with a port written in its code cannot be moved, unless its server is told otherwise', () => {
    const fixed = { readsPort: false, ports: [{ port: 5000, protocol: 'http' as const }] };
    expect(specified(planOf([planned('web', fixed)]))[0]!.portAssignable).toBe(false);
    const python = { ...fixed, runtime: { name: 'python', version: null } };
    const [flask] = specified(planOf([planned('web', { ...python, start: 'flask run' })]));
    expect(flask).toMatchObject({ portAssignable: true, env: expect.arrayContaining([{ name: 'FLASK_RUN_HOST', value: '0.0.0.0' }, { name: 'FLASK_RUN_PORT', value: '{port}' }]) as unknown });
  });
});

describe('among several services', () => {
  const routes = (plan: Plan) => specified(plan).filter((service) => service.routes.includes('/')).map(({ name }) => name);
  it('the one that nobody calls is the front', () => {
    const edges = [{ from: ServiceName.parse('gate'), to: 'web', protocol: 'http', envVar: 'WEB_URL', evidence: [] }];
    const plan = planOf([planned('web'), planned('gate')], { edges });
    expect(routes(plan)).toEqual(['gate']);
    expect(named(specified(plan), 'gate').env).toContainEqual({ name: 'WEB_URL', service: 'web', fact: 'url' });
  });

  it('pages that the server of another shows have none of their own, and that one is the front', () => {
    const pages = planned('pages', { kind: 'static', path: 'client', start: null, build: 'npm run build', staticDir: 'dist', servedBy: { service: ServiceName.parse('api'), at: 'client/dist' } });
    const api = planned('api', { kind: 'api', path: 'server' });
    expect(specified(planOf([pages, api])).map(({ name, routes: paths }) => [name, paths])).toEqual([['api', ['/']]]);
    expect(specified(planOf([pages])).map(({ name }) => name)).toEqual(['pages']);
  });

  it('what pages ask for at their own address goes to who answers it', () => {
    const pages = planned('pages', { kind: 'static', start: null, staticDir: 'dist', passes: [{ path: '/api', service: ServiceName.parse('api') }, { path: '/auth', service: ServiceName.parse('api') }] });
    const found = specified(planOf([planned('api', { kind: 'api', path: 'server' }), pages]));
    expect(Object.fromEntries(found.map(({ name, routes: paths }) => [name, paths]))).toEqual({ api: ['/api', '/auth'], pages: ['/'] });
  });

  it('pages go before APIs, and workers serve nothing', () => {
    expect(routes(planOf([planned('api', { kind: 'api' }), planned('pages', { kind: 'static', start: null, staticDir: 'dist' }), planned('worker', { kind: 'worker' })]))).toEqual(['pages']);
    expect(routes(planOf([planned('worker', { kind: 'worker', readsPort: false })]))).toEqual([]);
    expect(named(specified(planOf([planned('worker', { kind: 'worker', readsPort: false })])), 'worker')).toMatchObject({ port: null, health: { startup: null, readiness: null, liveness: null } });
  });

  it('those of one directory keep their files in one volume, their migrations too', () => {
    const stores = [{ kind: 'sqlite', envVars: ['DB_PATH'], files: ['db.sqlite3', '/data/other.db'] }];
    const services = specified(planOf([planned('web', { stores, release: 'npm run migrate', env: [variable('DB_PATH')] }), planned('worker', { stores, kind: 'worker' }), planned('pages', { path: 'pages' })]));
    for (const name of ['web', 'worker', 'release']) {
      expect(named(services, name)).toMatchObject({ volumes: [{ volume: 'app-files', path: '/data' }], env: expect.arrayContaining([{ name: 'DATA_DIRECTORY', value: '/data' }]) as unknown });
      expect(named(services, name).argv.slice(2, 5)).toEqual(['/data', 'db.sqlite3', '--']);
    }
    expect(named(services, 'web').env).toContainEqual({ name: 'DB_PATH', value: '/data/app.db' });
    expect(named(services, 'pages').volumes).toEqual([]);
  });

  it('those with a file of SQLite roll, as its locks keep writers of one kernel apart; in sandboxes one writes at a time, or they are refused', () => {
    const stores = [{ kind: 'sqlite', envVars: [], files: ['db.sqlite3'] }];
    const one = planOf([planned('web', { stores })]);
    expect(named(specified(one), 'web').update.strategy).toBe('rolling');
    expect(named(specified(one, { isolation: 'container' }), 'web').update.strategy).toBe('rolling');
    expect(named(specified(one, { isolation: 'sandbox' }), 'web').update.strategy).toBe('recreate');
    for (const plan of [planOf([planned('web', { stores }), planned('worker', { stores, kind: 'worker' })]), planOf([planned('web', { stores, release: 'npm run migrate' })])]) {
      expect(() => specified(plan, { isolation: 'container' })).not.toThrow();
      expect(() => specified(plan, { isolation: 'sandbox' })).toThrow(expect.objectContaining({ code: 'isolation.cannot-share' }));
    }
    expect(() => specified(planOf([planned('web', { stores }), planned('worker', { path: 'worker', stores, kind: 'worker' })]), { isolation: 'sandbox' })).not.toThrow();
  });

  it('those that keep a directory get a volume for it, and what one agent at a time may use is never used by two', () => {
    const keeps = (path: string, shared: boolean, envVars: string[] = []) => ({ path, shared, envVars, evidence: [] }) as unknown as PlannedService['keeps'][number];
    const stores = [{ kind: 'sqlite', envVars: [], files: ['data/shop.db', 'other.db'] }];
    const services = specified(planOf([planned('web', { stores, keeps: [keeps('data', false), keeps('/var/lib/shop', false, ['SHOP_HOME']), { ...keeps('/srv/db', false), inside: { DB_FILE: 'a/shop.db' } as Record<string, string> }, keeps('/srv/unnamed', false)] }), planned('pages', { path: 'pages', keeps: [keeps('uploads', true)] })]));
    expect(named(services, 'web')).toMatchObject({ update: { strategy: 'recreate' }, volumes: [{ volume: 'app-files', path: '/data' }], env: expect.arrayContaining([{ name: 'SHOP_HOME', value: '/data/var/lib/shop' }, { name: 'DB_FILE', value: '/data/srv/db/a/shop.db' }]) as unknown });
    // A file below a kept directory is kept with it: a link of its own would take the place of the real one.
    expect(named(services, 'web').argv.slice(2, 8)).toEqual(['/data', '/var/lib/shop/', '/srv/db/', 'data/', 'other.db', '--']);
    expect(named(services, 'pages')).toMatchObject({ update: { strategy: 'rolling' }, volumes: [{ volume: 'pages-files', path: '/data' }] });
  });

  it('migrations run once, after the stores and before the rest', () => {
    const plan = planOf([usesPostgres('web', ['DATABASE_URL'], { release: 'npm run migrate' }), usesPostgres('worker', ['DATABASE_URL'], { release: 'npm run migrate', kind: 'worker' })]);
    const services = specified(plan, { stores: storesOf('postgresql') });
    expect(services.map(({ name }) => name)).toEqual(['postgresql', 'release', 'web', 'worker']);
    expect(named(services, 'release')).toMatchObject({ kind: 'job', after: ['postgresql'], restart: { policy: 'never' }, argv: ['npm', 'run', 'migrate'], env: expect.arrayContaining([{ name: 'DATABASE_URL', store: 'postgresql', fact: 'url' }]) as unknown });
    expect(named(services, 'web').after).toEqual(['postgresql', 'release']);
  });

  it('tools for the command line are not run', () => {
    expect(specified(planOf([planned('tool', { kind: 'cli' }), planned('web')])).map(({ name }) => name)).toEqual(['web']);
  });
});

describe('a store', () => {
  it('keeps its data, stops cleanly and is never beside its successor', () => {
    const services = specified(planOf([usesPostgres('web', ['DATABASE_URL'])]), { stores: storesOf('postgresql') });
    expect(named(services, 'postgresql')).toMatchObject({
      kind: 'store', store: 'postgresql', port: 5432, update: { strategy: 'recreate' }, restart: { policy: 'always' }, stopSignal: 'SIGINT', volumes: [{ volume: 'postgresql-data', path: '/data' }], artefact: null,
      health: { startup: { action: { kind: 'exec', argv: ['ready', 'postgresql'] } }, readiness: { action: { kind: 'greeting', protocol: 'postgresql' } } },
    });
    expect(canonical(services)).not.toMatch(/password["']?:/);
  });

  it('on a shared network is for this machine only, at a port of its own', () => {
    const services = specified(planOf([usesPostgres('web', ['DATABASE_URL'])]), { stores: storesOf('postgresql'), ownNetwork: false });
    expect(named(services, 'postgresql').port).toBe(sharedPort(planOf([]).app.name, 'postgresql'));
    expect(named(services, 'postgresql').env).toContainEqual({ name: 'LISTEN', value: '127.0.0.1' });
  });

  it('has another name when a service has that one', () => {
    const services = specified(planOf([planned('redis', { stores: [{ kind: 'redis', envVars: ['REDIS_URL'] }] })]), { stores: storesOf('redis') });
    expect(services.map(({ name }) => name)).toEqual(['redis-store', 'redis']);
    expect(named(services, 'redis').env).toContainEqual({ name: 'REDIS_URL', store: 'redis-store', fact: 'url' });
  });

  it('are open to an app that has no way to learn a password, where nobody else reaches them', () => {
    const open = (envVars: string[], ownNetwork = true) => named(specified(planOf([planned('web', { stores: [{ kind: 'redis', envVars }] })]), { stores: storesOf('redis'), ownNetwork }), 'redis').env.some(({ name }) => name === 'STORE_OPEN');
    expect([open(['REDIS_HOST', 'REDIS_PORT']), open(['REDIS_HOST', 'REDIS_PASSWORD']), open(['REDIS_URL']), open([]), open(['REDIS_HOST'], false), open(['REDIS_ADDR'])]).toEqual([true, false, false, false, false, true]);
  });

  it('is told to Spring Boot by what it reads itself, where its files name a place and a database of their own', () => {
    const told = (kind: string, envVars: string[], over: Partial<PlannedService> = { framework: 'spring-boot', language: 'java' }) =>
      named(specified(planOf([planned('web', { stores: [{ kind, envVars }], ...over })]), { stores: storesOf(kind) }), 'web').env.flatMap((one) => ('store' in one ? [one.form ?? `${one.name} ${one.fact}`] : []));
    expect(told('mysql', ['MYSQL_HOST'])).toEqual(['MYSQL_HOST host', 'SPRING_DATASOURCE_PASSWORD password', 'jdbc:mysql://{host}:{port}/{database}', 'SPRING_DATASOURCE_USERNAME user']);
    expect(told('mysql', ['DB_HOST', 'DB_NAME', 'DB_USER', 'DB_PASS'])).toEqual(['DB_HOST host', 'DB_NAME database', 'DB_PASS password', 'DB_USER user']);
    expect(told('mysql', ['DB_NAME', 'DB_PORT'])).toContain('jdbc:mysql://{host}:{port}/{database}');
    expect(told('mysql', ['SPRING_DATASOURCE_URL'])).toEqual(['SPRING_DATASOURCE_PASSWORD password', 'jdbc:mysql://{host}:{port}/{database}', 'SPRING_DATASOURCE_USERNAME user']);
    expect(told('redis', [])).toContain('SPRING_DATA_REDIS_HOST host');
    expect(told('mysql', [], {})).toEqual([]);
  });

  it('that keeps nothing and knows no users has no volume, and is told as a place alone', () => {
    const services = specified(planOf([planned('web', { stores: [{ kind: 'memcached', envVars: ['MEMCACHED_HOST', 'MEMCACHED_PORT', 'MEMCACHED_USERNAME', 'MEMCACHED_PASSWORD', 'MEMCACHED_SERVERS'] }] })]), { stores: storesOf('memcached') });
    expect(named(services, 'memcached')).toMatchObject({ volumes: [], env: [{ name: 'LISTEN', value: '0.0.0.0' }], health: { readiness: { action: { kind: 'greeting', protocol: 'memcached' } } } });
    expect(named(services, 'web').env.flatMap((one) => ('store' in one ? [`${one.name} ${one.fact}`] : []))).toEqual(['MEMCACHED_HOST host', 'MEMCACHED_PORT port', 'MEMCACHED_SERVERS url']);
  });

  it('is told by all that is asked for under one name', () => {
    const env = ['DATABASE_USERNAME', 'DATABASE_DB_NAME', 'DATABASE_POOL_NAME', 'CACHE_DB'].map((name) => variable(name));
    const web = named(specified(planOf([planned('web', { stores: [{ kind: 'mariadb', envVars: ['DATABASE_HOST', 'DATABASE_PASSWORD'] }], env })]), { stores: storesOf('mariadb') }), 'web');
    expect(web.env.flatMap((one) => ('store' in one ? [`${one.name} ${one.fact}`] : []))).toEqual(['DATABASE_DB_NAME database', 'DATABASE_HOST host', 'DATABASE_PASSWORD password', 'DATABASE_USERNAME user']);
  });

  it('is called in Laravel as its driver is', () => {
    const connection = (kind: string) => named(specified(planOf([planned('web', { language: 'php', stores: [{ kind, envVars: ['DB_CONNECTION', 'DB_HOST'] }] })]), { stores: storesOf(kind) }), 'web').env.find(({ name }) => name === 'DB_CONNECTION');
    expect(['postgresql', 'mysql', 'mariadb'].map((kind) => connection(kind))).toMatchObject([{ value: 'pgsql' }, { value: 'mysql' }, { value: 'mysql' }]);
    const laravel = (stores: PlannedService['stores']) => named(specified(planOf([planned('web', { language: 'php', stores, env: [variable('DB_CONNECTION', { default: 'mysql' })] })]), { stores: storesOf('mysql') }), 'web').env.find(({ name }) => name === 'DB_CONNECTION');
    expect(laravel([{ kind: 'sqlite', envVars: [] }, { kind: 'mysql', envVars: [] }])).toMatchObject({ value: 'sqlite' });
    expect(laravel([{ kind: 'sqlite', envVars: [] }, { kind: 'mysql', envVars: ['DB_HOST'] }])).toMatchObject({ value: 'mysql' });
    const gin = planned('web', { language: 'go', stores: [{ kind: 'mysql', envVars: ['DB_CONNECTION', 'DB_HOST'] }], env: [variable('DB_CONNECTION')] });
    expect(named(specified(planOf([gin]), { stores: storesOf('mysql') }), 'web').env).toContainEqual({ name: 'DB_CONNECTION', value: 'mysql' });
  });

  it.each([
    ['DATABASE_URL', 'url'], ['POSTGRES_URL', 'url'], ['SQLALCHEMY_DATABASE_URI', 'url'], ['PGHOST', 'host'], ['PGUSER', 'user'], ['PGPASSWORD', 'password'], ['PGDATABASE', 'database'], ['PGPORT', 'port'], ['DB_HOST', 'host'], ['DB_NAME', 'database'],
    ['DB_USERNAME', 'user'], ['DB_PASS', 'password'], ['POSTGRES_DB', 'database'], ['POSTGRES_PASSWORD', 'password'], ['MYSQL_HOST', 'host'], ['MYSQL_USER', 'user'], ['MYSQL_PASSWORD', 'password'], ['MYSQL_ROOT_PASSWORD', 'password'], ['MYSQL_DATABASE', 'database'], ['SPRING_DATASOURCE_USERNAME', 'user'], ['REDIS_HOST', 'host'], ['REDIS_PORT', 'port'], ['REDIS_URL', 'url'], ['REDIS_DB', 'database'], ['CELERY_BROKER_URL', 'url'],
    ['MEMCACHED_SERVERS', 'url'], ['MEMCACHIER_SERVERS', 'url'], ['MEMCACHE', 'url'], ['ConnectionStrings__Default', 'url'], ['CELERY_RESULT_BACKEND', 'url'], ['DB_POOL_SIZE', undefined], ['DB_SSL', undefined],
  ])('is told by %s its %s', (name, fact) => {
    expect(storeFactOf(name)).toBe(fact);
  });
});

describe('variables', () => {
  it('that a person has set win over everything', () => {
    const plan = planOf([usesPostgres('web', ['DATABASE_URL'])]);
    expect(specified(plan, { stores: storesOf('postgresql'), env: { DATABASE_URL: 'DATABASE_URL.1', NODE_ENV: 'NODE_ENV.2' } }).find(({ name }) => name === 'web')!.env).toEqual([{ name: 'DATABASE_URL', secret: 'DATABASE_URL.1' }, { name: 'NODE_ENV', secret: 'NODE_ENV.2' }]);
  });

  it('that are needed and that nobody has are named, with the place', async () => {
    const plan = planOf([planned('web', { env: [variable('STRIPE_KEY', { required: true, secret: true }), variable('MAIL_HOST', { required: true }), variable('OPTIONAL_KEY', { secret: true }), variable('MODE', { required: true, default: 'fast' })] })]);
    expect(await rejection(Promise.resolve().then(() => specified(plan)))).toMatchObject({ code: 'env.missing', message: 'STRIPE_KEY, MAIL_HOST are needed and not set', why: expect.stringContaining('web reads STRIPE_KEY in src/x.js:7') as string, next: 'deploy with --env STRIPE_KEY=... --env MAIL_HOST=..., or with --env-from and a file that lists them' });
    const services = specified(plan, { env: { STRIPE_KEY: 'k', MAIL_HOST: 'm' } });
    expect(named(services, 'web').env).toContainEqual({ name: 'MODE', value: 'fast' });
    expect(missingFindings(plan, services)).toMatchObject([{ rule: 'env-not-set', message: 'web reads OPTIONAL_KEY, which is not set', file: 'src/x.js', line: 7 }]);
  });

  it('are what a file beside the code gives, and not what the code falls back to by itself', () => {
    const env = [variable('MODE', { given: 'fast', default: 'slow' }), variable('DEPTH', { default: '3', evidence: [{ file: 'docker-compose.yml', line: 3, why: 'is given DEPTH' }] }), variable('PLACE', { given: 'at $HOME' }), variable('PORT', { given: '99' }), variable('NODE_ENV', { given: 'development' })];
    expect(specified(planOf([planned('web', { env })]))[0]!.env).toEqual([{ name: 'MODE', value: 'fast' }, { name: 'NODE_ENV', value: 'production' }]);
  });

  it('for secrets of the app itself are made where the code has a value that everybody knows, but nothing that data are hashed with', () => {
    const env = [variable('SECRET_KEY', { default: 'dev' }), variable('HASH_SALT', { default: 'dev' }), variable('A_B_SECRET_KEY'), variable('A_B_SECRET'), variable('SHOP_SESSION_SECRET'), variable('FACEBOOK_APP_SECRET'), variable('PAYPAL_SECRET'), variable('PAYPAL_CLIENT_COOKIE_SECRET')];
    const plan = planOf([planned('web', { env })]);
    expect(generatedSecrets({ ...plan, app: { ...plan.app, name: 'a-b' as typeof plan.app.name } }, [])).toEqual(['A_B_SECRET', 'A_B_SECRET_KEY', 'SECRET_KEY', 'SHOP_SESSION_SECRET']);
  });

  it('for secrets of the app itself are made, those of others are not', () => {
    const plan = planOf([planned('web', { env: ['SESSION_SECRET', 'JWT_SECRET', 'JWT_ACCESS_SECRET', 'REFRESH_TOKEN_SECRET', 'TWITTER_ACCESS_SECRET', 'SECRET_KEY', 'SECRET_KEY_BASE', 'NEXTAUTH_SECRET', 'STRIPE_SECRET_KEY', 'AWS_SECRET_ACCESS_KEY', 'GITHUB_CLIENT_SECRET', 'API_SECRET'].map((name) => variable(name, { required: true })) })]);
    expect(generatedSecrets(plan, ['JWT_SECRET'])).toEqual(['JWT_ACCESS_SECRET', 'NEXTAUTH_SECRET', 'REFRESH_TOKEN_SECRET', 'SECRET_KEY', 'SECRET_KEY_BASE', 'SESSION_SECRET']);
  });

  it('for its own address lead to the ingress', () => {
    expect(specified(planOf([planned('web', { env: [variable('NEXTAUTH_URL', { required: true })] })]))[0]!.env).toContainEqual({ name: 'NEXTAUTH_URL', service: 'web', fact: 'url' });
  });
});

it('is a pure function that gives valid services for any plan', () => {
  const name = fc.constantFrom('web', 'api', 'worker', 'release', 'postgresql', 'a');
  const service = fc.record({
    name, kind: fc.constantFrom('web', 'api', 'worker', 'static', 'job', 'cli', 'cron'), path: fc.constantFrom('.', 'a/b'), start: fc.option(fc.constantFrom('node x', 'echo $PORT | cat')), release: fc.option(fc.constant('migrate')), staticDir: fc.option(fc.constant('dist')),
    ports: fc.array(fc.record({ port: fc.integer({ min: 1, max: 65_535 }), protocol: fc.constantFrom('http', 'tcp', 'grpc', 'udp') }), { maxLength: 2 }), readsPort: fc.boolean(), envVars: fc.array(fc.constantFrom('DATABASE_URL', 'PGHOST', 'X'), { maxLength: 2 }),
  });
  fc.assert(fc.property(fc.uniqueArray(service, { selector: (one) => one.name, minLength: 1, maxLength: 5 }), fc.boolean(), (services, ownNetwork) => {
    const plan = planOf(services.map(({ name, envVars, ...over }) => usesPostgres(name, envVars, over as Partial<PlannedService>)));
    const given = { stores: storesOf('postgresql'), ownNetwork };
    const result = specified(plan, given);
    for (const one of result) expect(Service.safeParse(one).success).toBe(true);
    expect(new Set(result.map((one) => one.name)).size).toBe(result.length);
    expect(canonical(specified(plan, given))).toBe(canonical(result));
    expect(result.filter(({ routes }) => routes.includes('/')).length).toBeLessThanOrEqual(1);
    for (const one of result) for (const other of one.after) expect(result.some(({ name }) => name === other)).toBe(true);
  }));
});
