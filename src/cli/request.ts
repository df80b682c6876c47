import type { DeploymentRequest, SourceRequest } from '../api/requests.ts';
import { parseCpu, parseMemory } from '../model/units.ts';
import type { Command, Values } from './command.ts';
import { variablesIn } from './env-from.ts';
import { show, usage } from './usage.ts';
import { sourceFrom } from './source.ts';
import { checkName } from './target.ts';

/** What the arguments of `plan`, `diff` and `deploy` ask for. Throws `usage.*`, `name.invalid`, `source.*`. */
export function sourceRequest(values: Values): SourceRequest {
  const name = values.option('name');
  const hints = hintsIn(values.options('hint'));
  return {
    ...(name !== undefined && { name: checkName(name, 'give another --name') as SourceRequest['name'] }),
    source: sourceFrom(values.optional('source') ?? '.', process.cwd()),
    ...(Object.keys(hints).length > 0 && { hints }),
  };
}

/** The same with what only a deployment takes. */
export function deploymentRequest(values: Values, command: Command): DeploymentRequest {
  const env = { ...variablesIn(values.options('env-from'), command), ...pairs(values.options('env'), '--env', command) };
  const unset = [...new Set(values.options('unset'))];
  for (const name of [...Object.keys(env), ...unset]) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) throw usage('usage.option', `${show(name)} cannot be the name of a variable`, command, 'use letters, digits and underscores');
  }
  const both = unset.find((name) => name in env);
  if (both !== undefined) throw usage('usage.option', `${show(both)} is to be set and not to be set`, command, 'give it once');
  const isolation = values.option('isolation');
  const known = ['process', 'namespace', 'container', 'sandbox', 'vm', 'enclave'];
  if (isolation !== undefined && !known.includes(isolation)) throw usage('usage.option', `There is no isolation ${show(isolation)}`, command, `choose one of ${known.join(', ')}`);
  const replicas = counts(values.options('replicas'), command);
  return {
    ...sourceRequest(values),
    ...(Object.keys(env).length > 0 && { env }),
    ...(unset.length > 0 && { unset }),
    ...(isolation !== undefined && { isolation: isolation as DeploymentRequest['isolation'] }),
    ...(Object.keys(replicas).length > 0 && { replicas: replicas as DeploymentRequest['replicas'] }),
    ...limits(values, command),
  };
}

/** `--memory web=256Mi --cpu web=0.5`; `none` takes a limit away. */
function limits(values: Values, command: Command): Pick<DeploymentRequest, 'limits'> {
  const given: Record<string, { memory?: number | null; cpu?: number | null }> = {};
  const take = (option: 'memory' | 'cpu', parse: (text: string) => number) => {
    for (const [service, text] of Object.entries(pairs(values.options(option), `--${option}`, command))) {
      given[checkName(service)] = { ...given[service], [option]: text === 'none' ? null : parse(text) };
    }
  };
  take('memory', parseMemory);
  take('cpu', parseCpu);
  return Object.keys(given).length > 0 ? { limits: given as DeploymentRequest['limits'] } : {};
}

/** `web=3 worker=0` as numbers by service. */
export function counts(texts: readonly string[], command: Command): Record<string, number> {
  return Object.fromEntries(Object.entries(pairs(texts, 'SERVICE=N', command)).map(([service, count]) => {
    if (!/^\d{1,4}$/.test(count) || Number(count) > 1000) throw usage('usage.argument', `${show(count)} is no number of agents`, command, 'write a number from 0 to 1000');
    return [checkName(service), Number(count)];
  }));
}

/** `--hint budget-conscious --hint memory:web=512Mi`: a wish has no value. */
function hintsIn(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => {
    const equals = text.indexOf('=');
    return equals < 1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
  }));
}

function pairs(texts: readonly string[], what: string, command: Command): Record<string, string> {
  const entries = texts.map((text) => {
    const equals = text.indexOf('=');
    if (equals < 1) throw usage('usage.option', `${show(text)} is not written as NAME=VALUE`, command, `${what} needs a name, = and a value`);
    return [text.slice(0, equals), text.slice(equals + 1)] as const;
  });
  return Object.fromEntries(entries);
}
