import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findProgram } from '../host/programs.ts';

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Variables of ours that say how the network is reached and whom to trust; nothing else of our environment is passed on. */
const passed = /^(https?_proxy|no_proxy|all_proxy|ssl_cert_(file|dir)|node_extra_ca_certs|curl_ca_bundle|requests_ca_bundle|npm_config_(registry|cafile|proxy|https_proxy|noproxy)|pip_(index_url|extra_index_url|cert|find_links|trusted_host|no_index)|goproxy|gosumdb|gonosumdb|goprivate|lang)$/i;

/** Where package managers keep what they have downloaded, so that it is downloaded once for all apps. */
const caches: Record<string, string> = {
  npm_config_cache: '{cache}/npm', YARN_CACHE_FOLDER: '{cache}/yarn', YARN_GLOBAL_FOLDER: '{cache}/yarn-global', BUN_INSTALL_CACHE_DIR: '{cache}/bun',
  PIP_CACHE_DIR: '{cache}/pip', UV_CACHE_DIR: '{cache}/uv', POETRY_CACHE_DIR: '{cache}/poetry', PIPENV_CACHE_DIR: '{cache}/pipenv',
  GOMODCACHE: '{cache}/go/mod', GOCACHE: '{cache}/go/build', GOPATH: '{cache}/go', CARGO_HOME: '{cache}/cargo', GRADLE_USER_HOME: '{cache}/gradle', MAVEN_OPTS: '-Dmaven.repo.local={cache}/maven',
  COMPOSER_HOME: '{cache}/composer', BUNDLE_USER_CACHE: '{cache}/bundle', XDG_CACHE_HOME: '{cache}/other',
};

/** Nobody answers questions, and nobody is counted. */
const manners: Record<string, string> = {
  npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false', npm_config_progress: 'false', npm_config_yes: 'true', YARN_ENABLE_TELEMETRY: '0', YARN_ENABLE_IMMUTABLE_INSTALLS: 'false', YARN_NODE_LINKER: 'node-modules', YARN_ENABLE_INLINE_BUILDS: '1', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
  NEXT_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1', GATSBY_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1', HUSKY: '0',
  PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', PIP_PROGRESS_BAR: 'off', PIP_RETRIES: '2', PIP_DEFAULT_TIMEOUT: '20', PIP_BREAK_SYSTEM_PACKAGES: '1', PIP_ROOT_USER_ACTION: 'ignore', PYTHONDONTWRITEBYTECODE: '1',
  POETRY_VIRTUALENVS_IN_PROJECT: 'true', PIPENV_VENV_IN_PROJECT: '1', PIPENV_IGNORE_VIRTUALENVS: '1', UV_PYTHON_DOWNLOADS: 'never', UV_LINK_MODE: 'copy', COMPOSER_NO_INTERACTION: '1', COMPOSER_ALLOW_SUPERUSER: '1', BUNDLE_PATH: 'vendor/bundle', DEBIAN_FRONTEND: 'noninteractive',
};

/** Programs of hundreds of megabytes that packages bring: those for tests and desktops no agent runs, browsers it gets from the machine. */
const needless: Record<string, string> = {
  CYPRESS_INSTALL_BINARY: '0', ELECTRON_SKIP_BINARY_DOWNLOAD: '1',
  // These lay a browser into the home of whoever installs, where no agent finds it.
  PUPPETEER_SKIP_DOWNLOAD: '1', PUPPETEER_SKIP_CHROMIUM_DOWNLOAD: '1', PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
};

/**
 * The environment of a build. `{cache}` and `{app}` in values are filled in by the isolation. `own` are the variables that the person set for
 * the app, which builds of pages often read.
 */
export function buildEnvironment(directories: readonly string[], ...more: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const ours = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && passed.test(entry[0]));
  return { LANG: 'C.UTF-8', ...pipSettings(), ...Object.fromEntries(ours), ...caches, ...manners, ...needless, ...Object.assign({}, ...more), PATH: [...new Set([...directories, ...systemPath.split(delimiter)])].join(delimiter) };
}

/**
 * The file with npm's settings for the whole machine. npm looks for it beside the Node that runs it (`../etc/npmrc`), which in a build is often not the
 * machine's. Undefined where there is none.
 */
export function machineNpmrc(): string | undefined {
  const node = findProgram('node');
  const path = process.env['npm_config_globalconfig'] ?? (node && join(dirname(dirname(realpathSync(node))), 'etc', 'npmrc'));
  return path && existsSync(path) ? path : undefined;
}

/** Lines of npm's settings, the machine's and then the person's own, that hold no secret: which registry, and how it is reached. */
export function npmSettings(): string {
  return [machineNpmrc(), join(homedir(), '.npmrc')].flatMap((path) => linesOf(path)).filter((line) => /^\s*((@[\w.-]+:)?registry|cafile|proxy|https-proxy|noproxy|strict-ssl)\s*=/.test(line) && !/\/\/[^/]*@/.test(line)).join('\n');
}

/** Settings of pip in the person's own files that say where packages are and hold no secret, as the variables that pip reads. The machine's own builds see. */
function pipSettings(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of [join('.pip', 'pip.conf'), join('.config', 'pip', 'pip.conf')]) {
    let name: string | undefined;
    for (const line of linesOf(join(homedir(), path))) {
      const [, key, value] = /^(index-url|extra-index-url|find-links|no-index|trusted-host|cert)[ \t]*[=:](.*)$/.exec(line) ?? [];
      // A value goes on in lines that are further in.
      if (key === undefined && !/^[ \t]+\S/.test(line)) name = undefined;
      if (key !== undefined) name = `PIP_${key.toUpperCase().replaceAll('-', '_')}`;
      if (name !== undefined) found[name] = [key === undefined ? found[name] : undefined, (value ?? line).trim()].filter(Boolean).join(' ');
    }
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== '' && !/\/\/[^/\s]*@/.test(value)));
}

function linesOf(path: string | undefined): string[] {
  try {
    return path === undefined ? [] : readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
