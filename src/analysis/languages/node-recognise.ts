import type { FileFacts } from '../facts/file-facts.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { NodeFramework } from './node-frameworks.ts';
import { nodeFrameworks } from './node-frameworks.ts';
import type { NodePackage } from './node-package.ts';
import { previewOf, serverOf } from './node-sites.ts';

/**
 * The frameworks of a package, the one that decides how it runs first. What the package depends on counts, and what its code imports from a package
 * that the workspace provides; builders of pages also count among development tools. A site with a server of its own is told as that server.
 */
export function frameworksOf(tree: Tree, pkg: NodePackage, code: readonly FileFacts[]): NodeFramework[] {
  const listens = code.some((facts) => facts.listens.length > 0);
  const imported = new Set(code.filter(({ path }) => !/\.config\.[cm]?[jt]s$/.test(path)).flatMap((facts) => facts.imports.map(({ name }) => packageOf(name))));
  const found = nodeFrameworks.filter((framework) => isUsed(tree, pkg, framework, imported, listens)).map((framework) => asServer(tree, pkg, framework));
  const servers = found.filter(({ kind }) => kind !== 'static');
  return listens && servers.length > 0 ? [...servers, ...found.filter(({ kind }) => kind === 'static')] : found;
}

function isUsed(tree: Tree, pkg: NodePackage, framework: NodeFramework, imported: ReadonlySet<string>, listens: boolean): boolean {
  const { packages, kind, build, bundler } = framework;
  const depends = packages.some((name) => pkg.dependencies.has(name));
  const develops = packages.some((name) => pkg.devDependencies.has(name));
  if (bundler) return (depends || develops) && !listens && hasPage(tree, pkg);
  if (depends) return true;
  if (build === undefined && kind !== 'static' && packages.some((name) => imported.has(name))) return true;
  return develops && build !== undefined && (kind !== 'static' || !listens);
}

/** The package of an import: `hono/cors` → `hono`, `@nestjs/core/x` → `@nestjs/core`; relative paths are none. */
function packageOf(name: string): string {
  return name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
}

export function hasPage(tree: Tree, pkg: Pick<NodePackage, 'directory'>): boolean {
  return ['index.html', 'public/index.html', 'src/index.html', 'src/index.ejs', 'src/index.pug', 'app/index.html', 'client/index.html', 'static/index.html'].some((name) => tree.has(within(pkg.directory, name)));
}

function asServer(tree: Tree, pkg: NodePackage, framework: NodeFramework): NodeFramework {
  const preview = previewOf(tree, pkg, framework);
  if (preview) return { ...framework, ...preview };
  const server = serverOf(tree, pkg, framework);
  return server ? { ...framework, kind: 'web', start: server.start, port: server.port, ...(server.readsPort && { readsPort: true }) } : framework;
}
