import { posix } from 'node:path';
import type { Evidence, PlannedExternal } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { parseUrl } from '../facts/urls.ts';
import type { Standing } from '../platforms/beside.ts';
import { standingBeside } from '../platforms/beside.ts';
import { composeServices } from '../platforms/compose.ts';
import { imageName } from '../platforms/images.ts';
import { infrastructureKinds } from '../platforms/infrastructure.ts';
import { storeKinds } from '../stores/kinds.ts';
import { settingKey } from '../syntax/template.ts';
import type { Tree } from '../tree/tree.ts';
import type { Caller, Link } from './caller.ts';
import { isPage } from './caller.ts';
import { logSinks } from './log-sinks.ts';
import type { Names } from './names.ts';
import { isSwitchedOff } from './switched-off.ts';

/** Hosts of documents, schemas and examples, which code names without calling them. */
const notCalled = /(^|\.)(w3\.org|example\.(com|org|net)|schema\.org|xmlsoap\.org|json-schema\.org|apache\.org|spring\.io|springframework\.org|opensource\.org|creativecommons\.org|wikipedia\.org|stackoverflow\.com|npmjs\.(com|org)|maven\.org|localhost|test|invalid|local|internal|unpkg\.com|jsdelivr\.net|cloudflare\.com|gravatar\.com|fonts\.g\w+\.com|swagger\.io|openapis\.org|microsoft\.com|mozilla\.org|readthedocs\.(io|org)|github\.io|github\.com|gitlab\.com)$|^(www|docs?|schemas?|cdn|static|fonts)\./;
const publicHost = /^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\.[a-z]{2,24}$/;
/** Constants and keys that hold where something is called. */
const holdsAddress = /(url|uri|host|endpoint|base|server|address|addr|api|target|upstream)$/i;
/** Addresses of Keycloak. */
const realm = /\/realms\/[\w{}$*.-]+/;
/** Settings of what documents of an API say. */
const described = /(^|\.)(contact|license|openapi|swagger|springdoc|termsofservice)(\.|$)/;
const mostHosts = 30;

/**
 * What an app calls outside of its own code: infrastructure that an image in a Compose file or manifest runs, or that only the clients'
 * packages show, and hosts elsewhere. Their links carry no variable, as nothing here can say what it should be.
 */
