import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const of = async (files: Files) => (await planOf(files)).services[0]!;
const node = (code: string): Files => ({ 'package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, 'a.js': `require('express')().listen(3000)\n${code}` });
const php: Files = { 'composer.json': { require: { 'slim/slim': '4' } }, 'public/index.php': '<?php $app->run();' };

describe('the signals of a service', () => {
  it('are those that its code handles, with the place', async () => {
    const { signals, stop } = await of(node("process.on('SIGHUP', reload)\nprocess.on('SIGTERM', stop)"));
    expect(signals).toEqual([
      { signal: 'SIGTERM', effect: 'stop', confidence: 0.95, evidence: [{ file: 'a.js', line: 3, why: 'ends in order on SIGTERM' }] },
      { signal: 'SIGHUP', effect: 'reload', confidence: 0.95, evidence: [{ file: 'a.js', line: 2, why: 'reloads on SIGHUP' }] },
    ]);
    expect(stop).toEqual({ signal: null, grace: null });
  });

  it('are none where nothing shows any', async () => {
    expect(await of(node(''))).toMatchObject({ signals: [], stop: { signal: null, grace: null } });
  });

  it('are those of the server that its command starts', async () => {
    const { signals } = await of({ 'requirements.txt': 'flask\ngunicorn\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n', Procfile: 'web: gunicorn app:app\n' });
    expect(signals).toContainEqual({ signal: 'SIGHUP', effect: 'reload', confidence: 0.9, evidence: [expect.objectContaining({ why: 'Gunicorn reloads on SIGHUP' })] });
  });

  it('decide how it is stopped: by SIGINT when its code knows no other end', async () => {
    expect((await of(node("process.on('SIGINT', stop)"))).stop).toEqual({ signal: 'SIGINT', grace: null });
    expect((await of(node("process.on('SIGINT', stop); process.on('SIGTERM', stop)"))).stop.signal).toBeNull();
    expect((await of({ 'app.py': 'import http.server\ntry:\n    http.server.HTTPServer(("", 8000), H).serve_forever()\nexcept KeyboardInterrupt:\n    pass\n' })).stop.signal).toBeNull();
  });

  it('decide how it is stopped: as its server is documented', async () => {
    expect((await of({ ...php, Procfile: 'web: php-fpm8.2 -F\n' })).stop.signal).toBe('SIGQUIT');
  });
});
