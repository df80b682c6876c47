import { describe, expect, it } from 'vitest';
import { type Files, planOf } from '../fixture.ts';

const app: Files = {
  'client/package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '7' } }, 'client/index.html': '<script type="module" src="/main.js"></script>', 'client/main.js': '',
  'server/package.json': { scripts: { start: 'node index.js' }, dependencies: { express: '5' } }, 'server/index.js': "const app = require('express')()\napp.get('/api/tasks', list)\napp.post('/auth/login', login)\napp.listen(3000)\n",
};
const passed = async (files: Files) => (await planOf({ ...app, ...files })).services.find(({ path }) => path === 'client')!.passes?.map(({ path, service }) => `${path} ${service}`);

describe('what pages ask for at their own address and another service answers', () => {
  it('is what the server for development passes on, unless it changes the path', async () => {
    expect(await passed({ 'client/vite.config.ts': "export default { server: { proxy: { '/api': 'http://localhost:3000', '/auth': { target: 'http://localhost:3000', changeOrigin: true }, '/old': { target: 'http://localhost:3000', rewrite: (p) => p.slice(4) } } } }" })).toEqual(['/api server', '/auth server']);
    expect(await passed({ 'client/proxy.conf.json': { '/api/**': { target: 'http://localhost:3000' } } })).toEqual(['/api server']);
  });

  it('is what the web server of their image passes on', async () => {
    const nginx = (address: string) => ({ 'client/nginx.conf': `server { location / { try_files $uri /index.html; } location /api/ { proxy_set_header Host $host; proxy_pass ${address}; } }` });
    expect(await passed(nginx('http://server:3000'))).toEqual(['/api server']);
    expect(await passed(nginx('http://server:3000/'))).toBeUndefined();
  });

  it('is all that the server answers where Create React App passes on what it does not know', async () => {
    const { 'client/index.html': _, ...rest } = app;
    const files = { ...rest, 'client/package.json': { proxy: 'http://localhost:3000', scripts: { build: 'react-scripts build', start: 'react-scripts start' }, dependencies: { 'react-scripts': '5', react: '18' } }, 'client/public/index.html': '', 'client/src/index.js': "import React from 'react'" };
    const plan = await planOf(files);
    expect(plan.services.find(({ path }) => path === 'client')!.passes).toEqual([{ path: '/api', service: 'server' }, { path: '/auth', service: 'server' }]);
  });

  it('is what their code asks for and the only other server answers', async () => {
    expect(await passed({ 'client/main.js': "await fetch('/api/tasks'); axios.post(`/auth/login`, form); fetch('/assets/a.json')" })).toEqual(['/api server', '/auth server']);
    expect(await passed({ 'client/main.js': "await fetch('http://localhost:3000/api/tasks')" })).toBeUndefined();
  });
});