export function externalsOf(tree: Tree, all: readonly Caller[], names: Names): { externals: PlannedExternal[]; links: Link[] } {
  const externals = new Map<string, PlannedExternal>();
  const published = new Map<number, string>();
  const links: Link[] = [];
  const note = (name: string, kind: string, evidence: Evidence): PlannedExternal => {
    const known = externals.get(name) ?? { name, kind, evidence: [] };
    if (known.evidence.length < 6) known.evidence.push(evidence);
    externals.set(name, known);
    return known;
  };
  const link = (from: Caller, to: PlannedExternal, protocol: string, evidence: Evidence) => links.push({ from: from.service.name, to: to.name, protocol, envVar: null, confidence: 0.8, evidence: [evidence] });
  for (const { name, image, kind, file, line, published: ports } of standingWithout(tree, all)) {
    if (externals.has(name)) continue;
    note(name, kind, seen(file, line, `runs ${image}`));
    for (const port of ports) published.set(port, name);
  }
  const standing = [...externals.values()];
  links.push(...standingLinks(tree, all, standing, names));
  const nearOf = (text: string) => {
    const host = hostOf(text);
    const [first] = host.split('.');
    const here = isLocal(host) ? published.get(Number(/:(\d{2,5})(?=\/|$)/.exec(text)?.[1])) : undefined;
    return standing.find(({ name }) => name === (here ?? host) || (name === first && /\.(svc|local|internal)\b/.test(host)));
  };
  const isHere = new Map<string, boolean>();
  for (const caller of all) {
    for (const { kind, packages, keys } of infrastructureKinds) {
      const [name, evidence] = [...caller.draft.dependencies].find(([dependency]) => packages?.test(dependency)) ?? [];
      const setting = name || !keys ? undefined : caller.settings.find(({ key }) => keys.test(settingKey(key)));
      if ((!setting && (!name || !evidence)) || isSwitchedOff(caller, kind)) continue;
      if (!isHere.has(kind)) isHere.set(kind, all.some((other) => isOne(other, kind)));
      if (isHere.get(kind)) continue;
      // Whom an address leads to is told by the address.
      if (setting && [setting.text, ...caller.resolver.resolve(setting.template, setting.file).map(({ text }) => text)].some((text) => nearOf(text) || isElsewhere(text, hostOf(text)))) continue;
      const place = setting ? seen(setting.file, setting.line, `sets ${setting.key}`) : { ...evidence!, why: `depends on ${name!}` };
      link(caller, standing.find((one) => one.kind === kind) ?? note(kind, kind, place), kind === 'mail' ? 'smtp' : 'http', place);
    }
    for (const { product, evidence } of logSinks(tree, caller.draft)) {
      const collectors = standing.filter(({ kind }) => kind === 'logging');
      link(caller, collectors.find(({ name }) => name.includes(product)) ?? (collectors.length === 1 ? collectors[0]! : note(product, 'logging', evidence)), 'tcp', evidence);
    }
    for (const { text, scheme, evidence, isRepository } of addresses(caller)) {
      const host = hostOf(text);
      const near = nearOf(text);
      if (near) link(caller, near, scheme, evidence);
      else if ((isLocal(host) || !host.includes('.')) && realm.test(text)) link(caller, standing.find(({ kind }) => kind === 'authentication') ?? note('authentication', 'authentication', evidence), scheme, evidence);
      else if (isRepository && publicHost.test(host)) link(caller, note(host, 'repository', evidence), 'https', evidence);
      else if (isElsewhere(text, host) && (externals.has(host) || externals.size < mostHosts)) link(caller, note(host, 'host', evidence), scheme, evidence);
    }
  }
  return { externals: [...externals.values()], links };
}

function hostOf(text: string): string {
  return (parseUrl(text, 1)?.host ?? /^([\w.-]+):\d{2,5}\b/.exec(text)?.[1] ?? '').toLowerCase();
}

/** What runs beside an app's services and their stores. A store that only others of these use is one of them. */
function standingWithout(tree: Tree, all: readonly Caller[]): (Standing & { kind: string })[] {
  const isService = (name: string) => all.some(({ service, draft }) => service.name === name || draft.aliases.has(name));
  const used = new Set(all.flatMap(({ service }) => service.stores.map(({ kind }) => kind)));
  const isOwnImage = (image: string) => all.some(({ draft }) => draft.path !== '.' && posix.basename(draft.path) === imageName(image));
  const standing = standingBeside(tree).filter((one): one is Standing & { kind: string } => one.kind !== undefined && !isService(one.name) && !isOwnImage(one.image));
  const asked = new Set(standing.filter(({ isStore }) => !isStore).flatMap(({ neighbours }) => neighbours));
  return standing.filter(({ name, kind, isStore }) => !isStore || (asked.has(name) && !used.has(kind)));
}

/** Between what stands beside an app, and from its services to what they are linked to. */
function standingLinks(tree: Tree, all: readonly Caller[], standing: readonly PlannedExternal[], names: Names): Link[] {
  const beside = standingBeside(tree);
  const stores = new Map(beside.filter(({ isStore }) => isStore).map(({ name, kind }) => [name, kind]));
  const used = new Set(all.flatMap(({ service }) => service.stores.map(({ kind }) => kind)));
  const serviceOf = (name: string) => all.find(({ service, draft }) => service.name === name || draft.aliases.has(name))?.service.name;
  const [anybody] = all;
  const namedService = (name: string) => serviceOf(name) ?? (anybody && names.find(name, { draft: anybody.draft, service: { ...anybody.service } })?.service.name);
  const placeOf = (name: string) => standing.find((one) => one.name === name)?.name;
  const link = (from: string | undefined, to: string | undefined, evidence: Evidence): Link[] => (from === undefined || to === undefined || from === to ? [] : [{ from, to, protocol: 'http', envVar: null, confidence: 0.75, evidence: [evidence] }]);
  const among = beside.filter(({ isStore }) => !isStore).flatMap(({ name, neighbours, file, line }) => neighbours.flatMap((to) => {
    const store = stores.get(to);
    return link(placeOf(name), placeOf(to) ?? (store !== undefined && used.has(store) ? store : namedService(to)), seen(file, line, `is told of ${to}`));
  }));
  return [...among, ...composeServices(tree).flatMap(({ name, image, links, file, line }) => (image === undefined ? links.flatMap((to) => link(serviceOf(name), placeOf(to), seen(file, line, `is linked to ${to}`))) : []))];
}

