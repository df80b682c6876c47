import type { PlannedService } from '../../model/index.ts';
import { EnvName } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { envInLogging, envInMapping, envInSchema, envInSettings } from '../facts/env-in-settings.ts';
import type { EnvRead } from '../facts/env-read.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { isPlaceholder } from '../security/secrets/value.ts';
import { readPairs } from '../syntax/formats.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

const secretName = /SECRET|PASSWORD|PASSWD|PASSPHRASE|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIAL|_PASS$|_PWD$|_KEY$|^KEY$|_SALT$|_DSN$|DATABASE_URL|_DB_URL|MONGO\w*_UR[IL]|CONNECTION_STRING/;
const publicName = /^(VITE|NEXT_PUBLIC|REACT_APP|PUBLIC|NUXT_PUBLIC|GATSBY|EXPO_PUBLIC)_|PUBLIC_KEY|PUBLISHABLE/;
/** What is said about a secret: how long it is good, what made it, where it lies. */
const aboutSecret = /_(?:EXPIR(?:E|ES|ED|Y|ATION)(?:_\w+)?|EXP|TTL|LIFETIME|LIFESPAN|DURATION|VALIDITY|MAX_AGE|AGE|MINUTES?|MINS?|SECONDS?|SECS?|HOURS?|DAYS?|MS|ALG(?:O(?:RITHM)?)?|ISSUER|AUDIENCE|LENGTH|SIZE|LIMIT|COUNT|ROUNDS|HEADER|PREFIX|SUFFIX|NAME|FILE|PATH|DIR|TYPE|ENABLED?|DISABLED?|URL|URI|ENDPOINT|ARN|VERSION|POLICY)$|^(?:MAX|MIN|NUM)_(?:\w+_)?TOKENS?$|_(?:MAX|MIN|NUM)_(?:\w+_)?TOKENS?$/;
const secretUrl = /DATABASE_URL|_DB_URL|MONGO\w*_UR[IL]/;
/** What belongs to the machine, its shell, its desktop or the image rather than to the app. */
const systemName = /^(PATH|HOME|USER|USERNAME|LOGNAME|PWD|SHELL|LANG|LANGUAGE|LC_\w+|VIRTUAL_ENV|TERM|COLUMNS|TZ|TMPDIR|TEMP|TMP|DEBIAN_FRONTEND|HOSTNAME|YARN_VERSION|NPM_CONFIG_\w+|XDG_\w+|DISPLAY|DBUS_\w+|SNAP|SNAP_\w+|FLATPAK_\w+|COMP_\w+|USERPROFILE|(?:LOCAL)?APPDATA|PROGRAM(?:FILES|DATA)|SYSTEMROOT|WINDIR|COMSPEC|HOMEDRIVE|HOMEPATH)$/i;
/** What Cargo says to the code that it compiles. */
const compilerName = /^(?:CARGO_(?:PKG|MANIFEST|CRATE|BIN|CFG|FEATURE|TARGET)\w*|OUT_DIR)$/;
/** Scripts that start the app, among those that only its developers run. */
const starter = /^(?:[\w.-]+\/)*(?:docker-?)?entry-?point(?:[-_.]\w+)*\.(?:ba|z)?sh$|^(?:(?:bin|docker|deploy|scripts?)\/)?(?:start(?:-?up)?|run|serve|launch|init|boot)(?:[-_.](?:app|server|api|web|bot|service|prod(?:uction)?|docker|container))?(?:\.(?:ba|z)?sh)?$/;
/** Where scripts lie that show or test something. */
const shown = /(^|\/)(demos?|examples?|tests?|samples?|bench(?:marks?)?)\//;
/** Code that developers and their pipelines run, not the app. */
const errand = /(^|\/)(scripts?|tools?|extras?|ci|hack|\.github)\//;
/** Languages that one app is written in together. */
const families = [['javascript', 'typescript', 'vue', 'svelte', 'astro'], ['java', 'kotlin', 'scala', 'groovy', 'clojure'], ['c', 'cpp'], ['csharp', 'fsharp'], ['elixir', 'erlang', 'gleam']];
const samples = ['.env.example', '.env.sample', '.env.template', '.env.dist', '.env.defaults', 'env.example', '.env.local.example', 'sample.env', 'example.env'];

