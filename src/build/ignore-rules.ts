import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Never part of an app: version control, and what belongs to the machine on which somebody worked. */
const never = new Set(['.git', '.hg', '.svn', 'node_modules', '__pycache__', '.DS_Store', '.pytest_cache', '.mypy_cache', '.ruff_cache', '.tox']);

/** Files without which no build can be repeated: part of the app even when a rule leaves them out. */
const needed = new RegExp(`^(${[
  'package\\.json', 'package-lock\\.json', 'npm-shrinkwrap\\.json', 'yarn\\.lock', 'pnpm-lock\\.yaml', 'pnpm-workspace\\.yaml', '\\.npmrc', '\\.yarnrc(\\.yml)?', '\\.nvmrc', '\\.node-version',
  'requirements.*\\.txt', 'pyproject\\.toml', 'setup\\.(py|cfg)', 'Pipfile(\\.lock)?', 'poetry\\.lock', 'uv\\.lock', '\\.python-version', 'go\\.(mod|sum|work)', 'Cargo\\.(toml|lock)', 'Gemfile(\\.lock)?',
  'composer\\.(json|lock)', 'pom\\.xml', 'build\\.gradle(\\.kts)?', 'settings\\.gradle(\\.kts)?', 'gradlew', 'mvnw', 'Procfile', 'Dockerfile',
].join('|')})$`);

const ruleFiles = ['.gitignore', '.dockerignore', '.stratoswarmignore'];

/** The rules that hold in one directory: its own, then those of the directories above it. */
export interface Rules {
  /** The directory of the rules, relative to the root; '' for the root. */
  readonly base: string;
  readonly own: Ignore | undefined;
  readonly above: Rules | undefined;
}

/**
 * Reads the rules that begin at a directory of the tree. `.dockerignore` counts only at the root, as for Docker, and only where no `.gitignore` stands beside it: it says what one image goes without, which may be what
 * another service is made of.
 */
export function rulesAt(root: string, base: string, above?: Rules, names: readonly string[] = ruleFiles): Rules {
  const isDockers = base === '' && !existsSync(join(root, '.gitignore'));
  const files = isDockers ? names : names.filter((name) => name !== '.dockerignore');
  const lines = files.flatMap((name) => linesOf(join(root, base, name)));
  return { base, own: lines.length > 0 ? ignore({ allowRelativePaths: true }).add(lines) : undefined, above };
}

/**
 * Whether an entry is left out. `path` is relative to the root. As with git, the rules of the nearest directory win, and
 * what is in a directory that is left out is left out too (it is never asked about).
 */
export function leftOut(rules: Rules, path: string, directory: boolean): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (never.has(name)) return true;
  if (!directory && needed.test(name)) return false;
  for (let at: Rules | undefined = rules; at; at = at.above) {
    if (!at.own) continue;
    const relative = at.base === '' ? path : path.slice(at.base.length + 1);
    const verdict = at.own.test(directory ? `${relative}/` : relative);
    // Ignored only with its directory, which rules further down took back: then these rules say nothing of it.
    if (verdict.ignored && !(relative.includes('/') && at.own.test(relative.slice(0, relative.lastIndexOf('/') + 1)).ignored)) return true;
    if (verdict.unignored) return false;
  }
  return false;
}

/** A `.dockerignore` that leaves out everything and takes single things back describes an image, not the source: it is not used. */
function linesOf(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const lines = text.slice(0, 1 << 18).split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (!file.endsWith('.dockerignore')) return lines;
  return lines.some((line) => /^\/?\*\*?\/?\*?$/.test(line.trim())) ? [] : lines.map(anchored);
}

/** Docker matches from the root; git would match a bare name at any depth. */
function anchored(line: string): string {
  const [, not = '', pattern = ''] = /^(!?)\s*(.*)$/.exec(line.trim()) ?? [];
  return /^(\/|\*\*)/.test(pattern) ? `${not}${pattern}` : `${not}/${pattern.replace(/^\.\//, '')}`;
}
