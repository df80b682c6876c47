import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { asData, asText, lineOf, readJson } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { NodeFramework } from './node-frameworks.ts';
import type { NodePackage } from './node-package.ts';

/** The directory of files that a framework's build leaves to be served, relative to the package; undefined when it needs a server. */
export function siteOf(tree: Tree, pkg: NodePackage, framework: NodeFramework): { directory: string; evidence: Evidence } | undefined {
  const rule = rules[framework.name];
  if (rule && !(framework.server && framework.kind === 'web')) {
    const found = rule(tree, pkg);
    if (found !== 'default') return found;
  }
  if (framework.kind !== 'static' || hasOwnServer(pkg)) return undefined;
  const file = pkg.file;
  const told = /\s--(?:dist-dir|out-?dir|output-path)[= ]["']?(?!\.\.)([\w./-]+)/i.exec(pkg.scripts['build'] ?? '')?.[1];
  if (told !== undefined) return { directory: posix.normalize(told).replace(/\/$/, ''), evidence: seen(file, pkg.line(/"build"\s*:/), `the build script names ${told}`) };
  return { directory: framework.output ?? 'dist', evidence: seen(file, pkg.line(new RegExp(`"(${framework.packages.join('|')})"\\s*:`)), `${framework.name} builds into ${framework.output ?? 'dist'}`) };
}

/** The server that a package gives to a framework of sites; undefined when the site is served as files. */
export function serverOf(tree: Tree, pkg: NodePackage, { name, server }: NodeFramework): NodeFramework['server'] {
  if (!server || !server.packages.some((needed) => has(pkg, needed))) return undefined;
  const said = Object.values(pkg.scripts).join('\n');
  if (name === 'astro' && !configured(tree, pkg, 'astro.config', /output\s*:\s*['"](server|hybrid)['"]|adapter\s*:\s*node/)) return undefined;
  if (name === 'qwik' && !/entry\.(express|fastify|node)/.test(said)) return undefined;
  const built = /\bnode (\S*(?:server\/server\.mjs|server\/main\.js|entry\.(?:express|fastify|node)\S*))/.exec(said)?.[1];
  return { ...server, start: built === undefined ? server.start.replace('%n', angularProject(tree, pkg)?.name ?? pkg.name ?? 'app') : `node ${built}` };
}

/** SvelteKit's adapter, as its configuration imports it; otherwise the one among its packages. */
function adapterOf(tree: Tree, pkg: NodePackage): string | undefined {
  const chosen = configured(tree, pkg, 'svelte.config', /from\s*['"]@sveltejs\/adapter-(\w+)/)?.match[1];
  return chosen ?? ['static', 'node'].find((name) => has(pkg, `@sveltejs/adapter-${name}`));
}

/** How the pages are served whose adapter builds for a platform that is not here: by what shows its build. */
export function previewOf(tree: Tree, pkg: NodePackage, { name }: NodeFramework): { start: string; port: number } | undefined {
  if (name !== 'sveltekit' || !/^(auto|netlify|vercel|cloudflare)/.test(adapterOf(tree, pkg) ?? '')) return undefined;
  return { start: 'npx vite preview --host 0.0.0.0 --port ${PORT:-4173}', port: 4173 };
}

/** The first application of an angular.json. */
function angularProject(tree: Tree, pkg: NodePackage) {
  const data = readJson(tree, within(pkg.directory, 'angular.json'));
  const [name, project] = Object.entries(asData(data?.['projects'])).find(([, value]) => asData(value)['projectType'] !== 'library') ?? [];
  return name === undefined ? undefined : { name, project: asData(project) };
}

/** A start script that runs a program of its own is how the site is meant to be served. */
function hasOwnServer(pkg: NodePackage): boolean {
  return /^(NODE_ENV=\w+ )?(node|tsx|ts-node|bun) (?!.*--watch)\S*\b(server|index|app|main|www)\b/.test(pkg.scripts['start'] ?? '');
}

type Site = { directory: string; evidence: Evidence };
type Rule = (tree: Tree, pkg: NodePackage) => Site | 'default' | undefined;

const has = (pkg: NodePackage, name: string) => pkg.dependencies.has(name) || pkg.devDependencies.has(name);

/** The first of a framework's configuration files that says `pattern`. */
function configured(tree: Tree, pkg: NodePackage, base: string, pattern: RegExp): { file: string; match: RegExpExecArray; line: number } | undefined {
  for (const extension of ['js', 'ts', 'mjs', 'cjs', 'mts']) {
    const file = within(pkg.directory, `${base}.${extension}`);
    const text = tree.text(file);
    // What is commented out says nothing; the lines stay as they are counted.
    const said = text?.replace(/^[ \t]*\/\/.*$/gm, '');
    const match = said === undefined ? null : pattern.exec(said);
    if (match) return { file, match, line: lineOf(said, pattern) };
  }
  return undefined;
}

const outputFrom = (base: string, pattern: RegExp): Rule => (tree, pkg) => {
  if (hasOwnServer(pkg)) return undefined;
  const found = configured(tree, pkg, base, pattern);
  const leaves = found && within(pkg.directory, found.match[1]!).startsWith('..');
  return found && !leaves ? { directory: found.match[1]!.replace(/^\.\//, ''), evidence: seen(found.file, found.line, `builds into ${found.match[1]}`) } : 'default';
};

/** Generators that build into the directory of their settings: `docs/.vitepress/dist`. */
const besideSettings = (name: string): Rule => (tree, pkg) => {
  const directory = ['.', 'docs', 'src'].find((place) => tree.hasDirectory(within(pkg.directory, `${place}/.${name}`)));
  return directory ? { directory: within(directory, `.${name}/dist`), evidence: seen(pkg.file, pkg.line(new RegExp(`"${name}"\\s*:`)), `depends on ${name}`) } : 'default';
};

const rules: Readonly<Record<string, Rule>> = {
  next: (tree, pkg) => {
    const found = configured(tree, pkg, 'next.config', /output\s*:\s*['"]export['"]/);
    return found && { directory: configured(tree, pkg, 'next.config', /distDir\s*:\s*['"]([^'"]+)['"]/)?.match[1] ?? 'out', evidence: seen(found.file, found.line, 'exports files') };
  },
  nuxt: (tree, pkg) => (/generate/.test(pkg.scripts['build'] ?? '') ? { directory: 'dist', evidence: seen(pkg.file, pkg.line(/"build"\s*:/), 'generates files') } : undefined),
  sveltekit: (tree, pkg) => (adapterOf(tree, pkg) === 'static' ? { directory: configured(tree, pkg, 'svelte.config', /pages\s*:\s*['"]([^'"]+)['"]/)?.match[1] ?? 'build', evidence: seen(pkg.file, pkg.line(/adapter-static/), 'the static adapter writes files') } : undefined),
  astro: outputFrom('astro.config', /outDir\s*:\s*['"]([^'"]+)['"]/),
  'react-router': (tree, pkg) => {
    const found = configured(tree, pkg, 'react-router.config', /ssr\s*:\s*false/);
    return found && { directory: 'build/client', evidence: seen(found.file, found.line, 'renders in the browser only') };
  },
  vite: (tree, pkg) => {
    const library = configured(tree, pkg, 'vite.config', /\blib\s*:\s*\{/);
    // With a library as its only target the build does not look at a page, which then is for trying it out (Vite documentation, "Library Mode").
    const always = configured(tree, pkg, 'vite.config', /\bbuild\s*:\s*\{[^{}]{0,300}\blib\s*:\s*\{/);
    return always || library && !tree.has(within(pkg.directory, 'index.html')) ? undefined : outputFrom('vite.config', /outDir\s*:\s*['"]([^'"]+)['"]/)(tree, pkg);
  },
  vue: outputFrom('vue.config', /outputDir\s*:\s*['"]([^'"]+)['"]/),
  webpack: (tree, pkg) => (pkg.scripts['build'] === undefined ? undefined : outputFrom('webpack.config', /path\s*:\s*path\.(?:resolve|join)\(\s*__dirname\s*,\s*['"]([^'"]+)['"]/)(tree, pkg)),
  eleventy: (tree, pkg) => {
    const found = outputFrom('.eleventy', /output\s*:\s*['"]([^'"]+)['"]/)(tree, pkg);
    return found === 'default' ? outputFrom('eleventy.config', /output\s*:\s*['"]([^'"]+)['"]/)(tree, pkg) : found;
  },
  vitepress: besideSettings('vitepress'),
  vuepress: besideSettings('vuepress'),
  angular: (tree, pkg) => {
    const file = within(pkg.directory, 'angular.json');
    const found = angularProject(tree, pkg);
    if (!found) return 'default';
    const { name, project } = found;
    const build = asData(asData(project['architect'] ?? project['targets'])['build']);
    const path = asData(build['options'])['outputPath'];
    const base = asText(path) ?? asText(asData(path)['base']) ?? `dist/${name}`;
    const modern = /:application$/.test(asText(build['builder']) ?? '');
    return { directory: modern ? `${base}/browser` : base, evidence: seen(file, lineOf(tree.text(file), /"outputPath"|"builder"/), `builds into ${base}`) };
  },
};
