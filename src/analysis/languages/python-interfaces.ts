import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { lineOf } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { PythonManager } from './python-dependencies.ts';
import { moduleOf } from './python-modules.ts';

/** Functions that servers call without any framework (PEP 3333 and the specification of ASGI), and the servers that do. */
const interfaces = [
  { name: 'ASGI', declared: /^async def (\w+)\(\s*scope\s*,\s*receive\s*,\s*send\s*\)/m, servers: [['uvicorn', 'uvicorn %a --host 0.0.0.0 --port ${PORT:-8000}'], ['uvicorn[standard]', 'uvicorn %a --host 0.0.0.0 --port ${PORT:-8000}'], ['hypercorn', 'hypercorn %a --bind 0.0.0.0:${PORT:-8000}'], ['daphne', 'daphne -b 0.0.0.0 -p ${PORT:-8000} %a']] },
  { name: 'WSGI', declared: /^def (\w+)\(\s*environ\s*,\s*start_response\s*\)/m, servers: [['gunicorn', 'gunicorn %a'], ['waitress', 'waitress-serve --port=${PORT:-8080} %a']] },
] as const;

/** Claims the start of an application that is a plain function, by the server that the project depends on. */
export function claimPlainApplication(tree: Tree, draft: Draft, code: readonly FileFacts[], manager: PythonManager): void {
  for (const { name, declared, servers } of interfaces) {
    const [, server] = servers.find(([known]) => draft.dependencies.has(known)) ?? [];
    if (server === undefined) continue;
    for (const { path } of code) {
      const text = tree.text(path) ?? '';
      const application = declared.exec(text)?.[1];
      if (application === undefined) continue;
      const place = seen(path, lineOf(text, declared), `an application for ${name}`);
      const target = `${moduleOf(draft.path, path)}:${application}`;
      draft.claim('start', manager.prefix + server.replace('%a', target), 0.85, place).claim('kind', 'api', 0.86, place);
      return;
    }
  }
}

/** Claims what a configuration of Paste Deploy says (its documentation, "Config Format"): Pyramid's and others' apps are started with it. */
export function claimPasteStart(tree: Tree, draft: Draft, manager: PythonManager): void {
  for (const name of ['production.ini', 'prod.ini', 'development.ini']) {
    const file = within(draft.path, name);
    const text = tree.text(file);
    const server = text === undefined ? undefined : /^\[server:main\]\s*$((?:\n(?!\[)[^\n]*)*)/m.exec(text)?.[1];
    if (server === undefined) continue;
    const place = seen(file, lineOf(text, '[server:main]'), 'a server of Paste Deploy');
    draft.claim('start', `${manager.prefix}pserve ${name}`, 0.93, place);
    const port = Number(/^(?:listen[ \t]*=[^\n]*?:|port[ \t]*=[ \t]*)(\d{2,5})\b/m.exec(server)?.[1]);
    if (port > 0 && port < 65536) draft.claim('port', { port, protocol: 'http' }, 0.93, place);
    return;
  }
}
