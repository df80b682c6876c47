import type { Finding } from '../../model/index.ts';
import { toldBy } from '../survey/told.ts';
import type { Token } from '../syntax/lexer.ts';
import { isGenerated, isPublished, isTestPath } from '../tree/ignored.ts';
import type { Tree } from '../tree/tree.ts';
import { weaknessesIn } from './flows.ts';
import { secretsIn } from './secrets/scan.ts';
import { settingWeaknesses } from './settings/settings.ts';
import { World } from './taint/world.ts';
import { viewWeaknesses } from './views/views.ts';

/** What holds no text that people write. */
const opaque = /\.(?:png|jpe?g|gif|ico|icns|webp|avif|bmp|tiff?|psd|woff2?|ttf|otf|eot|mp[34]|m4[av]|ogg|wav|flac|webm|mov|avi|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|ear|class|pyc|so|dylib|dll|exe|a|o|wasm|node|db|sqlite3?|parquet|arrow|npy|npz|h5|onnx|pt|pth|safetensors|bin|dat|csv|tsv|ipynb|geojson|svg|map|snap|pack|idx|keystore|jks|p12|pfx|der|docx?|xlsx?|pptx?)$/i;
/** Most that a plan tells of; the gravest are kept. */
const mostFindings = 500;
const ranks: Readonly<Record<Finding['severity'], number>> = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };

/** What was found in one file. */
export interface Search {
  readonly secrets: readonly Finding[];
  /** Weaknesses in code, views and settings; they are not looked for in tests. */
  readonly weaknesses: readonly Finding[];
}

interface Searched {
  world: World;
  found: Map<string, readonly Finding[]>;
}

const searches = new WeakMap<Tree, Searched>();

/** Files in which something may be found. */
export function isSearched(path: string): boolean {
  return !opaque.test(path);
}

/** Searches a file that somebody reads anyhow, with the tokens that it was cut into: {@link securityFindings} does not read it again. */
export function searchFile(tree: Tree, path: string, text: string, tokens?: readonly Token[]): void {
  let searched = searches.get(tree);
  if (!searched) searches.set(tree, (searched = { world: new World(tree), found: new Map() }));
  if (searched.found.has(path) || toldBy(tree, path)) return;
  const { secrets, weaknesses } = search(tree, path, text, searched.world, tokens);
  searched.found.set(path, [...secrets, ...weaknesses]);
}

/** Searches the text of a file, and remembers nothing. */
export function search(tree: Tree, path: string, text: string, world: World, tokens?: readonly Token[]): Search {
  return { secrets: secretFindings(path, text), weaknesses: isTestPath(path) || isPublished(path, text) ? [] : oneOfEach([...followed(tree, path, text, world, tokens), ...viewWeaknesses(path, text), ...settingWeaknesses(path, text)]) };
}

/** Of several findings by the same rule on one line the first. */
function oneOfEach(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, line }) => !seen.has(`${rule}:${line}`) && seen.add(`${rule}:${line}`));
}

/** What is dangerous in the code of a tree, the gravest first. */
export function securityFindings(tree: Tree, most = mostFindings): Finding[] {
  const findings = tree.files.filter(isSearched).flatMap((path) => {
    const known = toldBy(tree, path)?.findings ?? searches.get(tree)?.found.get(path);
    if (known) return known;
    const text = tree.textOnce(path);
    if (text === undefined || isGenerated(path, text)) return [];
    searchFile(tree, path, text);
    return searches.get(tree)!.found.get(path)!;
  });
  return bySeverity(findings).slice(0, most);
}

/** Why a file is listed that was not searched. */
export const unsearched = 'not searched for weaknesses: there was too much code before it';

/** One file that cannot be followed does not keep the others from it. */
function followed(tree: Tree, path: string, text: string, world: World, tokens?: readonly Token[]): Finding[] {
  let found: Finding[] | undefined;
  try {
    found = weaknessesIn(path, text, world, tokens);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    tree.skip(path, 'too deeply nested to look for weaknesses in it');
    return [];
  }
  if (!found) tree.skip(path, unsearched);
  return found ?? [];
}

export function bySeverity(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => ranks[a.severity] - ranks[b.severity]);
}

/** Texts show tokens and keys of what they tell of. */
const inWriting = /\.(?:mdx?|rst|adoc)$/i;
const shownInTexts = /^(?:JSON web token|private key)/;

/** Secrets of tests are seldom of value: those of a provider's format are told of as less grave, others not. */
function secretFindings(path: string, text: string): Finding[] {
  const inTest = isTestPath(path);
  return secretsIn(path, text).filter(({ format }) => !inTest || format !== 'generic-secret').map(({ what, severity, line, shown, name }): Finding => ({
    rule: 'hard-coded-secret', severity: inTest || (inWriting.test(path) && shownInTexts.test(what)) ? 'low' : severity, file: path, line,
    message: name === undefined ? `${what} in the code: ${shown}` : `${what} in the code, as ${name}: ${shown}`,
    fix: 'revoke it, since everybody who has the code has it, and read the new one from an environment variable',
  }));
}
