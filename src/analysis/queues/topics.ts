import type { Caller } from '../calls/caller.ts';
import type { Call } from '../facts/values.ts';
import type { Template } from '../syntax/template.ts';
import { plainTopic } from './wrapped.ts';

const variableName = /^[A-Z][A-Z0-9_]{3,}$/;

/** What a call is given at a place. */
export function placedIn(call: Call, place: number | string): readonly (Template | undefined)[] {
  const member = (key: string) => call.named.filter((one) => one.key === key).map(({ template }) => template);
  if (typeof place === 'number') return [call.arguments[place], ...member(String(place))];
  if (place === '.') return call.owner === '' ? [] : [[{ from: 'name', name: call.owner }]];
  if (place === '#') return call.named.filter(({ key }) => /^\d+$/.test(key)).map(({ template }) => template);
  if (place === 'STREAMS') return call.arguments.filter((_, index) => index > 0 && call.arguments[index - 1]?.[0] === 'STREAMS');
  if (place !== '>') return member(place);
  return call.named.filter(({ key, template }) => key !== 'id' && template.length === 1 && /^(?:>|\$|0|0-0)$/.test(String(template[0]))).map(({ key }) => [{ from: 'name', name: key, otherwise: [key] }]);
}

/** The topics that a text names, as far as the code and its configuration tell, each with the variable that it comes from. */
export function topicsAt(caller: Caller, path: string, template: Template): { topic: string; variable: string | undefined }[] {
  const found: { topic: string; variable: string | undefined }[] = [];
  const [part] = template;
  for (const { text, variables, names } of caller.resolver.resolve(template, path).slice(0, 2)) {
    const constant = template.length === 1 && typeof part === 'object' && part !== null && /^[A-Z]/.test(part.name) && !/^(?:event|message)_?(?:type|name|id|key)$/i.test(part.name) && (variableName.test(part.name) || /topic|queue|exchange|event|channel|subject/i.test(part.name)) ? part.name : undefined;
    const key = template.length === 1 && typeof part === 'object' && part?.from === 'setting' && part.otherwise === undefined ? part.name : undefined;
    const topicName = text.replace(/\*/g, '') === '' ? (variables[0] ?? key ?? names.find((one) => one.includes('.')) ?? constant) : text;
    if (topicName !== undefined) found.push(...(topicName === text ? topicName.split(',') : [topicName]).map(plainTopic).map((one) => ({ topic: one, variable: variables[0] ?? names.find((name) => variableName.test(name) && caller.code.some(({ env }) => env.some((read) => read.name === name))) })));
  }
  return found;
}

/** Whether a text may be what a topic is called. */
export function isTopic(text: string): boolean {
  return /^[\w.:/#+>$*{}@-]{2,120}$/.test(text) && !/^[*.#/:+>-]+$/.test(text) && !/^(true|false|null|\d+|utf-?8|direct|topic|fanout|headers|id|to|from|data|message|error)$/i.test(text) && (variableName.test(text) || /[a-z]/i.test(text));
}

/** Whether a name says that it is one of a topic, and not which. */
export function isGeneric(name: string): boolean {
  return /^(?:topic|queue|exchange|subject|channel|stream|routing_?key)(?:_?name)?$/i.test(name);
}
