import type { Evidence, PlannedEdge, PlannedService } from '../../model/index.ts';
import { EnvName } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file.ts';
import type { WrittenUrl } from '../facts/urls.ts';
import { parseUrl } from '../facts/urls.ts';

/** A finished service with what it was made from. */
export interface Finished {
  draft: Draft;
  code: readonly FileFacts[];
  service: PlannedService;
}

/** Directed calls between the services of an app, and from services to their stores. */
export function edgesOf(all: readonly Finished[]): PlannedEdge[] {
  const edges: PlannedEdge[] = [];
  const add = (from: Finished, to: string, protocol: string, envVar: string | null, evidence: Evidence) => {
    const known = edges.find((edge) => edge.from === from.service.name && edge.to === to);
    if (!known) edges.push({ from: from.service.name, to, protocol, envVar, evidence: [evidence] });
    else {
      known.envVar ??= envVar;
      if (known.evidence.length < 5) known.evidence.push(evidence);
    }
  };
  for (const from of all) {
    const others = all.filter((other) => other !== from && (other.service.ports.length > 0 || other.service.kind === 'static'));
    for (const { name, value, evidence } of variables(from)) {
      const url = value === null ? undefined : parseUrl(value, evidence.line) ?? parseUrl(`http://${value}`, evidence.line);
      const byHost = url && value!.length < 200 && !/\s/.test(value!) ? target(url, from, others) : undefined;
      const to = byHost ?? byName(name, others);
      if (to && (to.service.kind !== 'static' || from.service.kind === 'static')) add(from, to.service.name, protocolOf(url, to), name, { ...evidence, why: `${name} is where ${to.service.name} is reached` });
    }
    for (const facts of from.code) {
      for (const url of facts.urls) {
        const to = target(url, from, others);
        if (to && facts.language !== 'shell') add(from, to.service.name, protocolOf(url, to), null, seen(facts.path, url.line, `calls ${url.url}`));
      }
    }
    for (const store of from.service.stores) {
      const place = from.service.evidence.find(({ why }) => why.includes(store.kind)) ?? from.service.evidence[0];
      if (place) add(from, store.kind, store.kind, store.envVars[0] ?? null, place);
    }
  }
  return edges;
}

function variables({ draft, code }: Finished): { name: string; value: string | null; evidence: Evidence }[] {
  const read = code.flatMap((facts) => facts.env.map((found) => ({ name: found.name, value: found.default, evidence: seen(facts.path, found.line, '') })));
  const given = [...draft.given].map(([name, { value, evidence }]) => ({ name, value, evidence }));
  const placed = draft.placeholders.map((found) => ({ name: found.name, value: found.default, evidence: found.evidence }));
  return [...read, ...given, ...placed].filter(({ name }) => EnvName.safeParse(name).success);
}

/** `NEXT_PUBLIC_GREETER_SERVICE_URL` → `greeter`; undefined for names that tell no address. */
function subject(name: string): string | undefined {
  const match = /^(?:(?:VITE|NEXT_PUBLIC|REACT_APP|PUBLIC|NUXT_PUBLIC|NUXT|GATSBY)_)?([A-Z][A-Z0-9_]*?)_?(?:(?:BASE_|SERVICE_|SVC_|SERVER_|API_)*(?:URL|URI|HOST|HOSTNAME|ADDR|ADDRESS|ENDPOINT|ORIGIN|BASE|TARGET|HOSTPORT|SERVICE|SERVER)(?:_URL|_HOST)?)$/.exec(name);
  return match?.[1]?.toLowerCase().replaceAll('_', '-');
}

const apiNames = /^(api|backend|server|api-server|service)$/;

function byName(name: string, others: readonly Finished[]): Finished | undefined {
  const wanted = subject(name) ?? (/^(?:VITE|NEXT_PUBLIC|REACT_APP|PUBLIC|NUXT_PUBLIC)?_?(API|BACKEND|SERVER)_(?:BASE_)?UR[LI]$/.test(name) ? 'api' : undefined);
  if (wanted === undefined) return undefined;
  const named = others.find(({ draft, service }) => names(draft, service).some((own) => own === wanted || own === `${wanted}-service` || own === `${wanted}service` || `${own}-service` === wanted || own === `${wanted}-api`));
  if (named || !apiNames.test(wanted)) return named;
  const apis = others.filter(({ service }) => service.kind === 'api' || service.kind === 'web' && apiNames.test(service.name));
  return apis.length === 1 ? apis[0] : undefined;
}

function names(draft: Draft, service: PlannedService): string[] {
  return [service.name, draft.path.split('/').at(-1)!, ...draft.aliases].map((name) => name.toLowerCase().replace(/[_.]/g, '-'));
}

/** The service that an address belongs to: by host name, or by port on this machine. */
function target(url: WrittenUrl, from: Finished, others: readonly Finished[]): Finished | undefined {
  if (/^(localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal)$/.test(url.host)) {
    const listening = others.filter(({ service }) => service.ports.some(({ port }) => port === url.port));
    return listening.length === 1 && !from.service.ports.some(({ port }) => port === url.port) ? listening[0] : undefined;
  }
  const host = url.host.toLowerCase();
  return host === '' || host === '*' ? undefined : others.find(({ draft, service }) => names(draft, service).includes(host));
}

function protocolOf(url: WrittenUrl | undefined, to: Finished): string {
  if (url && /^(ws|wss|grpc|tcp)$/.test(url.scheme)) return url.scheme;
  return to.service.ports[0]?.protocol ?? 'http';
}
