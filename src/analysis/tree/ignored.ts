/** Directories that never hold an app's own code: dependencies, caches, editors' and tools' state. */
const foreignDirectories = new Set([
  '.git', '.hg', '.svn', 'node_modules', 'bower_components', 'jspm_packages', '__pycache__', '.venv', 'venv', '.tox', '.nox',
  '.mypy_cache', '.pytest_cache', '.ruff_cache', 'site-packages', '.eggs', '.next', '.nuxt', '.output', '.svelte-kit', '.astro', '.angular',
  '.turbo', '.nx', '.cache', '.parcel-cache', '.gradle', '.mvn', '.idea', '.vscode', '.vs', '.terraform', 'Pods', '.dart_tool', 'elm-stuff',
  '.stack-work', '.bundle', '.yarn', '.pnpm-store', '.serverless', 'htmlcov', '.ipynb_checkpoints', '.devenv', '.direnv',
]);

/** Directories that are made by a build when one of these files stands beside them. */
const builtBeside: Record<string, readonly RegExp[]> = {
  target: [/^Cargo\.toml$/, /^pom\.xml$/, /^build\.sbt$/, /^project\.clj$/],
  dist: [/^package\.json$/, /^setup\.py$/, /^pyproject\.toml$/],
  build: [/^package\.json$/, /^build\.gradle(\.kts)?$/, /^settings\.gradle(\.kts)?$/, /^setup\.py$/, /^CMakeLists\.txt$/, /^gleam\.toml$/],
  out: [/^package\.json$/],
  coverage: [/^package\.json$/],
  vendor: [/^go\.mod$/, /^composer\.json$/, /^Gemfile$/],
  bin: [/\.(cs|fs|vb)proj$/],
  obj: [/\.(cs|fs|vb)proj$/],
  _build: [/^mix\.exs$/, /^dune-project$/, /^rebar\.config$/],
  deps: [/^mix\.exs$/],
};

/** Whether a directory of this name, with these siblings, is left out of the tree. */
export function isForeignDirectory(name: string, siblings: readonly string[]): boolean {
  if (foreignDirectories.has(name)) return true;
  const beside = Object.hasOwn(builtBeside, name) ? builtBeside[name] : undefined;
  return beside !== undefined && siblings.some((sibling) => beside.some((pattern) => pattern.test(sibling)));
}

/** Packages that nearly every program of Python brings with others. */
const commonPackages = new Set(['requests', 'urllib3', 'certifi', 'idna', 'chardet', 'charset_normalizer', 'six.py', 'dateutil', 'pytz', 'yaml', 'bs4', 'soupsieve', 'html5lib', 'webencodings', 'jinja2', 'markupsafe', 'click', 'werkzeug', 'cherrypy', 'cheroot', 'tzlocal', 'tzdata', 'pkg_resources', 'setuptools', 'packaging', 'importlib_metadata', 'typing_extensions.py', 'colorama', 'attr', 'attrs', 'pygments', 'rich', 'sqlalchemy', 'mako', 'defusedxml', 'websocket', 'oauthlib', 'requests_oauthlib', 'simplejson', 'apscheduler', 'lxml', 'dns']);
/** So many of them are in one directory only where packages were copied in. */
const fewestCopied = 5;

/** Whether a directory with these entries holds packages of Python that were copied in, as those that a program brings along. */
export function holdsPackages(entries: readonly string[]): boolean {
  let found = 0;
  for (const entry of entries) if (commonPackages.has(entry) && ++found >= fewestCopied) return true;
  return false;
}

/** Whether a directory holds what a tool copies in for pages: libraries of the browser beside those of an app of .NET. */
export function isCopiedIn(path: string): boolean {
  return /(^|\/)wwwroot\/lib$/.test(path);
}

