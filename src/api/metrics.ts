import type { Backend } from './backend.ts';

type Labels = Readonly<Record<string, string | number>>;
interface Metric {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  values: readonly (readonly [Labels, number | null])[];
}

/** What the daemon knows, in the Prometheus text exposition format 0.0.4. Unknown values are left out. */
export function metricsText(backend: Pick<Backend, 'apps' | 'agents' | 'nodes' | 'traffic' | 'head'>): string {
  const agents = backend.agents().map((agent) => [agent, { app: agent.app, service: agent.service, slot: agent.slot, agent: agent.id }] as const);
  const services = backend.apps().flatMap((app) => app.services.map((service) => [service, { app: app.name, service: service.name }] as const));
  const states = new Map<string, [Labels, number]>();
  for (const [{ app, service, state }] of agents) {
    const key = `${app}/${service}/${state}`;
    states.set(key, [{ app, service, state }, (states.get(key)?.[1] ?? 0) + 1]);
  }
  const metrics: Metric[] = [
    { name: 'stratoswarm_agents', type: 'gauge', help: 'Agents by state.', values: [...states.values()] },
    { name: 'stratoswarm_agent_cpu_cores', type: 'gauge', help: 'CPU that an agent uses, in cores.', values: agents.map(([agent, labels]) => [labels, perThousand(agent.usage?.cpu)]) },
    { name: 'stratoswarm_agent_memory_bytes', type: 'gauge', help: 'Memory that an agent uses.', values: agents.map(([agent, labels]) => [labels, agent.usage?.memory ?? null]) },
    { name: 'stratoswarm_agent_processes', type: 'gauge', help: 'Processes and threads of an agent.', values: agents.map(([agent, labels]) => [labels, agent.usage?.pids ?? null]) },
    { name: 'stratoswarm_service_replicas', type: 'gauge', help: 'Agents that a service should have.', values: services.map(([service, labels]) => [labels, service.replicas]) },
    { name: 'stratoswarm_service_ready', type: 'gauge', help: 'Agents of a service that are ready.', values: services.map(([service, labels]) => [labels, service.ready]) },
    { name: 'stratoswarm_service_restarts_total', type: 'counter', help: 'Agents of a service that were replaced.', values: services.map(([service, labels]) => [labels, service.restarts]) },
    { name: 'stratoswarm_requests_total', type: 'counter', help: 'Requests answered by the ingress.', values: backend.traffic().map(({ app, service, status, requests }) => [{ app, service, status }, requests]) },
    { name: 'stratoswarm_node_cpu_cores', type: 'gauge', help: 'Cores of a node.', values: backend.nodes().map((node) => [{ node: node.name }, perThousand(node.cpu)]) },
    { name: 'stratoswarm_node_memory_bytes', type: 'gauge', help: 'Memory of a node.', values: backend.nodes().map((node) => [{ node: node.name }, node.memory]) },
    { name: 'stratoswarm_ledger_position', type: 'counter', help: 'Events in the ledger.', values: [[{}, backend.head()]] },
  ];
  return metrics.map(write).join('');
}

function perThousand(millicores: number | null | undefined): number | null {
  return millicores === null || millicores === undefined ? null : millicores / 1000;
}

function write({ name, type, help, values }: Metric): string {
  const lines = values.filter(([, value]) => value !== null).map(([labels, value]) => {
    const inner = Object.entries(labels).map(([key, label]) => `${key}="${escape(String(label))}"`).join(',');
    return `${name}${inner === '' ? '' : `{${inner}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escape(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
