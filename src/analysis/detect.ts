import { posix } from 'node:path';
import type { Detector, View } from './detector.ts';
import type { Draft } from './draft.ts';
import { areApart } from './facts/page-calls.ts';
import { isStandIn } from './facts/stand-ins.ts';
import { applyHosting } from './hosting/apply.ts';
import { clojure } from './languages/clojure.ts';
import { cpp } from './languages/cpp.ts';
import { deno } from './languages/deno.ts';
import { dotnet } from './languages/dotnet.ts';
import { go } from './languages/go.ts';
import { java } from './languages/java.ts';
import { isManual, publishesPackage } from './languages/manuals.ts';
import { claimPageBuild } from './languages/node-pages.ts';
import { mill } from './languages/mill.ts';
import { nest } from './languages/node-nest.ts';
import { nx } from './languages/node-nx.ts';
import { node } from './languages/node.ts';
import { others } from './languages/others.ts';
import { php } from './languages/php.ts';
import { python } from './languages/python.ts';
import { ruby } from './languages/ruby.ts';
import { claimRole } from './languages/role.ts';
import { rust } from './languages/rust.ts';
import { scala } from './languages/scala.ts';
import { scalaCli } from './languages/scala-cli.ts';
import { servlets } from './languages/servlets.ts';
import { staticSite } from './languages/static-site.ts';
import { mergeDrafts } from './merge.ts';
import { applyAspire } from './platforms/aspire.ts';
import { applyCiVersions } from './platforms/ci-versions.ts';
import { applyClocks } from './platforms/clocks.ts';
import { applyCompose, composeServices } from './platforms/compose.ts';
import { applyDapr } from './platforms/dapr.ts';
import { applyDockerfiles, isDockerfile } from './platforms/dockerfile.ts';
import { readDockerfile } from './platforms/dockerfile-read.ts';
import { applyGunicorn } from './platforms/gunicorn.ts';
import { applyKubernetes } from './platforms/kubernetes.ts';
import { imageName } from './platforms/images.ts';
import { applySchedules } from './platforms/github-schedule.ts';
import { applyProcfiles } from './platforms/procfile.ts';
import { sources } from './languages/sources.ts';
import { languageOf } from './syntax/languages.ts';
import { isSideDirectory, isTestPath } from './tree/ignored.ts';
import { groupedBelow, isBelow, within } from './tree/paths.ts';
import { perTree } from './tree/remembered.ts';
import type { Tree } from './tree/tree.ts';

/** Adding a language is an entry here. Earlier ones win where two describe the same directory equally well. */
export const detectors: readonly Detector[] = [nest, node, nx, python, go, rust, java, servlets, ruby, php, dotnet, deno, scala, mill, scalaCli, clojure, cpp, others, staticSite];

/**
 * Every service of a tree: what its code shows, and what the files that say how it is deployed add. When there is none, a
 * second look also takes what may as well be a library, a third one whatever there is, as a library that nothing starts.
 */
export function detect(tree: Tree): Draft[] {
  let pages: Draft[] | undefined;
  for (const patience of [0, 1, 2]) {
    const found = look(tree, { lenient: patience > 0, anything: patience > 1 });
    const meant = found.some((draft) => draft.value('kind') === 'notebook') ? found.filter((draft) => !isTrial(tree, draft)) : found;
    if (found.length > 0 && !isAboutLibrary(tree, found)) return meant;
    if (found.length > 0) pages ??= found;
  }
  return pages ?? applyClocks(tree, sources(tree));
}

/** Whether all that was found are the manuals of a library or of notebooks, which are what the tree is about. */
function isAboutLibrary(tree: Tree, found: readonly Draft[]): boolean {
  if (!found.every((draft) => isManual(draft) || isTrial(tree, draft))) return false;
  return publishesPackage(tree) || holdsNotebooks(tree);
}

const holdsNotebooks = perTree((tree) => tree.files.filter((file) => file.endsWith('.ipynb')).length >= 5);

/** A page somewhere among notebooks is one of the things that are tried out there. */
function isTrial(tree: Tree, draft: Draft): boolean {
  return draft.path !== '.' && draft.value('kind') === 'static' && draft.value('build') === null && holdsNotebooks(tree);
}

function look(tree: Tree, view: Omit<View, 'inner'>): Draft[] {
  const projects = new Map<Detector, string[]>(detectors.map((detector) => [detector, detector.projects(tree)]));
  const all = [...new Set([...projects.values()].flat())];
  const byKin = new Map<string, Set<string>>();
  for (const [detector, directories] of projects) byKin.set(kin(detector), (byKin.get(kin(detector)) ?? new Set()).union(new Set(directories)));
  const below = groupedBelow(all);
  const drafts = new Map<string, Draft[][]>();
  for (const [detector, directories] of projects) {
    for (const directory of directories) {
      const inner = below(directory).filter((other) => byKin.get(kin(detector))!.has(other));
      const strictly = detector.describe(tree, directory, { inner, ...view });
      // What has an image that runs something is no library.
      const described = strictly.length === 0 && !view.lenient && directory !== '.' && runsInImage(tree, directory) ? detector.describe(tree, directory, { inner, ...view, lenient: true }) : strictly;
      if (described.length > 0) drafts.set(directory, [...(drafts.get(directory) ?? []), described]);
    }
  }
  const found = [...drafts.values()].flatMap(mergeDrafts);
  for (const draft of found) {
    claimPageBuild(tree, draft);
    claimRole(tree, draft);
  }
  const main = found.filter(({ path }) => !isSideDirectory(path) || isComposedPart(tree, path) || isStandIn(tree, path));
  // Examples are what a tree is about only where it holds nothing else.
  const hasOther = hasCodeOfItsOwn(tree) && (all.includes('.') || !view.anything && all.some((directory) => !isSideDirectory(directory)));
  return withoutErrands(tree, applyPlatforms(tree, withoutNestedPages(tree, main.length > 0 || hasOther ? main : found, all)));
}

