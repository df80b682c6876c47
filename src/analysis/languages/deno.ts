import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { asData, asText, lineOf, readJson } from '../syntax/formats.ts';
import { portsIn } from '../platforms/command-port.ts';
import { nodeFrameworks } from './node-frameworks.ts';
import { isBelow, seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { claimConfiguredPort } from './configured-port.ts';
import { scriptedStart, toldDenoRun } from './deno-told.ts';
import { siteOf } from './deno-sites.ts';
import { pageAnswered } from './answered-pages.ts';
import { claimKind } from './listening.ts';
import { toldCommands } from './told.ts';
import { pinnedVersions } from './versions.ts';
import { shellWord } from '../syntax/shell.ts';

/** What Deno runs of a framework that others run, too: those whose users start their own server. */
const shared = nodeFrameworks.filter(({ kind, build }) => build === undefined && (kind === 'api' || kind === 'worker'));

/** The package of an import: `npm:express@5`, `jsr:@hono/hono@^4`, `https://deno.land/x/grammy@v1.20.3/mod.ts`. */
const packageOf = (name: string) => name.replace(/^(?:npm|jsr):\/?|^https:\/\/(?:deno\.land\/x|esm\.sh)\//, '').replace(/(?<=.)@.*$|(?<=[^@/])\/(?:mod|index)\.ts$/, '');

const packages: Readonly<Record<string, string>> = { fresh: 'fresh', oak: 'oak', hono: 'hono', drash: 'drash', opine: 'opine', '@fresh/core': 'fresh', '@oak/oak': 'oak' };

const script = /\.m?[jt]sx?$/;

/** Whether code of a directory asks `Deno` for something, or answers requests as a platform of Deno hands them over and is told to be run with it. */
function asksDeno(tree: Tree, directory: string): boolean {
  const texts = tree.namesIn(directory).filter((name) => script.test(name)).map((name) => tree.text(within(directory, name)) ?? '');
  if (texts.some((text) => /\bDeno\.(serve|listen|env)\b|https:\/\/deno\.land/.test(text))) return true;
  return texts.some((text) => handlesRequests.test(text)) && toldCommands(tree, directory).some(({ command }) => /^(?:\w+=\S+ )*(?:deno|deployctl) run\b/.test(command));
}

/** Whether one of a few scripts at the top of a tree answers with Deno, whatever it is called. */
function isAlone(tree: Tree): boolean {
  const scripts = tree.namesIn('.').filter((name) => script.test(name));
  return scripts.length <= mostScripts && scripts.some((name) => /\bDeno\.(?:serve|listen)\(/.test(tree.text(name) ?? ''));
}

const mostScripts = 6;

/** How a script without a port of its own takes requests. */
const handlesRequests = /^addEventListener\(["']fetch["']/m;

/** A page that a script writes in place, as markup of its own language. */
const writtenPage = /<html[\s>]/i;

/** Deno projects: with a deno.json, or with code that asks `Deno` to serve. */
export const deno: Detector = {
  name: 'deno',
  projects(tree) {
    const declared = directoriesWith(tree, ['deno.json', 'deno.jsonc']);
    if (declared.length > 0) return declared;
    const plain = [...new Set(directoriesWith(tree, /^(main|server|mod|index|app)\.m?[jt]sx?$/).concat(isAlone(tree) ? ['.'] : []).filter((directory) => !tree.has(within(directory, 'package.json')) && !tree.has('package.json') && asksDeno(tree, directory)).map((directory) => (posix.basename(directory) === 'src' ? posix.dirname(directory) : directory)))];
    return plain.filter((directory) => !plain.some((other) => other !== directory && isBelow(directory, other)));
  },
  describe(tree, directory, { inner }) {
    const file = ['deno.json', 'deno.jsonc'].map((name) => within(directory, name)).find((path) => tree.has(path));
    const data = file === undefined ? undefined : readJson(tree, file);
    const code = codeIn(tree, directory, inner).filter((facts) => facts.language === 'typescript' || facts.language === 'javascript');
    const tasks = asData(data?.['tasks']);
    const site = file === undefined ? undefined : siteOf(tree, directory, file, data ?? {});
    if (site) return [site];
    const entry = code.find((facts) => facts.listens.length > 0) ?? code.find((facts) => /^(src\/)?(main|server|mod|index|app|bot|worker)\.[jt]sx?$/.test(seenFrom(directory, facts.path)));
    if (tasks['start'] === undefined && !entry) return [];
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, entry?.language ?? 'typescript');
    const place = seen(file ?? entry!.path, 1, 'a project of Deno');
    const task = asText(tasks['start']) ?? asText(asData(tasks['start'])['command']);
    // Steps before the app belong to its start, also where the app itself is watched.
    if (task && file && (!/--watch/.test(task) || /&&/.test(task))) draft.claim('start', 'deno task start', 0.95, seen(file, lineOf(tree.text(file), /"start"\s*:/), `task start: ${task}`));
    const script = scriptedStart(tree, directory);
    if (script) draft.claim('start', script.command, 0.93, script.evidence);
    const told = entry && toldDenoRun(tree, directory, entry.path, file, tasks);
    if (told) draft.claim('start', told.command, 0.9, told.evidence);
    if (entry) draft.claim('start', `deno run -A ${shellWord(seenFrom(directory, entry.path))}`, 0.85, seen(entry.path, entry.listens[0]?.line ?? 1, 'runs as a program'));
    const [version] = pinnedVersions(tree, 'deno', directory);
    draft.claim('runtime', { name: 'deno', version: version?.value ?? null }, version?.confidence ?? 0.95, version?.evidence ?? place);
    draft.claim('packageManager', 'deno', 0.95, place).claim('install', null, 0.8, place);
    draft.claim('build', tasks['build'] === undefined ? null : 'deno task build', 0.9, place);
    const imported = [...Object.keys(asData(data?.['imports'])), ...Object.values(asData(data?.['imports'])).map(String), ...Object.keys(asData(readJson(tree, within(directory, 'import_map.json'))?.['imports'])), ...code.flatMap((facts) => facts.imports.map(({ name }) => name))];
    const framework = Object.entries(packages).find(([name]) => imported.some((used) => used === name || used === `$${name}/` || used.includes(`/x/${name}@`) || used.includes(`/x/${name}/`) || used.includes(`/${name}@`)))?.[1];
    const known = framework === undefined ? shared.find((one) => imported.some((used) => one.packages.includes(packageOf(used)))) : undefined;
    if (known) {
      draft.frameworks.add(known.name);
      draft.claim('framework', known.name, 0.92, place).claim('kind', known.kind, 0.87, place);
    }
    if (framework) {
      draft.frameworks.add(framework);
      draft.claim('framework', framework, 0.93, place).claim('kind', framework === 'fresh' ? 'web' : 'api', 0.88, place);
    }
    const served = task !== undefined && /\bdeno serve\b/.test(task);
    for (const port of served ? portsIn(task) : []) draft.claim('port', { port, protocol: 'http' }, 0.95, seen(file!, lineOf(tree.text(file!), /"start"\s*:/), `listens on ${port}`));
    const clock = code.find(({ path }) => /\bDeno\.cron\(/.test(tree.text(path) ?? ''));
    const listener = served || code.some((facts) => facts.listens.length > 0 || facts.called.has('serve'));
    if (clock && !listener) draft.claim('kind', 'cron', 0.88, seen(clock.path, lineOf(tree.text(clock.path), 'Deno.cron'), 'waits for its time'));
    const handles = listener ? undefined : entry && handlesRequests.test(tree.text(entry.path) ?? '') ? seen(entry.path, lineOf(tree.text(entry.path), handlesRequests), 'answers requests') : undefined;
    if (handles) draft.claim('kind', 'api', 0.85, handles);
    const page = listener || handles ? pageAnswered(tree, code) ?? code.filter(({ path }) => /\.[jt]sx$/.test(path) && writtenPage.test(tree.text(path) ?? '')).map(({ path }) => seen(path, lineOf(tree.text(path), writtenPage), 'writes a page'))[0] : undefined;
    if (page) draft.claim('kind', 'web', 0.91, page);
    if (listener || framework) draft.claim('port', { port: 8000, protocol: 'http' }, 0.7, place).claim('kind', 'api', 0.85, place);
    claimConfiguredPort(tree, draft, directory);
    claimKind(draft, code, false);
    return [draft];
  },
};
