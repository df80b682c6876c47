import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const app: Files = {
  'package.json': { scripts: { start: 'node index.js' }, dependencies: { express: '5', morgan: '1' } }, 'index.js': 'app.listen(3000)',
  'package-lock.json': '{ "packages": { "node_modules/express": {} } }', 'yarn.lock': 'express@5:\nmorgan@1:\n',
};

describe('two lockfiles in one package', () => {
  it.each<[string, Files, string]>([
    ['what the image installs with', { Dockerfile: 'FROM node:24\nRUN npm ci\nCMD ["node", "index.js"]\n', 'README.md': '`yarn install`\n' }, 'npm'],
    ['what is run on every change', { '.github/workflows/ci.yml': 'jobs:\n  test:\n    steps:\n      - run: npm ci\n', 'README.md': '`yarn install`\n' }, 'npm'],
    ['what people are told to type', { 'README.md': '```\nnpm install\nnpm run dev\n```\nor `yarn`\n' }, 'npm'],
    ['the lockfile that knows more of the dependencies', {}, 'yarn'],
  ])('are decided by %s', async (_, files, manager) => {
    const plan = await planOf({ ...app, ...files });
    expect(plan.services[0]?.packageManager).toBe(manager);
  });
});
