import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';
import { goFrameworks } from './go-frameworks.ts';
import { nodeFrameworks } from './node-frameworks.ts';
import { pythonFrameworks } from './python-frameworks.ts';
import { rustFrameworks } from './rust-frameworks.ts';

/** Files of the least app of a framework, and what must be said of it: framework, kind, port and start. */
type Row = [files: Files, framework: string, kind: string, port: number | null, start: string | null];

const node = (dependencies: object, more: Files = {}): Files => ({ 'package.json': { private: true, dependencies }, ...more });
const listening = (call: string): Files => ({ 'index.js': call });

const nodeRows: Row[] = [
  [{ 'package.json': { private: true, scripts: { build: 'next build', start: 'next start' }, dependencies: { payload: '3', next: '15' } } }, 'payload', 'web', 3000, 'npm start'],
  [node({ '@strapi/strapi': '5' }), 'strapi', 'api', 1337, 'npx strapi start'],
  [node({ directus: '11' }), 'directus', 'api', 8055, 'npx directus start'],
  [node({ '@medusajs/medusa': '2' }), 'medusa', 'api', 9000, 'npx medusa start'],
  [node({ next: '15', react: '19' }), 'next', 'web', 3000, 'npx next start'],
  [node({ nuxt: '4' }), 'nuxt', 'web', 3000, 'node .output/server/index.mjs'],
  [node({ '@remix-run/serve': '2', '@remix-run/node': '2' }), 'remix', 'web', 3000, 'npx remix-serve ./build/server/index.js'],
  [node({ '@react-router/serve': '7', '@react-router/node': '7' }), 'react-router', 'web', 3000, 'npx react-router-serve ./build/server/index.js'],
  [node({ '@tanstack/react-start': '1' }), 'tanstack-start', 'web', 3000, 'node .output/server/index.mjs'],
  [node({ '@nestjs/core': '11' }, { 'src/main.ts': 'app.listen(3000)' }), 'nest', 'api', 3000, 'node dist/main'],
  [node({ koa: '2' }, listening('app.listen(3100)')), 'koa', 'api', 3100, 'node index.js'],
  [node({ polka: '1' }, listening('polka().listen(3101)')), 'polka', 'api', 3101, 'node index.js'],
  [node({ restify: '11' }, listening('server.listen(8085)')), 'restify', 'api', 8085, 'node index.js'],
  [node({ 'apollo-server': '3' }, listening('server.listen(4001)')), 'apollo-server', 'api', 4001, 'node index.js'],
];

const python = (packages: string, app: string): Files => ({ 'requirements.txt': packages, 'app.py': app });

const pythonRows: Row[] = [
  [python('sanic', 'from sanic import Sanic\napp = Sanic("x")\nif __name__ == "__main__":\n    app.run(port=8010)\n'), 'sanic', 'api', 8010, 'python3 app.py'],
  [python('quart\nhypercorn', 'from quart import Quart\napp = Quart(__name__)\n'), 'quart', 'api', 5000, 'hypercorn app:app --bind 0.0.0.0:${PORT:-5000}'],
  [python('litestar\nuvicorn', 'from litestar import Litestar\napp = Litestar([])\n'), 'litestar', 'api', 8000, 'uvicorn app:app --host 0.0.0.0 --port ${PORT:-8000}'],
  [python('starlette\nuvicorn', 'from starlette.applications import Starlette\napp = Starlette()\n'), 'starlette', 'api', 8000, 'uvicorn app:app --host 0.0.0.0 --port ${PORT:-8000}'],
  [python('dash\ngunicorn', 'from dash import Dash\napp = Dash()\nserver = app.server\n'), 'dash', 'web', 8000, null],
  [python('chainlit', 'import chainlit as cl\n'), 'chainlit', 'web', 8000, 'chainlit run app.py --host 0.0.0.0 --port ${PORT:-8000}'],
  [python('gradio', 'import gradio as gr\ngr.Interface(f, "text", "text").launch()\n'), 'gradio', 'web', 7860, 'python3 app.py'],
  [python('flask', 'import os\nfrom flask import Flask\napp = Flask(__name__)\nif __name__ == "__main__":\n    app.run(port=int(os.environ.get("PORT", 3000)))\n'), 'flask', 'api', 3000, null],
];

describe.each([['JavaScript', nodeRows], ['Python', pythonRows]] as const)('frameworks of %s', (_, rows) => {
  it.each(rows.map((row) => [row[1], row] as const))('%s', async (_name, [files, framework, kind, port, start]) => {
    const [service] = (await planOf(files)).services;
    expect([service?.framework, service?.kind, service?.ports[0]?.port ?? null]).toEqual([framework, kind, port]);
    if (start !== null) expect(service!.start).toBe(start);
  });
});

/** The least program that uses a package, by language. */
const least: Record<string, (name: string) => Files> = {
  JavaScript: (name) => ({ 'package.json': { private: true, dependencies: { [name]: '1' }, scripts: { start: 'node index.js', build: 'make' } }, 'index.html': '<p>', 'index.js': '' }),
  Python: (name) => ({ 'requirements.txt': name, 'app.py': 'X = 1\n' }),
  Go: (name) => ({ 'go.mod': `module x\n\ngo 1.24\n\nrequire ${name} v1.0.0\n`, 'main.go': `package main\n\nimport _ "${name}"\n\nfunc main() {}\n` }),
  Rust: (name) => ({ 'Cargo.toml': `[package]\nname = "x"\n[dependencies]\n${name} = "1"\n`, 'src/main.rs': 'fn main() {}' }),
};

/** Entries that one package does not show: what else they need is tested where they are read. */
const needMore = /^(starlette|aiohttp|bolt|telegraf|discord\.js|whatsapp-web\.js|elm|leptos|dioxus|bevy|clap|lambda)$/;

describe.each(Object.entries({ JavaScript: nodeFrameworks, Python: pythonFrameworks, Go: goFrameworks, Rust: rustFrameworks }))('each entry of the table of %s', (language, table) => {
  it.each(table.filter((entry) => !needMore.test(entry.name) && !('imports' in entry) && !('says' in entry)).map(({ name, packages }) => [name, packages[0]!] as const))('%s is told by its own package', async (name, used) => {
    const plan = await planOf(least[language]!(used));
    expect(plan.services.flatMap(({ frameworks }) => frameworks)).toContain(name);
  });
});
