import type { WhyView } from '../../api/memory-views.ts';
import type { EventView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import type { Screen } from '../render/screen.ts';
import { toned } from '../render/table.ts';
import { plain } from '../render/text.ts';
import { clockTime } from '../render/units.ts';
import { targetFrom } from '../target.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const query = queryFrom(values.argument('what'));
  const why = await (await connect()).get<WhyView>('/v1/why', query);
  if (values.json) return screen.json(why);
  screen.line(`${screen.paint.bold(plain(why.about))}, because:`);
  if (!why.complete) screen.line(screen.paint.dim('  … what came before was not written down, or is too long ago to be shown'));
  printChain(screen, why.chain);
}

/** An event each, the first one first; of decisions also the grounds. */
export function printChain(screen: Screen, chain: readonly EventView[]): void {
  for (const event of chain) {
    screen.line(`  ${screen.paint.dim(clockTime(event.time))}  ${toned(screen, event.tone, plain(event.text))}  ${screen.paint.dim(`${plain(event.actor)} #${event.position}`)}`);
    for (const line of groundsOf(event)) screen.line(screen.paint.dim(`                         ${plain(line)}`));
  }
}

interface Decided {
  reasoning: string;
  reason?: string;
  confidence: number;
  admittedBy: string[];
  policies?: string[];
  approvedBy?: string[];
  expected: string;
  alternatives?: { option: string; whyNot: string }[];
}

function groundsOf({ type, body }: EventView): string[] {
  if (type !== 'DecisionAdmitted') return [];
  const { reasoning, reason, confidence, admittedBy, policies = [], approvedBy = [], expected, alternatives = [] } = (body as { decision: Decided }).decision;
  return [
    `reason    ${reason === undefined ? `${reasoning} (` : `${reason} (${reasoning}, `}confidence ${Math.round(confidence * 100)} %)`,
    ...alternatives.map(({ option, whyNot }) => `not       ${option}: ${whyNot}`),
    ...(expected === '' ? [] : [`expected  ${expected}`]),
    `admitted  by ${[...admittedBy, ...policies].join(', ')}${approvedBy.length > 0 ? `; approved by ${approvedBy.join(', ')}` : ''}`,
  ];
}

/** Throws `name.invalid`. */
function queryFrom(what: string): Record<string, string | number | undefined> {
  const position = /^#?(\d{1,15})$/.exec(what)?.[1];
  if (position !== undefined) return { event: Number(position) };
  if (/^[a-z][a-z0-9-]*-\d+-[a-z2-7]{8}$/.test(what)) return { agent: what };
  const { app, service, slot } = targetFrom(what);
  return { app, service, slot };
}
