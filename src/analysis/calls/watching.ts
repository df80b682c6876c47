import { posix } from 'node:path';
import { seen } from '../draft.ts';
import { parseUrl } from '../facts/urls.ts';
import { standingBeside } from '../platforms/beside.ts';
import { settingsIn } from './settings.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import type { Tree } from '../tree/tree.ts';
import type { Caller, Link } from './caller.ts';
import type { LocalPorts } from './local-ports.ts';
import type { Names } from './names.ts';

const scraping = /(^|\/)prometheus[\w-]*\.ya?ml$/i;
const targets = /(^|\.)(targets|eureka_sd_configs\.server|consul_sd_configs\.server)$/;
const thisMachine = /^(localhost|127\.0\.0\.1|host\.docker\.internal|docker\.for\.mac\.localhost)$/;

/** Who is known to an app: its services, by name and by port. */
interface Known {
  all: readonly Caller[];
  names: Names;
  ports: LocalPorts;
}

/** From a monitor that stands beside an app to the services which its configuration has it ask. */
export function watchingLinks(tree: Tree, { all, names, ports }: Known): Link[] {
  const monitor = standingBeside(tree).find(({ image }) => /(^|\/)prometheus(:|@|$)/.test(image));
  const [anybody] = all;
  if (!monitor || !anybody) return [];
  const outsider = { draft: anybody.draft, service: { ...anybody.service } };
  const files = tree.files.filter((file) => scraping.test(file) && !isSideDirectory(posix.dirname(file)));
  return files.flatMap((file) => settingsIn(tree, file)).filter(({ key }) => targets.test(key)).flatMap(({ text, file, line }): Link[] => text.replace(/^\[|\]$/g, '').split(',').flatMap((part): Link[] => {
    const target = part.trim().replace(/^['"]|['"]$/g, '');
    const url = parseUrl(target.includes('://') ? target : `http://${target}`, 1);
    const to = !url ? undefined : thisMachine.test(url.host) ? (url.port === null ? undefined : ports.find(url.port, outsider as Caller)) : names.host(url.host, outsider);
    return to ? [{ from: monitor.name, to: to.service.name, protocol: 'http', envVar: null, confidence: 0.85, evidence: [seen(file, line, `watches ${target}`)] }] : [];
  }));
}
