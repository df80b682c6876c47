import type { Claim } from '../draft.ts';
import { seen } from '../draft.ts';
import { asData, asText, lineOf, readJson, readToml } from '../syntax/formats.ts';
import { upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** A runtime's names in the files of version managers. */
interface RuntimeFiles {
  /** Files that hold nothing but the version. */
  files: readonly string[];
  /** Its name in `.tool-versions` and `mise.toml`. */
  tools: readonly string[];
  /** Its name in `runtime.txt`: `python-3.12.1`. */
  prefix?: string;
}

const runtimes: Readonly<Record<string, RuntimeFiles>> = {
  node: { files: ['.nvmrc', '.node-version'], tools: ['nodejs', 'node'] },
  python: { files: ['.python-version'], tools: ['python'], prefix: 'python-' },
  ruby: { files: ['.ruby-version'], tools: ['ruby'], prefix: 'ruby-' },
  go: { files: ['.go-version'], tools: ['golang', 'go'] },
  java: { files: ['.java-version'], tools: ['java'] },
  php: { files: ['.php-version'], tools: ['php'] },
  rust: { files: [], tools: ['rust'] },
  bun: { files: ['.bun-version'], tools: ['bun'] },
  deno: { files: ['.dvmrc', '.deno-version'], tools: ['deno'] },
  elixir: { files: ['.exenv-version', '.elixir-version'], tools: ['elixir'] },
  erlang: { files: ['.erlang-version'], tools: ['erlang'] },
  dart: { files: ['.dart-version'], tools: ['dart', 'flutter'] },
  swift: { files: [], tools: ['swift'] },
  crystal: { files: [], tools: ['crystal'] },
  gleam: { files: ['.gleam-version'], tools: ['gleam'] },
  ghc: { files: [], tools: ['haskell', 'ghc'] },
  zig: { files: [], tools: ['zig'] },
  ocaml: { files: [], tools: ['ocaml'] },
  nim: { files: [], tools: ['nim'] },
  julia: { files: [], tools: ['julia'] },
  r: { files: ['.r-version', '.R-version'], tools: ['R', 'r'] },
  perl: { files: [], tools: ['perl'] },
  lua: { files: ['.lua-version'], tools: ['lua', 'luajit'] },
  dotnet: { files: [], tools: ['dotnet', 'dotnet-core'] },
};

/** Tables of tools with their versions, and the section they are in: mise's, which may list several of a tool, the first for everyday use, and proto's. */
const toolTables: readonly (readonly [file: string, section: string | undefined])[] = [['mise.toml', 'tools'], ['.mise.toml', 'tools'], ['.config/mise.toml', 'tools'], ['.config/mise/config.toml', 'tools'], ['mise/config.toml', 'tools'], ['.prototools', undefined]];

/** The version that version managers' files, in the directory or above, name for a runtime; the surest first. */
export function pinnedVersions(tree: Tree, runtime: string, directory: string): Claim<string>[] {
  const table = runtimes[runtime];
  if (!table) return [];
  const claims: Claim<string>[] = [];
  const add = (version: string | undefined, confidence: number, file: string, line = 1) => {
    const clean = version === undefined ? undefined : cleanVersion(version);
    if (clean) claims.push({ value: clean, confidence, evidence: [seen(file, line, `names ${runtime} ${clean}`)] });
  };
  for (const [distance, above] of upwards(directory).entries()) {
    const sure = distance === 0 ? 0.97 : 0.93;
    for (const name of table.files) add(tree.text(within(above, name))?.split('\n').find((line) => /^\s*[^#\s]/.test(line)), sure, within(above, name));
    const toolVersions = within(above, '.tool-versions');
    for (const [index, line] of (tree.text(toolVersions) ?? '').split('\n').entries()) {
      const [tool, version] = line.trim().split(/\s+/);
      if (tool && table.tools.includes(tool)) add(version, sure, toolVersions, index + 1);
    }
    for (const [name, section] of toolTables) {
      const path = within(above, name);
      const read = readToml(tree, path) ?? {};
      const tools = section === undefined ? read : asData(read[section]);
      for (const tool of table.tools) add(asText([tools[tool]].flat()[0]) ?? asText(asData(tools[tool])['version']), sure, path, lineOf(tree.text(path), new RegExp(`^[ \\t]*"?${tool}"?[ \\t]*=`, 'm')));
    }
    const devbox = within(above, 'devbox.json');
    const packages = readJson(tree, devbox)?.['packages'];
    for (const [tool, version] of Array.isArray(packages) ? packages.map((one) => (asText(one) ?? '').split('@')) : Object.entries(asData(packages))) {
      if (table.tools.includes(String(tool))) add(asText(version) ?? asText(asData(version)['version']), sure - 0.02, devbox, lineOf(tree.text(devbox), `${String(tool)}`));
    }
    const runtimeTxt = within(above, 'runtime.txt');
    const pinned = tree.text(runtimeTxt)?.trim();
    if (table.prefix && pinned?.startsWith(table.prefix)) add(pinned.slice(table.prefix.length), sure, runtimeTxt);
  }
  return claims;
}

/** A runtime as the code asks for it; `asked` is a version or a range. */
export function runtimeAsked(name: string, asked: string | undefined): { name: string; version: string | null; range?: string } {
  const range = asked?.trim();
  const version = range === undefined ? undefined : cleanVersion(range);
  return { name, version: version ?? null, ...(version !== undefined && /[<>=^~*|]|\.x\b| - /.test(range!) && { range: range! }) };
}

/** The long-term releases of Node by their names (nodejs/Release, schedule.json), and what `lts/*` comes down to. */
const nodeReleases: Readonly<Record<string, string>> = { argon: '4', boron: '6', carbon: '8', dubnium: '10', erbium: '12', fermium: '14', gallium: '16', hydrogen: '18', iron: '20', jod: '22', krypton: '24' };
const longTermNode = '24';

/**
 * `v20.11.0`, `>=18 <21`, `^3.11`, `ruby-3.2.2`, `temurin-21.0.1` → the version in it; of a range the lowest that it allows, below an upper bound
 * the one before it. `lts/iron` is its release; undefined for `latest` and the like.
 */
export function cleanVersion(text: string): string | undefined {
  const asked = text.trim().replace(/\s*[#;].*$/, '');
  const named = /^(?:lts[/-])?([a-z]+)$/i.exec(asked)?.[1]?.toLowerCase();
  if (/^(lts(\/(\*|-0)?)?|--lts|lts\/\*)$/i.test(asked)) return longTermNode;
  if (named !== undefined && Object.hasOwn(nodeReleases, named)) return nodeReleases[named];
  const alone = /^<\s*v?(\d+)(?:\.0)*$/.exec(asked)?.[1];
  if (alone !== undefined) return String(Number(alone) - 1);
  const bounded = asked.replace(/<(?!=)\s*v?\d+(\.\d+)*/g, '').replace(/!=\s*\d+(\.\d+)*(\.\*)?/g, '');
  return /(\d+(?:\.\d+){0,3})/.exec(bounded)?.[1];
}
