import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const server = (code: string) => ({ 'package.json': { dependencies: { express: '5' }, scripts: { start: 'node web.js' } }, 'web.js': `const app = require('express')()\n${code}\napp.listen(3000)` });
const kindOf = async (code: string) => (await planOf(server(code))).services[0]!.kind;

describe('a server that writes what it answers by itself', () => {
  it('is one of pages when it writes several', async () => {
    expect(await kindOf("app.get('/', (_, res) => res.send('<h1>Hello</h1>'))\napp.get('/more', (_, res) => res.send(`\n  <div>more</div>`))")).toBe('web');
  });

  it('is none for a greeting, nor for more data than pages', async () => {
    expect(await kindOf("app.get('/', (_, res) => res.send('<h1>It works</h1>'))")).toBe('api');
    expect(await kindOf("app.get('/', (_, res) => res.send('<h1>It works</h1>'))\napp.get('/about', (_, res) => res.send('<p>about</p>'))\napp.get('/a', (_, res) => res.json([]))\napp.get('/b', (_, res) => res.send({}))")).toBe('api');
  });
});
