import type { Evidence, PlannedEdge, PlannedExternal, PlannedService } from '../../model/index.ts';
import { addressLinks } from '../calls/addresses.ts';
import type { Caller, Link } from '../calls/caller.ts';
import { CommonCode } from '../calls/common.ts';
import { openGatewayLinks } from '../calls/gateways.ts';
import { grpcLinks, protoServices } from '../calls/grpc.ts';
import { LocalPorts } from '../calls/local-ports.ts';
import { Names } from '../calls/names.ts';
import { pageLinks } from '../calls/pages.ts';
import { infrastructureLinks, namedLinks } from '../calls/registered.ts';
import { Routes } from '../calls/routes.ts';
import { externalsOf } from '../calls/external.ts';
import { watchingLinks } from '../calls/watching.ts';
import type { Draft } from '../draft.ts';
import { differing } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { standingBeside } from '../platforms/beside.ts';
import { languageOf } from '../syntax/languages.ts';
import type { TopicUse } from '../queues/topic-use.ts';
import { topicLinks } from '../queues/find.ts';
import { isBelow } from '../tree/paths.ts';
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
  const standing = standingBeside(tree);
  const names = new Names(callers, new Set(standing.flatMap(({ name, kind }) => (kind === undefined ? [] : [name.toLowerCase()]))));
  const app = { tree, all: callers, names, ports: new LocalPorts(callers), routes: new Routes(callers), common, beside: new Set(standing.flatMap(({ published }) => published)) };
  const outside = externalsOf(tree, callers, app.names);
  const links = [
    ...callers.flatMap((caller) => [...addressLinks(caller, app), ...namedLinks(caller, app.names), ...pageLinks(tree, caller, app)]),
    ...infrastructureLinks(callers, tree),
    ...openGatewayLinks(callers),
    ...(callers.length > 1 ? grpcLinks(callers, protoServices(tree), common) : []),
    ...topicLinks(all.map(({ caller, topics }) => ({ caller, uses: topics })), common),
    ...all.flatMap(storeLinks),
    ...outside.links,
    ...watchingLinks(tree, app),
  ];
  return { edges: [...Map.groupBy(links, ({ from, to, protocol }) => `${from} ${to} ${brokers.has(protocol) ? protocol : ''}`).values()].map((links) => edgeOf(links, all.find(({ service }) => service.name === links[0]!.from)?.service.path)), external: outside.externals };
}

/** Variables that say where a store is, the whole of it first, rather than who asks or for what. */
const addressNames = [/(URL|URI|DSN|CONNECTION|CONNECTION_?STRING|CONN_STR)$/i, /(HOST|HOSTS|HOSTNAME|ADDR|ADDRESS|ENDPOINT|SERVERS?|BROKERS?|NODES?)$/i];
/** Protocols by which services reach each other through a broker: such a way is another one than that of requests. */
const brokers = new Set(['amqp', 'kafka', 'nats', 'mqtt', 'pulsar', 'sqs', 'redis', 'celery']);

/** One edge of all that was seen: the caller's code comes first, and then what is surest. */
function edgeOf(links: readonly Link[], path: string | undefined): PlannedEdge {
  const sorted = [...links].sort((a, b) => b.confidence - a.confidence);
  const [{ from, to, confidence }] = sorted as [Link];
  const protocol = sorted.find((link) => link.protocol !== 'http')?.protocol ?? 'http';
  return { from, to, protocol, envVar: sorted.find(({ envVar }) => envVar !== null)?.envVar ?? null, confidence: Math.round(confidence * 100) / 100, evidence: differing(sorted.flatMap((link) => link.evidence)).toSorted((a, b) => remoteness(a, path) - remoteness(b, path)).slice(0, mostEvidence) };
}

/** The caller's own code comes before its settings, and these before what others say. */
function remoteness({ file }: Evidence, path: string | undefined): number {
  return path === undefined || !isBelow(file, path) ? 2 : languageOf(file) === undefined ? 1 : 0;
}

function storeLinks({ service }: Finished): Link[] {
  return service.stores.flatMap(({ kind, envVars }): Link[] => {
    const place = service.evidence.find(({ why }) => why.startsWith(`store ${kind}:`)) ?? service.evidence[0];
    return place ? [{ from: service.name, to: kind, protocol: kind, envVar: addressNames.flatMap((pattern) => envVars.filter((name) => pattern.test(name)))[0] ?? envVars[0] ?? null, confidence: 0.9, evidence: [place] }] : [];
  });
}
