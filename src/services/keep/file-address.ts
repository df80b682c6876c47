import { posix } from 'node:path';
import type { PlannedService } from '../../model/index.ts';
import { dataDirectory } from './keep.ts';

/** What goes before the path in the address of a file of SQLite: all but the path itself, of which an absolute one begins with a slash. */
const scheme = /^(?:file:(?:\/\/(?=\/))?|sqlite[\w+]{0,20}:(?:\/\/\/?)?)/;

/** Runtimes and the form of an address that their drivers take, where the code shows none. */
const usual: Readonly<Record<string, string>> = { node: 'file:', bun: 'file:', deno: 'file:', python: 'sqlite:///' };

/**
 * The address of a service's file of SQLite in its volume, for a variable that asks for one: in the form of the one that an image or a sample gives, otherwise as the runtime's drivers
 * take it. Undefined where the code falls back to a file by itself, or nothing tells a form.
 */
export function fileAddressFor(name: string, service: PlannedService): string | undefined {
  const variable = service.env.find((one) => one.name === name);
  if (variable === undefined || (variable.default !== null && variable.given === undefined)) return undefined;
  if (variable.given === undefined) {
    const form = usual[service.runtime?.name ?? ''];
    return form === undefined ? undefined : `${form}${dataDirectory}/app.db`;
  }
  const form = scheme.exec(variable.given)?.[0];
  if (form === undefined || variable.given.includes(':memory:')) return undefined;
  const [path = '', ...query] = variable.given.slice(form.length).split('?');
  const place = path.startsWith(`${dataDirectory}/`) ? path : `${dataDirectory}/${posix.basename(path) || 'app.db'}`;
  return [`${form}${place}`, ...query].join('?');
}
