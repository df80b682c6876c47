import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const workflow = (steps: string, env = '') => `on: push\n${env}jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;
const server = { 'requirements.txt': 'flask\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' };
const runtimeOf = async (files: Record<string, string>) => (await planOf(files)).services[0]!.runtime;

describe('versions that a project is tried out with', () => {
  it('tells the version where nothing else does, with its last zero', async () => {
    const files = { ...server, '.github/workflows/ci.yml': workflow('      - uses: actions/setup-python@v5\n        with:\n          python-version: 3.10 # as deployed\n') };
    expect(await runtimeOf(files)).toMatchObject({ name: 'python', version: '3.10' });
  });

  it('follows a variable of the workflow', async () => {
    const files = { 'package.json': '{"scripts":{"start":"node server.js"}}', 'server.js': "require('http').createServer().listen(3000)\n", '.github/workflows/ci.yml': workflow('      - uses: actions/setup-node@v4\n        with:\n          node-version: ${{ env.NODE }}\n', "env:\n  NODE: '20.x'\n") };
    expect(await runtimeOf(files)).toMatchObject({ name: 'node', version: '20' });
  });

  it('takes the image in which a pipeline runs its steps', async () => {
    expect(await runtimeOf({ ...server, '.gitlab-ci.yml': 'test:\n  image: python:3.11-slim\n  script:\n    - pytest\n' })).toMatchObject({ version: '3.11' });
  });

  it('tells none of several', async () => {
    const matrix = workflow('      - uses: actions/setup-python@v5\n        with:\n          python-version: ${{ matrix.python-version }}\n').replace('    steps:', '    strategy:\n      matrix:\n        python-version: ["3.10", "3.11"]\n    steps:');
    expect(await runtimeOf({ ...server, '.github/workflows/ci.yml': matrix })).toMatchObject({ version: null });
    const two = { '.github/workflows/a.yml': workflow('      - with:\n          python-version: "3.9"\n'), '.github/workflows/b.yml': workflow('      - with:\n          python-version: "3.12"\n') };
    expect(await runtimeOf({ ...server, ...two })).toMatchObject({ version: null });
  });

  it('counts less than what the project says itself', async () => {
    const files = { ...server, '.python-version': '3.12\n', '.github/workflows/ci.yml': workflow('      - with:\n          python-version: "3.9"\n') };
    expect(await runtimeOf(files)).toMatchObject({ version: '3.12' });
  });
});
