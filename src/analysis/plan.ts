import { basename } from 'node:path';
import type { Plan, PlannedService, PlannedStore, Question, ServiceName } from '../model/index.ts';
import { StratoError, suggestName } from '../model/index.ts';
import type { Draft } from './draft.ts';
import { differing } from './draft.ts';
import { codeIn, ownFiles } from './facts/codebase.ts';
import { reachableFrom } from './facts/reach.ts';
import { SharedCode, referredProjects } from './facts/shared.ts';
import type { Finished } from './finish/edges.ts';
import { edgesOf } from './finish/edges.ts';
import { Resolver } from './calls/resolve.ts';
import { applyHints } from './hints/apply.ts';
import { commentHints } from './hints/comments.ts';
import { keptSettings, settingsOf } from './calls/settings.ts';
import { patternsOf } from './patterns/find.ts';
import { confirmed, queuesOf, topicsOf } from './queues/find.ts';
import { localPages } from './finish/local-pages.ts';
import { passedRequests } from './finish/passed-requests.ts';
import { servedPages } from './finish/served-pages.ts';
import { finishService } from './finish/service.ts';
import { keptData } from './finish/kept-data.ts';
import { languageOf } from './syntax/languages.ts';
import { asText, readJson } from './syntax/formats.ts';
import { scalingPolicy } from './scaling/policy.ts';
import { scalingOf } from './scaling/scaling.ts';
import { bySeverity, securityFindings } from './security/findings.ts';
import { policyOf } from './security/policy/policy.ts';
import { fingerprintOf } from './similarity/fingerprint.ts';
import type { KeptOptions } from './survey/kept.ts';
import { diskOf } from './sizing/disk.ts';
import { packagesOf } from './sizing/packages.ts';
import { groupedBelow } from './tree/paths.ts';
import type { Tree } from './tree/tree.ts';
import { claimAnswers, questionOf } from './finish/question.ts';
import { brokenManifestError, brokenManifests } from './whole-manifests.ts';

export interface AnalysisOptions {
  /** The app's name; without it the directory or its manifest gives one. */
  name?: string | undefined;
  /** Answers to questions of an earlier plan: question id → value. */
  hints?: Readonly<Record<string, string>> | undefined;
  /** Where what the files of a large directory tell is kept, so that it need not be read again as long as they stay the same. */
  kept?: KeptOptions | undefined;
}

