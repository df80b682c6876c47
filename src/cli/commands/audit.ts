import { resolve } from 'node:path';
import { StratoError } from '../../model/errors.ts';
import type { Invocation } from '../command.ts';
import { startAudit } from '../start-audit.ts';

/** Audits read all there is and work without a daemon, too: a program of its own does them. */
export async function run({ command, values, paths, env }: Invocation): Promise<number> {
  const file = (name: string) => resolve(values.option(name) ?? missing(name));
  const { json } = values;
  const archives = () => values.options('archive').map((path) => resolve(path));
  switch (command.name) {
    case 'audit verify':
      return start({ verb: 'verify', json, history: values.option('history') === undefined ? undefined : file('history'), archives: archives(), key: values.option('key'), checkpoints: values.options('witness').map((path) => resolve(path)), witnesses: values.options('witness-key') });
    case 'audit prove':
      return start({ verb: 'prove', json, archives: archives(), position: number('position', values.argument('position')), witness: values.option('witness'), witnesses: values.options('witness-key') });
    case 'audit check':
      return start({ verb: 'check', json, file: resolve(values.argument('file')), key: values.option('key') ?? missing('key'), witnesses: values.options('witness-key') });
    case 'audit checkpoint':
      return start({ verb: 'checkpoint', json, archives: archives(), witness: values.option('witness'), witnesses: values.options('witness-key') });
    case 'audit export':
      return start({ verb: 'export', json, archives: archives(), directory: resolve(values.argument('directory')) });
    case 'audit archive':
      return archive();
    case 'audit erase':
      return start({ verb: 'erase', json, subject: values.argument('subject'), copies: values.flag('copies') });
    default:
      return witness();
  }

  function archive(): Promise<number> {
    if (values.option('restore') !== undefined) return start({ verb: 'archive-restore', json, file: file('restore') });
    return start({ verb: 'archive', json, directory: resolve(values.optional('directory') ?? missingArgument('directory')), before: values.option('before') ?? missing('before') });
  }

  function witness(): Promise<number> {
    const act = values.argument('act');
    if (act === 'check') return start({ verb: 'witness-check', json, archives: archives(), state: file('state') });
    if (act === 'list') return start({ verb: 'witness-list', json });
    const url = () => values.optional('url') ?? missingArgument('url');
    if (act === 'add') return start({ verb: 'witness-add', json, url: url(), key: values.options('witness-key')[0] ?? missing('witness-key') });
    if (act === 'remove') return start({ verb: 'witness-remove', json, url: url() });
    if (act !== 'run') throw new StratoError('usage.value', `A witness does not ${act}`, { next: 'write `audit witness add`, `remove`, `list`, `run` or `check`' });
    const host = values.option('host') ?? '127.0.0.1';
    return start({ verb: 'witness-run', json, state: file('state'), key: file('key'), name: values.option('name') ?? 'stratoswarm.local/witness', logs: values.options('log'), port: number('port', values.option('port') ?? '7071'), host });
  }

  function start(request: object): Promise<number> {
    return startAudit({ env, paths }, request);
  }
}

function missing(option: string): never {
  throw new StratoError('usage.missing', `--${option} is missing`, { next: 'see --help' });
}

function missingArgument(argument: string): never {
  throw new StratoError('usage.missing', `the ${argument} is missing`, { next: 'see --help' });
}

function number(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new StratoError('usage.value', `${name} must be a whole number, not ${JSON.stringify(text.slice(0, 60))}`, { next: '`stratoswarm events --json` shows positions' });
  return Number(text);
}
