import * as z from 'zod';
import { StratoError } from './errors.ts';

/** DNS labels (RFC 1123 §2.1), shorter than allowed there so that `<service>.<app>.localhost` and agent ids stay short. */
const label = (max: number) => z.string().max(max).regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, 'lower-case letters, digits and inner dashes, starting with a letter');

export const AppName = label(40).brand<'AppName'>();
export type AppName = z.infer<typeof AppName>;

export const ServiceName = label(40).brand<'ServiceName'>();
export type ServiceName = z.infer<typeof ServiceName>;

export const VolumeName = label(40).brand<'VolumeName'>();
export type VolumeName = z.infer<typeof VolumeName>;

/** `<app>-<service>-<slot>-<8 base32 characters>`: unique for ever, safe as a file, cgroup and host name. */
export const AgentId = z.string().max(120).regex(/^[a-z][a-z0-9-]*-[a-z2-7]{8}$/).brand<'AgentId'>();
export type AgentId = z.infer<typeof AgentId>;

/** `sha256-<64 hex>` of the content of a build's tree. */
export const ArtefactId = z.string().regex(/^sha256-[0-9a-f]{64}$/).brand<'ArtefactId'>();
export type ArtefactId = z.infer<typeof ArtefactId>;

/** Names of environment variables as shells accept them (POSIX.1-2017 §8.1, lower case allowed). */
export const EnvName = z.string().max(255).regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

/** Parses an app name given by a person; the error says what is allowed. */
export function parseAppName(raw: string): AppName {
  const parsed = AppName.safeParse(raw);
  if (parsed.success) return parsed.data;
  const suggestion = suggestName(raw, 'app');
  throw new StratoError('name.invalid', `${JSON.stringify(raw.slice(0, 60))} cannot be an app's name`, {
    why: 'a name is at most 40 lower-case letters, digits and inner dashes, and starts with a letter',
    next: `try --name ${suggestion}`,
  });
}

/** The nearest valid name to any text: what a directory called `My Shop (v2)` becomes. One of digits alone goes behind the fallback: `app-2048`. */
export function suggestName(raw: string, fallback: string): string {
  const plain = raw.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+/, '');
  const cleaned = plain.replace(/^[^a-z]+/, '').slice(0, 40).replace(/-+$/, '');
  if (cleaned !== '') return cleaned;
  return fallback === '' || plain === '' ? fallback : `${fallback}-${plain}`.slice(0, 40).replace(/-+$/, '');
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new agent id; `random` yields numbers in [0, 1). */
export function newAgentId(app: AppName, service: ServiceName, slot: number, random: () => number): AgentId {
  let suffix = '';
  for (let i = 0; i < 8; i++) suffix += base32[Math.floor(random() * 32)];
  return `${app}-${service}-${slot}-${suffix}` as AgentId;
}
