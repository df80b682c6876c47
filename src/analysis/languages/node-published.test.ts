import { expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const page = { name: 'board', private: true, dependencies: { react: '19', 'some-protocol': '3' }, devDependencies: { vite: '7' }, scripts: { build: 'vite build' } };
const board = { 'board/package.json': page, 'board/index.html': '<script type="module" src="/src/main.jsx"></script>', 'board/src/main.jsx': 'import { thing } from "some-protocol";\nthing();\n' };
const above = { name: 'some-protocol', version: '3.0.0', main: 'some-protocol.js' };

it('does not take pages for what shows the package above where that holds no code', async () => {
  const server = { 'back/requirements.txt': 'flask\n', 'back/app.py': 'from flask import Flask\napp = Flask(__name__)\napp.run(port=5000)\n' };
  expect((await planOf({ ...board, ...server, 'package.json': above })).services.map(({ path, build }) => `${path} ${build}`).sort()).toEqual(['back null', 'board npm run build']);
});
