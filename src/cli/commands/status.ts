import type { AppView, StatusView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { likeness } from '../render/likeness.ts';
import { table, toned, toneOf } from '../render/table.ts';
import type { Screen } from '../render/screen.ts';
import { plain } from '../render/text.ts';
import { bytes, cores, duration } from '../render/units.ts';
import { checkName } from '../target.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const name = values.optional('app');
  if (name !== undefined) {
    checkName(name);
    const client = await connect();
    const app = await client.get<AppView>(`/v1/apps/${name}`);
    return values.json ? screen.json(app) : showApp(screen, app);
  }
  const client = await connect();
  const [status, { apps }] = await Promise.all([client.get<StatusView>('/v1/status'), client.get<{ apps: AppView[] }>('/v1/apps')]);
  if (values.json) return screen.json({ ...status, appList: apps });
  showSwarm(screen, status, apps);
}

function showSwarm(screen: Screen, status: StatusView, apps: readonly AppView[]): void {
  screen.line(`daemon   ${toned(screen, 'good', 'running')} (pid ${status.pid}, version ${status.version}, up ${duration(status.uptime)})`);
  screen.line(`ingress  ${status.ingress.url ?? toned(screen, 'warning', 'not serving')}${status.ingress.pid === null ? '' : ` (pid ${status.ingress.pid})`}`);
  for (const node of status.nodes) screen.line(`node     ${plain(node.name)}: ${node.availability}, ${cores(node.usage?.cpu)} of ${node.cpu / 1000} cores, ${bytes(node.usage?.memory)} of ${bytes(node.memory)}`);
  for (const warning of status.warnings) screen.line(`${toned(screen, 'warning', 'warning')}  ${plain(warning)}`);
  screen.line();
  if (apps.length === 0) return screen.line('No app yet. Deploy something: `stratoswarm deploy PATH`');
  screen.line(table(screen, ['APP', 'STATUS', 'REV', 'READY', 'URL'], apps.map((app) => [
    app.name, { text: app.status, tone: toneOf(app.status) }, String(app.revision),
    `${app.services.reduce((sum, { ready }) => sum + ready, 0)}/${app.services.reduce((sum, { replicas }) => sum + replicas, 0)}`, app.url ?? '-',
  ])));
}

function showApp(screen: Screen, app: AppView): void {
  screen.line(`${screen.paint.bold(app.name)}  ${toned(screen, toneOf(app.status), app.status)}${app.url === null ? '' : `  ${app.url}`}`);
  screen.line(`revision ${app.revision}${app.stable === null || app.stable === app.revision ? '' : ` (the last good one is ${app.stable})`}${app.source === null ? '' : `, from ${plain(app.source.location)}`}`);
  screen.line();
  screen.line(table(screen, ['SERVICE', 'KIND', 'STATUS', 'READY', 'REPLACED', 'LIMITS', 'URL'], app.services.map((service) => [
    service.name, service.store ?? service.kind, { text: service.status, tone: toneOf(service.status) }, `${service.ready}/${service.replicas}`, String(service.restarts),
    limits(service.resources), service.urls[0] ?? '-',
  ])));
  for (const { name, lastFailure } of app.services) if (lastFailure !== null) screen.line(`\n${toned(screen, 'warning', `${name} last failed`)}: ${plain(lastFailure)}`);
  for (const { name, memory } of app.services) if (memory && memory.most !== null) screen.line(screen.paint.dim(`${name} used ${bytes(memory.most)} of memory at most${memory.expected === null ? '' : `; ${bytes(memory.expected)} was expected`}`));
  for (const { name, similar } of app.services) for (const one of similar ?? []) screen.line(screen.paint.dim(`${name} is like ${likeness(one)}`));
  const { rollout } = app;
  if (rollout === null || rollout.state === 'succeeded') return;
  screen.line(`\n${rollout.kind} of revision ${rollout.revision}: ${toned(screen, toneOf(rollout.state), rollout.state)}${rollout.reason === null ? '' : `, ${plain(rollout.reason)}`}`);
  for (const line of rollout.tail) screen.line(screen.paint.dim(`  | ${plain(line)}`));
}

function limits({ cpu, memory }: { cpu: number | null; memory: number | null }): string {
  const parts = [cpu === null ? undefined : `${cores(cpu)} cores`, memory === null ? undefined : bytes(memory)].filter((part) => part !== undefined);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
