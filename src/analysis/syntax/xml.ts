/** An element of an XML document. */
export interface Element {
  /** Without its namespace's prefix. */
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Element[];
  /** Its own text, without that of its children, trimmed. */
  text: string;
  /** Where it begins, from 1. */
  line: number;
}

const deepest = 100;
const most = 200_000;
const opening = /<([A-Za-z_][\w:.-]*)/y;
const closing = /<\/([\w:.-]+)\s*>/y;
const attribute = /(?<![\w:.-])([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Reads an XML document as people write project files: its root element, or undefined when it has none. Nothing is loaded and
 * no entity is declared: a document type is passed over, and only the five entities of XML itself and characters by their
 * number are replaced. A closing tag without its opening one is passed over, an element that is never closed ends with its
 * parent. Elements beyond 100 levels or 200,000 in all are left out.
 */
export function readXml(text: string): Element | undefined {
  const top: Element = { name: '', attributes: {}, children: [], text: '', line: 1 };
  const open: Element[] = [top];
  const names = new Map<string, number>();
  let line = 1;
  let counted = 0;
  let count = 0;
  let vain = 0;
  for (let at = 0; at < text.length;) {
    const current = open.at(-1)!;
    const next = text.indexOf('<', at);
    const to = next < 0 ? text.length : next;
    if (to > at) current.text += decoded(text.slice(at, to));
    if (next < 0 || vain > 8 * text.length) break;
    const passed = passedOver(text, next);
    if (passed) {
      current.text += passed.data;
      at = passed.end;
      continue;
    }
    closing.lastIndex = opening.lastIndex = next;
    const closed = closing.exec(text);
    if (closed) {
      at = closing.lastIndex;
      const name = local(closed[1]!);
      if (!names.get(name)) continue;
      const from = open.findLastIndex((element, index) => index > 0 && element.name === name);
      for (const element of open.splice(from)) {
        element.text = element.text.trim();
        names.set(element.name, names.get(element.name)! - 1);
      }
      continue;
    }
    const opened = opening.exec(text);
    const end = opened ? tagEnd(text, opening.lastIndex) : -1;
    if (!opened || text[end] !== '>') {
      vain += Math.max(0, end - next);
      at = next + 1;
      continue;
    }
    at = end + 1;
    for (; counted < next; counted++) if (text[counted] === '\n') line++;
    if (++count > most) continue;
    const rest = text.slice(opening.lastIndex, end);
    const element: Element = { name: local(opened[1]!), attributes: attributesOf(rest), children: [], text: '', line };
    if (open.length <= deepest) current.children.push(element);
    if (rest.trimEnd().endsWith('/')) continue;
    open.push(element);
    names.set(element.name, (names.get(element.name) ?? 0) + 1);
  }
  for (const element of open) element.text = element.text.trim();
  return top.children[0];
}

/** A comment, an instruction, a document type or characters as they are, from `at` on: where it ends, and its text. */
function passedOver(text: string, at: number): { end: number; data: string } | undefined {
  const until = (close: string, from: number) => {
    const found = text.indexOf(close, from);
    return found < 0 ? text.length : found + close.length;
  };
  if (text.startsWith('<!--', at)) return { end: until('-->', at + 4), data: '' };
  if (text.startsWith('<?', at)) return { end: until('?>', at + 2), data: '' };
  if (text.startsWith('<![CDATA[', at)) {
    const end = until(']]>', at + 9);
    return { end, data: text.slice(at + 9, end).replace(/\]\]>$/, '') };
  }
  if (!text.startsWith('<!DOCTYPE', at)) return undefined;
  let end = at + 9;
  while (end < text.length && text[end] !== '>') end = text[end] === '[' ? until(']', end) : end + 1;
  return { end: end + 1, data: '' };
}

/** Where a tag ends whose name ends at `from`: at its `>`, or at what no tag has in it. */
function tagEnd(text: string, from: number): number {
  let at = from;
  for (; at < text.length && text[at] !== '<' && text[at] !== '>'; at++) {
    if (text[at] !== '"' && text[at] !== "'") continue;
    at = text.indexOf(text[at]!, at + 1);
    if (at < 0) return text.length;
  }
  return at;
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  for (const match of text.matchAll(attribute)) found[local(match[1]!)] = decoded(match[2] ?? match[3]!);
  return found;
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(named, name) ? named[name]! : whole;
    const code = decimal === undefined ? parseInt(hex!, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The first child of that name. */
export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((one) => one.name === name);
}

/** The element at the end of a path of names, each the first of its kind. */
export function descend(element: Element | undefined, ...path: readonly string[]): Element | undefined {
  return path.reduce<Element | undefined>((at, name) => child(at, name), element);
}

/** All elements of that name at or below one, in their order. */
export function all(element: Element | undefined, name: string): Element[] {
  if (!element) return [];
  return [...(element.name === name ? [element] : []), ...element.children.flatMap((one) => all(one, name))];
}
