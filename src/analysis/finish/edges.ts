import type { PlannedEdge, PlannedExternal, PlannedService } from '../../model/index.ts';
import { addressLinks } from '../calls/addresses.ts';
import type { Caller, Link } from '../calls/caller.ts';
import { CommonCode } from '../calls/common.ts';
import { grpcLinks, protoServices } from '../calls/grpc.ts';
import { LocalPorts } from '../calls/local-ports.ts';
import { Names } from '../calls/names.ts';
import { infrastructureLinks, namedLinks } from '../calls/registered.ts';
import { Routes } from '../calls/routes.ts';
import { externalsOf } from '../calls/external.ts';
import type { Draft } from '../draft.ts';
import { differing } from '../draft.ts';
import type { FileFacts } from '../facts/file.ts';
import type { TopicUse } from '../queues/find.ts';
import { topicLinks } from '../queues/find.ts';
import type { Tree } from '../tree/tree.ts';

/** A finished service with what it was made from. */
export interface Finished {
  draft: Draft;
  code: readonly FileFacts[];
  service: PlannedService;
  caller: Caller;
  topics: readonly TopicUse[];
}

const mostEvidence = 6;

/** Directed calls between the services of an app, from services to their stores, and to what is outside of the app's code. */
export function edgesOf(tree: Tree, all: readonly Finished[]): { edges: PlannedEdge[]; external: PlannedExternal[] } {
  const callers = all.map(({ caller }) => caller);
  const common = new CommonCode(callers);
  const app = { all: callers, names: new Names(callers), ports: new LocalPorts(callers), routes: new Routes(callers), common };
  const outside = externalsOf(tree, callers);
  const links = [
    ...callers.flatMap((caller) => [...addressLinks(caller, app), ...namedLinks(caller, app.names)]),
    ...infrastructureLinks(callers),
    ...(callers.length > 1 ? grpcLinks(callers, protoServices(tree), common) : []),
    ...topicLinks(all.map(({ caller, topics }) => ({ caller, uses: topics })), common),
    ...all.flatMap(storeLinks),
    ...outside.links,
  ];
  return { edges: [...Map.groupBy(links, ({ from, to }) => `${from} ${to}`).values()].map(edgeOf), external: outside.externals };
}

/** One edge of all that was seen: what is surest comes first. */
function edgeOf(links: readonly Link[]): PlannedEdge {
  const sorted = [...links].sort((a, b) => b.confidence - a.confidence);
  const [{ from, to, confidence }] = sorted as [Link];
  const protocol = sorted.find((link) => link.protocol !== 'http')?.protocol ?? 'http';
  return { from, to, protocol, envVar: sorted.find(({ envVar }) => envVar !== null)?.envVar ?? null, confidence: Math.round(confidence * 100) / 100, evidence: differing(sorted.flatMap((link) => link.evidence)).slice(0, mostEvidence) };
}

function storeLinks({ service }: Finished): Link[] {
  return service.stores.flatMap(({ kind, envVars }): Link[] => {
    const place = service.evidence.find(({ why }) => why.startsWith(`store ${kind}:`)) ?? service.evidence[0];
    return place ? [{ from: service.name, to: kind, protocol: kind, envVar: envVars[0] ?? null, confidence: 0.9, evidence: [place] }] : [];
  });
}