/** Puts the drafts of an app together into its plan. When there are none, throws `analysis.broken-manifest` where that is why, else `analysis.nothing-to-run`. */
export function assemble(tree: Tree, drafts: readonly Draft[], options: AnalysisOptions): Plan {
  const broken = brokenManifests(tree, new Set(['.', ...drafts.map(({ path }) => path)]));
  if (drafts.length === 0) throw broken[0] ? brokenManifestError(broken[0]) : nothingToRun(tree);
  const names = uniqueNames(drafts, appName(tree, options));
  const byPath = Map.groupBy(drafts, ({ path }) => path);
  const below = groupedBelow([...byPath.keys()]);
  const common = new SharedCode(tree, [...byPath.keys()]);
  const kept = keptSettings(tree, drafts);
  const stores = new Map<string, Plan['stores'][number]>();
  const finished = drafts.map((draft, index): Finished => {
    const inner = below(draft.path);
    const alone = codeIn(tree, draft.path, inner);
    const code = draft.libraries.size === 0 ? alone : [...alone, ...[...draft.libraries].flatMap((library) => codeIn(tree, library, below(library)))];
    const shared = byPath.get(draft.path)!.length > 1;
    const kin = byPath.get(draft.path)!.some(({ language }) => kinOf(language) !== kinOf(draft.language)) ? code.filter(({ language }) => kinOf(language) === kinOf(draft.language)) : code;
    const reached = draft.entry === null ? kin : reachableFrom(draft.entry, kin);
    const main = shared ? reached : code;
    const own = [...new Set([...main, ...common.reachedFrom(main, referredProjects(tree, draft.path).filter((path) => !byPath.has(path)))])];
    const reachedFiles = new Set(own.map(({ path }) => path));
    // Of a library for several, code that nobody asks for is not this service's; its schemas and configuration may be.
    const meant = (file: string) => reachedFiles.has(file) || languageOf(file) === undefined || /config|data-?source|knexfile/i.test(basename(file));
    const files = [...ownFiles(tree, draft.path, inner), ...[...draft.libraries].flatMap((directory) => ownFiles(tree, directory, [])), ...common.packagesOf(own).flatMap((directory) => ownFiles(tree, directory, []).filter(meant))];
    const settings = settingsOf(tree, draft, inner, kept);
    const resolver = new Resolver(draft, own, settings);
    claimAnswers(draft, names[index]!, options.hints ?? {});
    const { service, storeConfidence, storeEvidence } = finishService(tree, draft, { code: own, reached, files, settings, resolver }, names[index]!);
    for (const { kind } of service.stores) {
      const store = stores.get(kind) ?? { kind, usedBy: [], confidence: 0, evidence: [] };
      store.usedBy.push(service.name);
      store.confidence = Math.max(store.confidence, storeConfidence.get(kind) ?? 0);
      store.evidence.push(...storeEvidence.get(kind) ?? []);
      stores.set(kind, store);
    }
    const caller = { draft, service, code: own, settings, resolver };
    const topics = topicsOf(tree, caller);
    service.queues = queuesOf(topics);
    for (const { pattern, evidence } of patternsOf(draft, own, settings, service)) {
      service.patterns.push(pattern);
      service.evidence.push({ ...evidence, why: `pattern ${pattern}: ${evidence.why}` });
    }
    const scales = scalingOf(draft, service, own, topics);
    service.scaling = scales.scaling;
    service.evidence.push(...scales.evidence);
    const { disk, diskRange, evidence } = diskOf(tree, service, ownFiles(tree, draft.path, inner), packagesOf(tree, draft.path, draft.dependencies));
    service.resources = { ...service.resources, disk, diskRange };
    service.evidence.push(...evidence);
    return { draft, code: own, service, caller, topics };
  });
  for (const one of finished) one.service.queues = queuesOf(confirmed(one.topics, finished.filter((other) => other !== one).flatMap(({ topics }) => topics)));
  const services = finished.map(({ service }) => service);
  const question = questionOf(finished, options.hints ?? {});
  for (const { service, draft, code } of finished) service.fingerprint = fingerprintOf(service, draft, code);
  const said = applyHints(services, commentHints(tree), options.hints ?? {});
  for (const { service, topics } of finished) service.scaling.policy = scalingPolicy(service, topics);
  const { edges, external } = edgesOf(tree, finished);
  for (const { service } of finished) {
    const pages = servedPages(tree, service, finished);
    if (pages === undefined) continue;
    service.servedBy = { service: pages.by.name, at: pages.at };
    service.evidence.push(pages.evidence);
  }
  for (const one of finished) {
    const passed = passedRequests(tree, one, finished);
    if (passed.length === 0) continue;
    one.service.passes = passed.map(({ path, to }) => ({ path, service: to.name }));
    one.service.evidence.push(...passed.map(({ evidence }) => evidence));
  }
  // Hosts elsewhere are in the policy with their ports already.
  const inside = edges.filter(({ to }) => !to.includes('.'));
  const calling = Map.groupBy(inside, ({ from }) => from);
  for (const { service, code } of finished) if (service.kind !== 'static') service.security.policy = policyOf(service, code, calling.get(service.name) ?? []);
  return {
    schemaVersion: 1,
    app: { name: appName(tree, options), kind: appKind(services), confidence: Math.min(...services.map(({ confidence }) => confidence)) },
    services,
    edges,
    stores: usedStores(stores, services),
    external,
    findings: bySeverity([...broken, ...securityFindings(tree), ...said.findings, ...finished.flatMap(({ service, code }) => localPages(tree, service, code)), ...services.flatMap((service) => keptData(service, stores.get('sqlite')?.evidence ?? []))]),
    questions: question ? [question] : [],
    hints: said.hints,
    skipped: tree.skipped.toSorted((a, b) => (a.file < b.file ? -1 : 1)).slice(0, 200),
  } satisfies Plan & { questions: Question[] };
}

