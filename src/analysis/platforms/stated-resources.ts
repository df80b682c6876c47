import type { Evidence, PlannedService } from '../../model/index.ts';
import type { Data } from '../syntax/formats.ts';
import { asData, asText } from '../syntax/formats.ts';

/** What files beside the code say that a service may use: bytes and millicores. */
export interface StatedResources {
  /** What is kept free for it. */
  request: { cpu?: number; memory?: number };
  /** What it gets at most. */
  limit: { cpu?: number; memory?: number };
  evidence: Evidence;
}

const binary: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Resources of a service of Compose: `mem_limit`, `mem_reservation`, `cpus` and `deploy.resources` (Compose Specification). Undefined where there are none. */
export function composeResources(service: Data, evidence: Evidence): StatedResources | undefined {
  const deploy = asData(asData(service['deploy'])['resources']);
  const part = (data: Data, memory: unknown, cpus: unknown) => amounts(bytesOf(data['memory'] ?? memory, binary), coresOf(data['cpus'] ?? cpus));
  return stated(part(asData(deploy['reservations']), service['mem_reservation'], undefined), part(asData(deploy['limits']), service['mem_limit'], service['cpus']), evidence);
}

/** Resources of a container of Kubernetes (Resource Management for Pods and Containers). Undefined where there are none. */
export function containerResources(container: Data, evidence: Evidence): StatedResources | undefined {
  const resources = asData(container['resources']);
  const part = (data: Data) => amounts(bytesOf(data['memory'], { k: 1e3, m: 1e6, g: 1e9, t: 1e12 }), coresOf(data['cpu']));
  return stated(part(asData(resources['requests'])), part(asData(resources['limits'])), evidence);
}

/**
 * What is expected of a service whose authors say what it may use: their limit, unless that is more than twice what they keep free for it. It limits nobody here.
 */
export function withStated(resources: PlannedService['resources'], { request, limit }: StatedResources): PlannedService['resources'] {
  const expected = (what: 'cpu' | 'memory') => (request[what] !== undefined && limit[what] !== undefined ? Math.min(limit[what], 2 * request[what]) : limit[what] ?? request[what]);
  const [cpu, memory] = [expected('cpu'), expected('memory')];
  return {
    ...resources,
    ...(cpu !== undefined && { cpu, cpuRange: [Math.min(request.cpu ?? cpu, cpu), Math.max(limit.cpu ?? cpu, cpu)] as [number, number] }),
    ...(memory !== undefined && { memory, memoryRange: [Math.min(request.memory ?? memory, memory), Math.max(limit.memory ?? memory, memory)] as [number, number] }),
  };
}

function stated(request: StatedResources['request'], limit: StatedResources['limit'], evidence: Evidence): StatedResources | undefined {
  return Object.keys({ ...request, ...limit }).length === 0 ? undefined : { request, limit, evidence };
}

function amounts(memory: number | undefined, cpu: number | undefined): { cpu?: number; memory?: number } {
  return { ...(memory !== undefined && { memory }), ...(cpu !== undefined && { cpu }) };
}

/** `512Mi`, `1G`, `256mb`, `67108864`; undefined for what is no number of bytes, or less than one mebibyte. */
function bytesOf(value: unknown, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])(i?)b?|b)?$/i.exec(asText(value) ?? '');
  if (!match) return undefined;
  const unit = match[2]?.toLowerCase();
  const bytes = Math.round(Number(match[1]) * (unit === undefined ? 1 : match[3] ? binary[unit]! : units[unit]!));
  return bytes >= 2 ** 20 && bytes < 2 ** 50 ? bytes : undefined;
}

/** `500m`, `0.5`, `2` → millicores. */
function coresOf(value: unknown): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(asText(value) ?? '');
  const cores = match && Math.round(Number(match[1]) * (match[2] ? 1 : 1000));
  return cores && cores >= 1 && cores < 1e6 ? cores : undefined;
}
