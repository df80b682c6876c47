import type { Finding } from '../../../model/index.ts';
import type { Plain } from '../taint/rules.ts';

/** A setting that must not have a value, in the files of a framework. */
export interface SettingRule {
  readonly plain: Plain;
  /** Whose setting it is, for people. */
  readonly of: string;
  readonly files: RegExp;
  /** Its names with dots between them. */
  readonly key: RegExp;
  readonly value: RegExp;
  /** Only when another setting of the file is this. */
  readonly beside?: { readonly key: RegExp; readonly value: RegExp };
  /** Also where a variable of the environment may say otherwise: what is dangerous then is what holds without it. */
  readonly defaults?: true;
  readonly severity?: Finding['severity'];
  /** What it does. */
  readonly does: string;
  readonly fix: string;
}

const no = /^(?:false|0|off|no)$/i;
const yes = /^(?:true|1|on|yes)$/i;
/** Any page there is. */
const anyone = /^(?:\*|\/?\^?\.\*\$?\/?|https?:\/\/\*|\*:\*)$/;

const spring = /(?:^|\/)(?:application|bootstrap)[\w-]*\.(?:ya?ml|properties)$/;
const python = /(?:^|\/)(?:\w*settings\w*|\w*config\w*)\.py$|(?:^|\/)(?:settings|config)\/\w+\.py$/i;
const ini = /(?:^|\/)(?:[\w.-]*php[\w.-]*\.ini|\.user\.ini|(?:conf\.d|php)\/[\w.-]+\.ini)$/;
const dotenv = /(?:^|\/)\.env(?:\.(?:prod|production|defaults?))?$/;

const secure = 'cookies also travel over unencrypted connections';
const readable = 'scripts of a page read the cookie of the session';
const shows = 'errors show visitors the inside of the program';
const setSecure = 'set it to true; where development has no HTTPS, turn it off there only';
const setHttpOnly = 'set it to true: scripts of the page do not need the cookie';
const nameOrigins = 'name the origins that may, from a setting for each environment';

