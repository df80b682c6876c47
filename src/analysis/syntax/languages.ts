/** How the words of a language are told from its comments and strings. */
export interface Lexis {
  lineComments: readonly string[];
  blockComments: readonly (readonly [string, string])[];
  strings: readonly StringSyntax[];
  /** Characters besides letters, digits and `_` that belong to a word. */
  wordCharacters?: string;
  /** `/…/` is a regular expression where an operand is expected. */
  regex?: boolean;
  /** `'a` may be a lifetime: a quote without its partner close by opens no string. */
  lifetimes?: boolean;
  /** Only what stands between these is code. */
  inside?: readonly [string, string];
  /** `<<~NAME` and `<<<NAME` open strings that end at a line with that name. */
  heredoc?: boolean;
  /** What begins with a comment's mark and is none: `#[`. */
  noComment?: string;
  /** What stands before a character that stands for itself: `?"`. */
  character?: string;
}

interface StringSyntax {
  open: string;
  close: string;
  /** May it run over a line's end? */
  lines?: boolean;
  /** No backslash escapes. */
  raw?: boolean;
  /** What opens an expression inside: `${`, `#{` or `{`. */
  hole?: string;
  /** Holes count only when the string is prefixed with `f`, `F` or `$`. */
  holePrefix?: RegExp;
}

const double: StringSyntax = { open: '"', close: '"' };
const single: StringSyntax = { open: "'", close: "'" };
const cComments = { lineComments: ['//'], blockComments: [['/*', '*/']] } as const;
const hash = { lineComments: ['#'], blockComments: [] } as const;

const javascript: Lexis = { ...cComments, strings: [{ open: '`', close: '`', lines: true, hole: '${' }, double, single], wordCharacters: '$#', regex: true };
const f = { hole: '{', holePrefix: /^[rR]?[fF][rR]?$/ };
const python: Lexis = { ...hash, strings: [{ open: '"""', close: '"""', lines: true, ...f }, { open: "'''", close: "'''", lines: true, ...f }, { ...double, ...f }, { ...single, ...f }] };
const ruby: Lexis = { lineComments: ['#'], blockComments: [['\n=begin', '\n=end']], strings: [{ ...double, hole: '#{' }, single, { open: '`', close: '`', hole: '#{' },
  ...[['(', ')'], ['{', '}'], ['[', ']']].flatMap(([open, close]) => ['%q', '%Q', '%r', '%w', '%i', '%W', '%x', '%'].map((kind) => ({ open: `${kind}${open}`, close: close!, lines: true, hole: '#{' }))).filter(({ open }) => open !== '%[' && open !== '%{')], wordCharacters: '@$', heredoc: true, regex: true };
const go: Lexis = { ...cComments, strings: [double, { open: '`', close: '`', lines: true, raw: true }, single] };
const rust: Lexis = { ...cComments, strings: [{ open: 'r#"', close: '"#', lines: true, raw: true }, { ...double, lines: true }, single], lifetimes: true };
const java: Lexis = { ...cComments, strings: [{ open: '"""', close: '"""', lines: true }, double, single] };
const kotlin: Lexis = { ...cComments, strings: [{ open: '"""', close: '"""', lines: true, raw: true, hole: '${' }, { ...double, hole: '${' }, single] };
const php: Lexis = { lineComments: ['//', '#'], blockComments: [['/*', '*/']], strings: [{ ...double, lines: true, hole: '{' }, { ...single, lines: true }], wordCharacters: '$', inside: ['<?', '?>'], heredoc: true, noComment: '#[' };
const csharp: Lexis = { ...cComments, strings: [{ open: '"""', close: '"""', lines: true, raw: true }, { open: '@"', close: '"', lines: true, raw: true }, { ...double, hole: '{', holePrefix: /\$$/ }, single] };
/** `~r/"/`, `~s(it's)`, `~w[a b]`: what stands between the delimiters of a sigil; one in capitals has no holes. */
const sigils: StringSyntax[] = [...'srcwSRCWDTNUHpLEi'].flatMap((letter) => [['"""', '"""'], ['/', '/'], ['|', '|'], ['"', '"'], ["'", "'"], ['(', ')'], ['[', ']'], ['{', '}'], ['<', '>']].map(([open, close]) => ({ open: `~${letter}${open}`, close: close!, lines: true, ...(/[a-z]/.test(letter) ? { hole: '#{' } : {}) })));
const elixir: Lexis = { ...hash, strings: [...sigils, { open: '"""', close: '"""', lines: true, hole: '#{' }, { ...double, lines: true, hole: '#{' }, single], wordCharacters: '@', character: '?' };
const c: Lexis = { ...cComments, strings: [double, single] };
const shell: Lexis = { ...hash, strings: [{ ...double, lines: true }, { ...single, lines: true, raw: true }], wordCharacters: '' };

