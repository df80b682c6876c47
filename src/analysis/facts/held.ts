import type { Token } from '../syntax/lexer.ts';
import { closerOf, columnOf, isMark } from '../syntax/match.ts';

/** A container of a whole file or class that functions change while the program runs: what it holds is nowhere else. */
export interface Held {
  name: string;
  line: number;
}

/** Containers that are empty at first, or have something to begin with, by what makes them. */
const containers = /^(Map|Set|Array|dict|list|set|defaultdict|deque|OrderedDict|Counter|HashMap|LinkedHashMap|TreeMap|ConcurrentHashMap|ConcurrentSkipListMap|ArrayList|LinkedList|CopyOnWriteArrayList|HashSet|ConcurrentLinkedQueue|ConcurrentLinkedDeque|Dictionary|ConcurrentDictionary|ConcurrentBag|ConcurrentQueue|List|SortedDictionary|mutableListOf|mutableMapOf|mutableSetOf|TrieMap|BTreeMap|Vec|VecDeque|DashMap|Hash|make)$/;
/** Methods that change a container. */
const changes = /^(push|unshift|splice|pop|shift|set|add|delete|append|insert|extend|update|setdefault|remove|discard|put|putIfAbsent|computeIfAbsent|compute|merge|offer|removeIf|Add|TryAdd|AddOrUpdate|GetOrAdd|Remove|RemoveAll|TryRemove|Enqueue|appendleft|push_back|removeAt)$/;
/** What is kept so only to be quicker, or is filled when the program starts. */
const notKept = /cache|memo|regist|handler|route|plugin|metric|middleware|listener|hook|option|config|error|client|socket|connection|subscri|limit|rate|ping|attempt|mock|import|export|module/i;
/** Words before a field of a class. */
const ofClass = /^(private|protected|public|internal|static|final|readonly|lateinit)$/;
/** Tokens between such a word, or a name, and the `=`: types. */
const longestType = 16;

/** What code keeps in memory from one request to the next, as far as its names show it. */
export function heldIn(language: string, tokens: readonly Token[], text: string): Held[] {
  if (language === 'rust') return lockedIn(tokens);
  const isWhole = wholes[language];
  if (!isWhole) return [];
  const depths = depthsOf(tokens);
  /** By name: where it is declared, and brackets around everything that may change it. */
  const held = new Map<string, { at: number; outer: number }>();
  for (let i = 1; i + 1 < tokens.length; i++) {
    const name = language === 'go' ? goContainer(tokens, i) : madeAt(tokens, i);
    if (name === undefined || notKept.test(tokens[name]!.text)) continue;
    if (isWhole(tokens, name, depths[name]!, text)) held.set(tokens[name]!.text, { at: name, outer: language === 'go' ? 0 : depths[name]! });
  }
  if (held.size === 0) return [];
  const changed = new Set<string>();
  for (let i = 0; i + 1 < tokens.length; i++) {
    const own = tokens[i]!.kind === 'word' ? held.get(tokens[i]!.text) : undefined;
    if (own !== undefined && own.at !== i && isInside(language, tokens, i, depths[i]! - own.outer, text) && isChanged(tokens, i)) changed.add(tokens[i]!.text);
  }
  return [...held].filter(([name]) => changed.has(name)).map(([name, { at }]) => ({ name, line: tokens[at]!.line }));
}

/** Rust shares nothing but what is behind a lock: `Mutex<HashMap<…>>`, `RwLock::new(Vec::new())`. */
function lockedIn(tokens: readonly Token[]): Held[] {
  for (let i = 0; i + 1 < tokens.length; i++) {
    if (!/^(Mutex|RwLock)$/.test(tokens[i]!.text)) continue;
    const inside = tokens.slice(i + 1, i + 5).find(({ kind, text }) => kind === 'word' && containers.test(text));
    if (inside) return [{ name: `${tokens[i]!.text}<${inside.text}>`, line: tokens[i]!.line }];
  }
  return [];
}

type IsWhole = (tokens: readonly Token[], name: number, depth: number, text: string) => boolean;

const atTop: IsWhole = (tokens, name, depth) => depth === 0 && !isMark(tokens[name - 1], '.');
const atLineStart: IsWhole = (tokens, name, depth, text) => depth === 0 && columnOf(tokens[name]!, text) === 0;
const asField: IsWhole = (tokens, name) => {
  for (let i = name - 1; i >= 0 && i > name - longestType && !isMark(tokens[i], ';', '{', '}', ')'); i--) if (ofClass.test(tokens[i]!.text)) return true;
  return false;
};

