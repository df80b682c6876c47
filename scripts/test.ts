import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs all tests: first those that give a useful answer within a minute or two, then the deep suites, then whole systems. Arguments go to
 * vitest; with `--fast`, `--deep` or `--whole` only those run. Ends with one line of totals. With STRATOSWARM_NO_SKIP=1 a skipped test fails the run.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const projects = ['fast', 'deep', 'whole'];
const only = projects.filter((name) => args.includes(`--${name}`));
const rest = args.filter((arg) => !projects.includes(arg.replace(/^--/, '')));
const scratch = mkdtempSync(join(tmpdir(), 'stratoswarm-tests-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
let isBroken = false;

for (const project of only.length > 0 ? only : projects) {
  const report = join(scratch, `${project}.json`);
  const run = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, '--passWithNoTests', ...rest], {
    cwd: root, stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
  });
  const counted = count(report);
  totals.passed += counted.passed;
  totals.failed += counted.failed;
  totals.skipped += counted.skipped;
  if (run.status !== 0 && counted.failed === 0) isBroken = true;
}
rmSync(scratch, { recursive: true, force: true });

const forbidsSkips = process.env['STRATOSWARM_NO_SKIP'] === '1';
if (forbidsSkips && totals.skipped > 0) console.error(`${totals.skipped} tests were skipped, which is forbidden here`);
if (isBroken) console.error('the test runner failed outside of a test: see above');
console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`);
process.exitCode = totals.failed > 0 || isBroken || (forbidsSkips && totals.skipped > 0) ? 1 : 0;

function count(file: string): typeof totals {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults } = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number; numFailedTests: number; numPendingTests: number; numFailedTestSuites: number; testResults: { status: string; assertionResults: unknown[] }[];
    };
    const broken = testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0).length;
    return { passed: numPassedTests, failed: numFailedTests + (numFailedTestSuites > 0 ? broken : 0), skipped: numPendingTests };
  } catch {
    isBroken = true;
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
