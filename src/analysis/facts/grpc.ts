import type { Token } from '../syntax/lexer.ts';
import { isMark } from '../syntax/match.ts';
import { perWord } from '../syntax/words.ts';

/** A gRPC service that code implements or calls, by the name that its `.proto` file gives it. */
export interface GrpcUse {
  service: string;
  role: 'serves' | 'calls';
  line: number;
}

/** How the generated code of each language is used; group 1 is the service. */
const signs: readonly { pattern: RegExp; role: GrpcUse['role'] }[] = [
  { pattern: /^Register(\w+)Server$/, role: 'serves' }, { pattern: /^add_(\w+)Servicer_to_server$/, role: 'serves' }, { pattern: /^(\w+?)(?:Coroutine)?ImplBase$/, role: 'serves' }, { pattern: /^(\w+)Servicer$/, role: 'serves' },
  { pattern: /^New(\w+)Client$/, role: 'calls' }, { pattern: /^(\w+?)(?:Blocking|Future|Async|Coroutine)?Stub$/, role: 'calls' },
];

const telling = /^(?:Register|New|add_)|(?:Base|Stub|Servicer|Client|Server|Grpc|Service|ControllerMethods)$|^(?:new|GrpcMethod)$/;
const isTelling = perWord((word) => telling.test(word));

/** The gRPC services that a file speaks of. Names are only believed when a `.proto` file has them. */
export function grpcOf(tokens: readonly Token[]): GrpcUse[] {
  const uses = new Map<string, GrpcUse>();
  const imported = new Set(tokens.filter(({ text, line }, i) => (text === 'import' || text === 'using') && tokens[i - 1]?.line !== line).map(({ line }) => line));
  // Where it is only brought in counts as long as nothing else is seen.
  const note = (service: string, role: GrpcUse['role'], line: number) => {
    const known = uses.get(`${role} ${service}`);
    if (service !== '' && (known === undefined || imported.has(known.line) && !imported.has(line))) uses.set(`${role} ${service}`, { service, role, line });
  };
  const isLoaded = tokens.some(({ text }) => text === 'loadPackageDefinition');
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== 'word' || !isTelling(token.text)) continue;
    const { text, line } = token;
    const before = tokens[i - 1];
    const after = tokens[i + 1];
    for (const { pattern, role } of signs) {
      const match = pattern.exec(text);
      if (match) note(match[1]!, role, line);
    }
    if (text.endsWith('Grpc') && isMark(after, '.') && /^new\w*Stub$/.test(tokens[i + 2]?.text ?? '')) note(text.slice(0, -4), 'calls', line);
    if (text.endsWith('Grpc') && isMark(after, '.') && tokens[i + 2]?.text === 'bindService') note(text.slice(0, -4), 'serves', line);
    if (text.endsWith('Client') && (isMark(after, '::', '>', '(') || (isMark(after, '.') && tokens[i + 2]?.text === 'new'))) note(text.slice(0, -6), 'calls', line);
    if (text.endsWith('Server') && isMark(after, '::') && /^(new|with_interceptor|from_arc)$/.test(tokens[i + 2]?.text ?? '')) note(text.slice(0, -6), 'serves', line);
    if (text.endsWith('Base') && isMark(before, '.') && tokens[i - 2]?.text === text.slice(0, -4)) note(text.slice(0, -4), 'serves', line);
    if (text === 'Stub' && isMark(before, '::')) note(tokens[i - 2]?.text ?? '', 'calls', line);
    if (text === 'Stub' && isMark(before, '.') && isMark(after, '.') && tokens[i - 2]?.text !== 'GRPC') note(tokens[i - 2]?.text ?? '', 'calls', line);
    if (text === 'Service' && isMark(before, '.') && servesAt(tokens, i)) note(tokens[i - 2]!.text, 'serves', line);
    if (text === 'Service' && isMark(before, '::') && tokens[i - 2]?.kind === 'word' && isMark(tokens[i - 3], '<', '::')) note(tokens[i - 2]!.text, 'serves', line);
    if (text === 'addService' && isMark(after, '(')) for (let at = i + 2; at < i + 10; at++) if (tokens[at]?.kind === 'word' && /^(service|serviceDescriptor)$/.test(tokens[at + 2]?.text ?? '')) note(tokens[at]!.text, 'serves', line);
      else if (at === i + 2 && /Service$/.test(tokens[at]?.text ?? '') && isMark(tokens[at + 1], ',')) note(tokens[at]!.text, 'serves', line);
    if (text === 'GrpcMethod' && isMark(before, '@') && tokens[i + 2]?.kind === 'string') note(tokens[i + 2]!.text, 'serves', line);
    if (text.endsWith('ControllerMethods') && isMark(before, '@')) note(text.slice(0, -17), 'serves', line);
    if (text === 'getService' && isMark(after, '<') && tokens[i + 2]?.text.endsWith('Client')) note(tokens[i + 2]!.text.slice(0, -6), 'calls', line);
    if (text === 'getService' && tokens.slice(i, i + 8).some((next) => next.kind === 'string')) note(tokens.slice(i, i + 8).find((next) => next.kind === 'string')!.text, 'calls', line);
    // A client whose class was made of the `.proto` file when the program began.
    if (isLoaded && text === 'new' && after?.kind === 'word' && isMark(tokens[i + 2], '(')) note(after.text, 'calls', line);
    if (text === 'new' && isMark(tokens[i + 2], '.')) {
      let at = i + 1;
      while (tokens[at]?.kind === 'word' && isMark(tokens[at + 1], '.') && tokens[at + 2]?.kind === 'word') at += 2;
      if (isMark(tokens[at + 1], '(')) note(tokens[at]!.text, 'calls', line);
    }
  }
  return [...uses.values()];
}

/** Tokens of a module's name with all that it is in. */
const longestName = 24;

/** `use GRPC.Server, service: Shop.Orders.Service`, and not the client that is made of the same. */
function servesAt(tokens: readonly Token[], i: number): boolean {
  let at = i;
  while (at > i - longestName && tokens[at]?.kind === 'word' && isMark(tokens[at - 1], '.') && tokens[at - 2]?.kind === 'word') at -= 2;
  return at < i && tokens[at - 2]?.text === 'service' && tokens[at - 4]?.text === 'Server' && tokens[at - 6]?.text === 'GRPC';
}
