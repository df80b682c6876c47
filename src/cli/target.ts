import { StratoError } from '../model/errors.ts';
import { show } from './usage.ts';

/** What `shop`, `shop/web` or `shop/web/0` names. */
export interface Target {
  readonly app: string;
  readonly service: string | undefined;
  readonly slot: number | undefined;
}

const label = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Throws `name.invalid`. */
export function targetFrom(text: string): Target {
  const [app, service, slot, ...more] = text.split('/');
  const slotNumber = slot === undefined ? undefined : /^\d{1,4}$/.test(slot) ? Number(slot) : NaN;
  if (more.length > 0 || Number.isNaN(slotNumber)) throw new StratoError('name.invalid', `${show(text)} names no agent`, { next: 'write APP, APP/SERVICE or APP/SERVICE/SLOT' });
  checkName(app!);
  if (service !== undefined) checkName(service);
  return { app: app!, service, slot: slotNumber };
}

/** The name of an app or service, as it may stand in a URL of the API. Throws `name.invalid`. */
export function checkName(text: string, next = 'list the apps with `stratoswarm ps`'): string {
  if (label.test(text)) return text;
  throw new StratoError('name.invalid', `${show(text)} cannot be a name`, { why: 'a name is at most 40 lower-case letters, digits and inner dashes, and starts with a letter', next });
}
