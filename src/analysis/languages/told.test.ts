import { expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { toldCommands, toldProgram } from './told.ts';

const told = (files: Files, directory: string) => withFiles(files, (root) => toldCommands(openTree(root), directory).map(({ command, file, line }) => `${file}:${line} ${command}`));

it('reads blocks of code, commands in sentences and steps of one line', async () => {
  const readme = '# Shop\n\n```sh\n$ pip install -r requirements.txt && python app.py   # starts it\n```\n\nOr type `flask run`.\n\n    make up\n';
  expect(await told({ 'README.md': readme }, '.')).toEqual(['README.md:4 pip install -r requirements.txt', 'README.md:4 python app.py', 'README.md:7 flask run', 'README.md:9 make up']);
});

it('follows `cd` to directories of the tree until the block ends', async () => {
  const files = { 'README.md': '```\ncd shop\ncd api\npython main.py\n```\n```\npython other.py\n```\n', 'api/main.py': '', 'other.py': '' };
  expect(await told(files, 'api')).toEqual(['README.md:4 python main.py']);
  expect(await told(files, '.')).toEqual(['README.md:7 python other.py']);
});

it('finds the program of a language, with the words that it is given', async () => {
  const files = { 'README.md': '```\nphp vendor/bin/phpunit\nphp examples/a.php\nphp run.php consume --now 3\n```\n', 'run.php': '', 'examples/a.php': '' };
  expect(await withFiles(files, (root) => toldProgram(openTree(root), '.', 'php'))).toMatchObject({ entry: 'run.php', start: 'php run.php consume', line: 4 });
  expect(await withFiles(files, (root) => toldProgram(openTree(root), '.', 'perl'))).toBeUndefined();
});

it('reads scripts that are there to start the app', async () => {
  expect(await told({ 'start.sh': '#!/bin/sh\nset -e\nexec ./venv/bin/gunicorn app:app &\n' }, '.')).toEqual(['start.sh:2 set -e', 'start.sh:3 gunicorn app:app']);
});

it('reads the targets of a Makefile that start something, and no others', async () => {
  expect(await told({ Makefile: 'test:\n\tpytest\nrun: build\n\t@python app.py\n\nclean:\n\trm -r out\nstart-web:\n\tflask run\n' }, '.')).toEqual(['Makefile:4 python app.py', 'Makefile:9 flask run']);
});
