import { createRequire } from 'node:module';
import { posix } from 'node:path';
import type { Instruction, ModifiableInstruction } from 'dockerfile-ast';
import { perPath } from '../tree/remembered.ts';

const load = createRequire(import.meta.url);

/** What the last stage of a Dockerfile says. */
export interface Dockerfile {
  file: string;
  base: string;
  baseLine: number;
  /** The images of all stages, in their order. */
  images: { image: string; line: number }[];
  workdir: string;
  /** Null when it has neither CMD nor ENTRYPOINT. */
  command: { words: string[]; form: 'exec' | 'shell'; line: number } | null;
  /** What goes before any command; null when it has no ENTRYPOINT, or one for a shell. */
  entrypoint: string[] | null;
  expose: { port: number; line: number } | null;
  env: { name: string; value: string; line: number }[];
  /** Directories that it declares as volumes. */
  volumes: { path: string; line: number }[];
  /** By which signal a container of it is stopped. */
  stopSignal: { signal: string; line: number } | null;
  /** Path of the health check's request. */
  health: { path: string; line: number } | null;
  /** Sources that any stage copies in from the build's context. */
  copied: string[];
  /** Directories of it that hold all of the build's context. */
  homes: string[];
  /** What its stages run while it is built. */
  runs: string;
  /** Its stages that have a name, each as far as its own lines go. */
  stages: ReadonlyMap<string, Dockerfile>;
}

/** A Dockerfile as it is when an image is made of one of its stages; as it stands where it has none of that name. */
export function atStage(dockerfile: Dockerfile, name: string | undefined): Dockerfile {
  const stage = name === undefined ? undefined : dockerfile.stages.get(name);
  return stage ? { ...stage, copied: dockerfile.copied, runs: dockerfile.runs, images: dockerfile.images, stages: dockerfile.stages } : dockerfile;
}

/** The parser takes the square of a comment's length, and of their number at the beginning. */
function withShortComments(text: string): string {
  let comments = 0;
  return text.split('\n').map((line) => (!line.trimStart().startsWith('#') ? line : ++comments > mostComments ? '' : line.slice(0, longestComment))).join('\n');
}

const longestComment = 200;
const mostComments = 1000;
/** A stage is given a copy of what the one that it stands on knows: variables beyond these are left out, and stages beyond these know nothing of others. */
const mostVariables = 1000;
const mostStages = 200;
const mostVolumes = 20;

