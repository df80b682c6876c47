import { build } from 'esbuild';

/** The program that bundles the web page: `node bundle-console.ts ENTRY OUTPUT-DIRECTORY`. */
const [entry, directory] = process.argv.slice(2) as [string, string];
await build({
  entryPoints: [entry], outdir: directory, entryNames: 'assets/[name]', bundle: true, minify: true, format: 'esm', jsx: 'automatic', target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"' }, logLevel: 'error',
});
