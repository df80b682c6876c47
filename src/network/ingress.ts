/**
 * The ingress: a process of its own between clients and agents. It is told routes and nothing else, and serves on while the
 * daemon is away.
 *
 *     node src/network/ingress.ts --home DIR [--port 8080] [--listen ADDRESS …] [--limits JSON] [--linger MS]
 */
import { mkdirSync } from 'node:fs';
import { pathsOf } from '../host/paths.ts';
import { IngressProcess } from './ingress/process.ts';
import { ingressVersion } from './ingress/version.ts';
import { defaultLimits, type Limits } from './proxy/limits.ts';

// `import` of node:util would touch, and so load, all that it offers.
const { values } = process.getBuiltinModule('node:util').parseArgs({
  options: {
    home: { type: 'string' },
    port: { type: 'string', default: '8080' },
    listen: { type: 'string', multiple: true, default: [] },
    /** Some of the limits, as JSON; the rest keep their defaults. */
    limits: { type: 'string', default: '{}' },
    linger: { type: 'string', default: '300000' },
    handover: { type: 'boolean', default: false },
    version: { type: 'boolean', default: false },
  },
});

/** Status 3: another ingress serves this home. */
const alreadyServed = 3;

if (values.version) {
  console.log(ingressVersion());
} else {
  await serve().catch((error: Error) => {
    console.error(`${new Date().toISOString()} the ingress cannot start: ${error.message}`);
    process.exit(1);
  });
}

async function serve(): Promise<void> {
  if (values.home === undefined) throw new Error('--home is needed');
  const { logs } = pathsOf({ STRATOSWARM_HOME: values.home });
  mkdirSync(logs, { recursive: true });
  const ingress = new IngressProcess({
    home: values.home,
    port: Number(values.port),
    addresses: values.listen,
    limits: { ...defaultLimits, ...JSON.parse(values.limits) as Partial<Limits> },
    lingering: Number(values.linger),
    command: [process.execPath, ...process.execArgv, ...process.argv.slice(1).filter((argument) => argument !== '--handover')],
    exit: (status) => process.exit(status),
  });
  process.on('SIGTERM', () => void ingress.stop());
  process.on('SIGINT', () => void ingress.stop());
  process.on('SIGHUP', () => undefined);
  process.on('uncaughtException', (error) => {
    console.error(new Date().toISOString(), error);
    process.exit(1);
  });
  if (values.handover) await ingress.inherit();
  else if (!await ingress.start()) process.exit(alreadyServed);
}
