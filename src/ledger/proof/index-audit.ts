import { subjectOf } from '../events/subject.ts';
import type { Posting } from '../store/source.ts';
import { Found } from './finding.ts';
import { tileWidth } from './tree.ts';

/** Agents whose creation is remembered, in two generations of so many: not more of the newest than every store knows the app of. */
const generation = 10_000;

/** By what the events of a block have to be found, each in its place. */
class Block {
  readonly type: string[] = [];
  readonly actor: string[] = [];
  /** The app, or that with which its agent was created; undefined where that was not seen, '' where there is none. */
  readonly app: (string | undefined)[] = [];
  readonly agent: string[] = [];
  /** What was found so far: a bit for each kind. */
  readonly seen = new Uint8Array(tileWidth);
}

const bits = { type: 1, actor: 2, app: 4 } as const;
type Kind = keyof typeof bits;

/** Compares by what a store finds events with what they say, a block of 256 at a time. */
export class IndexAudit {
  #apps = new Map<string, string>();
  #earlier = new Map<string, string>();
  #block = new Block();
  /** Blocks that were read whole and are not compared yet, the first of which is `#first`. */
  #whole: Block[] = [];
  #first = 0;

  /** Takes the next event. */
  note(position: number, event: { type?: unknown; actor?: unknown; body?: unknown }): void {
    const { app, agent } = subjectOf(event.body);
    if (event.type === 'AgentCreated' && app !== '' && agent !== '') this.#remember(agent, app);
    const block = this.#block;
    block.type.push(event.type as string);
    block.actor.push(withoutNul(event.actor as string));
    block.app.push(app !== '' || agent === '' ? app : (this.#apps.get(agent) ?? this.#earlier.get(agent)));
    block.agent.push(agent);
    if (position % tileWidth !== 0) return;
    if (this.#whole.length === 0) this.#first = position / tileWidth - 1;
    this.#whole.push(block);
    this.#block = new Block();
  }

  /** What is wrong with the first event, of those in blocks that are whole by now, that is not found by what it says. */
  async compare(postings: (first: number, last: number) => Promise<readonly Posting[] | undefined>): Promise<Found | undefined> {
    if (this.#whole.length === 0) return undefined;
    const blocks = this.#whole.splice(0);
    const stored = await postings(this.#first, this.#first + blocks.length - 1);
    // What is archived has no index; who was created there is not known to the one of the rest.
    if (stored === undefined) {
      this.#apps.clear();
      this.#earlier.clear();
      return undefined;
    }
    const wrong = stored.flatMap((posting) => strangerOf(posting, blocks[posting.block - this.#first]) ?? []);
    const lost = blocks.flatMap((block, at) => lostIn(block, (this.#first + at) * tileWidth) ?? []);
    const [first] = [...wrong, ...lost].toSorted((a, b) => a.finding.position! - b.finding.position!);
    return first;
  }

  #remember(agent: string, app: string): void {
    if (this.#apps.size >= generation) [this.#apps, this.#earlier] = [new Map(), this.#apps];
    this.#apps.set(agent, app);
  }
}

/** An event that is found by what it does not have. Marks those that have it as found. */
function strangerOf({ term, block: number, offsets }: Posting, block: Block | undefined): Found | undefined {
  const colon = term.indexOf(':');
  const kind = term.slice(0, colon);
  const value = withoutNul(term.slice(colon + 1));
  const known = block !== undefined && Object.hasOwn(bits, kind) ? block : undefined;
  for (const offset of offsets) {
    const own = known?.[kind as Kind][offset];
    const fits = own === value || (known !== undefined && kind === 'app' && own === undefined && (known.agent[offset] ?? '').startsWith(`${value}-`));
    const position = number * tileWidth + offset + 1;
    if (!fits) return new Found('index', position, `event ${position} is found by the ${kind} ${JSON.stringify(value)}, which it does not have`);
    known!.seen[offset]! |= bits[kind as Kind];
  }
  return undefined;
}

/** An event of a block behind `before` that is not found by all it has. */
function lostIn({ app, seen }: Block, before: number): Found | undefined {
  for (let offset = 0; offset < app.length; offset++) {
    const needed = bits.type | bits.actor | (app[offset] ? bits.app : 0);
    const absent = needed & ~seen[offset]!;
    if (absent === 0) continue;
    const kind = (Object.keys(bits) as Kind[]).find((name) => (absent & bits[name]) !== 0)!;
    return new Found('index', before + offset + 1, `event ${before + offset + 1} is not found by its ${kind}`);
  }
  return undefined;
}

/** A database may not have them. */
function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}
