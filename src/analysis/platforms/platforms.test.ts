import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';
import { Tree } from '../tree/tree.ts';
import { withFiles } from '../fixture.ts';
import { readDockerfile, typedCommand } from './dockerfile-read.ts';

const express = { 'package.json': { dependencies: { express: '4', pg: '8' }, scripts: { start: 'node web.js' } }, 'web.js': "require('express')().listen(process.env.PORT || 3000)\nrequire('pg')\nprocess.env.DATABASE_URL", 'worker.js': "require('pg')\nsetInterval(f, 1)\nprocess.env.SMTP_HOST" };

describe('the only service that a Compose file builds', () => {
  it('is the only one that there is, wherever its Dockerfile is', async () => {
    const plan = await planOf({ 'compose.yaml': 'services:\n  app:\n    build:\n      context: .\n      dockerfile: build/app/Dockerfile\n    environment:\n      - SHOP_MODE=fast\n', 'build/app/Dockerfile': 'FROM php:8.4-fpm\n', 'project/composer.json': { require: { 'symfony/framework-bundle': '7' } }, 'project/public/index.php': '<?php' });
    expect(plan.services).toMatchObject([{ name: 'app', path: 'project' }]);
  });
});

describe('a Procfile', () => {
  it('without a web process leaves what PHP serves beside its clock', async () => {
    const plan = await planOf({ Procfile: 'clock: php cron.php\n', 'composer.json': { require: { php: '^8.1' } }, 'index.php': '<?php echo 1;', 'cron.php': '<?php while (true) { sleep(60); }' });
    expect(plan.services.map(({ kind, start }) => [kind, start]).toSorted()).toEqual([['web', expect.stringMatching(/^php -S/)], ['worker', 'php cron.php']]);
  });

  it('is of the directory that it tells the server to look in', async () => {
    const plan = await planOf({ Procfile: 'web: gunicorn --pythonpath shop/ core.wsgi\n', 'requirements.txt': 'django\ngunicorn\n', 'shop/manage.py': 'import django\n', 'shop/core/wsgi.py': 'application = 1\n', 'shop/core/settings.py': 'INSTALLED_APPS = []\n' });
    expect(plan.services.map(({ path, framework }) => `${path} ${framework}`)).toEqual(['shop django']);
  });

  it('names the processes, how each starts, and what is done before a release', async () => {
    const plan = await planOf({ ...express, Procfile: '# processes\nworker: node worker.js\nweb: node web.js --fast\nrelease: node migrate.js\n' });
    expect(plan.services).toMatchObject([
      { name: 'web', kind: 'api', start: 'node web.js --fast', release: 'node migrate.js', ports: [{ port: 3000 }] },
      { name: 'worker', kind: 'worker', start: 'node worker.js', release: null, ports: [] },
    ]);
    expect(plan.services.map(({ env }) => env.map(({ name }) => name))).toEqual([['DATABASE_URL', 'PORT'], ['SMTP_HOST']]);
  });

  it('is enough by itself', async () => {
    const plan = await planOf({ Procfile: 'web: ./serve.sh $PORT\n', 'serve.sh': 'echo' });
    expect(plan.services).toMatchObject([{ name: 'web', kind: 'web', start: './serve.sh $PORT', readsPort: true }]);
  });

  it('in another language than what else is there is of a service in that language', async () => {
    const plan = await planOf({ 'package.json': { scripts: { start: 'node build.js' }, dependencies: { express: '4' } }, 'build.js': "require('express')().listen(3000)", Procfile: 'web: gunicorn shop:app\n', 'shop.txt': '' });
    expect(plan.services).toMatchObject([{ name: 'web', language: 'python', start: 'gunicorn shop:app' }]);
    expect(plan.services[0]!.languages).toContain('javascript');
  });

  it('of another platform\'s own programs does not say how to start', async () => {
    const plan = await planOf({ Procfile: 'web: vendor/bin/heroku-php-apache2 public/\n', 'public/index.php': '<?php' });
    expect(plan.services[0]!.start).toBe('php -S 0.0.0.0:${PORT:-8000} -t public');
  });
});

