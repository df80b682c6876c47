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
const token = /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)|<\?[\s\S]*?(?:\?>|$)|<!DOCTYPE(?:[^[>]|\[[\s\S]*?\])*>|<\/([\w:.-]+)\s*>|<([A-Za-z_][\w:.-]*)((?:[^"'<>]|"[^"]*"|'[^']*')*)>|[^<]+|</g;
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
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
  let line = 1;
  let count = 0;
  for (const match of text.matchAll(token)) {
    const [whole, data, closed, opened, rest] = match;
    const current = open.at(-1)!;
    if (opened !== undefined && ++count <= most) {
      const element: Element = { name: local(opened), attributes: attributesOf(rest!), children: [], text: '', line };
      if (open.length <= deepest) current.children.push(element);
      if (!rest!.trimEnd().endsWith('/')) open.push(element);
    } else if (closed !== undefined) {
      const at = open.findLastIndex((element, index) => index > 0 && element.name === local(closed));
      if (at > 0) for (const element of open.splice(at)) element.text = element.text.trim();
    } else if (data !== undefined) current.text += data;
    else if (!whole.startsWith('<')) current.text += decoded(whole);
    for (let at = whole.indexOf('\n'); at >= 0; at = whole.indexOf('\n', at + 1)) line++;
  }
  for (const element of open) element.text = element.text.trim();
  return top.children[0];
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
