import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { isBelow } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Caller, Link } from './caller.ts';
import type { CommonCode } from './common.ts';

/** Names of the services that the tree's `.proto` files define. */
export function protoServices(tree: Tree): Set<string> {
  const names = new Set<string>();
  for (const file of tree.files) {
    if (!file.endsWith('.proto')) continue;
    for (const [, name] of (tree.text(file) ?? '').matchAll(/^[ \t]*service\s+(\w+)/gm)) names.add(name!);
  }
  return names;
}

/** Calls by generated clients: from whoever makes one to the service that implements it. */
export function grpcLinks(all: readonly Caller[], known: ReadonlySet<string>, common: CommonCode): Link[] {
  if (known.size === 0) return [];
  const servers = new Map<string, { caller: Caller; evidence: Evidence }[]>();
  const each = (role: 'serves' | 'calls', visit: (caller: Caller, service: string, evidence: Evidence) => void) => {
    for (const caller of all) {
      for (const { path, grpc } of caller.code) {
        for (const use of grpc) {
          const service = known.has(use.service) ? use.service : known.has(`${use.service}Service`) ? `${use.service}Service` : use.service.endsWith('Service') && known.has(use.service.slice(0, -7)) ? use.service.slice(0, -7) : undefined;
          if (use.role === role && service !== undefined && common.isMeant(caller, path, service.replace(/Service$/, ''))) visit(caller, service, seen(path, use.line, role === 'serves' ? `implements ${service}` : `is a client of ${service}`));
        }
      }
    }
  };
  each('serves', (caller, service, evidence) => {
    const list = servers.get(service) ?? [];
    if (!list.some((other) => other.caller === caller)) servers.set(service, [...list, { caller, evidence }]);
  });
  const links: Link[] = [];
  each('calls', (caller, service, evidence) => {
    const known = servers.get(service) ?? [];
    // A module that is taken from another service's directory brings that service's program along.
    const own = known.filter(({ caller: { draft }, evidence: { file } }) => isBelow(file, draft.path));
    const serving = own.length === 1 ? own : known;
    const [server] = serving;
    if (server && serving.length === 1 && server.caller !== caller) links.push({ from: caller.service.name, to: server.caller.service.name, protocol: 'grpc', envVar: null, confidence: 0.93, evidence: [evidence, server.evidence] });
  });
  return links;
}
