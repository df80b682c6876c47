/**
 * What libraries of Python take when they are imported, beside what `src/analysis/sizing/libraries.ts` says that they do. On Debian:
 * `apt-get install python3-numpy python3-pandas python3-scipy python3-sklearn python3-matplotlib python3-seaborn python3-statsmodels python3-skimage python3-xgboost python3-opencv python3-nltk python3-networkx python3-sympy python3-pil python3-boto3 libopenblas0-pthread`. NLTK imports scikit-learn where that is there.
 *
 *     sh scripts/node.sh bench/sizing/libraries.ts
 */
import { spawnSync } from 'node:child_process';
import { tableOfLibraries } from '../../src/analysis/sizing/libraries.ts';
import { table } from '../rounds.ts';

/** The part of a library that programs use, where its own name imports hardly anything. */
const parts: Readonly<Record<string, string>> = { scipy: 'scipy.stats', sklearn: 'sklearn.ensemble', matplotlib: 'matplotlib.pyplot', statsmodels: 'statsmodels.api', skimage: 'skimage.io', PIL: 'PIL.Image' };
const script = `import sys
for name in sys.argv[1:]: __import__(name)
print(next(line.split()[1] for line in open('/proc/self/smaps_rollup') if line.startswith('Pss:')))`;

/** Bytes of an interpreter with these modules; undefined when one is missing. */
function taken(...modules: string[]): number | undefined {
  const { status, stdout } = spawnSync('python3', ['-c', script, ...modules], { encoding: 'utf8', env: { ...process.env, MPLBACKEND: 'Agg' } });
  return status === 0 ? Number(stdout) * 1024 : undefined;
}

const MiB = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const without = taken()!;
table([['module', 'measured', 'in the table'], ...tableOfLibraries().map(({ name, bytes }) => {
  const all = taken(parts[name] ?? name);
  return [name, all === undefined ? 'not installed' : MiB(all - without), MiB(bytes)];
})]);
