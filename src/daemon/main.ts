import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { pathsOf } from '../host/paths.ts';
import { reportOf } from '../model/index.ts';
import { startDaemon } from './daemon.ts';
import { mortality } from './mortal.ts';
import { portOf, servingOf } from './serving.ts';

/** The program `daemon`: starts, says so in its log, and goes when it is asked to. */
const paths = pathsOf();
const version = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);

process.on('unhandledRejection', (reason) => log(`unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}`));
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const dieAt = process.env['STRATOSWARM_DIE_AT'];

try {
  const common = { paths, version, log, serving: servingOf(process.env) };
  const daemon = process.env['STRATOSWARM_READ_ONLY'] ? await (await import('./reader.ts')).startReader({ ...common, url: process.env['STRATOSWARM_LEDGER'] }) : await startDaemon({
    ...common,
    ingressPort: portOf(process.env, 'STRATOSWARM_PORT', 8080) ?? 8080,
    around: dieAt ? mortality(dieAt, () => process.kill(process.pid, 'SIGKILL')) : undefined,
    doctor: async () => (await import('../host/capabilities.ts')).capabilities(),
    onOvertaken(error) {
      const { message, why, next } = reportOf(error);
      log(['ending: ' + message, why, next].filter(Boolean).join('; '));
      process.exit(1);
    },
  });
  flushCompileCache();
  let isClosing = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (isClosing) return;
      isClosing = true;
      log(`stopping on ${signal}; agents and ingress go on`);
      void daemon.close(signal).finally(() => process.exit(0));
    });
  }
} catch (error) {
  const { code, message, why, next } = reportOf(error);
  log([`cannot start: ${message}`, why, next].filter(Boolean).join('; '));
  if (code === 'internal') console.error(error);
  process.exit(1);
}
