import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const express = { 'package.json': { name: 'shop', dependencies: { express: '5' }, scripts: { start: 'node web.js' } }, 'web.js': "require('express')().listen(process.env.PORT || 3000)", 'jobs.js': 'setInterval(() => {}, 1000)' };
const flask = { 'requirements.txt': 'flask\ngunicorn\n', 'main.py': "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef home(): return 'x'\n" };
const pages = { 'package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '7' } }, 'index.html': '<script type="module" src="a.js"></script>', 'a.js': '1' };

/** By platform: what its manifest says, beside which code, and what the plan takes from it. */
const manifests: readonly [platform: string, files: Record<string, string | object>, services: readonly object[]][] = [
  ['Render', { ...express, 'render.yaml': 'services:\n  - type: web\n    name: till\n    runtime: node\n    buildCommand: npm ci && npm run migrate && npm run pack\n    startCommand: node web.js --all\n    healthCheckPath: /up\n    envVars:\n      - key: NODE_VERSION\n        value: 20.1.0\n      - key: DATABASE_URL\n        fromDatabase: { name: books, property: connectionString }\n      - key: CACHE\n        fromService: { type: keyvalue, name: quick, property: connectionString }\n  - type: worker\n    name: jobs\n    startCommand: node jobs.js\n  - type: keyvalue\n    name: quick\ndatabases:\n  - name: books\n' },
    [{ name: 'till', kind: 'api', install: 'npm ci', build: 'npm run pack', release: 'npm run migrate', start: 'node web.js --all', health: { path: '/up' }, runtime: { version: '20.1.0' }, stores: [{ kind: 'postgresql' }, { kind: 'redis' }] }, { name: 'jobs', kind: 'worker', start: 'node jobs.js' }]],
  ['App Platform', { ...express, '.do/app.yaml': 'name: shop\nservices:\n- name: till\n  run_command: node web.js\n  http_port: 8080\n  envs:\n  - { key: MODE, value: fast }\njobs:\n- name: before\n  kind: PRE_DEPLOY\n  run_command: node migrate.js\ndatabases:\n- { name: db, engine: MYSQL }\n' },
    [{ start: 'node web.js', release: 'node migrate.js', ports: [{ port: 8080 }], stores: [{ kind: 'mysql' }], env: expect.arrayContaining([expect.objectContaining({ name: 'MODE' })]) }]],
  ['App Engine', { ...flask, 'app.yaml': 'runtime: python312\nentrypoint: gunicorn -b :$PORT main:app\nenv_variables:\n  MODE: fast\n' }, [{ runtime: { version: '3.12' }, start: 'gunicorn -b :$PORT main:app' }]],
  ['Heroku', { ...express, Procfile: 'web: node web.js\n', 'app.json': { name: 'shop', addons: ['heroku-postgresql:mini', { plan: 'heroku-redis' }], env: { SESSION: { generator: 'secret' } } } }, [{ stores: [{ kind: 'postgresql' }, { kind: 'redis' }], env: expect.arrayContaining([expect.objectContaining({ name: 'SESSION' })]) }]],
  ['Heroku, with images', { ...express, 'heroku.yml': 'setup:\n  addons:\n    - plan: heroku-postgresql\nrun:\n  web: node web.js\n  worker: node jobs.js\nrelease:\n  command: [node migrate.js]\n' }, [{ start: 'node web.js', release: 'node migrate.js' }, { name: 'worker', kind: 'worker' }]],
  ['Netlify', { ...pages, 'netlify.toml': '[build]\ncommand = "npm run build:all"\npublish = "public/"\n[build.environment]\nNODE_VERSION = "18.12"\n' }, [{ kind: 'static', build: 'npm run build:all', staticDir: 'public', runtime: { version: '18.12' } }]],
  ['Vercel', { ...pages, 'vercel.json': { buildCommand: 'npm run pack', outputDirectory: 'out' } }, [{ kind: 'static', build: 'npm run pack', staticDir: 'out' }]],
  ['Railway', { ...express, 'railway.toml': '[build]\nbuildCommand = "npm run pack"\n[deploy]\nstartCommand = "node web.js --all"\nhealthcheckPath = "/up"\npreDeployCommand = "node migrate.js"\n' }, [{ build: 'npm run pack', start: 'node web.js --all', health: { path: '/up' }, release: 'node migrate.js' }]],
  ['Nixpacks', { ...express, 'nixpacks.toml': '[phases.setup]\nnixPkgs = ["nodejs_18"]\n[phases.install]\ncmds = ["npm ci --legacy-peer-deps"]\n[start]\ncmd = "node web.js --all"\n' }, [{ install: 'npm ci --legacy-peer-deps', start: 'node web.js --all', runtime: { version: '18' } }]],
  ['Railpack', { ...express, 'railpack.json': { packages: { node: '22.4' }, deploy: { startCommand: 'node web.js --all' } } }, [{ start: 'node web.js --all', runtime: { version: '22.4' } }]],
  ['Zeabur', { ...express, 'zbpack.json': { start_command: 'node web.js --all' } }, [{ start: 'node web.js --all' }]],
  ['Zerops', { ...express, 'zerops.yml': 'zerops:\n  - setup: till\n    build:\n      base: nodejs@20\n      buildCommands: [npm ci, npm run pack]\n      deployFiles: [dist, node_modules]\n    run:\n      base: nodejs@20\n      ports: [{ port: 8002, httpSupport: true }]\n      envVariables: { MODE: fast, DB: "${db_password}", CACHE: $cache_hostname }\n      initCommands:\n        - zsc execOnce $ZEROPS_appVersionId npm run migrate\n      start: node /var/www/web.js --all\n      healthCheck: { httpGet: { port: 8002, path: /up } }\n  - setup: mail\n    run: { base: nodejs@20, start: node jobs.js }\n  - setup: tilldev\n    run: { base: nodejs@20, start: zsc noop }\n' },
    [{ runtime: { version: '20' }, install: 'npm ci', build: 'npm run pack', release: 'npm run migrate', start: 'node ./web.js --all', ports: [{ port: 8002 }], health: { path: '/up' } }, { name: 'mail', kind: 'worker' }]],
  ['Zerops, with what a build leaves and is given', { 'mix.exs': 'app: :shop, mod: {Shop, []}\n{:plug_cowboy, "~> 2.6"}', 'lib/shop.ex': '', 'zerops.yaml': 'zerops:\n  - setup: api\n    build:\n      base: elixir@1.16\n      envVariables: { MIX_ENV: prod }\n      buildCommands: [mix deps.get --only prod, mix ecto.migrate, mix release]\n      deployFiles: _build/prod/rel/shop/~\n    run: { base: alpine@latest, start: bin/shop start, ports: [{ port: 4001 }] }\n' },
    [{ runtime: { version: '1.16' }, build: 'export MIX_ENV=prod && mix release', release: 'export MIX_ENV=prod && mix ecto.migrate', start: 'cd _build/prod/rel/shop && bin/shop start', ports: [{ port: 4001 }] }]],
  ['Convox', { ...express, 'convox.yml': 'environment:\n  - MODE=fast\n  - TOKEN\nresources:\n  books: { type: postgres }\nservices:\n  till:\n    build: .\n    command: node web.js --all\n    port: 8003\n    health: /up\n    resources: [books]\n  mail:\n    build: { path: . }\n    command: node jobs.js\n' },
    [{ start: 'node web.js --all', ports: [{ port: 8003 }], health: { path: '/up' }, stores: [{ kind: 'postgresql' }], env: expect.arrayContaining([expect.objectContaining({ name: 'TOKEN' }), expect.objectContaining({ name: 'MODE', given: 'fast' })]) }, { name: 'mail', kind: 'worker', start: 'node jobs.js' }]],
  ['Platform.sh', { ...express, '.platform.app.yaml': "name: till\ntype: 'nodejs:18'\nrelationships:\n  database: 'db:mysql'\nmounts:\n  'uploads': { source: local, source_path: uploads }\nhooks:\n  build: |\n    set -e\n    npm install\n    npm run pack\n  deploy: node migrate.js\nweb:\n  commands:\n    start: 'PORT=$PORT node web.js'\nworkers:\n  mail:\n    commands: { start: node jobs.js }\n", '.platform/services.yaml': 'db:\n  type: mariadb:10.4\n' },
    [{ runtime: { version: '18' }, start: 'node web.js', build: 'npm run pack', release: 'node migrate.js', stores: [{ kind: 'mariadb' }], keeps: [{ path: 'uploads' }] }, { name: 'mail', kind: 'worker' }]],
  ['Upsun', { ...express, '.upsun/config.yaml': "applications:\n  till:\n    source: { root: '/' }\n    type: 'nodejs:20'\n    relationships:\n      postgresql:\n    web:\n      commands: { start: node web.js --all }\nservices:\n  postgresql: { type: 'postgresql:15' }\n" }, [{ name: 'till', runtime: { version: '20' }, start: 'node web.js --all', stores: [{ kind: 'postgresql' }] }]],
  ['Cloud Foundry', { ...express, 'manifest.yml': 'applications:\n- name: till\n  command: node web.js --all\n  env: { MODE: fast }\n  services: [my-redis]\n  health-check-http-endpoint: /up\n' }, [{ name: 'till', start: 'node web.js --all', health: { path: '/up' }, stores: [{ kind: 'redis' }] }]],
  ['App Runner', { ...flask, 'apprunner.yaml': 'version: 1.0\nruntime: python311\nbuild:\n  commands:\n    build: [pip install -r requirements.txt]\nrun:\n  command: python main.py\n  network: { port: 8000 }\n' }, [{ runtime: { version: '3.11' }, start: 'python main.py', ports: [{ port: 8000 }] }]],
  ['Koyeb', { ...express, 'koyeb.yaml': 'name: shop\nservices:\n  - name: till\n    git:\n      buildpack: { run_command: node web.js --all }\n    ports: [{ port: 8001 }]\n' }, [{ name: 'till', start: 'node web.js --all', ports: [{ port: 8001 }] }]],
  ['Fly.io, with processes and a disk', { ...express, 'fly.toml': "app = 'shop'\n[processes]\napp = 'node web.js'\nmail = 'node jobs.js'\n[mounts]\ndestination = '/data'\n" }, [{ start: 'node web.js', keeps: [{ path: '/data' }] }, { name: 'mail', kind: 'worker', keeps: [] }]],
  ['Replit', { ...express, '.replit': 'modules = ["nodejs-20"]\nrun = "npm run dev"\n[deployment]\nrun = ["sh", "-c", "node web.js --all"]\n' }, [{ runtime: { version: '20' }, start: 'node web.js --all' }]],
  ['Kamal', { ...express, 'config/deploy.yml': 'service: shop\nimage: me/shop\nservers:\n  web: [192.0.2.1]\n  mail:\n    hosts: [192.0.2.1]\n    cmd: node jobs.js\nenv:\n  clear: { MODE: fast }\n  secret: [MASTER_KEY]\naccessories:\n  db: { image: mysql:8.0 }\n' }, [{ kind: 'api', start: 'npm start', stores: [{ kind: 'mysql' }], env: expect.arrayContaining([expect.objectContaining({ name: 'MASTER_KEY' })]) }, { name: 'mail', kind: 'worker', start: 'node jobs.js' }]],
];

describe('manifests of hosting platforms', () => {
  it.each(manifests)('of %s say how a repository is built and run', async (_, files, services) => {
    const plan = await planOf(files);
    expect(plan.skipped).toEqual([]);
    expect(plan.services).toHaveLength(services.length);
    for (const [at, service] of services.entries()) expect(plan.services[at]).toMatchObject(service);
  });

  it('of Platform.sh that have a program sleep show what was built', async () => {
    const plan = await planOf({ 'pelicanconf.py': "SITENAME = 'x'\n", 'content/a.md': '# a\n', Pipfile: '[packages]\npelican = "*"\n', '.platform.app.yaml': "name: app\ntype: 'python:3.8'\nhooks:\n  build: |\n    pipenv install --system\n    pelican content\nweb:\n  commands:\n    start: sleep infinity\n  locations:\n    '/':\n      root: output\n      scripts: false\n" });
    expect(plan.services).toMatchObject([{ kind: 'static', start: null, staticDir: 'output', build: 'pelican content' }]);
  });

  it('of Platform.sh that have a program listen on a socket leave it where it listens otherwise, and give what the file beside them exports', async () => {
    const plan = await planOf({ ...flask, '.platform.app.yaml': 'type: python:3.12\nweb:\n  commands: { start: "gunicorn -b unix:$SOCKET main:app" }\n  upstream: { socket_family: unix }\n', '.environment': 'export FLASK_APP="main.py"\nexport DB_HOST=$(echo $PLATFORM_RELATIONSHIPS | jq -r .db)\n' });
    expect(plan.services[0]!.start).not.toContain('unix');
    expect(plan.services[0]).toMatchObject({ runtime: { version: '3.12' }, env: [{ name: 'FLASK_APP', given: 'main.py' }] });
  });

  it('of Upsun with several runtimes tell that of the program', async () => {
    const plan = await planOf({ ...flask, '.upsun/config.yaml': 'applications:\n  till:\n    source: { root: "/" }\n    type: "composable:25.05"\n    stack: ["python@3.12", "nodejs@22"]\n' });
    expect(plan.services).toMatchObject([{ runtime: { name: 'python', version: '3.12' } }]);
  });

  it('count where they are: a service of a directory below is that of its root directory', async () => {
    const below = Object.fromEntries(Object.entries(express).map(([name, content]) => [`server/${name}`, content]));
    const plan = await planOf({ ...below, 'render.yaml': 'services:\n  - type: web\n    name: till\n    rootDir: server\n    startCommand: node web.js --all\n' });
    expect(plan.services).toMatchObject([{ name: 'server', path: 'server', start: 'node web.js --all' }]);
  });

  it('say where a line of theirs was taken from', async () => {
    const plan = await planOf({ ...express, 'railway.toml': '[deploy]\n\nstartCommand = "node web.js --all"\n' });
    expect(plan.services[0]!.evidence).toContainEqual(expect.objectContaining({ file: 'railway.toml', line: 3 }));
  });

  it('are passed over when files of their names are about something else', async () => {
    const before = (await planOf(express)).services;
    const plan = await planOf({ ...express, 'app.yaml': 'kind: Deployment\n', 'manifest.yml': 'name: x\nversion: 1\n', 'app.json': { expo: { name: 'x' } }, 'config/deploy.yml': 'a: b\n' });
    expect(plan.services.map(({ start, stores }) => ({ start, stores }))).toEqual(before.map(({ start, stores }) => ({ start, stores })));
  });

  it('leave the main program alone when they only name what works beside it', async () => {
    const plan = await planOf({ ...express, 'render.yaml': 'services:\n  - type: worker\n    name: mail\n    startCommand: node jobs.js\n' });
    expect(plan.services.map(({ kind, start }) => [kind, start])).toEqual([['api', 'npm start'], ['worker', 'node jobs.js']]);
  });

  it('name what of a manifest was left out', async () => {
    const workers = Array.from({ length: 201 }, (_, n) => `  - type: worker\n    name: w${n}\n    startCommand: node jobs.js ${n}\n`).join('');
    expect((await planOf({ ...express, 'render.yaml': `services:\n${workers}` })).skipped).toEqual([{ file: 'render.yaml', why: 'names more than 200 programs: the rest was left out' }]);
  });

  it('have nothing done with every version that a platform does once', async () => {
    const plan = await planOf({ ...express, 'render.yaml': 'services:\n  - type: web\n    name: till\n    startCommand: node web.js\n    initialDeployHook: node seed.js\n' });
    expect(plan.services).toMatchObject([{ name: 'till', release: null }]);
  });
});
