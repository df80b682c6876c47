import { paintWith, type Paint } from './paint.ts';

/** Where a command writes, and what can be shown there. Results go to `out`, progress and errors to `err`. */
export interface Screen {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  /** Somebody reads and can answer. */
  readonly interactive: boolean;
  readonly paint: Paint;
  /** Colours for `err`, which may be a terminal when `out` is not. */
  readonly paintErr: Paint;
  readonly unicode: boolean;
  line(text?: string): void;
  json(value: unknown): void;
}

/**
 * The screen of a process. Colours only on a terminal, and never with NO_COLOR (no-color.org); FORCE_COLOR wins over the
 * former. A stream is made when it is first used, because making one takes
 * longer than printing the help, and who waits for the daemon need not wait for that.
 */
export function screenFor(env: NodeJS.ProcessEnv, streams: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>): Screen {
  const coloured = (stream: NodeJS.WriteStream) => !env['NO_COLOR'] && (Boolean(env['FORCE_COLOR']) || (Boolean(stream.isTTY) && env['TERM'] !== 'dumb'));
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  let stdout: NodeJS.WriteStream | undefined;
  let paint: Paint | undefined;
  const out = () => (stdout ??= streams.stdout);
  return {
    get out() {
      return out();
    },
    get err() {
      return streams.stderr;
    },
    get interactive() {
      return Boolean(out().isTTY) && Boolean(streams.stderr.isTTY) && Boolean(streams.stdin.isTTY);
    },
    get paint() {
      return (paint ??= paintWith(coloured(out())));
    },
    get paintErr() {
      return paintWith(coloured(streams.stderr));
    },
    unicode: /utf-?8/i.test(locale),
    line: (text = '') => void out().write(`${text}\n`),
    json: (value) => void out().write(`${JSON.stringify(value, null, out().isTTY ? 2 : undefined)}\n`),
  };
}
