import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretFormats, secretsIn } from './scan.ts';
import { entropyOf, isPlaceholder } from './value.ts';

/** Chance that is the same each time, so that a failure can be looked into. */
const seed = 20_261_121;

/** A secret as the format describes it, with what the pattern asks of its surroundings left out. */
function samples(pattern: RegExp, count: number): string[] {
  const source = pattern.source.slice('(?<![A-Za-z0-9_+/-])'.length, pattern.source.lastIndexOf('(?=$|')).replaceAll(/\(\?=[^()]*\)/g, '');
  return fc.sample(fc.stringMatching(new RegExp(`^(?:${source})$`)), { numRuns: count * 3, seed })
    .filter((text) => !/[^\x20-\x7e\n]/.test(text)).slice(0, count);
}

/** Formats by prefix can be put into any syntax; the others bring theirs along. */
const byPrefix = secretFormats.filter(({ pattern }) => pattern.source.startsWith('(?<![A-Za-z0-9_+/-])('));

const syntaxes: readonly [file: string, write: (value: string) => string][] = [
  ['a.env', (value) => `THE_VALUE=${value}`], ['a.yml', (value) => `theValue: ${value}\n`], ['a.json', (value) => `{ "the_value": "${value}" }`],
  ['A.java', (value) => `String theValue = "${value}";`], ['a.go', (value) => `theValue := \`${value}\``], ['a.xml', (value) => `<theValue>${value}</theValue>`],
  ['a.py', (value) => `use('${value}')`], ['a.rb', (value) => `{ "the" => "${value}" }`], ['a.toml', (value) => `value = "${value}"\n`], ['a.txt', (value) => `curl -H 'X: ${value}'`],
];

