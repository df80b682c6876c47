import { posix } from 'node:path';
import { within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import { isDockerfile } from './dockerfile.ts';
import { readDockerfile, typedCommand } from './dockerfile-read.ts';
import { entryOfCommand } from './entry.ts';

const runsPython = /(?:^|\s)(?:python3?|gunicorn|uvicorn|hypercorn|daphne|celery|flask|waitress-serve|streamlit)\s/;

/**
 * Directories of Python that are services of one project, by their images: each has a Dockerfile that copies it and runs what is in it (`COPY src/api .`,
 * `CMD ["gunicorn", "web:app"]`). None unless there are several, for an image of one directory only is the project's own.
 */
export const imageDirectories = perTree((tree): readonly string[] => {
  const found = new Set(tree.files.filter(isDockerfile).flatMap((file) => {
    const dockerfile = readDockerfile(tree, file);
    const command = dockerfile && typedCommand(dockerfile);
    if (!dockerfile || command === undefined || !runsPython.test(`${command} `)) return [];
    const copied = dockerfile.copied.flatMap((source) => [within('.', source), within(posix.dirname(file), source)]).map((path) => path.replace(/\/$/, ''));
    return copied.filter((path) => path !== '.' && tree.hasDirectory(path) && entryOfCommand(tree, path, command) !== null).slice(0, 1);
  }));
  return found.size > 1 ? [...found] : [];
});
