import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { SharedCode } from '../facts/shared.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { asData, asList, asText, lineOf, readJson } from '../syntax/formats.ts';
import { upwards, within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { claimKind } from './listening.ts';
import { nodeFrameworks } from './node-frameworks.ts';
import type { NodePackage } from './node-package.ts';
import { nodeVersions, packageManagerOf, readPackage } from './node-package.ts';
import { frameworksOf } from './node-recognise.ts';
import { runtimeAsked } from './versions.ts';

/** Applications of an Nx workspace that have a project.json and share the package.json of its root. */
export const nx: Detector = {
  name: 'nx',
  family: 'node',
  projects: (tree) => directoriesWith(tree, ['project.json']).filter((directory) => directory !== '.' && !tree.has(within(directory, 'package.json')) && workspaceOf(tree, directory) !== undefined && !/-e2e$/.test(directory)),
  describe(tree, directory, { inner }) {
    const file = within(directory, 'project.json');
    const data = readJson(tree, file);
    const root = workspaceOf(tree, directory);
    if (!data || !root || data['projectType'] === 'library') return [];
    const name = asText(data['name']) ?? posix.basename(directory);
    const targets = asData(data['targets'] ?? data['architect']);
    const build = asData(targets['build']);
    const code = codeIn(tree, directory, inner);
    const all = [...code, ...librariesOf(tree).reachedFrom(code, [])];
    const executor = asText(build['executor']) ?? asText(build['builder']) ?? '';
    const framework = frameworkOf(tree, root, directory, executor, code) ?? frameworkOf(tree, root, directory, executor, all);
    const main = code.find((facts) => facts.path === asText(asData(build['options'])['main']) || /(^|\/)main\.[jt]s$/.test(facts.path));
    if (!framework && !main) return [];
    const draft = new Draft(posix.basename(directory), directory, code.some((facts) => facts.language === 'typescript') ? 'typescript' : 'javascript');
    const place = (why: string, pattern: RegExp | string = /"projectType"|"targets"/) => seen(file, lineOf(tree.text(file), pattern), why);
    const manager = packageManagerOf(tree, root);
    const [version] = nodeVersions(tree, root, 'node');
    draft.claim('packageManager', manager.name, manager.confidence, manager.evidence).claim('install', manager.install, 0.9, manager.evidence);
    draft.claim('runtime', runtimeAsked('node', version?.value), version?.confidence ?? 0.95, version?.evidence ?? place('an application of Nx'));
    if (targets['build'] !== undefined) draft.claim('build', `npx nx run ${name}:build:production`, 0.9, place('target build', '"build"'));
    for (const used of all.flatMap((facts) => facts.imports.map((found) => ({ ...found, path: facts.path })))) if (root.dependencies.has(used.name)) draft.dependencies.set(used.name, seen(used.path, used.line, `uses ${used.name}`));
    if (framework) draft.frameworks.add(framework.name);
    if (framework) draft.claim('framework', framework.name, 0.9, place(`built as ${framework.name}`, '"build"'));
    const output = asText(asData(build['options'])['outputPath']) ?? within('dist', directory);
    const back = posix.relative(directory, root.directory) || '.';
    if (framework?.kind === 'static') return [draft.claim('kind', 'static', 0.9, place('a site')).claim('staticDir', posix.join(back, output), 0.85, place('where it is built', '"outputPath"')).claim('start', null, 0.9, place('served as files'))];
    const said = commandOf(asData(targets['start'])) ?? commandOf(asData(asData(asData(targets['start'])['configurations'])['production']));
    if (said !== undefined) draft.claim('start', said.replace(/\bdist\//, `${back}/dist/`), 0.95, place('target start', '"start"'));
    draft.claim('start', framework?.name === 'next' ? `npx nx run ${name}:serve:production` : `node ${posix.join(back, output, 'main.js')}`, 0.85, place('what the build leaves', '"build"'));
    draft.entry = main?.path ?? null;
    if (framework?.port) draft.claim('port', { port: framework.port, protocol: 'http' }, 0.7, place(`${framework.name} listens on ${framework.port} unless told otherwise`));
    if (framework) draft.claim('kind', framework.kind, 0.88, place(`built as ${framework.name}`));
    if (framework?.readsPort) draft.claim('readsPort', true, 0.85, place(`${framework.name} reads PORT`));
    claimKind(draft, code, false);
    return [draft];
  },
};

/** The code of a workspace that belongs to none of its applications. */
const librariesOf = perTree((tree) => new SharedCode(tree, nx.projects(tree).filter((directory) => readJson(tree, within(directory, 'project.json'))?.['projectType'] !== 'library')));

function workspaceOf(tree: Tree, directory: string): NodePackage | undefined {
  const root = upwards(directory).find((above) => tree.has(within(above, 'nx.json')));
  return root === undefined ? undefined : readPackage(tree, root);
}

/** By the plugin that builds it, or by what its code imports. */
function frameworkOf(tree: Tree, root: NodePackage, directory: string, executor: string, code: readonly FileFacts[]) {
  const plugins = [[/next/, 'next'], [/angular/, 'angular'], [/remix/, 'remix'], [/nuxt/, 'nuxt'], [/vite|web:|react|rollup/, 'vite']] as const;
  const plugin = plugins.find(([pattern]) => pattern.test(executor))?.[1] ?? (tree.namesIn(directory).some((name) => name.startsWith('next.config')) ? 'next' : tree.namesIn(directory).some((name) => name.startsWith('vite.config')) && tree.has(within(directory, 'index.html')) ? 'vite' : undefined);
  if (plugin !== undefined) return nodeFrameworks.find(({ name }) => name === plugin);
  const imported = new Set(code.flatMap(({ imports }) => imports.map(({ name }) => name)));
  return frameworksOf(tree, { ...root, directory, dependencies: root.dependencies.intersection(imported), devDependencies: new Set() }, code)[0];
}

/** The command of a target of `nx:run-commands`. */
function commandOf(target: ReturnType<typeof asData>): string | undefined {
  const options = asData(target['options'] ?? target);
  const [first] = asList(options['commands']);
  return asText(options['command']) ?? asText(asData(first)['command']) ?? asText(first);
}
