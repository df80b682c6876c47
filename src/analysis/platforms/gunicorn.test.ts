import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const app = { 'requirements.txt': 'flask\ngunicorn\n', 'shop.py': "from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return 'hello'\n" };
const portOf = async (files: Record<string, string>) => (await planOf({ ...app, ...files })).services[0]!.ports.map(({ port }) => port);

describe('settings of Gunicorn', () => {
  it('say where it listens, by the file that the command names', async () => {
    expect(await portOf({ Procfile: 'web: gunicorn --worker-tmp-dir /dev/shm --config web_settings.py shop:app\n', 'web_settings.py': 'workers = 2\nbind = "0.0.0.0:8080"\n' })).toEqual([8080]);
  });

  it('say it by their usual name, and what they take without a variable', async () => {
    expect(await portOf({ Procfile: 'web: gunicorn shop:app\n', 'gunicorn.conf.py': "import os\nbind = '0.0.0.0:' + os.environ.get('PORT', '9000')\n" })).toEqual([9000]);
  });

  it('count less than what the command says', async () => {
    expect(await portOf({ Procfile: 'web: gunicorn -b :8001 shop:app\n', 'gunicorn.conf.py': 'bind = ":9000"\n' })).toEqual([8001]);
  });
});
