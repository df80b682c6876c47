import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { EnvName } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { parseUrl } from '../facts/urls.ts';
import type { Caller, Link } from './caller.ts';
import { isPage } from './caller.ts';
import { isBesideApp, mayNameNeighbour, subjectsOf } from './subjects.ts';
import type { CommonCode } from './common.ts';
import { isAlike, subjectOf } from './names.ts';
import type { Named, Names } from './names.ts';
import type { Address } from '../facts/values.ts';
import type { LocalPorts } from './local-ports.ts';
import type { Resolved } from './resolve.ts';
import type { Template } from '../syntax/template.ts';
import { settingKey } from '../syntax/template.ts';
import type { Routes } from './routes.ts';
import { usesOf } from './uses.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { seenFrom } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

const callable = /^(https?|wss?|grpcs?|lb|tcp|dns|h2c|dapr|http\+\w+|https\+\w+|discovery|srv|static)$/;
const thisMachine = /^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|host\.docker\.internal|docker\.for\.mac\.localhost|10\.0\.2\.2)$/;
/** Keys whose values say who may call, or where people are sent, not who is called. */
const notCalled = /cors|origin|redirect|callback|whitelist|allowed|instance\.(hostname|host)|application\.name|artifact|docs?url|swagger|logout|frontend|clienturl|issueruri|proxy_set_header|server_name|managementcontext|homepage/i;
/** Keys whose plain value is a host or a service's name. */
const named = /(serviceid|service-id|service_id|service|url|uri|host|hostname|target|upstream|destination|address|addr|server|servers|endpoint|listofservers|appconfig|app-config|clusterconfig|proxy_pass|uwsgi_pass|grpc_pass|fastcgi_pass|reverse_proxy|appid|app-id|backend|cluster|routes?\.[\w-]+)$/i;

/** All services of an app, with what tells whom an address leads to. */
export interface App {
  readonly tree: Tree;
  readonly all: readonly Caller[];
  readonly names: Names;
  readonly ports: LocalPorts;
  readonly routes: Routes;
  readonly common: CommonCode;
  /** Ports of this machine at which something else is reached, such as a gateway that runs beside the services. */
  readonly beside: ReadonlySet<number>;
}

