import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { cpus, hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import type { DoctorRow } from '../api/views.ts';
import type { ApiServer } from '../api/server.ts';
import { Artefacts } from '../build/artefacts.ts';
import { collectCache } from '../build/collect.ts';
import { Governor } from '../control/governor.ts';
import type { Parts } from '../control/parts.ts';
import { Reconciler } from '../control/reconciler.ts';
import { startLogKeeper } from '../drivers/logs-keeper.ts';
import type { Paths } from '../host/paths.ts';
import type { Archived } from '../ledger/archive/archived.ts';
import { beginBehind } from '../ledger/archive/begin-behind.ts';
import { unexplainedBeginning } from '../ledger/archive/unexplained.ts';
import { Checkpoints, type Broken } from '../ledger/proof/checkpoints.ts';
import { fold } from '../ledger/state/fold.ts';
import { Live } from '../ledger/state/live.ts';
import { formatVerifier } from '../ledger/proof/note.ts';
import { WitnessFeed } from '../ledger/proof/witness-feed.ts';
import { stride } from '../ledger/state/past.ts';
import { collectQuarantine } from '../ledger/recovery/quarantine.ts';
import { dumpState } from '../ledger/state/state-file.ts';
import { StratoError, because, emptyState, everyAgent, LedgerClock, originOf, reportOf, type AppName, type ArtefactId, type State } from '../model/index.ts';
import { ingressVersion } from '../network/ingress/version.ts';
import type { IngressStatus } from '../network/ingress/status.ts';
import { ingressRouter } from '../network/router.ts';
import { Secrets } from '../services/index.ts';
import { Experience } from '../telemetry/experience.ts';
import { Sampler } from '../telemetry/sampler.ts';
import { Archive } from './archive.ts';
import { backendOf, urlOf } from './backend.ts';
import { ComplianceRules } from './compliance-file.ts';
import { Console } from './console.ts';
import { Deployments } from './deployments.ts';
import { HistoryKeeper } from './history-keeper.ts';
import { Learning } from './learning.ts';
import { logKey } from './log-key.ts';
import { machine } from './machine.ts';
import { keepNetwork } from './network-keeper.ts';
import type { Around } from './mortal.ts';
import { openLedgerOf } from './open-ledger.ts';
import { Output } from './output.ts';
import { PastWorker } from './past-worker.ts';
import { freePort } from './ports.ts';
import { probe } from './probes.ts';
import { runBeside } from './run-beside.ts';
import { serveAt, type Serving } from './serving.ts';
import { snapshotBackend } from './snapshot-backend.ts';
import { Slack } from './slack.ts';
import { Specifier } from './specifier.ts';
import { systemClock, systemRandom as random } from './system.ts';
import { SystemRestore } from './system-restore.ts';
import { opened, stateSnapshots } from './state-snapshots.ts';
import { WaitingMemory } from './waiting-memory.ts';
import { SystemSnapshots } from './system-snapshots.ts';
import { taskOf } from './tasks.ts';
import { addressOf } from './views.ts';
import { WitnessFile } from './witness-file.ts';
import { requireWitnessed, witnessRow, witnessWarning } from './witnesses.ts';
import { Workshop } from './workshop.ts';

/** Milliseconds between collections of artefacts that no revision needs any more. */
const collectEvery = 3_600_000;

/** Milliseconds after a start, or after much happened, before snapshots of the past are made. */
const calm = 30_000;

/** Milliseconds between two lines that say how far the ledger was read. */
const progressEvery = 5000;

/** Milliseconds for which the ingress's own figures are believed. */
const statusEvery = 5000;

export interface DaemonOptions {
  readonly paths: Paths;
  readonly version: string;
  readonly serving: Serving;
  readonly ingressPort: number;
  readonly log: (line: string) => void;
  readonly doctor: () => Promise<DoctorRow[]>;
  /** Told that the ledger went on without this daemon, which has to go. */
  readonly onOvertaken: (error: unknown) => void;
  /** Put around what touches the world, by tests of crashes. */
  readonly around?: Around | undefined;
}

export interface Daemon {
  readonly consoleUrl: string | null;
  /** Stops taking part; agents and ingress go on. */
  close(reason: string): Promise<void>;
}

/**
 * The one place where the parts are put together: ledger, state, governor, reconciler, drivers, ingress, API. Agents that run are adopted
 * before anything is decided.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { paths, log, around = (part) => part } = options;
  const [startedAt, startedMonotonic] = [systemClock.now(), systemClock.monotonic()];
  const clock = new LedgerClock(systemClock);
  for (const directory of [paths.home, paths.agents, paths.volumes, paths.secrets, paths.logs, paths.cache, paths.programs]) mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Agents of a daemon that is root are somebody else: they pass through to what is theirs, and list nothing.
  if (process.getuid?.() === 0) for (const directory of [paths.home, paths.agents, paths.volumes, paths.programs]) chmodSync(directory, 0o711);
  const report = (error: unknown, what: string) => {
    const { code, message, why } = reportOf(error);
    log(`${what}: ${message}${why ? ` (${why})` : ''} [${code}]`);
  };

  const ledger = around(await openLedgerOf(paths, process.env, (error) => report(error, 'ledger'), options.onOvertaken, clock), 'ledger', ['append']);
  const [newest] = await ledger.history({ limit: 1 });
  if (newest) clock.reach(newest.time);
  const unexplained = await unexplainedBeginning({ history: (query) => ledger.history(query), log: ledger.log });
  const witnesses = new WitnessFile(paths);
  let feed: WitnessFeed | undefined;
  const checkpoints = await Checkpoints.open({ directory: paths.ledger, log: ledger.log, key: logKey(paths), clock, report: (error) => report(error, 'checkpoint'), onSigned: (note) => feed?.offer(note) });
  feed = new WitnessFeed({ source: ledger.log, clock, witnesses: () => witnesses.current(), keep: (note) => checkpoints.keepCosigned(note), report: (error) => report(error, 'witness') });
  const sealing = ledger.sealing!;
  const live = await Live.open<State>({ ledger, fold, empty: emptyState, snapshots: stateSnapshots(paths.ledger, sealing, { every: stride }), report: (error) => report(error, 'state'), onProgress: progressIn(log) });
  const { rungs, gateway, contains, network, keepNetwork: keep } = await machine(paths, around);
  let ingressStatus: IngressStatus | null = null;
  const onChange = (status: IngressStatus) => { ingressStatus = status; };
  const ingress = around(ingressRouter({ paths, clock, port: options.ingressPort, addresses: gateway === null ? [] : [gateway], onChange }), 'router', ['apply', 'drained']);
  const serving = await ingress.ensure().catch((error: unknown) => report(error, 'ingress'));

  const secrets = around(new Secrets(paths, systemClock), 'secrets', ['restore']);
  const artefacts = new Artefacts(paths);
  const archive = new Archive(paths.logs);
  const output = new Output({ state: live, drivers: rungs.drivers, archive, withoutSecrets: (app, lines) => specifier.withoutSecrets(app, lines) });
  const rules = new ComplianceRules(paths);
  // Rules are about days of people, which the ledger's own time may be ahead of.
  const compliance = { rules: () => rules.current(), now: () => systemClock.now(), oldestSecret: (app: AppName, keys: ReadonlyMap<string, string>) => secrets.oldest(app, keys) };
  const governor = around(new Governor({ ledger, state: () => live.current, random, compliance, window: (app) => sampler.samples.window(live.current.agents.valueSeq().filter((agent) => app === null || agent.app === app).map((agent) => agent.id)) }), 'governor', ['propose']);
  const specifier = new Specifier({ paths, clock, random, secrets, state: live, ownNetwork: (isolation) => isolation !== 'process' && rungs.ownNetwork, ingressPort: () => ingress.port });

  const waitingMemory = new WaitingMemory(paths);
  const parts: Parts = {
    ledger, state: live, drivers: rungs.drivers, router: ingress, clock, random,
    propose: (proposal, origin) => governor.propose(proposal, origin),
    driverFor: (service) => rungs.driverFor(service),
    allocatePort: () => freePort(random, new Set([...everyAgent(live.current)].flatMap((agent) => agent.handle.port ?? []))),
    task: (agent, service, app) => taskOf(agent, service, app, {
      paths,
      artefact: (id) => artefacts.path(id),
      image: (agent) => (live.current.standbys.has(agent.id) || !rungs.drivers.get(agent.handle.driver)?.images ? undefined : waitingMemory.of(agent)),
      environment: async () => specifier.environment(agent, service, app),
      addressOf: (_, store) => specifier.addressOf(app, store)?.host,
    }),
    probe: (subject, action, timeout) => probe(subject, action, timeout, rungs.drivers.get(subject.agent.handle.driver)),
    availableMemory: () => process.availableMemory() / totalmem(),
    archive: async (agent) => {
      const driver = rungs.drivers.get(agent.handle.driver);
      if (driver) await archive.keep(agent, driver);
    },
    tail: (agent, lines) => output.tail(agent, lines),
    erase: async (app) => {
      await archive.forget(app.name);
      secrets.remove(app.name, { keepStores: !app.removeVolumes });
      if (app.removeVolumes) rmSync(join(paths.volumes, app.name), { recursive: true, force: true });
    },
  };
  const lossReported = ledger.recovery;
  const reconciler = new Reconciler(parts, { onError: report, collectOrphans: lossReported === null });
  const node = { node: hostname().toLowerCase(), cpu: cpus().length * 1000, memory: totalmem(), isolations: rungs.isolations, ownNetwork: rungs.ownNetwork };
  const known = live.current.nodes.get(node.node);
  if (JSON.stringify({ ...known, availability: undefined }) !== JSON.stringify({ name: node.node, cpu: node.cpu, memory: node.memory, isolations: node.isolations, ownNetwork: node.ownNetwork, availability: undefined })) {
    await ledger.append([{ type: 'NodeSeen', actor: 'daemon', body: node }]);
  }
  if (lossReported) {
    const { quarantined, kept, lost, reason } = lossReported;
    await ledger.append([{ type: 'LedgerRecovered', actor: 'daemon', body: { quarantined, kept, lost, reason } }]);
  }

  // Only here: whoever signs without writing down that a new log begins would hide that the old one was tampered with.
  const broken = checkpoints.broken && { ...checkpoints.broken, retired: checkpoints.beginAnew() };
  if (broken) {
    const { signed, head, reason, retired } = broken;
    await ledger.append([{ type: 'LedgerRecovered', actor: 'daemon', body: { quarantined: retired, kept: head, lost: Math.max(0, signed - head), reason } }]);
  }

  const workshop = new Workshop(paths.home);
  const deployments = new Deployments({
    ledger, state: live, governor, clock, random, workshop,
    check: (plan, request) => specifier.check(plan, request),
    specify: (plan, built, request) => specifier.specify(plan, built, request), buildVariables: (plan, request) => specifier.buildVariables(plan, request),
    advise: (plan) => learning.advise(plan),
    url: (app) => addressOf(app, ingress.port === null ? null : (host) => urlOf(host, ingress.port!)),
  });
  const signedLog = {
    source: ledger.log, key: formatVerifier(checkpoints.verifier), sign: () => checkpoints.sign(),
    async erase(subject: string) {
      // In one go: a state that is sealed while the key is there names nobody when it is opened without.
      let erased: Record<string, string> = {};
      live.rewrite((state) => {
        const sealed = sealing.sealAll(dumpState(state));
        erased = ledger.subjects!.erasePerson(subject);
        return opened(sealing, structuredClone(sealed));
      });
      if (Object.keys(erased).length === 0) throw new StratoError('ledger.unknown-subject', `the ledger knows nobody as ${subject}`, { next: 'write it as `stratoswarm events` shows it, as user:ada' });
      deployments.forget(Object.keys(erased));
      // The thread that looks back has keys, and states, of its own.
      past.close();
      return erased;
    },
    async archive(archived: Archived, actor: string) {
      requireWitnessed(feed.statuses(), archived.upTo);
      await beginBehind(archived, actor, { ledger, directory: paths.ledger });
    },
  };
  const systemSnapshots = new SystemSnapshots({ paths, version: options.version, ledger, state: live, secrets, clock, random, history: new HistoryKeeper(paths, signedLog), drivers: rungs.drivers, runBeside: (agent, argv) => runBeside(rungs.drivers, agent, argv) });
  const restore = new SystemRestore({
    paths, ledger, state: live, governor, secrets, clock, snapshots: systemSnapshots, ownNetwork: rungs.ownNetwork, contains: rungs.ownNetwork && contains, memory: waitingMemory, logName: () => checkpoints.verifier.name, report,
    place: (services, earlier) => specifier.place(services, earlier),
    url: (app) => addressOf(app, ingress.port === null ? null : (host) => urlOf(host, ingress.port!)),
  });
  const sampler = new Sampler(clock, () => live.current.agents.valueSeq().filter((agent) => agent.pid !== null && agent.state !== 'exited').map((agent) => ({
    id: agent.id, stats: () => rungs.drivers.get(agent.handle.driver)!.stats(agent.handle),
  })));
  const learning = new Learning({ ledger, state: live, clock, sampler, experience: new Experience(join(paths.cache, 'experience.db')), report });
  const past = new PastWorker(ledger, paths.ledger, clock);
  const page = new Console(paths);
  ingressStatus = await ingress.status().catch(() => null);
  let statusAsked = clock.monotonic();
  let api: ApiServer | undefined;
  const backend = backendOf({
    ledger, signedLog, state: live, past, rules, secrets, clock, governor, deployments, rungs, ingress, learning, sampler, output, console: page, snapshots: snapshotBackend(restore, systemSnapshots), startedAt, startedMonotonic, version: options.version, doctor: async () => [...(await rungs.rows()), ...feed.statuses().map(witnessRow), ...(await options.doctor())],
    consoleUrl: () => api?.url ?? null,
    ingressStatus: () => {
      if (clock.monotonic() - statusAsked > statusEvery) {
        statusAsked = clock.monotonic();
        void ingress.status().then((status) => { ingressStatus = status; }, () => { ingressStatus = null; });
      }
      return ingressStatus;
    },
    warnings: () => [...warningsOf({ recovery: lossReported, broken, gap: checkpoints.gap, unexplained, network }), ...feed.statuses().flatMap(witnessWarning)],
  });
  await restore.recover();
  api = await serveAt(options.serving, { backend, paths, clock, onFault: (error) => report(error, 'api') });

  try {
    startLogKeeper(paths);
  } catch (error) {
    report(error, 'keeping logs small when no daemon runs');
  }
  await governor.noteRules().catch((error: unknown) => report(error, 'writing down the compliance rules'));
  const adopted = await reconciler.start();
  const [started] = await ledger.append([{ type: 'DaemonStarted', actor: 'daemon', body: { version: options.version, pid: process.pid, adopted } }]);
  log(`serving on ${paths.apiSocket}${api.url ? ` and ${api.url}` : ''}; ${adopted} agents adopted`);
  sampler.start();
  void learning.start().catch((error: unknown) => report(error, 'remembering how deployments went'));
  checkpoints.start();
  // A new log is signed at once: so its key is known to have signed something, and the last checkpoint of an old one is not taken for its own.
  if (checkpoints.isUnsigned || existsSync(witnesses.path)) void checkpoints.sign().catch((error: unknown) => report(error, 'checkpoint'));
  void page.prepare();
  if (serving && serving.version !== ingressVersion()) void ingress.upgrade().catch((error: unknown) => report(error, 'replacing the ingress of an earlier version'));
  // Snapshots of the past are made as it grows, so that no look back has far to go.
  let prepared = -Infinity;
  const cancelPreparing = live.onChange(() => {
    if (ledger.head - prepared < 2 * stride || ledger.head < stride) return;
    prepared = ledger.head;
    clock.after(calm, () => void past.ask({ op: 'prepare' }).catch((error: unknown) => report(error, 'keeping snapshots of the past')));
  });
  const slack = new Slack(clock);
  slack.stir();
  const cancelSlack = live.onChange(() => slack.stir());
  let cancelCollection: () => void = () => undefined;
  const collect = () => {
    try {
      collectQuarantine(paths.ledger, systemClock.now());
    } catch (error) {
      report(error, 'collecting damaged ledgers that were set aside');
    }
    const isBuilding = deployments.views().some((deployment) => deployment.state === 'running');
    if (!isBuilding) void collectCache(paths, artefacts, neededArtefacts(live.current), systemClock.now()).catch((error: unknown) => report(error, 'collecting what nothing needs any more'));
    cancelCollection = clock.after(collectEvery, collect);
  };
  cancelCollection = clock.after(collectEvery, collect);

  const stopKeeping = keepNetwork({ clock, keep, log, onError: (error) => report(error, 'putting back the rules of the firewall') });

  return {
    consoleUrl: api.url,
    async close(reason) {
      stopKeeping();
      cancelPreparing();
      cancelSlack();
      slack.close();
      cancelCollection();
      learning.close();
      sampler.close();
      workshop.close();
      past.close();
      await api.close();
      reconciler.close();
      ingress.close();
      checkpoints.stop();
      feed.stop();
      await ledger.append([{ type: 'DaemonStopped', actor: 'daemon', ...because(originOf(started!)), body: { reason } }]).catch(() => undefined);
      await checkpoints.sign().catch((error: unknown) => report(error, 'checkpoint'));
      await live.save().catch(() => undefined);
      await live.close();
      await ledger.close();
    },
  };
}

/** Tells in the log, now and then, how far a long ledger was read: whoever started the daemon waits for as long as something comes. */
function progressIn(log: (line: string) => void): (position: number, head: number) => void {
  let told = systemClock.monotonic();
  return (position, head) => {
    if (systemClock.monotonic() - told < progressEvery) return;
    told = systemClock.monotonic();
    log(`reading the ledger: ${position} of ${head} events`);
  };
}

function neededArtefacts(state: State): Set<ArtefactId> {
  const needed = new Set<ArtefactId>();
  for (const app of state.apps.values()) for (const revision of app.revisions.values()) for (const service of revision.services) if (service.artefact !== null) needed.add(service.artefact);
  return needed;
}

function warningsOf({ recovery, broken, gap, unexplained, network }: { recovery: { kept: number; lost: number | null; reason: string; quarantined: string } | null; broken: (Broken & { retired: string }) | null; gap: number | undefined; unexplained: string | null; network: string | null }): string[] {
  const warnings: string[] = [];
  if (recovery) warnings.push(`The ledger was damaged (${recovery.reason}): ${recovery.kept} events were kept, ${recovery.lost ?? 'an unknown number'} lost; the damaged files are in ${recovery.quarantined}`);
  if (broken) warnings.push(`The ledger is not the one that was signed (${broken.reason}): it is signed on as a new log; the key of the old one is ${broken.retired}`);
  if (gap !== undefined) warnings.push(`Event ${gap} was TAKEN OUT of the ledger's database: nothing is signed until it is back. Run \`swarmctl audit verify\``);
  if (unexplained !== null) warnings.push(`Nothing vouches for where the ledger begins: ${unexplained}. Run \`swarmctl audit verify\``);
  if (network) warnings.push(network);
  return warnings;
}