describe('a Dockerfile', () => {
  it('that opens a port shows that what looks like a package is an app', async () => {
    const plan = await planOf({ 'pyproject.toml': '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "shop"\ndependencies = ["fastapi"]\n', 'src/shop/__init__.py': '', 'src/shop/main.py': 'from fastapi import FastAPI\napp = FastAPI()\n', Dockerfile: 'FROM python:3.12\nCOPY ./src/ /app\nCMD ["fastapi", "run", "shop/main.py", "--port", "8001"]\n' });
    expect(plan.services).toMatchObject([{ kind: 'api', framework: 'fastapi', ports: [{ port: 8001 }] }]);
  });

  it('may be called by its name in small letters, as builders look for it', async () => {
    const plan = await planOf({ 'app.py': 'import socket\nX = 1\n', dockerfile: 'FROM python:3.12\nEXPOSE 9001\nCMD ["python", "app.py"]\n' });
    expect(plan.services).toMatchObject([{ start: 'python app.py', ports: [{ port: 9001 }] }]);
  });

  it('says how a program that runs as it is written is started, and what goes before', async () => {
    const app = { 'requirements.txt': 'fastapi\nuvicorn\ngunicorn\n', 'shop/main.py': 'from fastapi import FastAPI\nfrom shop.x import y\napp = FastAPI()\n', 'shop/x.py': 'y = 1' };
    const start = async (command: string, base = 'python:3.12', files: Files = app) => (await planOf({ ...files, Dockerfile: `FROM ${base}\nWORKDIR /srv\nCOPY . .\n${command}\n` })).services[0];
    expect(await start('CMD ["uvicorn", "shop.main:app", "--host", "0.0.0.0", "--port", "8123"]')).toMatchObject({ start: 'uvicorn shop.main:app --host 0.0.0.0 --port 8123', ports: [{ port: 8123 }] });
    expect(await start('CMD alembic upgrade head && uvicorn shop.main:app --port 8123')).toMatchObject({ start: 'uvicorn shop.main:app --port 8123', release: 'alembic upgrade head' });
    expect(await start('CMD ["python", "elsewhere/main.py"]')).toMatchObject({ start: 'uvicorn shop.main:app --host 0.0.0.0 --port ${PORT:-8000}' });
    expect(await start('RUN pip install hypercorn\nCMD ["hypercorn", "shop.main:app"]')).toMatchObject({ start: 'uvicorn shop.main:app --host 0.0.0.0 --port ${PORT:-8000}' });
    expect(await start('CMD ["run", "--allow-net", "main.ts"]', 'denoland/deno:2.0.0', { 'deno.json': '{}', 'main.ts': 'Deno.serve(() => new Response())' })).toMatchObject({ start: 'deno run --allow-net main.ts' });
  });

  it('is evidence of port, command, health, version and variables', async () => {
    const plan = await planOf({ 'app.py': 'import socket\nX = 1\n', Dockerfile: 'FROM python:3.12-slim AS base\nWORKDIR /srv\nENV MODE=fast DATA=/srv/data\nCOPY . .\nEXPOSE 9000\nHEALTHCHECK CMD curl -f http://localhost:9000/healthz || exit 1\nCMD ["python", "app.py", "--all"]\n' });
    expect(plan.services).toMatchObject([{ kind: 'api', start: 'python app.py --all', ports: [{ port: 9000 }], health: { path: '/healthz' }, runtime: { name: 'python', version: '3.12' } }]);
    expect(plan.services[0]!.env).toMatchObject([{ name: 'DATA' }, { name: 'MODE', given: 'fast', default: null }]);
    expect(plan.services[0]!.env[0]!.given).toBeUndefined();
  });

  it.each([
    ['CMD ["/usr/bin/tini", "--", "node", "server.js"]', 'node server.js'],
    ['CMD node server.js $OPTS', 'node server.js $OPTS'],
    ['CMD ["sh", "-c", "gunicorn app:app --bind :$PORT"]', 'gunicorn app:app --bind :$PORT'],
    ['ENTRYPOINT ["python"]\nCMD ["main.py"]', 'python main.py'],
    ['ENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["node", "/srv/index.js"]', 'node index.js'],
    ['CMD ["/srv/bin/server"]', './bin/server'],
    ['CMD ["/usr/sbin/other"]', undefined],
    ['CMD ["nginx", "-g", "daemon off;"]', undefined],
    ['EXPOSE 80', undefined],
  ])('with %s starts as people would type %s', async (lines, expected) => {
    await withFiles({ Dockerfile: `FROM x\nWORKDIR /srv\n${lines}\n` }, (directory) => {
      expect(typedCommand(readDockerfile(new Tree(directory), 'Dockerfile')!)).toBe(expected);
    });
  });
});