/** Languages of which a program may be written in both. */
function kinOf(language: string): string {
  return /^(?:typescript|vue|svelte|astro)$/.test(language) ? 'javascript' : language;
}

/** The stores that services still use when hints have had their say. */
function usedStores(stores: ReadonlyMap<string, PlannedStore>, services: readonly PlannedService[]): PlannedStore[] {
  const usedBy = (kind: string) => services.filter((service) => service.stores.some((use) => use.kind === kind)).map(({ name }) => name);
  return [...stores.values()].map((store) => ({ ...store, usedBy: usedBy(store.kind), evidence: differing(store.evidence) })).filter((store) => store.usedBy.length > 0);
}

function uniqueNames(drafts: readonly Draft[], app: string): ServiceName[] {
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  const websites = drafts.filter(({ name }) => name === 'web').length;
  return drafts.map((draft) => {
    const kind = draft.value('kind') ?? 'job';
    const crowded = draft.path === '.' && draft.name === 'web' && websites > 1;
    const isOfKind = (draft.name === 'web' && /^(worker|job|cron|cli|library|notebook|ml-training|data-pipeline)$/.test(kind)) || (draft.name === 'library' && kind !== 'library');
    const wanted = crowded ? suggestName([...draft.aliases][0] ?? app, 'app') : suggestName(isOfKind ? kind.replace(/^(?:ml|data)-/, '') : draft.name, 'service');
    let name = wanted;
    for (let n = numbers.get(wanted) ?? 2; taken.has(name); n++) {
      name = `${wanted.slice(0, 40 - String(n).length - 1)}-${n}`;
      numbers.set(wanted, n + 1);
    }
    taken.add(name);
    return name as ServiceName;
  });
}

function appName(tree: Tree, options: AnalysisOptions): Plan['app']['name'] {
  if (options.name !== undefined) return suggestName(options.name, 'app') as Plan['app']['name'];
  const directory = suggestName(basename(tree.root), '');
  const declared = asText(readJson(tree, 'package.json')?.['name'])?.split('/').at(-1);
  return (directory !== '' ? directory : suggestName(declared ?? basename(tree.root), 'app')) as Plan['app']['name'];
}

/** One word for the whole app: what its most visible service is, or `microservices` for several that listen. */
function appKind(services: readonly PlannedService[]): string {
  const serving = services.filter(({ kind }) => kind === 'web' || kind === 'api' || kind === 'ml-inference');
  if (serving.length === 1 && services.some(({ kind }) => kind === 'static')) return 'web';
  const pages = serving.some(({ kind }) => kind === 'web') || services.some(({ kind }) => kind === 'static');
  if (serving.length > 1) return serving.length > 2 || !pages ? 'microservices' : 'web';
  // A program of the command line is only there beside pages that are its own.
  if (services.some(({ kind }) => kind === 'cli') && services.every(({ kind }) => kind === 'cli' || kind === 'static')) return 'cli';
  const order = ['web', 'static', 'api', 'ml-inference', 'notebook', 'data-pipeline', 'ml-training', 'worker', 'cron', 'job', 'cli', 'library'] as const;
  return order.find((kind) => services.some((service) => service.kind === kind)) ?? 'job';
}

/** What is supported, for people whose code is not. */
const supported = 'Node.js, Deno and Bun, Python, Go, Rust, Java and Kotlin, Ruby, PHP, .NET, Elixir, static sites, or anything with a Procfile, a Dockerfile or a Compose file';

function nothingToRun(tree: Tree): StratoError {
  const counts = new Map<string, number>();
  for (const file of tree.files) {
    const kind = languageOf(file)?.language ?? (/\.(\w{1,10})$/.exec(file)?.[1] ?? 'other');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const saw = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 5).map(([kind, count]) => `${count} × ${kind}`).join(', ');
  return new StratoError('analysis.nothing-to-run', 'no code was found here that can be run', {
    why: `seen: ${saw}; nothing among it starts a server, a worker or a program, and there is no page to serve`,
    next: `give the directory of an app (${supported}), or say in a Procfile how it starts, as in "web: ./server"`,
    details: { files: tree.files.length, kinds: Object.fromEntries(counts), skipped: tree.skipped.slice(0, 20) },
  });
}
