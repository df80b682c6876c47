import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Where editors keep the pages of a web application that nothing else builds (Eclipse, NetBeans). */
const pagePlaces = ['WebContent', 'WebRoot', 'web', 'src/main/webapp'];
/** Directories of anything, which hold a web application when its descriptor is in them. */
const bare = ['src', 'webapp', 'war', 'www'];
const builds = ['pom.xml', 'build.gradle', 'build.gradle.kts'];

/** Web applications in Java without a build of their own: servlets and pages that a container such as Tomcat is given. */
export const servlets: Detector = {
  name: 'servlets',
  family: 'java',
  projects: (tree) => tree.directories.filter((directory) => !isSideDirectory(directory) && pageOf(tree, directory) !== undefined && !upwards(directory).some((above) => builds.some((name) => tree.has(within(above, name))))),
  describe(tree, directory, { inner }) {
    const code = codeIn(tree, directory, inner).filter(({ language }) => language === 'java');
    const page = pageOf(tree, directory);
    if (page === undefined || code.length === 0) return [];
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'java');
    const place = seen(page, 1, 'a page that a container of servlets fills in');
    for (const { path, imports } of code) for (const { name, line } of imports) if (!draft.dependencies.has(name)) draft.dependencies.set(name, seen(path, line, `imports ${name}`));
    return [draft.claim('kind', 'web', 0.88, place).claim('runtime', { name: 'java', version: null }, 0.8, place).claim('port', { port: 8080, protocol: 'http' }, 0.66, { ...place, why: 'where Tomcat listens' })];
  },
};

function pageOf(tree: Tree, directory: string): string | undefined {
  const place = pagePlaces.map((name) => within(directory, name)).find((path) => tree.hasDirectory(path));
  const isPlace = [...pagePlaces, ...bare].some((name) => directory === name || directory.endsWith(`/${name}`));
  const kept = [...bare.map((name) => `${name}/WEB-INF/web.xml`), ...(isPlace ? [] : ['WEB-INF/web.xml'])].map((name) => within(directory, name)).find((path) => tree.has(path));
  return place === undefined ? kept : tree.filesBelow(place).find((file) => /\.jspx?$|(^|\/)WEB-INF\/web\.xml$/.test(file));
}
