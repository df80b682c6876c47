import { posix } from 'node:path';
import type { ServiceKind } from '../../model/index.ts';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { factsOf } from '../facts/file.ts';
import { reachableFrom } from '../facts/reach.ts';
import { isStandIn } from '../facts/stand-ins.ts';
import { asData, asText, lineOf, readToml } from '../syntax/formats.ts';
import { claimEnding } from '../kinds/ending.ts';
import { modelHeldIn } from '../kinds/models.ts';
import { workOf } from '../kinds/work.ts';
import { clientPackages } from '../queues/clients.ts';
import { imageDirectories } from '../platforms/image-directories.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { belowAny, isBelow, seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { pageAmong } from './page-files.ts';
import type { PythonManager } from './python-dependencies.ts';
import { manifestDirectory, pythonDependencies, pythonManager } from './python-dependencies.ts';
import type { PythonFramework } from './python-frameworks.ts';
import { learningPackages, pythonFrameworks } from './python-frameworks.ts';
import { frameworkOf, importEvidence, importOf } from './python-recognise.ts';
import { backgroundWorkers } from './python-workers.ts';
import { isLibrary, isPackaged } from './python-libraries.ts';
import { otherPrograms } from './python-programs.ts';
import { claimPythonStart, startsByName } from './python-start.ts';
import { cleanVersion, pinnedVersions, runtimeAsked } from './versions.ts';

const manifests = ['requirements.txt', 'pyproject.toml', 'Pipfile', 'setup.py', 'manage.py', 'environment.yml', 'requirements.in', 'scrapy.cfg'];

const dbtProject = 'dbt_project.yml';

/** Python servers, workers and programs, with a manifest or without. */
export const python: Detector = {
  name: 'python',
  projects(tree) {
    const declared = [...new Set([...directoriesWith(tree, manifests).filter((directory) => isDeclared(tree, directory) && !isTakenIn(tree, directory)), ...workspaces(tree)])];
    const flows = flowDirectories(tree);
    const named = directoriesWith(tree, /^(app|main|server|run|api|wsgi|bot|worker|index|train)\.py$/).filter((directory) => ![...declared, ...flows].some((project) => isBelow(directory, project)));
    const running = runningDirectories(tree, [...declared, ...flows, ...named]);
    const plain = [...new Set([...named, ...running].map((directory) => (importsItself(tree, directory) ? posix.dirname(directory) : directory)))];
    const tops = plain.filter((directory) => !plain.some((other) => other !== directory && isBelow(directory, other)));
    const single = tree.namesIn('.').some((name) => name.endsWith('.py')) && !declared.includes('.') && !tops.includes('.') ? ['.'] : [];
    const kept = declared.length + tops.length + single.length === 0 ? directoriesWith(tree, /\.ipynb$/) : [];
    const notebooks = kept.some((directory) => !isBelow(directory, kept[0]!)) ? ['.'] : kept.slice(0, 1);
    const pipelines = flows.map((directory) => posix.dirname(directory)).filter((directory) => ![...declared, ...tops, ...single].includes(directory));
    const others = [...new Set([...declared, ...tops, ...single, ...pipelines, ...imageDirectories(tree)])];
    // Models in SQL that dbt runs: a project of their own unless they are part of one.
    const models = directoriesWith(tree, [dbtProject]).filter((directory) => !isSideDirectory(directory) && !others.some((other) => other === directory || other !== '.' && isBelow(directory, other) || other === '.' && pipelines.includes('.')));
    return [...others, ...models, ...(pipelines.length + models.length > 0 ? [] : notebooks)];
  },
  describe(tree, directory, { inner, lenient, anything }) {
    const all = codeIn(tree, directory, inner).filter((facts) => facts.language === 'python');
    // What plays somebody elsewhere is not what the project is for.
    const code = isStandIn(tree, directory) || !all.some(({ path }) => isStandIn(tree, path)) ? all : all.filter(({ path }) => !isStandIn(tree, path));
    const models = code.length === 0 && tree.has(within(directory, dbtProject));
    if (code.length === 0 && !models && !lenient && !anything) return [];
    const manifest = manifestDirectory(tree, directory);
    const manager = pythonManager(tree, manifest, directory);
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, models ? 'sql' : 'python');
    for (const [name, evidence] of pythonDependencies(tree, manifest)) draft.dependencies.set(name, evidence);
    if (models && !draft.dependencies.has('dbt-core')) draft.dependencies.set('dbt-core', seen(within(directory, dbtProject), 1, 'a project of dbt'));
    const framework = frameworkOf(tree, draft, code, manifest === directory || code.length === 0);
    if (framework?.name === 'django' && !tree.has(within(directory, 'manage.py')) && inner.some((project) => tree.has(within(project, 'manage.py'))) && !anything) return [];
    draft.claim('packageManager', manager.name, manager.confidence, manager.evidence).claim('install', manager.install, manager.confidence, manager.evidence);
    const version = pythonVersion(tree, manifest, directory);
    draft.claim('runtime', runtimeAsked('python', version?.value), version?.confidence ?? 0.95, version?.evidence ?? (code[0] ? seen(code[0].path, 1, 'code in Python') : manager.evidence));
    if (framework) {
      draft.frameworks.add(framework.name);
      draft.claim('framework', framework.name, 0.96, framework.packages.map((name) => draft.dependencies.get(name)).find((found) => found !== undefined) ?? importEvidence(framework, code, manager.evidence));
    }
    claimPythonStart({ tree, draft, code, manager, framework });
    if (lenient && (draft.best('start')?.confidence ?? 0) < 0.45) claimNotebooks(tree, draft, manager);
    if (isCollection(tree, draft, code)) return lenient ? [notebookDraft(tree, draft, manager)] : [];
    const start = draft.best('start');
    // A package that installs a program is that program, however its files are started.
    const installs = draft.claims('start').some(({ evidence }) => /(^|\/)(pyproject\.toml|Pipfile|setup\.(?:py|cfg))$/.test(evidence[0]!.file));
    const used = framework !== undefined && (isUsed(draft, framework, code) || isMadeHere(directory, framework, code)) ? framework : undefined;
    const library = start !== undefined && !installs && isLibrary(tree, directory, start.evidence[0]!.file, used, code);
    if (!start || start.confidence < (lenient ? 0.2 : 0.45) || library) {
      return anything ? [draft.without('start').claim('kind', (library || !start && isPackaged(tree, directory) ? undefined : framework?.kind) ?? 'library', library ? 0.95 : 0.6, manager.evidence)] : [];
    }
    kindOf(draft, tree, framework, code);
    draft.claim('build', null, 0.5, start.evidence[0]!);
    if (framework?.port) draft.claim('port', { port: framework.port, protocol: 'http' }, 0.68, draft.best('framework')!.evidence);
    migrations(draft, tree, manager);
    return [draft, ...backgroundWorkers({ tree, draft, code, manager }), ...otherPrograms({ tree, draft, code: all, manager, framework })];
  },
};