describe('formats of providers', () => {
  it('are well over 150, each with an id of its own', () => {
    expect(secretFormats.length).toBeGreaterThan(200);
    expect(new Set(secretFormats.map(({ id }) => id)).size).toBe(secretFormats.length);
  });

  it('are looked for by a beginning that every value has, without the class of characters after it', () => {
    const value = `github_pat_${'8kSEIqz9MIInRH7cdD0LFT'}_${'cQ0DpaDzx2V090o2eXTT7IhX4kGY8B7gxkebOznWG30Eo7E7n9kzV7inHVW'}`;
    expect(secretsIn('a.py', `t = "${value}"`)).toMatchObject([{ format: 'github-fine-grained-pat' }]);
  });

  it('are found in every syntax, for more than 95 of 100 values of chance', () => {
    const missed: string[] = [];
    let tried = 0;
    for (const { id, pattern, entropy } of byPrefix) {
      for (const [index, value] of samples(pattern, syntaxes.length).entries()) {
        if (/["'`\s\\<>]/.test(value) || entropyOf(value) < entropy || isPlaceholder(value)) continue;
        tried++;
        const [file, write] = syntaxes[index]!;
        if (secretsIn(file, write(value)).length === 0) missed.push(`${id} in ${file}`);
      }
    }
    expect(tried).toBeGreaterThan(800);
    expect(missed.length / tried, missed.slice(0, 20).join('\n')).toBeLessThan(0.05);
  });

  it('are not shown whole', () => {
    for (const { pattern } of byPrefix) {
      for (const value of samples(pattern, 2)) for (const { shown } of secretsIn('a.env', `V=${value}`)) expect(shown.includes(value)).toBe(false);
    }
  });
});

/** Characters without order, the same each time. */
const chance = (length: number, letters = 'abcdefghijklmnopqrstuvwxyz0123456789') => [...createHash('shake256', { outputLength: length }).update(String(length)).digest()].map((byte) => letters[byte % letters.length]).join('');

describe('secrets of no provider', () => {
  it.each([
    ['a.js', `const apiKey = "${chance(24)}"`],
    ['a.ts', `const apiSecret: string = '${chance(32)}'`],
    ['settings.py', `SECRET_KEY = '${chance(50)}'`],
    ['application.properties', `app.client-secret=${chance(32)}`],
    ['application.yml', `  access-token: ${chance(28)}`],
    ['A.cs', `"ApiKey": "${chance(32)}"`],
    ['web.config', `<add key="AuthToken" value="${chance(30)}" />`],
    ['deploy.yml', `- name: DB_PASSWORD\n  value: ${chance(6)}W#9x!`],
    ['a.php', `define('DB_PASSWORD', 'w4$${chance(8)}');`],
    ['a.rb', `config.secret_key_base = "${chance(64, '0123456789abcdef')}"`],
    ['.env', `DATABASE_URL=postgres://shop:${chance(12)}@db.internal:5432/shop`],
    ['a.go', `dsn := "Server=db;Database=shop;User Id=shop;Password=${chance(10)}7;"`],
    ['run.sh', `curl -u admin:${chance(12)} https://api.internal/`],
    ['.npmrc', `//registry.internal/:_authToken=${chance(36)}`],
    ['.netrc', `machine api.internal login shop password ${chance(14)}`],
    ['secret.yaml', `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ntype: Opaque\ndata:\n  password: ${btoa(chance(15))}\n`],
    ['k.pem', `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${chance(64)}\n${chance(64)}\n`],
    ['t.txt', `${btoa('{"alg":"HS256","typ":"JWT"}')}.${btoa('{"sub":"u-7731","iat":1516239}').replaceAll('=', '')}.${chance(43)}`],
  ])('%s: %s', (file, text) => {
    expect(secretsIn(file, text)).toHaveLength(1);
  });
});

describe('what only looks like a secret', () => {
  it.each([
    ['a.js', 'const apiKey = process.env.API_KEY'],
    ['a.js', 'const apiKey = "your-api-key-here"'],
    ['a.py', 'SECRET_KEY = os.environ["SECRET_KEY"]'],
    ['a.env', 'API_KEY='],
    ['a.env', 'API_KEY=<your key>'],
    ['a.env', 'API_KEY=xxxxxxxxxxxxxxxxxxxxxxxx'],
    ['a.env', 'API_TOKEN=changeme1234'],
    ['a.yml', 'password: ${DB_PASSWORD}'],
    ['a.yml', 'token: {{ .Values.token }}'],
    ['a.yml', 'secretName: tls-certificate-2024-prod'],
    ['a.yml', 'api_key: !Ref ApiKey7f3k29d8'],
    ['a.env', `AWS_ACCESS_KEY_ID=${'AKIA'}IOSFODNN7EXAMPLE`],
    ['a.java', 'String tokenEndpoint = "https://login.internal/oauth2/v2.0/token";'],
    ['a.java', 'private static final String PASSWORD_FIELD = "user_password1";'],
    ['a.ts', 'const publicKey = "f3a9c1d27b8e4056a1c3e5f7092b4d6e"'],
    ['a.ts', 'const cacheKey = "user:profile:v2:7f3a9c1d27b8"'],
    ['a.ts', 'const keyboard = "qwertz-de-2018-a1b2c3d4"'],
    ['a.go', 'tokenFile := "/var/run/secrets/kubernetes.io/serviceaccount/token"'],
    ['a.yml', 'image: postgres@sha256:3f6a1c0b9d8e7f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a'],
    ['package-lock.json', `"integrity": "sha512-${chance(86)}=="`],
    ['a.env', 'DATABASE_URL=postgres://postgres:postgres@localhost:5432/app'],
    ['a.env', 'REDIS_URL=redis://user:${REDIS_PASSWORD}@redis:6379'],
    ['a.md', 'https://user:password@example.com/'],
    ['a.py', 'password = get_password(user_id7)'],
    ['a.js', `const token = "${chance(24)}" // gitleaks:allow`],
    ['s.yaml', 'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData:\n    password: AgBy3i4OJSWK' + chance(120) + '\n'],
  ])('%s: %s', (file, text) => {
    expect(secretsIn(file, text)).toEqual([]);
  });
});

describe('any text', () => {
  it('is scanned without an error, and lines lie within it', () => {
    const pieces = fc.constantFrom('key', '=', '"', "'", 'password', ': ', '\n', 'AKIA', `-----BEGIN ${'PRIVATE'} KEY-----`, 'ey', '.', 'x7', '://', ':', '@', 'kind: Secret', 'data:', '\\', '${', '\u0000', 'é', 'secret_', '9');
    fc.assert(fc.property(fc.array(pieces, { maxLength: 80 }), (parts) => {
      const text = parts.join('');
      return secretsIn('a.yml', text).every(({ line }) => line >= 1 && line <= text.split('\n').length);
    }), { numRuns: 500 });
  });
});

describe('what a reader is to fill in', () => {
  it('is no secret between two lines', () => {
    expect(isPlaceholder('__PASSWORD__')).toBe(true);
    expect(isPlaceholder('__init9Qz')).toBe(false);
  });
});
