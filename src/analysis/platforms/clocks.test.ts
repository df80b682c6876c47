import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const kindsOf = async (files: Files) => (await planOf(files)).services.map(({ kind }) => kind);
const job = { 'requirements.txt': 'requests', 'main.py': 'import requests\nif __name__ == "__main__":\n    print(1)\n' };
const image = (command: string, more = '') => ({ Dockerfile: `FROM python:3.12\nCOPY . .\n${more}\nCMD ${command}\n` });

describe('a clock', () => {
  it('is a table of cron, under one of its names', async () => {
    expect(await kindsOf({ ...job, crontab: '*/30 * * * * python /app/main.py\n' })).toEqual(['cron']);
    expect(await kindsOf({ ...job, 'docker/daily.cron': '@daily python /app/main.py\n' })).toEqual(['cron']);
    expect(await kindsOf({ ...job, crontab: '# 0 5 * * * python main.py\n' })).toEqual(['job']);
    expect(await kindsOf({ ...job, 'notes.txt': '0 5 * * * python main.py\n' })).toEqual(['job']);
  });

  it('is the daemon that an image runs, by itself, in a script or under a supervisor', async () => {
    expect(await kindsOf({ ...job, ...image('["/usr/local/bin/supercronic", "/etc/crontab"]') })).toEqual(['cron']);
    expect(await kindsOf({ ...job, ...image('cron -f') })).toEqual(['cron']);
    expect(await kindsOf({ ...job, ...image('["/run.sh"]'), 'run.sh': 'printenv > /etc/environment\n/usr/sbin/crond -f -l 2 &\nwait\n' })).toEqual(['cron']);
    expect(await kindsOf({ ...job, ...image('["supervisord", "-c", "/etc/supervisord.conf"]'), 'supervisord.conf': '[program:cron]\ncommand=/usr/sbin/crond -f\n' })).toEqual(['cron']);
    expect(await kindsOf({ ...job, ...image('["python", "main.py"]', 'RUN apt-get install -y cron') })).toEqual(['job']);
  });

  it('starts scripts of a shell, too', async () => {
    expect(await kindsOf({ 'clean.sh': 'rm -rf /recycle/*\n', crontab: '{CRON} /bin/bash /clean.sh\n' })).toEqual(['cron']);
  });

  it('is a timer of systemd, or one of a platform', async () => {
    expect(await kindsOf({ ...job, 'deploy/sync.timer': '[Unit]\n[Timer]\nOnCalendar=daily\n' })).toEqual(['cron']);
    expect(await kindsOf({ ...job, 'railway.json': { deploy: { cronSchedule: '0 9 * * *' } } })).toEqual(['cron']);
    expect(await kindsOf({ ...job, 'render.yaml': 'services:\n  - type: cron\n    name: sync\n' })).toEqual(['cron']);
  });

  it('is what a service of a Compose file runs', async () => {
    expect(await kindsOf({ 'requirements.txt': 'flask', 'app.py': 'from flask import Flask\napp = Flask(__name__)\napp.run(port=80)\n', Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD ["gunicorn", "app:app"]\n', 'compose.yaml': 'services:\n  web:\n    build: .\n    ports: ["80:80"]\n  clock:\n    build: .\n    command: bash -c "crontab /app/table && cron -f"\n' })).toEqual(['api', 'cron']);
  });

  it('starts what is a worker for nothing but a package by which it tells others', async () => {
    const tells = { ...job, 'requirements.txt': 'discord.py' };
    expect(await kindsOf(tells)).toEqual(['worker']);
    expect(await kindsOf({ ...tells, ...image('["crond", "-f"]', 'RUN crontab table.txt') })).toEqual(['cron']);
    expect(await kindsOf({ ...tells, 'main.py': 'import discord\nif __name__ == "__main__":\n    while True:\n        work()\n', ...image('["crond", "-f"]') })).toEqual(['worker']);
  });

  it('says nothing of what goes on, and of several programs only of those that it names', async () => {
    expect(await kindsOf({ 'requirements.txt': 'flask', 'app.py': 'from flask import Flask\napp = Flask(__name__)\napp.run(port=80)\n', crontab: '0 5 * * * certbot renew\n' })).toEqual(['api']);
  });
});
