import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { workOf } from '../kinds/work.ts';
import { asData, asList, asText } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { CargoPackage } from './cargo.ts';
import { readCargo, rustVersions } from './cargo.ts';
import { claimConfiguredPort } from './configured-port.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pageAmong } from './page-files.ts';
import { isErrand } from './programs.ts';
import { rustFrameworks, rustPages } from './rust-frameworks.ts';
import { doesByItself, filesOf } from './rust-programs.ts';
import { toldCommands } from './told.ts';

/** Packages of Cargo with a program; several that listen are several services. */
export const rust: Detector = {
  name: 'rust',
  projects: (tree) => directoriesWith(tree, ['Cargo.toml']).filter((directory) => readCargo(tree, directory) !== undefined),
  describe(tree, directory, { inner, lenient, anything }) {
    const cargo = readCargo(tree, directory);
    if (!cargo) return [];
    if (!lenient && (cargo.dependencies.has('tauri') || asList(asData(cargo.data['lib'])['crate-type']).some((type) => type === 'cdylib') && cargo.bins.length === 0)) return [];
    const code = codeIn(tree, directory, inner).filter((facts) => facts.language === 'rust');
    const pages = browserPages(tree, cargo);
    if (pages) return [pages];
    if (anything && cargo.bins.length === 0 && tree.has(within(directory, 'src/lib.rs'))) return [base(tree, cargo, directory === '.' ? 'library' : posix.basename(directory)).claim('kind', 'library', 0.9, seen(within(directory, 'src/lib.rs'), 1, 'a package without a program'))];
    const drafts = cargo.bins.map((bin) => program(tree, cargo, bin, code));
    // Beside a library that is published, a program that does nothing of its own shows how that is used.
    const about = asData(cargo.data['package']);
    const isShown = tree.has(within(directory, 'src/lib.rs')) && (about['documentation'] !== undefined || asList(about['keywords']).length > 0 || asList(about['categories']).length > 0) && drafts.every((draft) => draft.value('kind') === 'job');
    if (isShown && drafts.length > 0) return anything ? [base(tree, cargo, directory === '.' ? 'library' : posix.basename(directory)).claim('kind', 'library', 0.9, seen(within(directory, 'src/lib.rs'), 1, 'a package that is published'))] : [];
    const serving = drafts.filter((draft) => ['web', 'api'].includes(draft.value('kind')!));
    const lasting = drafts.filter((draft) => draft.value('kind') === 'worker' && doesByItself(cargo, draft, code) && !isErrand(posix.basename(draft.entry ?? '')));
    if (serving.length + lasting.length > 1 && serving.every((draft) => (draft.best('kind')?.confidence ?? 0) > 0.88 || lasting.length > 0 && doesByItself(cargo, draft, code))) return [...serving, ...lasting];
    const wanted = asText(asData(cargo.data['package'])['default-run']);
    const order = (draft: Draft) => (draft.aliases.has(wanted ?? '') ? 0 : serving.length === 1 && draft === serving[0] ? 1 : draft.entry === within(directory, 'src/main.rs') || draft.aliases.has('main') || [...draft.aliases][1] === cargo.name ? 2 : 3);
    return drafts.sort((a, b) => order(a) - order(b)).slice(0, 1);
  },
};

/** Pages that `trunk` makes of a package. */
function browserPages(tree: Tree, { directory, file, name, dependencies }: CargoPackage): Draft | undefined {
  const page = within(directory, 'index.html');
  const isServer = ['axum', 'actix-web', 'rocket', 'warp'].some((crate) => dependencies.has(crate));
  const forBrowsers = ['yew/csr', 'leptos/csr', 'sycamore', 'seed'].some((crate) => dependencies.has(crate)) && tree.has(page);
  const isPage = forBrowsers || tree.has(within(directory, 'Trunk.toml')) || /data-trunk/.test(tree.text(page) ?? '');
  if (!isPage || isServer) return undefined;
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'rust');
  const place = seen(tree.has(page) ? page : file, 1, 'a page that trunk builds');
  for (const [crate, evidence] of dependencies) draft.dependencies.set(crate, evidence);
  draft.aliases.add(name);
  const out = /^[ \t]*dist\s*=\s*"([^"]+)"/m.exec(tree.text(within(directory, 'Trunk.toml')) ?? '')?.[1] ?? 'dist';
  draft.claim('packageManager', 'cargo', 0.98, place).claim('install', null, 0.9, place).claim('build', 'trunk build --release', 0.95, place).claim('staticDir', out, 0.95, place);
  draft.claim('runtime', { name: 'rust', version: null }, 0.9, place);
  claimFramework(draft, rustPages);
  return draft.claim('kind', 'static', 0.97, place);
}

/** Crates that read a command line or draw on a terminal. */
const commandLine = /^(docopt|argh|argwerk|gumdrop|pico-args|lexopt|bpaf|getopts|ratatui|tui|cursive|crossterm|dialoguer)$/;

/** What is known of a package whatever it makes. */
function base(tree: Tree, cargo: CargoPackage, name: string): Draft {
  const draft = new Draft(name, cargo.directory, 'rust');
  takeDependencies(tree, draft, cargo);
  const place = seen(cargo.file, 1, `the package ${cargo.name}`);
  const [version] = rustVersions(tree, cargo);
  draft.claim('runtime', { name: 'rust', version: version?.value ?? null }, version?.confidence ?? 0.9, version?.evidence ?? place);
  return draft.claim('packageManager', 'cargo', 0.98, place).claim('install', null, 0.9, place);
}

