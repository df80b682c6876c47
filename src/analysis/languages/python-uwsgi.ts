import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { portNumber } from '../facts/port-values.ts';
import { lineOf } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** How uWSGI is told to speak HTTP by itself (uWSGI documentation, "Native HTTP support"). */
const http = /^[ \t]*http(?:-socket)?\s*=\s*(\S+)/m;

/** Claims that a project which depends on uWSGI, and has a configuration of it that speaks HTTP, is started with that. */
export function claimUwsgi(tree: Tree, draft: Draft, prefix: string): void {
  if (!draft.dependencies.has('uwsgi')) return;
  for (const name of tree.namesIn(draft.path).filter((one) => one.endsWith('.ini'))) {
    const file = within(draft.path, name);
    const text = tree.text(file) ?? '';
    const address = /^[ \t]*\[uwsgi\]/m.test(text) ? http.exec(text)?.[1] : undefined;
    if (address === undefined) continue;
    const place = seen(file, lineOf(text, http), `uWSGI speaks HTTP at ${address}`);
    draft.claim('start', `${prefix}uwsgi --ini ${name}`, 0.94, place);
    const port = portNumber(address);
    if (port !== null) draft.claim('port', { port, protocol: 'http' }, 0.9, place);
  }
}
