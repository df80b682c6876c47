import { requireSafe, serveApi, type ApiOptions, type ApiServer, type TcpOptions } from '../api/server.ts';
import { StratoError, reportOf } from '../model/index.ts';

/** Where console and API are served beside the unix socket. */
export interface Serving {
  /** Null: nowhere. */
  readonly tcp: TcpOptions | null;
  /** Rather fail than take another port when that one is taken. */
  readonly insist: boolean;
}

const preferred = 7070;

/**
 * What the environment says: `STRATOSWARM_API_PORT`, and for others than this machine `STRATOSWARM_API_HOST` (an address of it) with
 * `STRATOSWARM_API_CERT` and `STRATOSWARM_API_KEY` (PEM files) and `STRATOSWARM_API_NAMES` (names by which it is called, with commas). Throws
 * `daemon.setting`, `api.insecure-bind`.
 */
export function servingOf(env: NodeJS.ProcessEnv): Serving {
  const port = portOf(env, 'STRATOSWARM_API_PORT', preferred);
  if (port === null) return { tcp: null, insist: true };
  const [host, cert, key] = [env['STRATOSWARM_API_HOST'], env['STRATOSWARM_API_CERT'], env['STRATOSWARM_API_KEY']].map((value) => value || undefined);
  if ((cert === undefined) !== (key === undefined)) throw badSetting(cert === undefined ? 'STRATOSWARM_API_CERT' : 'STRATOSWARM_API_KEY', 'is missing', 'give both the certificate and its key, as PEM files');
  const hosts = (env['STRATOSWARM_API_NAMES'] ?? '').split(',').map((name) => name.trim()).filter(Boolean);
  const wrong = hosts.find((name) => !/^[\w.-]+$/.test(name));
  if (wrong !== undefined) throw badSetting('STRATOSWARM_API_NAMES', `has ${JSON.stringify(wrong)}, which is no name of a host`, 'write names with commas between them, without ports: swarm.example.org,10.0.0.5');
  const tcp = { port, ...(host && { host }), ...(cert && key && { tls: { cert, key } }), ...(hosts.length > 0 && { hosts }) };
  requireSafe(tcp);
  return { tcp, insist: env['STRATOSWARM_API_PORT'] !== undefined };
}

/** A port from the environment; null for `off`. Throws `daemon.setting`. */
export function portOf(env: NodeJS.ProcessEnv, name: string, otherwise: number): number | null {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  if (text === 'off') return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535) throw badSetting(name, `is ${JSON.stringify(text)}`, 'give a port, 0 for any, or "off"');
  return value;
}

/** Serves it there, and at another port where that is taken and nobody insists on it. */
export async function serveAt({ tcp, insist }: Serving, options: Omit<ApiOptions, 'tcp'>): Promise<ApiServer> {
  if (tcp === null) return await serveApi(options);
  return await serveApi({ ...options, tcp }).catch((error: unknown) => {
    if (reportOf(error).code !== 'api.port-taken' || insist) throw error;
    return serveApi({ ...options, tcp: { ...tcp, port: 0 } });
  });
}

function badSetting(name: string, what: string, next: string): StratoError {
  return new StratoError('daemon.setting', `${name} ${what}`, { next });
}
