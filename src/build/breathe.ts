/**
 * Lets long runs of short synchronous file operations share the thread: `await breathe()` gives way to others once the
 * last stretch of work took longer than `stretch` milliseconds, and costs next to nothing otherwise. Synchronous calls are several
 * times faster than asynchronous ones for the many small files of a tree.
 */
export function breather(signal?: AbortSignal, stretch = 4): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    signal?.throwIfAborted();
    if (performance.now() - since < stretch) return undefined;
    return new Promise((resolve) => setImmediate(() => {
      since = performance.now();
      resolve();
    }));
  };
}
