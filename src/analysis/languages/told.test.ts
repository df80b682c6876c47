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
  const scripts = { 'README.md': '```\npython tests/scripts/a.py\npython ./scripts/add.py --all\n```\n', 'scripts/add.py': '', 'tests/scripts/a.py': '' };
  expect(await withFiles(scripts, (root) => toldProgram(openTree(root), '.', 'python'))).toMatchObject({ entry: 'scripts/add.py' });
});

it('reads scripts that are there to start the app', async () => {
  expect(await told({ 'start.sh': '#!/bin/sh\nset -e\nexec ./venv/bin/gunicorn app:app &\n' }, '.')).toEqual(['start.sh:2 set -e', 'start.sh:3 gunicorn app:app']);
});

it('reads lines that begin as those of a terminal do, outside of blocks too', async () => {
  expect(await told({ 'README.md': 'First\n$ php users.php; # slowly\n\nIt costs $ 5.\n' }, '.')).toEqual(['README.md:2 php users.php']);
});

it('reads what scripts for a batch system run', async () => {
  expect(await told({ 'train.slurm': '#!/bin/bash\n#SBATCH --gres=gpu:1\nsrun --unbuffered python fit.py\n', 'clean.sh': 'rm -r out\n' }, '.')).toEqual(['train.slurm:3 python fit.py']);
});

it('reads the targets of a Makefile that its manual names, what they run in a container, and what goes on in the next line', async () => {
  const files = { 'README.md': 'Type `make collect` first.\n', Makefile: 'collect: build\n\tdocker run -it \\\n\t\t-v .:/src \\\n\t\t--rm shop \\\n\t\tpython3 bin/collect.py $(ARGS)\nlint:\n\tflake8\n' };
  expect(await told(files, '.')).toEqual(['README.md:1 make collect', 'Makefile:5 python3 bin/collect.py $(ARGS)']);
});

it('reads the targets of a Makefile that start something, and no others', async () => {
  expect(await told({ Makefile: 'test:\n\tpytest\nrun: build\n\t@python app.py\n\nclean:\n\trm -r out\nstart-web:\n\tflask run\n' }, '.')).toEqual(['Makefile:4 python app.py', 'Makefile:9 flask run']);
});
