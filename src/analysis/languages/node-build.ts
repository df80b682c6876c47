import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { NodeFramework } from './node-frameworks.ts';
import type { ChosenManager, NodePackage } from './node-package.ts';
import { readPackage, workspaceRoot } from './node-package.ts';
import type { StartClaim } from './node-start.ts';
import { scriptCommand } from './node-start.ts';

/** Nothing is installed for a package without dependencies. */
export function installOf(draft: Draft, tree: Tree, pkg: NodePackage, manager: ChosenManager): void {
  const needed = pkg.dependencies.size + pkg.devDependencies.size > 0 || pkg.workspaces.length > 0;
  draft.claim('install', needed ? installCommand(tree, pkg, manager) : null, manager.confidence, needed ? manager.evidence : seen(pkg.file, 1, 'it depends on nothing'));
}

/** Within a workspace pnpm, yarn and Bun install all of it; npm does so only for its root, and leaves out what the members before it are built with. */
function installCommand(tree: Tree, pkg: NodePackage, manager: ChosenManager): string {
  const root = workspaceRoot(tree, pkg.directory);
  return manager.name === 'npm' && root !== pkg.directory ? manager.install.replace(/^npm /, `npm --prefix ${posix.relative(pkg.directory, root)} `) : manager.install;
}

/** Builds that make images, programs for desks or extensions, and none that is run here; those that only say that there is none; and those that only change a database, which may not be there yet. */
const unneeded = /^(?:npx )?(?:prisma (?:migrate|db)|knex migrate|sequelize(?:-cli)? db|drizzle-kit (?:migrate|push)|typeorm \S*migration)\b[^&;]*$|\bdocker\b|^echo\b(?!.*&&)|^(?:npx )?(?:pkg|nexe|caxa|electron-builder|electron-packager|vsce) /;

/** The build script, the framework's build, or the compiler where the program that starts is compiled. */
export function buildOf(draft: Draft, tree: Tree, pkg: NodePackage, manager: ChosenManager, framework: NodeFramework | undefined, start: StartClaim | undefined): void {
  // `build:app:shop` for `start:app:shop`.
  const named = /\bstart([:-]\S+)$/.exec(start?.value ?? '')?.[1];
  const script = ['build', ...(named === undefined ? [] : [`build${named}`]), 'build:prod', 'build:production', 'heroku-postbuild', 'compile', ...(framework?.kind === 'static' ? ['docs:build'] : [])].find((name) => pkg.scripts[name] !== undefined && !unneeded.test(pkg.scripts[name]!));
  if (script) {
    const command = withWorkspace(tree, pkg, manager, script) ?? scriptCommand(manager.name, script);
    claimBuild(draft, tree, pkg, command, 0.95, seen(pkg.file, pkg.line(new RegExp(`"${RegExp.escape(script)}"\\s*:`)), `script ${script}: ${pkg.scripts[script]!.slice(0, 120)}`));
  } else if (framework?.build) claimBuild(draft, tree, pkg, framework.build, 0.85, seen(pkg.file, 1, `${framework.name} is built so`));
  else if (start && /\b(dist|build|out|lib)\//.test(pkg.scripts['start'] ?? start.value) && tree.has(within(pkg.directory, 'tsconfig.json')) && pkg.scripts['prestart'] === undefined) {
    claimBuild(draft, tree, pkg, 'npx tsc', 0.75, seen(within(pkg.directory, 'tsconfig.json'), 1, 'what starts is compiled'));
  } else claimBuild(draft, tree, pkg, null, 0.9, seen(pkg.file, 1, 'no script builds it'));
}

function claimBuild(draft: Draft, tree: Tree, pkg: NodePackage, command: string | null, confidence: number, evidence: Evidence): void {
  const schema = ungenerated(tree, pkg);
  if (schema === undefined) draft.claim('build', command, confidence, evidence);
  else draft.claim('build', command === null ? 'npx prisma generate' : `npx prisma generate && ${command}`, Math.min(confidence, 0.9), [seen(schema, 1, 'the client of Prisma is generated from it, and no script does that'), evidence]);
}

/**
 * The schema of Prisma whose client is code that nobody has generated. The generator `prisma-client` writes into the sources, and from version 7 on installing generates nothing
 * (Prisma's guide to upgrading to version 7); before, `@prisma/client` did.
 */
function ungenerated(tree: Tree, pkg: NodePackage): string | undefined {
  if (!pkg.dependencies.has('prisma') && !pkg.devDependencies.has('prisma')) return undefined;
  if (Object.values(pkg.scripts).some((script) => /\bprisma generate\b/.test(script))) return undefined;
  const schemas = tree.filesBelow(pkg.directory).filter((file) => /(?:^|\/)schema\.prisma$/.test(file));
  const [schema] = schemas;
  const generator = schemas.length === 1 && /generator\s+\w+\s*\{[^}]*\}/.exec(tree.text(schema!) ?? '')?.[0];
  if (!generator || !/provider\s*=\s*"prisma-client(?:-js)?"/.test(generator)) return undefined;
  const output = /output\s*=\s*"([^"]+)"/.exec(generator)?.[1];
  if (output !== undefined && tree.filesBelow(posix.join(posix.dirname(schema!), output)).length > 0) return undefined;
  const byInstalling = /"prisma-client-js"/.test(generator) && pkg.dependencies.has('@prisma/client') && !isFrom7(pkg);
  return byInstalling ? undefined : schema;
}

