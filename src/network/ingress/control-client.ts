import { http } from '../../host/http.ts';
import { StratoError } from '../../model/index.ts';

/**
 * Asks the ingress behind the unix socket `path`. Rejects with a {@link StratoError}: `ingress.unreachable` and
 * `ingress.handing-over` are retryable, other codes are the ingress's own. `timeout` is in milliseconds.
 */
export function askIngress<T>(path: string, method: string, target: string, body: unknown, timeout: number): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const unreachable = (cause: Error): void => reject(new StratoError('ingress.unreachable', 'the ingress does not answer', { why: cause.message, retryable: true, cause }));
  const text = body === undefined ? '' : JSON.stringify(body);
  const call = http.request({
    socketPath: path, method, path: target, agent: false, timeout,
    headers: { host: 'ingress', 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
  }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', unreachable);
    response.on('close', () => {
      if (!response.complete) return unreachable(new Error('it closed within its answer'));
      const answer = JSON.parse(Buffer.concat(chunks).toString('utf8')) as T & { code?: string; message?: string };
      if (response.statusCode === 200) resolve(answer);
      else reject(new StratoError(answer.code ?? 'ingress.failed', answer.message ?? 'the ingress refused', { retryable: response.statusCode === 503 }));
    });
  });
  call.on('timeout', () => call.destroy(new Error(`no answer within ${timeout} ms`)));
  call.on('error', unreachable);
  call.end(text);
  return promise;
}

/** Calls `onEnd` once when the ingress behind the socket is no longer in charge; returns the end of watching. */
export function watchIngress(path: string, onEnd: () => void): () => void {
  let watching = true;
  const end = (): void => {
    if (!watching) return;
    watching = false;
    onEnd();
  };
  const call = http.request({ socketPath: path, path: '/watch', agent: false, headers: { host: 'ingress' } }, (response) => {
    response.resume();
    response.on('close', end);
  });
  call.on('error', end);
  call.end();
  return () => {
    watching = false;
    call.destroy();
  };
}
