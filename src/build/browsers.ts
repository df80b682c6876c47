import { findProgram } from '../host/programs.ts';

const programs = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const packages = ['puppeteer', 'puppeteer-core', 'playwright', 'playwright-core', 'playwright-chromium'];

/** What an app gets that has browsers do something: where the machine's is, and what to say where it has none. */
export interface Browser {
  readonly env: Readonly<Record<string, string>>;
  readonly note: string | undefined;
}

/** The browser for an app whose manifests name a package that drives one; undefined for others. */
export function browserFor(manifests: readonly string[], find: (name: string) => string | undefined = findProgram): Browser | undefined {
  const used = packages.find((name) => manifests.some((text) => dependencies(text).has(name)));
  if (used === undefined) return undefined;
  const program = programs.map(find).find((path) => path !== undefined);
  if (program === undefined) return { env: {}, note: `it has ${used} drive a browser, and this machine has none: apt install chromium, and deploy again` };
  if (used.startsWith('playwright')) return { env: {}, note: `it has ${used} drive a browser: only ${program} is here, which it takes when it is told so (executablePath)` };
  return { env: { PUPPETEER_EXECUTABLE_PATH: program }, note: undefined };
}

/** What a package.json brings to where it runs. */
function dependencies(text: string): Set<string> {
  try {
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text) as Record<string, object | undefined>;
    return new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies)]);
  } catch {
    return new Set();
  }
}