/** Share of the variables of each sort that the code really read, in the lots of `bench/analysis`: read and told of beside the code, read, listed in a sample, set by a file beside the code. */
const sure = { both: 0.98, read: 0.95, sample: 0.3, given: 0.1 } as const;

function isSecret(name: string): boolean {
  return secretName.test(name) && !publicName.test(name) && (!aboutSecret.test(name) || secretUrl.test(name));
}

/** The variables of a service: read in its code, or listed in a sample file beside it. Sorted by name. */
export function envOf(tree: Tree, draft: Draft, code: readonly FileFacts[]): PlannedService['env'] {
  const byName = new Map<string, PlannedService['env'][number]>();
  const entry = (name: string) => {
    const known = byName.get(name) ?? { name, required: false, secret: isSecret(name), default: null, evidence: [] };
    byName.set(name, known);
    return known;
  };
  const optional = new Set<string>();
  /** Variables without which the program fails as it starts. */
  const atStart = new Set<string>();
  const [read, listed] = [new Set<string>(), new Set<string>()];
  const own = code.filter(({ language, path }) => language !== 'shell' || draft.language === 'shell' || path === draft.entry || starter.test(seenFrom(draft.path, path)) && !shown.test(path)).filter((facts) => !isErrand(facts, draft) && !listsTasks(facts, draft));
  for (const facts of [...own, ...settingsThatRead(tree, draft)]) {
    for (const { name, line, default: usual, optional: mayLack, required, conditional } of facts.env) {
      if (!EnvName.safeParse(name).success || draft.language === 'rust' && compilerName.test(name)) continue;
      const variable = entry(name);
      read.add(name);
      variable.default ??= usual;
      if (mayLack) optional.add(name);
      if (required && !errand.test(facts.path) && !systemName.test(name) && isKin(facts, draft)) {
        variable.required = true;
        if (!conditional) atStart.add(name);
      }
      if (variable.evidence.length < 4) variable.evidence.push(seen(facts.path, line, required ? `reads ${name} and fails without it` : `reads ${name}`));
    }
  }
  for (const placeholder of draft.placeholders) {
    const variable = entry(placeholder.name);
    read.add(placeholder.name);
    variable.default ??= placeholder.default;
    if (placeholder.default === null && !placeholder.optional) {
      variable.required = true;
      atStart.add(placeholder.name);
    }
    else optional.add(placeholder.name);
    variable.evidence.push(placeholder.evidence);
  }
  for (const name of [...optional, ...loadedBy(tree, draft)]) if (byName.has(name)) entry(name).required = false;
  for (const [name, { value, isAddress, evidence }] of draft.given) {
    if (!EnvName.safeParse(name).success || systemName.test(name)) continue;
    const variable = entry(name);
    if (value !== null && !isAddress && !value.startsWith('/') && (isFileAddress(value) || !(variable.secret && isPlaceholder(value)))) variable.given = value;
    variable.evidence.push(evidence);
  }
  for (const sample of samples) {
    const file = within(draft.path, sample);
    if (!tree.has(file)) continue;
    for (const { key, value, line } of readPairs(tree.text(file) ?? '')) {
      if (!EnvName.safeParse(key).success) continue;
      listed.add(key);
      entry(key).evidence.push(seen(file, line, 'listed in a sample'));
      // A server would be another one: a file is the app's own.
      if (read.has(key) && entry(key).default === null && isFileAddress(value)) entry(key).given ??= value;
    }
  }
  const found = [...byName.values()].map((variable) => ({ ...variable, ...(variable.required && !atStart.has(variable.name) && { conditional: true as const }), confidence: confidenceOf(variable.name) }));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));

  function confidenceOf(name: string): number {
    const isTold = listed.has(name) || draft.given.has(name);
    if (read.has(name)) return isTold ? sure.both : sure.read;
    return listed.has(name) ? sure.sample : sure.given;
  }
}

