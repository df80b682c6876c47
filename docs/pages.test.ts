import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { errorCodes } from '../scripts/docs/errors.ts';

const root = join(import.meta.dirname, '..');
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: root })];

it('links only to what is there', () => {
  const broken = pages.flatMap((page) => [...read(page).matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/g)].flatMap(([, path, anchor]) => {
    const target = path === '' ? page : join(dirname(page), path!);
    if (!existsSync(join(root, target))) return [`${page}: ${path}`];
    return anchor === undefined || !target.endsWith('.md') || anchorsOf(read(target)).has(anchor) ? [] : [`${page}: ${path}#${anchor}`];
  }));
  expect(broken).toEqual([]);
});

it('explains only error codes that there are', () => {
  const known = new Set(errorCodes(root));
  const explained = [...read('docs/troubleshooting.md').matchAll(/`((?:source|analysis|deployment|rollout|env|store|toolchain|build|governor|isolation|ingress|daemon|ledger|api|wait|access|console)\.[a-z-]+)`/g)].map(([, code]) => code!);
  expect(explained.filter((code) => !known.has(code))).toEqual([]);
});

it('tells in the README how to run the main job and the tests', () => {
  expect(read('README.md')).toContain('./stratoswarm deploy examples/guestbook');
  expect(read('README.md')).toContain('npm install && npm test');
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Headings as GitHub links to them. */
function anchorsOf(markdown: string): Set<string> {
  return new Set([...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!.toLowerCase().replace(/[^\w\s-]/g, '').replaceAll(' ', '-')));
}