/** Beyond so many directories of programs they are a collection to look at. */
const mostRunning = 8;

const brokers = ['kafka', 'rabbitmq', 'nats', 'mqtt', 'pulsar', 'redis'].map((kind) => clientPackages[kind]!.packages);

/** Directories, outside of all that are known, with a file that listens, or works with a broker until it is stopped, when it is run, and that no file elsewhere imports. */
function runningDirectories(tree: Tree, known: readonly string[]): string[] {
  const isKnown = belowAny(known);
  const files = known.includes('.') ? [] : tree.files.filter((file) => file.endsWith('.py') && !isKnown(posix.dirname(file)) && !isSideDirectory(posix.dirname(file)) && !isTestPath(file));
  const facts = files.flatMap((file) => factsOf(tree, file) ?? []);
  const runs = facts.filter(({ path, main, listens, takes, loops, imports }) => path.includes('/') && main && (listens.some(({ declared }) => !declared) || loops && (takes !== undefined || imports.some(({ name }) => brokers.some((packages) => packages.test(name))))));
  const directories = [...new Set(runs.map(({ path }) => posix.dirname(path)))].filter((directory) => {
    const name = posix.basename(directory);
    const [inside, outside] = [facts.filter(({ path }) => isBelow(path, directory)), facts.filter(({ path }) => !isBelow(path, directory))];
    // What imports from the top of the tree is a part of what is there.
    const isPart = inside.some(({ imports }) => imports.some((used) => isAtTop(tree, used.name.split('.', 1)[0]!, directory)));
    return !isPart && !outside.some(({ imports }) => imports.some((used) => used.name.split('.').includes(name)));
  });
  return directories.length > mostRunning ? [] : directories;
}

function isAtTop(tree: Tree, module: string, directory: string): boolean {
  return module !== '' && (tree.has(`${module}.py`) || tree.hasDirectory(module)) && module !== posix.basename(directory) && !tree.has(within(directory, `${module}.py`)) && !tree.hasDirectory(within(directory, module));
}