function isLocal(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|host\.docker\.internal)$/.test(host);
}

/** What services use or import that are infrastructure themselves. */
const serverSigns: Readonly<Record<string, RegExp>> = { 'service-discovery': /^EnableEurekaServer$|eureka-server$/, 'configuration': /^EnableConfigServer$|config-server$/, 'administration': /^EnableAdminServer$|admin-(starter-)?server$/, 'tracing': /^EnableZipkin\w*Server$|zipkin-server$/ };

/** Whether a service of the tree is itself what the others would need from outside. */
function isOne({ draft, code }: Caller, kind: string): boolean {
  const sign = serverSigns[kind];
  return sign !== undefined && ([...draft.dependencies.keys()].some((name) => sign.test(name)) || code.some(({ imports }) => imports.some(({ name }) => sign.test(name.slice(name.lastIndexOf('.') + 1)))));
}

interface Written {
  text: string;
  scheme: string;
  evidence: Evidence;
  isRepository: boolean;
}

/** Addresses that a service's settings, variables and constants hold. */
function addresses(caller: Caller): Written[] {
  const found: Written[] = [];
  const add = (text: string, key: string, evidence: Evidence) => found.push({ text, scheme: parseUrl(text, 1)?.scheme ?? 'http', evidence, isRepository: /\.git\.uri$/.test(key) });
  for (const { key, text, file, line } of caller.settings) if (/(url|uri|endpoint|address|host|server)s?(\[\d+\])?$/i.test(key) && text.length < 300 && !described.test(settingKey(key))) for (const part of text.split(',')) add(part.trim().replace(/^\$\{[\w.-]+:(?=\w+:\/\/)(.*)\}$/, '$1'), settingKey(key), seen(file, line, `${key} leads to ${part.trim().slice(0, 100)}`));
  for (const [name, { value, evidence }] of caller.draft.given) if (value !== null && value.length < 300) add(value, name, { ...evidence, why: `${name} leads to ${value.slice(0, 100)}` });
  const isOfPage = isPage(caller.service);
  for (const { path, texts, language, env } of caller.code) {
    if (language === 'shell') continue;
    // Of what a page calls only what runs beside it is a part of the app's picture.
    if (isOfPage) {
      for (const { template, line } of texts.addresses) for (const { text } of caller.resolver.resolve(template, path)) if (/^https?:\/\/(?:localhost|127\.0\.0\.1):/.test(text)) add(text, '', seen(path, line, `calls ${text.slice(0, 100)}`));
      continue;
    }
    for (const { name, default: usual, line } of env) if (usual !== null && usual.includes('://') && holdsAddress.test(name)) add(usual, name, seen(path, line, `${name} is otherwise ${usual.slice(0, 100)}`));
    for (const { template, holder, line } of texts.addresses) {
      // A bare `url` is as often that of a licence or of whom to ask.
      const text = caller.resolver.resolve(template, path)[0]?.text ?? '';
      if (/^(https|wss):\/\/api\./.test(text) || realm.test(text) || (holder !== null && holder !== 'url' && holdsAddress.test(holder))) add(text, holder ?? '', seen(path, line, `calls ${text.slice(0, 100)}`));
    }
  }
  return found;
}

function isElsewhere(text: string, host: string): boolean {
  if (!/^(https?|wss?|grpcs?):\/\//.test(text) || !publicHost.test(host) || (notCalled.test(host) && !/^api\.(github|gitlab|cloudflare)\.com$/.test(host))) return false;
  return !storeKinds.some(({ hosts }) => hosts?.test(host));
}
