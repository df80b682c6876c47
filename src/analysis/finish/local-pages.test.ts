import { expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const site = (main: string) => planOf({ 'client/package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '7' } }, 'client/index.html': '<script type="module" src="/main.js"></script>', 'client/main.js': main });
const found = async (main: string) => (await site(main)).findings.filter(({ rule }) => rule === 'pages-call-localhost');

it('pages that call the machine of whoever opens them are told, once', async () => {
  expect(await found("a()\nawait fetch('http://localhost:3000/tasks')\naxios.post(`http://localhost:3000/tasks/${id}`, task)\n")).toMatchObject([{ file: 'client/main.js', line: 2, severity: 'medium', message: 'the pages of client call http://localhost:3000 (2 places), which is the machine of whoever opens them' }]);
  expect(await found("const api = axios.create({ baseURL: 'http://127.0.0.1:8000' })")).toHaveLength(1);
});

it('what a variable overrules, or has no host, is no such call', async () => {
  expect(await found("fetch((import.meta.env.VITE_API ?? 'http://localhost:3000') + '/tasks')\nfetch('/api/tasks')\nfetch('https://api.example.org/x')\nconsole.log('http://localhost:3000')")).toEqual([]);
});
