import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../ledger/files.ts';
import { readManifest, SnapshotId, trees, type Manifest } from './manifest.ts';
import { damaged, Objects } from './objects.ts';
import { entriesOf } from './tree.ts';

/** Milliseconds for which objects that no snapshot names are left alone: one may be in the making. */
const patience = 6 * 3_600_000;

/** All snapshots of a home: `<directory>/<id>.jsonl`, and the objects that they share. */
export class Store {
  readonly directory: string;
  readonly objects: Objects;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.objects = new Objects(join(directory, 'objects'));
  }

  /** Removes what was in the making when somebody died. Only when nobody else makes anything here. */
  removeUnfinished(): void {
    for (const name of readdirSync(this.directory)) if (name.startsWith('.') || name.endsWith('.next')) rmSync(join(this.directory, name), { recursive: true, force: true });
  }

  file(id: SnapshotId): string {
    return join(this.directory, `${id}.jsonl`);
  }

  /** Newest first. */
  ids(): SnapshotId[] {
    return readdirSync(this.directory).flatMap((name) => {
      const id = SnapshotId.safeParse(name.replace(/\.jsonl$/, ''));
      return name.endsWith('.jsonl') && id.success ? [id.data] : [];
    }).sort().reverse();
  }

  has(id: SnapshotId): boolean {
    return existsSync(this.file(id));
  }

  /** Throws `snapshot.unknown`, `snapshot.damaged`, `snapshot.version`. */
  read(id: SnapshotId): Manifest {
    const manifest = readManifest(this.file(id));
    if (manifest.header.id !== id) throw damaged(`it says that it is ${manifest.header.id}`);
    return manifest;
  }

  /** Makes a snapshot be there: durably and completely, or not at all. All objects that it names must be here and flushed. */
  write(id: SnapshotId, text: string): void {
    writeDurably(this.file(id), text);
  }

  remove(id: SnapshotId): void {
    rmSync(this.file(id), { force: true });
  }

  /** Every object that a snapshot needs. Throws `snapshot.damaged` when a list of files is missing. */
  objectsOf(manifest: Manifest): Set<string> {
    const needed = new Set<string>();
    for (const { tree } of trees(manifest)) {
      for (const name of tree.entries) needed.add(name);
      for (const entry of entriesOf(tree, this.objects)) if (entry.kind === 'file') for (const piece of entry.pieces) if (piece !== null) needed.add(piece);
    }
    return needed;
  }

  /** Removes what no snapshot needs. With one that cannot be read nothing is removed: what it needs is not known. */
  collect(now: number): number {
    const needed = new Set<string>();
    for (const id of this.ids()) for (const name of this.objectsOf(this.read(id))) needed.add(name);
    return this.objects.sweep(needed, now - patience);
  }
}
