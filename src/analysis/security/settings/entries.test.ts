import { describe, expect, it } from 'vitest';
import { entriesOf } from './entries.ts';

const shown = (path: string, text: string) => entriesOf(path, text).map(({ path: names, value, isDefault, line }) => `${names.join('.')}=${value}${isDefault ? '?' : ''}:${line}`);

describe('settings', () => {
  it.each([
    ['application.yml', 'a:\n  b.c: true\n  d: [x, y]\n', ['a.b.c=true:2', 'a.d=x:3', 'a.d=y:3']],
    ['application.yml', 'a: 1\n---\nspring:\n  config:\n    activate:\n      on-profile: dev\nb: 2\n', ['a=1:1', 'dev.spring.config.activate.on-profile=dev:6', 'dev.b=2:7']],
    ['appsettings.json', '{\n  "A": {"B": false}\n}', ['A.B=false:2']],
    ['application.properties', '%dev.a.b=1\na.b=2\n', ['%dev.a.b=1:1', 'a.b=2:2']],
    ['settings.py', 'DEBUG = env("DEBUG", default=True)\nclass Prod:\n    DEBUG = False\n', ['DEBUG=true?:1', 'Prod.DEBUG=false:3']],
    ['config/app.php', "<?php\nreturn ['debug' => env('APP_DEBUG', true), 'a' => ['b' => 1]];\n", ['debug=true?:2', 'a.b=1:2']],
  ])('are read from %s: %j', (path, text, entries) => expect(shown(path, text)).toEqual(entries));

  it('are none where a file is broken, multiplies itself or is too long', () => {
    expect(shown('a.yml', 'a: [')).toEqual([]);
    expect(shown('a.yml', 'a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n')).toEqual(['a=1:1', 'a=1:1']);
    expect(shown('a.properties', `a=1\n${'#'.repeat(200_000)}`)).toEqual([]);
  });
});