/** Reads a Dockerfile, once for all who ask; undefined when it cannot be read. */
export const readDockerfile = perPath((tree, file): Dockerfile | undefined => {
  const text = tree.text(file);
  if (text === undefined) return undefined;
  const { DockerfileParser } = load('dockerfile-ast') as typeof import('dockerfile-ast');
  const result: Dockerfile = { file, base: '', baseLine: 1, images: [], runs: '', workdir: '/', command: null, entrypoint: null, expose: null, env: [], volumes: [], health: null, stopSignal: null, copied: [], homes: [], stages: new Map() };
  const stages = new Map<string, Dockerfile>();
  const globals = new Map<string, string>();
  const values = new Map<Dockerfile, Map<string, string>>();
  let current = result;
  let entrypoint: Dockerfile['command'] = null;
  const expanded = expander();
  for (const instruction of DockerfileParser.parse(withShortComments(text)).getInstructions()) {
    const line = instruction.getRange().start.line + 1;
    const scope = values.get(current) ?? globals;
    const args = instruction.getArguments().map((argument) => expanded(unquoted(argument.getValue()), scope));
    const raw = (instruction.getArgumentsContent() ?? '').replace(/\\\r?\n/g, ' ').trim();
    switch (instruction.getKeyword()) {
      case 'FROM': {
        const image = args.find((word) => !word.startsWith('--')) ?? '';
        const isKept = values.size < mostStages;
        const parent = isKept ? stages.get(image) : undefined;
        const inherited = parent && values.get(parent);
        current = parent ? { ...parent, env: [...parent.env], homes: [...parent.homes], volumes: [...parent.volumes] } : { ...result, homes: [], base: image, baseLine: line, command: null, entrypoint: null, expose: null, env: [], volumes: [], health: null, stopSignal: null, workdir: '/' };
        values.set(current, isKept ? new Map([...globals, ...(inherited ?? [])]) : globals);
        if (!parent) result.images.push({ image, line });
        entrypoint = null;
        const name = /\bas\s+(\S+)\s*$/i.exec(raw)?.[1];
        if (name) stages.set(name, current);
        break;
      }
      case 'WORKDIR':
        current.workdir = (args[0] ?? '/').replace(/\/$/, '') || '/';
        break;
      case 'EXPOSE': {
        const ports = args.filter((word) => !word.endsWith('/udp')).map((word) => Number(/^\d+/.exec(word)?.[0])).filter((port) => port > 0 && port < 65536);
        const port = ports.find((one) => one !== 443) ?? ports[0];
        if (port !== undefined) current.expose ??= { port, line };
        break;
      }
      case 'ARG':
        for (const { name, value } of pairs(raw)) if (scope.size < mostVariables) scope.set(name, expanded(value, scope));
        break;
      case 'ENV':
        for (const { name, value } of pairs(raw)) {
          if (current.env.length >= mostVariables) break;
          const set = expanded(value, scope);
          scope.set(name, set);
          current.env.push({ name, value: set, line });
        }
        break;
      case 'VOLUME':
        for (const path of raw.startsWith('[') ? commandOf(raw, line).words.map((word) => expanded(word, scope)) : args) if (path !== '' && current.volumes.length < mostVolumes) current.volumes.push({ path, line });
        break;
      case 'STOPSIGNAL':
        current.stopSignal = { signal: args[0] ?? '', line };
        break;
      case 'RUN':
        result.runs += `${raw}\n`;
        break;
      case 'COPY':
      case 'ADD':
        addHome(current, instruction, args.filter((word) => !word.startsWith('--')), stages);
        if (!fromStage(instruction)) for (const source of args.filter((word) => !word.startsWith('--')).slice(0, -1)) result.copied.push(source);
        break;
      case 'HEALTHCHECK': {
        const path = /https?:\/\/[^/\s"']+(\/[\w./-]*)/.exec(raw)?.[1];
        if (path && path !== '/') current.health = { path, line };
        break;
      }
      case 'ENTRYPOINT':
        entrypoint = commandOf(raw, line);
        current.command = entrypoint;
        current.entrypoint = entrypoint.form === 'exec' ? entrypoint.words : null;
        break;
      case 'CMD': {
        const command = commandOf(raw, line);
        current.command = entrypoint && entrypoint.form === 'exec' && !isWrapper(entrypoint.words) ? { words: [...entrypoint.words, ...command.words], form: 'exec', line: entrypoint.line } : command;
        break;
      }
      default:
    }
  }
  return current.base === '' ? undefined : { ...current, copied: result.copied, runs: result.runs, images: result.images, stages };
});

function commandOf(raw: string, line: number): { words: string[]; form: 'exec' | 'shell'; line: number } {
  if (raw.startsWith('[')) {
    try {
      const words: unknown = JSON.parse(raw);
      if (Array.isArray(words)) return { words: words.map(String), form: 'exec', line };
    } catch {
      // Docker itself takes a malformed list as a shell command.
    }
  }
  return { words: [raw], form: 'shell', line };
}

/** Scripts that prepare a container and then run what follows. */
export function isWrapper(words: readonly string[]): boolean {
  return /(entrypoint|init)[\w.-]*\.sh$|(^|\/)(docker[-_])?entrypoint$|^(\/usr\/bin\/|\/sbin\/|\/usr\/local\/bin\/)?(tini|dumb-init)$/.test(words[0] ?? '');
}

/** Values do not grow beyond this: variables that hold each other several times would double with every line. */
const longestValue = 20_000;
/** What all values of a Dockerfile together may grow by. */
const mostExpanded = 2_000_000;

/** Replaces `$NAME`, `${NAME}` and `${NAME:-default}` by what is known, in the texts of one Dockerfile; the rest stays as it is written. */
function expander(): (text: string, values: ReadonlyMap<string, string>) => string {
  let left = mostExpanded;
  return (text, values) => {
    let grown = 0;
    return text.replace(/\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g, (whole, plain?: string, braced?: string, fallback?: string) => {
      const value = values.get((plain ?? braced)!) ?? fallback ?? whole;
      grown += value.length;
      left -= value.length;
      return grown > longestValue || left < 0 ? '' : value;
    });
  };
}

function pairs(raw: string): { name: string; value: string }[] {
  const found = [...raw.matchAll(/([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)];
  if (found.length > 0 && /^[A-Za-z_]\w*=/.test(raw)) return found.map((match) => ({ name: match[1]!, value: unquoted(match[2]!) }));
  const single = /^([A-Za-z_]\w*)\s+(.*)$/.exec(raw);
  return single ? [{ name: single[1]!, value: unquoted(single[2]!) }] : [];
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

/**
 * The command as a person would type it in the project's directory: paths in the image's working directory become
 * relative, process supervisors are left out. Undefined when it runs something that only the image has.
 */
export function typedCommand({ command, workdir, base, homes }: Dockerfile): string | undefined {
  if (!command) return undefined;
  let words = command.words;
  while (words.length > 0 && (/^(\/usr\/bin\/|\/sbin\/|\/usr\/local\/bin\/)?(tini|dumb-init)$/.test(words[0]!) || (words[0] === '--' || words[0] === '-g'))) words = words.slice(1);
  if (/^(\/bin\/|\/usr\/bin\/)?(ba)?sh$/.test(words[0] ?? '') && words[1] === '-c') words = [words[2] ?? ''];
  // Images of Deno begin with their program by themselves.
  if (/deno/.test(base) && /^(?:run|task|serve|eval)$/.test(words[0] ?? '')) words = ['deno', ...words];
  const isLine = command.form === 'shell' || (words.length === 1 && /\s/.test(words[0]!));
  const text = isLine ? words[0]!.replace(/^exec\s+/, '') : words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : /^\$\{?\w+/.test(word) ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
  const local = seenFromHome(text, [workdir, ...homes]);
  if (local === '' || (workdir !== '/' && /^\/(?!bin\/|usr\/bin\/env)/.test(local)) || /^(nginx|httpd|apache2|catalina\.sh|supervisord|caddy|\/docker-entrypoint)/.test(local)) return undefined;
  return local;
}

/** A command with the paths in these directories of an image as they are seen from there. */
export function seenFromHome(text: string, homes: readonly string[]): string {
  return [...new Set(homes)].reduce((line, home) => {
    const prefix = home === '/' ? '/' : `${home}/`;
    return line.replace(new RegExp(`(^|[\\s'"=])${RegExp.escape(prefix)}(?=[\\w.])`, 'g'), (_, before: string) => before + (before === '' && !/^(node|python)/.test(line) ? './' : ''));
  }, text);
}

/** What `COPY . /srv/app` says, and `COPY --from=build /srv/app /srv/app` after it. */
function addHome(stage: Dockerfile, instruction: Instruction, words: readonly string[], stages: ReadonlyMap<string, Dockerfile>): void {
  const [source, destination] = words;
  if (words.length !== 2 || destination === undefined || stage.homes.length >= mostHomes) return;
  const from = fromStage(instruction) ? stages.get((instruction as ModifiableInstruction).getFlags().find((flag) => flag.getName() === 'from')?.getValue() ?? '') : undefined;
  const isAll = from ? from.homes.includes(posix.resolve('/', source!)) : !fromStage(instruction) && /^\.\/?$/.test(source!);
  const home = posix.resolve(stage.workdir, destination);
  if (isAll && home !== '/') stage.homes.push(home);
}

const mostHomes = 20;

/** Whether a COPY takes files of another stage or image. The parser tells its flags apart from what it copies. */
function fromStage(instruction: Instruction): boolean {
  return 'getFlags' in instruction && (instruction as ModifiableInstruction).getFlags().some((flag) => flag.getName() === 'from');
}
