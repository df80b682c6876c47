import { posix } from 'node:path';
import type { Finding, PlannedService } from '../../model/index.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { linesIn } from '../syntax/lines.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import type { Tree } from '../tree/tree.ts';

/** A call of a browser whose address is written out. */
const call = /(?:\b(?:fetch|EventSource|WebSocket|io|axios(?:\.\w{1,10})?|ky(?:\.\w{1,10})?|\$fetch)\(\s{0,20}|\bbaseURL\s{0,5}:\s{0,5})['"`]((?:https?|wss?):\/\/(?:localhost|127\.0\.0\.1)(?::\d{1,5})?)(?=[/'"`?$])/g;
const components = /\.(?:jsx|tsx|vue|svelte)$/;

/** Pages that call `http://localhost:3000` themselves: that is the machine of whoever looks at them, where nothing answers. One remark for each service, with the first place. */
export function localPages(tree: Tree, { name, kind }: PlannedService, code: readonly FileFacts[]): Finding[] {
  const places = code.filter(({ path }) => !isTestPath(path) && !isSideDirectory(posix.dirname(path)) && (kind === 'static' ? /\.[cm]?[jt]sx?$|\.(?:vue|svelte)$/ : components).test(path)).flatMap(({ path }) => {
    const text = tree.textOnce(path) ?? '';
    return text.includes('localhost') || text.includes('127.0.0.1') ? [...text.matchAll(call)].map(({ 1: address, index }) => ({ file: path, line: linesIn(text).at(index), address: address! })) : [];
  });
  const [first] = places;
  if (first === undefined) return [];
  return [{
    rule: 'pages-call-localhost', severity: 'medium', file: first.file, line: first.line,
    message: `the pages of ${name} call ${first.address}${places.length > 1 ? ` (${places.length} places)` : ''}, which is the machine of whoever opens them`, fix: 'ask for a path without a host (/api/...), or take the address from a variable of the build',
  }];
}
