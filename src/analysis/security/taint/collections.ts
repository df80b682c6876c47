import type { Value } from './value.ts';
import { constant, dangers, known, listOf, merged, unknown, withField, withTaint } from './value.ts';

/** What a method of a list, a map or a builder of text gives back, and what becomes of the thing itself. */
export interface Effect {
  result: Value;
  /** The thing after the call, when that changed it. */
  self?: Value;
}

/** The effect of a method on a collection as far as its contents are known; undefined when the method is none of theirs. */
export function collectionMethod(name: string, self: Value, args: readonly Value[]): Effect | undefined {
  const [first, second] = args;
  switch (name) {
    case 'add': case 'addLast': case 'addElement': case 'offer': case 'append': case 'Add': case 'Append': case 'Push': case 'Enqueue': case 'unshift': case 'offerLast': case 'AppendLine': case 'AppendFormat': case 'WriteString': case 'insert': case 'Insert': case 'addAll': case 'extend': case 'concat': case 'AddRange': case 'write':
      return first === undefined ? undefined : added(name, self, args);
    case 'push': case 'addFirst': if (/Deque|LinkedList/.test(self.type ?? '') && first !== undefined) return added('addFirst', self, args);
      return first === undefined ? undefined : added(name, self, args);
    case 'peek': case 'element': case 'getFirst': case 'peekFirst': case 'firstElement': case 'getLast': case 'peekLast': case 'lastElement': {
      if (!self.items || args.length > 0) return undefined;
      const last = /Last|lastElement/.test(name) || (name === 'peek' && self.type === 'Stack');
      return { result: self.items.at(last ? -1 : 0) ?? unknown };
    }
    case 'put': case 'set': case 'setProperty': case 'putIfAbsent': case 'Set': case 'setdefault': case 'store': {
      if (first === undefined || second === undefined) return undefined;
      const key = known(first);
      if (self.items && typeof key === 'number') return { result: unknown, self: key < self.items.length ? { ...self, items: self.items.map((item, i) => (i === key ? second : item)) } : withTaint(self, second) };
      if (key === undefined) return { result: self, self: withTaint(withTaint(self, second), first) };
      return { result: self, self: withField(self, String(key), second) };
    }
    case 'get': case 'getOrDefault': case 'getProperty': case 'fetch': case 'elementAt': case 'at': case 'dig': case 'ElementAt': case 'Get': {
      if (first === undefined) return undefined;
      if (!self.fields && !self.items) return undefined;
      const found = partOf(self, first);
      return { result: found ?? second ?? unknown };
    }
    case 'remove': case 'removeAt': case 'RemoveAt': case 'pop': case 'shift': case 'poll': case 'removeFirst': case 'removeLast': case 'delete': case 'Remove': {
      if (self.fields && first !== undefined && typeof known(first) === 'string') {
        const fields = new Map(self.fields);
        fields.delete(String(known(first)));
        return { result: partOf(self, first) ?? unknown, self: { ...self, fields } };
      }
      if (!self.items) return undefined;
      const at = first === undefined ? ((name === 'pop' && !/Deque|LinkedList/.test(self.type ?? '')) || name === 'removeLast' ? self.items.length - 1 : 0) : known(first);
      if (typeof at !== 'number') return { result: merged(self.items), self: withTaint({ ...self, items: null }, merged(self.items)) };
      return { result: self.items[at] ?? unknown, self: { ...self, items: self.items.filter((_, i) => i !== at) } };
    }
    case 'clear': case 'Clear': return { result: unknown, self: { ...unknown, type: self.type, items: self.items ? [] : null, fields: self.fields ? new Map() : null } };
    case 'setLength': return { result: unknown, self: known(first ?? unknown) === 0 ? { ...constant(''), type: self.type } : self };
    case 'size': case 'length': case 'count': return self.items && self.taint === 0 ? { result: constant(self.items.length) } : { result: unknown };
    default: return undefined;
  }
}

function added(name: string, self: Value, args: readonly Value[]): Effect {
  const last = args.at(-1)!;
  if (self.items) {
    if (name === 'addAll' || name === 'extend' || name === 'concat' || name === 'AddRange') {
      const items = last.items ? [...self.items, ...last.items] : null;
      const after = items ? { ...self, items } : withTaint(self, last);
      return { result: name === 'concat' ? after : unknown, ...(name !== 'concat' && { self: after }) };
    }
    const at = args.length === 2 ? known(args[0]!) : name === 'unshift' || name === 'addFirst' ? 0 : self.items.length;
    if (typeof at !== 'number') return { result: unknown, self: withTaint(self, last) };
    const items = [...self.items.slice(0, at), last, ...self.items.slice(at)];
    return { result: unknown, self: items.length > 64 ? withTaint({ ...self, items: null }, merged(items)) : { ...self, items } };
  }
  if (name === 'concat') return { result: text(self, args) };
  const after = { ...text(self, args), type: self.type };
  return { result: after, self: after };
}

/** A text with more at its end. */
function text(self: Value, args: readonly Value[]): Value {
  const before = known(self);
  const more = known(args.at(-1)!);
  const all = merged([self, ...args]);
  if (all.taint === 0 && typeof before === 'string' && more !== undefined && args.length === 1 && before.length < 10_000) return constant(before + String(more));
  return { ...all, type: self.type, fields: self.fields };
}

/** The part of a collection under a key; undefined when there is none under it, all when the key is not known. */
export function partOf(self: Value, key: Value): Value | undefined {
  const at = known(key);
  const own: Value = self.taint === 0 ? unknown : { ...unknown, taint: self.taint, from: self.from };
  if (at === undefined) return merged([self, key.taint === 0 ? unknown : self]);
  if (self.items && typeof at === 'number') return self.items[at < 0 ? self.items.length + at : at] ?? self.fields?.get(String(at)) ?? own;
  const found = self.fields?.get(String(at));
  if (found) return found;
  if (self.taint !== 0) return own;
  return self.fields || self.items ? undefined : unknown;
}

/** What one runs through: the union of all elements. */
export function elementOf(over: Value): Value {
  if (over.items && over.items.length > 0 && over.taint === 0) return over.items.length === 1 ? over.items[0]! : merged(over.items);
  return dangers(over) === 0 ? unknown : merged([over]);
}

const lists = /^(?:ArrayList|LinkedList|Vector|Stack|ArrayDeque|List|Array|CopyOnWriteArrayList|Queue|Deque|PriorityQueue|HashSet|TreeSet|LinkedHashSet|Set)$/;
const maps = /^(?:HashMap|Hashtable|TreeMap|LinkedHashMap|ConcurrentHashMap|Map|Properties|Dictionary|NameValueCollection|OrderedDict|Hash|URLSearchParams|FormData)$/;
const builders = /^(?:StringBuilder|StringBuffer|String|StringWriter)$/;

/** A new collection or text; undefined for anything else. */
export function madeCollection(type: string, args: readonly Value[]): Value | undefined {
  const [first] = args;
  const capacity = first !== undefined && typeof known(first) === 'number';
  if (lists.test(type)) return { ...(first?.items ? first : first && !capacity ? merged([first]) : listOf([])), type };
  if (maps.test(type)) return { ...(first?.fields ? first : { ...(first && !capacity ? merged([first]) : unknown), fields: new Map() }), type };
  if (builders.test(type)) return { ...(first && !capacity ? { ...merged([first]), options: first.options } : constant('')), type };
  return undefined;
}
