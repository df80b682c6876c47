import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { settingKey } from '../syntax/template.ts';
import type { Caller, Link } from './caller.ts';
import { namedCalls } from './clients.ts';
import type { Named, Names } from './names.ts';
import { parseUrl } from '../facts/urls.ts';
import type { Tree } from '../tree/tree.ts';
import { isSwitchedOff } from './switched-off.ts';
import { lineOfUse } from './uses.ts';

/** A part of the infrastructure that an app may hold itself: who is it, and who needs it. */
interface Infrastructure {
  /** As {@link isSwitchedOff} knows it. */
  kind: string;
  protocol: string;
  what: string;
  /** Annotations, packages or functions of the service that is it. */
  serves: RegExp;
  /** Packages of those that need it. */
  packages: RegExp;
  /** Keys of the configuration of those that need it. */
  keys: RegExp;
}

const infrastructure: readonly Infrastructure[] = [
  { kind: 'service-discovery', what: 'registers at', protocol: 'http', serves: /^(EnableEurekaServer|spring-cloud-starter-netflix-eureka-server|spring-cloud-starter-eureka-server)$/, packages: /^(spring-cloud-starter-netflix-eureka-client|spring-cloud-starter-eureka|spring-cloud-netflix-eureka-client|Steeltoe\.Discovery\.(Client\w*|Eureka|ClientCore)|eureka-js-client|py-eureka-client|py_eureka_client)$/, keys: /^eureka\.client\.(serviceurl|service-url)/ },
  { kind: 'configuration', what: 'is configured by', protocol: 'http', serves: /^(EnableConfigServer|spring-cloud-config-server)$/, packages: /^(spring-cloud-starter-config|spring-cloud-config-client|spring-cloud-starter-config-client)$/, keys: /^spring\.cloud\.config\.(uri|discovery\.serviceid)/ },
  { kind: 'administration', what: 'is watched by', protocol: 'http', serves: /^(EnableAdminServer|spring-boot-admin-starter-server|spring-boot-admin-server)$/, packages: /^(spring-boot-admin-starter-client|spring-boot-admin-client)$/, keys: /^spring\.boot\.admin\.(client\.)?url/ },
  { kind: 'tracing', what: 'sends traces to', protocol: 'http', serves: /^(EnableZipkinServer|EnableZipkinStreamServer|zipkin-server|zipkin-autoconfigure-ui)$/, packages: /^(spring-cloud-starter-zipkin|spring-cloud-sleuth-zipkin|spring-cloud-sleuth-stream|zipkin-reporter-brave)$/, keys: /^(spring|management)\.zipkin\.(baseurl|tracing\.endpoint)/ },
];

/** Calls of what Spring Cloud and its like are: registries, configuration servers, administration, traces. */
export function infrastructureLinks(all: readonly Caller[], tree: Tree): Link[] {
  const imported = new Map(all.map((caller) => [caller, lastNames(caller)]));
  return infrastructure.flatMap(({ kind, serves, packages, keys, protocol, what }) => {
    const depending = all.flatMap((caller) => {
      const switches = importing(imported.get(caller)!, serves, tree);
      const sign = switches ?? [...caller.draft.dependencies].find(([name]) => serves.test(name))?.[1];
      return sign ? [{ caller, sign, switches }] : [];
    });
    // Some take the package of the server for that of its clients: whoever switches it on is the server.
    const switching = depending.filter(({ switches }) => switches !== undefined);
    const servers = depending.length > 1 && switching.length > 0 ? switching : depending;
    const [server] = servers;
    if (servers.length !== 1 || !server) return [];
    return all.filter((caller) => caller !== server.caller && !isSwitchedOff(caller, kind)).flatMap((caller): Link[] => {
      const dependency = [...caller.draft.dependencies].find(([name]) => packages.test(name) || (depending.length > 1 && serves.test(name)))?.[1];
      const setting = caller.settings.find(({ key }) => keys.test(settingKey(key)));
      const evidence: Evidence | undefined = setting ? seen(setting.file, setting.line, '') : dependency;
      return evidence && (dependency !== undefined || caller.draft.language !== 'java') ? [{ from: caller.service.name, to: server.caller.service.name, protocol, envVar: null, confidence: 0.9, evidence: [{ ...evidence, why: `${what} ${server.caller.service.name}` }, server.sign] }] : [];
    });
  });
}

/** The last parts of what a service's code imports, each with its first place. */
function lastNames({ code }: Caller): Map<string, { path: string; line: number }> {
  const names = new Map<string, { path: string; line: number }>();
  for (const { path, imports } of code) {
    for (const { name, line } of imports) {
      const last = name.slice(name.lastIndexOf('.') + 1);
      if (!names.has(last)) names.set(last, { path, line });
    }
  }
  return names;
}

function importing(names: ReturnType<typeof lastNames>, serves: RegExp, tree: Tree): Evidence | undefined {
  for (const [name, { path, line }] of names) if (serves.test(name)) return seen(path, lineOfUse(tree.text(path), new RegExp(String.raw`@${RegExp.escape(name)}\b`), 0) || line, `is one (${name})`);
  return undefined;
}

/** Calls by the name of a service: Feign and its like, Dapr, discovery clients, and routes of gateways. */
export function namedLinks(from: Caller, names: Names): Link[] {
  const links: Link[] = [];
  const add = (to: Named | undefined, protocol: string, evidence: Evidence) => {
    if (to && to.service !== from.service) links.push({ from: from.service.name, to: to.service.name, protocol, envVar: null, confidence: 0.92, evidence: [evidence] });
  };
  for (const facts of from.code) {
    for (const call of facts.texts.calls) {
      for (const { name, owner, service, protocol } of namedCalls) {
        if (!name.test(call.name) || (owner && !owner.test(call.owner))) continue;
        for (const place of service) {
          const templates = typeof place === 'number' ? [call.arguments[place]] : call.named.filter(({ key }) => key === place).map(({ template }) => template);
          for (const template of templates) {
            for (const { text } of template ? from.resolver.resolve(template, facts.path) : []) {
              const host = parseUrl(text, 1)?.host ?? text.replace(/^\/+/, '');
              if (/^[\w.-]{2,60}$/.test(host) && !/^(localhost|127\.0\.0\.1)$/.test(host)) add(names.host(host, from), protocol, seen(facts.path, call.line, `${call.name} of ${host}`));
            }
          }
        }
      }
    }
  }
  for (const { key, text, file, line } of from.settings) {
    const route = /^zuul\.routes\.([\w-]+)(?:\.(path|serviceid))?$/i.exec(key.replace(/service-id$/i, 'serviceid'));
    const listed = /^(turbine\.(app-?config|aggregator\.clusterconfig))$/i.test(key);
    if (route) add(names.find(route[2]?.toLowerCase() === 'serviceid' ? text : route[1]!, from), 'http', seen(file, line, `routes to ${route[1]}`));
    else if (listed) for (const name of text.split(',')) add(names.find(name.trim(), from), 'http', seen(file, line, `watches ${name.trim()}`));
    else {
      const ribbon = /^([\w-]+)\.ribbon\./i.exec(key)?.[1];
      if (ribbon) add(names.find(ribbon, from), 'http', seen(file, line, `balances calls of ${ribbon}`));
    }
  }
  return links;
}
