import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Setting } from '../calls/settings.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { NamedPort } from '../facts/named-ports.ts';
import { foreignPort, likenessOf } from '../facts/named-ports.ts';
import { portNumber } from '../facts/port-values.ts';
import { portsIn } from '../platforms/command-port.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { seenFrom } from '../tree/paths.ts';

/** Where servers listen when their command does not say, and whether they take `PORT` by themselves. */
const servers = [
  { command: /\b(uvicorn|hypercorn|daphne|runserver|fastapi run|artisan serve)\b/, port: 8000, readsPort: false }, { command: /\bflask (--app \S+ )?run\b/, port: 5000, readsPort: false }, { command: /\bpuma\b(?!.*-C)/, port: 9292, readsPort: true }, { command: /\brails s(erver)?\b|\bpuma .*-C/, port: 3000, readsPort: true },
  { command: /\bcelery\b.*\sflower\b/, port: 5555, readsPort: false }, { command: /\bfunctions-framework\b/, port: 8080, readsPort: true },
  { command: /\brackup\b/, port: 9292, readsPort: false }, { command: /\bwaitress-serve\b/, port: 8080, readsPort: false }, { command: /\b(next|nuxt|remix-serve|react-router-serve) ?(start|\.\/)?/, port: 3000, readsPort: true }, { command: /\b(http-server)\b/, port: 8080, readsPort: true }, { command: /(^|npx )serve\b/, port: 3000, readsPort: true }, { command: /python3? -m http\.server$/, port: 8000, readsPort: false }, { command: /\bvite preview\b/, port: 4173, readsPort: false },
] as const;

