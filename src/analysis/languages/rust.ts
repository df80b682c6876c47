import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { asData, asList, asText, lineOf, readToml } from '../syntax/formats.ts';
import { isBelow, seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Framework } from './listening.ts';
import { claimFramework, claimKind } from './listening.ts';
import { cleanVersion, pinnedVersions } from './versions.ts';

const frameworks: readonly Framework[] = [
  { name: 'axum', packages: ['axum'], kind: 'api', port: 3000 }, { name: 'actix-web', packages: ['actix-web'], kind: 'api', port: 8080 }, { name: 'rocket', packages: ['rocket'], kind: 'api', port: 8000 }, { name: 'warp', packages: ['warp'], kind: 'api', port: 3030 },
  { name: 'poem', packages: ['poem'], kind: 'api', port: 3000 }, { name: 'salvo', packages: ['salvo'], kind: 'api', port: 5800 }, { name: 'tide', packages: ['tide'], kind: 'api', port: 8080 }, { name: 'gotham', packages: ['gotham'], kind: 'api', port: 7878 }, { name: 'leptos', packages: ['leptos'], kind: 'web', port: 3000 },
  { name: 'loco', packages: ['loco-rs'], kind: 'api', port: 5150 }, { name: 'tonic', packages: ['tonic'], kind: 'api', port: 50051 }, { name: 'hyper', packages: ['hyper'], kind: 'api', port: 3000 }, { name: 'clap', packages: ['clap'] },
];

/** Cargo packages with a binary. */
export const rust: Detector = {
  name: 'rust',
  projects: (tree) => directoriesWith(tree, ['Cargo.toml']),
  describe(tree, directory, { inner }) {
    const file = within(directory, 'Cargo.toml');
    const data = readToml(tree, file);
    const name = asText(asData(data?.['package'])['name']);
    if (!data || name === undefined) return [];
    const code = codeIn(tree, directory, inner).filter((facts) => facts.language === 'rust');
    const declared = asList(data['bin']).map((bin) => ({ name: asText(asData(bin)['name']) ?? name, path: within(directory, asText(asData(bin)['path']) ?? 'src/main.rs') }));
    const automatic = [{ name, path: within(directory, 'src/main.rs') }, ...code.filter((facts) => posix.dirname(facts.path) === within(directory, 'src/bin')).map((facts) => ({ name: posix.basename(facts.path, '.rs'), path: facts.path }))];
    const bins = [...declared, ...automatic.filter((bin) => !declared.some((other) => other.path === bin.path))].filter(({ path }) => tree.has(path));
    const fallback = asText(asData(data['package'])['default-run']);
    const [main] = [...bins].sort((a, b) => Number(b.name === fallback) - Number(a.name === fallback));
    if (!main) return [];
    const root = workspaceRoot(tree, directory);
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'rust');
    draft.aliases.add(name);
    const place = seen(file, lineOf(tree.text(file), /^\s*name\s*=/m), `the package ${name}`);
    for (const [dependency, value] of Object.entries({ ...asData(asData(data['target'])), ...asData(data['dependencies']) })) {
      const evidence = seen(file, lineOf(tree.text(file), new RegExp(`^${dependency}\\b`, 'm')), `depends on ${dependency}`);
      draft.dependencies.set(dependency, evidence);
      for (const feature of asList(asData(value)['features'])) draft.dependencies.set(`${dependency}/${asText(feature)}`, evidence);
    }
    const [version] = rustVersions(tree, directory, asText(asData(data['package'])['rust-version']), file);
    draft.claim('runtime', { name: 'rust', version: version?.value ?? null }, version?.confidence ?? 0.9, version?.evidence ?? place);
    draft.claim('packageManager', 'cargo', 0.98, place).claim('install', null, 0.9, place);
    const binary = bins.length > 1 ? ` --bin ${main.name}` : '';
    const up = root === directory ? '.' : posix.relative(directory, root);
    draft.claim('build', `cargo build --release${binary}`, 0.92, place).claim('start', `${up === '.' ? './' : `${up}/`}target/release/${main.name}`, 0.92, place);
    claimFramework(draft, frameworks);
    claimKind(draft, code, ['templates', 'static', 'public'].some((one) => tree.directories.includes(within(directory, one))));
    return [draft];
  },
};

/** The Cargo workspace above: its `target` holds what is built. */
function workspaceRoot(tree: Tree, directory: string): string {
  return upwards(directory).slice(1).find((above) => asData(readToml(tree, within(above, 'Cargo.toml')))['workspace'] !== undefined && isBelow(directory, above) && seenFrom(above, directory) !== '.') ?? directory;
}

function rustVersions(tree: Tree, directory: string, declared: string | undefined, file: string) {
  const claims = pinnedVersions(tree, 'rust', directory);
  for (const above of upwards(directory)) {
    for (const name of ['rust-toolchain.toml', 'rust-toolchain']) {
      const path = within(above, name);
      const version = cleanVersion(/channel\s*=\s*"([^"]+)"/.exec(tree.text(path) ?? '')?.[1] ?? (name === 'rust-toolchain' ? tree.text(path) ?? '' : ''));
      if (version && Number(version.split('.')[0]) < 100) claims.push({ value: version, confidence: 0.97, evidence: [seen(path, lineOf(tree.text(path), /channel/), `asks for Rust ${version}`)] });
    }
  }
  if (declared) claims.push({ value: declared, confidence: 0.85, evidence: [seen(file, lineOf(tree.text(file), 'rust-version'), `asks for Rust ${declared}`)] });
  return claims;
}
