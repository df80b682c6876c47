import { posix } from 'node:path';
import type { Evidence, KeptDirectory, PlannedService } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { linesIn } from '../syntax/lines.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { madeDirectories } from './made-directories.ts';

/** Directories whose contents are made anew, come with the code, or belong to the system. */
const notData = /^(?:\.?cache|caches|tmp|temp|te?mps?|logs?|run|node_modules|vendor|bundle|\.?venv|env|target|build|dist|out|bin|obj|\.next|\.nuxt|\.gradle|\.m2|\.cargo|\.git|__pycache__|coverage|src|app|lib|code|pkg|internal|cmd|tests?|scripts?|docs?|templates?|locales?|i18n|assets|public|static\w*|www|html|wwwroot|deps|_build|conf|config|configs|etc|certs?|ssl|keys?|secrets?|nginx|migrations?|plugins?|docker-entrypoint-initdb\.d)$/i;
const system = /^\/(?:bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|usr|tmp|var\/(?:log|run|cache|tmp)|root\/\.\w+)(?:\/|$)/;
/** Variables that name the directory of an app's data. */
const dataVariable = /^(?:\w+_)?(?:DATA|STORAGE|UPLOADS?|MEDIA|ATTACHMENTS?|BACKUPS?)_?(?:DIR|DIRECTORY|FOLDER|PATH|ROOT|LOCATION)$/;
/** Files by which a directory is one of the code, in whatever language, and none of data. */
const source = /\.(?:sql|html?|erb|twig|tpl|ejs|css|scss|proto|graphql|prisma|sh|toml)$/i;
/** What stands in a directory that is only there to be there. */
const placeholder = /(?:^|\/)(?:\.git(?:keep|ignore)|\.keep|readme\.\w+)$/i;

type Facts = Pick<FileFacts, 'path' | 'imports'>;
const importing = (pattern: RegExp) => ({ imports }: Facts) => imports.some(({ name }) => pattern.test(name));
const called = (pattern: RegExp) => ({ path }: Facts) => pattern.test(path);

