import { describe, expect, it } from 'vitest';
import { planOf, type Files } from '../fixture.ts';

const app = { 'package.json': { name: 'shop', main: 'a.js', dependencies: { express: '4' } }, 'a.js': 'require("express")().listen(3000)\n' };
const image = (...lines: string[]) => ['FROM node:22', 'WORKDIR /srv/shop', 'COPY . .', ...lines, 'CMD ["node", "a.js"]', ''].join('\n');
const compose = (volumes: string[], service = 'build: .') => `services:\n  web:\n    ${service}\n    volumes:\n${volumes.map((volume) => `      - ${volume}\n`).join('')}`;
const plans = async (files: Files) => (await planOf({ ...app, ...files })).services[0]!;
const kept = async (files: Files) => (await plans(files)).keeps.map(({ path, shared, envVars }) => [path, shared, ...envVars]);

describe('directories that a service keeps', () => {
  it('are the volumes of its image, as its code sees them', async () => {
    expect(await kept({ Dockerfile: image('VOLUME /srv/shop/data') })).toEqual([['data', false]]);
    expect(await kept({ Dockerfile: image('VOLUME ["/srv/shop/data", "files"]') })).toEqual([['data', false], ['files', false]]);
    expect(await kept({ Dockerfile: image('ENV SHOP_HOME=/var/lib/shop', 'VOLUME $SHOP_HOME') })).toEqual([['/var/lib/shop', false, 'SHOP_HOME']]);
    expect(await kept({ Dockerfile: 'FROM node:22\nCOPY . /\nVOLUME /data\nCMD ["node", "a.js"]\n' })).toEqual([['data', false], ['/data', false]]);
  });

  it('are the volumes of its Compose service, but no code, no single files, and nothing that may only be read', async () => {
    expect(await kept({ 'compose.yaml': compose(['shop-data:/app/data', './uploads:/app/uploads:rw', '${DIR:-./more}:/app/more']) })).toEqual([['data', false], ['uploads', false], ['more', false]]);
    expect(await kept({ 'compose.yaml': compose(['.:/app', './:/app', '/app/node_modules', 'modules:/app/node_modules', './shop.yml:/app/shop.yml', './data:/app/data:ro', '/var/run/docker.sock:/var/run/docker.sock', 'static:/app/static', 'logs:/app/logs']) })).toEqual([]);
    expect(await kept({ 'compose.yaml': 'services:\n  web:\n    build: .\n    volumes:\n      - { type: volume, source: d, target: /app/data }\n      - { type: tmpfs, source: t, target: /app/store }\n' })).toEqual([['data', false]]);
  });

  it('may hold what the data begin with when they are declared', async () => {
    expect(await kept({ Dockerfile: image('VOLUME /srv/shop/db'), 'db/empty.db': 'x', 'db/seed.json': {} })).toEqual([['db', false]]);
  });

  it('are seen from where the image has the code, whatever directory it works in', async () => {
    expect(await kept({ Dockerfile: 'FROM node:22\nCOPY . /var/www/shop\nVOLUME /var/www/shop/data\nCMD ["node", "/var/www/shop/a.js"]\n' })).toEqual([['data', false]]);
  });

  it('are told of with the variables that name something in them', async () => {
    const { keeps } = await plans({ Dockerfile: image('ENV SHOP_FILE=/var/lib/shop/shop.sqlite OTHER=/var/lib/shopping/x', 'VOLUME /var/lib/shop') });
    expect(keeps).toMatchObject([{ path: '/var/lib/shop', envVars: [], inside: { SHOP_FILE: 'shop.sqlite' } }]);
    const given = { 'compose.yaml': compose(['d:/app/db']).replace('    volumes', '    environment:\n      SHOP_FILE: /app/db/shop.sqlite\n    volumes') };
    expect((await plans(given)).keeps).toMatchObject([{ path: 'db', inside: { SHOP_FILE: 'shop.sqlite' } }]);
  });

  it('are those of a Compose service that runs the image which the project publishes', async () => {
    const files = { 'compose.yaml': compose(['./data:/srv/shop/data'], 'image: ghcr.io/acme/shop:2'), Dockerfile: image() };
    expect(await kept(files)).toEqual([['data', false]]);
    expect(await kept({ ...files, 'compose.yaml': compose(['./data:/srv/shop/data'], 'image: ghcr.io/acme/other') })).toEqual([]);
  });

  it('are those that a variable names unless told otherwise', async () => {
    expect(await kept({ 'a.js': 'open(process.env.DATA_DIR || "./data"); listen(process.env.PUBLIC_DIR || "public");\nrequire("express")().listen(3000)' })).toEqual([['data', false]]);
  });

  it('are those where uploads go, which several agents may share', async () => {
    expect(await kept({ 'a.js': 'const upload = require("multer")({ dest: "uploads/" });\nrequire("express")().listen(3000)' })).toEqual([['uploads', true]]);
    expect(await kept({ 'a.js': 'import multer from "multer";\nmulter.diskStorage({ destination: (q, f, cb) => { cb(null, "files") } });\nrequire("express")().listen(3000)' })).toEqual([['files', true]]);
    const django = { 'manage.py': 'import os\n', 'requirements.txt': 'django\n', 'shop/settings.py': 'from pathlib import Path\nBASE_DIR = Path(".")\nMEDIA_ROOT = BASE_DIR / "media"\n' };
    expect((await planOf(django)).services[0]!.keeps).toMatchObject([{ path: 'media', shared: true }]);
    const flask = { 'requirements.txt': 'flask\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\napp.config["UPLOAD_FOLDER"] = os.path.join(here, "uploads")\napp.run()\n' };
    expect((await planOf(flask)).services[0]!.keeps).toMatchObject([{ path: 'uploads', shared: true }]);
  });

  it('are none with files of the code in them, nor ways out of it', async () => {
    expect(await kept({ Dockerfile: image('VOLUME /srv/shop/data'), 'data/load.js': 'module.exports = 1' })).toEqual([]);
    expect(await kept({ Dockerfile: image('VOLUME /srv/shop/data'), 'data/1.sql': 'create table a(b int);' })).toEqual([]);
    expect(await kept({ 'a.js': 'open(process.env.DATA_DIR || "./data");\nrequire("express")().listen(3000)', 'data/seed.json': {} })).toEqual([]);
    expect(await kept({ Dockerfile: image('VOLUME /srv/shop/data'), 'data/.gitkeep': '' })).toEqual([['data', false]]);
    expect(await kept({ 'a.js': 'open(process.env.DATA_DIR || "../../data");\nrequire("express")().listen(3000)' })).toEqual([]);
    expect(await kept({ Dockerfile: image('VOLUME /', 'VOLUME /tmp', 'VOLUME /proc/data', 'VOLUME /etc/shop') })).toEqual([]);
  });

  it('make a service one that may not be there twice, and are told', async () => {
    const plan = await planOf({ ...app, Dockerfile: image('VOLUME /srv/shop/data', 'VOLUME /var/lib/shop') });
    expect(plan.services[0]!.scaling).toMatchObject({ stateless: false, sticky: false, reason: 'it keeps files of its own in data, /var/lib/shop' });
    expect(plan.findings.map(({ rule, message }) => [rule, message])).toEqual([
      ['data-not-kept', 'web keeps data in /var/lib/shop, where it is gone with the next deployment'],
      ['data-in-files', 'web keeps data in the directory data, which gets a volume and stays when the app is deployed again'],
    ]);
  });
});
