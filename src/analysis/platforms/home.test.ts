import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const django = {
  'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")\n', 'site/wsgi.py': 'from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n', 'site/settings.py': 'DEBUG = False\n',
  'docker/uwsgi.ini': '[uwsgi]\nhttp-socket = :8000\nmodule = site.wsgi\n',
  'docker/Dockerfile': 'FROM python:3.13 AS build\nCOPY . /opt/notes/\nFROM python:3.13\nWORKDIR /srv\nCOPY --from=build /opt/notes/ /opt/notes/\nCMD ["uwsgi", "/opt/notes/docker/uwsgi.ini"]\n',
};
const compose = 'services:\n  web:\n    build: { context: .., dockerfile: docker/Dockerfile }\n    command: uwsgi --ini /opt/notes/docker/uwsgi.ini\n    ports: ["8000:8000"]\n';

const startOf = async (files: Parameters<typeof planOf>[0]) => (await planOf(files)).services.map(({ start }) => start);

describe('paths of an image in a command', () => {
  it('become those of the tree, through the stages that copy all of it', async () => {
    expect(await startOf({ ...django, 'requirements.txt': 'django\nuWSGI==2.0\n' })).toEqual(['uwsgi docker/uwsgi.ini']);
    expect(await startOf({ ...django, 'requirements.txt': 'django\nuwsgi\n', 'docker/compose.yml': compose })).toEqual(['uwsgi --ini docker/uwsgi.ini']);
  });

  it('count for nothing where the image brings the server by itself', async () => {
    const start = 'python3 manage.py runserver 0.0.0.0:${PORT:-8000} --noreload';
    expect(await startOf({ ...django, 'requirements.txt': 'django\n' })).toEqual([start]);
    expect(await startOf({ ...django, 'requirements.txt': 'django\n', 'docker/compose.yml': compose })).toEqual([start]);
  });

  it('become those of the build in every step of a line for a shell, as it is quoted there', async () => {
    const files = { 'go.mod': 'module example.com/notes\n\ngo 1.25\n', 'main.go': 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":9000", nil) }\n', 'compose.yml': 'services:\n  app:\n    build: .\n    command: [sh, -c, "./notes --install --config \'\' && ./notes --config \'\'"]\n' };
    expect(await startOf(files)).toEqual(["./bin/notes --install --config '' && ./bin/notes --config ''"]);
  });
});
