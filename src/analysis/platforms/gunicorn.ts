import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { portsIn } from './command-port.ts';

const written = /^bind[ \t]*=[ \t]*\[?[ \t]*f?["'][\w.*[\]:]*:(\d{2,5})["']/m;
const readThere = /^bind[ \t]*=.{0,120}(?:environ|getenv)[.\w]*[([][ \t]*["']PORT["'][ \t]*,[ \t]*["']?(\d{2,5})/m;

/** Claims the port that a file of settings gives to Gunicorn, which its command names or which has the usual name (Gunicorn documentation, "Configuration File"). */
export function applyGunicorn(tree: Tree, drafts: Draft[]): Draft[] {
  for (const draft of drafts) {
    const command = draft.value('start') ?? '';
    if (!/\bgunicorn\b/.test(command) || portsIn(command).length > 0 || /\s(?:-b|--bind)[= ]/.test(command)) continue;
    const named = /\s(?:-c|--config)[= ](?:file:)?([\w./-]+)/.exec(command)?.[1];
    const file = within(draft.path, named ?? 'gunicorn.conf.py');
    const text = tree.text(file);
    const match = text === undefined ? null : written.exec(text) ?? readThere.exec(text);
    if (match) draft.claim('port', { port: Number(match[1]), protocol: 'http' }, 0.955, seen(file, lineOf(text, match[0]), `Gunicorn listens on ${match[1]}`));
  }
  return drafts;
}