/** Whether a name belongs to the whole file, or to a class, by language. Those whose requests share no memory (PHP) are left out, and those that keep it in processes of their own (Elixir). */
const wholes: Readonly<Record<string, IsWhole>> = {
  javascript: atTop, typescript: (...at) => atTop(...at) || asField(...at), dart: atTop, go: (tokens, name, depth) => depth === 0 || (depth === 1 && isInList(tokens, name)), python: atLineStart, ruby: (tokens, name) => /^(\$|@@|[A-Z])/.test(tokens[name]!.text), java: asField, kotlin: (...at) => atTop(...at) || asField(...at), scala: asField, groovy: asField, csharp: asField,
};

/** Go: in the brackets of `var (…)` or of a structure, and in no function. */
function isInList(tokens: readonly Token[], at: number): boolean {
  let depth = 0;
  for (let i = at; i > 0; i--) {
    if (isMark(tokens[i], ')', ']', '}')) depth++;
    else if (isMark(tokens[i], '(', '[', '{') && depth-- === 0) return /^(var|struct)$/.test(tokens[i - 1]!.text);
  }
  return false;
}

/** How many brackets are open at each token. */
function depthsOf(tokens: readonly Token[]): Int32Array {
  const depths = new Int32Array(tokens.length);
  let depth = 0;
  tokens.forEach((token, i) => {
    if (isMark(token, ')', ']', '}')) depth = Math.max(0, depth - 1);
    depths[i] = depth;
    if (isMark(token, '(', '[', '{')) depth++;
  });
  return depths;
}

/** The name that is given a container at the `=` here: `const users: Map<string, User> = new Map()`, `Map<String, User> users = new HashMap<>()`. */
function madeAt(tokens: readonly Token[], equals: number): number | undefined {
  if (!isMark(tokens[equals], '=') || !makesContainer(tokens, equals + 1)) return undefined;
  for (let i = equals - 1; i > 0 && i > equals - longestType && !isMark(tokens[i], ';', '{', '}', ')'); i--) if (isMark(tokens[i], ':')) return tokens[i - 1]!.kind === 'word' ? i - 1 : undefined;
  return tokens[equals - 1]!.kind === 'word' ? equals - 1 : undefined;
}

/** Go: a variable of the package, or the field of a structure: `var users = map[string]User{}`, `var users []User`, `items map[string]Item`. */
function goContainer(tokens: readonly Token[], i: number): number | undefined {
  if (tokens[i]!.kind !== 'word') return undefined;
  const type = isMark(tokens[i + 1], '=') ? i + 2 : i + 1;
  const isMap = (tokens[type]?.text === 'map' || (tokens[type]?.text === 'make' && tokens[type + 2]?.text === 'map'));
  return isMap || (tokens[i - 1]!.text === 'var' && isMark(tokens[type], '[')) ? i : undefined;
}

function makesContainer(tokens: readonly Token[], at: number): boolean {
  if (isMark(tokens[at], '[', '{')) return !isMark(tokens[closerOf(tokens, at) + 1], '=', '.');
  const first = tokens[at]?.text === 'new' ? at + 1 : at;
  let last = first;
  while (isMark(tokens[last + 1], '.', '::') && tokens[last + 2]?.kind === 'word') last += 2;
  const made = tokens.slice(first, last + 1).some(({ kind, text }) => kind === 'word' && containers.test(text));
  return made && isMark(tokens[last + 1], '(', '<', '[', '{') || (tokens[first]?.text === 'map' && isMark(tokens[first + 1], '['));
}

/** Whether a token is in a function: in Python on an indented line, elsewhere in more brackets than what it speaks of. */
function isInside(language: string, tokens: readonly Token[], i: number, depth: number, text: string): boolean {
  if (language !== 'python' && language !== 'ruby') return depth > 0;
  const start = text.lastIndexOf('\n', tokens[i]!.at - 1) + 1;
  return text[start] === ' ' || text[start] === '\t';
}

/** `users.push(`, `users[id] =`, `users = append(users,`, `users << user`, `del users[id]`, `delete(users, id)`. */
function isChanged(tokens: readonly Token[], i: number): boolean {
  const next = tokens[i + 1];
  if (isMark(next, '.', '?.')) return changes.test(tokens[i + 2]?.text ?? '') && isMark(tokens[i + 3], '(');
  if (isMark(next, '[')) return /^(del|delete)$/.test(tokens[i - 1]?.text ?? '') || isMark(tokens[closerOf(tokens, i + 1) + 1], '=', '+=', '||=', '??=');
  if (isMark(next, '<')) return isMark(tokens[i + 2], '<');
  if (isMark(next, '=')) return tokens[i + 2]?.text === 'append' || tokens[i + 2]?.text === tokens[i]!.text || isMark(tokens[i + 2], '[');
  return isMark(tokens[i - 1], '(') && tokens[i - 2]?.text === 'delete';
}
