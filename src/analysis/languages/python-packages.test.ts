import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const services = async (files: Files) => (await planOf(files)).services.map(({ path, kind, start }) => `${path} ${kind} ${start}`).sort();
const project = (name: string, dependencies: string) => `[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "${name}"\nrequires-python = ">=3.12"\ndependencies = [${dependencies}]\n`;

describe('a package of Python with its code in src', () => {
  it('is a worker when its program goes on until it is stopped', async () => {
    const main = 'import time\nfrom mailer.queue import take\ndef main():\n    while True:\n        take()\n        time.sleep(5)\nif __name__ == "__main__":\n    main()\n';
    expect(await services({ 'services/mailer/pyproject.toml': project('mailer', '"redis"'), 'services/mailer/src/mailer/__init__.py': '', 'services/mailer/src/mailer/main.py': main, 'services/mailer/src/mailer/queue.py': 'def take():\n    return None\n' })).toEqual([expect.stringMatching(/^services\/mailer worker .*mailer[/.]main/)]);
  });

  it('is started by the name that its own code imports it by', async () => {
    const main = 'from fastapi import FastAPI\nfrom shop.orders import router\napp = FastAPI()\n';
    const files = { 'apps/shop/pyproject.toml': project('shop', '"fastapi", "uvicorn"'), 'apps/shop/src/shop/__init__.py': '', 'apps/shop/src/shop/main.py': main, 'apps/shop/src/shop/orders.py': 'router = None\n' };
    expect(await services(files)).toEqual(['apps/shop api uvicorn shop.main:app --app-dir src --host 0.0.0.0 --port ${PORT:-8000}']);
  });

  it('works off tasks of Celery where it says which, though the application is made in another package', async () => {
    const app = 'from shared.tasks import celery_app\ncelery_app.autodiscover_tasks(["jobs.tasks"])\n';
    const files = { 'apps/jobs/pyproject.toml': project('jobs', '"celery"'), 'apps/jobs/src/jobs/__init__.py': '', 'apps/jobs/src/jobs/app.py': app, 'apps/jobs/src/jobs/tasks.py': 'from shared.tasks import celery_app\n@celery_app.task\ndef add():\n    return 1\n' };
    expect(await services(files)).toEqual(['apps/jobs worker celery --workdir src -A jobs.app worker']);
  });
});

describe('a project of Python that is built as a package', () => {
  it('is what serves in it, though a script for another use is told of', async () => {
    const files = { 'services/jobs/pyproject.toml': project('shop-jobs', '"fastapi", "uvicorn"'), 'services/jobs/shop_jobs/__init__.py': '', 'services/jobs/app/__init__.py': '', 'services/jobs/app/server.py': 'from fastapi import FastAPI\napp = FastAPI()\n', 'services/jobs/app/executor.py': 'import sys\ndef main():\n    print(sys.argv)\nif __name__ == "__main__":\n    main()\n', 'services/jobs/entrypoint.sh': 'python -m app.executor "$@"\n' };
    expect((await planOf(files)).services).toMatchObject([{ path: 'services/jobs', framework: 'fastapi' }]);
  });
});

describe('a program of Python in a package', () => {
  it('is run as a module when it imports its package by name', async () => {
    const files = { 'requirements.txt': 'aiohttp\n', 'app/__init__.py': '', 'app/routes.py': 'routes = []\n', 'app/main.py': 'from aiohttp import web\nfrom app.routes import routes\nif __name__ == "__main__":\n    web.run_app(web.Application(), port=8080)\n' };
    expect(await services(files)).toEqual(['. api python3 -m app.main']);
  });
});
