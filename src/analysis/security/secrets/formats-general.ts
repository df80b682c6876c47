import type { SecretFormat } from './format.ts';

/** Credentials that belong to no one provider, by the standard or tool that shapes them. */
export const generalFormats: readonly SecretFormat[] = [
  // RFC 7468 and what OpenSSH and PGP made of it; in a string the line's end may be written `\n`.
  { id: 'private-key', what: 'private key', keywords: ['private key'], pattern: /(-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----(?:\\[nrt]|[\s"'`+,\\#*]|(?:Proc-Type|DEK-Info|Version|Comment): ?[^\n\\]*){0,80}[A-Za-z0-9+/=]{30,76})/g, entropy: 3, severity: 'critical' },
  // RFC 7519: header, claims and signature; a header always begins with `{"`.
  { id: 'jwt', what: 'JSON web token', keywords: ['eyj', 'zxlk'], pattern: /(?<![\w-])(ey[A-Za-z0-9]{17,}\.ey[A-Za-z0-9/\\_-]{17,}\.[A-Za-z0-9/\\_-]{10,}={0,2})/g, entropy: 3, severity: 'high' },
  { id: 'jwt-base64', what: 'JSON web token, encoded once more', keywords: ['zxlk', 'zxlw', 'zxlq', 'zxlr', 'zxli'], pattern: /(?<![\w+/])(ZXlK[A-Za-z0-9+/]{80,}={0,2})/g, entropy: 4, severity: 'high' },
  // RFC 3986, section 3.2.1: what is before the `@` is who one is.
  { id: 'url-credentials', what: 'password in a URL', keywords: ['://'], pattern: /(?<=(?<!\w)[a-z][a-z0-9+.-]{1,24}):\/\/[^\s:/?#"'`@<>{}$%*[\]]{0,64}:([^\s/?#"'`@<>{}$\\()[\]]{3,128})@[\w.-]+/gi, entropy: 1.9, severity: 'high' },
  { id: 'connection-string', what: 'password in a connection string', keywords: ['password=', 'pwd='], pattern: /(?:server|data source|host|addr(?:ess)?|user(?: ?id)?|uid|database|initial catalog|provider)\s*=[^\n"'`]{1,200};\s*(?:password|pwd)\s*=\s*([^;"'`\s<>{}$%]{3,128})/gi, entropy: 1.9, severity: 'high' },
  { id: 'basic-authorization', what: 'credential in an Authorization header', keywords: ['basic '], pattern: /authorization["'`]?\s*[:=,]\s*["'`]?basic\s+([A-Za-z0-9+/]{12,}={0,2})/gi, entropy: 2.5, severity: 'high' },
  { id: 'bearer-authorization', what: 'token in an Authorization header', keywords: ['bearer ', 'token '], pattern: /authorization["'`]?\s*[:=,]\s*["'`]?(?:bearer|token|api-?token|oauth)\s+([\w.~+/=-]{16,})/gi, entropy: 3, severity: 'high' },
  { id: 'key-header', what: 'key in a request header', keywords: ['x-api-key', 'x-auth-token', 'x-access-token', 'api-key'], pattern: /["'`\s](?:x-)?(?:api-?key|auth-token|access-token|vault-token)["'`]?\s*[:=]\s*["'`]?([\w.~+/=-]{12,})/gi, entropy: 3, severity: 'high' },
  { id: 'jwt-secret', what: 'secret that signs tokens', keywords: ['jwt.', 'jsonwebtoken.'], pattern: /\b(?:jwt|jsonwebtoken)\.(?:sign|verify|encode|decode)\(\s{0,20}(?:\{[^{}\n]{0,200}\}|[\w.[\]]{1,60})\s{0,4},\s{0,20}["'`]([^"'`\s$]{8,128})["'`]/g, entropy: 3, severity: 'high' },
  { id: 'curl-user', what: 'password on a curl command line', keywords: ['curl'], pattern: /\bcurl\b[^\n]{0,300}?\s(?:-u|--user)[ =]?["']?[^\s:"'$<{]{1,64}:([^\s"'$<{]{3,128})/g, entropy: 2, severity: 'high' },
  { id: 'sshpass', what: 'password on a command line', keywords: ['sshpass', 'pgpassword', 'mysql_pwd'], pattern: /(?:\bsshpass\s+-p\s*["']?|\b(?:PGPASSWORD|MYSQL_PWD)=["']?)([^\s"'$<{]{4,128})/g, entropy: 2, severity: 'high' },
  { id: 'password-hash', what: 'password hash', keywords: ['$2a$', '$2b$', '$2y$', '$argon2', '$6$'], pattern: /(\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2id?\$v=\d+\$[^\s"']{40,}|\$6\$[./A-Za-z0-9]{8,16}\$[./A-Za-z0-9]{86})/g, entropy: 3, severity: 'low' },
  { id: 'htpasswd', what: 'password hash in an .htpasswd file', keywords: ['$apr1$', '{sha}'], pattern: /^[\w.@-]+:(\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\{SHA\}[A-Za-z0-9+/]{27}=)/gm, entropy: 3, severity: 'medium' },
];
