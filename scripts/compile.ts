import { createHash } from 'node:crypto';
import { existsSync, globSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';

/**
 * Compiles `src/` into `.runtime/app/`: bundled programs start several times faster and need half the memory of hundreds of modules that are
 * stripped of their types one by one. The programs are `cli/main.ts` and every file that another one names as `new URL('….ts', import.meta.url)`.
 * The command line is started far more often than all else, and is one file of the kind that Node loads soonest.
 */
const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const source = join(root, 'src');
const final = join(root, '.runtime', 'app');
const fresh = `${final}.${process.pid}`;
const named = /new URL\('(\.{1,2}\/[^']+\.ts)', import\.meta\.url\)/g;
const apart = /\.(test|contract|fake|subject|bench|case)\.ts$|\/contract\//;

const files = globSync('**/*.ts', { cwd: source }).map((file) => join(source, file)).filter((file) => !apart.test(file));
const commandLine = join(source, 'cli/main.ts');
const programs = new Set<string>();
const sources = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  sources.update(`${relative(source, file)} ${text.length} ${text}`);
  for (const [, target] of text.matchAll(named)) programs.add(resolve(dirname(file), target!));
}

/** Programs are named where they will be; everything else beside a source file stays where it is. */
const places: Plugin = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8')
        .replace(named, (_, target: string) => `new URL(${JSON.stringify(pathToFileURL(compiled(resolve(dirname(path), target))).href)})`)
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
      return { contents, loader: 'ts' };
    });
  },
};

mkdirSync(fresh, { recursive: true });
try {
  const common: BuildOptions = {
    absWorkingDir: root, outbase: source, outdir: fresh, bundle: true, platform: 'node', target: 'node24', minifySyntax: true, minifyWhitespace: true,
    external: ['esbuild'], plugins: [places], logLevel: 'error', define: { compiledFrom: JSON.stringify(sources.digest('hex')) },
  };
  await Promise.all([
    build({ ...common, entryPoints: [commandLine], format: 'cjs', outExtension: { '.js': '.cjs' } }),
    build({ ...common, entryPoints: [...programs], format: 'esm', splitting: true, banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" } }),
  ]);
  writeFileSync(join(fresh, 'stamp'), `${root}\n`);
  writeFileSync(join(fresh, 'package.json'), '{"type":"module"}\n');
  replace();
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

/** Puts the fresh programs in the place of the old. Whoever else compiled meanwhile did so from the same sources: then theirs stay. */
function replace(): void {
  const old = `${fresh}.old`;
  try {
    if (existsSync(final)) {
      keepParts();
      renameSync(final, old);
    }
    renameSync(fresh, final);
  } catch (error) {
    if (!existsSync(join(final, 'stamp'))) throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** A daemon that runs loads some parts only when they are needed: those of earlier versions stay for a month. Their names hold their hash. */
function keepParts(): void {
  for (const name of readdirSync(final)) {
    const part = join(final, name);
    if (/-[A-Z0-9]{8}\.js$/.test(name) && !existsSync(join(fresh, name)) && statSync(part).mtimeMs > Date.now() - 30 * 24 * 3_600_000) linkSync(part, join(fresh, name));
  }
}

function compiled(file: string): string {
  return join(final, relative(source, file).replace(/\.ts$/, '.js'));
}