/** Directories in which Airflow looks for what it runs. */
function flowDirectories(tree: Tree): string[] {
  return tree.directories.filter((directory) => posix.basename(directory) === 'dags' && !isSideDirectory(directory) && tree.namesIn(directory).some((name) => name.endsWith('.py') && /^[ \t]*(from|import) airflow\b/m.test(tree.text(within(directory, name)) ?? '')));
}

/** Directories from which Dagster loads what it runs (Dagster documentation, "workspace.yaml"). */
function workspaces(tree: Tree): string[] {
  return directoriesWith(tree, ['workspace.yaml']).filter((directory) => !isSideDirectory(directory) && /^load_from:/m.test(tree.text(within(directory, 'workspace.yaml')) ?? ''));
}

/** Code that imports its own directory by name runs in the directory above: `from app.orders import all` in `app/main.py`. */
function importsItself(tree: Tree, directory: string): boolean {
  const itself = new RegExp(`^[ \\t]*(?:from|import)\\s+${RegExp.escape(posix.basename(directory))}\\.`, 'm');
  return directory !== '.' && tree.namesIn(directory).some((name) => name.endsWith('.py') && itself.test(tree.text(within(directory, name)) ?? ''));
}

/** A directory whose requirements those of the directory above take in (`-r app/requirements.txt`) is a part of that. */
function isTakenIn(tree: Tree, directory: string): boolean {
  const own = tree.namesIn(directory).filter((name) => manifests.includes(name));
  const above = posix.dirname(directory);
  const taking = new RegExp(`^[ \\t]*(?:-r|--requirement)\\s+(?:\\./)?${RegExp.escape(posix.basename(directory))}/requirements\\.txt\\s*$`, 'm');
  return directory !== '.' && own.every((name) => name === 'requirements.txt') && taking.test(tree.text(within(above, 'requirements.txt')) ?? '');
}

/** Files called setup.py and manage.py may be something else: they count by what they use. */
function isDeclared(tree: Tree, directory: string): boolean {
  const named = tree.namesIn(directory).filter((name) => manifests.includes(name));
  return named.some((name) => (name === 'setup.py' ? /setuptools|distutils|^[ \t]*from \w+ import setup\b/m : name === 'manage.py' ? /django|flask|execute_from_command_line/i : /^/).test(tree.text(within(directory, name)) ?? ''));
}

/** Whether a file that is called as what is started makes the application of a framework. */
function isMadeHere(directory: string, { makes }: PythonFramework, code: readonly FileFacts[]): boolean {
  return makes !== undefined && code.some((facts) => facts.makes.some(({ made }) => makes.test(made)) && startsByName(directory, facts.path) && !isSideDirectory(posix.dirname(seenFrom(directory, facts.path))));
}

/** Whether the program that is started uses a framework; Django finds what it runs by itself, and Celery is given it. */
function isUsed(draft: Draft, framework: PythonFramework, code: readonly FileFacts[]): boolean {
  if (framework.name === 'celery' && /\bcelery\b/.test(draft.value('start') ?? '')) return true;
  if (framework.name === 'django' || framework.runs || draft.entry === null || !code.some(({ path }) => path === draft.entry)) return true;
  return importOf(framework, reachableFrom(draft.entry, code)) !== undefined;
}

