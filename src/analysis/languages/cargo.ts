import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Claim } from '../draft.ts';
import { seen } from '../draft.ts';
import type { Data } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { asData, asList, asText, lineOf, readToml } from '../syntax/formats.ts';
import { isBelow, upwards, within } from '../tree/paths.ts';
import { perPath } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { cleanVersion, pinnedVersions } from './versions.ts';

/** A package of Cargo. */
export interface CargoPackage {
  directory: string;
  file: string;
  name: string;
  data: Data;
  /** Crates that it needs, and `crate/feature` for the features that it turns on. */
  dependencies: Map<string, Evidence>;
  /** Directories of the packages of the tree that it contains. */
  siblings: string[];
  bins: { name: string; path: string }[];
  /** The directory whose `target` holds what is built. */
  root: string;
}

/** The package of a directory, read once; undefined for a bare workspace or what is no package. */
export const readCargo = perPath(readPackage);

function readPackage(tree: Tree, directory: string): CargoPackage | undefined {
  const file = within(directory, 'Cargo.toml');
  const data = readToml(tree, file);
  const written = asText(asData(data?.['package'])['name']);
  if (!data || written === undefined) return undefined;
  // Generators put a name there: `{{project-name}}`.
  const name = written.includes('{{') ? directory === '.' ? 'app' : posix.basename(directory) : written;
  const root = upwards(directory).slice(1).find((above) => asData(readToml(tree, within(above, 'Cargo.toml')))['workspace'] !== undefined && isBelow(directory, above)) ?? directory;
  const workspace = asData(asData(readToml(tree, within(root, 'Cargo.toml')))['workspace']);
  const text = tree.text(file) ?? '';
  const dependencies = new Map<string, Evidence>();
  const siblings: string[] = [];
  for (const part of [data, ...Object.values(asData(data['target'])).map(asData)]) {
    for (const [key, value] of Object.entries(asData(part['dependencies']))) {
      const shared = asData(asData(workspace['dependencies'])[key]);
      const own = asData(value);
      const isShared = own['workspace'] === true;
      const crate = asText(own['package']) ?? (isShared ? asText(shared['package']) : undefined) ?? key;
      const evidence = seen(file, linesIn(text).of(key), `depends on ${crate}`);
      dependencies.set(crate, evidence);
      for (const feature of [...asList(own['features']), ...(isShared ? asList(shared['features']) : [])]) dependencies.set(`${crate}/${asText(feature)}`, evidence);
      const path = asText(own['path']);
      const sharedPath = isShared ? asText(shared['path']) : undefined;
      const target = path !== undefined ? within(directory, path) : sharedPath !== undefined ? within(root, sharedPath) : undefined;
      if (target !== undefined && tree.has(within(target, 'Cargo.toml'))) siblings.push(target);
    }
  }
  return { directory, file, name, data, dependencies, siblings, root, bins: binsOf(tree, directory, name, data) };
}

/** Programs by Cargo's conventions (The Cargo Book, "Cargo Targets"), and those that are declared. */
function binsOf(tree: Tree, directory: string, name: string, data: Data): CargoPackage['bins'] {
  const inBin = within(directory, 'src/bin');
  const conventional = [
    { name, path: within(directory, 'src/main.rs') },
    ...tree.namesIn(inBin).filter((file) => file.endsWith('.rs')).map((file) => ({ name: posix.basename(file, '.rs'), path: within(inBin, file) })),
    ...tree.directories.filter((one) => posix.dirname(one) === inBin).map((one) => ({ name: posix.basename(one), path: within(one, 'main.rs') })),
  ];
  // What is built only where it is asked for is a tool beside a library.
  const asked = (bin: unknown) => tree.has(within(directory, 'src/lib.rs')) && asList(asData(bin)['required-features']).some((feature) => !asList(asData(data['features'])['default']).includes(feature));
  const declared = asList(data['bin']).map((bin) => {
    const own = asText(asData(bin)['name']) ?? name;
    const path = asText(asData(bin)['path']);
    return { name: own, isAsked: asked(bin), path: path !== undefined ? within(directory, path) : [`src/bin/${own}.rs`, `src/bin/${own}/main.rs`, 'src/main.rs'].map((one) => within(directory, one)).find((one) => tree.has(one)) ?? '' };
  });
  const automatic = asData(data['package'])['autobins'] === false ? [] : conventional;
  return [...declared.filter(({ isAsked }) => !isAsked), ...automatic.filter((bin) => !declared.some((other) => other.path === bin.path))].filter(({ path }) => tree.has(path));
}

/** The version of Rust that is asked for, the surest first; an edition is none. */
export function rustVersions(tree: Tree, { directory, file, data, root }: CargoPackage): Claim<string>[] {
  const claims = pinnedVersions(tree, 'rust', directory);
  for (const above of upwards(directory)) {
    for (const name of ['rust-toolchain.toml', 'rust-toolchain', '.rust-version']) {
      const path = within(above, name);
      const text = tree.text(path);
      const version = cleanVersion(/channel\s*=\s*["']([^"']+)["']/.exec(text ?? '')?.[1] ?? (name === 'rust-toolchain.toml' ? '' : text?.trim().split('\n')[0] ?? ''));
      if (version && Number(version.split('.')[0]) < 100) claims.push({ value: version, confidence: 0.97, evidence: [seen(path, lineOf(text, /channel/), `asks for Rust ${version}`)] });
    }
  }
  const own = asData(data['package'])['rust-version'];
  const shared = asText(asData(asData(asData(readToml(tree, within(root, 'Cargo.toml')))['workspace'])['package'])['rust-version']);
  const declared = asText(own) ?? (asData(own)['workspace'] === true ? shared : undefined);
  const place = asText(own) === undefined ? within(root, 'Cargo.toml') : file;
  if (declared) claims.push({ value: declared, confidence: 0.85, evidence: [seen(place, lineOf(tree.text(place), 'rust-version'), `asks for Rust ${declared}`)] });
  const clippy = ['clippy.toml', '.clippy.toml'].map((name) => within(directory, name)).find((path) => tree.has(path));
  const least = /^msrv\s*=\s*"([\d.]+)"/m.exec(tree.text(clippy ?? '') ?? '')?.[1];
  if (clippy !== undefined && least !== undefined) claims.push({ value: least, confidence: 0.7, evidence: [seen(clippy, lineOf(tree.text(clippy), 'msrv'), `works with Rust ${least}`)] });
  return claims.sort((a, b) => b.confidence - a.confidence);
}
