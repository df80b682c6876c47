import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const server = (port: number, more = ''): Files => ({ 'package.json': { dependencies: { express: '5' }, scripts: { start: 'node server.js' } }, 'server.js': `${more}const app = require('express')();\napp.listen(process.env.PORT || ${port});\n` });
const page = (code: string, more: Files = {}): Files => ({ 'package.json': { dependencies: { react: '19' }, devDependencies: { vite: '7' }, scripts: { build: 'vite build' } }, 'index.html': '<script type="module" src="/src/main.jsx"></script>', 'src/main.jsx': code, ...more });
const at = (directory: string, files: Files): Files => Object.fromEntries(Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content]));
const edges = async (files: Files) => (await planOf(files)).edges.map(({ from, to, envVar }) => `${from} → ${to}${envVar === null ? '' : ` ${envVar}`}`).sort();

describe('pages that call a port of this machine', () => {
  it.each<[string, string]>([
    ['import.meta.env.VITE_API_URL || "http://localhost:4000"', 'page → back VITE_API_URL'],
    ['process.env.NEXT_PUBLIC_BACK ?? "http://localhost:4000/api"', 'page → back NEXT_PUBLIC_BACK'],
    ['"http://localhost:4000"', 'page → back'],
  ])('call who listens there: %s', async (address, expected) => {
    expect(await edges({ ...at('page', page(`const base = ${address};\nfetch(\`\${base}/items\`);\n`)), ...at('back', server(4000)), ...at('mail', server(4001)) })).toEqual([expected]);
  });
});

it('follows what a variable is given rather than what code falls back to without it', async () => {
  const files = { ...at('page', page('fetch(`${import.meta.env.VITE_API_URL || "http://localhost:8000"}/items`);\n', { '.env': 'VITE_API_URL=http://localhost:9000/api\n' })), ...at('gate', server(9000)), ...at('old', server(8000)) };
  expect(await edges(files)).toEqual(['page → gate VITE_API_URL']);
});

it.each([
  ['Python', { 'shop/requirements.txt': 'flask\nrequests\n', 'shop/config.py': 'STOCK_URL = "http://localhost:4000"\nMAIL_URL = "http://localhost:4001"\n', 'shop/app.py': 'import requests\nfrom flask import Flask\nfrom config import STOCK_URL, MAIL_URL\napp = Flask(__name__)\nrequests.get(f"{STOCK_URL}/items")\napp.run(port=4002)\n' }],
  ['JavaScript', at('shop', { ...server(4002, "const { STOCK_URL, MAIL_URL } = require('./config');\nfetch(STOCK_URL + '/items');\n"), 'config.js': "const STOCK_URL = 'http://localhost:4000';\nconst MAIL_URL = 'http://localhost:4001';\nexports.STOCK_URL = STOCK_URL;\n" })],
])('does not call an address that is brought into a file and never used, in %s', async (_, shop) => {
  expect(await edges({ ...shop, ...at('stock', server(4000)), ...at('mail', server(4001)) } as Files)).toEqual(['shop → stock']);
});

it('calls whose variable of a port has the number where nobody is known to listen there', async () => {
  const listen = 'package main\nimport ("net/http"; "os")\ntype Config struct { Port string }\nfunc get(key, usual string) string { if v := os.Getenv(key); v != "" { return v }; return usual }\n';
  const files = {
    'gate/go.mod': 'module a.test/gate\n', 'gate/main.go': `${listen}func main() {\n  http.Get(get("MATCHING_URL", "http://localhost:8081") + "/orders")\n  http.ListenAndServe(":8080", nil)\n}\n`,
    'engine/go.mod': 'module a.test/engine\n', 'engine/main.go': `${listen}func main() {\n  port := load(get("ENGINE_PORT", "8081"))\n  server := &http.Server{Addr: place(port)}\n  server.ListenAndServe()\n}\n`,
  };
  expect(await edges(files)).toEqual(['gate → engine MATCHING_URL']);
});

it('does not take what a framework is told to choose for the name of a service', async () => {
  const php = { 'composer.json': { require: { 'laravel/framework': '12' } }, artisan: '', 'config/auth.php': "<?php\nreturn ['passwords' => env('AUTH_PASSWORD_BROKER', 'users'), 'guard' => env('AUTH_GUARD', 'web')];\n" };
  expect(await edges({ ...at('orders', php), ...at('users', server(4000)), ...at('web', server(4001)) })).toEqual([]);
});

it('finds who says under which address it is reached itself', async () => {
  const laravel = { 'composer.json': { require: { 'laravel/framework': '12' } }, artisan: '', '.env.example': 'APP_URL=http://127.0.0.1:8001\n' };
  expect(await edges({ ...at('shop', { 'index.html': '<script src="app.js"></script>', 'app.js': 'fetch("http://127.0.0.1:8001/api/users");\n' }), ...at('people', laravel), ...at('mail', server(4001)) })).toEqual(['web → people']);
});

it('does not take what runs beside an app for a service that listens at its port', async () => {
  const code = 'const registry = process.env.SCHEMA_REGISTRY_URL || "http://localhost:8081";\nfetch(registry + "/subjects");\n';
  expect(await edges({ ...at('shop', server(4000, code)), ...at('orders', server(8081)) })).toEqual([]);
});
