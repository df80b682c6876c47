import { useCallback, useEffect, useRef, useState } from 'react';
import type { EventView, Problem, RevisionView } from '../src/api/views.ts';

export type { AgentView, AppView, DeploymentStep, DeploymentView, DoctorRow, EventView, LogLine, RevisionView, Sample, ServiceView, StatusView } from '../src/api/views.ts';

/** What the API refused, in the words that it gave. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** Calls the API and gives its answer; throws {@link ApiError}. */
export async function call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, { method, headers: body === undefined ? {} : { 'content-type': 'application/json' }, body: body === undefined ? null : JSON.stringify(body) });
  const answer = (await response.json().catch(() => ({ type: 'about:blank', title: response.statusText, status: response.status, code: 'unknown' }))) as T;
  if (!response.ok) throw new ApiError(answer as Problem);
  return answer;
}

/** Reads a stream of server-sent events whose data is JSON, until it ends or the signal. */
export async function readStream<T>(path: string, signal: AbortSignal, onItem: (item: T, id: string | undefined) => void): Promise<void> {
  const response = await fetch(path, { headers: { accept: 'text/event-stream' }, signal });
  if (!response.ok || response.body === null) throw new Error(`${path} answered ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const fields = block.split('\n');
      const data = fields.find((field) => field.startsWith('data: '))?.slice(6);
      const id = fields.find((field) => field.startsWith('id: '))?.slice(4);
      if (data !== undefined) onItem(JSON.parse(data) as T, id);
    }
  }
}

/** The answer of a GET, asked again whenever `version` changes and every `interval` milliseconds while the page is visible. */
export function useAnswer<T>(path: string | null, { interval, version = 0 }: { interval?: number; version?: number } = {}): { data: T | undefined; error: Error | undefined; refresh: () => void } {
  const [data, setData] = useState<T>();
  const [error, setError] = useState<Error>();
  const asked = useRef(path);
  asked.current = path;
  const refresh = useCallback(() => {
    if (path === null) return;
    call<T>('GET', path).then(
      (answer) => {
        // An answer that another question has overtaken is of no use.
        if (asked.current !== path) return;
        setData(answer);
        setError(undefined);
      },
      (reason: Error) => {
        if (asked.current === path) setError(reason);
      },
    );
  }, [path]);
  useEffect(refresh, [refresh, version]);
  useEffect(() => {
    if (interval === undefined) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refresh();
    }, interval);
    return () => clearInterval(timer);
  }, [refresh, interval]);
  return { data, error, refresh };
}

/** Events from now on, newest first, after those of the past; and whether the stream is connected. */
export function useEvents(limit: number): { events: EventView[]; connected: boolean } {
  const [events, setEvents] = useState<EventView[]>([]);
  const [connected, setConnected] = useState(false);
  const head = useRef(0);
  useEffect(() => {
    const abort = new AbortController();
    const take = (items: EventView[]) => setEvents((known) => {
      const fresh = items.filter((event) => event.position > (known[0]?.position ?? 0)).sort((a, b) => b.position - a.position);
      return fresh.length === 0 ? known : [...fresh, ...known].slice(0, limit);
    });
    const follow = async () => {
      while (!abort.signal.aborted) {
        try {
          const { events: past } = await call<{ events: EventView[] }>('GET', `/v1/events?limit=${limit}`);
          take(past);
          head.current = past[0]?.position ?? head.current;
          setConnected(true);
          await readStream<EventView>(`/v1/events/stream?after=${head.current}`, abort.signal, (event) => {
            head.current = event.position;
            take([event]);
          });
        } catch {
          /* The daemon is away: it is asked again below. */
        }
        if (abort.signal.aborted) return;
        setConnected(false);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    };
    void follow();
    return () => abort.abort();
  }, [limit]);
  return { events, connected };
}

/** What the API refused, or what went wrong on the way to it, in one line. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const { title, detail, next } = error.problem;
  return [title, detail, next].filter(Boolean).join(' – ');
}

export type Revisions = { revisions: RevisionView[] };
