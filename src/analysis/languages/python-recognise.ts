import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { PythonFramework } from './python-frameworks.ts';
import { pythonFrameworks } from './python-frameworks.ts';

/** The package of a module as it is depended on: `flask_restx.Api` → `flask-restx`. */
const packageOf = (module: string) => module.split('.', 1)[0]!.replaceAll('_', '-');

/** Where code imports a framework; undefined where it does not. */
export function importOf({ packages, imports }: PythonFramework, code: readonly FileFacts[]): { path: string; line: number } | undefined {
  for (const facts of code) {
    const used = facts.imports.find(({ name }) => (imports === undefined ? packages.includes(packageOf(name)) : imports.test(name)));
    if (used) return { path: facts.path, line: used.line };
  }
  return undefined;
}

export function importEvidence(framework: PythonFramework, code: readonly FileFacts[], otherwise: Evidence): Evidence {
  const used = importOf(framework, code);
  return used === undefined ? otherwise : seen(used.path, used.line, `uses ${framework.name}`);
}

/** The framework that the code imports, otherwise one that the project depends on: of dependencies that it shares with others (`own` is false) that says nothing. */
export function frameworkOf(tree: Tree, draft: Draft, code: readonly FileFacts[], own: boolean): PythonFramework | undefined {
  if (tree.has(within(draft.path, 'manage.py')) && runsDjango.test(tree.text(within(draft.path, 'manage.py')) ?? '')) return pythonFrameworks[0];
  const imported = (framework: PythonFramework) => importOf(framework, code) !== undefined;
  const depends = ({ packages, imports }: PythonFramework) => packages.some((name) => draft.dependencies.has(name) && (imports === undefined || name.includes('[')));
  const said = ({ packages, says }: PythonFramework) => says === undefined || code.some((facts) => facts.imports.some(({ name }) => packages.includes(packageOf(name))) && says.test(tree.text(facts.path) ?? ''));
  const told = pythonFrameworks.find((framework) => framework.files?.some((file) => tree.has(within(draft.path, file))) && (imported(framework) || framework.packages.some((name) => draft.dependencies.has(name))));
  const used = pythonFrameworks.filter((framework) => framework.name !== 'django' && imported(framework) && said(framework));
  // One whose application nobody makes only helps another; what only takes work may be beside it.
  const isMade = ({ makes, kind }: PythonFramework) => (makes === undefined ? kind !== 'worker' : code.some(({ called }) => [...called].some((name) => makes.test(name))));
  return told ?? used.find(isMade) ?? used[0] ?? pythonFrameworks.find((framework) => own && depends(framework) && framework.says === undefined && framework.name !== 'starlette');
}

/** What a manage.py of Django does; other programs are called so as well. */
const runsDjango = /^[ \t]*(?:from|import)[ \t]+(?:django|configurations)\b|DJANGO_SETTINGS_MODULE/m;
