import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { Tree } from '../tree/tree.ts';
import { packageManagerOf, readPackage } from './node-package.ts';
import { scriptCommand } from './node-start.ts';

/** A server in another language whose pages a package.json beside it builds: that is done first. */
export function claimPageBuild(tree: Tree, draft: Draft): void {
  if (['javascript', 'typescript', 'html'].includes(draft.language)) return;
  const pkg = readPackage(tree, draft.path);
  const script = ['build', 'production', 'prod'].find((name) => pkg?.scripts[name] !== undefined);
  if (!pkg || script === undefined) return;
  const manager = packageManagerOf(tree, pkg);
  const evidence = seen(pkg.file, pkg.line(new RegExp(`"${RegExp.escape(script)}"\\s*:`)), `script ${script}: ${pkg.scripts[script]!.slice(0, 120)}`);
  const before = { install: pkg.dependencies.size + pkg.devDependencies.size > 0 ? manager.install : null, build: scriptCommand(manager.name, script) };
  for (const field of ['install', 'build'] as const) {
    const own = draft.best(field);
    const first = before[field];
    if (first !== null) draft.claim(field, own?.value ? `${first} && ${own.value}` : first, Math.min(0.99, (own?.confidence ?? 0.85) + 0.01), [evidence, ...(own?.evidence ?? [])]);
  }
  draft.languages.add('javascript');
}
