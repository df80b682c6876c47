import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { settingKey } from '../syntax/template.ts';
import type { Caller, Link } from './caller.ts';

/** A gateway that leads to whoever is registered when it is given no routes. */
interface OpenGateway {
  /** Whether it is switched on, and where that is seen. */
  on: (caller: Caller) => Evidence | undefined;
  /** Keys of routes that it is given. */
  routes: RegExp;
  /** Keys that keep it from leading to all, with the value that does. */
  closed: { key: RegExp; value: RegExp };
  /** Imports of code that gives it routes. */
  inCode: RegExp;
}

const imported = ({ code }: Caller, name: RegExp): Evidence | undefined => {
  for (const { path, imports } of code) for (const one of imports) if (name.test(one.name)) return seen(path, one.line, '');
  return undefined;
};
const isSet = ({ settings }: Caller, key: RegExp, value: RegExp): Evidence | undefined => {
  const found = settings.find((one) => key.test(settingKey(one.key)) && value.test(one.text));
  return found && seen(found.file, found.line, '');
};

const gateways: readonly OpenGateway[] = [
  { on: (caller) => imported(caller, /\.EnableZuulProxy$/), routes: /^zuul\.routes\./, closed: { key: /^zuul\.ignoredservices$/, value: /^['"]?\*['"]?$/ }, inCode: /\.RouteLocator$/ },
  { on: (caller) => isSet(caller, /^spring\.cloud\.gateway\.(server\.web(flux|mvc)\.)?discovery\.locator\.enabled$/, /^true$/i), routes: /^spring\.cloud\.gateway\.(server\.web(flux|mvc)\.)?(mvc\.)?routes\b/, closed: { key: /^$/, value: /^$/ }, inCode: /\.RouteLocatorBuilder$|\.RouterFunctions?$/ },
];
const registering = /^(spring-cloud-starter-netflix-eureka-client|spring-cloud-starter-eureka|spring-cloud-netflix-eureka-client|spring-cloud-starter-consul-(discovery|all)|spring-cloud-starter-alibaba-nacos-discovery|spring-cloud-starter-zookeeper-discovery)$/;
/** Those that are registered to be found, and not to be reached from outside. */
const support = /\.(EnableEurekaServer|EnableConfigServer|EnableAdminServer|EnableZipkin\w*Server|EnableTurbine\w*|EnableHystrixDashboard|EnableZuulProxy)$/;

/** Gateways of Spring Cloud without routes of their own lead to every service that registers where they look. */
export function openGatewayLinks(all: readonly Caller[]): Link[] {
  return all.flatMap((from) => gateways.flatMap(({ on, routes, closed, inCode }): Link[] => {
    const sign = on(from);
    if (!sign || from.settings.some(({ key }) => routes.test(settingKey(key))) || isSet(from, closed.key, closed.value) || imported(from, inCode)) return [];
    return all.flatMap((to): Link[] => {
      const registered = [...to.draft.dependencies].find(([name]) => registering.test(name))?.[1];
      if (to === from || !registered || imported(to, support) || gateways.some((other) => other.on(to))) return [];
      return [{ from: from.service.name, to: to.service.name, protocol: 'http', envVar: null, confidence: 0.7, evidence: [{ ...sign, why: 'leads to all that are registered' }, { ...registered, why: 'is registered' }] }];
    });
  }));
}
