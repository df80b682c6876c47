/**
 * JSON in the canonical form of RFC 8785: members sorted by the UTF-16 units of their names, no white space, numbers and strings as ECMAScript writes them.
 * Members that are undefined are left out. What no JSON text in Unicode can hold, a lone surrogate, becomes U+FFFD.
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? quoted(value) : (JSON.stringify(value) ?? 'null');
  if (Array.isArray(value)) {
    let text = '[';
    for (let i = 0; i < value.length; i++) text += i === 0 ? canonical(value[i]) : `,${canonical(value[i])}`;
    return `${text}]`;
  }
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return canonical((value as { toJSON(): unknown }).toJSON());
  const names = Object.keys(value);
  // Names in literals are mostly in order: no need to sort what is sorted.
  for (let i = 1; i < names.length; i++) {
    if (names[i - 1]! > names[i]!) {
      names.sort();
      break;
    }
  }
  let text = '{';
  for (const name of names) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) text += `${text.length > 1 ? ',' : ''}${quoted(name)}:${canonical(member)}`;
  }
  return `${text}}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
}