describe('the image of an app that allows several versions', () => {
  it.each([['>=3.10', '3.12', '3.12'], ['>=3.10,<3.12', '3.12', '3.10'], ['>=3.13', '3.12', '3.13'], ['3.11', '3.12', '3.11']])('%s on python:%s is %s', async (range, image, expected) => {
    const plan = await planOf({ 'pyproject.toml': `[project]\nname = "shop"\nrequires-python = "${range}"\ndependencies = ["flask"]\n`, 'app.py': 'from flask import Flask\napp = Flask(__name__)\n', Dockerfile: `FROM python:${image}-slim\nCMD ["flask", "run"]\n` });
    expect(plan.services[0]?.runtime?.version).toBe(expected);
  });
});

describe('a Dockerfile beside pages', () => {
  it('that copies another directory only is about that, and its command says where that listens', async () => {
    const plan = await planOf({
      'package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '7' } }, 'index.html': '<script type="module" src="/src/main.js"></script>', 'src/main.js': 'import "react"',
      'backend/requirements.txt': 'flask\ngunicorn\n', 'backend/app.py': 'from flask import Flask\napp = Flask(__name__)\n',
      Dockerfile: 'FROM python:3.9-slim\nCOPY backend/requirements.txt backend/\nCOPY backend/. backend/\nCMD ["gunicorn", "--bind", "0.0.0.0:8090", "backend.app:app"]\n',
    });
    const backend = plan.services.find(({ path }) => path === 'backend')!;
    expect(backend.ports).toEqual([{ port: 8090, protocol: 'http' }]);
    expect(backend.runtime).toMatchObject({ version: '3.9' });
  });
});

