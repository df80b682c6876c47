import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemTime } from '../host/testing.ts';
import { snapshot } from './snapshot.ts';
import { pathsIn, temporary, write } from './testing.ts';
import { trackedThoughIgnored } from './tracked.ts';

const home = temporary();
const git = (directory: string, ...args: string[]) => execFileSync('git', ['-C', directory, ...args], { stdio: 'ignore' });

it('what git keeps although a rule names it is part of the app, unless a .stratoswarmignore leaves it out', async () => {
  const app = write(join(home, 'app'), { '.gitignore': '*.sql\nbuild/\n', 'drizzle/0000 first.sql': 'create', 'build/a.js': '', 'dump.sql': 'personal', 'big.sql': 'kept, and not wanted', 'index.js': '', '.stratoswarmignore': '/big.sql\n' });
  git(app, 'init', '-q');
  git(app, 'add', '-f', '.gitignore', 'drizzle', 'build', 'big.sql', 'index.js');
  const keep = await trackedThoughIgnored(app, { clock: systemTime });
  expect(keep.toSorted()).toEqual(['build/a.js', 'drizzle/0000 first.sql']);
  const { entries } = await snapshot(app, { paths: pathsIn(home), keep });
  expect(entries.filter(({ kind }) => kind === 'file').map(({ path }) => path)).toEqual(['.gitignore', '.stratoswarmignore', 'build/a.js', 'drizzle/0000 first.sql', 'index.js']);
});

it('nothing of a repository is run to find out', async () => {
  const app = write(join(home, 'hostile'), { '.gitignore': '*.sql\n', 'a.sql': '', 'spy.sh': `#!/bin/sh\ntouch ${join(home, 'ran')}\n` });
  git(app, 'init', '-q');
  git(app, 'add', '-f', '.');
  chmodSync(join(app, 'spy.sh'), 0o755);
  writeFileSync(join(app, '.git/config'), `[core]\n\tfsmonitor = ${join(app, 'spy.sh')}\n\thooksPath = ${app}\n`, { flag: 'a' });
  expect(await trackedThoughIgnored(app, { clock: systemTime })).toEqual(['a.sql']);
  expect(() => execFileSync('ls', [join(home, 'ran')], { stdio: 'ignore' })).toThrow();
});

it('a directory that is no checkout has none', async () => {
  expect(await trackedThoughIgnored(write(join(home, 'plain'), { '.gitignore': '*.sql\n', 'a.sql': '' }), { clock: systemTime })).toEqual([]);
});
