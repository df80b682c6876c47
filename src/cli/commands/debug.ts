import type { DebugView } from '../../api/memory-views.ts';
import type { Invocation } from '../command.ts';
import { toned, type Tone } from '../render/table.ts';
import { plain } from '../render/text.ts';
import { clockTime } from '../render/units.ts';
import { checkName } from '../target.ts';

const verdicts: Readonly<Record<DebugView['factors'][number]['counterfactual'], Tone>> = { vanishes: 'bad', persists: 'dim', unknown: 'warning' };
const timelineShown = 40;

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const app = checkName(values.argument('app'));
  const debug = await (await connect()).get<DebugView>('/v1/debug', { app, at: values.option('at') });
  if (values.json) return screen.json(debug);
  const { failure, symptoms, lastGood, before, factors, notes, timeline } = debug;
  const { bold, dim } = screen.paint;
  screen.line(`${bold('Failure')}    ${clockTime(failure.time)}  ${toned(screen, 'bad', plain(failure.text))}  ${dim(`#${failure.position}`)}`);
  if (symptoms.length > 1) screen.line(dim(`           and ${symptoms.length - 1} more signs until ${clockTime(symptoms.at(-1)!.time)}`));
  screen.line(`${bold('Last well')}  ${lastGood === null ? 'not within reach' : `${lastGood.time === null ? 'at the beginning' : `until ${clockTime(lastGood.time)}`}  ${dim(`#${lastGood.position}`)}`}`);
  if (before !== null) screen.line(`${bold('Before')}     revision ${before.revision} ${before.rollout?.state === 'progressing' ? 'was coming' : 'served'}: ${before.services.map(({ name, ready, replicas }) => `${name} ${ready}/${replicas} ready`).join(', ')}`);
  screen.line(`\n${bold('What contributed')}`);
  if (factors.length === 0) screen.line('  nothing that the ledger holds');
  for (const factor of factors) {
    screen.line(`  ${factor.score.toFixed(2)}  ${toned(screen, verdicts[factor.counterfactual], plain(factor.label))}  ${dim(`#${factor.position}${factor.inSlice ? ', led to it by its causes' : ''}`)}`);
    screen.line(`        ${plain(factor.explanation)}`);
    for (const part of factor.parts) screen.line(`        ${part.score.toFixed(2)}  ${toned(screen, verdicts[part.counterfactual], plain(part.label))}: ${plain(part.explanation)}`);
  }
  for (const note of notes) screen.line(`\n${toned(screen, 'warning', 'note')}  ${plain(note)}`);
  screen.line(`\n${bold('Timeline')}`);
  const marked = new Set(factors.map(({ position }) => position));
  for (const event of timeline.slice(-timelineShown)) {
    screen.line(`  ${marked.has(event.position) ? '>' : ' '} ${dim(clockTime(event.time))}  ${toned(screen, event.tone, plain(event.text))}  ${dim(`${plain(event.actor)} #${event.position}`)}`);
  }
}
