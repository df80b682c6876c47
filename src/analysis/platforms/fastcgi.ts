import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { isBelow } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { ComposeService } from './compose-read.ts';
import { readDockerfile } from './dockerfile-read.ts';
import { imageName, webServers } from './images.ts';

/** nginx, Caddy and Apache: group 1 is the host that they hand requests to. */
const handsOver = /\b(?:fastcgi_pass\s+|php_fastcgi\s+|proxy:fcgi:\/\/)([a-z][\w.-]*):\d+/;
const configuration = /(^|\/)(Caddyfile[\w.-]*|[\w.-]+\.(conf|template|tmpl|vhost)(\.\w+)?)$/;

/**
 * A web server and the PHP-FPM that it hands requests to are one service: it is reached by both names, and at the ports of the web server, whose work is done
 * by whatever serves that service here.
 */
export function joinFastCgi(tree: Tree, drafts: readonly Draft[], services: readonly ComposeService[], file: string): void {
  const fronts = services.filter((service) => webServers.test(imageName(imageOf(tree, service))));
  if (fronts.length === 0) return;
  for (const path of tree.files) {
    if (!configuration.test(path) || !isBelow(path, posix.dirname(file)) || isSideDirectory(posix.dirname(path))) continue;
    const text = tree.text(path);
    const behind = text === undefined ? undefined : handsOver.exec(text)?.[1];
    const draft = behind === undefined ? undefined : drafts.find(({ name, aliases, language }) => language === 'php' && (name === behind || aliases.has(behind)));
    const front = draft && (fronts.find((one) => namesFile(tree, one, path)) ?? (fronts.length === 1 ? fronts[0] : undefined));
    if (!front) continue;
    draft.aliases.add(front.name);
    for (const port of front.published) draft.published.add(port);
    draft.claim('kind', 'web', 0.9, seen(path, lineOf(text, handsOver), `${front.name} hands requests to ${behind} by FastCGI: both are this service`));
  }
}

function imageOf(tree: Tree, { image, dockerfile }: ComposeService): string {
  return image ?? (dockerfile !== undefined && tree.has(dockerfile) ? readDockerfile(tree, dockerfile)?.base : undefined) ?? '';
}

/** The service is given the file: its Dockerfile stands beside it or copies it. */
function namesFile(tree: Tree, { dockerfile }: ComposeService, path: string): boolean {
  if (dockerfile === undefined || !tree.has(dockerfile)) return false;
  return posix.dirname(dockerfile) === posix.dirname(path) || readDockerfile(tree, dockerfile)?.copied.some((source) => path.endsWith(source.replace(/^\.\//, ''))) === true;
}
