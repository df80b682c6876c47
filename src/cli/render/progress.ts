import type { DeploymentStep } from '../../api/views.ts';
import type { Screen } from './screen.ts';
import { clip, plain } from './text.ts';
import { duration } from './units.ts';

type Step = Pick<DeploymentStep, 'step' | 'kind' | 'text' | 'milliseconds'>;

/** Lines of a build that are shown when it fails. */
const tailLength = 20;

/**
 * What a deployment does, on `err`: on a terminal one line for each step that is done and a moving one, with the last line of
 * output below, for the one that goes on; elsewhere plain lines.
 */
export class Progress {
  readonly #screen: Screen;
  readonly #quiet: boolean;
  readonly #live: boolean;
  readonly #frames: readonly string[];
  #current: { text: string; since: number } | undefined;
  #output = '';
  #tail: string[] = [];
  #frame = 0;
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(screen: Screen, quiet: boolean) {
    this.#screen = screen;
    this.#quiet = quiet;
    this.#live = Boolean(screen.err.isTTY) && !quiet;
    this.#frames = screen.unicode ? [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'] : ['-', '\\', '|', '/'];
  }

  show({ kind, text, milliseconds }: Step): void {
    if (this.#quiet) return;
    if (kind === 'line') this.#line(text);
    else if (kind === 'begin') this.#begin(plain(text));
    else this.#end(plain(text), milliseconds);
  }

  /** Marks the current step as the one that failed, with the end of its output. */
  fail(): void {
    if (this.#quiet || !this.#live) return;
    const { red, dim } = this.#screen.paintErr;
    const text = this.#current?.text;
    this.clear();
    if (text !== undefined) this.#write(`${red(this.#screen.unicode ? '✖' : 'x')} ${text}\n${this.#tail.map((line) => dim(`  | ${line}\n`)).join('')}`);
  }

  /** Takes the moving line away. */
  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
    this.#current = undefined;
  }

  #begin(text: string): void {
    if (!this.#live) return this.#write(`${text} ...\n`);
    this.clear();
    this.#current = { text, since: performance.now() };
    this.#output = '';
    this.#tail = [];
    this.#timer = setInterval(() => this.#draw(), 100).unref();
    this.#draw();
  }

  #line(text: string): void {
    const line = plain(text);
    if (!this.#live) return this.#write(`  | ${line}\n`);
    this.#output = line;
    this.#tail = [...this.#tail, line].slice(-tailLength);
  }

  #end(text: string, milliseconds: number | null): void {
    const took = milliseconds === null ? '' : duration(milliseconds);
    if (!this.#live) return this.#write(`${text}${took === '' ? '' : ` (${took})`}\n`);
    this.clear();
    const { green, dim } = this.#screen.paintErr;
    this.#write(`${green(this.#screen.unicode ? '✔' : '+')} ${text}${took === '' ? '' : `  ${dim(took)}`}\n`);
  }

  #draw(): void {
    if (this.#current === undefined) return;
    const { cyan, dim } = this.#screen.paintErr;
    const width = (this.#screen.err.columns || 80) - 1;
    const { text, since } = this.#current;
    const elapsed = duration(Math.floor((performance.now() - since) / 1000) * 1000);
    this.#erase();
    this.#frame = (this.#frame + 1) % this.#frames.length;
    const first = `${cyan(this.#frames[this.#frame]!)} ${clip(text, width - 12)}  ${dim(elapsed === '0ms' ? '' : elapsed)}`;
    const second = this.#output === '' ? '' : `\n${dim(clip(`  | ${this.#output}`, width))}`;
    this.#write(first + second);
    this.#drawn = second === '' ? 1 : 2;
  }

  #erase(): void {
    if (this.#drawn === 0) return;
    this.#write(`\r${this.#drawn === 2 ? '\u001b[1A' : ''}\u001b[0J`);
    this.#drawn = 0;
  }

  #write(text: string): void {
    this.#screen.err.write(text);
  }
}
