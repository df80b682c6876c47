import { describe, expect, it } from 'vitest';
import { entriesOf } from './entries.ts';
import { settingWeaknesses } from './settings.ts';

const django = 'INSTALLED_APPS = ["a"]\n';

/** A file, what is dangerous in it, with the line, and how it is right. */
const pairs: readonly (readonly [rule: string, file: string, dangerous: string, line: number, safe: string])[] = [
  ['insecure-cookie', 'src/main/resources/application.yml', 'server:\n  servlet:\n    session:\n      cookie:\n        secure: false', 5, 'server:\n  servlet:\n    session:\n      cookie:\n        secure: true'],
  ['insecure-cookie', 'application-prod.properties', 'server.servlet.session.cookie.http-only=false', 1, 'server.servlet.session.cookie.http-only=true'],
  ['insecure-cookie', 'config.py', 'class Config:\n    A = 1\nclass ProductionConfig(Config):\n    SESSION_COOKIE_SECURE = False', 4, 'class DevelopmentConfig(Config):\n    SESSION_COOKIE_SECURE = False'],
  ['insecure-cookie', 'config/session.php', "<?php\nreturn [\n  'driver' => 'file',\n  'secure' => false,\n];", 4, "<?php\nreturn ['secure' => env('SESSION_SECURE_COOKIE')];"],
  ['insecure-cookie', 'config/packages/framework.yaml', 'framework:\n  session:\n    cookie_secure: false', 3, 'framework:\n  session:\n    cookie_secure: auto\nwhen@dev:\n  framework:\n    session:\n      cookie_secure: false'],
  ['insecure-cookie', 'src/main/resources/application.yml', 'micronaut:\n  session:\n    http:\n      cookie-secure: false', 4, 'micronaut:\n  session:\n    http:\n      cookie-secure: true'],
  ['insecure-cookie', 'docker/php.ini', 'session.cookie_httponly = 0', 1, 'session.cookie_httponly = 1'],
  ['insecure-cookie', 'src/main/webapp/WEB-INF/web.xml', '<cookie-config>\n<http-only>false</http-only>\n</cookie-config>', 2, '<cookie-config>\n<http-only>true</http-only>\n</cookie-config>'],
  ['insecure-cookie', 'Web.config', '<httpCookies httpOnlyCookies="true" requireSSL="false" />', 1, '<httpCookies httpOnlyCookies="true" requireSSL="true" />'],
  ['debug-server', 'core/settings.py', `${django}DEBUG = config("DEBUG", default=True, cast=bool)`, 2, `${django}DEBUG = config("DEBUG", default=False, cast=bool)`],
  ['debug-server', 'core/settings.py', `${django}DEBUG = os.environ.get("DEBUG", "True") == "True"`, 2, `${django}DEBUG = os.environ.get("DEBUG", "False") == "True"`],
  ['debug-server', 'core/settings.py', `${django}DEBUG = os.getenv("DEBUG", "1").lower() in ("1", "true")`, 2, `${django}DEBUG = os.getenv("DEBUG", "").lower() in ("1", "true")`],
  ['debug-server', 'config.py', 'class Config:\n    DEBUG = True', 2, 'class Config:\n    DEBUG = True\nclass ProductionConfig(Config):\n    DEBUG = False'],
  ['debug-server', 'config/app.php', "<?php\nreturn ['debug' => env('APP_DEBUG', true)];", 2, "<?php\nreturn ['debug' => (bool) env('APP_DEBUG', false)];"],
  ['debug-server', '.env', 'APP_ENV=production\nAPP_DEBUG=true', 2, 'APP_ENV=local\nAPP_DEBUG=true'],
  ['debug-server', 'application.yml', 'management:\n  endpoints:\n    web:\n      exposure:\n        include: "*"', 5, 'management:\n  endpoints:\n    web:\n      exposure:\n        include: health,info'],
  ['debug-server', 'application.yml', 'server.error.include-stacktrace: always', 1, 'server.error.include-stacktrace: never\n---\nspring.config.activate.on-profile: dev\nserver.error.include-stacktrace: always'],
  ['debug-server', 'appsettings.json', '{\n  // notes\n  "DetailedErrors": true\n}'.replace('  // notes\n', ''), 2, '{ "DetailedErrors": false }'],
  ['debug-server', 'Dockerfile', 'FROM python:3.12\nENV FLASK_DEBUG=1', 2, 'FROM python:3.12\nENV FLASK_DEBUG=0\n# ENV FLASK_DEBUG=1'],
  ['debug-server', 'docker-compose.prod.yml', 'services:\n  web:\n    environment:\n      FLASK_DEBUG: "1"', 4, 'services:\n  web:\n    environment:\n      FLASK_DEBUG: "0"'],
  ['permissive-cors', 'k8s/ingress.yaml', 'metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/cors-allow-origin: "*"', 3, 'metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/cors-allow-origin: "*"\n    nginx.ingress.kubernetes.io/cors-allow-credentials: "false"'],
  ['debug-server', 'package.json', '{ "scripts": {\n"start": "node --inspect=0.0.0.0:9229 a.js" } }', 2, '{ "scripts": { "dev": "node --inspect=0.0.0.0 a.js", "start": "node --inspect a.js" } }'],
  ['debug-server', 'Web.config', '<customErrors mode="Off" />', 1, '<customErrors mode="RemoteOnly" />'],
  ['permissive-cors', 'config/cors.php', "<?php\nreturn [\n'allowed_origins' => ['*'],\n'supports_credentials' => true,\n];", 3, "<?php\nreturn [\n'allowed_origins' => ['*'],\n'supports_credentials' => false,\n];"],
  ['permissive-cors', 'config/packages/nelmio_cors.yaml', "nelmio_cors:\n  defaults:\n    allow_origin: ['*']", 3, "nelmio_cors:\n  defaults:\n    allow_origin: ['%env(CORS_ALLOW_ORIGIN)%']"],
  ['permissive-cors', 'application.yml', "spring:\n  cloud:\n    gateway:\n      globalcors:\n        cors-configurations:\n          '[/**]':\n            allowedOrigins: '*'", 7, "a:\n  allowedOrigins: '*'"],
  ['permissive-cors', 'application.properties', 'quarkus.http.cors.origins=/.*/', 1, '%dev.quarkus.http.cors.origins=/.*/'],
  ['permissive-cors', 'appsettings.json', '{ "Cors": {\n"AllowedOrigins": ["*"] } }', 2, '{ "Cors": { "AllowedOrigins": ["https://a.example"] }, "AllowedHosts": "*" }'],
  ['permissive-cors', 'nginx/default.conf', 'location / {\n  add_header Access-Control-Allow-Origin $http_origin;\n  add_header Access-Control-Allow-Credentials true;\n}', 2, 'location /fonts { add_header Access-Control-Allow-Origin *; }\nlocation / { add_header Access-Control-Allow-Credentials true; }'],
  ['permissive-cors', 'vercel.json', '{ "headers": [\n{ "key": "Access-Control-Allow-Origin", "value": "*" },\n{ "key": "Access-Control-Allow-Credentials", "value": "true" }] }', 2, '{ "headers": [{ "key": "Access-Control-Allow-Origin", "value": "*" }] }'],
];