const lisp: Lexis = { lineComments: [';'], blockComments: [['#|', '|#']], strings: [{ ...double, lines: true }] };
const clojure: Lexis = { lineComments: [';'], blockComments: [], strings: [{ ...double, lines: true }], wordCharacters: '-' };
const perl: Lexis = { ...hash, strings: [double, single], wordCharacters: '$@' };
const rlang: Lexis = { ...hash, strings: [{ ...double, lines: true }, { ...single, lines: true }] };
const scripted: Lexis = { ...hash, strings: [{ open: '"""', close: '"""', lines: true }, double] };
const cobol: Lexis = { lineComments: ['*>'], blockComments: [], strings: [double, single] };

/** The languages that are read, by the extension of their files. Adding one is an entry here. */
export const languagesByExtension: Readonly<Record<string, { language: string; lexis: Lexis }>> = {
  js: { language: 'javascript', lexis: javascript }, mjs: { language: 'javascript', lexis: javascript }, cjs: { language: 'javascript', lexis: javascript }, jsx: { language: 'javascript', lexis: javascript },
  ts: { language: 'typescript', lexis: javascript }, mts: { language: 'typescript', lexis: javascript }, cts: { language: 'typescript', lexis: javascript }, tsx: { language: 'typescript', lexis: javascript },
  vue: { language: 'javascript', lexis: { ...javascript, inside: ['<script', '</script>'] } }, svelte: { language: 'javascript', lexis: { ...javascript, inside: ['<script', '</script>'] } },
  astro: { language: 'javascript', lexis: { ...javascript, inside: ['---\n', '\n---'] } },
  py: { language: 'python', lexis: python }, go: { language: 'go', lexis: go }, rs: { language: 'rust', lexis: rust },
  java: { language: 'java', lexis: java }, kt: { language: 'kotlin', lexis: kotlin }, kts: { language: 'kotlin', lexis: kotlin }, scala: { language: 'scala', lexis: java }, sc: { language: 'scala', lexis: java }, groovy: { language: 'groovy', lexis: { ...java, strings: kotlin.strings } }, clj: { language: 'clojure', lexis: clojure },
  cljc: { language: 'clojure', lexis: clojure }, lisp: { language: 'commonlisp', lexis: lisp }, asd: { language: 'commonlisp', lexis: lisp },
  rb: { language: 'ruby', lexis: ruby }, ru: { language: 'ruby', lexis: ruby }, rake: { language: 'ruby', lexis: ruby }, php: { language: 'php', lexis: php },
  cs: { language: 'csharp', lexis: csharp }, vb: { language: 'vb', lexis: { lineComments: ["'"], blockComments: [], strings: [double] } }, fs: { language: 'fsharp', lexis: { ...csharp, blockComments: [['(*', '*)']], lifetimes: true } },
  ex: { language: 'elixir', lexis: elixir }, exs: { language: 'elixir', lexis: elixir }, cr: { language: 'crystal', lexis: ruby },
  dart: { language: 'dart', lexis: { ...c, strings: [{ ...double, hole: '${' }, { ...single, hole: '${' }] } }, swift: { language: 'swift', lexis: { ...c, strings: [{ open: '"""', close: '"""', lines: true }, double] } },
  gleam: { language: 'gleam', lexis: { ...c, strings: [{ ...double, lines: true }] } }, hs: { language: 'haskell', lexis: { lineComments: ['--'], blockComments: [['{-', '-}']], strings: [double], wordCharacters: "'" } },
  erl: { language: 'erlang', lexis: { lineComments: ['%'], blockComments: [], strings: [{ ...double, lines: true }], character: '$' } }, ml: { language: 'ocaml', lexis: { lineComments: [], blockComments: [['(*', '*)']], strings: [{ ...double, lines: true }] } }, nim: { language: 'nim', lexis: scripted },
  lua: { language: 'lua', lexis: { lineComments: ['--'], blockComments: [['--[[', ']]']], strings: [double, single] } }, jl: { language: 'julia', lexis: scripted }, R: { language: 'r', lexis: rlang }, r: { language: 'r', lexis: rlang },
  pl: { language: 'perl', lexis: perl }, pm: { language: 'perl', lexis: perl }, psgi: { language: 'perl', lexis: perl }, zig: { language: 'zig', lexis: { lineComments: ['//'], blockComments: [], strings: [double] } }, d: { language: 'd', lexis: c }, cob: { language: 'cobol', lexis: cobol }, cbl: { language: 'cobol', lexis: cobol },
  c: { language: 'c', lexis: c }, cc: { language: 'cpp', lexis: c }, cpp: { language: 'cpp', lexis: c }, cxx: { language: 'cpp', lexis: c }, h: { language: 'c', lexis: c }, hpp: { language: 'cpp', lexis: c }, hh: { language: 'cpp', lexis: c }, sh: { language: 'shell', lexis: shell }, bash: { language: 'shell', lexis: shell },
};

/** The language of a file by its name; undefined for what is no code that we read. */
export function languageOf(path: string): { language: string; lexis: Lexis } | undefined {
  const dot = path.lastIndexOf('.');
  const extension = dot < 0 ? '' : path.slice(dot + 1);
  return Object.hasOwn(languagesByExtension, extension) ? languagesByExtension[extension] : undefined;
}
