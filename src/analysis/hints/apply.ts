import { StratoError, type Finding, type Hint, type PlannedService } from '../../model/index.ts';
import { overall } from '../finish/confidence.ts';
import { isBelow } from '../tree/paths.ts';
import type { CommentHint } from './comment-hint.ts';
import { suggestionsFor } from './suggest.ts';
import { definitionOf, hintNames } from './vocabulary.ts';

export interface Applied {
  readonly hints: Hint[];
  /** Hints in comments that nobody understands: the code still runs. */
  readonly findings: Finding[];
}

interface Written {
  readonly text: string;
  readonly name: string;
  readonly service: string | undefined;
  readonly value: string;
}

/**
 * Does what people said: first what stands in comments, for the service whose code it stands in, then what was given with the command, which wins. Changes
 * `services`. Throws `hint.unknown` and `hint.invalid` for what was given with the command.
 */
export function applyHints(services: PlannedService[], comments: readonly CommentHint[], given: Readonly<Record<string, string>>): Applied {
  const hints: Hint[] = [];
  const findings: Finding[] = [];
  for (const { file, line, text } of comments) {
    const written = parse(text);
    const own = closest(services, file);
    try {
      hints.push(...act(services, own, written, { file, line }));
    } catch (error) {
      const { message, next = '' } = error as StratoError;
      findings.push({ rule: 'unknown-hint', severity: 'info', file, line, message, fix: next });
    }
  }
  for (const [key, value] of Object.entries(given)) {
    // The answer to a question was a claim about the code, and has had its effect.
    if (/^start:/.test(key) && services.some(({ name }) => key === `start:${name}`)) continue;
    hints.push(...act(services, services, parse(value === '' ? key : `${key}=${value}`), null));
  }
  return { hints, findings };
}

/** `memory:web=512Mi` → memory, of web, 512Mi; `budget-conscious` has no value. */
function parse(text: string): Written {
  const [, name = '', service, value = ''] = /^([^=:\s]+(?::(?=\d))?[^=:\s]*)(?::([a-z][a-z0-9-]*))?(?:\s*=\s*(.*))?$/s.exec(text.trim()) ?? [];
  return { text, name: name.toLowerCase(), service, value: value.trim() };
}

function act(all: readonly PlannedService[], own: readonly PlannedService[], written: Written, from: Hint['from']): Hint[] {
  const found = definitionOf(written.name);
  if (!found) {
    const near = suggestionsFor(written.name, hintNames);
    throw new StratoError('hint.unknown', `nobody knows the hint ${JSON.stringify(written.text.slice(0, 60))}`, { next: near.length > 0 ? `did you mean ${near.join(' or ')}?` : `what can be said: ${hintNames.join(', ')}` });
  }
  const { definition, end } = found;
  if ((definition.value !== undefined) !== (written.value !== '')) {
    throw new StratoError('hint.invalid', definition.value === undefined ? `${definition.name} takes no value` : `${definition.name} needs a value`, { next: `write ${definition.name}${definition.value === undefined ? '' : `=${definition.value}`}` });
  }
  const targets = written.service === undefined ? own : all.filter(({ name }) => name === written.service);
  if (targets.length === 0) throw new StratoError('hint.invalid', `${written.text.slice(0, 60)} is for a service that is not there`, { next: `the services are ${all.map(({ name }) => name).join(', ')}` });
  if (definition.level === 'detailed' && targets.length > 1) throw new StratoError('hint.invalid', `${written.text.slice(0, 60)} does not say for which service`, { next: `write ${definition.name}:${targets[0]!.name}=${definition.value}; the services are ${targets.map(({ name }) => name).join(', ')}` });
  return targets.flatMap((service) => {
    try {
      const effect = definition.apply(service, definition.value === undefined ? end : written.value);
      if (effect === undefined) return [];
      if (definition.field !== undefined) {
        service.confidences = { ...service.confidences, [definition.field]: 1 };
        service.confidence = overall(service);
      }
      service.evidence.push(...(from === null ? [] : [{ ...from, why: `hint ${written.text}: ${effect}` }]));
      return [{ hint: written.text, level: definition.level, service: service.name, from, effect }];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new StratoError('hint.invalid', `${JSON.stringify(written.value.slice(0, 60))} is no value for ${definition.name}`, { next: `write ${error.message}`, cause: error });
    }
  });
}

/** The services whose directory is the innermost around a file; all where the file belongs to none. */
function closest(services: readonly PlannedService[], file: string): PlannedService[] {
  const around = services.filter(({ path }) => path === '.' || isBelow(file, path));
  const depth = Math.max(0, ...around.map(({ path }) => (path === '.' ? 0 : path.split('/').length)));
  const innermost = around.filter(({ path }) => (path === '.' ? 0 : path.split('/').length) === depth);
  return innermost.length > 0 ? innermost : [...services];
}
