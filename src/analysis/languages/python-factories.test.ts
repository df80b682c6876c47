import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';
import { factoryAround } from './python-factories.ts';

const start = async (files: Files) => (await planOf(files)).services[0]!.start;
const fastapi = { 'requirements.txt': 'fastapi\nuvicorn\n' };
const factory = 'from fastapi import FastAPI\ndef build() -> FastAPI:\n    shop = 1\n    application = FastAPI()\n    return application\n';

describe('the function around an application', () => {
  it('is the one of the top level that returns it', () => {
    expect(factoryAround('app = Flask()\n', 1, 'app')).toBeUndefined();
    expect(factoryAround('def make(\n    mode="x",\n) -> Flask:\n    app = Flask()\n\n    return app\n', 4, 'app')).toEqual({ name: 'make', isPlain: true });
    expect(factoryAround('def make(mode):\n    app = Flask()\n    return app\n', 2, 'app')).toEqual({ name: 'make', isPlain: false });
    expect(factoryAround('def main():\n    app = Flask()\n    app.run()\n', 2, 'app')).toBeNull();
    expect(factoryAround('if True:\n    app = Flask()\n', 2, 'app')).toBeUndefined();
  });
});

describe('an application that a function makes', () => {
  it('is started by the name that it is kept under outside of it', async () => {
    expect(await start({ ...fastapi, 'main.py': `${factory}app = build()\n` })).toBe('uvicorn main:app --host 0.0.0.0 --port ${PORT:-8000}');
    expect(await start({ ...fastapi, 'shop.py': factory, 'main.py': 'from shop import build\napp = build()\n' })).toBe('uvicorn main:app --host 0.0.0.0 --port ${PORT:-8000}');
  });

  it('is started by the function where nothing keeps it', async () => {
    expect(await start({ ...fastapi, 'main.py': factory })).toBe('uvicorn main:build --factory --host 0.0.0.0 --port ${PORT:-8000}');
    const flask = { 'app.py': 'from flask import Flask\ndef create_app(mode=None):\n    app = Flask(__name__)\n    return app\n' };
    expect(await start({ ...flask, 'requirements.txt': 'flask\ngunicorn\n' })).toBe("gunicorn 'app:create_app()'");
    expect(await start({ ...flask, 'requirements.txt': 'flask\n' })).toBe('flask run --host 0.0.0.0 --port ${PORT:-5000}');
    expect(await start({ ...flask, 'requirements.txt': 'flask\nwaitress\n' })).toBe('waitress-serve --port=${PORT:-8080} --call app:create_app');
  });
});
