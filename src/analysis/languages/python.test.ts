import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const flask = 'from flask import Flask\napp = Flask(__name__)\n';

const fixtures: [name: string, files: Files, expected: object][] = [
  ['flask with gunicorn', { 'requirements.txt': 'Flask==3.0\ngunicorn\n', 'app.py': flask }, { kind: 'api', framework: 'flask', packageManager: 'pip', install: 'pip install -r requirements.txt', start: 'gunicorn app:app', readsPort: true }],
  ['flask that runs itself', { 'requirements.txt': 'flask\n', 'main.py': `${flask}if __name__ == "__main__":\n    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", 5050)))\n` }, { start: 'python3 main.py', ports: [{ port: 5050 }], readsPort: true }],
  ['flask with a factory', { 'requirements.txt': 'flask\ngunicorn', 'wsgi.py': 'from shop import create_app\napp = create_app()\n', 'shop/__init__.py': 'from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n    return app\n', 'shop/templates/index.html': '<p>' }, { kind: 'web', start: 'gunicorn wsgi:app' }],
  ['flask without a server', { 'requirements.txt': 'flask\n', 'app.py': flask }, { start: 'flask run --host 0.0.0.0 --port ${PORT:-5000}', ports: [{ port: 5000 }], readsPort: true }],
  ['fastapi', { 'requirements.txt': 'fastapi\nuvicorn[standard]\n', 'app/__init__.py': '', 'app/main.py': 'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/healthz")\ndef ok(): return {}\n' }, { framework: 'fastapi', start: 'uvicorn app.main:app --host 0.0.0.0 --port ${PORT:-8000}', ports: [{ port: 8000 }], readsPort: true, health: { path: '/healthz' } }],
  ['django', { 'requirements.txt': 'Django>=5\ngunicorn\npsycopg2-binary\n', 'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\nfrom django.core.management import execute_from_command_line\n', 'shop/__init__.py': '', 'shop/wsgi.py': 'application = get_wsgi_application()', 'shop/settings.py': 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": os.environ["DB_HOST"], "NAME": os.environ.get("DB_NAME", "shop")}}\nSTATIC_ROOT = BASE_DIR / "static"\n' }, { kind: 'web', framework: 'django', build: 'python3 manage.py collectstatic --noinput', start: 'gunicorn shop.wsgi', release: 'python3 manage.py migrate --noinput', stores: [{ kind: 'postgresql', envVars: ['DB_HOST', 'DB_NAME'] }] }],
  ['django without a server', { 'manage.py': 'import django', 'shop/settings.py': 'X = 1', 'requirements.txt': 'django' }, { start: 'python3 manage.py runserver 0.0.0.0:${PORT:-8000} --noreload', readsPort: true }],
  ['django with a worker of Uvicorn in the configuration of Gunicorn', { 'requirements.txt': 'django\ngunicorn\nuvicorn\n', 'manage.py': 'import django', 'gunicorn.conf.py': 'bind = "0.0.0.0:8000"\nworker_class = "uvicorn.workers.UvicornWorker"\n', 'shop/wsgi.py': '', 'shop/asgi.py': '' }, { start: 'gunicorn shop.asgi:application' }],
  ['flask that runs itself where Flask does', { 'requirements.txt': 'flask\n', 'app.py': `${flask}if __name__ == "__main__":\n    app.run(debug=True)\n` }, { start: 'python3 app.py', ports: [{ port: 5000 }] }],
  ['a package that runs itself', { 'requirements.txt': 'fastapi\nuvicorn\n', 'shop/__init__.py': '', 'shop/__main__.py': 'import uvicorn\nfrom fastapi import FastAPI\nfrom shop.settings import port\napp = FastAPI()\nif __name__ == "__main__":\n    uvicorn.run(app, port=port)\n', 'shop/settings.py': 'port = 1' }, { start: 'python3 -m shop' }],
  ['requirements that the directory above takes in', { 'requirements.txt': '-r app/requirements.txt\n', 'app/requirements.txt': 'fastapi\nuvicorn\n', 'app/__init__.py': '', 'app/main.py': 'from fastapi import FastAPI\nfrom app.x import y\napp = FastAPI()\n', 'app/x.py': 'y = 1', Procfile: 'web: bash scripts/start.sh\n', 'scripts/start.sh': 'uvicorn app.main:app\n' }, { path: '.', language: 'python', framework: 'fastapi', start: 'bash scripts/start.sh' }],
  ['aiohttp', { 'requirements.txt': 'aiohttp', 'server.py': 'from aiohttp import web\napp = web.Application()\nif __name__ == "__main__":\n    web.run_app(app, port=9001)\n' }, { framework: 'aiohttp', start: 'python3 server.py', ports: [{ port: 9001 }] }],
  ['a package that serves when it is run as a module', { 'requirements.txt': 'aiohttp\n', 'setup.py': 'from setuptools import setup\nsetup(name="shop")\n', Makefile: 'run:\n\tpython -m shop\n', 'config/config.yml': 'host: 127.0.0.1\nport: 9009\n', 'shop/__init__.py': '', 'shop/__main__.py': 'from shop.main import main\nmain()\n', 'shop/main.py': 'from aiohttp import web\ndef main():\n    conf = load()\n    web.run_app(make(), host=conf["host"], port=conf["port"])\n' }, { kind: 'api', framework: 'aiohttp', start: 'python3 -m shop', ports: [{ port: 9009 }] }],
  ['flask that hands out a page of its own', { 'requirements.txt': 'flask\n', 'app.py': `${flask}@app.route("/")\ndef page():\n    return app.send_static_file("index.html")\n`, 'static/index.html': '<p>' }, { kind: 'web', framework: 'flask' }],
  ['notebooks with a framework of pages that no program uses', { 'environment.yml': 'dependencies:\n  - python=3.11\n  - bokeh\n', 'index.ipynb': '{}' }, { kind: 'notebook', start: 'jupyter lab --ip 0.0.0.0 --port ${PORT:-8888} --no-browser' }],
  ['django in a directory that is called after an example, where there is nothing else', { 'requirements.txt': 'django\n', 'till_example/manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "till.settings")\n', 'till_example/till/settings.py': 'X = 1\n' }, { path: 'till_example', framework: 'django', packageManager: 'pip' }],
  ['a manage.py of another framework', { 'requirements.txt': 'litestar\nuvicorn\n', 'manage.py': '# Called as people know it from Django.\nfrom shop import run\nrun()\n', 'shop.py': 'from litestar import Litestar, get\n@get(operation_id="Health", path="/health")\ndef health() -> str:\n    return ""\napp = Litestar([health])\n' }, { framework: 'litestar', health: { path: '/health' } }],
  ['streamlit', { 'requirements.txt': 'streamlit', 'app.py': 'import streamlit as st\nst.title("x")' }, { kind: 'web', framework: 'streamlit', start: 'streamlit run app.py --server.port ${PORT:-8501} --server.address 0.0.0.0' }],
  ['the standard library', { 'server.py': 'from http.server import HTTPServer, BaseHTTPRequestHandler\nPORT = 8321\nHTTPServer(("", PORT), BaseHTTPRequestHandler).serve_forever()\n' }, { kind: 'api', framework: null, install: null, start: 'python3 server.py', ports: [{ port: 8321 }] }],
  ['poetry', { 'pyproject.toml': '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.11"\nflask = "*"\ngunicorn = "*"\n', 'poetry.lock': '', 'app.py': flask }, { packageManager: 'poetry', install: 'poetry install', start: 'poetry run gunicorn app:app', runtime: { name: 'python', version: '3.11' } }],
  ['a lock of uv alone', { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["fastapi[standard]"]\n', 'uv.lock': 'version = 1\nrequires-python = ">=3.12"\n', 'main.py': 'from fastapi import FastAPI\napp = FastAPI()\n' }, { packageManager: 'uv', runtime: { version: '3.12' } }],
  ['uv', { 'pyproject.toml': '[project]\nname = "x"\nrequires-python = ">=3.12"\ndependencies = ["fastapi[standard]"]\n', 'uv.lock': '', 'main.py': 'from fastapi import FastAPI\napp = FastAPI()\n' }, { packageManager: 'uv', install: 'uv sync', start: 'uv run uvicorn main:app --host 0.0.0.0 --port ${PORT:-8000}', runtime: { version: '3.12' } }],
  ['an app below the Pipfile that states the version', { Pipfile: '[packages]\ndjango = "*"\n[requires]\npython_version = "3.9"\n', 'backend/requirements.txt': 'django\ngunicorn\n', 'backend/manage.py': 'import django', 'backend/core/settings.py': 'X = 1', 'backend/core/wsgi.py': 'application = 1' }, { path: 'backend', runtime: { name: 'python', version: '3.9' } }],
  ['pipenv', { Pipfile: '[packages]\nbottle = "*"\n[requires]\npython_version = "3.10"\n', 'app.py': 'from bottle import Bottle, run\napp = Bottle()\nrun(app, host="0.0.0.0", port=8090)\n' }, { packageManager: 'pipenv', framework: 'bottle', start: 'pipenv run python app.py', ports: [{ port: 8090 }] }],
  ['notebooks', { 'environment.yml': 'dependencies:\n  - python=3.11\n  - pandas\n', 'index.ipynb': '{}' }, { kind: 'notebook', framework: 'jupyter', packageManager: 'conda', runtime: { name: 'python', version: '3.11' }, ports: [{ port: 8888 }] }],
  ['requirements above the code', { 'requirements.txt': 'django\ngunicorn\n', 'shop/manage.py': 'import django', 'shop/site/wsgi.py': 'from django.core.wsgi import x' }, { path: 'shop', framework: 'django', install: 'pip install -r ../requirements.txt', start: 'gunicorn site.wsgi' }],
  ['a script of pyproject.toml', { 'pyproject.toml': '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nfastapi = "*"\n[tool.poetry.scripts]\nstart = "shop.run:main"\n', 'poetry.lock': '', 'shop/__init__.py': '', 'shop/run.py': 'import uvicorn\ndef main():\n    uvicorn.run("shop.web:app", port=8400)\n', 'shop/web.py': 'from fastapi import FastAPI\napp = FastAPI()\n' }, { kind: 'api', start: 'poetry run start', ports: [{ port: 8400 }] }],
  ['a version in setup.py', { 'setup.py': 'setup(name="x", python_requires=">=3.9", install_requires=["flask"])', 'app.py': flask }, { framework: 'flask', runtime: { name: 'python', version: '3.9', range: '>=3.9' } }],
  ['cog', { 'predict.py': 'from cog import BasePredictor\nclass Predictor(BasePredictor):\n    def predict(self):\n        return 1\n', 'cog.yaml': 'build:\n  gpu: false\npredict: predict.py:Predictor\n' }, { kind: 'ml-inference', framework: 'cog', start: 'python3 -m cog.server.http' }],
  ['panel', { 'requirements.txt': 'panel', 'app.py': 'import panel as pn\npn.panel(1).servable()' }, { kind: 'web', framework: 'panel', start: 'panel serve app.py --address 0.0.0.0 --port ${PORT:-5006}', ports: [{ port: 5006 }] }],
  ['a training script', { 'requirements.txt': 'torch\n', 'train.py': 'import torch\nif __name__ == "__main__":\n    torch.nn.Linear(1, 1)\n' }, { kind: 'ml-training', start: 'python3 train.py' }],
  ['code that imports its own directory by name', { 'app/main.py': 'from fastapi import FastAPI\nfrom app.orders import all\napp = FastAPI()\n', 'app/orders.py': 'all = []\n' }, { path: '.', start: 'uvicorn app.main:app --host 0.0.0.0 --port ${PORT:-8000}' }],
  ['a list of packages with those that others need', { 'requirements.txt': 'pymysql==1.1\n    # via reports\nreports==5.6\n    # via -r requirements.in\nflask==3.1\n    # via\n    #   -r requirements.in\n    #   flask-cors\nredis==5.6\n    # via reports\n', 'app.py': flask }, { framework: 'flask', stores: [] }],
  ['a script', { 'main.py': 'print("done")' }, { name: 'job', kind: 'job', start: 'python3 main.py', ports: [] }],
];

describe('Python projects', () => {
  it.each(fixtures)('reads %s', async (_, files, expected) => {
    const plan = await planOf(files);
    expect(plan.services).toHaveLength(1);
    expect(plan.services[0]).toMatchObject(expected);
  });

  it('takes calls of a function that reads the environment for reads of it, in whatever file', async () => {
    const plan = await planOf({ 'requirements.txt': 'flask\ngunicorn', 'app.py': `${flask}from values import lookup\nkey = lookup("API_SECRET")\nhost = lookup("MAIL_HOST", "localhost")\nother("NOT_READ")\n`, 'values.py': 'import os\ndef lookup(name: str, otherwise=None) -> str:\n    return os.environ.get(name, otherwise)\n' });
    expect(plan.services[0]!.env.map((variable) => [variable.name, variable.default])).toEqual([['API_SECRET', null], ['MAIL_HOST', 'localhost']]);
  });

  it('leaves files alone that only happen to be called setup.py or manage.py', async () => {
    const plan = await planOf({ 'requirements.txt': 'flask\ngunicorn', 'app.py': flask, 'shop/__init__.py': '', 'shop/setup.py': 'def setup():\n    pass\n', 'shop/api.py': 'from flask import Blueprint\n' });
    expect(plan.services).toMatchObject([{ path: '.', framework: 'flask' }]);
  });

  it('takes a manual for no service beside the program that it is about', async () => {
    const plan = await planOf({ 'requirements.txt': 'django', 'mkdocs.yml': 'site_name: x', 'shop/manage.py': 'import django', 'docs/index.md': '# x' });
    expect(plan.services).toMatchObject([{ path: 'shop', framework: 'django' }]);
  });

  it('gives Celery processes of their own', async () => {
    const plan = await planOf({ 'requirements.txt': 'flask\ngunicorn\ncelery[redis]\n', 'app.py': flask, 'tasks.py': 'import os\nfrom celery import Celery\nqueue = Celery("t", broker=os.environ.get("REDIS_URL", "redis://localhost:6379"))\n' });
    expect(plan.services).toMatchObject([{ name: 'web', start: 'gunicorn app:app' }, { name: 'worker', kind: 'worker', start: 'celery -A tasks worker', stores: [{ kind: 'redis', envVars: ['REDIS_URL'] }] }]);
  });

  it('takes what is packaged under the name of a program, which nobody imports, for a program', async () => {
    const code = { 'setup.py': 'from setuptools import setup\nsetup(name="x")', 'requirements.txt': 'requests' };
    const run = 'import requests\nif __name__ == "__main__":\n    print(1)\n';
    expect((await planOf({ ...code, 'main/__init__.py': '', 'main/run.py': run })).services).toMatchObject([{ kind: 'job', start: 'python3 main/run.py' }]);
    expect((await planOf({ ...code, 'fetcher/__init__.py': '', 'fetcher/run.py': run })).services).toMatchObject([{ kind: 'library', start: null }]);
  });

  it('listens where a server is run, and not where a function of the same name is its own', async () => {
    const program = (body: string) => planOf({ 'requirements.txt': 'aiohttp', 'main.py': `${body}\nif __name__ == "__main__":\n    run_app()\n` });
    expect((await program('import aiohttp\ndef run_app():\n    print(1)')).services).toMatchObject([{ kind: 'job', ports: [] }]);
    expect((await program('from aiohttp.web import run_app')).services[0]!.kind).toBe('api');
  });

  it('takes a package that installs a program for that program', async () => {
    const packaged = (scripts: string) => planOf({ 'pyproject.toml': `[build-system]\nrequires = ["hatchling"]\n[project]\nname = "fetcher"\n${scripts}`, 'src/fetcher/__init__.py': '', 'src/fetcher/__main__.py': 'if __name__ == "__main__":\n    print(1)\n', 'src/fetcher/cli.py': 'def app():\n    print(1)\n' });
    expect((await packaged('[project.scripts]\nfetch = "fetcher.cli:app"\n')).services[0]!.kind).not.toBe('library');
    expect((await packaged('')).services).toMatchObject([{ kind: 'library' }]);
  });

  it('shows pages where an app for these stands on a server that it makes by itself', async () => {
    const dash = { 'requirements.txt': 'flask\ndash\n', 'app.py': 'from flask import Flask\nimport dash\nserver = Flask(__name__)\napp = dash.Dash(__name__, server=server)\nif __name__ == "__main__":\n    app.run(port=8051)\n' };
    expect((await planOf(dash)).services[0]!.kind).toBe('web');
  });

  it('takes the framework whose application is made before one that only helps it', async () => {
    const helped = { 'requirements.txt': 'flask\naiohttp\n', 'app.py': 'from aiohttp import web\nfrom flask import json\napp = web.Application()\nif __name__ == "__main__":\n    web.run_app(app, port=9001)\n' };
    expect((await planOf(helped)).services[0]!.framework).toBe('aiohttp');
  });

  it('runs with Dagster what defines its assets, from where it is loaded, and not what is made for others to define them', async () => {
    const assets = { 'flows/sales/repo.py': 'from dagster import Definitions, asset\n\n@asset\ndef orders():\n    return 1\n\ndefs = Definitions(assets=[orders])\n', 'flows/sales/tools.py': 'import dagster\n' };
    expect((await planOf({ ...assets, 'workspace.yaml': 'load_from:\n  - python_file: flows/sales/repo.py\n' })).services).toMatchObject([{ path: '.', kind: 'data-pipeline', start: expect.stringMatching(/-f flows\/sales\/repo\.py$/) }]);
    const plugin = { 'pyproject.toml': '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "dagster-shop"\ndependencies = ["dagster"]\n', 'dagster_shop/__init__.py': 'from dagster import op\n', 'dagster_shop/ops.py': 'from dagster import op\n' };
    expect((await planOf(plugin)).services).toMatchObject([{ kind: 'library' }]);
    expect((await planOf({ ...plugin, 'try_it/repo.py': assets['flows/sales/repo.py'] })).services).toMatchObject([{ kind: 'library' }]);
  });

  it('serves pages that it reads from beside its code', async () => {
    const server = { 'requirements.txt': 'fastapi\nuvicorn\n', 'server.py': 'from pathlib import Path\nfrom fastapi import FastAPI\nfrom fastapi.responses import HTMLResponse\napp = FastAPI()\n@app.get("/")\ndef page():\n    return HTMLResponse(Path("index.html").read_text())\n' };
    expect((await planOf({ ...server, 'index.html': '<p>' })).services[0]!.kind).toBe('web');
    expect((await planOf({ ...server, 'docs/index.html': '<p>' })).services[0]!.kind).toBe('api');
  });

  it('answers by a model where it depends on one by itself, not where a project beside it does', async () => {
    const image = (name: string) => `FROM python:3.12\nCOPY pyproject.toml .\nCOPY ./${name}/. .\nCMD ["python", "main.py"]\n`;
    const project = (own: string) => ({ 'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["fastapi", "uvicorn", "torch"]\n', 'Dockerfile.server': image('server'), 'Dockerfile.worker': image('worker'), 'server/main.py': `from fastapi import FastAPI\n${own}app = FastAPI()\n`, 'worker/main.py': 'import torch\nif __name__ == "__main__":\n    while True:\n        work()\n' });
    const kindOf = async (own: string) => (await planOf(project(own))).services.find(({ path }) => path === 'server')?.kind;
    expect(await kindOf('')).toBe('api');
    expect(await kindOf('import torch\n')).toBe('ml-inference');
  });
});
