import { describe, expect, it } from 'vitest';
import { afterMigrations, kindOfCommand, runsTests, withoutWaiting } from './command-kind.ts';

describe('a command', () => {
  it.each(['uvicorn app:app', 'python -m uvicorn app:app', 'PORT=80 exec /venv/bin/gunicorn a.wsgi', 'poetry run flask --app a run', 'bundle exec puma', 'python3 manage.py runserver', 'alembic upgrade head && uvicorn a:app', 'alembic upgrade head; uvicorn a:app'])('that serves HTTP makes an api: %s', (command) => {
    expect(kindOfCommand(command)).toBe('api');
  });

  it.each(['alembic -c a.ini upgrade head', 'python manage.py migrate && python manage.py loaddata a.json', 'npm run db:migrate', 'npx prisma migrate deploy;', 'mix ecto.create && mix ecto.migrate', 'php bin/console doctrine:migrations:migrate -n', 'sqlx migrate run', 'flyway migrate'])('that ends makes a job: %s', (command) => {
    expect(kindOfCommand(command)).toBe('job');
  });

  it.each(['celery -A shop worker -l info', 'uv run rq worker high', 'php artisan queue:work --tries=3', 'bundle exec sidekiq -C config/sidekiq.yml'])('that works off a queue makes a worker: %s', (command) => {
    expect(kindOfCommand(command)).toBe('worker');
  });

  it.each(['uv run bentoml serve service:Embeddings -p 50001', 'python -m vllm.entrypoints.openai.api_server', '/opt/tritonserver/bin/tritonserver --model-repository=/models', 'serve run app:deployment'])('that serves a model makes an inference: %s', (command) => {
    expect(kindOfCommand(command)).toBe('ml-inference');
  });

  it.each(['crond -f', 'supercronic /app/crontab', 'crontab /etc/cron.d/shop && cron -f', '/usr/sbin/crond -f -l 8'])('that starts programs by the clock makes a cron: %s', (command) => {
    expect(kindOfCommand(command)).toBe('cron');
  });

  it('that opens a notebook makes a notebook', () => {
    expect(kindOfCommand('jupyter lab --ip=0.0.0.0')).toBe('notebook');
  });

  it.each(['', ' ', '&&', 'node a.js', 'npm start', 'python main.py', 'npm run migrate-users-forever && node a.js', 'alembic upgrade head && python worker.py', 'alembic upgrade head; python worker.py', 'uvicorn a:app && python worker.py', 'echo uvicorn'])('whose program does not tell makes nothing: %s', (command) => {
    expect(kindOfCommand(command)).toBeUndefined();
  });
});

describe('migrations before a start', () => {
  it('are its release', () => {
    expect(afterMigrations('alembic upgrade head && python seed.py && uvicorn a:app')).toBeUndefined();
    expect(afterMigrations('alembic upgrade head && npm run seed && uvicorn a:app --port 80')).toEqual({ release: 'alembic upgrade head && npm run seed', start: 'uvicorn a:app --port 80' });
    expect(afterMigrations('alembic upgrade head; uvicorn a:app')).toEqual({ release: 'alembic upgrade head', start: 'uvicorn a:app' });
  });

  it.each(['', 'uvicorn a:app', 'alembic upgrade head', 'alembic upgrade head && npm run seed', 'mkdir /x && uvicorn a:app'])('are none in %s', (command) => {
    expect(afterMigrations(command)).toBeUndefined();
  });
});

describe('a command that tests the app', () => {
  it.each(['pytest tests/ -v', 'poetry run python -m pytest', 'npm test', 'go test ./...', 'python manage.py test'])('%s', (command) => {
    expect(runsTests(command)).toBe(true);
  });

  it.each(['npm run start', 'node test-server.js', 'pytest && node app.js'])('is not %s', (command) => {
    expect(runsTests(command)).toBe(false);
  });
});

describe('a command that waits for its neighbours', () => {
  it.each([
    ['until nc -z db 5432; do echo waiting; sleep 2; done; ./main', './main'],
    ['sleep 10 && while ! nc -z db 5432; do sleep 1; done && node app.js', 'node app.js'],
    ['node app.js', 'node app.js'],
    ['sleep 5', 'sleep 5'],
  ])('is what comes after that: %s', (command, rest) => {
    expect(withoutWaiting(command)).toBe(rest);
  });
});

describe('a script that waits', () => {
  it.each([
    ['./wait-for-it.sh db:5432 -- npm start', 'npm start'],
    ['./wait-for-it.sh -t 60 db:5432 -- npm start', 'npm start'],
    ['./wait-for-postgres.sh db bundle exec rails server', 'bundle exec rails server'],
    ['/bin/wait-for.sh queue:5672 --timeout=30 -- python take.py', 'python take.py'],
    ['dockerize -wait tcp://db:5432 -timeout 60s ./shop', './shop'],
    ['./wait-for-it.sh db:5432', './wait-for-it.sh db:5432'],
  ])('%s runs %s', (command, start) => {
    expect(withoutWaiting(command)).toBe(start);
  });
});
