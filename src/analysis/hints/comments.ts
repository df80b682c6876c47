import { basename, extname } from 'node:path';
import { languageOf } from '../syntax/languages.ts';
import { toldBy } from '../survey/told.ts';
import { isTestPath } from '../tree/ignored.ts';
import type { Tree } from '../tree/tree.ts';
import type { CommentHint } from './comment-hint.ts';

const marker = '@stratoswarm:';

/**
 * The marker at a line's beginning, alone or behind what opens or goes on with a comment in any language that is known; or, behind code, after what opens a
 * comment there. Between that and the marker there is nothing else, so a string or a sentence that holds the word is no hint.
 */
const comment = /(?:^\s*(?:\/\/[/!]?|\/\*+!?|#+|--|;+|%+|<!--|\(\*|\{-|\{#|<%--|'|"{3}|'{3}|\*|REM\b|rem\b|dnl\b|!|\.\.)?|\s(?:\/\/[/!]?|\/\*+!?|#+|--|;+|%+|<!--|\(\*|\{-|\{#|<%--))\s*@stratoswarm:\s*(.+?)\s*(?:\*\/|-->|\*\)|-\}|#\}|--%>|"{3}|'{3})?\s*$/;

/** Files without code of a language in which hints are looked for, too. */
const textual = new Set(['.yml', '.yaml', '.toml', '.ini', '.cfg', '.conf', '.properties', '.env', '.html', '.htm', '.css', '.scss', '.less', '.sql', '.md', '.mdx', '.rst', '.xml', '.tf', '.hcl', '.gradle', '.proto', '.graphql', '.lua', '.r', '.jl', '.pl', '.pm', '.nix', '.vim', '.bat', '.ps1', '.tex', '.f90', '.vb', '.asm', '.el', '.lisp', '.scm', '.ml', '.mli', '.erl', '.nim', '.zig', '.pas', '.adb', '.cob']);
const named = /^(Dockerfile|Containerfile|Makefile|Procfile|Gemfile|Rakefile|Caddyfile|Vagrantfile|Jenkinsfile|CMakeLists\.txt|Justfile|justfile|requirements.*\.txt|\.env.*)/;

/** Every hint in comments of the app's own files; those of tests are none. */
export function commentHints(tree: Tree): CommentHint[] {
  return tree.files.flatMap((file) => {
    const told = toldBy(tree, file);
    if (told || !mayHint(file)) return told?.hints ?? [];
    const text = tree.textOnce(file);
    return text === undefined ? [] : hintsIn(file, text);
  });
}

/** Whether hints are looked for in a file of this name. */
export function mayHint(file: string): boolean {
  return !isTestPath(file) && (languageOf(file) !== undefined || textual.has(extname(file).toLowerCase()) || named.test(basename(file)));
}

/** The hints in the text of a file. */
export function hintsIn(file: string, text: string): CommentHint[] {
  if (!text.includes(marker)) return [];
  return text.split('\n').flatMap((content, index) => {
    if (!content.includes(marker) || content.length > 2000 || isProse(file, content)) return [];
    const [, said] = comment.exec(content) ?? [];
    return said === undefined ? [] : said.split(/\s*,\s*(?=[a-z][\w:-]*(?:=|\s*(?:,|$)))/).map((hint) => ({ file, line: index + 1, text: hint.trim() }));
  });
}

/** In text for people, a hint that is shown as an example is none: only a comment of the page counts. */
function isProse(file: string, line: string): boolean {
  return /\.(md|mdx|rst)$/i.test(file) && !/^\s*(<!--|\.\.)\s*@stratoswarm:/.test(line);
}
