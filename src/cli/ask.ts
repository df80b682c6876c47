import type { Screen } from './render/screen.ts';
import { plain } from './render/text.ts';
import { StratoError } from '../model/errors.ts';

/** A question with yes or no; anything but a yes is no. */
export async function confirm(screen: Screen, text: string): Promise<boolean> {
  return /^y(es)?$/i.test(await prompt(screen, `${text} [y/N] `));
}

export interface Choice {
  readonly text: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly default: string;
}

/** Lets a person choose by number or by value; Enter takes the default. Asks again after what is neither. */
export async function choose(screen: Screen, { text, options, default: fallback }: Choice): Promise<string> {
  screen.err.write(`${plain(text)}\n`);
  for (const [i, { value, label }] of options.entries()) screen.err.write(`  ${i + 1}) ${plain(label)}${value === fallback ? ' (default)' : ''}\n`);
  for (;;) {
    const answer = await prompt(screen, options.length > 0 ? `1-${options.length}: ` : `[${plain(fallback)}] `);
    if (answer === '') return fallback;
    const chosen = options[Number(answer) - 1]?.value ?? options.find(({ value }) => value === answer)?.value;
    if (chosen !== undefined) return chosen;
    if (options.length === 0) return answer;
  }
}

async function prompt(screen: Screen, text: string): Promise<string> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: screen.err });
  return new Promise((resolve, reject) => {
    lines.on('SIGINT', () => lines.close());
    lines.on('close', () => reject(new StratoError('interrupted', 'Nothing was done')));
    lines.question(text, (answer) => {
      resolve(answer.trim());
      lines.close();
    });
  });
}
