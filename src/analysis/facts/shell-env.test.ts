import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';
import { shellReads } from './shell-env.ts';

const names = (text: string): string[] => shellReads(text).map(({ name }) => name);

describe('what a script has from its environment', () => {
  it('is what it reads before it sets it', () => {
    expect(names('[ -z "$A_KEY" ] && exit 1\nB_KEY=x\necho $B_KEY\nC_KEY="${C_KEY:-x}"\n[ -z "${D_KEY}" ] && D_KEY=y\n')).toEqual(['A_KEY', 'C_KEY', 'D_KEY']);
  });

  it('has the default, and whether it must be there', () => {
    expect(shellReads('a=${A_KEY:-"x y"}\nb=${B_KEY:?must be there}\nc=$C_KEY\n')).toMatchObject([
      { name: 'A_KEY', default: 'x y', optional: true, required: false },
      { name: 'B_KEY', default: null, required: true },
      { name: 'C_KEY', default: null, optional: false, required: false },
    ]);
  });

  it.each([
    ['for NAME in a b; do echo $NAME; done'],
    ['list | while read -r LINE REST; do echo $LINE $REST; done'],
    ['local FIRST SECOND\necho $FIRST $SECOND'],
    ['export MODE=fast\necho $MODE'],
    ['echo $HOME $PATH $BASH_SOURCE'],
    ['# $COMMENTED\necho x # $BEHIND'],
    ["echo '$QUOTED'"],
    ["cat <<'END'\n$DOCUMENT\nEND\n"],
  ])('is nothing in %s', (text) => {
    expect(names(text)).toEqual([]);
  });

  it('counts for an app of the shell, and for the script that starts another', async () => {
    const job = await planOf({ 'Dockerfile': 'FROM alpine\nCOPY backup.sh /backup.sh\nENTRYPOINT ["/backup.sh"]\n', 'backup.sh': '#!/bin/sh\npg_dump "$DATABASE_URL" | gzip > "${TARGET_DIR:-/out}/dump.gz"\n' });
    expect(job.services[0]!.env.map(({ name }) => name)).toEqual(['DATABASE_URL', 'TARGET_DIR']);
    const app = await planOf({ 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': 'require("http").createServer().listen(3000)', 'docker-entrypoint.sh': 'echo "$GREETING"\nexec "$@"\n', 'bin/release.sh': 'echo "$RELEASE_KEY"\n', 'scripts/run-load.sh': 'echo "$LOAD"\n', 'demos/one/run.sh': 'echo "$SHOWN"\n' });
    expect(app.services[0]!.env.map(({ name }) => name)).toEqual(['GREETING']);
  });
});

describe('a line without end', () => {
  it('is no work: what is generated is passed over, and what follows is read', () => {
    for (const unit of ['export A=1 ', 'A=1 $B ', '\\"', '${B:-']) expect(names(`${unit.repeat(40_000)}\necho $C_KEY\n`)).toEqual(['C_KEY']);
  });
});
