import type { Concurrency, PlannedService } from '../../model/index.ts';

type Model = Concurrency['model'];

/** Servers and their switches in a start command, the more telling first. Adding one is an entry here. */
const byCommand: readonly (readonly [command: RegExp, model: Model, workers?: RegExp])[] = [
  [/\bgunicorn\b.*(uvicorn|aiohttp|tornado|gevent|eventlet)/i, 'event-loop', /(?:-w|--workers)[ =]?(\d+)/],
  [/\bgunicorn\b.*(gthread|--threads)/, 'threads', /--threads[ =](\d+)/],
  [/\bgunicorn\b/, 'processes', /(?:-w|--workers)[ =]?(\d+)/],
  [/\b(uvicorn|hypercorn|granian|daphne|fastapi run|fastapi dev|sanic)\b/, 'event-loop', /--workers[ =](\d+)/],
  [/\buwsgi\b/, 'processes', /(?:-p|--processes|--workers)[ =](\d+)/],
  [/\b(waitress-serve|mod_wsgi-express)\b/, 'threads', /--threads[ =](\d+)/],
  [/\b(flask run|manage\.py runserver|streamlit run)\b/, 'threads'],
  [/\bcelery\b.*(-P|--pool)[ =](gevent|eventlet)/, 'event-loop', /(?:-c|--concurrency)[ =]?(\d+)/],
  [/\bcelery\b.*(-P|--pool)[ =]threads/, 'threads', /(?:-c|--concurrency)[ =]?(\d+)/],
  [/\bcelery\b.*(-P|--pool)[ =]solo/, 'one-at-a-time'],
  [/\bcelery\b.*\bworker\b/, 'processes', /(?:-c|--concurrency)[ =]?(\d+)/],
  [/\b(dramatiq)\b/, 'threads', /(?:-t|--threads)[ =](\d+)/],
  [/\b(rq worker|huey_consumer|php artisan queue:work|messenger:consume|rake jobs:work|bin\/delayed_job)\b/, 'one-at-a-time'],
  [/\b(puma|rails s|rails server|bin\/thrust|sidekiq|solid_queue|bin\/jobs|good_job)\b/, 'threads', /(?:-t|-c)[ =](?:\d+:)?(\d+)/],
  [/\b(unicorn|passenger)\b/, 'processes'],
  [/\bfalcon\b/, 'lightweight-threads'],
  [/\b(octane|rr serve|frankenphp|swoole)\b/, 'processes', /--workers=(\d+)/],
  [/\b(php -S|artisan serve)\b/, 'one-at-a-time'],
  [/\b(php-fpm|apache2|httpd|heroku-php-\w+)\b/, 'processes'],
  [/\bpm2(-runtime)?\b.*\s-i\s/, 'processes', /\s-i\s+(\d+)/],
];

/** Frameworks that do it otherwise than their language does by itself. */
const byFramework: Readonly<Record<string, Model>> = {
  'fastapi': 'event-loop', 'starlette': 'event-loop', 'litestar': 'event-loop', 'sanic': 'event-loop', 'aiohttp': 'event-loop', 'quart': 'event-loop', 'tornado': 'event-loop', 'blacksheep': 'event-loop', 'robyn': 'event-loop', 'gradio': 'threads', 'streamlit': 'threads', 'flask': 'threads', 'django': 'threads', 'bottle': 'one-at-a-time',
  'vertx': 'event-loop', 'quarkus': 'threads', 'micronaut': 'event-loop', 'ktor': 'event-loop', 'helidon': 'lightweight-threads', 'play': 'event-loop', 'akka-http': 'event-loop', 'pekko-http': 'event-loop', 'http4s': 'lightweight-threads', 'zio-http': 'lightweight-threads', 'http-kit': 'threads', 'ring': 'threads',
  'cpp-httplib': 'threads', 'crow': 'threads', 'drogon': 'event-loop',
};

/** Packages that decide it below the framework. */
const byPackage: readonly (readonly [packages: RegExp, model: Model, unless?: RegExp])[] = [
  [/(^|:)spring-boot-starter-webflux$/, 'event-loop', /(^|:)spring-boot-starter-web(mvc)?$/],
  [/(^|:)quarkus-(rest|resteasy-reactive|reactive-routes|vertx)(-\w+)*$/, 'event-loop'],
  [/^(react\/http|react\/event-loop|amphp\/amp|amphp\/http-server|workerman\/workerman|cboden\/ratchet|hyperf\/framework)$/, 'event-loop'],
];

/** What a language's servers do unless somebody says otherwise. */
const byLanguage: Readonly<Record<string, Model>> = {
  javascript: 'event-loop', typescript: 'event-loop', dart: 'event-loop', swift: 'event-loop',
  go: 'lightweight-threads', rust: 'lightweight-threads', elixir: 'lightweight-threads', erlang: 'lightweight-threads', gleam: 'lightweight-threads', haskell: 'lightweight-threads', crystal: 'lightweight-threads', ocaml: 'lightweight-threads',
  java: 'threads', kotlin: 'threads', scala: 'threads', clojure: 'threads', groovy: 'threads', csharp: 'threads', fsharp: 'threads', vb: 'threads', ruby: 'threads', php: 'processes',
};

/** How one agent of a service that has these packages does several things at a time; null for what only serves files or runs once, and where nothing tells. */
export function concurrencyOf({ kind, start, language, framework, frameworks }: Pick<PlannedService, 'kind' | 'start' | 'language' | 'framework' | 'frameworks'>, packages: Iterable<string>): Concurrency | null {
  if (/^(static|library|cli|job|ml-training|notebook)$/.test(kind)) return null;
  for (const [command, model, workers] of byCommand) {
    if (!command.test(start ?? '')) continue;
    const asked = Number(workers?.exec(start!)?.[1] ?? 0);
    return { model, workers: asked > 0 ? asked : null };
  }
  const names = [...packages];
  const decisive = byPackage.find(([sign, , unless]) => names.some((name) => sign.test(name)) && !names.some((name) => unless?.test(name)));
  const used = [framework ?? '', ...frameworks].find((name) => Object.hasOwn(byFramework, name));
  const model = decisive?.[1] ?? (used === undefined ? byLanguage[language ?? ''] : byFramework[used]);
  if (model !== undefined) return { model, workers: null };
  // A loop that takes one thing after the other.
  return language === 'python' && /^(worker|cron|data-pipeline)$/.test(kind) ? { model: 'one-at-a-time', workers: null } : null;
}
