import type { HandledSignal, PlannedService } from '../../model/index.ts';
import { HandledSignal as Handled } from '../../model/index.ts';
import type { Setting } from '../calls/settings.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { settingKey } from '../syntax/template.ts';

type Effects = Partial<Record<HandledSignal['signal'], HandledSignal['effect']>>;

/** What servers do on signals, by their command and their manuals; `stop`: by which they end in order, where SIGTERM is not it. */
const servers: readonly { command: RegExp; name: string; effects: Effects; stop?: 'SIGQUIT' | 'SIGINT' }[] = [
  { command: /\bgunicorn\b/, name: 'Gunicorn', effects: { SIGTERM: 'stop', SIGINT: 'stop', SIGQUIT: 'stop', SIGHUP: 'reload', SIGWINCH: 'other' } },
  { command: /\b(?:uvicorn|hypercorn|fastapi run)\b/, name: 'the server', effects: { SIGTERM: 'stop', SIGINT: 'stop' } },
  { command: /\buwsgi\b/, name: 'uWSGI', effects: { SIGTERM: 'reload', SIGHUP: 'reload', SIGINT: 'stop', SIGQUIT: 'stop' }, stop: 'SIGINT' },
  { command: /\bcelery\b.*\bworker\b/, name: 'Celery', effects: { SIGTERM: 'stop', SIGINT: 'stop', SIGQUIT: 'stop', SIGHUP: 'reload' } },
  { command: /\bpuma\b|\brails s(?:erver)?\b/, name: 'Puma', effects: { SIGTERM: 'stop', SIGINT: 'stop', SIGHUP: 'other', SIGUSR1: 'reload', SIGUSR2: 'reload' } },
  { command: /\bunicorn\b/, name: 'Unicorn', effects: { SIGQUIT: 'stop', SIGTERM: 'stop', SIGINT: 'stop', SIGHUP: 'reload' }, stop: 'SIGQUIT' },
  { command: /\bsidekiq\b/, name: 'Sidekiq', effects: { SIGTERM: 'stop', SIGINT: 'stop' } },
  { command: /\bphp-fpm[\d.]*\b/, name: 'PHP-FPM', effects: { SIGQUIT: 'stop', SIGTERM: 'stop', SIGINT: 'stop', SIGUSR1: 'reload', SIGUSR2: 'reload' }, stop: 'SIGQUIT' },
  { command: /(?:^|\/)nginx\b/, name: 'nginx', effects: { SIGQUIT: 'stop', SIGTERM: 'stop', SIGINT: 'stop', SIGHUP: 'reload' }, stop: 'SIGQUIT' },
];

/** A manifest that asks for longer than this gets no more: a removal waits for it. */
const longestGrace = 300_000;

/** What a service does on signals, in the order of the vocabulary, the surest word on each, and how it is therefore asked to end. */
export function signalsOf(draft: Draft, code: readonly FileFacts[], settings: readonly Setting[]): Pick<PlannedService, 'signals' | 'stop'> {
  const found: HandledSignal[] = [];
  const note = (one: HandledSignal) => {
    const known = found.find(({ signal }) => signal === one.signal);
    if (known && known.effect === one.effect) known.evidence.push(...one.evidence.filter(() => known.evidence.length < 3));
    if (known && known.confidence >= one.confidence) return;
    if (known) found.splice(found.indexOf(known), 1);
    found.push(one);
  };
  const start = draft.best('start');
  const server = servers.find(({ command }) => command.test(start?.value ?? ''));
  const isEntry = (path: string) => draft.entry === null || path === draft.entry;
  for (const { path, language, signals } of code) {
    for (const { signal, effect, line, implied } of signals) {
      const sure = implied ? (language === 'python' ? 0.6 : 0.85) : effect === 'other' ? 0.8 : 0.95;
      note({ signal, effect, confidence: isEntry(path) ? sure : Math.round((sure - 0.05) * 100) / 100, evidence: [seen(path, line, `${says[effect]} ${signal}`)] });
    }
  }
  for (const [signal, effect] of Object.entries(server?.effects ?? {})) note({ signal: signal as HandledSignal['signal'], effect, confidence: 0.9, evidence: start!.evidence.slice(0, 1).map(({ file, line }) => seen(file, line, `${server!.name} ${says[effect]} ${signal}`)) });
  const graceful = settings.find(({ key, text }) => settingKey(key) === 'server.shutdown' && /^graceful$/i.test(text));
  if (graceful) note({ signal: 'SIGTERM', effect: 'stop', confidence: 0.95, evidence: [seen(graceful.file, graceful.line, `${graceful.key} is ${graceful.text}`)] });
  const signals = Handled.shape.signal.options.flatMap((name) => found.filter(({ signal }) => signal === name));
  return { signals, stop: stopOf(draft, signals, server?.stop) };
}

const says: Readonly<Record<HandledSignal['effect'], string>> = { stop: 'ends in order on', reload: 'reloads on', ignore: 'ignores', other: 'handles' };

/** What files beside the code ask for, else what the server's manual does, else SIGINT where the code ends in order on that and not on SIGTERM. */
function stopOf(draft: Draft, signals: readonly HandledSignal[], ofServer: 'SIGQUIT' | 'SIGINT' | undefined): PlannedService['stop'] {
  const ends = (name: string) => signals.some(({ signal, effect, confidence }) => signal === name && effect === 'stop' && confidence >= 0.8);
  const ofCode = ends('SIGINT') && !signals.some(({ signal }) => signal === 'SIGTERM') ? 'SIGINT' as const : null;
  const grace = draft.value('grace');
  return { signal: draft.value('stopSignal') ?? ofServer ?? ofCode, grace: grace === undefined ? null : Math.min(grace, longestGrace) };
}
