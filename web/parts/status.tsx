const tones: Readonly<Record<string, string>> = {
  running: 'good', ready: 'good', completed: 'good', succeeded: 'good', deploying: 'busy', updating: 'busy', starting: 'busy', pending: 'busy', prepared: 'busy', progressing: 'busy', monitoring: 'busy',
  degraded: 'warning', unready: 'warning', stopping: 'warning', removing: 'warning', failed: 'bad', down: 'bad', exited: 'bad',
};

/** A state in one word, coloured by how good it is; the word alone says it all. */
export function StatusPill({ status }: { status: string }) {
  return <span className={`pill ${tones[status] ?? ''}`}>{status}</span>;
}
