import { posix } from 'node:path';
import type { Evidence, PlannedService } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { readPackage } from '../languages/node-package.ts';
import { linesIn } from '../syntax/lines.ts';
import { isTestPath } from '../tree/ignored.ts';
import { isBelow, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Finished } from './edges.ts';

/** The service whose server shows some pages, where in the app's tree it looks for them, and where that was seen. */
export interface ServedPages {
  readonly by: PlannedService;
  readonly at: string;
  readonly evidence: Evidence;
}

const servers = new Set(['web', 'api']);

/**
 * Whether another service of the app shows the pages of one that is only built: they are built or copied into its directory, its code names the place where they are built, or its
 * image gets them. Undefined where none does.
 */
export function servedPages(tree: Tree, pages: PlannedService, all: readonly Finished[]): ServedPages | undefined {
  if (pages.start !== null || pages.staticDir === null || pages.build === null) return undefined;
  const place = posix.normalize(within(pages.path, pages.staticDir)).replace(/\/$/, '');
  if (place === '.' || place.startsWith('..')) return undefined;
  const others = all.filter(({ service }) => service !== pages && service.start !== null && servers.has(service.kind));
  for (const server of others) {
    const found = builtInto(pages, place, server.service) ?? namedBy(tree, pages, place, server) ?? copiedBy(tree, pages, place, server.service) ?? givenTo(tree, pages, server.service, others.length);
    if (found) return { by: server.service, at: found.at, evidence: found.evidence };
  }
  return undefined;
}

type Found = Pick<ServedPages, 'at' | 'evidence'>;

/** `outDir: '../server/public'`. */
function builtInto(pages: PlannedService, place: string, { path }: PlannedService): Found | undefined {
  if (path === '.' || isBelow(pages.path, path) || !isBelow(place, path)) return undefined;
  return { at: place, evidence: { ...(pages.evidence.find(({ why }) => why.includes(place)) ?? pages.evidence[0]!), why: `is built into ${place}, which belongs to another service` } };
}

/** `express.static(path.join(__dirname, '../client/dist'))`: the last part of the directory, and the first of where its pages are built. */
function namedBy(tree: Tree, pages: PlannedService, place: string, { code }: Finished): Found | undefined {
  const parts = [pages.path === '.' ? '..' : posix.basename(pages.path), posix.normalize(pages.staticDir!).split('/')[0]!];
  if (parts[1] === '..' || parts[1] === '.') return undefined;
  const named = new RegExp(`(?<=["'\`/])${parts.map((part) => RegExp.escape(part)).join('(?:/|["\'`] ?[,/+] ?["\'`]/?)')}(?=["'\`/])`);
  for (const { path } of code) {
    if (isTestPath(path) || /\.config\.[cm]?[jt]s$/.test(path) || isBelow(path, pages.path) && pages.path !== '.') continue;
    const text = tree.textOnce(path) ?? '';
    const match = named.exec(text);
    if (match) return { at: place, evidence: seen(path, linesIn(text).at(match.index), `shows the pages that are built into ${place}`) };
  }
  return undefined;
}

/** A script that copies or moves them: `cp -r client/dist server/public`. */
function copiedBy(tree: Tree, pages: PlannedService, place: string, { path: server }: PlannedService): Found | undefined {
  for (const directory of new Set(['.', pages.path, server])) {
    const pkg = readPackage(tree, directory);
    for (const [name, script] of Object.entries(pkg?.scripts ?? {})) {
      for (const [, source, target] of script.matchAll(/\b(?:cp -\w{1,4}|mv(?: -f)?|cpx|ncp|copyfiles(?: -\w \S{1,9})?) ["']?([\w./-]{1,200}?)(?:\/\*{0,2}|\/\.)?["']? ["']?([\w./-]{1,200}?)\/?["']?(?=$|[ ;&])/g)) {
        const at = posix.normalize(within(directory, target!));
        if (posix.normalize(within(directory, source!)) === place && !at.startsWith('..') && isBelow(at, server) && at !== server) return { at, evidence: seen(pkg!.file, pkg!.line(new RegExp(`"${RegExp.escape(name)}"\\s*:`)), `script ${name} copies the pages to ${at}`) };
      }
    }
  }
  return undefined;
}

/** `COPY --from=pages /app/dist ./public` of the server's image. */
function givenTo(tree: Tree, pages: PlannedService, server: PlannedService, servers: number): Found | undefined {
  for (const file of new Set([within(server.path, 'Dockerfile'), 'Dockerfile'])) {
    const text = tree.text(file)?.replaceAll(/\\\n/g, ' ');
    if (text === undefined || text.length > 50_000 || file === 'Dockerfile' && server.path !== '.' && servers > 1) continue;
    const stages = text.split(/^(?=FROM )/im);
    const last = stages.at(-1)!;
    const home = /^WORKDIR[ \t]+(\S+)/im.exec(last)?.[1] ?? '/';
    for (const [line, stage, source, target] of last.matchAll(/^COPY[ \t]+(?:--chown=\S+[ \t]+)?--from=(\S+)[ \t]+(?:--chown=\S+[ \t]+)?(\S+)[ \t]+(\S+)[ \t]*$/gim)) {
      const from = stages.find((one) => new RegExp(`^FROM .* as ${RegExp.escape(stage!)}[ \\t]*$`, 'im').test(one)) ?? '';
      if (!isPlaceIn(from, source!.replace(/\/\.?$/, ''), pages)) continue;
      const inImage = posix.relative(home, posix.resolve(home, target!));
      const isWhole = server.path === '.' || new RegExp(`^(?:CMD|ENTRYPOINT)\\b.*${RegExp.escape(server.path)}/`, 'im').test(last) || home.endsWith(`/${server.path}`) && inImage.startsWith('..');
      const at = posix.normalize(isWhole && !inImage.startsWith('..') ? inImage : posix.join(server.path, inImage));
      if (!at.startsWith('..') && at !== '.' && at !== server.path) return { at, evidence: seen(file, linesIn(tree.text(file)!).at(Math.max(0, tree.text(file)!.indexOf(line!.slice(0, 40)))), `the image gets the pages at ${at}`) };
    }
  }
  return undefined;
}

/** Whether a stage has the pages of a project at a path: by the project's name in it, or as the stage is made of that project. */
function isPlaceIn(stage: string, source: string, { path, staticDir }: PlannedService): boolean {
  const end = posix.normalize(staticDir!).replace(/^\.\//, '');
  if (!source.endsWith(`/${end}`)) return false;
  const name = posix.basename(path);
  return path === '.' || source.endsWith(`/${name}/${end}`) || new RegExp(`^(?:COPY|WORKDIR)\\b[^\\n]*[ /]${RegExp.escape(name)}(?:/|[ \\t]|$)`, 'im').test(stage);
}