/** Calls by address: in code, in configuration, and in variables that tell one. */
export function addressLinks(from: Caller, { tree, names, all, ports, routes, common, beside }: App): Link[] {
  const links: Link[] = [];
  const add = (to: Named | undefined, protocol: string, variables: readonly string[], confidence: number, evidence: Evidence) => {
    if (to && to.service !== from.service && common.isMeant(from, evidence.file, subjectOf(to.service.name))) links.push({ from: from.service.name, to: to.service.name, protocol, envVar: variables.find((name) => EnvName.safeParse(name).success) ?? null, confidence, evidence: [evidence] });
  };
  const unused = unusedConstants(from);
  for (const facts of from.code) {
    if (facts.language === 'shell' || isBeside(from, facts.path)) continue;
    for (const address of facts.texts.addresses) {
      if (address.holder !== null && (unused.has(address.holder) || notCalled.test(address.holder))) continue;
      const options = from.resolver.resolve(address.template, facts.path);
      const leading = options.map((option) => ({ option, to: target(option.text, from, names, ports) })).filter(({ to }) => to !== undefined);
      // What is given counts before what the code falls back to.
      const given = leading.filter(({ option }) => option.isFallback !== true);
      const found = given.length > 0 ? given : leading;
      for (const { option, to } of found) {
        if (isPage(to!.service) && (isLocal(option.text) || option.variables.length > 0) || isLocal(option.text) && option.variables.some(isBesideApp)) continue;
        const place = seen(facts.path, address.line, `calls ${shown(option.text)}`);
        const known = links.length;
        add(to, protocolOf(option.text, to!), option.variables, 0.9, place);
        if (links.length > known && isHeld(address)) links.at(-1)!.evidence.unshift(...usesOf(tree, from.code, address.holder!, place, `calls what ${address.holder!} holds`));
      }
      const known = links.length;
      if (found.length === 0) byWords(options, address.holder, (to, variables, word) => add(to, to.service.ports[0]?.protocol ?? 'http', variables, 0.75, seen(facts.path, address.line, `calls an address called ${word}`)));
      if (found.length > 0 || links.length > known) continue;
      for (const { text, variables } of options) {
        const port = parseUrl(text, 1)?.port ?? null;
        // A port of this machine that nobody is known to listen on says as little as no host at all.
        if (isLocal(text) && port !== null && beside.has(port)) continue;
        const served = routes.find(isLocal(text) && port !== null && ports.find(port, from) === undefined && !from.service.ports.some((own) => own.port === port) ? text.replace(/^\w+:\/\/[^/]*/, '*') : text);
        if (!served || served.to.service === from.service) continue;
        add(served.to, served.to.service.ports[0]?.protocol ?? 'http', variables, 0.7, seen(facts.path, address.line, `calls ${shown(text)}, which only ${served.to.service.name} answers`));
        if (links.length > known) links.at(-1)!.evidence.push(served.evidence);
      }
    }
  }
  const unread = unreadSettings(from);
  for (const setting of from.settings) {
    if (notCalled.test(setting.key) || setting.text === '' || unread(setting.key)) continue;
    for (const option of from.resolver.resolve(setting.template, setting.file)) {
      for (const text of option.text.split(/[,;]\s*/).slice(0, 12)) {
        const to = text.includes('://') ? target(text, from, names, ports) : named.test(setting.key) ? plainTarget(text, from, names) : undefined;
        const byKey = to ?? (/^https?:\/\//.test(text) ? keyTarget(setting.key, text, from, names) : undefined);
        if (!to && byKey) add(byKey, protocolOf(text, byKey), option.variables, 0.75, seen(setting.file, setting.line, `${setting.key} is an address`));
        if (to && (!isPage(to.service) || !isLocal(text))) add(to, protocolOf(text, to), option.variables, 0.88, seen(setting.file, setting.line, `${setting.key === '' ? 'leads' : `${setting.key} leads`} to ${shown(text)}`));
      }
    }
  }
  const told = variables(from);
  for (const { name, value, evidence } of told) {
    if (notCalled.test(name.replaceAll('_', ''))) continue;
    const byHost = value === null || value.length > 300 || isBesideApp(name) && isLocal(value) ? undefined : value.split(',').map((text) => (text.includes('://') ? target(text, from, names, ports) : mayNameNeighbour(name) ? plainTarget(text, from, names) : undefined)).find((to) => to !== undefined);
    const to = byHost ?? portBeside(name, value, told, from, ports) ?? byVariable(name, from, names, all);
    if (to && !isPage(to.service)) add(to, protocolOf(value ?? '', to), [name], byHost ? 0.92 : 0.8, { ...evidence, why: `${name} is where ${to.service.name} is reached` });
  }
  if (links.length === 0 && isPage(from.service)) frontLink(from, all, beside, add);
  return links;

  function byWords(options: readonly Resolved[], holder: string | null, found: (to: Named, variables: readonly string[], word: string) => void): void {
    for (const { text, variables, names: words } of options) {
      if (/^[a-z][a-z0-9+.-]*:\/\/[\w-]+(\.[\w-]+)+/.test(text) || /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9-]+(?:[:/]|$)/.test(text)) continue;
      for (const word of [...variables, ...words, ...(holder === null ? [] : [holder])]) {
        const name = constantCase(word);
        if (!variables.includes(word) && !/_(URL|URI|HOST|HOSTNAME|ENDPOINT|ADDR|ADDRESS|BASE|BASEURL|ORIGIN|TARGET|UPSTREAM|DOMAIN|API)$/.test(name)) continue;
        const to = byVariable(name, from, names, all);
        if (!to || isPage(to.service)) continue;
        found(to, variables.filter((name) => subjectsOf(name).length > 0), word);
        return;
      }
    }
  }
}

