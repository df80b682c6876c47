import { basename, dirname } from 'node:path/posix';
import type { Token } from '../syntax/lexer.ts';
import type { EnvRead } from './env-read.ts';
import { recordsOf } from './env-records.ts';
import type { OpenFill, Shape } from './env-shapes.ts';
import { filled } from './env-shapes.ts';
import type { Structs } from './env-structs.ts';
import { structsOfRust } from './env-structs.ts';
import { structsOfGo } from './env-structs-go.ts';
import { structsOfPython } from './env-structs-python.ts';

/** What a file tells of types that libraries fill from the environment. */
export interface Settings {
  reads: EnvRead[];
  /** Types that other files may have filled. */
  shapes: Shape[];
  /** What types of other files are needed for. */
  openFills: OpenFill[];
}

const readers: Readonly<Record<string, (tokens: readonly Token[], text: string) => Structs>> = {
  rust: structsOfRust, go: structsOfGo, python: structsOfPython,
  kotlin: (tokens) => recordsOf('kotlin', tokens), scala: (tokens) => recordsOf('scala', tokens), haskell: (tokens) => recordsOf('haskell', tokens),
};

const variable = /^[A-Z][A-Z0-9_]*$/;

/** Words in names of files, directories and types of settings. */
const aboutSettings = /conf|setting|env|option|param|args|secret|cfg|cli\b/i;

/** The variables that fill types of a file, and what is left for its neighbours to say. */
export function settingsOf(path: string, language: string, tokens: readonly Token[], text: string): Settings {
  const structs = Object.hasOwn(readers, language) ? readers[language]!(tokens, text) : undefined;
  if (!structs) return { reads: [], shapes: [], openFills: [] };
  const byName = new Map(structs.shapes.map((shape) => [shape.name, shape]));
  const done = structs.fills.map((fill) => filled(fill, byName, structs.enums));
  const isAbout = aboutSettings.test(basename(path)) || aboutSettings.test(basename(dirname(path)));
  return {
    reads: done.flatMap(({ reads }) => reads.filter(({ name }) => variable.test(name))),
    shapes: structs.shapes.filter(({ name, fields }) => fields.length > 0 && fields.length <= mostFields && (isAbout || aboutSettings.test(name) || ofSettings.test(name))),
    openFills: done.flatMap(({ open }) => open),
  };
}

/** What types of parts of settings are called where they are not called so. */
const ofSettings = /^(?:App|Application|Api|Server|Http|Https|Grpc|Db|DB|Database|Postgres(?:ql|QL)?|Pg|Mysql|MySQL|Mongo(?:db|DB)?|Redis|Cache|Kafka|Rabbit(?:mq|MQ)?|Amqp|Nats|Mqtt|Auth|Jwt|JWT|OAuth|Session|Log|Logger|Logging|Mail|Mailer|Smtp|SMTP|Email|Cors|Security|Sentry|Telemetry|Tracing|Metrics|Storage|S3|Aws|AWS|Minio|Telegram|Discord|Bot|Queue|Worker|Scheduler|Openai|OpenAI|Llm|Elastic|Search|Service|Client|Web|Frontend|Limits?|Timeouts?|Feature(?:s|Flags)?|Tls|TLS|Ssl)$/;

/** Types with more fields are kept by nobody for others. */
const mostFields = 150;
