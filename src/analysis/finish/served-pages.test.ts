import { describe, expect, it } from 'vitest';
import { type Files, planOf } from '../fixture.ts';

const client = { 'client/package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '7' } }, 'client/index.html': '<script type="module" src="/main.js"></script>', 'client/main.js': '' };
const server = (text: string): Files => ({ 'server/package.json': { scripts: { start: 'node index.js' }, dependencies: { express: '5' } }, 'server/index.js': `const app = require('express')()\n${text}\napp.listen(3000)\n` });
const servedBy = async (files: Files) => (await planOf(files)).services.find(({ path }) => path === 'client')!.servedBy;

describe('pages that the server of another service shows', () => {
  it('are built into its directory', async () => {
    const files = { ...client, ...server("app.use(require('express').static('public'))"), 'client/vite.config.js': "export default { build: { outDir: '../server/public' } }" };
    expect(await servedBy(files)).toEqual({ service: 'server', at: 'server/public' });
  });

  it.each(["static(path.join(__dirname, '../client/dist'))", "static(path.join(__dirname, '..', 'client', 'dist'))", 'static("../client/dist/")', "sendFile(path.resolve('../client/dist/index.html'))"])('are named in its code: %s', async (call) => {
    expect(await servedBy({ ...client, ...server(`app.use(${call})`) })).toEqual({ service: 'server', at: 'client/dist' });
  });

  it('are named in code of another language', async () => {
    const files = { ...client, 'api/requirements.txt': 'fastapi\nuvicorn\n', 'api/main.py': "import os\nfrom fastapi import FastAPI\nfrom fastapi.staticfiles import StaticFiles\napp = FastAPI()\napp.mount('/', StaticFiles(directory=os.path.join(os.path.dirname(__file__), '..', 'client', 'dist'), html=True))\n" };
    expect(await servedBy(files)).toEqual({ service: 'api', at: 'client/dist' });
  });

  it('are copied there by a script, or into its image', async () => {
    expect(await servedBy({ ...client, ...server(''), 'package.json': { private: true, scripts: { build: 'npm --prefix client run build && cp -r client/dist server/public' } } })).toEqual({ service: 'server', at: 'server/public' });
    const image = ['FROM node:24 AS pages', 'WORKDIR /app', 'COPY client/ .', 'RUN npm ci && npm run build', 'FROM node:24', 'WORKDIR /srv', 'COPY server/ .', 'COPY --from=pages /app/dist ./public', 'CMD ["node", "index.js"]', ''].join('\n');
    expect(await servedBy({ ...client, ...server(''), Dockerfile: image })).toEqual({ service: 'server', at: 'server/public' });
    const whole = ['FROM node:24 AS pages', 'COPY . /app', 'WORKDIR /app/client', 'RUN npm ci && npm run build', 'FROM node:24', 'WORKDIR /app', 'COPY . .', 'COPY --from=pages /app/client/dist ./client/dist', 'CMD ["node", "server/index.js"]', ''].join('\n');
    expect(await servedBy({ ...client, ...server(''), Dockerfile: whole })).toEqual({ service: 'server', at: 'client/dist' });
  });

  it('are not those that it does not name', async () => {
    expect(await servedBy({ ...client, ...server("app.use(require('express').static('public'))") })).toBeUndefined();
    expect(await servedBy({ ...client, ...server(''), 'client/Dockerfile': 'FROM node:24 AS build\nCOPY . .\nRUN npm run build\nFROM nginx\nCOPY --from=build /dist /usr/share/nginx/html\n' })).toBeUndefined();
  });
});
