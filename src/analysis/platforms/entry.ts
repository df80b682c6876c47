import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** The file of the tree that a command runs, by a path or a Python module in it; null when none is recognised. */
export function entryOfCommand(tree: Tree, directory: string, command: string): string | null {
  for (const word of command.split(/\s+/)) {
    const clean = word.replace(/^["']|["']$/g, '');
    if (/\.(m|c)?[jt]s$|\.py$|\.rb$|\.php$|\.ru$/.test(clean) && tree.has(within(directory, clean))) return within(directory, clean);
  }
  const module = /\b(?:gunicorn|uvicorn|hypercorn|daphne|waitress-serve|python3? -m|celery (?:-A|--app)|rq worker)\s+(?:-\S+\s+\S+\s+)*([\w.]+)/.exec(command)?.[1];
  if (!module) return null;
  const base = module.replaceAll('.', '/');
  // `python -m shop` runs what is in the package for that; servers take what it exports.
  const inside = /\bpython3? -m /.test(command) ? ['__main__', '__init__'] : ['__init__', '__main__'];
  return [`${base}.py`, ...inside.map((name) => `${base}/${name}.py`), `${base}/app.py`].map((name) => within(directory, name)).find((path) => tree.has(path)) ?? null;
}

/** The command without the options of servers that watch the code or show what went wrong in it. */
export function withoutReload(command: string): string {
  return command.replace(/\s--(?:reload(?:-[\w-]+[= ]\S+)?|debug)(?=\s|$)/g, '');
}

/** Commands that only people who work on the app would run. */
export function isDevelopment(command: string): boolean {
  return /(?<!\/)\b(dev|nodemon|watch|runserver|live-?reload|air)\b|\bng serve\b|\bstart:dev\b|\bvite$|--watch/.test(command);
}