function program(tree: Tree, cargo: CargoPackage, bin: CargoPackage['bins'][number], code: readonly FileFacts[]): Draft {
  const { directory, name, file, root, bins, data } = cargo;
  const isOnly = bins.length === 1 || bin.name === name;
  const draft = base(tree, cargo, directory === '.' ? (isOnly ? 'web' : bin.name) : isOnly ? posix.basename(directory) : bin.name);
  draft.aliases.add(bin.name).add(name);
  if (bins.length > 1) draft.entry = bin.path;
  const place = seen(file, 1, `the package ${name}`);
  const up = root === directory ? '.' : posix.relative(directory, root);
  const target = `${up}/target/release/${bin.name}`;
  const leptos = asData(asData(asData(data['package'])['metadata'])['leptos']);
  const isLeptos = Object.keys(leptos).length > 0 || draft.dependencies.has('cargo-leptos');
  draft.claim('build', isLeptos ? 'cargo leptos build --release' : `cargo build --release${bins.length > 1 ? ` --bin ${bin.name}` : ''}`, 0.92, place).claim('start', target, 0.92, place);
  const address = /:(\d+)$/.exec(asText(leptos['site-addr']) ?? '')?.[1];
  if (address) draft.claim('port', { port: Number(address), protocol: 'http' }, 0.93, place);
  const { files: own, isOwn } = filesOf(tree, cargo, bin, code);
  // Of several programs, each has the frameworks that it uses itself.
  const framework = claimFramework(draft, rustFrameworks.filter(({ name: crate, packages }) => (crate !== 'dioxus' || !tree.has(within(directory, 'Cargo.toml')) || draft.dependencies.has('dioxus/fullstack')) && (!isOwn || own.some(({ imports }) => imports.some((used) => packages.some((one) => used.name.split('::')[0] === one.split('/')[0]!.replaceAll('-', '_')))))), own);
  const isServer = framework?.kind !== undefined && framework.kind !== 'worker';
  const page = pageAmong(tree.filesBelow(directory));
  claimKind(draft, own, page !== undefined);
  // What Shuttle starts opens no port itself, whatever it is made with.
  const shuttle = isServer ? draft.dependencies.get('shuttle-runtime') : undefined;
  if (shuttle) draft.claim('port', { port: 8000, protocol: 'http' }, 0.75, { ...shuttle, why: 'where Shuttle listens unless told otherwise' });
  if (shuttle && page !== undefined) draft.claim('kind', 'web', 0.87, seen(page, 1, 'a page that it serves'));
  // A command line is only where a program that waits for work is configured.
  const work = workOf('rust', draft.dependencies);
  if ((draft.value('framework') === 'clap' || [...draft.dependencies.keys()].some((crate) => commandLine.test(crate))) && !isServer && (draft.value('kind') === 'job' || draft.value('kind') === 'worker' && !work)) draft.claim('kind', 'cli', 0.72, place);
  if (draft.value('framework') === 'tonic' && own.some((facts) => facts.called.has('add_service'))) draft.claim('kind', 'api', 0.87, place);
  const told = servingArguments(tree, [...new Set([directory, root])], bin.name);
  if (told && draft.value('kind') !== 'cli') draft.claim('start', `${target} ${told.options}`, 0.925, told.evidence);
  if (isServer || ['web', 'api'].includes(draft.value('kind') ?? '')) claimConfiguredPort(tree, draft, directory);
  if (tree.has(within(directory, 'diesel.toml')) && !draft.dependencies.has('diesel_migrations')) draft.claim('release', 'diesel migration run', 0.75, seen(within(directory, 'diesel.toml'), 1, 'migrations of diesel'));
  if (draft.dependencies.has('sqlx') && tree.filesBelow(within(directory, 'migrations')).some((path) => path.endsWith('.sql')) && !own.some(({ called }) => called.has('migrate') || called.has('migrate!'))) draft.claim('release', 'sqlx migrate run', 0.7, seen(within(directory, 'Cargo.toml'), 1, 'migrations of SQLx'));
  return draft;
}

/** What the authors tell to give to a program so that it serves: `cargo run -- server start`, `shop serve`. */
function servingArguments(tree: Tree, directories: readonly string[], name: string): { options: string; evidence: Evidence } | undefined {
  const way = new RegExp(`^(?:\\w+=\\S+ )*(?:cargo run(?: --?\\w\\S*)* --|(?:\\./)?(?:target/release/)?${RegExp.escape(name)}) ((?:serve|server|start|run|web|api|daemon)(?: [\\w./:=-]+)*)$`);
  for (const { command, file, line } of directories.flatMap((directory) => toldCommands(tree, directory))) {
    const options = way.exec(command)?.[1];
    if (options !== undefined) return { options, evidence: seen(file, line, `tells to run ${command}`) };
  }
  return undefined;
}

/** Its own crates, and those of the packages that it contains. */
function takeDependencies(tree: Tree, draft: Draft, cargo: CargoPackage): void {
  const queue = [cargo];
  const taken = new Set([cargo.directory]);
  for (let at = queue.shift(); at && taken.size < 200; at = queue.shift()) {
    for (const [crate, evidence] of at.dependencies) if (!draft.dependencies.has(crate)) draft.dependencies.set(crate, evidence);
    for (const directory of at.siblings) {
      const sibling = taken.has(directory) ? undefined : readCargo(tree, directory);
      taken.add(directory);
      if (!sibling) continue;
      draft.libraries.add(directory);
      queue.push(sibling);
    }
  }
}
