import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where everything of one swarm node is kept. */
export interface Paths {
  readonly home: string;
  readonly ledger: string;
  /** One directory per driver, in it one per agent. */
  readonly agents: string;
  /** Content-addressed, read-only trees. */
  readonly artefacts: string;
  /** What nobody but the daemon may enter. */
  readonly cache: string;
  /** Programs that were brought for apps, and other names for some of the machine's: agents run them, whoever they are. */
  readonly programs: string;
  /** `<app>/<volume>`: never removed but by a decision that says so. */
  readonly volumes: string;
  /** Passwords and tokens, mode 0700. */
  readonly secrets: string;
  readonly logs: string;
  readonly apiSocket: string;
  readonly ingressSocket: string;
}

/** Paths under `$STRATOSWARM_HOME`; without it `/var/lib/stratoswarm` for root, else `~/.stratoswarm`. */
export function pathsOf(env: NodeJS.ProcessEnv = process.env): Paths {
  const given = env['STRATOSWARM_HOME'];
  const home = resolve(given ? given : process.getuid?.() === 0 ? '/var/lib/stratoswarm' : join(homedir(), '.stratoswarm'));
  return {
    home,
    ledger: join(home, 'ledger'),
    agents: join(home, 'agents'),
    artefacts: join(home, 'artefacts'),
    cache: join(home, 'cache'),
    programs: join(home, 'programs'),
    volumes: join(home, 'volumes'),
    secrets: join(home, 'secrets'),
    logs: join(home, 'logs'),
    apiSocket: socketPath(home, 'api.sock'),
    ingressSocket: socketPath(home, 'ingress.sock'),
  };
}

/** A unix socket's path holds at most 107 bytes (unix(7)); a deep home gets a short stand-in under the temporary directory. */
function socketPath(home: string, name: string): string {
  const direct = join(home, name);
  if (Buffer.byteLength(direct) <= 100) return direct;
  // Loaded only when needed: it is 4 MB in processes that are kept small.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const short = createHash('sha256').update(home).digest('hex').slice(0, 16);
  return join(tmpdir(), `stratoswarm-${short}-${name}`);
}
