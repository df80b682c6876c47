import { parseArgs } from 'node:util';
import { StratoError, reportOf } from '../model/index.ts';
import { analyse } from './index.ts';

/**
 * The program in which a daemon has a directory analysed: `node process.ts <directory> [--name n] [--hints json]` prints
 * the plan as one JSON document, or `{error}` with exit code 1.
 */
async function main(args: string[]): Promise<unknown> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { name: { type: 'string' }, hints: { type: 'string' } } });
  const [directory] = positionals;
  if (directory === undefined) throw new StratoError('analysis.usage', 'no directory was named', { next: 'give the directory as the first argument' });
  return await analyse(directory, { name: values.name, hints: values.hints === undefined ? undefined : JSON.parse(values.hints) });
}

try {
  process.stdout.write(JSON.stringify(await main(process.argv.slice(2))));
} catch (error) {
  process.exitCode = 1;
  process.stdout.write(JSON.stringify({ error: reportOf(error) }));
}
