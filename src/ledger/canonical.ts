/**
 * JSON in the canonical form of RFC 8785: members sorted by the UTF-16 units of their names, no white space, numbers and strings as ECMAScript writes them.
 * Members that are undefined are left out. What no JSON text in Unicode can hold, a lone surrogate, becomes U+FFFD.
 *
 * @throws TypeError for a number that JSON has not (NaN, infinities: §3.2.2.3 of the RFC), which would otherwise read as null, and for what JSON cannot write, such as a bigint.
 */
export function canonical(value: unknown): string {
  // The engine's own writer takes members in the order in which an object has them, and is several times as fast as the one below.
  const ordered = inOrder(value);
  const text = ordered === unordered ? undefined : JSON.stringify(ordered);
  // A lone surrogate comes out escaped; otherwise only a backslash before “ud” looks so.
  return text === undefined || text.includes('\\ud') ? written(value) : text;
}

/** Whether a text is the canonical one of the value that it stands for. */
export function isCanonical(text: string, value: unknown): boolean {
  try {
    return canonical(value) === text;
  } catch {
    // Such as 1e999, which reads as an infinity.
    return false;
  }
}

/** Stands for what {@link inOrder} has no answer for. */
const unordered = Symbol('unordered');

/**
 * The value itself when all members in it are in order, or else a copy in which they are. {@link unordered} for an object with names that look like
 * numbers, which come first whatever is done, and for what is no plain JSON.
 */
function inOrder(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return isWritten(value) ? value : unordered;
  return Array.isArray(value) ? elementsInOrder(value) : membersInOrder(value as Record<string, unknown>);
}

function elementsInOrder(value: readonly unknown[]): unknown {
  let copy: unknown[] | undefined;
  for (let i = 0; i < value.length; i++) {
    const element = inOrder(value[i]);
    if (element === unordered) return unordered;
    if (element !== value[i]) (copy ??= value.slice())[i] = element;
  }
  return copy ?? value;
}

function membersInOrder(value: Record<string, unknown>): unknown {
  if (typeof value['toJSON'] === 'function') return unordered;
  const names = Object.keys(value);
  let isSorted = true;
  for (let i = 1; isSorted && i < names.length; i++) isSorted = names[i - 1]! < names[i]!;
  let copy: Record<string, unknown> | undefined;
  if (!isSorted) {
    names.sort();
    copy = {};
  }
  for (const name of names) {
    if (!isSorted && (isNumeric(name) || name === '__proto__')) return unordered;
    const member = value[name];
    const ordered = typeof member === 'string' ? member : inOrder(member);
    if (ordered === unordered) return unordered;
    if (copy === undefined && ordered !== member) copy = { ...value };
    if (copy !== undefined) copy[name] = ordered;
  }
  return copy ?? value;
}

/** Whether the engine writes it as it is, and not as something else or nothing. */
function isWritten(value: unknown): boolean {
  return typeof value === 'number' ? Number.isFinite(value) : typeof value !== 'function' && typeof value !== 'symbol';
}

function isNumeric(name: string): boolean {
  const unit = name.charCodeAt(0);
  return unit >= 48 && unit <= 57;
}

/** The same, member by member. */
function written(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} is no number that JSON has`);
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? quoted(value) : (JSON.stringify(value) ?? 'null');
  if (Array.isArray(value)) return `[${Array.from(value, (element) => written(element)).join(',')}]`;
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return written((value as { toJSON(): unknown }).toJSON());
  const members = Object.keys(value).sort().flatMap((name) => {
    const member = (value as Record<string, unknown>)[name];
    return member === undefined ? [] : [`${quoted(name)}:${written(member)}`];
  });
  return `{${members.join(',')}}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
}
