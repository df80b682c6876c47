import type { RequestHead } from '../http1/request-head.ts';

/** An answer that the ingress gives by itself. */
export interface OwnAnswer {
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number;
}

export const answers = {
  unknownHost: (host: string): OwnAnswer => ({
    status: 404, code: 'ingress.unknown-host', title: 'No app here',
    detail: `No app answers to ${host}. Check the spelling; "stratoswarm ps" lists the apps and "stratoswarm open" their addresses.`,
  }),
  unknownPath: (path: string): OwnAnswer => ({
    status: 404, code: 'ingress.unknown-path', title: 'Nothing at this path', detail: `The app exists, but none of its services is routed at ${path.slice(0, 200)}.`,
  }),
  starting: (app: string): OwnAnswer => ({
    status: 503, code: 'ingress.no-target', title: 'Not ready yet', retryAfter: 2,
    detail: `${app} has no agent that is ready. It may be starting; "stratoswarm status ${app}" tells more.`,
  }),
  stopped: (app: string): OwnAnswer => ({
    status: 503, code: 'ingress.stopped', title: 'Stopped', retryAfter: 60, detail: `${app} was stopped. "stratoswarm start ${app}" starts it again.`,
  }),
  failed: (app: string): OwnAnswer => ({
    status: 503, code: 'ingress.failed', title: 'Failed', retryAfter: 10, detail: `${app} does not run: its agents failed. "stratoswarm logs ${app}" shows why.`,
  }),
  overloaded: (): OwnAnswer => ({
    status: 503, code: 'ingress.overloaded', title: 'Too many requests are waiting', retryAfter: 5, detail: 'The ingress holds as many requests as it may.',
  }),
  targetClosed: (app: string): OwnAnswer => ({
    status: 502, code: 'ingress.target-closed', title: 'The app broke off', detail: `${app} closed the connection without a complete answer. "stratoswarm logs ${app}" may show why.`,
  }),
  targetNonsense: (app: string, why: string): OwnAnswer => ({
    status: 502, code: 'ingress.target-nonsense', title: 'The app does not speak HTTP', detail: `What ${app} answered is not HTTP/1.1: ${why}.`,
  }),
  targetTimeout: (app: string): OwnAnswer => ({
    status: 504, code: 'ingress.target-timeout', title: 'The app did not answer in time', detail: `${app} took the request but did not begin to answer.`,
  }),
  refused: (status: number, detail: string): OwnAnswer => ({ status, code: refusalCodes[status] ?? 'ingress.bad-request', title: reasons[status] ?? 'Bad Request', detail }),
};

const refusalCodes: Record<number, string> = {
  408: 'ingress.request-timeout', 413: 'ingress.body-too-large', 431: 'ingress.head-too-large', 501: 'ingress.not-offered', 505: 'ingress.version',
};

const reasons: Record<number, string> = {
  400: 'Bad Request', 404: 'Not Found', 408: 'Request Timeout', 413: 'Content Too Large', 431: 'Request Header Fields Too Large',
  501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout', 505: 'HTTP Version Not Supported',
};

/** The whole response as bytes: a small page for browsers, RFC 9457 problem details for programs. */
export function render(answer: OwnAnswer, head: RequestHead | null, requestId: string, close: boolean): Buffer {
  const html = head !== null && /\btext\/html\b/i.test(head.accept);
  const body = html ? page(answer, requestId) : `${JSON.stringify(problem(answer, requestId))}\n`;
  const lines = [
    `HTTP/1.1 ${answer.status} ${reasons[answer.status] ?? 'Error'}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${html ? 'text/html; charset=utf-8' : 'application/problem+json'}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${requestId}`,
  ];
  if (html) lines.push("Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'");
  if (answer.retryAfter !== undefined) lines.push(`Retry-After: ${answer.retryAfter}`);
  if (close) lines.push('Connection: close');
  else if (head?.minor === 0) lines.push('Connection: keep-alive');
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${head?.method === 'HEAD' ? '' : body}`);
}

function problem(answer: OwnAnswer, requestId: string): object {
  return { type: 'about:blank', title: answer.title, status: answer.status, detail: answer.detail, code: answer.code, requestId };
}

function page(answer: OwnAnswer, requestId: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${answer.status} · ${escape(answer.title)}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
body { display: grid; place-content: center; min-height: 100vh; margin: 0; padding: 1.5rem; max-width: 36rem; margin-inline: auto }
h1 { font-size: 1.5rem; margin: 0 } p { margin: .5rem 0 } small { opacity: .6 }
</style>
<h1>${escape(answer.title)}</h1>
<p>${escape(answer.detail)}</p>
<small>${answer.status} · ${escape(answer.code)} · ${escape(requestId)}</small>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
