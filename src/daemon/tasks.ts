import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task } from '../drivers/driver.ts';
import type { Paths } from '../host/paths.ts';
import { resolveArgv } from '../services/index.ts';
import { targetRevision, type Agent, type App, type ArtefactId, type Service, type ServiceName } from '../model/index.ts';

export interface TaskParts {
  readonly paths: Paths;
  artefact(id: ArtefactId): string;
  /** Environment of an agent with every reference filled in. */
  environment(agent: Agent, service: Service, app: App): Promise<Record<string, string>>;
  /** The memory image from which an agent is to go on. */
  image?(agent: Agent): string | undefined;
  /** Where agents find a store of their app: its host name or address. */
  addressOf(app: App, store: ServiceName): string | undefined;
}

/** What an agent is run with: references become values, names become paths. */
export async function taskOf(agent: Agent, service: Service, app: App, parts: TaskParts): Promise<Task> {
  const volumes = service.volumes.map(({ volume, path }) => ({ source: join(parts.paths.volumes, app.name, volume), path }));
  for (const { source } of volumes) await mkdir(source, { recursive: true, mode: 0o755 });
  const keepsAddress = service.update.strategy === 'recreate';
  return {
    app: app.name,
    service: service.name,
    slot: agent.slot,
    argv: resolveArgv(service, agent.handle.port ?? service.port),
    env: await parts.environment(agent, service, app),
    artefact: service.artefact === null ? null : parts.artefact(service.artefact),
    cwd: service.cwd,
    volumes,
    resources: service.resources,
    addressKey: keepsAddress ? `${app.name}/${service.name}/${agent.slot}` : agent.id,
    hosts: hostsFor(app, service, parts),
    toolchain: service.toolchain,
    contained: service.contained,
    syscalls: service.syscalls,
    image: parts.image?.(agent),
  };
}

/** Names under which an agent reaches the services of its app: stores directly, others through the ingress. */
function hostsFor(app: App, own: Service, parts: TaskParts): Record<string, string | 'gateway'> {
  const hosts: Record<string, string | 'gateway'> = {};
  for (const service of targetRevision(app)?.services ?? []) {
    if (service.name === own.name) continue;
    if (service.kind === 'store') {
      const address = parts.addressOf(app, service.name);
      if (address !== undefined) hosts[service.name] = address;
    } else if (service.port !== null) hosts[`${service.name}.${app.name}.localhost`] = 'gateway';
  }
  return hosts;
}
