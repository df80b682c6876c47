// Text that an app or a repository wrote is shown on a terminal that obeys escape sequences. These take them out.

// eslint-disable-next-line no-control-regex
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])/g;
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** What turns the direction of writing, so that `gpj.js` is read as `sj.jpg`. */
const turns = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** On one line, without control characters. */
export function plain(text: string): string {
  return text.replace(sequences, '').replace(/\s*[\r\n]+\s*/g, ' ').replace(controls, '').replace(turns, '').replaceAll('\t', ' ');
}

/** One line of output, with its colours and nothing else that a terminal would do. */
export function coloured(line: string): string {
  let sawColour = false;
  const kept = line.replaceAll('\ue000', '').replace(sequences, (sequence) => {
    // eslint-disable-next-line no-control-regex
    const isColour = /^\u001b\[[\d;:]*m$/.test(sequence);
    sawColour ||= isColour;
    return isColour ? sequence.replace('\u001b', '\ue000') : '';
  });
  const safe = kept.replace(controls, '').replace(turns, '').replaceAll('\ue000', '\u001b');
  return sawColour ? `${safe}\u001b[0m` : safe;
}

/** At most `width` characters. */
export function clip(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 3))}...` : text;
}
