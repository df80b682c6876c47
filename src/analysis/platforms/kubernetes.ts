import { posix } from 'node:path';
import { dashed, subjectOf } from '../calls/names.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { kindOfImage } from '../stores/kinds.ts';
import { isBelow } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Cluster, Workload } from './kubernetes-read.ts';
import { readCluster } from './kubernetes-read.ts';
import { portOfVariable } from './port-variables.ts';
import { claimStop } from './stated-stop.ts';

/**
 * Applies manifests of Kubernetes: services that the code shows get the names by which they are called, and the ports, variables, probes,
 * replicas and schedules that the manifests give them. Images that nothing here is built into become no services.
 */
export function applyKubernetes(tree: Tree, drafts: Draft[]): Draft[] {
  const cluster = readCluster(tree);
  const result = [...drafts];
  const taken = new Map<Draft, Workload>();
  const scheduled = (workload: Workload) => /^(CronJob|Job)$/.test(workload.kind);
  for (const workload of cluster.workloads.toSorted((a, b) => Number(scheduled(a)) - Number(scheduled(b)) || Number(a.command !== undefined) - Number(b.command !== undefined))) {
    if (kindOfImage(workload.image) !== undefined) continue;
    const here = madeFrom(cluster, result, workload);
    const free = here.find((draft) => !taken.has(draft));
    const draft = free ?? (here[0] && workload.command !== undefined && workload.kind !== 'Job' ? processOf(here[0], workload) : undefined);
    if (!draft) continue;
    if (!result.includes(draft)) result.push(draft);
    taken.set(draft, workload);
    settle(draft, workload, cluster);
  }
  return result;
}

/** Another process of the same image, with a command of its own. */
function processOf(draft: Draft, { name, command, file, line, ports, kind }: Workload): Draft {
  return draft.sibling(name).claim('start', command!, 0.9, seen(file, line, `runs ${command!.slice(0, 120)}`)).claim('kind', kind === 'CronJob' ? 'cron' : ports.length > 0 ? 'api' : 'worker', 0.85, seen(file, line, ports.length > 0 ? 'has a port' : 'has no port'));
}

/** The drafts that a workload runs: by where its image is built, or by the names of image, workload and container. */
function madeFrom({ contexts, workloads }: Cluster, drafts: readonly Draft[], { image, name, container, services, file }: Workload): Draft[] {
  const context = contexts.get(image) ?? [...contexts].find(([built]) => image.endsWith(`/${built}`) || built.endsWith(`/${image}`))?.[1];
  const built = drafts.filter(({ path }) => path === context);
  const called = (wanted: readonly string[], spelled: (name: string) => string) => {
    for (const one of wanted) {
      const found = drafts.filter((draft) => spelled(one) !== '' && namesOf(draft).some((known) => spelled(known) === spelled(one)));
      if (found.length > 0) return found;
    }
    return [];
  };
  const base = posix.basename(image);
  if (built.length > 0) return built.toSorted((a, b) => Number(namesOf(b).includes(name)) - Number(namesOf(a).includes(name)));
  const exact = called([base, name, container, ...services], (text) => dashed(text).replaceAll('-', ''));
  if (exact.length > 0) return exact;
  const alike = called([base, name], subjectOf);
  if (alike.length === 1) return alike;
  // `registry/shop-cart` and `shop-cart` of the directory `cart`.
  const ending = drafts.filter((draft) => draft.path !== '.' && [base, name].some((one) => dashed(one).endsWith(`-${dashed(posix.basename(draft.path))}`)));
  if (ending.length > 0) return ending.length === 1 ? ending : [];
  // The only one that is told of in the directory of the only project there is its own, whatever it is called.
  const around = drafts.filter(({ path }) => path !== '.' && isBelow(file, path));
  return around.length === 1 && workloads.every((other) => other.file === file && other.name === name || !isBelow(other.file, around[0]!.path)) ? around : [];
}

function namesOf(draft: Draft): string[] {
  return [...(draft.path === '.' ? [] : [posix.basename(draft.path)]), draft.name, ...draft.aliases];
}

function settle(draft: Draft, workload: Workload, { workloads }: Cluster): void {
  const { file, line } = workload;
  const isStatic = draft.value('kind') === 'static';
  for (const name of [workload.name, ...workload.services]) draft.aliases.add(name);
  const open = workload.ports.find(({ name }) => !/metric|health|admin|debug|prometheus|probe|actuator|management/i.test(name));
  if (open && !isStatic) {
    draft.claim('port', { port: open.port, protocol: /grpc|^h2c?$/i.test(open.name) ? 'grpc' : 'http' }, 0.855, seen(file, open.line, `its container listens on ${open.port}`));
    if (workload.services.length > 0 && /^(job|worker)$/.test(draft.value('kind') ?? '')) draft.claim('kind', 'api', 0.9, seen(file, line, 'a Service leads to it'));
  }
  if (workload.kind === 'CronJob') draft.claim('kind', 'cron', 0.96, seen(file, line, 'a CronJob starts it'));
  if (workload.replicas !== undefined) draft.claim('replicas', workload.replicas, 0.9, seen(file, line, `runs ${workload.replicas} times`));
  if (!isStatic) claimStop(draft, { grace: workload.grace }, file, line);
  draft.resources = workload.resources ?? draft.resources;
  if (workload.health) draft.claim('health', workload.health.path, 0.92, seen(file, workload.health.line, `is checked at ${workload.health.path}`));
  for (const [name, { value, line: at }] of workload.env) {
    const leads = (other: Workload) => value !== null && [other.name, ...other.services].some((host) => new RegExp(`(^|[@/,])${host.replace(/\W/g, '.')}(\\.[\\w.-]+)?(?=[:/,]|$)`).test(value));
    const other = workloads.find((one) => one !== workload && leads(one));
    const evidence = seen(file, at, `is given ${name}`);
    const known = draft.given.get(name);
    if (!known || (other && known.isAddress !== true)) draft.given.set(name, { value, isAddress: other !== undefined, evidence });
    const store = other && kindOfImage(other.image);
    if (store) draft.stores.set(store, { ...evidence, why: `${name} leads to ${other.name}` });
    const port = name === 'PORT' && /^\d{2,5}$/.test(value ?? '') ? Number(value) : portOfVariable(name, value);
    if (port !== undefined && !isStatic) draft.claim('port', { port, protocol: 'http' }, 0.9, { ...evidence, why: `is given ${name} ${value}` });
  }
}