/** Packages that read a file `.env` beside the code by themselves. */
const loaders = ['dotenv', 'dotenv-flow', 'dotenvx', '@dotenvx/dotenvx', 'next', 'nuxt', 'vite', 'astro', 'react-scripts', '@nestjs/config', '@adonisjs/core', '@strapi/strapi', 'prisma', '@prisma/client', 'python-dotenv', 'python-decouple', 'django-environ', 'environs', 'pydantic-settings', 'vlucas/phpdotenv', 'laravel/framework', 'symfony/dotenv', 'dotenv-rails', 'github.com/joho/godotenv', 'dotenvy'];

/** Variables that have a value in a file of the code itself which the app reads as it starts. */
function loadedBy(tree: Tree, draft: Draft): string[] {
  if (!loaders.some((name) => draft.dependencies.has(name))) return [];
  return ['.env', '.env.production'].flatMap((name) => readPairs(tree.text(within(draft.path, name)) ?? '')).filter(({ value }) => value !== '').map(({ key }) => key);
}

/** Whether a value is the address of a file of SQLite: it holds no secret, also under a name that says so. */
function isFileAddress(value: string): boolean {
  return /^(?:file|sqlite[\w+]{0,20}):[^$]{1,200}$/.test(value);
}

/** Whether code is what developers run beside the app, and in another language than that: scripts for a test of load in Lua beside a server in C. */
function isErrand(facts: FileFacts, draft: Draft): boolean {
  return errand.test(seenFrom(draft.path, facts.path)) && facts.language !== 'shell' && facts.path !== draft.entry && !isKin(facts, draft);
}

/** Whether code is in the language of the service, or in one that goes with it: what is in others is a program of its own. */
function isKin({ language, path }: Pick<FileFacts, 'path' | 'env'> & { language?: string }, draft: Draft): boolean {
  const family = (one: string) => families.findIndex((family) => family.includes(one));
  return language === undefined || language === 'shell' || language === draft.language || path === draft.entry || (family(language) >= 0 && family(language) === family(draft.language));
}

/** Whether a file holds the tasks that developers run by a tool for that (Invoke, Fabric, nox). */
function listsTasks({ path, imports }: FileFacts, draft: Draft): boolean {
  return path !== draft.entry && /^(?:tasks|fabfile|noxfile)\.py$/.test(seenFrom(draft.path, path)) && imports.some(({ name }) => /^(?:invoke|fabric|nox)\b/.test(name));
}

/** Settings files of frameworks whose values read the environment: those of Rails, Symfony and Yesod, in `config`, and the schema of Prisma. */
function settingsThatRead(tree: Tree, draft: Draft): Pick<FileFacts, 'path' | 'env'>[] {
  if (draft.dependencies.has('prisma') || draft.dependencies.has('@prisma/client')) return tree.filesBelow(draft.path).filter((file) => file.endsWith('.prisma')).map((path) => ({ path, env: envInSchema(tree.text(path) ?? '') }));
  const named = (name: RegExp, read: (text: string) => EnvRead[]) => tree.filesBelow(draft.path).filter((file) => name.test(seenFrom(draft.path, file))).map((path) => ({ path, env: read(tree.text(path) ?? '') }));
  if (['javascript', 'typescript'].includes(draft.language)) return named(/^(?:[\w-]+\/)?config\/custom-environment-variables\.(?:json5?|ya?ml)$/, envInMapping);
  if (['java', 'kotlin', 'scala', 'groovy'].includes(draft.language)) return named(/^src\/main\/resources\/(?:logback(?:-spring)?|log4j2(?:-spring)?)\.xml$/, envInLogging);
  if (!['ruby', 'php', 'haskell'].includes(draft.language)) return [];
  const files = tree.filesBelow(draft.path).filter((file) => /^(?:app\/)?config\/(?:[\w-]+\/)*[\w.-]+\.(?:ya?ml|xml)(?:\.erb)?$/.test(seenFrom(draft.path, file)) && !/(^|\/)(test|locales|dev)(\/|\.)|(^|\/)packages\/(debug|web_profiler)\./.test(file));
  return files.flatMap((path) => {
    const text = tree.text(path);
    return text === undefined || !/ENV|%env\(|_env:/.test(text) ? [] : [{ path, env: envInSettings(draft.language, text) }];
  });
}
