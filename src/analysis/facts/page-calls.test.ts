import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const app = (more = '') => `from flask import Flask\n${more}app = Flask(__name__)\nif __name__ == "__main__":\n    app.run(host="0.0.0.0", port=5000)\n`;
const page = (script: string) => `<html><body><script>\n${script}\n</script></body></html>\n`;
const graph = async (files: Files) => {
  const { services, edges } = await planOf(files);
  return { services: services.map(({ path, kind }) => `${path} ${kind}`).sort(), edges: edges.map(({ protocol, evidence }) => `${protocol} ${evidence[0]!.file}:${evidence[0]!.line}`) };
};

describe('written pages within a project', () => {
  it('are a service of their own where they call the server at a whole address', async () => {
    const files = { 'requirements.txt': 'flask\n', 'app.py': app(), 'portal/index.html': page('const API = "http://localhost:5000";\nfetch(`${API}/orders`)') };
    expect(await graph(files)).toEqual({ services: ['. api', 'portal static'], edges: ['http portal/index.html:2'] });
  });

  it('are one as well where a script beside them does', async () => {
    const files = { 'requirements.txt': 'flask\n', 'app.py': app(), 'portal/index.html': '<script src="js/app.js"></script>', 'portal/js/app.js': 'fetch("http://localhost:5000/orders");\nio("http://localhost:5000");\n' };
    expect(await graph(files)).toEqual({ services: ['. api', 'portal static'], edges: ['http portal/js/app.js:1'] });
  });

  it('are a part of it where its code hands them out', async () => {
    const files = { 'requirements.txt': 'flask\n', 'app.py': app('from flask import send_from_directory\nroot = send_from_directory("portal", "index.html")\n'), 'portal/index.html': page('fetch("http://localhost:5000/orders")') };
    expect((await graph(files)).services).toEqual(['. web']);
  });

  it('are a part of it where they ask at their own address, or only lead people elsewhere', async () => {
    for (const script of ['fetch("/orders")', '// fetch("http://localhost:5000/orders")']) expect((await graph({ 'requirements.txt': 'flask\n', 'app.py': app(), 'portal/index.html': page(script) })).services).toHaveLength(1);
    expect((await graph({ 'requirements.txt': 'flask\n', 'app.py': app(), 'portal/index.html': '<a href="http://localhost:5000/admin">Admin</a>' })).services).toHaveLength(1);
  });
});

it('does not take the pages of another service for those of the one around it', async () => {
  const server = 'const app = require("express")();\napp.listen(4000);\n';
  const files = { 'index.html': '<h1>Home</h1>', 'pay/package.json': { dependencies: { express: '5' }, scripts: { start: 'node server.js' } }, 'pay/server.js': server, 'pay/trial.html': page('fetch("http://localhost:4000/pay")') };
  expect((await graph(files)).edges).toEqual([]);
});
