/** Items that may wait for a slow reader. */
const capacity = 10_000;

/**
 * Turns a subscription into something to iterate over. A reader that falls too far behind gets what waits and then the end:
 * it resumes after the last position that it has seen, and nothing is lost.
 */
export async function* feed<T>(subscribe: (listener: (batch: readonly T[]) => void) => () => void, signal: AbortSignal): AsyncGenerator<T> {
  let waiting: T[] = [];
  let overflown = false;
  let wake: () => void = () => undefined;
  const stop = subscribe((batch) => {
    if (overflown) return;
    for (const item of batch) waiting.push(item);
    overflown = waiting.length > capacity;
    if (overflown) queueMicrotask(() => stop());
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const batch = waiting;
      waiting = [];
      for (const item of batch) yield item;
      if (waiting.length > 0) continue;
      if (overflown) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (signal.aborted || waiting.length > 0) resolve();
      });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop();
  }
}
