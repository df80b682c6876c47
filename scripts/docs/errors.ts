import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statusOf } from '../../src/api/problems.ts';
import { exitFor } from '../../src/cli/exits.ts';

/** A code where an error is made, where one is described for others, or where the command line is refused. */
const made = /\bnew StratoError\(\s*'([a-z-]+(?:\.[a-z-]+)*)'|\bcode: '([a-z-]+\.[a-z.-]+)'|'(usage\.[a-z-]+)'/g;

/** The governor names its codes without the room. */
const refused = /\brefuse\('([a-z-]+)'/g;

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
  const codes = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...[...text.matchAll(made)].map(([, thrown, described, usage]) => (thrown ?? described ?? usage)!), ...[...text.matchAll(refused)].map(([, code]) => `governor.${code}`)];
  });
  return [...new Set(codes)].toSorted();
}