/** Claims the port that a service listens on and whether `PORT` moves it, from its command and its code. */
export function claimPorts(draft: Draft, code: readonly FileFacts[], settings: readonly Setting[] = []): void {
  const start = draft.best('start');
  const command = start?.value;
  if (command) {
    // Where nobody but this analysis wrote the command, its port is where such servers listen by custom, and less than what their authors say.
    const isDerived = start.confidence < 0.94 && /\$\{PORT:-\d+\}/.test(command);
    for (const port of portsIn(command)) draft.claim('port', { port, protocol: 'http' }, isDerived ? 0.855 : 0.96, start.evidence);
    if (/\$\{?PORT\b|%PORT%/.test(command)) draft.claim('readsPort', true, 0.97, start.evidence);
    for (const { command: known, port, readsPort } of servers) {
      if (!known.test(command)) continue;
      draft.claim('port', { port, protocol: 'http' }, 0.72, start.evidence);
      if (readsPort) draft.claim('readsPort', true, 0.9, start.evidence);
    }
    if (/\bgunicorn\b/.test(command) && !/(-b|--bind)\b/.test(command)) draft.claim('port', { port: 8000, protocol: 'http' }, 0.72, start.evidence).claim('readsPort', true, 0.9, start.evidence);
  }
  const commandDecides = /\b(gunicorn|uvicorn|hypercorn|daphne|waitress-serve|flask)\b/.test(command ?? '');
  const speaksHttp = draft.frameworks.size > 0 || code.some(({ raw, imports }) => raw.http || imports.some(({ name }) => webModules.test(name)));
  for (const facts of code) {
    const isEntry = draft.entry === null || facts.path === draft.entry;
    const isErrand = facts.path !== draft.entry && isSideDirectory(posix.dirname(seenFrom(draft.path, facts.path)));
    for (const listen of facts.listens) {
      const place = seen(facts.path, listen.line, listen.env ? `listens on ${listen.env}${listen.port === null ? '' : `, otherwise ${listen.port}`}` : `listens on ${listen.port ?? 'a port'}`);
      const protocol = protocolOf(facts, listen, speaksHttp);
      const isBeside = facts.language === 'go' && listen.owner === 'net' && protocol === 'http' && facts.imports.some(({ name }) => name === 'net/rpc');
      // A socket of its own beside a server is the second door.
      const isSecond = listen.call === 'WebSocketServer' || listen.call === 'Server' && /^(?:ws|WebSocket)$/.test(listen.owner ?? '');
      const sure = (isBeside ? 0.7 : isSecond ? 0.85 : commandDecides ? 0.5 : isErrand ? 0.6 : listen.declared ? 0.79 : isEntry ? 0.95 : 0.88) - (listen.env !== null && listen.env !== 'PORT' ? 0.03 : 0);
      if (listen.port !== null) draft.claim('port', { port: listen.port, protocol }, sure, place);
      const told = listen.port === null && listen.env !== null ? samplePort(listen.env, settings) : undefined;
      const given = listen.env === null ? undefined : draft.given.get(listen.env);
      const set = given?.value == null ? null : portNumber(given.value);
      if (given && set !== null) draft.claim('port', { port: set, protocol }, Math.min(0.97, sure + 0.025), given.evidence);
      const kept = listen.port === null && listen.env === null && listen.asked ? keptPort(listen.asked, code, settings) : undefined;
      if (kept) draft.claim('port', { port: kept.port, protocol }, sure - 0.02, kept.evidence);
      if (told) draft.claim('port', { port: portNumber(told.text)!, protocol }, sure - 0.02, seen(told.file, told.line, `${told.key} is ${told.text}`));
      if (listen.env === 'PORT' && !commandDecides) draft.claim('readsPort', true, 0.95, place);
    }
    for (const read of facts.env) {
      if (read.name !== 'PORT' || (commandDecides && !/(^|\/)(gunicorn|hypercorn)[\w.]*\.py$/.test(facts.path)) || isBuildConfig(facts.path)) continue;
      const place = seen(facts.path, read.line, `reads PORT${read.default === null ? '' : `, otherwise ${read.default}`}`);
      draft.claim('readsPort', true, 0.9, place);
      const port = Number(read.default);
      if (Number.isInteger(port) && port > 0 && port < 65536) draft.claim('port', { port, protocol: 'http' }, 0.9, place);
    }
  }
}

/** The port that a sample of variables gives to one of this name, or to one that differs from it by its case alone. */
function samplePort(name: string, settings: readonly Setting[]): Setting | undefined {
  const samples = settings.filter(({ key, text, file }) => key.length === name.length && portNumber(text) !== null && /(^|\/)[\w.-]*env[\w.-]*$/.test(file));
  return samples.find(({ key }) => key === name) ?? samples.find(({ key }) => key.toLowerCase() === name.toLowerCase());
}

/** Modules of servers and of what is built on them; what is imported beside plain sockets decides what those speak. */
const webModules = /http|grpc|rpc|web|gin\b|echo|fiber|chi\b|mux|express|fastify|koa|hono|hapi|restify|polka|socket\.?io|\bws\b|socketio|flask|django|aiohttp|tornado|sanic|starlette|uvicorn|axum|hyper|actix|warp|tonic|rocket|poem|salvo|tide|netty|jetty|spring|proxy|quic/i;

/** What a program speaks where it listens: gRPC and plain sockets are told, all else is HTTP. */
function protocolOf({ imports, raw, language }: FileFacts, { call, owner }: FileFacts['listens'][number], speaksHttp: boolean): 'http' | 'grpc' | 'tcp' | 'udp' {
  const has = (name: RegExp) => imports.some((one) => name.test(one.name));
  if (has(/grpc/i) && /^(Listen|bindAsync|add_insecure_port|forPort|bind)$/.test(call) && (language !== 'go' || owner === 'net')) return 'grpc';
  if (/^(?:ListenPacket|ListenUDP)$/.test(call) || call === 'bind' && (raw.datagrams || has(/^(?:node:)?dgram$/))) return 'udp';
  if (speaksHttp) return 'http';
  const isSocket = language === 'go' ? owner === 'net' : language === 'python' ? call === 'bind' && has(/^socket$/) || /TCPServer$/.test(call) : has(/^(?:node:)?(?:net|tls)$/);
  return isSocket ? 'tcp' : 'http';
}

/** The port that other files keep under the name that is asked for: code before settings, and the longer part of the name before the shorter. */
function keptPort(asked: readonly string[], code: readonly FileFacts[], settings: readonly Setting[]): { port: number; evidence: Evidence } | undefined {
  const inCode = code.filter(({ path }) => !isBuildConfig(path)).flatMap((facts) => facts.namedPorts.map(({ path, port, line }: NamedPort) => ({ path, port, evidence: seen(facts.path, line, `${path.join('.')} is ${port}`) })));
  const inSettings = settings.filter(({ key, text }) => /^:?\d{2,5}$/.test(text) && !foreignPort.test(key.toLowerCase())).map(({ key, text, file, line }) => ({ path: key.split('.'), port: Number(text.replace(':', '')), evidence: seen(file, line, `${key} is ${text}`) }));
  const [best] = [...inCode, ...inSettings].map((found) => ({ ...found, likeness: likenessOf(asked, found.path) })).filter(({ likeness }) => likeness > 0).sort((a, b) => b.likeness - a.likeness);
  return best;
}

function isBuildConfig(path: string): boolean {
  return /(^|\/)(vite|vue|webpack|next|nuxt|astro|playwright|cypress|vitest|jest)[\w.-]*\.config\.|(^|\/)webpack\./.test(path);
}