function kindOf(draft: Draft, tree: Tree, framework: PythonFramework | undefined, code: readonly FileFacts[]): void {
  const reached = draft.entry ? reachableFrom(draft.entry, code) : code;
  const listener = reached.find((facts) => facts.listens.length > 0);
  const template = pageAmong(tree.filesBelow(draft.path), /(^|\/)(templates|jinja2)\/.*\.(html?|j2|jinja2?)$/) !== undefined;
  const drawn = pythonFrameworks.some((other) => other.kind === 'web' && other.makes !== undefined && reached.some(({ called }) => [...called].some((name) => other.makes!.test(name))) && importOf(other, reached) !== undefined);
  // A page beside the code that is read, or given as it is.
  const handed = framework?.kind === 'api' && reached.some(({ imports, called }) => called.has('send_static_file') || imports.some(({ name }) => handsOut.test(name))) && pageAmong(tree.filesBelow(draft.path).filter((file) => !isSideDirectory(posix.dirname(file))), /\.html$/) !== undefined;
  const pages = template || drawn || handed || framework?.kind === 'web' && !(framework.name === 'django' && answersData(draft, code));
  const modules = new Set(code.flatMap((facts) => facts.imports.map(({ name }) => name.split('.', 1)[0]!)));
  // What several services of a tree depend on together, one of them may do.
  const isOwn = (name: string) => draft.dependencies.has(name) && posix.dirname(draft.dependencies.get(name)!.file) === draft.path;
  const learning = learningPackages.some((name) => isOwn(name) || modules.has(name.replace('scikit-learn', 'sklearn').replaceAll('-', '_')));
  const imported = framework?.name === 'django' || code.length === 0 && !draft.frameworks.has('jupyter') || framework !== undefined && (importOf(framework, code) !== undefined || framework.files?.some((file) => tree.has(within(draft.path, file))) === true);
  // A program beside an app of the framework is no such app.
  const isBeside = framework !== undefined && /^(web|api)$/.test(framework.kind) && !isUsed(draft, framework, code);
  if (framework) draft.claim('kind', kindOfFramework(framework, pages, learning), isBeside ? 0.5 : !imported ? 0.55 : framework.kind === 'worker' && !framework.start && framework.name !== 'celery' ? sends : 0.92, draft.best('framework')!.evidence);
  const model = framework && showsModels.test(framework.name) ? modelHeldIn(reached) : undefined;
  if (model) draft.claim('kind', 'ml-inference', 0.93, model);
  if (listener) draft.claim('kind', pages ? 'web' : 'api', 0.88, seen(listener.path, listener.listens[0]!.line, `listens (${listener.listens[0]!.call})`));
  const work = workOf('python', draft.dependencies);
  if (work) draft.claim('kind', 'worker', (framework && framework.kind !== 'worker') || listener ? 0.5 : 0.85, work.evidence);
  const trains = code.find((facts) => /(^|\/)train(ing)?\w*\.py$/.test(facts.path));
  if (learning && trains && (!framework || isBeside) && !listener) draft.claim('kind', 'ml-training', 0.85, seen(trains.path, 1, 'trains a model'));
  // What is told more closely when all of its code is known is no errand before that.
  const [fits] = framework || listener ? [] : reached.flatMap(({ learning }) => learning?.trains ?? []);
  if (learning && fits) draft.claim('kind', 'ml-training', 0.73, fits);
  const [flow] = framework || listener ? [] : reached.flatMap(({ path, imports }) => imports.filter(({ name }) => engines.test(name)).map(({ name, line }) => seen(path, line, `moves data with ${name}`)));
  if (flow) draft.claim('kind', 'data-pipeline', 0.74, flow);
  claimEnding(draft, reached);
  draft.claim('kind', 'job', 0.6, draft.best('start')!.evidence[0]!);
}

/** How surely what uses a library of messages waits for them, and does not only send one. */
const sends = 0.86;

/** Engines that move data from one place to another. */
const engines = /^(?:pyspark|awsglue|apache_beam|pyflink|bytewax|dlt|petl|bonobo|sqlmesh|meltano)(?:\.|$)/;

/** What answers with a page that is not filled in. */
const handsOut = /\.(HTMLResponse|StaticFiles|send_from_directory)$/;

/** Frameworks of pages around what somebody tries out, which may be a model. */
const showsModels = /^(streamlit|gradio|dash|panel|nicegui|shiny|solara)$/;

/** Whether an app of Django answers with data, by one of the libraries for that. */
function answersData(draft: Draft, code: readonly FileFacts[]): boolean {
  return ['djangorestframework', 'django-ninja', 'django-ninja-extra', 'graphene-django', 'strawberry-graphql-django'].some((name) => draft.dependencies.has(name)) || code.some(({ imports }) => imports.some(({ name }) => /^(rest_framework|ninja|graphene_django)(\.|$)/.test(name)));
}

function kindOfFramework({ name, kind }: PythonFramework, pages: boolean, learning: boolean): ServiceKind {
  if (kind !== 'api' && name !== 'django') return kind;
  return pages ? 'web' : learning ? 'ml-inference' : 'api';
}

/** The version by version managers' files, then by the manifests, the project's own before those above it. */
export function pythonVersion(tree: Tree, manifest: string, directory: string) {
  const [pinned] = pinnedVersions(tree, 'python', directory);
  return pinned ?? upwards(manifest).map((place) => statedVersion(tree, place)).find((stated) => stated !== undefined);
}

