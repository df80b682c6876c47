import { posix } from 'node:path';
import { asData, asText, readJson, readToml } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Platform } from './hosted.ts';
import { commandOf, variablesOf } from './hosted.ts';

/** Netlify (documentation, "File-based configuration"). */
export const netlify: Platform = {
  names: /^netlify\.toml$/,
  read(tree, file) {
    const netlify = readToml(tree, file) ?? {};
    const build = asData(netlify['build']);
    const directory = within(posix.dirname(file), asText(build['base'])?.replace(/^\//, '') || '.');
    return [{ directory, build: commandOf(build['command']), staticDir: asText(build['publish']), variables: variablesOf(build['environment']) }];
  },
};

/** Vercel (documentation, "Static configuration with vercel.json"). */
export const vercel: Platform = {
  names: /^vercel\.json$/,
  read(tree, file) {
    const project = readJson(tree, file) ?? {};
    return [{ directory: posix.dirname(file), install: commandOf(project['installCommand']), build: commandOf(project['buildCommand']), staticDir: asText(project['outputDirectory']), variables: variablesOf(project['env']) }];
  },
};
