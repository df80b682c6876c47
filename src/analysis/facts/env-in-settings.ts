import type { EnvRead } from './env-read.ts';

/** `<%= ENV["NAME"] %>`, `<%= ENV.fetch("NAME", "default") %>` and `<%= ENV.fetch("NAME") { default } %>` in the YAML files of Ruby apps. */
const inErb = /\bENV(?:\[\s*["'](\w+)["']\s*\]|\.fetch\(?\s*["'](\w+)["']\s*(?:,\s*(["']?)([^"'),]*)\3)?\s*\)?(?:\s*\{\s*(["']?)([^"'}]*?)\5\s*\})?)(?:\s*\|\|\s*(["']?)([\w./:@-]+)\7)?/g;

/** `%env(NAME)%`, `%env(int:NAME)%` and `%env(default:parameter:NAME)%` in the settings of Symfony: processors come before the name. */
const inSymfony = /%env\((?:[\w.-]*:)*([A-Za-z_]\w*)\)%/g;

/** `_env:NAME:default` in the settings of Yesod. */
const inYesod = /_env:([A-Za-z_]\w*):([^"'\s]*)/g;

/** `url = env("NAME")` in the schemas of Prisma. */
const inPrisma = /\benv\("([A-Za-z_]\w*)"\)/g;

/** The variables that a schema of Prisma reads: it fails without them. */
export function envInSchema(text: string): EnvRead[] {
  return text.split('\n').flatMap((raw, index) => (/^\s*\/\//.test(raw) ? [] : [...raw.matchAll(inPrisma)].map((match) => ({ name: match[1]!, line: index + 1, default: null, optional: false, required: true, holder: null }))));
}

/** The variables that a settings file of a Ruby, PHP or Haskell app reads by embedded code or placeholders. */
export function envInSettings(language: string, text: string): EnvRead[] {
  return text.split('\n').flatMap((raw, index) => {
    if (/^\s*#/.test(raw)) return [];
    const read = (name: string, value: string | null, optional: boolean, required: boolean): EnvRead => ({ name, line: index + 1, default: value === '' || value === 'nil' ? null : value, optional, required, holder: null });
    if (language === 'ruby') {
      const embedded = [...raw.matchAll(/<%=?-?(.*?)-?%>/g)].flatMap(([, code]) => [...code!.matchAll(inErb)]);
      return embedded.map((match) => {
        const fallback = match[4] ?? match[6] ?? match[8] ?? null;
        return read(match[1] ?? match[2]!, fallback, fallback !== null || match[1] !== undefined, match[2] !== undefined && fallback === null);
      });
    }
    if (language === 'php') return [...raw.matchAll(inSymfony)].map((match) => read(match[1]!, null, /\bdefault:/.test(match[0]), !/\bdefault:/.test(match[0])));
    if (language === 'haskell') return [...raw.matchAll(inYesod)].map((match) => read(match[1]!, match[2]!, true, false));
    return [];
  });
}

/** `"host": "DB_HOST"` and `"__name": "DB_PORT"` in the `custom-environment-variables` of node-config. */
export function envInMapping(text: string): EnvRead[] {
  return text.split('\n').flatMap((raw, index) => {
    const match = /^[^#]{0,200}?:[ \t]*(["']?)([A-Z][A-Z0-9_]*)\1(?![\w:])/.exec(raw);
    return match === null ? [] : [{ name: match[2]!, line: index + 1, default: null, optional: true, required: false, holder: null }];
  });
}

/** `${NAME}`, `${NAME:-default}` and `${env:NAME}` in the settings of Logback and Log4j, but for what they define themselves; what is defined by what is outside, `name="LEVEL" value="${LEVEL:-INFO}"`, is not. */
export function envInLogging(text: string): EnvRead[] {
  const own = new Set([...text.matchAll(/<(?:property|variable|springProperty|define|timestamp|Property|insertFromJNDI)\b[^<>]{0,300}?\b(?:name|key|as|scope="context" name)="(\w+)"([^<>]{0,300})/g)].flatMap(([, name, rest]) => (rest!.includes(`\${${name!}:-`) ? [] : [name!])));
  return text.split('\n').flatMap((raw, index) => [...raw.matchAll(/\$\{(?:env:)?([A-Z][A-Z0-9_]*)(?::-([^{}]*))?\}/g)].flatMap(([, name, value]) => (own.has(name!) ? [] : [{ name: name!, line: index + 1, default: value ?? null, optional: true, required: false, holder: null }])));
}
