import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { asData, asText } from '../syntax/formats.ts';

/** Where an image has the code. */
export interface Homes {
  readonly workdir: string;
  /** Directories of it that hold all of the build's context. */
  readonly homes: readonly string[];
}

/** Notes a volume of an image, at a path in it: as the code sees it that lies where the image has the code, or in its working directory. In the root, nobody knows which way the code says it. */
export function noteVolume(draft: Draft, path: string, { workdir, homes }: Homes, evidence: Evidence): void {
  const inImage = posix.resolve('/', workdir, path);
  const all = [...homes, workdir].map((home) => posix.resolve('/', workdir, home)).sort((a, b) => b.length - a.length);
  const home = all.find((one) => inImage === one || inImage.startsWith(one === '/' ? one : `${one}/`));
  if (home !== undefined) draft.kept.push({ path: posix.relative(home, inImage), inImage, evidence });
  if (home === undefined || home === '/') draft.kept.push({ path: inImage, inImage, evidence });
}

/** What is mounted from the app's tree as a single file, or to speak to the machine. */
const singleFile = /\.(?:sock|ya?ml|json|toml|conf|ini|env|sh|sql|pem|crt|key|cnf)$/;

/**
 * Where a volume of a Compose service is in its image: `shop-data:/app/data`, `./data:/app/data`, `{ source, target }` → `/app/data`. Undefined for code, single files, what may only be read, and what goes with the
 * container.
 */
export function composeVolume(value: unknown, context: string | undefined): string | undefined {
  const data = asData(value);
  const [source, target, mode = ''] = typeof value === 'string' ? value.replaceAll(/\$\{\w+:?-([^}]*)\}/g, '$1').split(':') : [asText(data['source']), asText(data['target']), data['read_only'] === true ? 'ro' : asText(data['type'])];
  if (!source || !target?.startsWith('/') || /^tmpfs$|(?:^|,)ro(?:,|$)/.test(mode)) return undefined;
  return singleFile.test(source) || ['.', posix.normalize(context ?? '.').replace(/(.)\/$/, '$1')].includes(posix.normalize(source).replace(/(.)\/$/, '$1')) ? undefined : target;
}
