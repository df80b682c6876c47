import { posix } from 'node:path';
import type { Data } from '../syntax/formats.ts';
import { asData, asText, readYaml } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** A Helm chart: its name, and its values with those that the chart around it sets. */
export interface Chart {
  name: string;
  values: Data;
}

/** The chart that a template belongs to; undefined for a file outside of the `templates` of any. */
export function chartOf(tree: Tree, file: string): Chart | undefined {
  const directory = /^(.*?)(?:^|\/)templates\//.exec(file)?.[1];
  return directory === undefined ? undefined : chartIn(tree, directory === '' ? '.' : directory);
}

function chartIn(tree: Tree, directory: string): Chart | undefined {
  const chart = readYaml(tree, within(directory, 'Chart.yaml'));
  if (!chart) return undefined;
  const name = asText(chart['name']) ?? posix.basename(directory);
  const own = readYaml(tree, within(directory, 'values.yaml')) ?? {};
  const around = posix.basename(posix.dirname(directory)) === 'charts' ? chartIn(tree, posix.dirname(posix.dirname(directory))) : undefined;
  return { name, values: around ? overlaid(own, { ...asData(around.values[name]), global: asData(around.values['global']) }) : own };
}

function overlaid(below: Data, above: Data): Data {
  const result: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const isTable = Object.keys(asData(value)).length > 0;
    result[key] = isTable ? overlaid(asData(below[key]), asData(value)) : value;
  }
  return result;
}

/**
 * A template of Helm as YAML, as far as that can be told without running it: values are looked up, names are the chart's, what only
 * steers is blanked, of alternatives all stay. Lines keep their numbers.
 */
export function rendered(text: string, chart: Chart): string {
  const blanked = text.replace(/\{\{-?\s*\/\*[\s\S]*?\*\/\s*-?\}\}/g, (comment) => comment.replace(/[^\n]/g, ''));
  return blanked.split('\n').map((line) => {
    const alone = /^(\s*)\{\{-?\s*(.*?)\s*-?\}\}\s*$/.exec(line);
    if (alone && !/\}\}.*\{\{/.test(line)) {
      const block = /\btoYaml\s+(?:\$?\.)?(Values\.[\w.]+)(?:.*?\bn?indent\s+(\d+))?/.exec(alone[2]!);
      const value = block ? lookUp(chart, block[1]!) : undefined;
      return value === undefined || value === null ? '' : `${' '.repeat(Number(block![2] ?? alone[1]!.length))}${JSON.stringify(value)}`;
    }
    return line.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_, expression: string) => valueOf(expression, chart));
  }).join('\n');
}

/** What an expression comes to, as it would stand in YAML; empty when that is not known. */
function valueOf(expression: string, chart: Chart): string {
  if (/^(if|else|end|range|with|define|block|template|\$\w+\s*:?=)\b/.test(expression)) return '';
  for (const [, path] of expression.matchAll(/(?:^|[\s($])\.?(Values\.[\w.]+)/g)) {
    const value = lookUp(chart, path!);
    if (value !== undefined && value !== null && value !== '') return typeof value === 'object' ? JSON.stringify(value) : `${asText(value)}`;
  }
  const fallback = /\bdefault\s+(?:"([^"]*)"|([\w.-]+)(?=\s|$))/.exec(expression);
  if (fallback) return fallback[1] ?? fallback[2]!;
  if (/\b(include|template)\s+"[^"]*(name|Name)"|\.Release\.Name|\.Chart\.Name/.test(expression)) return chart.name;
  return expression.startsWith('"') ? /^"([^"]*)"/.exec(expression)?.[1] ?? '' : '';
}

function lookUp({ values }: Chart, path: string): unknown {
  let value: unknown = values;
  for (const part of path.split('.').slice(1)) {
    const table = asData(value);
    if (!Object.hasOwn(table, part)) return undefined;
    value = table[part];
  }
  return value;
}
