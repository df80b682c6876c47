/** How runtimes say that somebody else listens there already: Node, Python, Go, Java, Ruby, nginx. */
const taken = /EADDRINUSE|address already in use|only one usage of each socket address/i;

/** The explanation of a crash whose output says that a port is taken; null for other output. */
export function describePortClash(tail: readonly string[], port: number | null): string | null {
  const line = tail.find((candidate) => taken.test(candidate));
  if (line === undefined) return null;
  const seen = /(?:port:?\s*|:)(\d{2,5})\b/.exec(line)?.[1] ?? (port === null ? undefined : String(port));
  return `port ${seen ?? 'it wants'} is taken by another program on this machine; let the app read its port from PORT, or stop the other program`;
}
