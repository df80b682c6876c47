import { assignment } from './format.ts';
import { entropyOf, isPlaceholder } from './value.ts';

/** Words that say of a name that its value is a secret, found by {@link genericPattern}'s prefilter. */
export const genericKeywords = ['key', 'secret', 'token', 'passw', 'passphrase', 'pwd', 'credential', 'auth', 'pass'];

/** What follows a word that says secret: the rest of its name, the mark and quotes between, the value. */
const restPattern = new RegExp(`([\\w.-]{0,40}?)(${assignment})([^\\s"'\`<>;,]{8,200})`, 'y');
/** `name: X, value: Y`, as manifests and XML write pairs. */
const pairPattern = /\b(?:name|key|id)["']?\s*[:=]\s*["']?([\w.-]{3,60})["']?\s*[,\n]?\s*-?\s*["']?value["']?\s*[:=]\s*["']?([^\s"'<>;,{}$]{8,200})/gi;

export interface GenericSecret {
  name: string;
  value: string;
  index: number;
}

/**
 * Values with the looks of chance under a name that says secret. `places`: where words of {@link genericKeywords} end.
 * `quotedOnly`: in code an unquoted value is an expression.
 */
export function genericSecrets(text: string, places: Iterable<number>, quotedOnly: boolean): GenericSecret[] {
  const found: GenericSecret[] = [];
  for (const place of places) {
    restPattern.lastIndex = place;
    const match = restPattern.exec(text);
    if (!match) continue;
    const [all, rest, between, value] = match as unknown as [string, string, string, string];
    const quote = /["'`]\\?$/.test(between);
    if ((!quote && between.includes('\n')) || between.includes('>@')) continue;
    if (quotedOnly && !quote && !/>$/.test(between)) continue;
    if (!quote && /[()]|^[A-Za-z_]+(?:\.[A-Za-z_]+)+$/.test(value)) continue;
    const name = /[\w.-]{0,60}$/.exec(text.slice(Math.max(0, place - 60), place))![0] + rest;
    const kind = kindOf(name);
    if (kind === 'password' && !isBuilder(text, place, rest, between) && /[,(\s]["'`]*$/.test(between) && !/[:=]/.test(between) && !/^[A-Z][A-Z0-9_]+$/.test(name)) continue;
    if (kind !== undefined && isSecretValue(value, kind, quote)) found.push({ name, value, index: place + all.length - value.length });
  }
  for (const { name, value, index } of pairsIn(text)) {
    const kind = kindOf(name);
    if (kind !== undefined && isSecretValue(value, kind, true)) found.push({ name, value, index });
  }
  return found;
}

/** `.password("…")`: what is built is told its password by a method of that name. */
function isBuilder(text: string, place: number, rest: string, between: string): boolean {
  const start = /[\w.-]*$/.exec(text.slice(Math.max(0, place - 60), place))![0];
  return /^\(["'`]$/.test(between) && /^\.(?:set)?(?:password|passwd|pwd|passphrase)$/i.test(start + rest);
}

/** The second half of a pair: only around it is the whole looked for, since whatever may be a name stands everywhere. */
const pairMark = /value["']?\s*[:=]/gi;
/** Characters before and after the mark. */
const aroundMark = { before: 200, after: 300 };

function* pairsIn(text: string): Generator<GenericSecret> {
  let part = { from: 0, to: 0 };
  for (const { index } of text.matchAll(pairMark)) {
    if (index - aroundMark.before > part.to) {
      yield* pairsWithin(text, part.from, part.to);
      part = { from: index - aroundMark.before, to: 0 };
    }
    part.to = index + aroundMark.after;
  }
  yield* pairsWithin(text, part.from, part.to);
}

function* pairsWithin(text: string, from: number, to: number): Generator<GenericSecret> {
  for (const match of text.slice(from, to).matchAll(pairPattern)) {
    // What begins with the part may be the end of a longer word.
    if (match.index > 0 || from === 0) yield { name: match[1]!, value: match[2]!, index: from + match.index + match[0].length - match[2]!.length };
  }
}

type Kind = 'key' | 'password';

const passwordWords = new Set(['password', 'passwd', 'pwd', 'passphrase', 'pass', 'passcode', 'pw', 'passwort', 'rootpassword', 'dbpassword', 'userpassword', 'requirepass']);
const secretWords = new Set(['secret', 'token', 'credential', 'credentials', 'creds', 'apikey', 'secretkey', 'authkey', 'accesskey', 'privatekey', 'accesstoken', 'authtoken', 'apitoken', 'clientsecret', 'apisecret', 'auth', 'authorization', 'bearer', 'salt', 'pat', 'signature', 'secretid', 'webhooksecret', 'cookiesecret', 'sessionsecret', 'jwtsecret', 'keybase', 'apipassword', 'encryptionkey', 'appkey', 'appsecret']);
const keyQualifiers = new Set(['api', 'secret', 'access', 'private', 'encryption', 'encrypt', 'encrypted', 'decryption', 'signing', 'sign', 'auth', 'master', 'client', 'app', 'application', 'service', 'account', 'storage', 'license', 'licence', 'shared', 'hmac', 'jwt', 'aes', 'rsa', 'subscription', 'session', 'cookie', 'webhook', 'admin', 'server', 'integration', 'consumer', 'user', 'deploy', 'crypto', 'cipher', 'token', 'login', 'write', 'read', 'ssh', 'aws', 'azure', 'gcp', 'google', 'account', 'sdk', 'instrumentation', 'flask', 'django', 'rails']);
/** Last words by which a name speaks of a secret and does not hold one. */
const aboutWords = new Set(['id', 'name', 'file', 'path', 'url', 'uri', 'endpoint', 'type', 'length', 'size', 'count', 'field', 'header', 'param', 'parameter', 'prefix', 'suffix', 'label', 'ttl', 'expiry', 'expires', 'expiration', 'policy', 'algorithm', 'alg', 'ref', 'reference', 'arn', 'hash', 'public', 'hint', 'placeholder', 'message', 'error', 'mode', 'method', 'class', 'format', 'regex', 'pattern', 'version', 'date', 'time', 'enabled', 'required', 'store', 'vault', 'provider', 'manager', 'service', 'host', 'server', 'port', 'scope', 'issuer', 'audience', 'usage', 'index', 'column', 'table', 'code', 'board', 'word', 'press', 'down', 'up', 'frame', 'map', 'ring', 'chain', 'pair', 'selector', 'schema', 'namespace', 'env', 'var', 'variable', 'dir', 'folder', 'location', 'checksum', 'fingerprint', 'digest', 'thumbprint', 'author', 'title', 'description', 'text', 'example', 'test']);

/** What sort of secret a name promises: judged by its last words, so that `secretName` and `key_id` promise none. */
export function kindOf(name: string): Kind | undefined {
  if (/demo|sample|dummy|fake|mock|fixture/i.test(name)) return undefined;
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').toLowerCase().split(/[_.-]+/).filter((word) => word !== '' && !/^\d+$/.test(word));
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  if (passwordWords.has(last)) return before === 'by' || before === 'bypass' ? undefined : 'password';
  if (words.some((word) => word === 'public' || word === 'publishable' || word === 'cache' || word === 'csrf' || word === 'primary' || word === 'foreign' || word === 'sort' || word === 'partition' || word === 'hash' || word === 'accessor')) return undefined;
  if (secretWords.has(last)) return last === 'auth' && words.length === 1 ? undefined : 'key';
  if (/(?:password|passwd)$/.test(last)) return 'password';
  if (/(?:secret|token|apikey|secretkey|accesskey|privatekey)$/.test(last)) return 'key';
  if (last === 'key') return keyQualifiers.has(before) ? 'key' : undefined;
  if (aboutWords.has(last)) return undefined;
  if ((last === 'value' || last === 'string' || last === 'base' || last === 'live' || last === 'prod' || last === 'production' || last === 'dev' || last === 'staging' || last === 'default') && words.length > 1) return kindOf(words.slice(0, -1).join('_'));
  return undefined;
}

/** What a form is checked by: `required|string|min:6`. */
const isRule = /^(?:required|nullable|sometimes|string|confirmed|filled|present|bail)(?:\||$)/;

/** Whether a value may be a secret of its kind: chance for keys; of passwords only that it is no word, path or reference. */
function isSecretValue(value: string, kind: Kind, quoted: boolean): boolean {
  const digits = /\d/.test(value);
  if (isRule.test(value) || /^[a-z_-]+(?:\/[a-z_-]+)+$/i.test(value) || /^(?:[A-Z]\w*\\+)+\w+$/.test(value) || (kind === 'password' && /password\d{0,4}!?$/i.test(value)) || /^\p{L}+[:.,!?…]*$/u.test(value.replace(/\\u[0-9a-f]{4}/gi, 'x'))) return false;
  if (quoted && kind === 'key' && digits && value.length >= 40 && !isPlaceholder(value) && /^[a-z0-9!@#$%^&*(\-_=+)]+$/i.test(value) && entropyOf(value) >= 4) return true;
  if (isPlaceholder(value) || /^[+&|.,:)\]]|\*\*|[[\](){}]|^(?:https?|file|jdbc|[a-z]+):\/\/|^\/[\w./-]*$|^\.{0,2}\/|^[\w.+-]+@[\w-]+\.\w+$|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^\d{4}-\d\d-\d\d|^v?\d+(?:\.\d+)+|^[\d.,]+$|\.(?:json|pem|key|txt|ya?ml|js|ts|py|go|crt|p12|jks|env|html?|png|svg)$|[\\^]\w?\[|\(\?:|\[\^?[a-z]-/i.test(value)) return false;
  if (kind === 'password') return (quoted || value.length <= 64) && entropyOf(value) >= 2.5 && /[a-z]/i.test(value) && (digits || /[^\w.-]/.test(value)) && !/^[a-z]+[._-][a-z._-]+$/i.test(value);
  if (!/^[\w.=+/~@!%^&*:|-]+$/.test(value) || value.length < 10 || !digits || !/[a-z]/i.test(value)) return false;
  const parts = value.split(/[-_.:/]/).filter((part) => part !== '');
  const words = parts.filter((part) => /^(?:[a-z]+\d{0,2}|[A-Z][a-z]+|[A-Z]+|\d{1,4}|v\d+)$/.test(part) && part.length < 14).length;
  if (parts.length > 1 && words === parts.length) return false;
  if (/^(?:[A-Z]?[a-z]+)+\d{0,4}$/.test(value) && value.length < 24) return false;
  return entropyOf(value) >= (value.length >= 32 && /^[a-f0-9-]+$/i.test(value) ? 3 : 3.3);
}
