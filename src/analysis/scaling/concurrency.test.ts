import { describe, expect, it } from 'vitest';
import { concurrencyOf } from './concurrency.ts';

const of = (start: string | null, language: string, framework: string | null = null, { kind = 'api' as const, packages = [] as string[] } = {}) => {
  const found = concurrencyOf({ kind, start, language, framework, frameworks: [] }, packages);
  return found && `${found.model}${found.workers === null ? '' : ` ${found.workers}`}`;
};

describe('how one agent does several things at a time', () => {
  it.each([
    ['node server.js', 'javascript', 'express', 'event-loop'],
    ['pm2-runtime start app.js -i 4', 'javascript', 'express', 'processes 4'],
    ['gunicorn app:app', 'python', 'flask', 'processes'],
    ['gunicorn -w 4 -k uvicorn.workers.UvicornWorker main:app', 'python', 'fastapi', 'event-loop 4'],
    ['gunicorn --worker-class gthread --threads 8 app:app', 'python', 'django', 'threads 8'],
    ['uvicorn main:app --workers 2', 'python', 'fastapi', 'event-loop 2'],
    ['python app.py', 'python', 'flask', 'threads'],
    ['celery -A tasks worker -c 8', 'python', null, 'processes 8'],
    ['celery -A tasks worker -P gevent -c 100', 'python', null, 'event-loop 100'],
    ['bundle exec puma -t 5:16', 'ruby', 'rails', 'threads 16'],
    ['bundle exec sidekiq -c 10', 'ruby', null, 'threads 10'],
    ['php -S 0.0.0.0:8080', 'php', null, 'one-at-a-time'],
    ['php-fpm', 'php', 'symfony', 'processes'],
    ['./server', 'go', 'gin', 'lightweight-threads'],
    ['./server', 'rust', 'axum', 'lightweight-threads'],
    ['java -jar app.jar', 'java', 'spring-boot', 'threads'],
    ['java -jar app.jar', 'kotlin', 'ktor', 'event-loop'],
    ['java -jar target/quarkus-app/quarkus-run.jar', 'java', 'quarkus', 'threads'],
    ['mix phx.server', 'elixir', 'phoenix', 'lightweight-threads'],
    ['dotnet App.dll', 'csharp', 'aspnetcore', 'threads'],
    ['./server', 'cpp', null, null],
  ])('%s (%s, %s): %s', (start, language, framework, expected) => {
    expect(of(start, language, framework)).toBe(expected);
  });

  it('is told by the packages below a framework', () => {
    const webflux = 'org.springframework.boot:spring-boot-starter-webflux';
    expect(of('java -jar a.jar', 'java', 'quarkus', { packages: ['io.quarkus:quarkus-rest-jackson'] })).toBe('event-loop');
    expect(of('java -jar a.jar', 'java', 'spring-boot', { packages: [webflux] })).toBe('event-loop');
    expect(of('java -jar a.jar', 'java', 'spring-boot', { packages: [webflux, 'org.springframework.boot:spring-boot-starter-web'] })).toBe('threads');
  });

  it('has no meaning for what runs once or only serves files', () => {
    expect(concurrencyOf({ kind: 'ml-training', start: 'python train.py', language: 'python', framework: null, frameworks: [] }, [])).toBeNull();
    expect(concurrencyOf({ kind: 'static', start: null, language: 'javascript', framework: null, frameworks: [] }, [])).toBeNull();
  });
});
