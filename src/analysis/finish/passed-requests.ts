import { posix } from 'node:path';
import type { Evidence, PlannedService } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { readPackage } from '../languages/node-package.ts';
import { asData, asText, readJson } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { isTestPath } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Finished } from './edges.ts';

export interface PassedRequests {
  readonly path: string;
  readonly to: PlannedService;
  readonly evidence: Evidence;
}

/** A path that something passes on, and whom to: an address, a port, or null for whoever else there is. */
interface Rule {
  readonly path: string;
  readonly target: string | null;
  readonly evidence: Evidence;
}

const mostPaths = 12;

/**
 * What pages ask for at their own address although another service answers it: what the server that developers use, or the web server of their image, passes on; otherwise what their
 * code asks for and the only other server has. Paths that change on the way are left out.
 */
export function passedRequests(tree: Tree, pages: Finished, all: readonly Finished[]): PassedRequests[] {
  const { service } = pages;
  if (service.start !== null || service.staticDir === null || service.servedBy !== undefined) return [];
  const others = all.filter((one) => one.service !== service && one.service.start !== null && (one.service.kind === 'api' || one.service.kind === 'web'));
  if (others.length === 0) return [];
  const rules = [...rulesOfVite(tree, service.path), ...rulesOfAngular(tree, service.path), ...rulesOfNginx(tree, service.path)];
  const told = rules.length > 0 ? rules : ruleOfReact(tree, pages, others);
  const found = (told.length > 0 ? told : rulesOfCode(tree, pages, others)).flatMap(({ path, target, evidence }) => {
    const to = meant(target, others);
    return to === undefined || !isPath(path) ? [] : [{ path: path.replace(/(?<=.)\/$/, ''), to, evidence }];
  });
  return [...new Map(found.map((one) => [one.path, one])).values()].slice(0, mostPaths);
}

const isPath = (path: string) => /^\/[\w.~-]+(?:\/[\w.~-]+)*\/?$/.test(path);

/** The service that is asked at an address: by its name or its port, or the only one there is. */
function meant(target: string | null, others: readonly Finished[]): PlannedService | undefined {
  const [, host = '', port] = /^(?:\w+:\/\/)?([^/:]+)(?::(\d+))?/.exec(target ?? '') ?? [];
  const byName = others.find(({ service, draft }) => service.name === host || draft.aliases.has(host));
  const byPort = port === undefined ? [] : others.filter(({ service }) => service.ports.some((one) => one.port === Number(port)));
  return byName?.service ?? (byPort.length === 1 ? byPort[0]!.service : others.length === 1 ? others[0]!.service : undefined);
}

/** `proxy: { '/api': 'http://localhost:3000' }`. */
function rulesOfVite(tree: Tree, directory: string): Rule[] {
  const file = ['ts', 'js', 'mts', 'mjs'].map((ending) => within(directory, `vite.config.${ending}`)).find((path) => tree.has(path));
  const text = file === undefined ? '' : tree.text(file) ?? '';
  const start = /\bproxy\s{0,5}:\s{0,5}\{/.exec(text);
  if (file === undefined || !start) return [];
  const inner = text.slice(start.index, start.index + 4000);
  return [...inner.matchAll(/['"`]\^?(\/[\w/.-]{1,80})['"`]\s{0,5}:\s{0,5}(?:['"`](\w+:\/\/[^'"`]{1,100})['"`]|\{([^{}]{0,400}))/g)].flatMap(({ 1: path, 2: plain, 3: object, index }) => {
    if (object !== undefined && /rewrite/.test(object)) return [];
    const target = plain ?? /target\s{0,5}:[^'"`\n]{0,60}['"`](\w+:\/\/[^'"`]{1,100})['"`]/.exec(object ?? '')?.[1] ?? null;
    return [{ path: path!, target, evidence: seen(file, linesIn(text).at(start.index + index), `passes ${path} on to ${target ?? 'another server'}`) }];
  });
}

/** `proxy.conf.json` of Angular. */
function rulesOfAngular(tree: Tree, directory: string): Rule[] {
  const file = ['proxy.conf.json', 'src/proxy.conf.json', 'proxy.config.json'].map((name) => within(directory, name)).find((path) => tree.has(path));
  const data = file === undefined ? undefined : readJson(tree, file);
  return Object.entries(data ?? {}).flatMap(([key, value]) => (asData(value)['pathRewrite'] === undefined ? [{ path: key.replace(/\/\*{1,2}$/, ''), target: asText(asData(value)['target']) ?? null, evidence: seen(file!, 1, `passes ${key} on`) }] : []));
}

/** `location /api { proxy_pass http://server:3000; }`; with a path behind the address it would change what is asked for. */
function rulesOfNginx(tree: Tree, directory: string): Rule[] {
  return tree.namesIn(directory).filter((name) => /^(?:nginx[\w.-]*|default\.conf(?:\.template)?)$/.test(name)).flatMap((name) => {
    const file = within(directory, name);
    const text = tree.text(file) ?? '';
    return [...text.matchAll(/\blocation\s{1,5}(?:\^~\s{0,5})?(\/[\w/.-]{1,80})\s{0,5}\{[^{}]{0,600}?\bproxy_pass\s{1,5}(https?:\/\/[^\s;/]{1,100});/g)].map(({ 1: path, 2: target, index }): Rule => ({ path: path!, target: target!, evidence: seen(file, linesIn(text).at(index), `passes ${path} on to ${target}`) }));
  });
}

/** `"proxy": "http://localhost:5000"` of Create React App: what the page's own files do not answer. */
function ruleOfReact(tree: Tree, pages: Finished, others: readonly Finished[]): Rule[] {
  const pkg = readPackage(tree, pages.service.path);
  const target = pkg && asText(readJson(tree, pkg.file)?.['proxy']);
  const server = target === undefined ? undefined : meant(target, others);
  if (pkg === undefined || server === undefined) return [];
  return beginnings(others.find(({ service }) => service === server)!).map((path) => ({ path, target: target!, evidence: seen(pkg.file, pkg.line(/"proxy"\s*:/), `passes on to ${target}`) }));
}

/** The beginnings of the paths that a service answers. */
function beginnings({ code }: Finished): string[] {
  return [...new Set(code.filter(({ path }) => !isTestPath(path)).flatMap(({ routes }) => routes.map(({ path }) => /^\/[\w.-]+/.exec(path)?.[0])).filter((path) => path !== undefined))];
}

/** `fetch('/api/tasks')`, where the only other server answers what begins so. */
function rulesOfCode(tree: Tree, { code }: Finished, others: readonly Finished[]): Rule[] {
  if (others.length !== 1) return [];
  const answered = new Set(beginnings(others[0]!));
  const rules: Rule[] = [];
  for (const { path: file } of code.filter(({ path }) => !isTestPath(path) && /\.(?:[cm]?[jt]sx?|vue|svelte|html)$/.test(posix.basename(path)))) {
    const text = tree.textOnce(file) ?? '';
    for (const { 1: path, index } of text.matchAll(/(?:\b(?:fetch|axios|get|post|put|patch|delete|request|ky|\$fetch|useFetch|EventSource|baseURL\s{0,3}[:=]|url\s{0,3}:)\s{0,3}(?:<[^<>()]{0,80}>)?\(?\s{0,20})['"`](\/[\w.-]{1,60})(?=[/'"`?$])/g)) {
      if (answered.has(path!) && !rules.some((rule) => rule.path === path)) rules.push({ path: path!, target: null, evidence: seen(file, linesIn(text).at(index), `asks for ${path} at its own address`) });
    }
  }
  return rules;
}
