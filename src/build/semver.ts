/** Version ranges as package managers write them: `>=20`, `20.x`, `^18 || ^20`, `22`, `1.2 - 1.4`, `>=3.10,<4`, `~=3.11`, `lts/*`. */

type Version = readonly [number, number, number];

interface Comparator {
  readonly operator: '<' | '<=' | '>' | '>=' | '!=';
  readonly version: Version;
}

/** Names of Node's long-term lines (nodejs/Release). */
const nodeLines: Record<string, string> = { hydrogen: '18', iron: '20', jod: '22', krypton: '24' };

/** Three numbers of a version: `v20.1` → 20, 1, 0. Undefined when there is none. */
export function parseVersion(text: string): Version | undefined {
  const match = /(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)] : undefined;
}

/** Whether a version is in a range. A range that cannot be understood holds everything: it is somebody's comment, not a bound. */
export function satisfies(version: string, range: string): boolean {
  const found = parseVersion(version);
  if (!found) return false;
  const alternatives = range.split('||').map(comparatorsOf);
  return alternatives.some((comparators) => comparators === undefined || comparators.every((comparator) => holds(found, comparator)));
}

/** The least version that a range allows, for telling too old from too new; undefined when it has no lower bound. */
export function lowest(range: string): string | undefined {
  const bounds = range.split('||').flatMap((part) => (comparatorsOf(part) ?? []).filter((c) => c.operator === '>=' || c.operator === '>').map((c) => c.version));
  return bounds.sort(compare)[0]?.join('.');
}

/** Negative when `a` is the older version. */
export function compareVersions(a: string, b: string): number {
  return compare(parseVersion(a) ?? [0, 0, 0], parseVersion(b) ?? [0, 0, 0]);
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function holds(version: Version, { operator, version: bound }: Comparator): boolean {
  const order = compare(version, bound);
  if (operator === '!=') return order !== 0;
  if (operator.endsWith('=') && order === 0) return true;
  return operator.startsWith('<') ? order < 0 : order > 0;
}

function comparatorsOf(part: string): Comparator[] | undefined {
  const named = part.trim().replace(/^lts\/(\w+)$/i, (_, name: string) => nodeLines[name.toLowerCase()] ?? '*').replace(/^lts\/.*$/i, '*').replace(/^python-?/i, '');
  const text = named.replace(/,/g, ' ').replace(/([<>=!~^]=?)\s+/g, '$1').replace(/(\S+)\s+-\s+(\S+)/, '>=$1 <=$2').trim();
  const comparators: Comparator[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const bounds = boundsOf(word);
    if (!bounds) return undefined;
    comparators.push(...bounds);
  }
  return comparators;
}

function boundsOf(word: string): Comparator[] | undefined {
  if (/^[*xX]$|^(latest|node|current|stable)$/.test(word)) return [];
  const match = /^(\^|~>|~=|~|>=|<=|>|<|!=|===?|=)?v?(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:[-+.].*)?$/.exec(word);
  if (!match) return undefined;
  const [, operator = '', ...raw] = match;
  const parts = raw.map((part) => (part === undefined || /[xX*]/.test(part) ? undefined : Number(part)));
  const [major = 0, minor, patch] = parts;
  const from: Version = [major, minor ?? 0, patch ?? 0];
  /** The first version beyond all that begin with the given numbers. */
  const past: Version = minor === undefined ? [major + 1, 0, 0] : patch === undefined ? [major, minor + 1, 0] : [major, minor, patch + 1];
  const between = (end: Version): Comparator[] => [{ operator: '>=', version: from }, { operator: '<', version: end }];
  switch (operator) {
    case '>=': return [{ operator: '>=', version: from }];
    case '>': return [{ operator: '>=', version: past }];
    case '<': return [{ operator: '<', version: from }];
    case '<=': return [{ operator: '<', version: past }];
    case '!=': return [{ operator: '!=', version: from }];
    case '^': return between(major > 0 || minor === undefined ? [major + 1, 0, 0] : minor > 0 || patch === undefined ? [0, minor + 1, 0] : [0, 0, patch + 1]);
    case '~': return between(minor === undefined ? [major + 1, 0, 0] : [major, minor + 1, 0]);
    case '~>': case '~=': return between(patch === undefined ? [major + 1, 0, 0] : [major, (minor ?? 0) + 1, 0]);
    default: return between(past);
  }
}
