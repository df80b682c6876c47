import type { EnvRead } from './env-read.ts';
import { inCapitals } from './env-names.ts';

/** A field of a type that a library fills from the environment. */
export interface Field {
  name: string;
  /** The last word of its type, without what says that it may be absent; empty where it holds fields of its own. */
  type: string;
  line: number;
  optional: boolean;
  /** The code fails without it. */
  required?: boolean;
  default: string | null;
  /** Keys that tags and attributes give it, by their names: `mapstructure`, `envconfig`; `env` is the whole name of a variable. */
  keys: Readonly<Record<string, string>>;
  fields?: readonly Field[];
}

/** A type whose fields may be filled. */
export interface Shape {
  name: string;
  fields: readonly Field[];
}

/** How the name of a field becomes part of a variable's: in capitals as it stands (`apiKey` → `APIKEY`), or with its words parted (`API_KEY`). */
export type FieldNaming = 'upper' | 'parted' | 'tagged';

/** That a library fills a type from the environment. */
export interface Fill {
  /** The type; undefined where the code does not say it, and the outermost types of settings are meant. */
  type: string | undefined;
  /** What all names begin with. */
  prefix: string;
  /** Between the names of a field and of those within it; null when what is within is not read. */
  separator: string | null;
  naming: FieldNaming;
  /** Nothing else gives values: what is not optional is needed. */
  strict?: true;
  /** The tag that gives a field another key. */
  key?: string;
  line: number;
}

/** What is left of a fill where a type is not in the file at hand. */
export interface OpenFill extends Fill {
  /** What is read when no file has the type. */
  otherwise?: EnvRead;
}

/** Types that one variable holds, in any of the languages. */
const simple = /^(?:[ui](?:8|16|32|64|128|size)|f32|f64|bool|boolean|char|str|string|String|Option|Maybe|Vec|List|Seq|Set|Array|Url|Uri|URI|URL|PathBuf|IpAddr|Ipv4Addr|SocketAddr|Duration|FiniteDuration|Secret|SecretString|SecretBox|Level|LevelFilter|int|Int|Integer|Long|long|uint|u?int(?:8|16|32|64)|float|float32|float64|Float|Double|double|Boolean|Bool|Word16|Text|ByteString|FilePath|Path|bytes|dict|list|set|tuple|Any|Literal|Annotated|Dict|SecretStr|SecretBytes|\w*(?:Url|Dsn|UrlStr)|Decimal|datetime|timedelta|Host|Port|PositiveInt|NonNegativeInt|EmailStr|LogLevel|Enum|Environment|Sensitive|Optional|time|HashMap|Map|Tuple|date|UUID|Uuid)$/;

/** The name of a variable after what stands before it. */
function nameOf({ name, keys }: Field, { naming, key }: Fill): string {
  const given = key === undefined ? undefined : keys[key];
  if (given !== undefined) return given.replace(/[.-]/g, '_').toUpperCase();
  return naming === 'parted' || keys['split'] === 'true' ? inCapitals(name) : name.toUpperCase();
}

/** Types within types can multiply: of more variables than people set, the rest is left out. */
const mostReads = 500;

/** The variables of a fill, as far as `shapes` has the types, and what is left of it where it has not. */
export function filled(fill: Fill, shapes: ReadonlyMap<string, Shape>, enums: ReadonlySet<string>): { reads: EnvRead[]; open: OpenFill[] } {
  const reads: EnvRead[] = [];
  const open: OpenFill[] = [];
  let visits = 0;
  const expand = (fields: readonly Field[], prefix: string, depth: number): void => {
    for (const field of fields) {
      if (reads.length + open.length >= mostReads || visits++ > 20 * mostReads) return;
      if (fill.naming === 'tagged' && fill.key !== undefined && field.keys[fill.key] === undefined) continue;
      const whole = field.keys['env'];
      const name = whole ?? `${prefix}${nameOf(field, fill)}`;
      const within = field.fields ?? shapes.get(field.type)?.fields;
      const read: EnvRead = { name, line: field.line, default: field.default, optional: field.optional, required: field.required ?? (fill.strict === true && !field.optional), holder: null };
      const below = field.keys['embedded'] === 'true' ? prefix : fill.separator === null ? undefined : `${name}${fill.separator}`;
      if (within) {
        if (below !== undefined && depth < 4) expand(within, below, depth + 1);
      } else if (simple.test(field.type) || enums.has(field.type)) reads.push(read);
      else open.push({ ...fill, type: field.type, prefix: below ?? '', line: field.line, ...(field.keys['embedded'] === 'true' ? {} : { otherwise: read }) });
    }
  };
  if (fill.type !== undefined && !shapes.has(fill.type)) return { reads, open: [fill] };
  for (const { fields } of fill.type === undefined ? outermost(shapes) : [shapes.get(fill.type)!]) expand(fields, fill.prefix, 0);
  return { reads, open: fill.type === undefined && shapes.size === 0 ? [fill] : open };
}

/** The types that are within no other. */
function outermost(shapes: ReadonlyMap<string, Shape>): Shape[] {
  const within = new Set([...shapes.values()].flatMap(({ fields }) => fields.map(({ type }) => type)));
  return [...shapes.values()].filter(({ name }) => !within.has(name));
}

/** A file as far as types and fills go. */
interface Part {
  env: EnvRead[];
  shapes: readonly Shape[];
  openFills: readonly OpenFill[];
}

/** Types that settings are kept in, by their names. */
const settingsName = /conf|setting|env|options|params|args|secrets|cli$/i;

/** Finishes the fills that need types of other files; their variables become those of the file that has the fill. */
export function resolveFills(code: readonly Part[]): void {
  if (!code.some(({ openFills }) => openFills.length > 0)) return;
  const shapes = new Map<string, Shape>();
  for (const shape of code.flatMap((part) => part.shapes)) if (!shapes.has(shape.name)) shapes.set(shape.name, shape);
  const named = new Map([...shapes].filter(([name]) => settingsName.test(name)));
  const none = new Set<string>();
  for (const part of code) {
    const known = new Set(part.env.map(({ name }) => name));
    let added = 0;
    const add = (read: EnvRead): void => {
      if (known.has(read.name) || added++ > 4 * mostReads) return;
      known.add(read.name);
      part.env.push(read);
    };
    const left: { fill: OpenFill; depth: number }[] = part.openFills.map((fill) => ({ fill, depth: 0 }));
    for (const { fill, depth } of left) {
      const isKnown = fill.type === undefined || shapes.has(fill.type);
      if (!isKnown && fill.otherwise) add(fill.otherwise);
      if (!isKnown || fill.otherwise && fill.separator === null || left.length > mostFills) continue;
      const { reads, open } = filled(fill, fill.type === undefined ? named : shapes, none);
      for (const read of reads) add({ ...read, line: fill.line });
      if (depth < 4) for (const one of open) if (one.type !== undefined) left.push({ fill: { ...one, line: fill.line }, depth: depth + 1 });
    }
  }
}

/** More than these are not finished in one file. */
const mostFills = 400;
