import picocolors from 'picocolors';

type Colors = ReturnType<typeof picocolors.createColors>;

/** Where a command writes, and what can be shown there. Results go to `out`, progress and errors to `err`. */
export interface Screen {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  /** Somebody reads and can answer. */
  readonly interactive: boolean;
  readonly paint: Colors;
  /** Colours for `err`, which may be a terminal when `out` is not. */
  readonly paintErr: Colors;
  readonly unicode: boolean;
  line(text?: string): void;
  json(value: unknown): void;
}

/** Colours only on a terminal, and never with NO_COLOR (no-color.org); FORCE_COLOR wins over the former. */
export function screenFor(env: NodeJS.ProcessEnv, out: NodeJS.WriteStream, err: NodeJS.WriteStream, input: NodeJS.ReadStream): Screen {
  const coloured = (stream: NodeJS.WriteStream) => !env['NO_COLOR'] && (Boolean(env['FORCE_COLOR']) || (Boolean(stream.isTTY) && env['TERM'] !== 'dumb'));
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return {
    out, err,
    interactive: Boolean(out.isTTY) && Boolean(err.isTTY) && Boolean(input.isTTY),
    paint: picocolors.createColors(coloured(out)),
    paintErr: picocolors.createColors(coloured(err)),
    unicode: /utf-?8/i.test(locale),
    line: (text = '') => void out.write(`${text}\n`),
    json: (value) => void out.write(`${JSON.stringify(value, null, out.isTTY ? 2 : undefined)}\n`),
  };
}
