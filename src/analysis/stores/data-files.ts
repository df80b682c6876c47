import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { isBelow, seenFrom } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** What stands in every text that names a file of SQLite: most name none, and are not searched for strings. */
const ending = /\.(?:sqlite|db)/;
/** A string that ends like a file of SQLite, alone or in a URL: `sqlite:///app.db`, `file:./dev.db?mode=rw`. */
const literal = /["'`](?:(sqlite(?:3|\+\w+)?:(?:\/\/)?|file:)|)((?:\.{0,2}\/)*[\w.-]+(?:\/[\w.-]+)*\.(?:sqlite3?|db3?))(?:\?[^"'`\n]*)?["'`]/g;
/** Strings joined before it: `join(root, 'data', `, `BASE_DIR / "data" / `. */
const joined = /((?:["'`][\w.-]+(?:\/[\w.-]+)*\/?["'`]\s*[,/+]\s*)*)$/;
/** A name with a word in it that the lines before set: `mode := "prod"` and `fmt.Sprintf("notes_%s.db", mode)`. */
const formatted = /Sprintf\(\s*"([\w.-]*)%s([\w.-]*\.(?:sqlite3?|db3?))"\s*,\s*(\w+)\s*\)/g;
/** Files besides code that say where a database is. */
const settings = /(^|\/)([\w-]+\.prisma|config\/database\.ya?ml|alembic\.ini)$/;
const inSettings = /(?:database:|file:|sqlite:\/\/\/)\s*((?:\.{0,2}\/)*[\w.-]+(?:\/[\w.-]+)*\.(?:sqlite3?|db3?))\b/g;
/** Modules, not files: `django.db.backends.sqlite3`, `require('./users.db')`. */
const moduleName = /\.(backends|dialects|drivers?|adapters?)\./;
const imported = /\b(require|import|from)\s*\(?\s*$/;
const notKept = /(^|\/)(test|tests|testing|spec)[\w.-]*\.(sqlite3?|db3?)$/i;

/**
 * The files in which a service keeps its SQLite databases, as its code names them: relative to its directory, or absolute. Those of
 * tests, and those outside of the app's tree other than below `/data`, are left out.
 */
export function dataFilesOf(tree: Tree, draft: Draft, code: readonly FileFacts[]): string[] {
  const found = new Set<string>();
  for (const { path } of code) for (const file of inCode(tree.textOnce(path) ?? '', seenFrom(draft.path, posix.dirname(path)), draft)) found.add(file);
  for (const path of tree.files.filter((file) => isBelow(file, draft.path) && settings.test(file))) {
    // Prisma takes paths from its schema's directory, others from where the program runs.
    const from = path.endsWith('.prisma') ? seenFrom(draft.path, posix.dirname(path)) : '.';
    for (const [, file] of (tree.text(path) ?? '').matchAll(inSettings)) found.add(posix.normalize(posix.join(from, file!)));
  }
  return [...found].filter((file) => !notKept.test(file) && (file.startsWith('/') ? file.startsWith('/data/') : !file.startsWith('../'))).sort().slice(0, 20);
}

/** SQLite that is opened in memory, in the ways of its drivers: `new Database(':memory:')`, `sqlite://:memory:`, `.sqlite(.memory)` of Fluent. */
const inMemory = /["'`](?:sqlite(?:3|\+\w{1,20})?:(?:\/\/)?)?:memory:|["'`]sqlite:\/\/["'`]|\b(?:sqlite\(|storage: ?)\.memory\b/;

/** Whether a service opens SQLite in memory and names no file for it: then there is nothing that could be kept. */
export function isOnlyInMemory(tree: Tree, draft: Draft, code: readonly FileFacts[]): boolean {
  return code.some(({ path }) => inMemory.test(tree.textOnce(path) ?? '')) && dataFilesOf(tree, draft, code).length === 0;
}

function inCode(text: string, from: string, draft: Draft): string[] {
  return ending.test(text) ? [...inFormats(text), ...inLiterals(text, from, draft)] : [];
}

function inFormats(text: string): string[] {
  return [...text.matchAll(formatted)].slice(0, 10).flatMap(({ 1: before, 2: after, 3: name, index }) => {
    const [first] = text.slice(Math.max(0, index - 1000), index).matchAll(new RegExp(`\\b${RegExp.escape(name!)}\\s*:?=\\s*"([\\w-]+)"`, 'g'));
    return first ? [`${before}${first[1]}${after}`] : [];
  });
}

function inLiterals(text: string, from: string, draft: Draft): string[] {
  return [...text.matchAll(literal)].flatMap(({ 1: scheme, 2: written, index }) => {
    const before = text.slice(text.lastIndexOf('\n', index) + 1, index);
    const parts = joined.exec(before)![1]!;
    const base = before.slice(0, before.length - parts.length);
    if (moduleName.test(written!) || imported.test(base)) return [];
    const path = posix.join(...[...parts.matchAll(/["'`]([^"'`]+)["'`]/g)].map(([, part]) => part!), scheme?.endsWith('//') ? written!.replace(/^\//, '') : written!);
    if (path.startsWith('/')) return [posix.normalize(path)];
    if (/instance_path/.test(base)) return [posix.join('instance', path)];
    if (/__dirname|__file__|__DIR__|import\.meta|dirname\(|\bbasedir\b/.test(base)) return [posix.join(from, path)];
    // Flask-SQLAlchemy 3 takes paths from the instance directory, the versions before it from that of the program.
    return draft.dependencies.has('flask-sqlalchemy') && scheme?.startsWith('sqlite') ? [path, posix.join('instance', path)].map((one) => posix.normalize(one)) : [posix.normalize(path)];
  });
}
