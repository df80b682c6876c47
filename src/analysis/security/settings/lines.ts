import type { Finding } from '../../../model/index.ts';
import type { Plain } from '../taint/rules.ts';

/** A dangerous line in the files of a server, an image or a page's host. */
export interface LineRule {
  readonly plain: Plain;
  readonly files: RegExp;
  /** The line, as far as it shows. */
  readonly pattern: RegExp;
  /** Stands somewhere else in the same file, or between the same braces. */
  readonly beside?: RegExp;
  readonly inBlock?: true;
  /** Does not. */
  readonly without?: RegExp;
  readonly severity?: Finding['severity'];
  readonly does: string;
  readonly fix: string;
}

const servers = /\.(?:conf|nginx|template|vhost|tpl)$|(?:^|\/)(?:nginx|sites-(?:available|enabled))[^.]*$|(?:^|\/)(?:\.htaccess|Caddyfile)$/;
const hosts = /(?:^|\/)_headers$|(?:^|\/)(?:vercel|netlify|firebase|staticwebapp\.config|serve)\.(?:json|toml)$|(?:^|\/)(?:next|nuxt)\.config\.[cm]?[jt]s$|(?:^|\/)[Ww]eb\.config$/;
const anyOrigin = {
  plain: 'permissive-cors', pattern: /Access-Control-Allow-Origin["']?[\s,;:=]{0,40}(?:["']?value["']?[\s:=]{0,5})?["']?(?:\*|\$http_origin|%\{\w{1,40}\}e|\{(?:http\.request\.)?header\.Origin\})/gi,
  beside: /Access-Control-Allow-Credentials["']?[\s,;:=]{0,40}(?:["']?value["']?[\s:=]{0,5})?["']?true/i,
  does: 'pages of any site call this one with the cookies of their visitors', fix: 'answer with the origin only when it is one of a list (in nginx a map of $http_origin)',
} as const;
const image = /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|\.[Dd]ockerfile$/;
const starts = /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|\.[Dd]ockerfile$|(?:^|\/)Procfile$/;
const descriptor = /(?:^|\/)web\.xml$/;
const dotnet = /(?:^|\/)[Ww]eb(?:\.(?!Debug)\w+)?\.config$/;

