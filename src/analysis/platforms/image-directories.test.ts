import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const image = (directory: string, command: readonly string[]) => `FROM python:3.14\nWORKDIR /app\nCOPY pyproject.toml .\nRUN pip install .\nCOPY src/${directory} .\nCMD ${JSON.stringify(command)}\n`;
const project: Files = {
  'pyproject.toml': '[tool.poetry]\nname = "shop"\n[tool.poetry.group.api.dependencies]\nflask = "^3"\ngunicorn = "^23"\n[tool.poetry.group.front.dependencies]\nfastapi = "^0"\nuvicorn = "^0"\n[tool.poetry.group.test.dependencies]\npytest = "^8"\n', 'poetry.lock': '',
  'src/api/resources/__init__.py': 'from flask import Flask\napp = Flask(__name__)\n', 'src/front/main.py': 'from fastapi import FastAPI\napp = FastAPI()\n', 'src/clean/main.py': 'import time\nwhile True:\n    time.sleep(60)\n',
};

describe('images that are made of directories of one project', () => {
  it('are services of their own, with its package manager and what they import of its dependencies', async () => {
    const plan = await planOf({
      ...project, 'docker/api.Dockerfile': image('api', ['gunicorn', '-w', '4', 'resources:app']), 'docker/front.Dockerfile': image('front', ['uvicorn', 'main:app']), 'docker/clean.Dockerfile': image('clean', ['python', 'main.py']),
    });
    expect(plan.services.map(({ path, framework, packageManager, start }) => [path, framework, packageManager, start]).sort()).toEqual([
      ['src/api', 'flask', 'poetry', 'gunicorn -w 4 resources:app'], ['src/clean', null, 'poetry', 'python main.py'], ['src/front', 'fastapi', 'poetry', 'uvicorn main:app'],
    ]);
  });

  it('are the project itself where there is one only', async () => {
    const plan = await planOf({ 'requirements.txt': 'fastapi\nuvicorn\n', 'src/front/main.py': project['src/front/main.py']!, Dockerfile: image('front', ['uvicorn', 'main:app']) });
    expect(plan.services.map(({ path }) => path)).toEqual(['.']);
  });

  it('are told from models below a manifest, which have its framework without a line of Python', async () => {
    const plan = await planOf({ 'pyproject.toml': '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\ndbt-core = "^1"\n', 'poetry.lock': '', 'shop/dbt_project.yml': 'name: shop\n', 'shop/models/orders.sql': 'select 1\n' });
    expect(plan.services[0]).toMatchObject({ kind: 'data-pipeline', framework: 'dbt' });
  });
});

describe('an image that works below where the app is', () => {
  it('starts it there', async () => {
    const plan = await planOf({ 'requirements.txt': 'flask\n', 'src/main.py': 'import flask\napp = flask.Flask(__name__)\n@app.get("/")\ndef root():\n    return {}\napp.run(port=5000)\n', Dockerfile: 'FROM python:3.12\nCOPY . /app\nWORKDIR /app/src\nCMD python -u main.py\n' });
    expect(plan.services).toMatchObject([{ path: '.', start: 'cd src && python -u main.py', ports: [{ port: 5000 }] }]);
    expect(plan.questions).toEqual([]);
  });
});

describe('an image that runs what looks like a package', () => {
  it('shows that it does something, and ends', async () => {
    const plan = await planOf({ 'package.json': { private: true, devDependencies: { '@playwright/test': '1' } }, 'tests/shop.spec.ts': "import { test } from '@playwright/test'", Dockerfile: 'FROM node:22\nCOPY . .\nRUN npm install\nCMD ["npx", "playwright", "test"]\n' });
    expect(plan.services).toMatchObject([{ kind: 'job', start: 'npx playwright test' }]);
  });
});