/** Whether code reads settings beside this one, by their keys, and not this one: `services.cart.url`, where it reads `services.order.url` alone. */
function unreadSettings({ code }: Caller): (key: string) => boolean {
  const read = new Set<string>();
  const note = (template: Template): void => {
    for (const part of template) if (typeof part === 'object' && part?.from === 'setting') read.add(settingKey(part.name));
  };
  for (const { texts } of code) {
    for (const { template } of [...texts.values, ...texts.addresses]) note(template);
    for (const call of texts.calls) for (const template of [...call.arguments, ...call.named.map((one) => one.template)]) note(template);
  }
  const around = (key: string) => key.split('.').toSpliced(-2, 1).join('.');
  const families = new Set([...read].filter((key) => key.split('.').length > 2).map(around));
  return (key) => {
    const plain = settingKey(key);
    return plain.split('.').length > 2 && families.has(around(plain)) && !read.has(plain);
  };
}

/** Whether a file is beside the program: what scripts, samples and templates of another program call, it does not. */
function isBeside({ draft }: Caller, path: string): boolean {
  return path !== draft.entry && isSideDirectory(posix.dirname(seenFrom(draft.path, path)));
}

function variables(caller: Caller): { name: string; value: string | null; evidence: Evidence }[] {
  const { draft, code, settings } = caller;
  const set = new Map(settings.filter(({ file, text }) => /(?:^|\/)\.env(?:\.\w+)?$/.test(file) && text !== '').map(({ key, text }) => [key, text]));
  const unused = unusedFields(code);
  // Where it listens itself is nobody whom it calls: `SERVER_HOSTNAME`.
  for (const { listens } of code) for (const { host } of listens) if (host?.env) unused.add(host.env);
  const read = code.filter(({ path }) => !isBeside(caller, path)).flatMap((facts) => facts.env.filter(({ name }) => !unused.has(name)).map((found) => ({ name: found.name, value: draft.given.get(found.name)?.value ?? set.get(found.name) ?? found.default, evidence: seen(facts.path, found.line, '') })));
  const given = [...draft.given].map(([name, { value, evidence }]) => ({ name, value, evidence }));
  const placed = draft.placeholders.map((found) => ({ name: found.name, value: draft.given.get(found.name)?.value ?? found.default, evidence: found.evidence }));
  return [...read, ...given, ...placed].filter(({ name }) => EnvName.safeParse(name).success);
}

/** Variables that a class of settings has a field for (`orders_url: str` reads ORDERS_URL) which nothing else speaks of: what several programs share, not all of them use. */
function unusedFields(code: Caller['code']): Set<string> {
  const counts = new Map<string, number>();
  for (const { words } of code) for (const [word, count] of words) counts.set(word, (counts.get(word) ?? 0) + count);
  const reads = Map.groupBy(code.flatMap(({ env }) => env), ({ name }) => name);
  return new Set([...reads].filter(([name, all]) => {
    const fields = [name.toLowerCase(), ...pascalCases(name)].filter((field) => counts.has(field));
    return !counts.has(name) && fields.length > 0 && fields.every((field) => counts.get(field)! <= all.length);
  }).map(([name]) => name));
}

/** `ORDERS_URL` → `OrdersUrl`, and as Go writes it `OrdersURL`. */
function pascalCases(name: string): string[] {
  const words = name.split('_').map((word) => word.charAt(0) + word.slice(1).toLowerCase());
  return [words.join(''), words.map((word) => (/^(?:Url|Uri|Api|Id|Http|Grpc|Rpc)$/.test(word) ? word.toUpperCase() : word)).join('')];
}

