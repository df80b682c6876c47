import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn, reachableFrom } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file.ts';
import { asData, asText, lineOf, readToml } from '../syntax/formats.ts';
import { isBelow, seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { PythonManager } from './python-dependencies.ts';
import { pythonDependencies, pythonManager } from './python-dependencies.ts';
import type { PythonFramework } from './python-frameworks.ts';
import { learningPackages, pythonFrameworks, pythonWorkers } from './python-frameworks.ts';
import { claimPythonStart } from './python-start.ts';
import { cleanVersion, pinnedVersions, runtimeAsked } from './versions.ts';

const manifests = ['requirements.txt', 'pyproject.toml', 'Pipfile', 'setup.py', 'manage.py', 'environment.yml', 'requirements.in'];

/** Python servers, workers and programs, with a manifest or without. */
export const python: Detector = {
  name: 'python',
  projects(tree) {
    const declared = directoriesWith(tree, manifests);
    const plain = directoriesWith(tree, /^(app|main|server|run|api|wsgi|bot|worker|index|train)\.py$/).filter((directory) => !declared.some((project) => isBelow(directory, project)));
    const tops = plain.filter((directory) => !plain.some((other) => other !== directory && isBelow(directory, other)));
    const single = tree.namesIn('.').some((name) => name.endsWith('.py')) && !declared.includes('.') && !tops.includes('.') ? ['.'] : [];
    return [...declared, ...tops, ...single];
  },
  describe(tree, directory, { inner, lenient, anything }) {
    const code = codeIn(tree, directory, inner).filter((facts) => facts.language === 'python');
    if (code.length === 0 && !anything) return [];
    const manager = pythonManager(tree, directory);
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'python');
    for (const [name, evidence] of pythonDependencies(tree, directory)) draft.dependencies.set(name, evidence);
    const framework = frameworkOf(tree, draft, code);
    draft.claim('packageManager', manager.name, manager.confidence, manager.evidence).claim('install', manager.install, manager.confidence, manager.evidence);
    const version = pythonVersion(tree, directory);
    draft.claim('runtime', runtimeAsked('python', version?.value), version?.confidence ?? 0.95, version?.evidence ?? (code[0] ? seen(code[0].path, 1, 'code in Python') : manager.evidence));
    if (framework) {
      draft.frameworks.add(framework.name);
      draft.claim('framework', framework.name, 0.96, framework.packages.map((name) => draft.dependencies.get(name)).find((found) => found !== undefined) ?? importEvidence(framework, code, manager.evidence));
    }
    claimPythonStart({ tree, draft, code, manager, framework });
    const start = draft.best('start');
    if (!start || start.confidence < (lenient ? 0.2 : 0.45) || isLibrary(tree, directory, start.evidence[0]!.file, framework)) {
      return anything ? [draft.without('start').claim('kind', framework?.kind ?? 'library', 0.6, manager.evidence)] : [];
    }
    kindOf(draft, tree, framework, code);
    draft.claim('build', null, 0.5, start.evidence[0]!);
    if (framework?.port) draft.claim('port', { port: framework.port, protocol: 'http' }, 0.68, draft.best('framework')!.evidence);
    migrations(draft, tree, manager);
    return [draft, ...celeryWorkers(draft, directory, code, manager)];
  },
};

/** A package made for others: it is built as one, and what can be run is somewhere inside of it. */
function isLibrary(tree: Tree, directory: string, entry: string, framework: PythonFramework | undefined): boolean {
  const data = readToml(tree, within(directory, 'pyproject.toml'));
  const isPackaged = data?.['build-system'] !== undefined || tree.has(within(directory, 'setup.py'));
  const isInside = tree.has(within(posix.dirname(entry), '__init__.py')) && posix.dirname(entry) !== directory;
  return isPackaged && isInside && framework === undefined;
}

function importEvidence(framework: PythonFramework, code: readonly FileFacts[], otherwise: Evidence) {
  const user = code.find((facts) => facts.imports.some(({ name }) => framework.packages.includes(name.split('.')[0]!)));
  return user === undefined ? otherwise : seen(user.path, user.imports.find(({ name }) => framework.packages.includes(name.split('.')[0]!))?.line ?? 1, `uses ${framework.name}`);
}

/** A framework that the code imports; one that is only depended on counts when nothing is imported. */
function frameworkOf(tree: Tree, draft: Draft, code: readonly FileFacts[]): PythonFramework | undefined {
  if (tree.has(within(draft.path, 'manage.py')) && /django/i.test(tree.text(within(draft.path, 'manage.py')) ?? '')) return pythonFrameworks[0];
  const imported = (framework: PythonFramework) => code.some((facts) => facts.imports.some(({ name }) => framework.packages.includes(name.split('.')[0]!.replaceAll('_', '-'))));
  const isClient = (framework: PythonFramework) => framework.name === 'aiohttp' && !code.some((facts) => facts.imports.some(({ name }) => name.startsWith('aiohttp.web')));
  return pythonFrameworks.find((framework) => framework.name !== 'django' && imported(framework) && !isClient(framework)) ?? pythonFrameworks.find((framework) => framework.packages.some((name) => draft.dependencies.has(name)) && !isClient(framework) && (framework.name !== 'starlette'));
}

