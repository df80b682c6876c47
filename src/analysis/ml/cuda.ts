import { basename } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import { isBelow } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Ways to write which CUDA is wanted; the first group is the major version, the second, when there is one, the minor. */
const written: readonly RegExp[] = [
  /nvidia\/cuda:(\d+)\.(\d+)/, /cuda(\d+)\.(\d+)-cudnn/, /pytorch-cuda\s*=+\s*(\d+)\.(\d+)/, /cudatoolkit\s*=+\s*(\d+)\.(\d+)/, /cuda-version\s*[=<>~]+\s*(\d+)\.(\d+)/, /\bcu(1\d)(\d)\b/, /cupy-cuda(\d{2})x/, /jax\[cuda(\d{2})(?:_\w+)?\]/,
  /tensorflow\/tensorflow:[\w.]*-gpu()/, /CUDA_VERSION[=\s]+"?(\d+)\.(\d+)/,
];

/** PyTorch brings these on every machine with Linux: they say which CUDA, and not that it is needed. */
const brought = /nvidia-[a-z-]+-cu(\d{2})\b()/;

const places = /^(requirements[\w.-]*\.(txt|in)|pyproject\.toml|setup\.py|Pipfile|environment\.ya?ml|conda[\w.-]*\.ya?ml|Dockerfile[\w.-]*|[\w.-]*\.Dockerfile|cog\.yaml|pixi\.toml|uv\.lock)$/;

/** The version of CUDA that files beside the code ask for: `12.1`, or `12` where no more is said. It is not chosen where another package only brings it. */
export function cudaVersion(tree: Tree, directory: string): { version: string; at: Evidence; isChosen: boolean } | undefined {
  for (const file of near(tree, directory).filter((path) => places.test(basename(path)) && basename(path) !== 'uv.lock')) {
    const text = tree.text(file) ?? '';
    for (const pattern of [...written, brought]) {
      const found = pattern.exec(text);
      if (found?.[1]) return { version: found[2] ? `${found[1]}.${found[2]}` : found[1], at: seen(file, lineOf(text, pattern), found[0]), isChosen: pattern !== brought };
    }
  }
  return undefined;
}

const reservations: readonly RegExp[] = [/nvidia\.com\/gpu/, /driver:\s*["']?nvidia/, /capabilities:\s*\[.*gpu/, /runtime:\s*["']?nvidia/, /--gpus[= ]/, /^[ \t]*gpu:\s*["']?(true|\d)/m, /tensorflow\/tensorflow:[\w.]*gpu/, /nvidia\/cuda:/, /nvcr\.io\/nvidia/, /^#SBATCH[ \t]+--(?:gres=gpu|gpus)/m];

/** Where a file beside the code reserves a GPU. */
export function gpuReservation(tree: Tree, directory: string): Evidence | undefined {
  for (const file of near(tree, directory).filter((path) => /\.ya?ml$|(^|\/)(Dockerfile|Containerfile|Makefile)[\w.-]*$|\.(?:sh|slurm|sbatch)$/.test(path))) {
    const text = tree.text(file) ?? '';
    // Who writes down another way of running it, without one, does without one.
    const isChoice = /^[ \t@-]*(?:docker|podman) run\b(?!.*--gpus)/m.test(text);
    const found = reservations.find((pattern) => pattern.test(text) && !(isChoice && pattern.source.startsWith('--gpus')));
    if (found) return seen(file, lineOf(text, found), 'a GPU is reserved');
  }
  return undefined;
}

const gpuImages = /^FROM\s+(?:--\S+\s+)?\S*(?:nvidia\/cuda:|tensorflow\/tensorflow:[\w.-]*gpu|nvcr\.io\/nvidia\/|pytorch\/pytorch:\S*cuda|rocm\/)/im;

/** Where one of a service's Dockerfiles begins with an image that is there for a GPU, whatever is done with it. */
export function gpuImage(tree: Tree, files: readonly string[]): Evidence | undefined {
  for (const file of files.filter((path) => /^(Dockerfile|Containerfile)[\w.-]*$|\.dockerfile$/i.test(basename(path)))) {
    const text = tree.text(file) ?? '';
    if (gpuImages.test(text)) return seen(file, lineOf(text, gpuImages), 'gpu: an image for a GPU');
  }
  return undefined;
}

/** Files of the service, and those at the top that speak for all; not the whole tree. */
function near(tree: Tree, directory: string): string[] {
  const depth = directory === '.' ? 0 : directory.split('/').length;
  return tree.files.filter((file) => (!file.includes('/') || isBelow(file, directory)) && file.split('/').length <= depth + 3).slice(0, 2000);
}