/** Where code says that files go which people upload: the files that may say it, as no others are read again, and the directory in their text. */
const uploads: readonly { readonly isMeant: (facts: Facts) => boolean; readonly directory: RegExp; readonly why: string }[] = [
  { isMeant: importing(/^multer$/), directory: /\bmulter['"`]?\)?\(\s{0,20}\{\s{0,20}dest:\s{0,20}['"`]([^'"`\n]{1,80})['"`]/, why: 'multer puts uploads there' },
  { isMeant: importing(/^multer$/), directory: /\bdiskStorage\(\s{0,20}\{\s{0,20}destination:\s{0,20}(?:(?:async\s{1,20})?(?:function\s{0,20}\w{0,40}\s{0,20})?\([^()\n]{0,80}\)\s{0,20}(?:=>)?\s{0,20}\{?\s{0,20}\w+\(\s{0,20}null,\s{0,20}|)['"`]([^'"`\n]{1,80})['"`]/, why: 'uploads go there' },
  { isMeant: (facts) => importing(/^flask\b/)(facts) || called(/(?:config|settings)\w*(?:\/\w+)?\.py$/)(facts), directory: /\bUPLOAD_FOLDER['"]?\]?[ \t]*=[ \t]*(?:[\w.]+\([^'"\n]{0,60})?['"]([^'"\n]{1,80})['"]/, why: 'UPLOAD_FOLDER' },
  { isMeant: called(/(?:^|\/)settings\w*(?:\/\w+)?\.py$/), directory: /^MEDIA_ROOT[ \t]*=[^'"\n]{0,80}['"]([^'"\n]{1,80})['"]/m, why: 'MEDIA_ROOT' },
];

/**
 * The directories in which a service keeps files that nothing makes again: declared beside the code (volumes of an image, of a Compose file), named by a variable such as `DATA_DIR`, made by the code for data, or where uploads go.
 * Relative to its directory, or absolute.
 */
export function keptDirectories(tree: Tree, draft: Draft, code: readonly FileFacts[], env: PlannedService['env']): KeptDirectory[] {
  const found = new Map<string, KeptDirectory>();
  const note = (written: string, shared: boolean, evidence: Evidence, inImage?: string) => {
    const path = posix.normalize(written).replace(/\/$/, '');
    if (!isData(tree, draft, path, inImage === undefined ? undefined : code)) return;
    const known = found.get(path);
    const named = inImage === undefined ? { envVars: [], inside: {} } : namedBy(draft, inImage);
    const inside = { ...known?.inside, ...named.inside };
    found.set(path, { path, shared: shared && (known?.shared ?? true), envVars: [...new Set([...(known?.envVars ?? []), ...named.envVars])], ...(Object.keys(inside).length > 0 && { inside }), evidence: [...(known?.evidence ?? []), evidence] });
  };
  for (const { path, inImage, evidence } of draft.kept) note(path, false, evidence, inImage);
  for (const { name, default: usual, evidence: [first] } of env) if (usual !== null && first && dataVariable.test(name) && /^[\w./-]+$/.test(usual)) note(usual, false, { ...first, why: `${name} is otherwise ${usual}` });
  for (const facts of code) {
    const { path } = facts;
    const signs = uploads.filter(({ isMeant }) => isMeant(facts));
    const text = signs.length > 0 ? tree.textOnce(path) : undefined;
    if (text === undefined) continue;
    for (const { directory, why } of signs) {
      const match = directory.exec(text);
      if (match) note(match[1]!, true, seen(path, linesIn(text).at(match.index), why));
    }
  }
  for (const { path, file, line, shared } of madeDirectories(tree, draft.path, code)) note(path, shared, seen(file, line, 'it makes this directory for data'));
  if (draft.frameworks.has('laravel') && tree.hasDirectory(within(draft.path, 'storage/app'))) note('storage/app', true, seen(within(draft.path, 'artisan'), 1, 'where Laravel keeps files'));
  const storage = within(draft.path, 'config/storage.yml');
  if (draft.language === 'ruby' && tree.has(storage)) note('storage', true, seen(storage, 1, 'where Active Storage keeps files'));
  return [...found.values()].filter(({ path }) => ![...found.keys()].some((other) => other !== path && path.startsWith(`${other}/`))).slice(0, 20);
}

/** The variables by which an image, or the files beside it, name a directory of it, and those that name something within. */
function namedBy(draft: Draft, inImage: string): { envVars: string[]; inside: Record<string, string> } {
  const values = [...draft.given].flatMap(([name, { value }]) => (value?.startsWith('/') ? [[name, posix.normalize(value).replace(/\/$/, '')] as const] : []));
  return { envVars: values.filter(([, value]) => value === inImage).map(([name]) => name), inside: Object.fromEntries(values.filter(([, value]) => value.startsWith(`${inImage}/`)).map(([name, value]) => [name, value.slice(inImage.length + 1)])) };
}

/**
 * Whether a directory can be one of data: neither the system's nor the code's. One that is declared as a volume may hold what the data begin with, as long as none of it is code.
 */
function isData(tree: Tree, draft: Draft, path: string, code?: readonly FileFacts[]): boolean {
  if (path === '' || path === '.' || path === '/' || path.startsWith('..') || path.includes('$')) return false;
  if (path.startsWith('/')) return !system.test(path) && !notData.test(posix.basename(path));
  if ((notData.test(posix.basename(path)) && path !== 'storage/app') || /(?:^|\/)(?:node_modules|vendor|\.\w+)(?:\/|$)/.test(path)) return false;
  const place = within(draft.path, path);
  if (tree.has(place)) return false;
  if (code) return !code.some((facts) => facts.path.startsWith(`${place}/`)) && !tree.filesBelow(place).some((file) => source.test(file));
  // What the code brings would hide what a later revision brings.
  return tree.filesBelow(place).every((file) => placeholder.test(file));
}