const exampleDirectories = /^(exemples?|exemplos?|ejemplos?|beispiele?|esempi|extras?|scripts?|tools?|tooling|contrib|hack|misc|ci|\.[a-z].*|\w+[-_](examples?|samples?|demos?|tests?)|stub[-_]\w+|tests?[-_]\w+|mocks?[-_]\w+|stubs?|_?tests?|__tests__|__mocks__|specs?|testing|e2e|fixtures?|testdata|test-data|mocks?|cypress|playwright|examples?|samples?|demos?|benchmarks?|bench|docs?|documentation|storybook|\.storybook|\.github|\.circleci|\.husky|\.changeset|\.devcontainer|stories|fuzz|themes|templates?)$/i;
const testFile = /(^|[._-])(test|tests|spec|e2e|stories|bench)\.[a-z]+$|_test\.(go|py|rb|exs|dart|cc|cpp)$|^test_.*\.py$|^conftest\.py$|^(playwright|vitest|jest|cypress|karma|wdio)[\w.-]*\.config\.|(Test|Tests|Spec|IT)\.(java|kt|scala|cs|groovy)$|_spec\.rb$|\.d\.ts$/;

/** Whether code here shows how the app is tested or explained rather than what it is. `path` is relative to the app's root. */
export function isTestPath(path: string): boolean {
  let known = testPaths.get(path);
  if (known === undefined) {
    if (testPaths.size >= mostRemembered) testPaths.clear();
    testPaths.set(path, (known = looksLikeTest(path)));
  }
  return known;
}

/** Answers for paths, which are asked for by everybody who reads files. */
const testPaths = new Map<string, boolean>();
const mostRemembered = 50_000;

function looksLikeTest(path: string): boolean {
  const parts = path.split('/');
  const file = parts.pop() ?? '';
  return testFile.test(file) || parts.some((part) => testDirectories.test(part)) || path.includes('src/test/');
}

const testDirectories = /^_?(tests?|__tests__|__mocks__|specs?|e2e|fixtures?|testdata|test-data|mocks?|cypress|playwright|stories|\.storybook)$/i;

/** Whether a directory, relative to the app's root, holds examples, tests or documentation: what is found in it is no service. */
export function isSideDirectory(path: string): boolean {
  // Below `src/main/java` directories are parts of the names of packages: `com/acme/template`.
  const place = path.replace(/(^|\/)src\/main\/(java|kotlin|scala|groovy)(\/.*)?$/, '$1src/main/$2');
  return place !== '.' && place.split('/').some((part, at, parts) => exampleDirectories.test(part) && !(at > 0 && appPlaces.test(parts[at - 1]!) && namedByUse.test(part)));
}

/** Where workspaces keep their apps, and names that say there what an app is for. */
const appPlaces = /^(apps|services)$/i;
const namedByUse = /^(docs?|documentation|tools?|templates?)$/i;

/** Code that a tool wrote or squeezed: one very long line, or a generator's mark at the top. */
export function isGenerated(path: string, text: string): boolean {
  if (/\.min\.(js|css|mjs)$|[.-]bundle\.js$|\.pb\.go$|_pb2(_grpc)?\.py$|\.g\.dart$|_pb\.(js|ts)$/.test(path)) return true;
  if (text.length > 20_000 && text.length / (countLines(text) + 1) > 400) return true;
  const head = text.slice(0, 600);
  // What a generator of Go leaves for its users to go on with says nothing of editing (`go help generate`).
  if (path.endsWith('.go') && /^\/\/ Code generated\b/m.test(head)) return /^\/\/ Code generated\b[^\n]{0,200}\bDO NOT EDIT\b/m.test(head);
  return /^[^\n]{0,4}(Code generated by|@generated\b|Automatically generated|autogenerated)/im.test(head);
}

/** A library as its authors publish it, that was copied in for pages: in a directory for such, with a version in its name, or under the kind of comment that stays when code is squeezed. */
export function isPublished(path: string, text: string): boolean {
  if (!/\.[cm]?js$/.test(path)) return false;
  return /-\d+\.\d+(?:\.\d+)?(?:\.\w+)?\.[cm]?js$/.test(path) || /(?:^|\/)(?:public|static|assets?|www|wwwroot|webapp|resources)\/(?:.*\/)?(?:vendors?|libs?|plugins|third[-_]?party|bower_components)\//i.test(path) || /^\s{0,20}\/\*!/.test(text);
}

function countLines(text: string): number {
  let lines = 0;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lines++;
  return lines;
}