/** Pages that call some port of whoever develops them, where nothing says who is published there: they call the only one that is there for pages. */
function frontLink(from: Caller, all: readonly Caller[], beside: App['beside'], add: (to: Named, protocol: string, variables: readonly string[], confidence: number, evidence: Evidence) => void): void {
  const serving = all.filter((other) => other !== from && serves(other) && !isPage(other.service));
  const gateways = serving.filter(({ service }) => /gateway|(^|-)(bff|edge)(-|$)/.test(service.name));
  const [to] = gateways.length > 0 ? gateways : serving;
  if (!to || (gateways.length > 0 ? gateways : serving).length !== 1) return;
  const written = [
    ...from.code.flatMap(({ path, texts }) => texts.addresses.flatMap(({ template, line }) => from.resolver.resolve(template, path).map(({ text, variables }) => ({ text, variables, place: seen(path, line, '') })))),
    ...from.settings.filter(({ file }) => /env/.test(file)).map(({ text, file, line }) => ({ text, variables: [], place: seen(file, line, '') })),
  ];
  const local = written.find(({ text }) => /^(https?|wss?):/.test(text) && isLocal(text) && !from.service.ports.some(({ port }) => text.includes(`:${port}`)) && !beside.has(parseUrl(text, 1)?.port ?? 0));
  if (local) add(to, 'http', local.variables, 0.6, { ...local.place, why: `calls ${shown(local.text)}, and only ${to.service.name} is there for pages` });
}

/** The service that a variable is about by its name: `ORDERS_URL`, `VITE_CATALOG_API`, `PAYMENT_SERVICE_HOST`. */
function byVariable(name: string, from: Caller, names: Names, all: readonly Caller[]): Named | undefined {
  for (const subject of subjectsOf(name)) {
    const found = names.find(subject, from);
    if (found) return serves(found) ? found : undefined;
    // `SERVER_HOST` is mostly where the program itself is to listen.
    if (!/^(api|backend|server|api-server|service)$/.test(subject) || /^(SERVER|SERVICE|APP|HTTP)_(HOST|HOSTNAME|ADDR|ADDRESS)$/.test(name)) continue;
    const apis = all.filter((other) => other.service !== from.service && (other.service.kind === 'api' || (other.service.kind === 'web' && /^(api|backend|server)$/.test(other.service.name))));
    if (apis.length === 1) return apis[0];
    const gateways = apis.filter(({ service }) => /gateway|bff|proxy/.test(service.name));
    if (gateways.length === 1 && isPage(from.service)) return gateways[0];
  }
  return undefined;
}

/** Who listens where a host of this machine and the port beside it lead: `BANK_HOST` and `BANK_PORT`, which is 6000 where nothing says otherwise. */
function portBeside(name: string, value: string | null, told: readonly { name: string; value: string | null }[], from: Caller, ports: LocalPorts): Named | undefined {
  const stem = /^(?!(?:SERVER|SERVICE|APP|HTTP|API|WEB|LISTEN|BIND|GRPC)_)(\w+)_HOST(?:NAME)?$/.exec(name)?.[1];
  if (stem === undefined || value === null || !thisMachine.test(value)) return undefined;
  const port = told.find((other) => other.name === `${stem}_PORT`)?.value ?? '';
  return /^\d{2,5}$/.test(port) ? ports.find(Number(port), from) : undefined;
}

function serves({ service }: Named): boolean {
  return service.ports.length > 0 || service.kind === 'static' || service.kind === 'api' || service.kind === 'web';
}

/** The service that an address belongs to: by host name, or by port on this machine. */
function target(text: string, from: Caller, names: Names, ports: LocalPorts): Named | undefined {
  // Spring's way to say that a name is to be balanced: `lb:http://orders`.
  const url = parseUrl(text.replace(/^lb:(?=\w+:\/\/)/, ''), 1);
  if (!url || !callable.test(url.scheme)) return undefined;
  const host = url.host.replace(/^_[\w-]+\._?[a-z]+\./, '');
  if (thisMachine.test(host)) {
    const invoked = /\/v1\.0\/invoke\/([\w.-]+)\/method/.exec(text)?.[1];
    if (invoked !== undefined) return names.find(invoked, from);
    return url.port === null ? undefined : ports.find(url.port, from);
  }
  // A machine by its number, and a port that one service listens on: where the app was once deployed.
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return url.port === null ? undefined : ports.find(url.port, from);
  if (host === '' || host.startsWith('*')) return undefined;
  const found = names.host(host.replace(/\*/g, ''), from);
  if (found || !/^[a-z][\w-]*$/i.test(host)) return found;
  // `shop_orders_service`: the app's name goes before that of its container.
  const bare = /^[a-z0-9]+[-_](.+[-_](?:service|svc|api|server|app))$/i.exec(host)?.[1];
  const inner = bare === undefined ? undefined : names.host(bare, from);
  if (inner || url.port === null) return inner;
  // What nothing here is called, at the port of one that is called alike: the name that it has in a configuration elsewhere.
  const listening = ports.find(url.port, from);
  return listening && isAlike(host, listening) ? listening : undefined;
}

