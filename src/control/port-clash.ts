/** How runtimes say that somebody else listens there already: Node, Python, Go, Java, Ruby, nginx, PostgreSQL. */
const taken = /EADDRINUSE|address already in use|only one usage of each socket address|could not bind/i;

/** Times of day have colons, too. */
const timeOfDay = /\b\d{2}:\d{2}:\d{2}([.,]\d+)?\b/g;

/** The explanation of a crash whose output says that a port is taken; null for other output. `port` is the one it was expected to open. */
export function describePortClash(tail: readonly string[], port: number | null): string | null {
  const line = tail.find((candidate) => taken.test(candidate))?.replace(timeOfDay, '');
  if (line === undefined) return null;
  const seen = /\bport[:=]?\s*(\d{2,5})\b/i.exec(line)?.[1] ?? /:(\d{2,5})\b(?!\.|:\d)/.exec(line)?.[1] ?? (port === null ? undefined : String(port));
  return `port ${seen ?? 'it wants'} is taken by another program on this machine; let the app read its port from PORT, or stop the other program`;
}
