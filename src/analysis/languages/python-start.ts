import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { Data } from '../syntax/formats.ts';
import { asData, asText, lineOf, readToml } from '../syntax/formats.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { PythonManager } from './python-dependencies.ts';
import type { PythonFramework } from './python-frameworks.ts';
import { factoryAround } from './python-factories.ts';
import { claimPasteStart, claimPlainApplication } from './python-interfaces.ts';
import { importable, moduleOf } from './python-modules.ts';
import { importOf } from './python-recognise.ts';
import { claimToldStart } from './python-told.ts';
import { toldProgram } from './told.ts';
import { claimUwsgi } from './python-uwsgi.ts';
import { shellWord } from '../syntax/shell.ts';

/** Names of files that start a program, the likeliest first. */
const entryNames = ['app', 'main', 'server', 'run', 'wsgi', 'asgi', 'api', 'index', 'application', 'start', 'web', 'bot', 'worker', '__main__', 'manage', 'cli'];

interface Context {
  tree: Tree;
  draft: Draft;
  code: readonly FileFacts[];
  manager: PythonManager;
  framework: PythonFramework | undefined;
}

/** Claims how a Python project is started in production, and the file that it starts with. */
export function claimPythonStart(context: Context): void {
  const { tree, draft, manager, framework } = context;
  if (framework?.name === 'django') djangoStart(context);
  else if (framework?.start) toolStart(context);
  else if (framework?.makes) applicationStart(context);
  if (framework?.name === 'celery') taskStart(context);
  scriptStart(context);
  if (!framework) claimPlainApplication(tree, draft, context.code, manager);
  if (framework === undefined || framework.name === 'pyramid') claimPasteStart(tree, draft, manager);
  declaredStart(context);
  installedPrograms(context);
  claimUwsgi(tree, draft, manager.prefix);
  claimToldStart(tree, draft, manager);
  const first = draft.best('start')?.evidence[0]?.file;
  draft.entry ??= first?.endsWith('.py') ? first : null;
}