/** Whether there is code anywhere but among what is called an example, a test or a tool. */
const hasCodeOfItsOwn = perTree((tree) => tree.files.some((file) => languageOf(file) !== undefined && !isTestPath(file) && !isSideDirectory(posix.dirname(file))));
/** Directories of which as many hold a part of an app as hold what is beside one. */
const eitherWay = /(^|\/)(templates?|themes?|tools?|scripts?|extras?|misc)$/i;

/** Whether a directory that is called like one beside an app is built by its Compose file as a part of it. */
function isComposedPart(tree: Tree, path: string): boolean {
  return eitherWay.test(path) && !isSideDirectory(posix.dirname(path)) && composeServices(tree).some(({ context }) => context === path);
}

/** Whether a program in a directory of its own has an image, by a Dockerfile there or by its name among the services of a Compose file. */
function isDeployed(tree: Tree, draft: Draft): boolean {
  if (draft.path === '.') return false;
  return runsInImage(tree, draft.path) || composeServices(tree).some(({ context, image }) => context === draft.path || image !== undefined && imageName(image) === posix.basename(draft.path));
}

/** Whether a directory has a Dockerfile of its own whose image runs something. */
function runsInImage(tree: Tree, directory: string): boolean {
  return tree.namesIn(directory).some((name) => isDockerfile(name) && (readDockerfile(tree, within(directory, name))?.command ?? null) !== null);
}

const kin = ({ name, family }: Detector) => family ?? name;

/** Frameworks with which what runs and ends is made to be deployed, as what serves is. */
const batchFrameworks = /^(?:spring-boot|quarkus|micronaut|scrapy)$/;

/** Beside services, a program that runs and ends is somebody's tool, unless it is deployed with them; but one that a package installs is what its pages below are about. */
function withoutErrands(tree: Tree, drafts: Draft[]): Draft[] {
  const isAlone = (draft: Draft) => draft.value('kind') === 'cli' && drafts.every((other) => other === draft || other.value('kind') === 'static' && other.path !== draft.path && isBelow(other.path, draft.path));
  const isBatch = (draft: Draft) => draft.value('kind') === 'job' && batchFrameworks.test(draft.value('framework') ?? '');
  const isErrand = (draft: Draft) => ['job', 'cli'].includes(draft.value('kind') ?? 'job') && (draft.best('start')?.confidence ?? 0) < 0.98 && !isAlone(draft) && !isBatch(draft) && !isDeployed(tree, draft);
  return drafts.every(isErrand) ? drafts : drafts.filter((draft) => !isErrand(draft));
}

/** What deployment files say is added to what the code says. */
function applyPlatforms(tree: Tree, drafts: Draft[]): Draft[] {
  const all = [applyHosting, applyProcfiles, applyDockerfiles, applyGunicorn, applyCompose, applyKubernetes, applyDapr, applyAspire, applySchedules, applyClocks].reduce((drafts, apply) => apply(tree, drafts), drafts);
  for (const programs of Map.groupBy(all, ({ path, language }) => `${language} ${path}`).values()) shareRuntime(programs);
  return applyCiVersions(tree, all);
}

/** Programs of one project run on what the image of one of them brings, where nothing says more. */
function shareRuntime(programs: readonly Draft[]): void {
  const known = programs.map((draft) => draft.best('runtime')).find((claim) => claim?.value.version != null);
  for (const draft of known ? programs : []) {
    const own = draft.value('runtime');
    if (own?.version == null && (own === undefined || own.name === known!.value.name)) draft.claim('runtime', known!.value, known!.confidence, [...known!.evidence]);
  }
}

/** Pages inside another project are that project's unless they stand by themselves, also when it is a library that brings them along; what a generator of manuals makes is about what else there is. */
function withoutNestedPages(tree: Tree, drafts: readonly Draft[], projects: readonly string[]): Draft[] {
  return drafts.filter((draft) => {
    if (/^(mkdocs|mdbook|sphinx|jupyter-book|antora|retype|quarto|bookdown|rmarkdown)$/.test(draft.value('framework') ?? '') && draft.value('kind') === 'static' && drafts.some((other) => other.value('kind') !== 'static')) return false;
    const written = draft.value('kind') === 'static' && draft.value('build') === null;
    if (written && /(^|\/)(wwwroot|static|public|resources)$/.test(draft.path) && projects.includes(posix.dirname(draft.path)) && drafts.length > 1) return false;
    return !written || !drafts.some((other) => other !== draft && other.path !== draft.path && isBelow(draft.path, other.path)) || areApart(tree, draft.path);
  });
}
