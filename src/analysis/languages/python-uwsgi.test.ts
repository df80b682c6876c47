import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const app = (settings: string) => ({ 'requirements.txt': 'Flask\nuWSGI\n', 'wsgi.py': 'from flask import Flask\napp = Flask(__name__)\nif __name__ == "__main__":\n    app.run()\n', 'app.ini': `; production\n[uwsgi]\nmodule = wsgi:app\n${settings}\n` });

describe('a configuration of uWSGI', () => {
  it('says how the app is started and where it listens', async () => {
    const plan = await planOf(app('http-socket = 127.0.0.1:8600'));
    expect(plan.services[0]).toMatchObject({ framework: 'flask', start: 'uwsgi --ini app.ini', ports: [{ port: 8600 }] });
  });

  it('that speaks no HTTP waits for a server before it', async () => {
    const plan = await planOf(app('socket = /tmp/app.sock'));
    expect(plan.services[0]?.start).toBe('python3 wsgi.py');
  });
});
