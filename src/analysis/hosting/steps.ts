import { posix } from 'node:path';
import { runsOnce } from '../platforms/command-kind.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** What installs packages, and does nothing else. */
const installs = /^(?:(?:(?:pipenv run )?python(?:\d[\d.]*)? -m )?pip3? install\b|pipenv --python\b|npm (?:ci|i|install)\b(?!.*\s-g)|yarn(?: install)?(?: --\S+)*$|(?:pnpm|bun) (?:i|install)\b|(?:poetry|pipenv|pdm|bundle|composer) install\b|uv (?:sync|pip install)\b|mix deps\.get\b|mix local\.\w+|go mod download\b|dotnet restore\b|corepack enable\b)/;

/** What only tells a package manager how to work. */
const configures = /^(?:bundle|poetry|npm|yarn|pnpm) config\b/;

/** The package manager that a command installs by; undefined for one that any of several could have written its list for. */
export function managerOf(install: string): string | undefined {
  return /^(?:\w+=\S* )*(npm|pnpm|yarn|bun|poetry|pipenv|pdm|uv)\b/.exec(install)?.[1];
}

/** Bundler and its kin before a program. */
const wrapper = /^(?:(?:\w+=\S*|bundle exec|poetry run|uv run|pipenv run|npx|yarn|pnpm(?: exec)?|python3?|php)\s+)+/;

export interface Steps {
  install?: string;
  build?: string;
  release?: string;
}

/**
 * What a platform does with a repository before it starts, told apart: platforms have one line for all of it. Scripts are looked into, as migrations in them find no database while an image is built.
 */
export function stepsOf(tree: Tree, directory: string, command: string): Steps {
  const steps = linesOf(tree, directory, command);
  if (steps === undefined) return { build: command };
  const isInstall = (step: string) => installs.test(step);
  const isRelease = (step: string) => runsOnce(step.replace(wrapper, '')) && !/collectstatic/.test(step);
  // What is set for one of them is so for those after it.
  const isSet = (step: string) => /^export \w+=/.test(step);
  const join = (some: string[]) => (some.length > 0 ? [...steps.filter(isSet), ...some].join(' && ') : undefined);
  const [install, release] = [join(steps.filter(isInstall)), join(steps.filter(isRelease))];
  const build = join(steps.filter((step) => !isInstall(step) && !isRelease(step) && !configures.test(step) && !isSet(step)));
  return { ...(install !== undefined && { install }), ...(build !== undefined && { build }), ...(release !== undefined && { release }) };
}

/** The commands of a line, one after the other, with those of a script in place of it; undefined for what is more than a sequence. */
function linesOf(tree: Tree, directory: string, command: string): string[] | undefined {
  const quoted = [...command.matchAll(/"[^"]*"|'[^']*'/g)].map(([text]) => text);
  if (/[|(`]|\$\(|<</.test(command) || quoted.some((text) => /&&|;/.test(text))) return undefined;
  const all: string[] = [];
  // Where programs lie on the platform is of no use elsewhere.
  for (const step of command.split(/\s*(?:&&|;|\n)\s*/).filter((one) => one !== '' && !/^export PATH=\S*$/.test(one))) {
    const script = /^(?:(?:ba|z)?sh\s+|\.\/|source\s+)?((?:\.\/)?[\w./-]+\.sh|(?:\.\/)?bin\/[\w.-]+)$/.exec(step)?.[1];
    const text = script === undefined ? undefined : tree.text(within(directory, posix.normalize(script)));
    if (text === undefined) all.push(step);
    else {
      const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !/^#|^set [-+]|^echo\b/.test(line));
      if (lines.length > mostLines || lines.some((line) => /[|(`{]|\$\(|<<|\\$|^(?:if|for|while|case|fi|done|esac|else|elif|then|cd|exec|function)\b/.test(line))) return undefined;
      all.push(...lines.flatMap((line) => line.split(/\s*(?:&&|;)\s*/)));
    }
  }
  return all;
}

/** Lines of a script that may be a list of steps. */
const mostLines = 40;
