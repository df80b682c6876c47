/**
 * Start of the command line, from spawn to exit, against `node -e 0` with the same Node.
 *
 *     sh scripts/node.sh bench/cli.ts [--rounds 25]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { root, Swarm } from '../e2e/harness.ts';
import { interleaved, ratio, spread, table, type Contender } from './rounds.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '25' } } });

/** Of the peer's time. */
const limit = 3;

const swarm = await Swarm.open();
try {
  await swarm.startDaemon();
  const contenders = [
    contender('node -e 0', [process.execPath, '-e', '0']),
    contender('stratoswarm --help', [`${root}stratoswarm`, '--help']),
    contender('stratoswarm ps', [`${root}stratoswarm`, 'ps']),
  ];
  for (const { measure } of contenders) await measure(0);
  const results = await interleaved(Number(values.rounds), contenders);
  const base = results.get('node -e 0')!;
  table([['start of the command line', 'ms, median (all)', '× node -e 0'], ...[...results].map(([name, times]) => [name, spread(times), ratio(times, base, limit)])]);
} finally {
  const left = await swarm.close();
  if (left.length > 0) console.error(`left behind: ${left.join(', ')}`);
}

function contender(name: string, [program, ...args]: [string, ...string[]]): Contender {
  return {
    name,
    measure: async () => {
      const began = performance.now();
      const [code] = (await once(spawn(program, args, { stdio: 'ignore', env: swarm.env }), 'exit')) as [number | null];
      if (code !== 0) throw new Error(`${name} ended with ${code}`);
      return performance.now() - began;
    },
  };
}
