import { posix } from 'node:path';
import type { Data } from '../syntax/formats.ts';
import { asData, asList, asText, lineOf, yamlDocuments } from '../syntax/formats.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { seen } from '../draft.ts';
import { chartOf, rendered } from './helm.ts';
import type { StatedResources } from './stated-resources.ts';
import { containerResources } from './stated-resources.ts';

/** A Deployment or its like, with the one container that is the app's own. */
export interface Workload {
  name: string;
  kind: string;
  file: string;
  line: number;
  /** Without its tag and digest. */
  image: string;
  container: string;
  command: string | undefined;
  labels: Data;
  replicas: number | undefined;
  ports: { port: number; name: string; line: number }[];
  /** Null for what a secret holds or nobody tells. */
  env: Map<string, { value: string | null; line: number }>;
  health: { path: string; line: number } | undefined;
  resources: StatedResources | undefined;
  /** Seconds that it gets to end, as it is written. */
  grace: unknown;
  /** Names of the Services that lead to it, and the one under which Dapr knows it. */
  services: string[];
}

/** What a directory of manifests says. */
export interface Cluster {
  workloads: Workload[];
  /** Directories from which images are built, by the image's name. */
  contexts: Map<string, string>;
}

const runs = /^(Deployment|StatefulSet|DaemonSet|ReplicaSet|Pod|CronJob|Job|Rollout|DeploymentConfig)$/;
const telling = /(?<=^[ \t]*["']?)kind["']?:\s*["']?(Deployment|StatefulSet|DaemonSet|ReplicaSet|Pod|CronJob|Job|Rollout|DeploymentConfig|Service|ConfigMap|Kustomization)\b/m;
const most = 600;
const longest = 300_000;
/** Containers that stand beside the app's own in a pod. */
const sidecar = /(istio|envoy|linkerd|daprd|fluent|cloudsql|cloud-sql|proxy|otel|opentelemetry|jaeger-agent|vault-agent|exporter|busybox)/i;

interface Manifest {
  data: Data;
  text: string;
  line: number;
  file: string;
}

/** Reads manifests of Kubernetes, templates of Helm charts among them, and where Skaffold and Tilt build their images. */
export const readCluster = perTree((tree): Cluster => {
  const manifests: Manifest[] = [];
  const contexts = new Map<string, string>();
  let count = 0;
  for (const file of tree.files) {
    const name = posix.basename(file);
    if (name === 'Tiltfile') tiltContexts(tree, file, contexts);
    if (!/\.ya?ml(\.tpl)?$/.test(name) || isAside(file)) continue;
    if (/^skaffold[\w.-]*\.ya?ml$/.test(name)) skaffoldContexts(tree, file, contexts);
    const text = tree.text(file);
    if (text === undefined || text.length > longest || !telling.test(text) || ++count > most) continue;
    const chart = text.includes('{{') ? chartOf(tree, file) : undefined;
    if (text.includes('{{') && !chart) {
      tree.skip(file, 'a template of no chart that is here');
      continue;
    }
    const broken = (line: number) => tree.skip(file, `what begins at line ${line} is not valid YAML`);
    for (const document of yamlDocuments(chart ? rendered(text, chart) : text, broken)) {
      for (const data of document.data['kind'] === 'List' ? asList(document.data['items']).map(asData) : [document.data]) manifests.push({ ...document, data, file });
    }
  }
  const configs = new Map(manifests.flatMap((manifest) => configsOf(tree, manifest)));
  const workloads = new Map<string, Workload>();
  for (const manifest of manifests) {
    const workload = workloadOf(manifest, configs);
    if (workload) workloads.set(workload.name, merged(workloads.get(workload.name), workload));
  }
  for (const { data } of manifests) if (data['kind'] === 'Service') lead(data, [...workloads.values()]);
  return { workloads: [...workloads.values()].filter(({ image }) => image !== ''), contexts };
});

/** Beside the app are also directories that would be its own elsewhere: charts hold theirs in `templates`. */
function isAside(file: string): boolean {
  return isTestPath(file) || isSideDirectory(posix.dirname(file).split('/').filter((part) => !/^(templates|\.?(k8s|kube|kubernetes|deploy|helm))$/.test(part)).join('/') || '.');
}

/** Overlays of Kustomize say again what they change: the fuller one stays, and gets what it lacks. */
function merged(known: Workload | undefined, other: Workload): Workload {
  if (!known) return other;
  const [base, patch] = known.image === '' && other.image !== '' ? [other, known] : [known, other];
  for (const [name, value] of patch.env) if (!base.env.has(name)) base.env.set(name, value);
  if (base.ports.length === 0) base.ports = patch.ports;
  base.health ??= patch.health;
  base.replicas ??= patch.replicas;
  return base;
}

function workloadOf({ data, text, line, file }: Manifest, configs: ReadonlyMap<string, ReadonlyMap<string, string>>): Workload | undefined {
  const kind = asText(data['kind']) ?? '';
  const knative = kind === 'Service' && /knative/.test(asText(data['apiVersion']) ?? '');
  const name = asText(asData(data['metadata'])['name']);
  if ((!runs.test(kind) && !knative) || !name) return undefined;
  const spec = asData(data['spec']);
  const job = kind === 'CronJob' ? asData(asData(spec['jobTemplate'])['spec']) : spec;
  const template = kind === 'Pod' ? data : asData(job['template']);
  const containers = asList(asData(template['spec'])['containers']).map(asData);
  const main = containers.find((one) => !sidecar.test(asText(one['name']) ?? '') && !sidecar.test(asText(one['image']) ?? '')) ?? containers[0];
  if (!main) return undefined;
  const at = (pattern: RegExp | string) => line + lineOf(text, pattern) - 1;
  const env = new Map<string, { value: string | null; line: number }>();
  for (const from of asList(main['envFrom']).map(asData)) {
    const config = asText(asData(from['configMapRef'])['name']) ?? '';
    for (const [key, value] of configs.get(config) ?? []) env.set(`${asText(from['prefix']) ?? ''}${key}`, { value, line: at(config) });
  }
  for (const one of asList(main['env']).map(asData)) {
    const variable = asText(one['name']);
    const reference = asData(asData(one['valueFrom'])['configMapKeyRef']);
    const value = asText(one['value']) ?? configs.get(asText(reference['name']) ?? '')?.get(asText(reference['key']) ?? '') ?? null;
    if (variable) env.set(variable, { value: value === null || value === '' ? null : value.replace(/\$\((\w+)\)/g, (whole, other: string) => env.get(other)?.value ?? whole), line: at(new RegExp(`name["']?:\\s*["']?${variable.replace(/\W/g, '.')}["']?\\s*[,}]?\\s*$`, 'm')) });
  }
  const words = [...asList(main['command']), ...asList(main['args'])].map(String);
  const probe = asData(asData(main['readinessProbe'] ?? main['livenessProbe'] ?? main['startupProbe'])['httpGet']);
  const health = asText(probe['path']);
  return {
    name, kind, file, line: at(new RegExp(`^[ \\t]+name:\\s*["']?${name.replace(/\W/g, '.')}`, 'm')),
    image: (asText(main['image']) ?? '').replace(/@.*$/, '').replace(/:[^/:]*$/, ''), container: asText(main['name']) ?? '',
    command: asList(main['command']).length > 0 && words.every((word) => /^[\w./:=@%+,-]+$/.test(word)) ? words.join(' ') : undefined,
    labels: asData(asData(template['metadata'])['labels']), replicas: /^(Deployment|StatefulSet|Rollout)$/.test(kind) && Number.isInteger(spec['replicas']) ? Number(spec['replicas']) : undefined,
    ports: asList(main['ports']).map(asData).flatMap((one) => {
      const port = Number(asText(one['containerPort']));
      return port > 0 && port < 65536 && one['protocol'] !== 'UDP' ? [{ port, name: asText(one['name']) ?? '', line: at(new RegExp(`containerPort["']?:\\s*["']?${port}`)) }] : [];
    }),
    env, health: health?.startsWith('/') ? { path: health, line: at(health) } : undefined,
    grace: asData(template['spec'])['terminationGracePeriodSeconds'],
    resources: containerResources(main, seen(file, at(/^[ \t]*resources:/m), 'resources: as its container is given them')),
    services: [asText(asData(asData(template['metadata'])['annotations'])['dapr.io/app-id'])].filter((id) => id !== undefined),
  };
}

/** Hands a Service to the workloads that its selector means; a port that only the Service tells is theirs, too. */
function lead({ metadata, spec }: Data, workloads: readonly Workload[]): void {
  const name = asText(asData(metadata)['name']);
  const selector = Object.entries(asData(asData(spec)['selector']));
  if (!name || selector.length === 0) return;
  for (const workload of workloads.filter(({ labels }) => selector.every(([key, value]) => labels[key] === value))) {
    workload.services.push(name);
    const [first] = asList(asData(spec)['ports']).map(asData);
    const port = Number(asText(first?.['targetPort']) ?? asText(first?.['port']));
    if (workload.ports.length === 0 && port > 0 && port < 65536) workload.ports.push({ port, name: asText(first?.['name']) ?? '', line: workload.line });
  }
}

/** Values by key of a ConfigMap, or of the maps that a kustomization generates. */
function configsOf(tree: Tree, { data, file }: Manifest): [string, Map<string, string>][] {
  const name = asText(asData(data['metadata'])['name']);
  const pairs = (entries: readonly (readonly [string, unknown])[]) => new Map(entries.flatMap(([key, value]) => (asText(value) === undefined ? [] : [[key, asText(value)!] as const])));
  if (data['kind'] === 'ConfigMap') return name ? [[name, pairs(Object.entries(asData(data['data'])))]] : [];
  return asList(data['configMapGenerator']).map(asData).map((one) => {
    const files = [...asList(one['envs']), one['env']].map(asText).flatMap((path) => (path === undefined ? [] : (tree.text(within(posix.dirname(file), path)) ?? '').split('\n')));
    return [asText(one['name']) ?? '', pairs([...files, ...asList(one['literals']).map(String)].filter((text) => /^\w[\w.-]*=/.test(text)).map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1).trim()] as const))];
  });
}

function skaffoldContexts(tree: Tree, file: string, contexts: Map<string, string>): void {
  for (const { data } of yamlDocuments(tree.text(file) ?? '')) {
    for (const artifact of asList(asData(data['build'])['artifacts']).map(asData)) {
      const image = asText(artifact['image']);
      if (image) contexts.set(image, within(posix.dirname(file), asText(artifact['context']) ?? '.').replace(/\/$/, ''));
    }
  }
}

/** `docker_build('shop/cart', './cart')`. */
function tiltContexts(tree: Tree, file: string, contexts: Map<string, string>): void {
  for (const [, image, context] of (tree.text(file) ?? '').matchAll(/\bdocker_build(?:_with_restart)?\(\s*(?:ref\s*=\s*)?['"]([^'"]+)['"]\s*,\s*(?:context\s*=\s*)?['"]([^'"]+)['"]/g)) contexts.set(image!, within(posix.dirname(file), context!).replace(/\/$/, ''));
}