/** Dangerous lines of files that are not settings of names and values. */
export const lineRules: readonly LineRule[] = [
  { ...anyOrigin, files: servers, inBlock: true, without: /\bmap\s+\$http_origin|if\s*\(\s*\$http_origin/ },
  { ...anyOrigin, files: hosts },
  { plain: 'debug-server', files: image, pattern: /(?<![^\n])[ \t]*ENV[^\n#]{0,200}\bFLASK_(?:DEBUG[= ]["']?(?:1|true|on)\b|ENV[= ]["']?development\b)/gi, does: 'the image runs Flask with its debugger, which runs code that visitors type', fix: 'leave it out of the image, and set it where development runs it' },
  { plain: 'debug-server', files: image, pattern: /(?<![^\n])[ \t]*ENV[^\n#]{0,200}\b(?:ASPNETCORE|DOTNET)_ENVIRONMENT[= ]["']?Development\b/g, severity: 'medium', does: 'the image runs as for development: errors show visitors the inside of the program', fix: 'leave it out of the image: Production is the default' },
  { plain: 'debug-server', files: image, pattern: /(?<![^\n])[ \t]*ENV[^\n#]{0,200}\b(?:APP_|DJANGO_)DEBUG[= ]["']?(?:1|true|on)\b/gi, severity: 'medium', does: 'errors show visitors the inside of the program', fix: 'leave it out of the image, and set it where development runs it' },
  { plain: 'debug-server', files: /(?:^|[/_.-])compose[\w.-]*prod\w*\.ya?ml$/, pattern: /\bFLASK_(?:DEBUG["']?\s{0,4}[:=]\s{0,4}["']?(?:1|true|on)\b|ENV["']?\s{0,4}[:=]\s{0,4}["']?development\b)/gi, does: 'Flask runs with its debugger, which runs code that visitors type', fix: 'leave it out where the app is used' },
  { plain: 'permissive-cors', files: /\.ya?ml$/, without: /cors-allow-credentials:\s{0,4}["']?false/, pattern: /nginx\.ingress\.kubernetes\.io\/cors-allow-origin:\s{0,4}["']?\*/g, does: 'pages of any site call this one with the cookies of their visitors', fix: 'name the origins that may, or set cors-allow-credentials to "false"' },
  { plain: 'debug-server', files: starts, pattern: /\bflask\b[^\n]{0,100}(?:\brun\b["', ]{1,8}|["', ])--debug(?:ger)?\b/g, does: 'Flask runs with its debugger, which runs code that visitors type', fix: 'start it with a server for production, such as gunicorn' },
  { plain: 'debug-server', files: starts, pattern: /--inspect(?:-brk)?=(?:0\.0\.0\.0|\[?::\]?)(?::\d+)?/g, does: 'everybody who reaches the port can run code in the program', fix: 'leave the inspector off, or bind it to 127.0.0.1' },
  { plain: 'debug-server', files: /(?:^|\/)package\.json$/, pattern: /"(?:start|serve|prod|production|start:prod\w*)"\s{0,4}:\s{0,4}"[^"\n]{0,200}--inspect(?:-brk)?=(?:0\.0\.0\.0|\[?::\]?)/g, does: 'everybody who reaches the port can run code in the program', fix: 'leave the inspector off, or bind it to 127.0.0.1' },
  { plain: 'debug-server', files: starts, pattern: /-(?:agentlib:jdwp=|Xrunjdwp:)[^\s"']{0,120}address=(?:\*|0\.0\.0\.0):?\d*/g, does: 'everybody who reaches the port can run code in the program', fix: 'leave the debugger out of the image, or bind it to localhost' },
  { plain: 'debug-server', files: dotnet, pattern: /<customErrors\s[^>]{0,100}mode="Off"/gi, severity: 'medium', does: 'errors show visitors the inside of the program', fix: 'set mode to RemoteOnly' },
  { plain: 'debug-server', files: dotnet, pattern: /<trace\s[^>]{0,100}enabled="true"/gi, without: /localOnly="true"/i, severity: 'medium', does: 'requests of others, with their cookies, are served at trace.axd', fix: 'turn it off' },
  { plain: 'insecure-cookie', files: dotnet, pattern: /<httpCookies\s[^>]{0,200}(?:requireSSL|httpOnlyCookies)="false"/gi, does: 'cookies also travel over unencrypted connections, or are read by scripts of a page', fix: 'set requireSSL and httpOnlyCookies to true' },
  { plain: 'insecure-cookie', files: dotnet, pattern: /<forms\s[^>]{0,300}requireSSL="false"/gi, does: 'the cookie that signs people in also travels over unencrypted connections', fix: 'set requireSSL to true' },
  { plain: 'insecure-cookie', files: descriptor, beside: /<cookie-config>/, pattern: /<secure>\s{0,20}false\s{0,20}<\/secure>/g, does: 'the cookie of the session also travels over unencrypted connections', fix: 'set it to true' },
  { plain: 'insecure-cookie', files: descriptor, beside: /<cookie-config>/, pattern: /<http-only>\s{0,20}false\s{0,20}<\/http-only>/g, does: 'scripts of a page read the cookie of the session', fix: 'set it to true' },
  { plain: 'insecure-cookie', files: /(?:^|\/)\.htaccess$|\.conf$/, pattern: /(?<![^\n])[ \t]*php_(?:admin_)?(?:flag|value)[ \t[]{1,4}session\.cookie_(?:secure|httponly)\]?[ \t=]{1,4}(?:off|0|false)\b/gi, does: 'the cookie of the session also travels over unencrypted connections, or is read by scripts of a page', fix: 'turn it on' },
  { plain: 'debug-server', files: /(?:^|\/)\.htaccess$|\.conf$/, pattern: /(?<![^\n])[ \t]*php_(?:admin_)?(?:flag|value)[ \t[]{1,4}display_errors\]?[ \t=]{1,4}(?:on|1|true)\b/gi, severity: 'medium', does: 'errors show visitors the inside of the program', fix: 'turn it off, and log them' },
];
