import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import type { Data } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { asData, asList, asText, lineOf, readToml, readYaml } from '../syntax/formats.ts';
import { upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** What a Python project needs when it runs: normalised package names (PEP 503) with the place that says so. */
export function pythonDependencies(tree: Tree, directory: string): Map<string, Evidence> {
  const found = new Map<string, Evidence>();
  const add = (requirement: string, file: string, line: number) => {
    const match = /^\s*([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?/.exec(requirement);
    if (!match) return;
    const name = match[1]!.toLowerCase().replace(/[._]+/g, '-');
    if (!found.has(name)) found.set(name, seen(file, line, `depends on ${name}`));
    for (const extra of match[2]?.slice(1, -1).split(',') ?? []) found.set(`${name}[${extra.trim()}]`, seen(file, line, `depends on ${name}${match[2]}`));
  };
  for (const file of requirementFiles(tree, directory)) readRequirements(tree, file, add, new Set());
  const pyproject = within(directory, 'pyproject.toml');
  const text = tree.text(pyproject);
  const data = readToml(tree, pyproject);
  const at = (name: string) => linesIn(text).of(name);
  for (const entry of asList(asData(data?.['project'])['dependencies'])) if (typeof entry === 'string') add(entry, pyproject, at(/^[\w.-]+/.exec(entry)?.[0] ?? entry));
  for (const [name, value] of Object.entries(asData(poetry(data)['dependencies']))) {
    if (name === 'python') continue;
    add(name, pyproject, at(name));
    for (const extra of asList(asData(value)['extras'])) add(`${name}[${asText(extra)}]`, pyproject, at(name));
  }
  const pipfile = within(directory, 'Pipfile');
  for (const name of Object.keys(asData(readToml(tree, pipfile)?.['packages']))) add(name, pipfile, linesIn(tree.text(pipfile)).of(name));
  for (const [group, table] of Object.entries(asData(poetry(data)['group']))) {
    if (!beside.test(group)) for (const name of Object.keys(asData(asData(table)['dependencies']))) add(name, pyproject, at(name));
  }
  const config = within(directory, 'setup.cfg');
  for (const match of /^install_requires\s*=((?:\n[ \t]+.+|[^\n]+)*)/m.exec(tree.text(config) ?? '')?.[1]!.matchAll(/^[ \t]*([A-Za-z][^\n]*)$/gm) ?? []) add(match[1]!, config, lineOf(tree.text(config), 'install_requires'));
  const setup = within(directory, 'setup.py');
  const required = /install_requires\s*=\s*\[([^\]]*)\]/.exec(tree.text(setup) ?? '');
  for (const match of required?.[1]!.matchAll(/["']([^"']+)["']/g) ?? []) add(match[1]!, setup, lineOf(tree.text(setup), 'install_requires'));
  for (const name of ['environment.yml', 'environment.yaml']) {
    const file = within(directory, name);
    for (const entry of asList(tree.has(file) ? readYaml(tree, file)?.['dependencies'] : [])) {
      for (const one of [entry, ...asList(asData(entry)['pip'])]) if (typeof one === 'string') add(one, file, linesIn(tree.text(file)).of(/^[\w.-]+/.exec(one)?.[0] ?? one));
    }
  }
  return found;
}

/** Groups of Poetry for those who work on the app. */
const beside = /dev|test|lint|format|doc|typ|check|quality|ci$|jupyter|notebook|debug|release|build/i;

const poetry = (data: Data | undefined) => asData(asData(data?.['tool'])['poetry']);

export function requirementFiles(tree: Tree, directory: string): string[] {
  const names = ['requirements.txt', 'requirements/production.txt', 'requirements/prod.txt', 'requirements/base.txt', 'requirements.in', 'requirements/requirements.txt', 'requirements-prod.txt', 'requirements/main.txt', 'requirements/common.txt', 'reqs.txt', 'requirements.lock', 'requirements.pip'];
  return names.map((name) => within(directory, name)).filter((file) => tree.has(file)).slice(0, 2);
}

function readRequirements(tree: Tree, file: string, add: (requirement: string, file: string, line: number) => void, visited: Set<string>): void {
  if (visited.has(file) || visited.size > 20) return;
  visited.add(file);
  const lines = (tree.text(file) ?? '').split('\n');
  for (const [index, line] of lines.entries()) {
    if (isBrought(lines, index)) continue;
    const include = /^\s*(?:-r|--requirement)[\s=]+(\S+)/.exec(line);
    if (include) readRequirements(tree, within(posix.dirname(file), include[1]!), add, visited);
    else if (/^\s*[A-Za-z0-9]/.test(line)) add(line, file, index + 1);
  }
}

/** Whether the line at `index` is there because other packages need it, as `pip-compile` and `uv pip compile` note below it: `# via kombu`. */
function isBrought(lines: readonly string[], index: number): boolean {
  const notes: string[] = [];
  for (let at = index + 1; at < lines.length && /^\s+#/.test(lines[at]!); at++) notes.push(lines[at]!.replace(/^\s+#\s*(via\b)?\s*/, ''));
  return notes.length > 0 && /^\s+#\s*via\b/.test(lines[index + 1]!) && !notes.some((note) => /^-r |\((pyproject\.toml|setup\.(py|cfg)|Pipfile)\)/.test(note));
}

const manifests = ['requirements.txt', 'pyproject.toml', 'Pipfile', 'setup.py', 'environment.yml', 'environment.yaml', 'requirements.in', 'setup.cfg', 'pixi.toml'];

/** The directory whose manifest a project goes by: its own, or the nearest above that has one and no code of another project. */
export function manifestDirectory(tree: Tree, directory: string): string {
  const has = (place: string) => manifests.some((name) => tree.has(within(place, name))) || requirementFiles(tree, place).length > 0;
  return upwards(directory).find(has) ?? directory;
}

export interface PythonManager {
  name: string;
  install: string | null;
  /** What stands before a command so that it runs in the project's environment. */
  prefix: string;
  confidence: number;
  evidence: Evidence;
}

/** The package manager by lockfile, then by the tables of pyproject.toml, then by requirement files; these are named as seen from `from`. */
export function pythonManager(tree: Tree, directory: string, from: string): PythonManager {
  const locks = [['uv.lock', 'uv', 'uv sync', 'uv run '], ['poetry.lock', 'poetry', 'poetry install', 'poetry run '], ['pdm.lock', 'pdm', 'pdm install --prod', 'pdm run '], ['pixi.lock', 'pixi', 'pixi install', 'pixi run '], ['pixi.toml', 'pixi', 'pixi install', 'pixi run '], ['Pipfile.lock', 'pipenv', 'pipenv install --deploy', 'pipenv run '], ['Pipfile', 'pipenv', 'pipenv install', 'pipenv run ']] as const;
  for (const above of upwards(directory).slice(0, tree.has(within(directory, 'requirements.txt')) ? 1 : undefined)) {
    for (const [file, name, install, prefix] of locks) {
      if (tree.has(within(above, file))) return { name, install, prefix, confidence: 0.97, evidence: seen(within(above, file), 1, `lockfile of ${name}`) };
    }
  }
  const [requirements] = requirementFiles(tree, directory);
  const pyproject = within(directory, 'pyproject.toml');
  const data = readToml(tree, pyproject);
  const tool = asData(data?.['tool']);
  const line = (pattern: RegExp) => lineOf(tree.text(pyproject), pattern);
  if (tool['poetry'] !== undefined && !requirements) return { name: 'poetry', install: 'poetry install', prefix: 'poetry run ', confidence: 0.95, evidence: seen(pyproject, line(/\[tool\.poetry/), 'a table of poetry') };
  if (tool['pdm'] !== undefined && !requirements) return { name: 'pdm', install: 'pdm install --prod', prefix: 'pdm run ', confidence: 0.93, evidence: seen(pyproject, line(/\[tool\.pdm/), 'a table of pdm') };
  if (tool['rye'] !== undefined) return { name: 'rye', install: 'rye sync', prefix: 'rye run ', confidence: 0.93, evidence: seen(pyproject, line(/\[tool\.rye/), 'a table of rye') };
  if (tool['uv'] !== undefined && !requirements) return { name: 'uv', install: 'uv sync', prefix: 'uv run ', confidence: 0.93, evidence: seen(pyproject, line(/\[tool\.uv/), 'a table of uv') };
  if (requirements) {
    const empty = pythonDependencies(tree, directory).size === 0;
    return { name: 'pip', install: empty ? null : `pip install -r ${posix.relative(from, requirements)}`, prefix: '', confidence: 0.95, evidence: seen(requirements, 1, empty ? 'it depends on nothing' : 'requirements of pip') };
  }
  for (const name of ['environment.yml', 'environment.yaml']) if (tree.has(within(directory, name))) return { name: 'conda', install: `conda env update -f ${posix.relative(from, within(directory, name))}`, prefix: '', confidence: 0.9, evidence: seen(within(directory, name), 1, 'environment of conda') };
  if (data?.['project'] !== undefined || tree.has(within(directory, 'setup.py'))) {
    const file = data?.['project'] === undefined ? within(directory, 'setup.py') : pyproject;
    const needed = data?.['build-system'] !== undefined || asList(asData(data?.['project'])['dependencies']).length > 0 || tree.has(within(directory, 'setup.py'));
    return { name: 'pip', install: needed ? `pip install ${posix.relative(from, directory) || '.'}` : null, prefix: '', confidence: 0.85, evidence: seen(file, 1, 'a package') };
  }
  const file = tree.namesIn(directory).find((name) => name.endsWith('.py'));
  const below = file === undefined ? tree.filesBelow(from) : [];
  return { name: 'pip', install: null, prefix: '', confidence: 0.8, evidence: seen(file === undefined ? below.find((path) => path.endsWith('.py')) ?? below[0] ?? within(directory, 'pyproject.toml') : within(directory, file), 1, 'it depends on nothing') };
}
