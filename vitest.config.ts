import { defineConfig } from 'vitest/config';

/** Suites that start real servers, namespaces, containers or browsers, or that run for long: they come after the others. */
const deep = [
  'src/simulation/**', 'src/drivers/**/*contract.test.ts', 'src/drivers/sandbox/**', 'src/drivers/oci/**', 'src/drivers/gvisor/**', 'src/host/network/**', 'src/host/cgroups/**', 'src/host/namespaces/**',
  'src/services/stores/**', 'src/build/**', 'src/ledger/**/*crash*', 'src/ledger/**/*damage*', 'src/network/ingress/**', 'src/network/router.test.ts', 'src/drivers/process.test.ts', 'src/**/*.deep.test.ts',
];

/** Whole systems, which take over the machine's network and processors: one after the other. A browser gives up its requests when an interface comes or goes. */
const whole = ['e2e/**', 'web/**/*.browser.test.ts', 'docs/**'];
const all = ['src/**/*.test.ts', 'web/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'bench/**/*.test.ts', 'docs/**/*.test.ts', 'e2e/**/*.test.ts'];
const shared = { pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 };

const files = (patterns: readonly string[]) => patterns.map((pattern) => (pattern.endsWith('**') ? `${pattern}/*.test.ts` : pattern.endsWith('.ts') ? pattern : `${pattern}.test.ts`));
const patient = { testTimeout: 180_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'fast', include: all, exclude: ['**/node_modules/**', ...deep, ...whole] } },
      { test: { ...shared, ...patient, name: 'deep', include: files(deep) } },
      { test: { ...shared, ...patient, name: 'whole', include: files(whole), maxWorkers: 1, fileParallelism: false } },
    ],
  },
});