describe('the Dockerfile of a built program', () => {
  const go = { 'go.mod': 'module a/shop\n\ngo 1.22\n', 'cmd/api/main.go': 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(addr, nil) }', 'cmd/mailer/main.go': 'package main\nfunc main() { for { work() } }' };

  it('adds its options to the start command, resolves its variables, and belongs to the program that it builds', async () => {
    const plan = await planOf({ ...go, Dockerfile: 'ARG GO=1.23\nFROM golang:${GO} AS build\nCOPY . .\nRUN go build -o /api ./cmd/api\nFROM alpine\nARG WHERE=9\nENV LISTEN_PORT=90${WHERE}1\nEXPOSE $LISTEN_PORT\nCOPY --from=build /api /api\nENTRYPOINT ["/api"]\nCMD ["--config", "prod.toml"]\n' });
    expect(plan.services).toMatchObject([{ name: 'api', start: './bin/api --config prod.toml', ports: [{ port: 9091 }] }, { name: 'mailer', start: './bin/mailer', ports: [] }]);
  });

  it('gives options alone after a script that goes before the program', async () => {
    const files = { 'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\naxum = "0.8"\n', 'src/main.rs': 'fn main() { axum::serve(l, app) }', Dockerfile: 'FROM debian\nENTRYPOINT ["/usr/local/bin/docker-entrypoint.sh"]\nCMD ["serve"]\n' };
    expect((await planOf(files)).services).toMatchObject([{ start: './target/release/shop serve' }]);
  });

  it('gives no options of a program that is made of the same code in another way', async () => {
    const quarkus = { 'build.gradle': "plugins { id 'java'; id 'io.quarkus' }\ndependencies { implementation 'io.quarkus:quarkus-rest' }", 'settings.gradle': "rootProject.name = 'shop'", 'src/main/java/A.java': '@Path("/hello") public class A {}' };
    const plan = await planOf({ ...quarkus, Dockerfile: 'FROM ubi9\nCMD ["./application", "-Dquarkus.http.host=0.0.0.0"]\n' });
    expect(plan.services[0]?.start).toBe('java -jar build/quarkus-app/quarkus-run.jar');
  });

  it('says where ASP.NET listens, by a variable or by the image', async () => {
    const app = { 'a.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>' };
    const port = async (line: string) => (await planOf({ ...app, Dockerfile: `FROM mcr.microsoft.com/dotnet/aspnet:8.0\n${line}\nENTRYPOINT ["dotnet", "a.dll"]\n` })).services[0]!.ports[0]!.port;
    expect(await port('ENV ASPNETCORE_URLS=https://+:443;http://+:8765')).toBe(8765);
    expect(await port('')).toBe(8080);
    const [alone] = (await planOf({ ...app, Dockerfile: 'FROM mcr.microsoft.com/dotnet/sdk:6.0 AS build\nRUN dotnet publish -o /app --self-contained true\nFROM mcr.microsoft.com/dotnet/runtime-deps:6.0\nENTRYPOINT ["./a"]\n' })).services;
    expect(alone!.ports[0]!.port).toBe(80);
  });

  it.each(['entrypoint: bash', 'command: /bin/sh', 'command: bash -l'])('of Compose that opens a shell starts nothing: %s', async (line) => {
    const app = { 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': 'require("http").createServer(f).listen(3000)', Dockerfile: 'FROM node:22\nCOPY . .\n' };
    expect((await planOf({ ...app, 'compose.yaml': `services:\n  web:\n    build: .\n    tty: true\n    ${line}\n` })).services[0]!.start).toBe('npm start');
  });

  it('beside others is told by its name, by what it copies, or by the directory that is called like the service', async () => {
    const service = (name: string) => ({ [`services/${name}/package.json`]: { scripts: { start: 'node a.js' } }, [`services/${name}/a.js`]: 'require("http").createServer(f).listen(cfg.port)' });
    const plan = await planOf({
      ...service('orders'), ...service('users'), ...service('mail'),
      'Dockerfile.orders': 'FROM node:22\nEXPOSE 4001\n', 'docker/one/Dockerfile': 'FROM node:22\nCOPY services/users/package.json ./\nCOPY services/users ./\nEXPOSE 4002\n', 'docker/mail/Dockerfile': 'FROM node:22\nEXPOSE 4003\n',
    });
    expect(plan.services.map(({ name, ports }) => [name, ports[0]?.port])).toEqual([['mail', 4003], ['orders', 4001], ['users', 4002]]);
  });
});

describe('a Compose file', () => {
  it('gives its command to the program that the image begins with, and keeps the lines of a script apart', async () => {
    const python = { 'requirements.txt': 'fastapi\nuvicorn\n', 'main.py': 'from fastapi import FastAPI\napp = FastAPI()\n' };
    const start = async (lines: string, files: Files) => (await planOf({ ...files, 'compose.yaml': `services:\n  web:\n    build: .\n${lines}\n` })).services[0]!.start;
    expect(await start('    command: ["main:app", "--port", "8001"]', { ...python, Dockerfile: 'FROM python:3.12\nENTRYPOINT ["uvicorn"]\n' })).toBe('uvicorn main:app --port 8001');
    expect(await start('    entrypoint: python\n    command: main.py', { ...python, Dockerfile: 'FROM python:3.12\nENTRYPOINT ["uvicorn"]\n' })).toBe('python main.py');
    expect(await start('    command: sh -c "rm -f x.pid && python main.py"', { ...python, Dockerfile: 'FROM python:3.12\nENTRYPOINT ["/srv/prepare"]\n' })).toBe('rm -f x.pid && python main.py');
    expect(await start('    command:\n      - /bin/sh\n      - -c\n      - |\n        ./wait.sh &&\n        uvicorn main:app \\\n          --port 8001\n        echo done', { ...python, Dockerfile: 'FROM python:3.12\n' })).toMatch(/^\.\/wait\.sh && uvicorn main:app +--port 8001; echo done$/);
  });

  it('with one context for all finds each service by its Dockerfile', async () => {
    const service = (name: string) => ({ [`${name}/main.py`]: 'import flask\napp = flask.Flask(__name__)\n', [`${name}/requirements.txt`]: 'flask\n', [`${name}/Dockerfile`]: 'FROM python:3.12\n' });
    const plan = await planOf({ ...service('front'), ...service('back'), 'compose.yaml': 'services:\n  web:\n    build: { context: ., dockerfile: front/Dockerfile }\n    ports: ["80:7001"]\n  api:\n    build: { context: ., dockerfile: back/Dockerfile }\n    ports: ["81:7002"]\n' });
    expect(plan.services.map(({ name, path }) => [name, path])).toEqual([['api', 'back'], ['web', 'front']]);
  });

  const compose = `services:
  shop:
    build: ./web
    ports: ["8080:3000"]
    environment:
      - DATABASE_URL=postgres://u:p@db:5432/shop
      - GREETING=hello
    depends_on: [db, cache]
  mailer:
    build: ./web
    command: node worker.js
    environment: { REDIS_URL: "redis://cache:6379" }
  db:
    image: postgres:16
  cache:
    image: redis:7-alpine
  admin:
    image: adminer
`;

  it('are several where several images are made of one directory, each with its program; what the others wait for goes before them, and a store with something added is a store', async () => {
    const image = (command: string) => `FROM python:3.12\nCOPY . .\nCMD ${command}\n`;
    const plan = await planOf({
      'requirements.txt': 'fastapi\npsycopg\n', 'main.py': 'from fastapi import FastAPI\nimport psycopg\napp = FastAPI()\n', 'work.py': 'take()\n', 'tools.py': 'serve()\n',
      'docker/api.Dockerfile': image('["uvicorn", "main:app"]'), 'docker/work.Dockerfile': image('["python", "work.py"]'), 'docker/tools.Dockerfile': image('["python", "tools.py"]'), 'docker/init.Dockerfile': image('["python", "init.py"]'), 'docker/db.Dockerfile': 'FROM postgres:16\nCOPY words.txt /words\n',
      'compose.yaml': ['services:', ...['db', 'init', 'work', 'tools', 'api'].flatMap((name) => [`  ${name}:`, `    build: { context: ., dockerfile: docker/${name}.Dockerfile }`, ...(name === 'tools' ? ['    healthcheck: { test: "curl http://localhost:8000/health" }'] : []), ...(name === 'api' ? ['    ports: ["8000:8000"]'] : []), ...(name === 'work' ? ['    depends_on: { init: { condition: service_completed_successfully } }'] : [])])].join('\n'),
    });
    expect(plan.services.map(({ name, kind }) => [name, kind]).sort()).toEqual([['api', 'api'], ['tools', 'api'], ['work', 'worker']]);
    expect(plan.services.find(({ name }) => name === 'work')).toMatchObject({ start: 'python work.py' });
    expect(plan.services.map(({ release }) => release)).toContain('python init.py');
    expect(plan.stores.map(({ kind }) => kind)).toEqual(['postgresql']);
  });

  it('names services and stores, and leaves other images out', async () => {
    const files = Object.fromEntries(Object.entries(express).map(([name, content]) => [`web/${name}`, content]));
    const plan = await planOf({ ...files, 'docker-compose.yml': compose });
    expect(plan.services).toMatchObject([
      { name: 'shop', path: 'web', start: 'npm start', stores: [{ kind: 'postgresql', envVars: ['DATABASE_URL'] }, { kind: 'redis', envVars: [] }] },
      { name: 'mailer', path: 'web', kind: 'worker', start: 'node worker.js' },
    ]);
    const env = plan.services[0]!.env;
    expect(env.find(({ name }) => name === 'GREETING')!.given).toBe('hello');
    expect(env.find(({ name }) => name === 'DATABASE_URL')!.given).toBeUndefined();
  });

  it('gives no secret that is there to be replaced', async () => {
    const plan = await planOf({ ...express, 'compose.yaml': 'services:\n  web:\n    build: .\n    environment:\n      API_TOKEN: changeme\n      ADMIN_PASSWORD: Rk39-xwL2\n      GREETING: changeme\n' });
    expect(plan.services[0]!.env.filter(({ given }) => given !== undefined).map(({ name }) => name)).toEqual(['ADMIN_PASSWORD', 'GREETING']);
  });

  it('with nothing but stores shows what the app beside it uses', async () => {
    const plan = await planOf({ 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': 'require("http").createServer().listen(1234)', 'compose.yaml': 'services:\n  m:\n    image: mongo\n' });
    expect(plan.stores).toMatchObject([{ kind: 'mongodb', confidence: 0.75 }]);
  });

  it('tells what its commands are: servers, migrations that end, and programs by where they are built here', async () => {
    const go = { 'go.mod': 'module shop\ngo 1.23\n', 'cmd/api/main.go': 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":8081", nil) }\n', Dockerfile: 'FROM golang:1.23\nCOPY . .\nRUN go build -o server ./cmd/api/main.go\n' };
    const plan = await planOf({ ...go, 'compose.yaml': 'services:\n  app:\n    build: .\n    command: sh -c "make run-migrations && ./server --verbose"\n' });
    expect(plan.services).toMatchObject([{ name: 'app', release: 'make run-migrations', start: './bin/api --verbose' }]);
    const python = { 'requirements.txt': 'fastapi\nuvicorn\nalembic\n', 'main.py': 'import fastapi\napp = fastapi.FastAPI()\n' };
    const several = await planOf({ ...python, 'compose.yaml': 'services:\n  bot:\n    build: .\n    command: python bot.py\n  api:\n    build: .\n    command: uvicorn main:app --port 8100\n  migrator:\n    build: .\n    command: alembic upgrade head\n' });
    expect(several.services).toMatchObject([{ name: 'bot', release: 'alembic upgrade head' }, { name: 'api', kind: 'api' }]);
  });

  it('says how the app is started, but for what watches the code, and makes no service of its tests', async () => {
    const plan = await planOf({
      'compose.yaml': 'services:\n  shop:\n    build: .\n    command: uvicorn shop:make --factory --port 8000 --reload\n  test:\n    build: .\n    command: pytest tests -v\n',
      Dockerfile: 'FROM python:3.14\nCMD ["uvicorn", "shop:make", "--factory"]\n', 'requirements.txt': 'fastapi\nuvicorn\n', 'shop.py': 'from fastapi import FastAPI\ndef make():\n    return FastAPI()\n',
    });
    expect(plan.services.map(({ name, start }) => [name, start])).toEqual([['shop', 'uvicorn shop:make --factory --port 8000']]);
  });

  it('takes what only waits for no service', async () => {
    const plan = await planOf({ 'requirements.txt': 'flask\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n', 'compose.yaml': 'services:\n  web:\n    build: .\n    ports: ["5000:5000"]\n  image:\n    build: .\n    command: /bin/sh -c "exit 0"\n' });
    expect(plan.services.map(({ name }) => name)).toEqual(['web']);
  });

  it('in a directory of its own reaches what stands beside that, and tells which Dockerfile is whose', async () => {
    const plan = await planOf({
      'app/main.py': 'from fastapi import FastAPI\nfrom app.rows import all\napp = FastAPI()\n', 'app/rows.py': 'all = []\n',
      'infra/compose.yml': 'services:\n  shop:\n    build: { context: .., dockerfile: infra/serving/Dockerfile }\n    ports: ["8000:8000"]\n  desk:\n    build: ..\n    command: jupyter lab --port 8888\n    ports: ["8888:8888"]\n',
      'infra/serving/Dockerfile': 'FROM python:3.10-slim\nCMD ["uvicorn", "app.main:app"]\n',
    });
    expect(plan.services.map(({ name, path, kind }) => [name, path, kind])).toEqual([['shop', '.', 'api'], ['desk', '.', 'notebook']]);
    expect(plan.services[0]!.runtime).toMatchObject({ name: 'python', version: '3.10' });
  });

  it('makes a service of the directory that its Dockerfile copies', async () => {
    const plan = await planOf({
      'Gemfile': "gem 'rails'\n", 'config/application.rb': '', 'client/package.json': { dependencies: { react: '18', 'react-scripts': '5' }, scripts: { build: 'react-scripts build' } }, 'client/src/index.js': '',
      'docker/client/Dockerfile': 'FROM node:18\nCOPY client/package.json ./\nRUN npm install\nCOPY client/. .\nCMD ["npm", "start"]\n', 'docker/api/Dockerfile': 'FROM ruby:3\nCOPY . .\n',
      'docker-compose.yml': 'services:\n  api:\n    build: { context: ., dockerfile: docker/api/Dockerfile }\n    ports: ["3000:3000"]\n  ui:\n    build: { context: ., dockerfile: docker/client/Dockerfile }\n    ports: ["3001:3000"]\n',
    });
    expect(plan.services.map(({ name, path }) => [name, path]).toSorted()).toEqual([['api', '.'], ['ui', 'client']]);
  });

  it('whose image at the root takes one directory is about what is there, and not about the app at the root', async () => {
    const plan = await planOf({
      'Shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>', 'Program.cs': 'WebApplication.CreateBuilder(args).Build().Run();',
      'sorter/go.mod': 'module sorter\n\ngo 1.22\n', 'sorter/main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":50051", nil) }\n',
      Dockerfile: 'FROM golang:1.22 AS builder\nWORKDIR /app\nCOPY sorter/ .\nRUN go build -o main .\n\nFROM alpine\nCOPY --from=builder /app/main .\nEXPOSE 50051\nCMD ["./main"]\n',
      'compose.yaml': 'services:\n  sorting:\n    build: .\n    ports: ["50051:50051"]\n',
    });
    expect(plan.services.map(({ name, path, ports }) => [name, path, ports.map(({ port }) => port)])).toEqual([['sorting', 'sorter', [50051]], ['web', '.', [5000]]]);
  });

  it('cannot lead out of the tree', async () => {
    const plan = await planOf({ 'index.html': '', 'compose.yaml': 'services:\n  a:\n    build: ../..\n    command: rm -rf x\n  b:\n    build: /etc\n  c:\n    build: x/../../..\n' });
    expect(plan.services).toMatchObject([{ kind: 'static', path: '.' }]);
  });
});

describe('the version that an image brings', () => {
  it.each<[string, string, Record<string, string>, string]>([
    ['of a caret that allows it', 'FROM php:8.4-apache\n', { 'composer.json': '{"require":{"php":"^7.4 || ^8.0","slim/slim":"^4.0"}}', 'public/index.php': '<?php $app = Slim\\Factory\\AppFactory::create(); $app->run();' }, '8.4'],
    ['of those on both sides of one bar', 'FROM php:7.4-apache\n', { 'composer.json': '{"require":{"php":"^7.2.5|^8.0","slim/slim":"^4.0"}}', 'public/index.php': '<?php $app = Slim\\Factory\\AppFactory::create(); $app->run();' }, '7.4'],
    ['of the tools that a package asks for at least', 'FROM swift:5.10-jammy\n', { 'Package.swift': '// swift-tools-version:5.7\nimport PackageDescription\nlet package = Package(name: "shop", dependencies: [.package(url: "https://github.com/vapor/vapor.git", from: "4.0.0")], targets: [.executableTarget(name: "App")])\n', 'Sources/App/main.swift': 'print(1)\n' }, '5.10'],
    ['that it runs in, not that it was built in', 'FROM clojure:temurin-22-tools-deps AS build\nRUN clojure -T:build uber\nFROM eclipse-temurin:21-alpine\nCOPY --from=build /app/target/shop.jar /shop.jar\nENTRYPOINT ["java", "-jar", "/shop.jar"]\n', { 'deps.edn': '{:deps {ring/ring {:mvn/version "1.12.0"}} :aliases {:run {:main-opts ["-m" "shop.core"]}}}', 'src/shop/core.clj': '(ns shop.core)\n(defn -main [])\n' }, '21'],
  ])('is the one %s', async (_, dockerfile, files, version) => {
    const plan = await planOf({ Dockerfile: dockerfile, ...files });
    expect(plan.services[0]!.runtime?.version).toBe(version);
  });

  it('does not count where a caret excludes it', async () => {
    const plan = await planOf({ 'Dockerfile': 'FROM php:8.4-apache\n', 'composer.json': '{"require":{"php":"^7.4","slim/slim":"^4.0"}}', 'public/index.php': '<?php $app = Slim\\Factory\\AppFactory::create(); $app->run();' });
    expect(plan.services[0]!.runtime?.version).toBe('7.4');
  });
});

describe('an image of one of several programs', () => {
  it('says which one is started', async () => {
    const plan = await planOf({
      'Package.swift': '// swift-tools-version:5.10\nimport PackageDescription\nlet package = Package(name: "shop", dependencies: [.package(url: "https://github.com/vapor/vapor.git", from: "4.0.0")], targets: [\n.executableTarget(name: "Importer"),\n.executableTarget(name: "App"),\n])\n',
      'Sources/App/main.swift': 'print(1)\n', 'Sources/Importer/main.swift': 'print(2)\n',
      'Dockerfile': 'FROM swift:5.10 AS build\nRUN swift build -c release\nFROM ubuntu\nWORKDIR /app\nCOPY --from=build /staging /app\nENTRYPOINT ["./App"]\nCMD ["serve", "--env", "production", "--hostname", "0.0.0.0", "--port", "8080"]\n',
    });
    expect(plan.services[0]!.start).toBe('.build/release/App serve --env production --hostname 0.0.0.0 --port 8080');
  });
});

describe('programs of one project in a Compose file', () => {
  const project = { 'requirements.txt': 'flask\ncelery\ngunicorn\n', 'shop/wsgi.py': 'from flask import Flask\napp = Flask(__name__)\n', 'shop/queue.py': "from celery import Celery\nqueue = Celery('shop')\n", 'images/web/Dockerfile': 'FROM python:3.13\nCOPY . .\n', 'images/front/Dockerfile': 'FROM nginx:1.29\nCOPY images/front/nginx.conf /etc/nginx/nginx.conf\nCOPY shop/static /static\n', 'images/front/nginx.conf': 'server { listen 80; location / { proxy_pass http://web:5000; } }', 'shop/static/a.css': 'a {}' };
  const built = (name: string) => `    build:\n      context: .\n      dockerfile: images/${name}/Dockerfile\n`;

  it('are told apart by what their commands do, and none of them is the web server before them', async () => {
    const plan = await planOf({ ...project, 'compose.yaml': `services:\n  jobs:\n${built('web')}    command: celery -A shop.queue worker\n  front:\n${built('front')}    ports: ["80:80"]\n  web:\n${built('web')}    command: gunicorn --bind 0.0.0.0:5000 shop.wsgi:app\n` });
    expect(plan.services.map(({ name, kind, ports }) => `${name} ${kind} ${ports.map(({ port }) => port).join()}`).sort()).toEqual(['jobs worker ', 'web api 5000']);
  });

  it('are none where all that is done is to build', async () => {
    const plan = await planOf({ ...express, Dockerfile: 'FROM node:24\n', 'compose.yaml': 'services:\n  web: {build: ., ports: ["3000:3000"]}\n  styles: {build: ., command: yarn build:css}\n' });
    expect(plan.services.map(({ name }) => name)).toEqual(['web']);
  });
});

it('takes what a Procfile has for whoever works on the app for no process, and the options that it gives to what is built', async () => {
  const plan = await planOf({ 'Package.swift': '// swift-tools-version:4.0\nlet package = Package(name: "Shop", dependencies: [.package(url: "https://x.org/vapor/vapor.git", from: "3.0.0")], targets: [.target(name: "App", dependencies: ["Vapor"]), .target(name: "Run", dependencies: ["App"])])', 'Sources/Run/main.swift': 'import App\ntry app(.detect()).run()\n', 'Sources/App/app.swift': 'import Vapor\n', Procfile: 'web: Run --env production --port $PORT\nlocal: vapor run\n' });
  expect(plan.services.map(({ start }) => start)).toEqual(['./.build/release/Run --env production --port $PORT']);
});

it('finds the service of a Procfile at the root by the file that the build leaves elsewhere', async () => {
  const nx = { 'nx.json': {}, 'package.json': { dependencies: { '@nestjs/core': '11' } }, 'apps/shop/project.json': { projectType: 'application', targets: { build: { executor: '@nx/webpack:webpack', options: { outputPath: 'dist/apps/shop', main: 'apps/shop/src/main.ts' } } } }, 'apps/shop/src/main.ts': "import { NestFactory } from '@nestjs/core';\n(await NestFactory.create(M)).listen(3000);\n" };
  const plan = await planOf({ ...nx, Procfile: 'web: node dist/apps/shop/main.js\n' });
  expect(plan.services.map(({ path, start }) => `${path} ${start}`)).toEqual([expect.stringMatching(/^apps\/shop node .*dist\/apps\/shop\/main\.js$/)]);
});

it('takes the processes of a Procfile at the root for the services of the directories that they go into, although they run files of the same name', async () => {
  const sinatra = { 'Gemfile': "gem 'sinatra'\n", 'app.rb': "require 'sinatra'\nget('/') { 'ready' }\n" };
  const files = Object.fromEntries(['login', 'orders'].flatMap((place) => Object.entries(sinatra).map(([name, text]) => [`${place}/${name}`, text])));
  const plan = await planOf({ ...files, Procfile: 'login_web: cd login && bundle exec ruby app.rb -p 3001\norders_web: cd orders && bundle exec ruby app.rb -p 3002\norders_mail: cd orders && bundle exec ruby mail.rb\n' });
  expect(plan.services.map(({ path, kind, start, ports }) => `${path} ${kind} ${start} ${ports.map(({ port }) => port).join()}`.trim()).sort()).toEqual(['login api bundle exec ruby app.rb -p 3001 3001', 'orders api bundle exec ruby app.rb -p 3002 3002', 'orders worker bundle exec ruby mail.rb']);
});
