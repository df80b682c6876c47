import { hash } from 'node:crypto';
import { contentHash, Tree } from './tree.ts';

/** Something that is asked about a tree: what is in a file, which files a directory has, which have a name, which there are at all. */
export type Question = readonly ['content' | 'names' | 'named', string] | readonly ['files', ''];

export interface Asked {
  readonly questions: readonly Question[];
  /** Of files that were read: what was in them then. */
  readonly contents: ReadonlyMap<string, string>;
}

/**
 * A tree that notes what it is asked, so that it can be told later whether the answers would be the same. Whoever uses `files` and `directories` themselves asks too much for that.
 */
export class AskedTree extends Tree {
  readonly #questions = new Map<string, Question>();
  readonly #contents = new Map<string, string>();

  /** What was asked since this was called last. */
  takeAsked(): Asked {
    const questions = [...this.#questions.values()];
    this.#questions.clear();
    return { questions, contents: new Map(questions.flatMap(([kind, of]) => (kind === 'content' && this.#contents.has(of) ? [[of, this.#contents.get(of)!]] : []))) };
  }

  protected override seen(path: string, bytes: Uint8Array): void {
    this.#contents.set(path, contentHash(bytes));
  }

  override has(path: string): boolean {
    this.#note('content', path);
    return super.has(path);
  }

  override text(path: string): string | undefined {
    this.#note('content', path);
    return super.text(path);
  }

  override textOnce(path: string): string | undefined {
    this.#note('content', path);
    return super.textOnce(path);
  }

  override sizeOf(path: string): number {
    this.#note('content', path);
    return super.sizeOf(path);
  }

  override namesIn(directory: string): readonly string[] {
    this.#note('names', directory);
    return super.namesIn(directory);
  }

  override filesNamed(stem: string): readonly string[] {
    this.#note('named', stem);
    return super.filesNamed(stem);
  }

  override hasDirectory(path: string): boolean {
    this.#noteAll();
    return super.hasDirectory(path);
  }

  override filesBelow(directory: string): readonly string[] {
    this.#noteAll();
    return super.filesBelow(directory);
  }

  #note(kind: 'content' | 'names' | 'named', of: string): void {
    const key = `${kind} ${of}`;
    if (!this.#questions.has(key)) this.#questions.set(key, [kind, of]);
  }

  #noteAll(): void {
    this.#questions.set('files', ['files', '']);
  }
}

/** Answers questions about a tree, each file looked at once. */
export class Answers {
  readonly #tree: Tree;
  readonly #contents = new Map<string, string>();
  #files: string | undefined;

  /** @param tree - One that nobody else reads. */
  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** What tells whether the answers to all of the questions are the same as before. `known`: what was in files when they were read. */
  digest(questions: readonly Question[], known?: ReadonlyMap<string, string>): string {
    return digestOf(questions.map((question) => (question[0] === 'content' ? known?.get(question[1]) : undefined) ?? this.#answer(question)));
  }

  contentOf(path: string): string {
    let content = this.#contents.get(path);
    if (content === undefined) {
      this.#contents.set(path, (content = this.#tree.contentOf(path)));
      this.#tree.forget();
    }
    return content;
  }

  #answer([kind, of]: Question): unknown {
    switch (kind) {
      case 'content': return this.contentOf(of);
      case 'names': return this.#tree.namesIn(of);
      case 'named': return this.#tree.filesNamed(of);
      case 'files': return (this.#files ??= digestOf(this.#tree.files));
    }
  }
}

/** A hash of plain data. */
export function digestOf(data: unknown): string {
  return hash('sha256', JSON.stringify(data), 'base64url');
}
