import { describe, expect, it } from 'vitest';
import { normaliseCommand, normaliseName, sameCommand } from './commands.ts';

describe('commands', () => {
  it.each([
    ['npm run start', 'npm start'],
    ['npx next start', 'next start'],
    ['yarn run build', 'yarn build'],
    ['python3 app.py', 'python app.py'],
    ['poetry run python3.12 -m app', 'python -m app'],
    ['NODE_ENV=production node ./server', 'node server.js'],
    ['bundle exec rails s -b 0.0.0.0', 'bin/rails server -b 0.0.0.0'],
    ['gunicorn --bind=0.0.0.0:${PORT:-8000} app:app', 'gunicorn --bind 0.0.0.0:$PORT app:app'],
    ['cd api && node index.js', 'node index.js'],
    ['sh -c "exec ./server"', 'server'],
    ['./bin/app', 'bin/app'],
    ['./bin/app', '/app'],
    ['./build/release/app', './app'],
    ['java -jar ../target/x.jar', 'java -jar target/x.jar'],
    ['java -jar /app/x.jar', 'java -jar target/x.jar'],
    ['dotnet out/Shop.dll', 'dotnet Shop.dll'],
    ['bundle exec hanami server --host 0.0.0.0 --port ${PORT:-2300}', 'hanami server'],
    ['python -m flask --app web run --port 80', 'flask --app web run'],
    ['gunicorn -b :80 -w 4 shop.wsgi:application', 'gunicorn shop.wsgi --workers 2 --bind 0.0.0.0:$PORT'],
    ['uvicorn main:app --reload', 'uvicorn main:app --host 0.0.0.0 --port 8000'],
    ['php -S localhost:8080 -t public/', 'php -S -t public'],
    ['./manage.py runserver 0.0.0.0:8000 --noreload', 'python manage.py runserver'],
    ['streamlit run a.py --server.port=80', 'streamlit run a.py'],
    ['rm -f tmp/server.pid && bin/rails server -p 3000', 'rails s'],
  ])('%s is the same as %s', (a, b) => {
    expect(normaliseCommand(a)).toBe(normaliseCommand(b));
  });

  it.each([['npm start', 'npm run dev'], ['node a.js', 'node b.js'], ['next start', 'next dev'], ['uvicorn main:app', 'uvicorn app:app'], ['node --watch a.js', 'node a.js'], ['./bin/a', './bin/b'], ['python a.py', 'python b.py'], ['gunicorn a.wsgi', 'gunicorn a.asgi'], ['mix phx.server', 'mix run'], ['node a.js -p 1', 'node a.js'], ['uvicorn a:app', 'uvicorn a:app --factory']])('%s is not %s', (a, b) => {
    expect(sameCommand(a, b, {})).toBe(false);
  });

  it('knows a script by what it says', () => {
    expect(sameCommand('npm start', 'node server.js', { start: 'NODE_ENV=production node server' })).toBe(true);
    expect(sameCommand('npm start', 'node server.js', { start: 'npm run serve', serve: 'node server.js' })).toBe(true);
    expect(sameCommand('npm start', 'node server.js', { start: 'next start' })).toBe(false);
  });

  it('compares names by their letters', () => {
    expect(['Next.js', 'nextjs', 'next'].map(normaliseName)).toEqual(['next', 'next', 'next']);
    expect(normaliseName('Spring Boot')).toBe(normaliseName('spring-boot'));
    expect(normaliseName('c++')).not.toBe(normaliseName('c'));
  });
});
