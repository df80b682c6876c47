import { expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const go = { 'go.mod': 'module example.com/notes\n\ngo 1.25\n', 'main.go': 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":8080", nil) }\n' };
const page = '<!doctype html><script type="module" src="/src/main.js"></script>';
const next = { scripts: { build: 'next build', start: 'next start' }, dependencies: { next: '15', react: '19', '@notes/hooks': '*' } };

const fixtures: [name: string, files: Files, services: string[]][] = [
  ['scripts of pages whose functions are called listen', { ...go, 'ui/static/js/app.js': "import { swipe } from './touch.js';\nfunction wire() { document.querySelector('main').append('x'); }\nnew Touch().listen();\nwire();", 'ui/static/js/touch.js': 'export class Touch { listen() {} }' }, ['.']],
  ['a program without a package.json whose variable is called document', { 'server.js': "const http = require('http');\nconst document = load();\ndocument.body = 'x';\nhttp.createServer(f).listen(8124)" }, ['.']],
  ['a package of a workspace that holds hooks for the pages of others', { 'package.json': { private: true, workspaces: ['apps/*', 'packages/*'] }, 'yarn.lock': '', 'apps/web/package.json': next, 'apps/web/pages/index.tsx': 'export default () => null', 'packages/hooks/package.json': { name: '@notes/hooks', private: true, main: 'index.ts', scripts: { lint: 'eslint .' }, dependencies: { next: '15' } }, 'packages/hooks/notes.tsx': 'export const useNotes = () => []' }, ['apps/web']],
  ['a site of a workspace without scripts', { 'package.json': { private: true, workspaces: ['apps/*'] }, 'yarn.lock': '', 'apps/web/package.json': { private: true, dependencies: { next: '15', react: '19' } }, 'apps/web/pages/index.tsx': 'export default () => null' }, ['apps/web']],
  ['a library for pages, with a page for trying it out', { ...go, 'editor/package.json': { scripts: { dev: 'vite', build: 'vite build' }, devDependencies: { vite: '7' } }, 'editor/index.html': page, 'editor/vite.config.ts': "export default { build: { minify: true, lib: { entry: 'src/main.ts', formats: ['umd'] } } }" }, ['.']],
  ['the scripts of an image of the program above', { ...go, 'docker/start.sh': '#!/bin/sh\nexec /notes "$@"\n', 'docker/Dockerfile.debian': 'FROM golang AS build\nCOPY . .\nRUN go build -o /notes .\nFROM debian\nCOPY --from=build /notes /\nCOPY docker/start.sh docker/health.sh /\nEXPOSE 80\nCMD ["/start.sh"]\n', 'docker/Dockerfile.j2': 'FROM debian\nEXPOSE 80\nCMD ["/start.sh"]\n' }, ['.']],
];

it.each(fixtures)('makes no further service of %s', async (_, files, services) => {
  expect((await planOf(files)).services.map(({ path }) => path).sort()).toEqual(services);
});