/** Settings that are dangerous where the app is used. Those of files and sections for development are passed over. */
export const settingRules: readonly SettingRule[] = [
  { plain: 'insecure-cookie', of: 'Spring', files: spring, key: /^server\.(?:servlet\.|reactive\.)?session\.cookie\.secure$/, value: no, does: secure, fix: setSecure },
  { plain: 'insecure-cookie', of: 'Spring', files: spring, key: /^server\.(?:servlet\.|reactive\.)?session\.cookie\.http-?only$/i, value: no, does: readable, fix: setHttpOnly },
  { plain: 'insecure-cookie', of: 'Django or Flask', files: python, key: /(?:^|\.)(?:SESSION|CSRF|REMEMBER|JWT|LANGUAGE)_COOKIE_SECURE$/, value: no, does: secure, fix: setSecure },
  { plain: 'insecure-cookie', of: 'Django or Flask', files: python, key: /(?:^|\.)(?:SESSION|REMEMBER)_COOKIE_HTTPONLY$/, value: no, does: readable, fix: setHttpOnly },
  { plain: 'insecure-cookie', of: 'the app', files: /(?:^|\/)(?:application|bootstrap|appsettings|config|settings|default|production)[\w.-]*\.(?:ya?ml|json|properties)$/i, key: /cookies?[_-]?secure$|secure[_-]?cookies?$/i, value: no, does: secure, fix: setSecure },
  { plain: 'insecure-cookie', of: 'Laravel', files: /(?:^|\/)config\/session\.php$/, key: /^secure$/, value: no, does: secure, fix: 'read it from SESSION_SECURE_COOKIE, and set that where the app is used' },
  { plain: 'insecure-cookie', of: 'Laravel', files: /(?:^|\/)config\/session\.php$/, key: /^http_only$/, value: no, does: readable, fix: setHttpOnly },
  { plain: 'insecure-cookie', of: 'Symfony', files: /(?:^|\/)config\/.*\.ya?ml$/, key: /(?:^|\.)framework\.session\.cookie_secure$/, value: no, does: secure, fix: 'set it to auto' },
  { plain: 'insecure-cookie', of: 'Symfony', files: /(?:^|\/)config\/.*\.ya?ml$/, key: /(?:^|\.)framework\.session\.cookie_httponly$/, value: no, does: readable, fix: setHttpOnly },
  { plain: 'insecure-cookie', of: 'PHP', files: ini, key: /^session\.cookie_secure$/, value: no, does: secure, fix: setSecure },
  { plain: 'insecure-cookie', of: 'PHP', files: ini, key: /^session\.cookie_httponly$/, value: no, does: readable, fix: setHttpOnly },

  { plain: 'debug-server', of: 'Django', files: python, key: /^DEBUG$/, value: yes, beside: { key: /^INSTALLED_APPS|^ROOT_URLCONF$/, value: /./ }, does: shows, fix: 'turn it on by a variable of the environment, and leave it off without one' },
  { plain: 'debug-server', of: 'Django', files: python, key: /^DEBUG$/, value: yes, defaults: true, beside: { key: /^INSTALLED_APPS|^ROOT_URLCONF$/, value: /./ }, severity: 'medium', does: `unless a variable says otherwise ${shows}`, fix: 'make off the default' },
  { plain: 'debug-server', of: 'Flask', files: python, key: /^(?:Base|Prod\w*|Default)?(?:Config|Configuration|Settings)\.DEBUG$|^Prod\w*\.DEBUG$/, value: yes, does: shows, fix: 'turn it on in the class for development only' },
  { plain: 'debug-server', of: 'Laravel', files: /(?:^|\/)config\/app\.php$/, key: /^debug$/, value: yes, does: shows, fix: "read it from the environment: env('APP_DEBUG', false)" },
  { plain: 'debug-server', of: 'Laravel', files: /(?:^|\/)config\/app\.php$/, key: /^debug$/, value: yes, defaults: true, severity: 'medium', does: `unless a variable says otherwise ${shows}`, fix: "make off the default: env('APP_DEBUG', false)" },
  { plain: 'debug-server', of: 'Laravel or Symfony', files: dotenv, key: /^APP_DEBUG$/, value: yes, beside: { key: /^APP_ENV$/, value: /^prod/ }, does: shows, fix: 'set it to false' },
  { plain: 'debug-server', of: 'Spring', files: spring, key: /^server\.error\.include-?stacktrace$/i, value: /^always$/i, severity: 'medium', does: 'errors show visitors the calls that led to them', fix: 'set it to never' },
  { plain: 'debug-server', of: 'Spring', files: spring, key: /^management\.endpoints\.web\.exposure\.include$/, value: /^\*$/, severity: 'medium', does: 'heap, environment and settings are served beside the app, to everybody whom nothing else keeps out', fix: 'name the endpoints that are needed, such as health and prometheus' },
  { plain: 'debug-server', of: 'Spring', files: spring, key: /^management\.security\.enabled$/, value: no, severity: 'medium', does: 'heap, environment and settings are served to everybody', fix: 'leave it on, and expose the endpoints that are needed only' },
  { plain: 'debug-server', of: 'Spring', files: spring, key: /^spring\.h2\.console\.settings\.web-?allow-?others$/i, value: yes, does: 'everybody can open the console of the database, which can run code', fix: 'turn the console off, or allow it for this machine only' },
  { plain: 'debug-server', of: 'ASP.NET', files: /(?:^|\/)appsettings(?:\.[\w-]+)?\.json$/, key: /^DetailedErrors$/, value: yes, severity: 'medium', does: shows, fix: 'set it in appsettings.Development.json only' },
  { plain: 'debug-server', of: 'PHP', files: ini, key: /^display_errors$/, value: /^(?:on|1|yes|true|stdout)$/i, severity: 'medium', does: shows, fix: 'turn it off, and log them: log_errors = On' },

  { plain: 'permissive-cors', of: 'Laravel', files: /(?:^|\/)config\/cors\.php$/, key: /^allowed_origins(?:_patterns)?$/, value: anyone, beside: { key: /^supports_credentials$/, value: yes }, does: 'pages of any site call this one with the cookies of their visitors', fix: nameOrigins },
  { plain: 'permissive-cors', of: 'Django', files: python, key: /^CORS_(?:ALLOW_ALL_ORIGINS|ORIGIN_ALLOW_ALL)$/, value: yes, does: 'pages of any site call this one', fix: 'name them in CORS_ALLOWED_ORIGINS' },
  { plain: 'permissive-cors', of: 'the app', files: /(?:^|\/)(?:application|bootstrap|appsettings|config|nelmio_cors|cors|settings|default|production)[\w.-]*\.(?:ya?ml|json|properties|toml)$|(?:^|\/)\.env(?:\.(?:prod|production|defaults?))?$/i, key: /(?:^|[._-])(?=[\w.'[\]/*-]*cors)[\w.'[\]/*-]{0,120}?origins?(?:[._-]?patterns?|[._-]?list)?$/i, value: anyone, does: 'pages of any site call this one', fix: nameOrigins },
];