function kindOf(draft: Draft, tree: Tree, framework: PythonFramework | undefined, code: readonly FileFacts[]): void {
  const reached = draft.entry ? reachableFrom(draft.entry, code) : code;
  const listener = reached.find((facts) => facts.listens.length > 0);
  const pages = framework?.kind === 'web' || tree.filesBelow(draft.path).some((file) => /(^|\/)templates\/.*\.html?$/.test(file));
  const learning = learningPackages.some((name) => draft.dependencies.has(name) || code.some((facts) => facts.imports.some((used) => used.name.split('.')[0] === name.replace('scikit-learn', 'sklearn'))));
  const imported = framework?.name === 'django' || code.some((facts) => facts.imports.some(({ name }) => framework?.packages.includes(name.split('.')[0]!)));
  if (framework) draft.claim('kind', framework.kind === 'web' && framework.name !== 'django' ? 'web' : pages ? 'web' : learning ? 'ml-inference' : 'api', imported ? 0.92 : 0.55, draft.best('framework')!.evidence);
  if (listener) draft.claim('kind', pages ? 'web' : 'api', 0.88, seen(listener.path, listener.listens[0]!.line, `listens (${listener.listens[0]!.call})`));
  const worker = pythonWorkers.find((name) => draft.dependencies.has(name));
  if (worker) draft.claim('kind', 'worker', framework || listener ? 0.5 : 0.85, draft.dependencies.get(worker)!);
  const trains = code.find((facts) => /(^|\/)train(ing)?\w*\.py$/.test(facts.path));
  if (learning && trains && !framework && !listener) draft.claim('kind', 'ml-training', 0.85, seen(trains.path, 1, 'trains a model'));
  const loop = reached.find((facts) => facts.loops);
  if (loop) draft.claim('kind', 'worker', 0.7, seen(loop.path, 1, 'runs until it is stopped'));
  draft.claim('kind', 'job', 0.6, draft.best('start')!.evidence[0]!);
}

function pythonVersion(tree: Tree, directory: string) {
  const [pinned] = pinnedVersions(tree, 'python', directory);
  if (pinned) return pinned;
  const pyproject = within(directory, 'pyproject.toml');
  const data = readToml(tree, pyproject);
  const range = asText(asData(data?.['project'])['requires-python']) ?? asText(asData(asData(asData(data?.['tool'])['poetry'])['dependencies'])['python']);
  const pipfile = within(directory, 'Pipfile');
  const fromPipfile = asText(asData(readToml(tree, pipfile)?.['requires'])['python_version']) ?? asText(asData(readToml(tree, pipfile)?.['requires'])['python_full_version']);
  const asked = range ?? fromPipfile;
  if (asked === undefined || cleanVersion(asked) === undefined) return undefined;
  const file = range === undefined ? pipfile : pyproject;
  return { value: asked, confidence: 0.93, evidence: [seen(file, lineOf(tree.text(file), /requires-python|^python\b|python_version|python_full_version/m), `asks for Python ${asked}`)] };
}

/** Migrations outside Django: Alembic's and Flask-Migrate's. */
function migrations(draft: Draft, tree: Tree, manager: PythonManager): void {
  const ini = within(draft.path, 'alembic.ini');
  if (tree.has(ini)) draft.claim('release', `${manager.prefix}alembic upgrade head`, 0.88, seen(ini, 1, 'migrations of Alembic'));
  const flask = within(draft.path, 'migrations/env.py');
  const migrate = draft.dependencies.get('flask-migrate');
  if (migrate && tree.has(flask)) draft.claim('release', `${manager.prefix}flask db upgrade`, 0.88, migrate);
}

/** A Celery application is worked off by processes of its own. */
function celeryWorkers(main: Draft, directory: string, code: readonly FileFacts[], manager: PythonManager): Draft[] {
  const app = code.flatMap((facts) => facts.makes.filter(({ made }) => made === 'Celery').map((made) => ({ facts, ...made })))[0];
  if (!app || main.value('start')?.includes('celery')) return [];
  const module = seenFrom(directory, app.facts.path).replace(/(\/__init__)?\.py$/, '').replaceAll('/', '.').replace(/\.celery$/, '');
  const evidence = seen(app.facts.path, app.line, 'an application of Celery');
  const process = (name: string, role: string) => main.sibling(name).claim('kind', 'worker', 0.88, evidence).claim('start', `${manager.prefix}celery -A ${module} ${role}`, 0.88, evidence);
  const beat = code.some((facts) => facts.called.has('crontab') || facts.called.has('add_periodic_task'));
  return [process('worker', 'worker'), ...(beat ? [process('beat', 'beat')] : [])];
}
