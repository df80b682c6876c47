import { describe, expect, it } from 'vitest';
import { isDevelopment, withoutReload } from './entry.ts';

describe('a command that is there for development', () => {
  it('is none for a file of a device', () => {
    expect(isDevelopment('gunicorn --worker-tmp-dir /dev/shm shop:app')).toBe(false);
  });

  it.each(['nodemon app.js', 'npm run dev', 'python manage.py runserver', 'vite', 'node --watch app.js'])('%s', (command) => {
    expect(isDevelopment(command)).toBe(true);
  });

  it.each([
    ['uvicorn shop:app --port 8000 --reload', 'uvicorn shop:app --port 8000'], ['uvicorn shop:app --reload-dir src --host 0.0.0.0', 'uvicorn shop:app --host 0.0.0.0'], ['flask --debug run', 'flask run'], ['gunicorn --reload-engine=poll shop', 'gunicorn shop'],
  ])('without what watches: %s', (command, expected) => {
    expect(withoutReload(command)).toBe(expected);
    expect(isDevelopment(withoutReload(command))).toBe(false);
  });
});