describe('a file of settings', () => {
  it.each(pairs)('%s in %s: %s', (rule, file, dangerous, line, safe) => {
    expect(settingWeaknesses(file, dangerous)).toMatchObject([{ rule, line }]);
    expect(settingWeaknesses(file, safe)).toEqual([]);
  });

  it.each(['application-dev.properties', 'src/main/resources/application-local.properties', 'config/test/application.properties', 'application.example.properties'])('%s holds where people work on the app', (file) => {
    expect(settingWeaknesses(file, 'server.servlet.session.cookie.secure=false')).toEqual([]);
  });

  it.each(['.env.example', '.env.local', '.env.development'])('%s is none of where the app is used', (file) => {
    expect(settingWeaknesses(file, 'APP_ENV=production\nAPP_DEBUG=true\nCORS_ORIGIN=*')).toEqual([]);
  });

  it('that is on unless a variable says otherwise is less grave than one that is always on', () => {
    expect(settingWeaknesses('settings.py', `${django}DEBUG = True`)).toMatchObject([{ severity: 'high' }]);
    expect(settingWeaknesses('settings.py', `${django}DEBUG = env.bool("DEBUG", True)`)).toMatchObject([{ severity: 'medium', message: expect.stringContaining('unless a variable') as string }]);
  });

  it('that cannot be read is passed over', () => {
    expect(settingWeaknesses('application.yml', 'management: [\n  : {{ include: "*"')).toEqual([]);
    expect(entriesOf('a.yml', `${'a: &a [x]\n'.repeat(10)}b: *a`.padEnd(300_000, '#'))).toEqual([]);
    expect(entriesOf('a.yml', `a: ${'['.repeat(5000)}`)).toEqual([]);
  });
});
