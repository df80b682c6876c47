import type { PlannedService } from '../../model/index.ts';
import type { Setting } from '../calls/settings.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { hostIn } from '../facts/hosts.ts';
import type { Listen } from '../facts/ports.ts';
import { settingKey } from '../syntax/template.ts';

const everybody = '0.0.0.0';
const itself = '127.0.0.1';

/** Options of commands that name the address, alone or before a port; `$HOST` in its place names the variable. */
const flags = [
  /(?:--(?:host|hostname|http-host|address|addr|ip|interface|server\.address|server\.host)|(?<=\bnext start\b.*)-H|(?<=\brails s(?:erver)?\b.*)(?:-b|--binding)|(?<=\bpuma\b.*)(?:-b|--bind))[= ]['"]?(?<host>[^\s'"]+)/,
  /(?:(?<=\bgunicorn\b.*|\bhypercorn\b.*|\buwsgi\b.*|\bhttp\.server\b.*)(?:-b|--bind)|--listen|--http|--http-socket|--bind-address|-Dserver\.address|-Dquarkus\.http\.host)[= ]['"]?(?<host>[^\s'"]+)/,
  /\b(?:runserver|php -S) (?<host>[^\s:]+:\S+)/,
];

/** Where servers listen when their command does not say. */
const servers: readonly { command: RegExp; address: string; env?: string; confidence?: number }[] = [
  { command: /\bgunicorn\b/, address: everybody, confidence: 0.8 }, { command: /\buvicorn\b/, address: itself, env: 'UVICORN_HOST' }, { command: /\bflask (?:--app \S+ )?run\b/, address: itself, env: 'FLASK_RUN_HOST' },
  { command: /\b(?:hypercorn|daphne|runserver|artisan serve|fastapi dev)\b/, address: itself }, { command: /\b(?:waitress-serve|fastapi run|puma|http\.server|rails s(?:erver)?)\b/, address: everybody },
  { command: /\bnext start\b/, address: everybody, env: 'HOSTNAME' }, { command: /\bvite preview\b/, address: 'localhost' }, { command: /\b(?:remix-serve|react-router-serve)\b/, address: '::', env: 'HOST' },
];

/** Where frameworks listen when their users' code does not say. */
const frameworks: readonly { name: RegExp; address: string; env?: string }[] = [
  { name: /^fastify$/, address: 'localhost' }, { name: /^(flask|quart|bottle|sanic|robyn|gradio|dash|cherrypy)$/, address: itself }, { name: /^rocket$/, address: itself, env: 'ROCKET_ADDRESS' },
  { name: /^(nuxt|nitro|sveltekit|solid-start)$/, address: everybody, env: 'HOST' }, { name: /^spring-boot$/, address: '::', env: 'SERVER_ADDRESS' }, { name: /^quarkus$/, address: everybody, env: 'QUARKUS_HTTP_HOST' }, { name: /^micronaut$/, address: '::' },
];

/** Keys of configuration that name the address. */
const keys = /^(?:server\.address|quarkus\.http\.host|micronaut\.server\.host|kestrel\.endpoints\.http\.url)$/;

/** Calls that listen on everybody's address when they are given none, by language. */
const open: Readonly<Record<string, { call: RegExp; address: string }>> = {
  javascript: { call: /^(listen|serve|bindAsync|createServer)$/, address: '::' }, typescript: { call: /^(listen|serve|bindAsync|createServer)$/, address: '::' },
  python: { call: /^(run_app|serve|listen)$/, address: everybody }, java: { call: /^(ServerSocket|InetSocketAddress|start|port|forPort|bindHttp)$/, address: '::' }, kotlin: { call: /^(embeddedServer|ServerSocket|InetSocketAddress)$/, address: everybody }, ruby: { call: /^TCPServer$/, address: '::' },
};

/** Claims the address that a service listens on: of its command, its code, its configuration, and what its server does of itself. */
export function claimBind(draft: Draft, code: readonly FileFacts[], settings: readonly Setting[]): void {
  const start = draft.best('start');
  for (const flag of start?.value ? flags : []) {
    const told = hostOfFlag(flag.exec(start!.value!)?.groups?.['host'], draft.language);
    if (told) draft.claim('bind', told, 0.96, start!.evidence);
  }
  const server = servers.find(({ command }) => command.test(start?.value ?? ''));
  if (server) draft.claim('bind', { address: server.address, envVar: server.env ?? null }, server.confidence ?? 0.85, start!.evidence.map(({ file, line }) => seen(file, line, `the server of this command listens on ${server.address} by itself`)));
  for (const facts of code) {
    // The file that configures the server is about it even where the command names the server.
    for (const { host, line } of facts.hosts) draft.claim('bind', { address: host.address, envVar: host.env }, host.address === null ? 0.7 : 0.9, seen(facts.path, line, `is to listen on ${host.address ?? host.env}`));
    if (server) continue;
    for (const listen of facts.listens) claimOf(draft, facts, listen);
  }
  for (const { key, text, file, line } of settings) {
    const address = keys.test(settingKey(key)) ? hostIn(text, draft.language) : null;
    if (address !== null) draft.claim('bind', { address, envVar: null }, 0.92, seen(file, line, `${key} is ${text}`));
  }
  const framework = frameworks.find(({ name }) => name.test(draft.value('framework') ?? ''));
  const shown = draft.best('framework')?.evidence[0];
  if (framework && shown) draft.claim('bind', { address: framework.address, envVar: framework.env ?? null }, 0.75, { ...shown, why: `${draft.value('framework')} listens on ${framework.address} unless told otherwise` });
}

function claimOf(draft: Draft, { path, language }: FileFacts, { host, call, line, declared, env, port }: Listen): void {
  const isEntry = draft.entry === null || path === draft.entry;
  if (host) draft.claim('bind', { address: host.address, envVar: host.env }, (host.address === null ? 0.75 : 0.93) - (isEntry ? 0 : 0.05), seen(path, line, `listens on ${host.address ?? host.env}${host.address !== null && host.env !== null ? `, or what ${host.env} says` : ''}`));
  else if (!declared && (port !== null || env !== null) && Object.hasOwn(open, language) && open[language]!.call.test(call) && !/^(fastify|flask|quart|bottle|sanic)$/.test(draft.value('framework') ?? '')) {
    draft.claim('bind', { address: open[language]!.address, envVar: null }, isEntry ? 0.85 : 0.8, seen(path, line, `${call} is told no address: everybody's`));
  }
}

/** `0.0.0.0`, `127.0.0.1:80`, `$HOST`, `${HOST:-::}:80`. */
function hostOfFlag(text: string | undefined, language: string): { address: string | null; envVar: string | null } | undefined {
  const reference = /^\$\{?([A-Z_][A-Z0-9_]*)(?::?-([^}]*))?\}?/.exec(text ?? '');
  if (reference && reference[1] !== 'PORT') return { address: hostIn(reference[2] ?? '', language), envVar: reference[1]! };
  const address = text === undefined ? null : hostIn(text.replace(/:\$.*$/, ':1'), language);
  return address === null ? undefined : { address, envVar: null };
}

/** The address as the plan tells it; null for a service that does not listen. */
export function bindOf(draft: Draft, serves: boolean): PlannedService['bind'] {
  const best = draft.best('bind');
  return serves && best ? { ...best.value, confidence: Math.round(best.confidence * 100) / 100, evidence: best.evidence.slice(0, 3) } : null;
}