/** The version that the manifests of a directory state: a full one of Pipfile and conda, or a range. */
function statedVersion(tree: Tree, manifest: string) {
  const file = (name: string) => within(manifest, name);
  const pyproject = readToml(tree, file('pyproject.toml'));
  const pipfile = asData(readToml(tree, file('Pipfile'))?.['requires']);
  const conda = ['environment.yml', 'environment.yaml'].map(file).find((path) => tree.has(path));
  const inText = (path: string, pattern: RegExp) => pattern.exec(tree.text(path) ?? '')?.[1];
  const places: [path: string, asked: string | undefined, line: RegExp][] = [
    [file('pyproject.toml'), asText(asData(pyproject?.['project'])['requires-python']) ?? asText(asData(asData(asData(pyproject?.['tool'])['poetry'])['dependencies'])['python']), /requires-python|^python\b/m],
    [file('Pipfile'), asText(pipfile['python_full_version']) ?? asText(pipfile['python_version']), /python_(full_)?version/],
    [conda ?? '', conda && inText(conda, /^[ \t]*-\s*["']?python\s*([=<>~!]+\s*[\d.*]+)/m), /^[ \t]*-\s*["']?python\s*[=<>~]/m],
    [file('setup.cfg'), inText(file('setup.cfg'), /^python_requires\s*=\s*(.+)$/m), /python_requires/],
    [file('setup.py'), inText(file('setup.py'), /python_requires\s*=\s*["']([^"']+)["']/), /python_requires/],
    [file('uv.lock'), inText(file('uv.lock'), /^requires-python\s*=\s*"([^"]+)"/m), /^requires-python/],
    [file('cog.yaml'), inText(file('cog.yaml'), /^[ \t]*python_version:[ \t]*["']?([\d.]+)/m), /python_version/],
    [file('pixi.toml'), asText(asData(readToml(tree, file('pixi.toml'))?.['dependencies'])['python']), /^python\b/m],
  ];
  const [found] = places.filter(([, asked]) => asked !== undefined && cleanVersion(asked) !== undefined);
  return found && { value: found[1]!, confidence: 0.93, evidence: [seen(found[0], lineOf(tree.text(found[0]), found[2]), `asks for Python ${found[1]}`)] };
}

/** Whether a directory is a collection of notebooks: they are most of its code, and of the rest only a file somewhere among them could be run. */
function isCollection(tree: Tree, draft: Draft, code: readonly FileFacts[]): boolean {
  const notebooks = tree.filesBelow(draft.path).filter((file) => file.endsWith('.ipynb')).length;
  const file = draft.best('start')?.evidence[0]?.file;
  if (notebooks < 5 || notebooks < code.length || tree.has(within(draft.path, 'setup.py')) || file !== undefined && !file.endsWith('.py')) return false;
  return file === undefined || posix.dirname(file) !== draft.path || !startsByName(draft.path, file);
}

function notebookDraft(tree: Tree, draft: Draft, manager: PythonManager): Draft {
  claimNotebooks(tree, draft.without('start').without('framework'), manager);
  draft.entry = null;
  return draft;
}

/** Notebooks, and nothing that runs beside them: they are opened in a browser. */
function claimNotebooks(tree: Tree, draft: Draft, manager: PythonManager): void {
  const notebook = tree.filesBelow(draft.path).find((file) => file.endsWith('.ipynb') && !isSideDirectory(posix.dirname(file)));
  if (notebook === undefined || tree.has(within(draft.path, 'setup.py'))) return;
  const evidence = seen(notebook, 1, 'a notebook of Jupyter');
  draft.frameworks.add('jupyter');
  draft.claim('framework', 'jupyter', 0.9, evidence).claim('kind', 'notebook', 0.9, evidence).claim('port', { port: 8888, protocol: 'http' }, 0.8, evidence);
  draft.claim('start', `${manager.prefix}jupyter lab --ip 0.0.0.0 --port \${PORT:-8888} --no-browser`, 0.7, evidence);
}

/** Migrations outside Django: Alembic's and Flask-Migrate's. */
function migrations(draft: Draft, tree: Tree, manager: PythonManager): void {
  const ini = within(draft.path, 'alembic.ini');
  if (tree.has(ini)) draft.claim('release', `${manager.prefix}alembic upgrade head`, 0.88, seen(ini, 1, 'migrations of Alembic'));
  const flask = within(draft.path, 'migrations/env.py');
  const migrate = draft.dependencies.get('flask-migrate');
  if (migrate && tree.has(flask)) draft.claim('release', `${manager.prefix}flask db upgrade`, 0.88, migrate);
}
