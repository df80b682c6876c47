import { describe, expect, it } from 'vitest';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { managerOf, stepsOf } from './steps.ts';

const stepsIn = (command: string, script = '') => withFiles({ 'a.txt': 'a', 'build.sh': script }, (directory) => stepsOf(openTree(directory), '.', command));

describe('what a platform does before a start', () => {
  it('is told apart: what installs, what builds, and what waits for a database', async () => {
    expect(await stepsIn('npm ci && npx prisma migrate deploy && npm run build')).toEqual({ install: 'npm ci', build: 'npm run build', release: 'npx prisma migrate deploy' });
    expect(await stepsIn('pip install -r requirements.txt; python manage.py collectstatic --no-input; python manage.py migrate')).toEqual({ install: 'pip install -r requirements.txt', build: 'python manage.py collectstatic --no-input', release: 'python manage.py migrate' });
  });

  it('is told apart with quotes in it, and without where programs lie on the platform', async () => {
    expect(await stepsIn('python3.11 -m pip install --upgrade pip && export PATH="/app/bin:$PATH" && poetry install && echo "a" && make pages')).toEqual({ install: 'python3.11 -m pip install --upgrade pip && poetry install', build: 'echo "a" && make pages' });
    expect(await stepsIn('npm ci && sh -c "a && b"')).toEqual({ build: 'npm ci && sh -c "a && b"' });
  });

  it('is looked up in a script that is a list of steps', async () => {
    expect(await stepsIn('./build.sh', '#!/usr/bin/env bash\nset -o errexit\n\nbundle install\n# pages\nbundle exec rake assets:precompile\nbundle exec rails db:migrate\n')).toEqual({ install: 'bundle install', build: 'bundle exec rake assets:precompile', release: 'bundle exec rails db:migrate' });
  });

  it('is no step where it only tells a package manager how to work', async () => {
    expect(await stepsIn('bundle config --local without test && bundle install')).toEqual({ install: 'bundle install' });
  });

  it('names the package manager by what installs', () => {
    expect(['yarn', 'NODE_ENV=production pnpm install', 'pip install -r requirements.txt'].map(managerOf)).toEqual(['yarn', 'pnpm', undefined]);
  });

  it('stays one command when it, or its script, is more than a list', async () => {
    expect(await stepsIn('npm ci && (cd web; npm run build)')).toEqual({ build: 'npm ci && (cd web; npm run build)' });
    expect(await stepsIn('./build.sh', 'if [ -n "$CI" ]; then\n  npm ci\nfi\n')).toEqual({ build: './build.sh' });
  });
});
