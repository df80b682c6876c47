import { expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

it('what is said about a secret is none', async () => {
  const read = (name: string) => `process.env.${name}`;
  const secrets = ['API_KEY', 'AWS_ACCESS_KEY_ID', 'DATABASE_URL', 'JWT_SECRET_KEY', 'REFRESH_TOKEN'];
  const others = ['ACCESS_TOKEN_EXPIRE_MINUTES', 'API_KEY_HEADER', 'DB_PASSWORD_FILE', 'JWT_SECRET_TTL', 'MAX_TOKENS', 'OAUTH_TOKEN_URL', 'OPENAI_MAX_TOKENS', 'PUBLIC_API_KEY', 'TOKEN_ALGORITHM'];
  const plan = await planOf({ 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': `require('http').createServer(f).listen(80)\n${[...secrets, ...others].map(read).join('\n')}` });
  const told = plan.services[0]!.env;
  expect(told.map(({ name }) => name)).toEqual([...secrets, ...others].sort());
  expect(told.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(secrets);
});

it('what Cargo says to the code is none', async () => {
  const plan = await planOf({ 'Cargo.toml': '[package]\nname = "shop"\nversion = "1.0.0"\n', 'src/main.rs': 'fn main() { println!("{} {}", env!("CARGO_PKG_VERSION"), std::env::var("A_B").unwrap()); }' });
  expect(plan.services[0]!.env.map(({ name }) => name)).toEqual(['A_B']);
});

it('what scripts in another language read beside an app is none of it', async () => {
  const plan = await planOf({ 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': "require('http').createServer(f).listen(process.env.PORT)", 'scripts/load.lua': 'local batch = os.getenv("BATCH")', 'scripts/seed.ts': 'seed(process.env.SEED)' });
  expect(plan.services[0]!.env.map(({ name }) => name)).toEqual(['PORT', 'SEED']);
});

it('what developers ask for by their tools is none', async () => {
  const plan = await planOf({ 'requirements.txt': 'flask\ngunicorn\n', 'app.py': "from flask import Flask\napp = Flask(__name__)\n", 'tasks.py': "import os, sys\nfrom invoke import task\nPROJECT = os.environ.get('PROJECT')\nif not PROJECT:\n    sys.exit(1)\n", Procfile: 'web: gunicorn app:app\n' });
  expect(plan.services[0]!.env.map(({ name }) => name)).toEqual([]);
  const symfony = await planOf({ 'composer.json': { require: { 'symfony/framework-bundle': '8.0.*' } }, 'public/index.php': '<?php', 'config/packages/debug.yaml': 'when@dev:\n  debug:\n    dump_destination: "tcp://%env(DUMP_SERVER)%"\n', 'config/packages/framework.yaml': "framework:\n  secret: '%env(APP_SECRET)%'\n" });
  expect(symfony.services[0]!.env.map(({ name }) => name)).toEqual(['APP_SECRET']);
});

it('the address of a file is passed on also where its name says that it is a secret, from an image or a sample', async () => {
  const shop = { 'package.json': { scripts: { start: 'node a.js' }, dependencies: { '@prisma/client': '7' } }, 'a.js': "require('http').createServer(f).listen(process.env.PORT)", 'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n  url = env("DATABASE_URL")\n}\n' };
  const given = async (files: object) => (await planOf({ ...shop, ...files })).services[0]!.env.find(({ name }) => name === 'DATABASE_URL')?.given;
  expect(await given({ Dockerfile: 'FROM node:24\nENV DATABASE_URL=file:/data/shop.db\nCMD ["node", "a.js"]\n' })).toBe('file:/data/shop.db');
  expect(await given({ '.env.example': 'DATABASE_URL="file:./dev.db"\n' })).toBe('file:./dev.db');
  expect(await given({ '.env.example': 'DATABASE_URL=postgres://shop:shop@localhost/shop\n' })).toBeUndefined();
});

it('a variable is not needed that a file beside the code sets, where the app reads that file', async () => {
  const shop = (dependencies: object, env: string) => ({ 'package.json': { scripts: { start: 'node a.js' }, dependencies }, 'a.js': "if (!process.env.MAIL_HOST) throw new Error('no MAIL_HOST')\nrequire('http').createServer(f).listen(process.env.PORT)", '.env': env });
  const needed = async (dependencies: object, env: string) => (await planOf(shop(dependencies, env))).services[0]!.env.find(({ name }) => name === 'MAIL_HOST')!.required;
  expect(await needed({ dotenv: '17' }, 'MAIL_HOST=mail.example.org\n')).toBe(false);
  expect(await needed({ dotenv: '17' }, 'MAIL_HOST=\n')).toBe(true);
  expect(await needed({ express: '5' }, 'MAIL_HOST=mail.example.org\n')).toBe(true);
});
