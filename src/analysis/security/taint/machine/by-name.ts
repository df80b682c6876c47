import type { Call, Expr } from '../../ast/nodes.ts';
import type { Effect } from '../collections.ts';
import { bitOf } from '../rules.ts';
import type { Value } from '../value.ts';
import { constant, known, listOf, unknown } from '../value.ts';
import type { World } from '../world.ts';
import type { Run } from './frame.ts';

/** How an object that is a function is called. */
export const runsFunction = /^(?:apply|accept|test|get|call|run|compare|applyAs\w+|getAs\w+|invoke|Invoke)$/;

/** Methods that give back what they are called on. */
export const givesItself = /^(?:toString|String|to_s|intern|iterator|stream|clone|dup|freeze|toArray|ToString|ToList|ToArray|build|getBytes|toCharArray|values)$/;

const lookups = /^(?:get|find|fetch|lookup|search|list|count|query|select|insert|save|exists|authenticate)(?:[A-Z_]\w*)?$|^(?:where|hget|hgetall|mget|hGet|hGetAll|execute|post|put|patch|getItem|blob|bucket|collection|document|One|First\w*|Single\w*|Find\w*|Get\w*Async)$/;
/** Calls that keep something, of objects that are made for it. */
const keeps = /^(?:create|update|delete|upsert|insert|save|add|register)(?:[A-Z_]\w*)?$|^(?:filter|filter_by|first|last|order_by|one|one_or_none|all)$/;
const keeper = /(?:[rR]epo(?:sitory)?|[sS]ervice|[mM]odel|[pP]risma(?:\.\w+)?|[dD]ao|[mM]anager|objects|query|filter\(\)|filter_by\(\))$/;

/** Objects whose methods of such names work on what they are given. */
const worksOnArguments = /^(?:|this|self|\$this|_|lodash|re|regex\w*|R|Arr|Hash|operator|path|os\.path|optional|json)$/;

/** Whether a method asks something else for what it is told to: what it gives back is not what it was given. */
export function looksUp({ name, on }: { name: string; on: string }, language: string): boolean {
  if (keeps.test(name) && keeper.test(on)) return true;
  if (!lookups.test(name) || worksOnArguments.test(on)) return false;
  // Of a class, not of a constant.
  return !((language === 'java' || language === 'csharp' || language === 'go') && /(?:^|\.)[A-Z]\w*$/.test(on) && !/(?:^|\.)[A-Z][A-Z0-9_]+$/.test(on));
}

/** Types of answers that no browser shows as a page. */
const noPage = /(?:application\/(?!xhtml)|text\/(?:plain|csv|css|xml|event-stream)|image\/(?!svg)|audio\/|video\/)/i;
const onlyHarmless = /^(?:r?\/)?\[\^(?:[\w -]|\\[wds])+\][+*]?(?:\/[giu]*)?$/;

/** `new File(x).getName()`: only the last part of the path `x` is taken, and no file is opened. */
export function nameOfFile({ callee }: Call): Expr | undefined {
  if (callee.k !== 'member' || callee.name !== 'getName' || callee.object.k !== 'call' || !callee.object.made || callee.object.args.length !== 1) return undefined;
  const { callee: made, args } = callee.object;
  return made.k === 'name' && /(?:^|\.)File$/.test(made.name) ? args[0] : undefined;
}

/** Whether a call removes from a text all but letters, digits and the like, or puts only numbers into one. */
export function isReduced(name: string, args: readonly Value[]): boolean {
  if (name === 'Sprintf') return typeof known(args[0] ?? unknown) === 'string' && !/%[-+# 0-9.[\]]*[svqxX]/.test(String(known(args[0]!)));
  return /^(?:replaceAll|replace|gsub|sub|preg_replace|Replace|ReplaceAllString)$/.test(name) && args.some((arg) => onlyHarmless.test(String(known(arg) ?? '')));
}

/** Settings that take the danger from what follows in the function: answers that are no page, XML without document types. */
export function settle(name: string, args: readonly Value[], run: Run): void {
  const texts = args.map(known);
  if (/^(?:setContentType|contentType|header|setHeader|addHeader|set|Set|type)$/.test(name)) {
    const type = texts.find((text) => typeof text === 'string' && /^(?:content-type: *)?(?!http\/\d)[a-z]+\/[\w.+-]+/i.test(text));
    if (type !== undefined) run.harmless = noPage.test(String(type)) ? run.harmless | bitOf('xss') : run.harmless & ~bitOf('xss');
  }
  if (args.some(({ type }) => type === 'SafeConstructor')) run.harmless |= bitOf('unsafe-deserialisation');
  if (name === 'content_type' && texts.some((text) => /^:?(?:json|text|txt|plain|xml|js|css)$|^text\/plain|\/json/.test(String(text)))) run.harmless |= bitOf('xss');
  if (/^set(?:Feature|Attribute|Property|ExpandEntityReferences)$/.test(name) && texts.some((text) => typeof text === 'string' && /disallow-doctype-decl|accessExternalDTD|ACCESS_EXTERNAL_DTD|supportDTD|isSupportingExternalEntities|external-general-entities/.test(text))) run.harmless |= bitOf('xxe');
}

/** Configuration that is read from a file beside the code; undefined for anything else. */
export function configuration(name: string, self: Value, args: readonly Value[], world: World): Effect | undefined {
  const first = args[0] ? known(args[0]) : undefined;
  if ((name === 'getResourceAsStream' || name === 'getResource') && typeof first === 'string') return { result: { ...constant(first), type: 'resource' } };
  if (name === 'load' && args[0]?.type === 'resource' && typeof first === 'string') {
    const fields = new Map(self.fields);
    for (const [key, value] of world.properties(first)) fields.set(key, constant(value));
    return { result: unknown, self: { ...self, fields } };
  }
  return undefined;
}

/** A list that is written as a call; undefined for anything else. */
export function listCall(name: string, args: readonly Value[]): Effect | undefined {
  if (name !== 'asList' && name !== 'listOf' && name !== 'of') return undefined;
  return { result: args.length === 1 && args[0]!.items ? args[0]! : listOf(args) };
}