function djangoStart({ tree, draft, manager }: Context): void {
  const manage = within(draft.path, 'manage.py');
  const settings = tree.filesBelow(draft.path).filter((file) => /(^|\/)(wsgi|asgi)\.py$/.test(file));
  const wsgi = settings.find((file) => file.endsWith('wsgi.py'));
  const asgi = settings.find((file) => file.endsWith('asgi.py'));
  const has = (name: string) => draft.dependencies.has(name);
  const evidence = (file: string) => seen(file, 1, 'the application of Django');
  const say = (command: string, confidence: number, file: string) => draft.claim('start', manager.prefix + command, confidence, evidence(file));
  // Gunicorn reads this file by itself; a worker of Uvicorn speaks ASGI.
  const isAsync = /^[ \t]*worker_class\s*=\s*["']uvicorn/m.test(tree.text(within(draft.path, 'gunicorn.conf.py')) ?? '');
  if (wsgi && has('gunicorn') && !isAsync) say(`gunicorn ${moduleOf(draft.path, wsgi)}`, has('channels') || has('daphne') ? 0.8 : 0.95, wsgi);
  if (asgi && has('gunicorn') && isAsync) say(`gunicorn ${moduleOf(draft.path, asgi)}:application`, 0.95, asgi);
  if (asgi && has('daphne')) say(`daphne -b 0.0.0.0 -p \${PORT:-8000} ${moduleOf(draft.path, asgi)}:application`, 0.9, asgi);
  if (asgi && has('uvicorn')) say(`uvicorn ${moduleOf(draft.path, asgi)}:application --host 0.0.0.0 --port \${PORT:-8000}`, has('gunicorn') ? 0.7 : 0.9, asgi);
  if (wsgi && has('waitress')) say(`waitress-serve --port=\${PORT:-8080} ${moduleOf(draft.path, wsgi)}:application`, 0.85, wsgi);
  if (tree.has(manage)) {
    draft.claim('start', `${manager.prefix}${python(manager)} manage.py runserver 0.0.0.0:\${PORT:-8000} --noreload`, draft.best('start') ? 0.6 : 0.9, seen(manage, 1, 'the program of Django'));
    const text = tree.filesBelow(draft.path).filter((file) => /(^|\/)settings(\/\w+)?\.py$/.test(file));
    const database = text.find((file) => /DATABASES\s*[:=]/.test(tree.text(file) ?? ''));
    if (database) draft.claim('release', `${manager.prefix}${python(manager)} manage.py migrate --noinput`, 0.9, seen(database, lineOf(tree.text(database), /DATABASES\s*[:=]/), 'a database that is migrated'));
    const collected = text.find((file) => /^[ \t]*STATIC_ROOT\s*=/m.test(tree.text(file) ?? ''));
    if (collected) draft.claim('build', `${manager.prefix}${python(manager)} manage.py collectstatic --noinput`, 0.85, seen(collected, lineOf(tree.text(collected), /STATIC_ROOT/), 'static files are collected'));
  }
}

/** `python3` finds the system's interpreter; a manager's own environment has a `python`. */
const python = (manager: PythonManager) => (manager.prefix === '' ? 'python3' : 'python');

/** The framework is a program that is given a file, or finds what to do by itself. */
function toolStart({ tree, draft, code, manager, framework }: Context): void {
  const { name, packages, start, files } = framework!;
  const tool = commandOf(tree, draft.path, framework!, code);
  if (tool) {
    const port = portOfSettings(tree, draft, framework!);
    const command = port === undefined ? tool.command : tool.command.replace(/(?<=\$\{PORT:-)\d+/, String(port));
    draft.claim('start', `${tool.from}${manager.prefix}${command}`, 0.93, seen(tool.path, 1, `uses ${name}`));
    return;
  }
  const file = files?.map((one) => within(draft.path, one)).find((one) => tree.has(one));
  const evidence = file === undefined ? packages.map((used) => draft.dependencies.get(used)).find((found) => found !== undefined) : seen(file, 1, `a project of ${name}`);
  if (evidence && (code.length === 0 || file !== undefined) && !/%[fmh]/.test(start!)) draft.claim('start', manager.prefix + start!, file === undefined ? 0.85 : 0.93, evidence);
}

/** Claims where a framework's own settings let it listen. */
function portOfSettings(tree: Tree, draft: Draft, { settings }: PythonFramework): number | undefined {
  const file = settings && within(draft.path, settings[0]);
  const port = Number(settings?.[1].exec(tree.text(file ?? '') ?? '')?.[1]);
  if (file === undefined || !(port > 0 && port < 65536)) return undefined;
  draft.claim('port', { port, protocol: 'http' }, 0.9, seen(file, lineOf(tree.text(file), settings![1]), `listens on ${port}`));
  return port;
}

/** The command of a framework that is a program of its own, for the likeliest file that it can be given, and how one gets to where that is found; undefined where there is none. */
export function commandOf(tree: Tree, directory: string, framework: PythonFramework, code: readonly FileFacts[]): { from: string; command: string; path: string; line: number } | undefined {
  const given = code.flatMap((facts) => {
    const used = importOf(framework, [facts]);
    const said = used && (framework.defines === undefined ? [''] : framework.defines.exec(tree.text(facts.path) ?? ''));
    return said ? [{ facts, line: used.line, holder: said[1] ?? '' }] : [];
  });
  const [first] = given.sort((a, b) => rank(directory, a.facts) - rank(directory, b.facts));
  if (!first) return undefined;
  const { path } = first.facts;
  const place = importable(tree, directory, path, code);
  // A module is found from where the code looks for others.
  const start = framework.start!;
  const from = start.includes('%m') && place.directory !== '.' ? `cd ${place.directory} && ` : '';
  return { from, command: start.replace('%f', seenFrom(directory, path)).replace('%m', place.module).replace('%h', first.holder), path, line: first.line };
}

/** The application object, and the server that runs it: `gunicorn shop.web:app`. */
function applicationStart({ tree, draft, code, manager, framework }: Context): void {
  const holders = (name: RegExp | ReadonlySet<string>) => code.flatMap((facts) => facts.makes.filter(({ made }) => (name instanceof RegExp ? name.test(made) : name.has(made))).map((made) => ({ facts, ...made, factory: factoryAround(tree.textOnce(facts.path) ?? '', made.line, made.holder) })));
  const objects = holders(framework!.makes!).filter(({ holder }) => !holder.includes('.'));
  // What a function makes is reached by what the function is called for.
  const factories = new Set(['create_app', 'make_app', 'get_app', 'build_app', ...objects.flatMap(({ factory }) => factory?.name ?? [])]);
  const all = [...holders(factories), ...objects].filter(({ holder }) => /^(app|application|api|server|create_app)$/.test(holder) || objects.length === 1);
  const open = all.filter(({ factory }) => factory === undefined);
  const top = (open.length > 0 ? open : all).sort((a, b) => rank(draft.path, a.facts) - rank(draft.path, b.facts));
  const found = top.find(({ facts }) => /(^|\/)(wsgi|asgi)\.py$/.test(facts.path)) ?? top.find(({ factory }) => factory?.isPlain) ?? top[0];
  if (!found) return;
  const { directory, module } = importable(tree, draft.path, found.facts.path, code);
  const factory = found.factory?.isPlain ? found.factory.name : undefined;
  const target = factory === undefined ? `${module}:${found.holder}` : `${module}:${factory}()`;
  const runs = code.some((facts) => facts.main && facts.listens.length > 0 && !isErrand(draft.path, facts));
  const has = (name: string) => draft.dependencies.has(name);
  // Where it listens when it runs itself is where its authors expect it.
  const port = [found.facts, ...code.filter((facts) => facts.main)].flatMap(({ listens }) => listens.map((listen) => listen.port)).find((known) => known !== null) ?? framework!.port ?? 8000;
  const place = seen(found.facts.path, found.line, `the application ${found.holder} of ${framework!.name}`);
  const say = (command: string, confidence: number) => draft.claim('start', manager.prefix + command, confidence, place);
  const quoted = factory === undefined ? target : `'${target}'`;
  const { asgi, runner, served } = framework!;
  if (asgi === true || asgi !== undefined && code.some(({ imports }) => imports.some(({ name }) => asgi.test(name)))) {
    const at = directory === '.' ? '' : ` --app-dir ${directory}`;
    if (has('gunicorn') && has('uvicorn')) say(`gunicorn ${quoted} -k uvicorn.workers.UvicornWorker${directory === '.' ? '' : ` --chdir ${directory}`}`, 0.8);
    if (runner !== undefined && !['uvicorn', 'uvicorn[standard]', 'hypercorn', 'gunicorn'].some(has) && factory === undefined) say(runner.replace('%m', module).replace('%h', found.holder), runs ? 0.6 : 0.85);
    else if (has('hypercorn') && !has('uvicorn')) say(`hypercorn ${quoted} --bind 0.0.0.0:\${PORT:-${port}}`, 0.9);
    else say(`uvicorn ${factory === undefined ? target : `${module}:${factory} --factory`}${at} --host 0.0.0.0 --port \${PORT:-${port}}`, has('uvicorn') || has('fastapi[standard]') || has('fastapi[all]') || has('uvicorn[standard]') ? (runs && !isShortcut(found.facts, directory !== '.' || found.factory !== undefined) ? 0.78 : 0.93) : runs ? 0.6 : 0.85);
    const file = seenFrom(draft.path, found.facts.path);
    if (framework!.name === 'fastapi' && has('fastapi[standard]') && factory === undefined) say(`fastapi run ${file} --host 0.0.0.0 --port \${PORT:-${port}}`, 0.75);
  } else if (has('gunicorn')) say(`gunicorn ${served === undefined ? quoted : servedBy(tree.text(found.facts.path) ?? '', module, found.holder, served)}${directory === '.' ? '' : ` --chdir ${directory}`}`, 0.93);
  else if (has('waitress') && !runs) say(`waitress-serve --port=\${PORT:-8080} ${factory === undefined ? target : `--call ${module}:${factory}`}`, 0.85);
  else if (framework!.name === 'flask') say(`flask ${flaskApp(target.replace(/:(?:create|make)_app\(\)$|:app$/, '').replace(/\(\)$/, ''))}run --host 0.0.0.0 --port \${PORT:-${port}}`, runs ? 0.6 : 0.88);
}

/** What a server for WSGI is given of an application that is none itself: the name under which its file holds it, or else the attribute. */
function servedBy(text: string, module: string, holder: string, attribute: string): string {
  const held = new RegExp(`^(\\w+)\\s*=\\s*${RegExp.escape(holder)}\\.${attribute}\\b`, 'm').exec(text)?.[1];
  return `${module}:${held ?? `${holder}.${attribute}`}`;
}

/**
 * Whether a file that makes an application only saves its authors a command by running it too: a server of its own at a port that is written there, which whoever deploys
 * it starts by name. What takes its port from settings of its own is started as it is, and so is what `isElsewhere`: made by a function, or found from a directory below alone.
 */
function isShortcut({ main, listens }: FileFacts, isElsewhere: boolean): boolean {
  const own = listens.filter(({ owner }) => owner === 'uvicorn');
  return main && !isElsewhere && own.length === 1 && own.every(({ port, env }) => port !== null && (env === null || env === 'PORT'));
}

/** An application of Celery that is made elsewhere, told here which tasks to work off: `celery_app.autodiscover_tasks(["shop.tasks"])`. */
function taskStart({ tree, draft, code, manager }: Context): void {
  const [app] = code.filter(({ called, makes }) => called.has('autodiscover_tasks') && !makes.some(({ made }) => made === 'Celery')).sort((a, b) => rank(draft.path, a) - rank(draft.path, b));
  if (!app) return;
  const { directory, module } = importable(tree, draft.path, app.path, code);
  draft.claim('start', `${manager.prefix}celery${directory === '.' ? '' : ` --workdir ${directory}`} -A ${module} worker`, 0.88, seen(app.path, lineOf(tree.text(app.path), 'autodiscover_tasks'), 'says which tasks of Celery to work off'));
  draft.entry = app.path;
}

/** Names of scripts that start what keeps running. */
const startNames = /^(start|serve|server|run|web|app|prod|production)$/;

/** Programs that a package installs, as its setup.py or setup.cfg lists them. */
function installedPrograms({ tree, draft, code, manager }: Context): void {
  for (const file of ['setup.py', 'setup.cfg'].map((name) => within(draft.path, name))) {
    const listed = /\bconsole_scripts\b(?:["']?\s*[:=]|\])([^\]]{0,400})/.exec(tree.text(file) ?? '')?.[1] ?? '';
    const [, program, target] = /([\w.-]+)\s*=\s*([\w.]+):\w+/.exec(listed) ?? [];
    if (program === undefined || target === undefined) continue;
    const evidence = seen(file, lineOf(tree.text(file), 'console_scripts'), `installs ${program}`);
    draft.claim('start', `${manager.prefix}${program}`, startNames.test(program) ? 0.9 : 0.66, evidence);
    if (draft.value('start') !== `${manager.prefix}${program}`) continue;
    if (!startNames.test(program)) draft.claim('kind', 'cli', 0.72, evidence);
    const module = target.replaceAll('.', '/');
    draft.entry = code.find(({ path }) => [`${module}.py`, `${module}/__init__.py`, `src/${module}.py`, `src/${module}/__init__.py`].some((known) => path === within(draft.path, known)))?.path ?? draft.entry;
  }
}

/** Scripts of pyproject.toml and Pipfile: `poetry run serve`, and programs that the package installs. */
function declaredStart({ tree, draft, code, manager }: Context): void {
  for (const [name, table] of [['pyproject.toml', ['project', 'scripts']], ['pyproject.toml', ['tool', 'poetry', 'scripts']], ['pyproject.toml', ['tool', 'pdm', 'scripts']], ['Pipfile', ['scripts']]] as const) {
    const file = within(draft.path, name);
    const scripts = table.reduce<Data>((data, key) => asData(data[key]), readToml(tree, file) ?? {});
    for (const [script, value] of Object.entries(scripts)) {
      const target = asText(value) ?? asText(asData(value)['cmd']) ?? asText(asData(value)['call']) ?? asText(asData(value)['callable']) ?? '';
      if (target === '' || /--reload|runserver|pytest|ruff|black|mypy|^(test|lint|format|dev)/.test(`${script} ${target}`)) continue;
      const module = /^([\w.]+):\w+/.exec(target)?.[1]?.replaceAll('.', '/');
      const entry = module && code.find(({ path }) => [`${module}.py`, `${module}/__init__.py`, `src/${module}.py`, `src/${module}/__init__.py`].some((known) => path === within(draft.path, known)));
      const evidence = seen(file, lineOf(tree.text(file), new RegExp(`^[ \\t]*"?${script.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"?\\s*=`, 'm')), `script ${script}: ${target.slice(0, 120)}`);
      const serves = startNames.test(script);
      draft.claim('start', `${manager.prefix}${script}`, serves ? 0.9 : 0.66, evidence);
      if (!serves && draft.value('start') === `${manager.prefix}${script}`) draft.claim('kind', 'cli', 0.72, evidence);
      if (entry && draft.value('start') === `${manager.prefix}${script}`) draft.entry = entry.path;
    }
  }
}

/** `python3 app.py`: files that do something when they are run. */
function scriptStart({ tree, draft, code, manager, framework }: Context): void {
  const scripts = code.filter((facts) => facts.main || posix.basename(facts.path) === '__main__.py' || facts.listens.length > 0 || (facts.loops && rank(draft.path, facts) < 50)).filter((facts) => !isErrand(draft.path, facts));
  const users = scripts.flatMap((facts) => usersOf(draft.path, facts, code));
  const named = code.filter((facts) => !scripts.includes(facts) && (rank(draft.path, facts) < 12 || code.length === 1) && !/(?:__init__|(?:^|\/)conf)\.py$/.test(facts.path));
  const isOpen = scripts.length === 0 && draft.best('start') === undefined;
  const told = isOpen ? toldProgram(tree, draft.path, 'python')?.entry : undefined;
  const meant = !isOpen ? [] : code.filter(({ path }) => path === told || trainsByName(path));
  for (const facts of [...new Set([...scripts, ...users, ...meant]), ...(scripts.length + meant.length === 0 && draft.best('start') === undefined ? named : [])]) {
    const listens = facts.listens.some(({ owner }) => owner !== 'uvicorn' || facts.main);
    const position = rank(draft.path, facts);
    const isUser = users.includes(facts);
    // What takes messages until it is stopped is what the project is for, unless it serves besides.
    const consumes = facts.loops && facts.takes !== undefined && framework === undefined;
    const confidence = (listens && (facts.main || position < 10) ? 0.88 : isUser ? 0.72 : facts.main || position < 2 || consumes || meant.includes(facts) ? 0.7 : 0.5) - Math.min(0.2, position * 0.006) + (framework === undefined || draft.best('start') === undefined ? 0.03 : 0);
    const file = seenFrom(draft.path, facts.path);
    const isPackage = posix.basename(file) === '__main__.py' && posix.dirname(file) !== '.';
    // Code that imports its directory by name is found from the directory above only when it runs as a module.
    const isModule = file.includes('/') && facts.imports.some(({ name }) => name.startsWith(`${file.split('/')[0]}.`));
    draft.claim('start', `${manager.prefix}${python(manager)} ${isPackage ? `-m ${posix.dirname(file).replaceAll('/', '.')}` : isModule ? `-m ${moduleOf(draft.path, facts.path)}` : shellWord(file)}`, confidence, seen(facts.path, facts.listens[0]?.line ?? 1, listens ? 'listens when it is run' : 'runs as a program'));
  }
}

/** Whether a file is called after the training of a model, which it is run for. */
function trainsByName(path: string): boolean {
  return /(^|\/)(?:train|training|finetune|fine_tune|train_model|model_train(?:ing)?)\.py$/.test(path);
}

/** Files that are run now and then, by people and tools: none of them is the app. */
function isErrand(directory: string, { path }: FileFacts): boolean {
  return /(^|\/)(setup|conf|conftest|manage|noxfile|tasks|fabfile|locustfile|versioneer|_version|alembic\/env|migrations\/env|(?:init|create|setup|seed|reset|drop|populate)_(?:db|database|tables?|data))\.py$/.test(path) || /(^|\/)(migrations|scripts|tools|alembic|docker|deploy|deployment|ci|bin)\//.test(seenFrom(directory, path));
}

/** A script that can be run by itself may be there for another one beside it, which uses it and is used by none. */
function usersOf(directory: string, script: FileFacts, code: readonly FileFacts[]): FileFacts[] {
  const usesOf = (other: FileFacts) => {
    const own = posix.basename(other.path, '.py');
    const names = new Set([own, `.${own}`, moduleOf(directory, other.path)]);
    return (facts: FileFacts) => facts !== other && facts.imports.some(({ name }) => names.has(name));
  };
  const beside = code.filter((facts) => facts.language === 'python' && posix.dirname(facts.path) === posix.dirname(script.path) && !facts.path.endsWith('__init__.py'));
  const isKnown = startsByName(directory, script.path) || script.listens.length > 0;
  return isKnown ? [] : beside.filter(usesOf(script)).filter((facts) => !beside.some(usesOf(facts)));
}

/** How unlikely a file is the one that starts: by its name, then by its depth. */
function rank(directory: string, facts: FileFacts): number {
  const file = seenFrom(directory, facts.path);
  const name = posix.basename(file, '.py');
  // `shop/__main__.py` is what `python -m shop` runs.
  if (name === '__main__' && file.includes('/')) return (file.split('/').length - 2) * 10 + 1;
  const position = entryNames.indexOf(name);
  return (position < 0 ? 12 : position) + (file.split('/').length - 1) * 10;
}

/** Whether a file has a name by which programs are started. */
export function startsByName(directory: string, file: string): boolean {
  return entryNames.includes(posix.basename(seenFrom(directory, file), '.py'));
}

/** The option that names what Flask runs: it finds `app.py` and `wsgi.py` by itself, in versions before 2.2 as well, which had no such option. */
function flaskApp(named: string): string {
  return named === 'app' || named === 'wsgi' ? '' : `--app ${named} `;
}
