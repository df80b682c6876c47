import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { factsOf } from '../facts/file.ts';
import { SharedCode } from '../facts/shared.ts';
import { asData, asText, lineOf, readJson } from '../syntax/formats.ts';
import { isBelow, within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { claimConfiguredPort } from './configured-port.ts';
import { claimKind } from './listening.ts';
import { nodeVersions, packageManagerOf, readPackage } from './node-package.ts';
import { runtimeAsked } from './versions.ts';

interface Application {
  name: string;
  directory: string;
  /** Its main file, without its ending. */
  entry: string;
  /** Where the workspace's package.json and nest-cli.json are. */
  root: string;
}

/** Transports of Nest by which messages come from a broker. */
const brokers = /\bTransport\s*\.\s*(?:RMQ|KAFKA|NATS|MQTT|REDIS)\b/;

/** Applications of a Nest workspace: one package and one nest-cli.json for all of them. */
export const nest: Detector = {
  name: 'nest',
  family: 'node',
  projects: (tree) => applicationsOf(tree).map(({ directory }) => directory),
  describe(tree, directory, { inner }) {
    const application = applicationsOf(tree).find((one) => one.directory === directory);
    const root = application && readPackage(tree, application.root);
    if (!application || !root) return [];
    const { name } = application;
    const file = within(application.root, 'nest-cli.json');
    const place = (why: string) => seen(file, lineOf(tree.text(file), `"${name}"`), why);
    const code = codeIn(tree, directory, inner);
    const all = [...code, ...librariesOf(tree).reachedFrom(code, [])];
    const draft = new Draft(posix.basename(directory), directory, 'typescript');
    draft.aliases.add(name);
    const manager = packageManagerOf(tree, root);
    const [version] = nodeVersions(tree, root, 'node');
    const back = posix.relative(directory, application.root) || '.';
    draft.claim('packageManager', manager.name, manager.confidence, manager.evidence).claim('install', manager.install, 0.9, manager.evidence);
    draft.claim('runtime', runtimeAsked('node', version?.value), version?.confidence ?? 0.95, version?.evidence ?? place('an application of Nest'));
    draft.claim('build', `cd ${back} && npx nest build ${name}`, 0.95, place('an application of Nest'));
    draft.claim('start', `node ${posix.join(back, 'dist', directory, application.entry)}`, 0.95, place('what the build leaves'));
    draft.claim('framework', 'nest', 0.97, place('an application of Nest'));
    draft.frameworks.add('nest');
    const used = [root, readPackage(tree, directory)].flatMap((pkg) => (pkg ? [...pkg.dependencies] : []));
    for (const facts of all) for (const found of facts.imports) if (used.includes(found.name)) draft.dependencies.set(found.name, seen(facts.path, found.line, `uses ${found.name}`));
    draft.entry = code.find(({ path }) => path.startsWith(within(directory, `src/${application.entry}.`)))?.path ?? null;
    const [start] = code.filter(({ path }) => path === draft.entry);
    const messagesOnly = isForMessagesOnly(start);
    const byBroker = messagesOnly && listensToBroker(tree, draft) !== undefined;
    draft.claim('kind', messagesOnly ? 'worker' : 'api', byBroker ? 0.95 : messagesOnly ? 0.85 : 0.92, place('an application of Nest'));
    claimKind(draft, code, false);
    if (!messagesOnly) claimConfiguredPort(tree, draft, directory);
    if (!messagesOnly) draft.claim('port', { port: 3000, protocol: 'http' }, 0.7, place('nest listens on 3000 unless told otherwise'));
    return [draft];
  },
};

function isForMessagesOnly(start: FileFacts | undefined): boolean {
  return start?.called.has('createMicroservice') === true && !start.called.has('create');
}

/** Where an application of Nest takes its messages from a broker and from nobody else: `listen` is called there too, and nothing listens on a port. */
export function listensToBroker(tree: Tree, { entry }: { readonly entry: string | null }, directory = '.'): Evidence | undefined {
  const start = factsOf(tree, entry ?? within(directory, 'src/main.ts'));
  return isForMessagesOnly(start) && brokers.test(tree.textOnce(start!.path) ?? '') ? seen(start!.path, 1, 'takes its messages from a broker') : undefined;
}

/** Whether a package is no more than the workspace of applications that lie below it. */
export function isNestWorkspace(tree: Tree, directory: string): boolean {
  return applicationsOf(tree).some((one) => one.root === directory && one.directory !== directory && isBelow(one.directory, directory));
}

const applicationsOf = perTree((tree) => directoriesWith(tree, ['nest-cli.json']).flatMap((root) => Object.entries(asData(readJson(tree, within(root, 'nest-cli.json'))?.['projects'])).flatMap(([name, value]): Application[] => {
    const project = asData(value);
    const path = asText(project['root']);
    if (path === undefined || project['type'] === 'library') return [];
    const directory = within(root, path);
    return tree.hasDirectory(directory) ? [{ name, directory, entry: asText(project['entryFile']) ?? 'main', root }] : [];
  })));

/** The code of workspaces that belongs to none of their applications. */
const librariesOf = perTree((tree) => new SharedCode(tree, applicationsOf(tree).map(({ directory }) => directory)));
