import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statusOf } from '../../src/api/problems.ts';
import { exitFor } from '../../src/cli/exits.ts';

const thrown = /\bnew StratoError\(\s*'([a-z-]+(?:\.[a-z-]+)*)'|\bcode: '([a-z-]+\.[a-z.-]+)'/g;

/** Every code of an error that people can see, from the sources, with the status and the exit code that it comes with. */
export function errorReference(root: string): string {
  const codes = errorCodes(root);
  return [
    '# Error codes',
    '',
    '<!-- Generated from the sources: do not edit. -->',
    '',
    'A code never changes its meaning: scripts may compare it. Every error says what happened, why, and what to do next; [troubleshooting](../troubleshooting.md) says more about those that need it.',
    'A retryable error whose status would be 500 is answered with 503.',
    '',
    '| code | status | exit |',
    '|---|---|---|',
    ...codes.map((code) => `| \`${code}\` | ${statusOf({ code, retryable: false })} | ${exitFor(code)} |`),
    '',
  ].join('\n');
}

/** The codes that programs throw, sorted. */
export function errorCodes(root: string): string[] {
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !/\.(test|fake|contract|subject)\.ts$|\/(contract|testing|simulation)\//.test(file));
  return [...new Set(files.flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(thrown)].map(([, made, said]) => (made ?? said)!)))].toSorted();
}