const isFrom7 = (pkg: NodePackage): boolean => Number(/\d+/.exec(pkg.range('prisma') ?? '')?.[0] ?? 0) >= 7;

/** In a workspace, the packages of it that this one needs are built first. */
function withWorkspace(tree: Tree, pkg: NodePackage, manager: ChosenManager, script: string): string | undefined {
  const root = workspaceRoot(tree, pkg.directory);
  if (root === pkg.directory || pkg.name === undefined) return undefined;
  if (tree.has(within(root, 'turbo.json')) && script === 'build') return 'npx turbo run build';
  const needed = localDependencies(tree, pkg, root).filter((other) => other.scripts['build'] !== undefined);
  if (needed.length === 0) return undefined;
  const names = [...needed.map((other) => other.name!), pkg.name];
  if (manager.name === 'pnpm') return `pnpm --filter ${pkg.name}... run ${script}`;
  if (manager.name === 'npm') return `npm --prefix ${posix.relative(pkg.directory, root)} run ${script} ${names.map((name) => `-w ${name}`).join(' ')}`;
  if (manager.name === 'yarn') return names.map((name) => `yarn workspace ${name} ${script}`).join(' && ');
  return undefined;
}

/** Packages of the same workspace that `pkg` depends on, dependencies first. */
function localDependencies(tree: Tree, pkg: NodePackage, root: string): NodePackage[] {
  const local = new Map<string, NodePackage>();
  for (const directory of tree.directories) {
    const other = tree.has(within(directory, 'package.json')) && seenFrom(root, directory) !== '.' ? readPackage(tree, directory) : undefined;
    if (other?.name !== undefined && workspaceRoot(tree, directory) === root) local.set(other.name, other);
  }
  const ordered: NodePackage[] = [];
  const visit = (current: NodePackage, path: ReadonlySet<string>) => {
    for (const name of [...current.dependencies, ...current.devDependencies]) {
      const other = local.get(name);
      if (!other || path.has(name) || ordered.includes(other)) continue;
      visit(other, new Set([...path, name]));
      ordered.push(other);
    }
  };
  visit(pkg, new Set(pkg.name === undefined ? [] : [pkg.name]));
  return ordered.filter((other) => other !== pkg);
}

const migrationScripts = ['release', 'db:migrate:deploy', 'migrate:deploy', 'prisma:deploy', 'migrate:prod', 'migration:run', 'migrations:run', 'db:migrate', 'migrate:up', 'migrate:latest', 'migrate', 'db:deploy', 'typeorm:migrate'];

/** Migration tools by a package and a place of theirs. */
const migrationTools = [
  { packages: ['prisma', '@prisma/client'], place: 'prisma/migrations', command: 'npx prisma migrate deploy' },
  { packages: ['knex'], place: 'migrations', command: 'npx knex migrate:latest' },
  { packages: ['sequelize-cli'], place: 'migrations', command: 'npx sequelize-cli db:migrate' },
  { packages: ['drizzle-kit'], place: 'drizzle', command: 'npx drizzle-kit migrate' },
  { packages: ['node-pg-migrate'], place: 'migrations', command: 'npx node-pg-migrate up' },
] as const;

/** The command that brings the database to the code's schema, unless starting does so already. */
export function releaseOf(draft: Draft, tree: Tree, pkg: NodePackage, manager: ChosenManager, start: StartClaim): void {
  const startScript = `${pkg.scripts['start'] ?? ''} ${pkg.scripts['prestart'] ?? ''} ${start.value}`;
  if (/migrat|db push/.test(startScript)) return;
  const script = migrationScripts.find((name) => pkg.scripts[name] !== undefined && !/migrate dev|--watch|docker|heroku/.test(pkg.scripts[name]!));
  if (script) {
    draft.claim('release', scriptCommand(manager.name, script), 0.85, seen(pkg.file, pkg.line(new RegExp(`"${RegExp.escape(script)}"\\s*:`)), `script ${script}: ${pkg.scripts[script]!.slice(0, 120)}`));
    return;
  }
  const schema = pkg.prismaSchema && posix.join(posix.dirname(pkg.prismaSchema), 'migrations');
  const tools = [...migrationTools, ...(schema ? [{ ...migrationTools[0], place: schema }] : [])];
  const tool = tools.find(({ packages, place }) => packages.some((name) => pkg.dependencies.has(name) || pkg.devDependencies.has(name)) && tree.hasDirectory(within(pkg.directory, place)) && !(packages.some((name) => name === 'drizzle-kit') && knowsNoDatabase(tree, pkg)));
  if (tool) draft.claim('release', tool.command, 0.85, seen(tree.filesBelow(within(pkg.directory, tool.place))[0] ?? pkg.file, 1, 'migrations'));
}

/** Whether drizzle-kit is only told of the schema: it then writes migrations, which the app carries out itself (Drizzle's documentation of `drizzle-kit migrate`, "prerequisites"). */
function knowsNoDatabase(tree: Tree, pkg: NodePackage): boolean {
  const settings = ['ts', 'js', 'mjs', 'json'].map((ending) => tree.text(within(pkg.directory, `drizzle.config.${ending}`))).find((text) => text !== undefined);
  return settings !== undefined && !/\b(?:dbCredentials|driver|connectionString|url)\b|\.\.\.|\bimport\s+[{\w].{0,200}from\s+['"]\./.test(settings);
}
