import { emitKeypressEvents } from 'node:readline';
import type { ApiClient } from '../../api/client.ts';
import type { StepView } from '../../api/memory-views.ts';
import type { Invocation } from '../command.ts';
import { describeChange } from '../render/change.ts';
import type { Screen } from '../render/screen.ts';
import { toned } from '../render/table.ts';
import { plain } from '../render/text.ts';
import { clockTime } from '../render/units.ts';
import { checkName } from '../target.ts';
import { printChain } from './why.ts';

/** Changes, and links of the chain, that a person is shown of one event. */
const shown = 12;

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const given = values.option('app');
  const app = given === undefined ? undefined : checkName(given);
  const client = await connect();
  const by = values.flag('back') ? -1 : 1;
  const from = values.option('from') ?? 'now';
  const step = await client.get<StepView>('/v1/time/step', { from, by: values.option('from') === undefined ? 0 : by, app });
  if (values.json) return screen.json(step);
  print(screen, step);
  if (screen.interactive) await walk(screen, client, step, app);
}

function print(screen: Screen, { position, head, event, changes, why }: StepView): void {
  if (event === null) return screen.line(`before the first event; there are ${head}`);
  screen.line(`${screen.paint.bold(clockTime(event.time))}  ${toned(screen, event.tone, plain(event.text))}  ${screen.paint.dim(`${plain(event.actor)} #${position} of ${head}`)}`);
  for (const change of changes.slice(0, shown)) screen.line(`  ${describeChange(change)}`);
  if (changes.length > shown) screen.line(screen.paint.dim(`  and ${changes.length - shown} more`));
  if (changes.length === 0) screen.line(screen.paint.dim('  changed nothing'));
  if (why.length < 2) return;
  screen.line(screen.paint.dim('  because'));
  printChain(screen, why.slice(0, -1).slice(-shown));
}

/** Arrow keys walk until somebody presses q or Ctrl-C. */
function walk(screen: Screen, client: ApiClient, first: StepView, app: string | undefined): Promise<void> {
  screen.line(screen.paint.dim('← and → (or p and n) walk, q ends'));
  const { stdin } = process;
  emitKeypressEvents(stdin);
  stdin.setRawMode(true).resume();
  let at = first.position;
  let turn = Promise.resolve();
  return new Promise<void>((resolve, reject) => {
    const end = (settle: () => void) => {
      stdin.off('keypress', onKey);
      stdin.setRawMode(false).pause();
      settle();
    };
    const go = async (by: number) => {
      const step = await client.get<StepView>('/v1/time/step', { from: String(at), by, app });
      at = step.position;
      screen.line();
      print(screen, step);
    };
    const onKey = (_text: string, key: { name?: string; ctrl?: boolean }) => {
      if (key.name === 'q' || key.name === 'escape' || (key.ctrl && key.name === 'c')) return end(resolve);
      const by = ['right', 'down', 'n', 'space', 'return'].includes(key.name ?? '') ? 1 : ['left', 'up', 'p', 'backspace'].includes(key.name ?? '') ? -1 : 0;
      if (by !== 0) turn = turn.then(() => go(by)).catch((error: unknown) => end(() => reject(error)));
    };
    stdin.on('keypress', onKey);
  });
}