/** `orders:8080`, `order-service`: a host without a scheme, or the name under which a service is registered. */
function plainTarget(text: string, from: Caller, names: Names): Named | undefined {
  const match = /^([a-z][\w-]*(?:\.[\w-]+)*)(?::\d{2,5})?(?:\/.*)?$/i.exec(text.trim());
  if (!match || thisMachine.test(match[1]!) || text.length > 80 || (!/:\d/.test(text) && /\/|\.(html?|js|css|json|ya?ml|png|com|org|net|io)$/.test(text))) return undefined;
  const found = names.host(match[1]!, from);
  return found && serves(found) && (/[-_:.]/.test(text) || text.length > 3) ? found : undefined;
}

/** The service that a key with an address inside the app speaks of: `clients.orders.url`, `services.orders`. */
function keyTarget(key: string, text: string, from: Caller, names: Names): Named | undefined {
  const host = parseUrl(text, 1)?.host ?? '';
  const inside = host === '' || host.includes('*') || thisMachine.test(host) || /\.(local|internal|localdomain|lan|test|localhost)$/.test(host) || !host.includes('.');
  const parts = key.split(/[.:]|__/).filter((part) => part !== '');
  if (!inside || !parts.some((part) => /service|client|url|uri|endpoint|api|host|address|base|remote|upstream/i.test(part))) return undefined;
  for (const part of parts.toReversed().slice(0, 3)) {
    if (/^(url|uri|host|base-?url|base-?uri|address|endpoint|api|server|base|root|default|api-?url)$/i.test(part)) continue;
    const subjects = subjectsOf(constantCase(part));
    const found = names.find(part, from) ?? first(subjects, (subject) => names.find(subject, from)) ?? first(subjects, (subject) => names.beginning(subject, from));
    if (found) return serves(found) && !isPage(found.service) ? found : undefined;
  }
  return undefined;
}

/** The first that is found for one of the words. */
function first(words: readonly string[], find: (word: string) => Named | undefined): Named | undefined {
  for (const word of words) {
    const found = find(word);
    if (found) return found;
  }
  return undefined;
}

/** Whether an address is kept under a name that says more than that it is one, to be used elsewhere. */
function isHeld({ holder, constant }: Address): boolean {
  return holder !== null && (constant || /^[A-Z][A-Z0-9_]{3,}$/.test(holder)) && !/^(?:base_?)?(?:url|uri|host|address|endpoint)$/i.test(holder);
}

function isLocal(text: string): boolean {
  return thisMachine.test(parseUrl(text, 1)?.host ?? '');
}

function protocolOf(text: string, to: Named): string {
  const scheme = /^(ws|wss|grpc|tcp):/.exec(text)?.[1];
  return scheme ?? to.service.ports[0]?.protocol ?? 'http';
}

function shown(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** `ordersServiceUrl` → `ORDERS_SERVICE_URL`. */
function constantCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}

/** Names that sound like an address, are assigned to and never used: of a list of all services, only some are called. */
function unusedConstants({ code }: Caller): Set<string> {
  const defined = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { texts, words } of code) {
    for (const { holder, constant } of texts.addresses) if (holder !== null && constant) defined.set(holder, (defined.get(holder) ?? 0) + 1);
    for (const [word, count] of words) counts.set(word, (counts.get(word) ?? 0) + count);
  }
  return new Set([...defined].filter(([name, times]) => counts.has(name) && counts.get(name)! <= times).map(([name]) => name));
}
