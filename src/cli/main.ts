import { pathsOf } from '../host/paths.ts';
import { reportOf, StratoError } from '../model/errors.ts';
import { longestReason, reason, type Invocation } from './command.ts';
import { exitFor } from './exits.ts';
import { parse } from './parse.ts';
import { screenFor } from './render/screen.ts';

// What every command waits for: keep the imports above few and light. The rest is loaded when it is needed.

void main(process.argv.slice(2)).then((code) => { process.exitCode = code; });

async function main(argv: readonly string[]): Promise<number> {
  const { env } = process;
  const screen = screenFor(env, {
    get stdin() { return process.stdin; },
    get stdout() { return endWithReader(process.stdout); },
    get stderr() { return process.stderr; },
  });
  try {
    const parsed = parse(argv);
    if (parsed.kind === 'help') {
      const { overview, detail } = await import('./help.ts');
      screen.line(parsed.command === undefined ? overview(screen, parsed.group) : detail(screen, parsed.command));
      return 0;
    }
    const paths = pathsOf(env);
    const invocation: Invocation = {
      ...parsed, screen, paths, env,
      connect: async () => {
        const why = parsed.command.options.includes(reason) ? parsed.values.option('reason') : env['STRATOSWARM_REASON'];
        if ((why?.length ?? 0) > longestReason) throw new StratoError('usage.option', `The reason has ${why!.length} characters`, { next: `give at most ${longestReason}` });
        const [{ ensureDaemon }, { ApiClient }] = await Promise.all([import('./daemon.ts'), import('../api/client.ts')]);
        await ensureDaemon(paths, env, screen);
        return new ApiClient(paths.apiSocket, why || undefined);
      },
    };
    const { run } = await parsed.command.load();
    return (await run(invocation)) ?? 0;
  } catch (error) {
    const { failure } = await import('./render/failure.ts');
    const report = reportOf(error);
    if (argv.includes('--json')) screen.json({ error: report });
    process.stderr.write(`${failure(screen, error, env)}\n`);
    return exitFor(report.code);
  }
}

/** `stratoswarm events -f | head` ends when head does, and that is no error. */
function endWithReader<T extends NodeJS.WriteStream>(out: T): T {
  return out.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
