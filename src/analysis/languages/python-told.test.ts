import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const start = async (files: Files) => (await planOf(files)).services[0]!.start;
const tell = (...commands: string[]) => `# Shop\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\`\n`;

const flask = 'from flask import Flask\napp = Flask(__name__)\n';
const fastapi = 'import uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\n';
const itself = 'if __name__ == "__main__":\n    uvicorn.run("main:app", host="0.0.0.0", port=8000)\n';
const fast = { 'requirements.txt': 'fastapi[standard]\nuvicorn\n', 'main.py': fastapi + itself };

describe('what the README of a Python project tells', () => {
  it('chooses among the ways to start it', async () => {
    expect(await start(fast)).toBe('uvicorn main:app --host 0.0.0.0 --port ${PORT:-8000}');
    expect(await start({ ...fast, 'README.md': tell('python main.py') })).toBe('python3 main.py');
    expect(await start({ ...fast, 'README.md': tell('uvicorn main:app --reload') })).toBe('uvicorn main:app --host 0.0.0.0 --port ${PORT:-8000}');
    expect(await start({ ...fast, Makefile: 'dev:\n\tfastapi dev main.py\n' })).toBe('fastapi run main.py --host 0.0.0.0 --port ${PORT:-8000}');
    expect(await start({ 'requirements.txt': 'flask\ngunicorn\n', 'app.py': flask, 'run.py': 'from app import app\nif __name__ == "__main__":\n    app.run(host="0.0.0.0", port=5000)\n', 'README.md': tell('pip install -r requirements.txt', 'python run.py') })).toBe('python3 run.py');
  });

  it('starts an application by name, unless its file says more than that it is served', async () => {
    const served = (port: string) => ({ 'requirements.txt': 'fastapi\nuvicorn\n', 'main.py': `import os\n${fastapi}from settings import settings\nif __name__ == "__main__":\n    uvicorn.run(app, host="0.0.0.0", port=${port})\n`, 'settings.py': 'settings = object()\n' });
    expect(await start(served('8003'))).toBe('uvicorn main:app --host 0.0.0.0 --port ${PORT:-8003}');
    expect(await start(served('int(os.getenv("PORT", "8004"))'))).toBe('uvicorn main:app --host 0.0.0.0 --port ${PORT:-8004}');
    expect(await start(served('settings.orders_port'))).toBe('python3 main.py');
  });

  it('gives the arguments, in the environment of the project', async () => {
    const files = { 'pyproject.toml': '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nfastapi = "*"\n', 'poetry.lock': '', 'main.py': fastapi + itself };
    expect(await start({ ...files, 'README.md': tell('python main.py serve --all --reload') })).toBe('poetry run python main.py serve --all');
    expect(await start({ ...files, 'README.md': tell('poetry run python main.py "$MODE"') })).toBe('poetry run python main.py');
  });

  it('replaces no server by one for development', async () => {
    const served = { 'requirements.txt': 'flask\ngunicorn\n', 'app.py': `${flask}if __name__ == "__main__":\n    app.run(debug=True)\n` };
    expect(await start({ ...served, 'README.md': tell('flask run', 'python app.py') })).toBe('gunicorn app:app');
    const django = { 'requirements.txt': 'django\ngunicorn\n', 'manage.py': 'import django', 'shop/wsgi.py': 'application = 1', 'README.md': tell('python manage.py runserver') };
    expect(await start(django)).toBe('gunicorn shop.wsgi');
    expect(await start({ 'requirements.txt': 'django\n', 'manage.py': 'import django', 'README.md': tell('python manage.py migrate', 'python manage.py runserver') })).toBe('python3 manage.py runserver 0.0.0.0:${PORT:-8000} --noreload');
  });

  it('says where it is reached, also in a script that starts it', async () => {
    const plan = await planOf({ 'requirements.txt': 'flask\ngunicorn\n', 'app.py': flask, 'start.sh': '#!/bin/sh\n./venv/bin/gunicorn --bind 0.0.0.0:5123 app:app\n' });
    expect(plan.services[0]).toMatchObject({ start: 'gunicorn app:app', ports: [{ port: 5123 }] });
  });

  it('is not about files that make a database, where something else is the program', async () => {
    const files = { 'requirements.txt': 'aiohttp\n', 'init_db.py': 'if __name__ == "__main__":\n    create()\n', 'shop/__init__.py': '', 'shop/__main__.py': 'from aiohttp import web\nweb.run_app(web.Application())\n' };
    expect(await start({ ...files, 'README.md': tell('python init_db.py', 'python -m shop') })).toBe('python3 -m shop');
    expect(await start(files)).toBe('python3 -m shop');
    expect(await start({ 'requirements.txt': 'torch\n', 'train.py': 'import torch\nif __name__ == "__main__":\n    fit()\n', 'predict.py': 'if __name__ == "__main__":\n    show()\n', 'README.md': tell('python train.py --all') })).toBe('python3 train.py --all');
  });

  it('is not about errands', async () => {
    expect(await start({ ...fast, 'seed.py': 'print(1)\n', 'README.md': tell('python seed.py', 'python -m venv venv', 'python missing.py', 'python main.py init-db') })).toBe('uvicorn main:app --host 0.0.0.0 --port ${PORT:-8000}');
  });

  it('also tells the port, where nothing else does', async () => {
    const plan = await planOf({ 'requirements.txt': 'fastapi\nuvicorn\n', 'main.py': 'from fastapi import FastAPI\napp = FastAPI()\n', 'README.md': tell('uvicorn main:app --reload --port 8001') });
    expect(plan.services).toMatchObject([{ start: 'uvicorn main:app --host 0.0.0.0 --port ${PORT:-8001}', ports: [{ port: 8001 }] }]);
  });
});
