import { describe, expect, it } from 'vitest';
import { portsIn } from './command-port.ts';

describe('the port in a command', () => {
  it.each([
    ['uvicorn app:app --host 0.0.0.0 --port 14323', [14323]], ['gunicorn --bind 0.0.0.0:8080 shop:app', [8080]], ['PORT=3001 node server.js', [3001]], ['serve -l tcp://0.0.0.0:4000', [4000]],
    ['next start -p ${PORT:-3000}', [3000]], ['python manage.py runserver 0.0.0.0:8001', [8001]], ['node server.js', []], ['server --port 99999', []],
  ])('is read from %s', (command, ports) => {
    expect(portsIn(command)).toEqual(ports);
  });
});
