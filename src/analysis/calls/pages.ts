import { seen } from '../draft.ts';
import { pageCalls } from '../facts/page-calls.ts';
import { belowAny, isBelow } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Caller, Link } from './caller.ts';
import type { App } from './addresses.ts';

/** Calls that stand in the pages themselves: `fetch('http://localhost:5000/orders')` in a script of an HTML file. */
export function pageLinks(tree: Tree, from: Caller, { all, ports }: Pick<App, 'all' | 'ports'>): Link[] {
  if (from.service.kind !== 'static' || from.service.build !== null) return [];
  const isInner = belowAny(all.map(({ service }) => service.path).filter((path) => path !== from.service.path && isBelow(path, from.service.path)));
  return pageCalls(tree, from.service.path).flatMap(({ file, line, address, port }): Link[] => {
    const to = ports.find(port, from);
    return to === undefined || isInner(file) || to.service.kind === 'static' ? [] : [{ from: from.service.name, to: to.service.name, protocol: /^ws/.test(address) ? 'ws' : to.service.ports[0]?.protocol ?? 'http', envVar: null, confidence: 0.9, evidence: [seen(file, line, `calls ${address}`)] }];
  });
}
