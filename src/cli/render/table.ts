import type { Screen } from './screen.ts';
import { clip, plain } from './text.ts';

export type Tone = 'good' | 'warning' | 'bad' | 'info' | 'dim';
export type Cell = string | { readonly text: string; readonly tone: Tone };

/** Rows under headings, columns as wide as their widest cell. On a terminal, lines are cut at its edge. */
export function table(screen: Screen, headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map((cell) => plain(textOf(cell))));
  const widths = headings.map((heading, i) => Math.max(heading.length, ...texts.map((row) => row[i]?.length ?? 0)));
  const room = (screen.out.isTTY && screen.out.columns) || Infinity;
  const lines = rows.map((row, y) => line(texts[y]!, widths, room, (text, x) => tint(screen, row[x]!, text)));
  return [line(headings, widths, room, (text) => screen.paint.dim(text)), ...lines].join('\n');
}

function line(cells: readonly string[], widths: readonly number[], room: number, paint: (text: string, column: number) => string): string {
  let left = room;
  const parts: string[] = [];
  for (const [x, cell] of cells.entries()) {
    if (left <= 0) break;
    const shown = clip(cell, left);
    const isLast = x === cells.length - 1;
    parts.push(paint(shown, x) + (isLast ? '' : ' '.repeat(Math.max(0, Math.min(left - shown.length, widths[x]! - shown.length + 2)))));
    left -= widths[x]! + 2;
  }
  return parts.join('').trimEnd();
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function tint(screen: Screen, cell: Cell, text: string): string {
  if (typeof cell === 'string') return text;
  return toned(screen, cell.tone, text);
}

/** Text in the colour of its meaning. */
export function toned(screen: Screen, tone: Tone, text: string): string {
  const { green, yellow, red, dim } = screen.paint;
  return { good: green, warning: yellow, bad: red, info: (same: string) => same, dim }[tone](text);
}

/** The tone of an app's, a service's or an agent's status. */
export function toneOf(status: string): Tone {
  if (['ready', 'running', 'completed', 'succeeded'].includes(status)) return 'good';
  if (['failed', 'down', 'unready'].includes(status)) return 'bad';
  if (['stopped', 'exited'].includes(status)) return 'dim';
  return 'warning';
}
