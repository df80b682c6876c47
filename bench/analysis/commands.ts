/** Options and words around a command that do not change what is started. */
const wrappers = /^(exec|npx( --yes| -y)?|bunx|pnpm exec|pnpm dlx|yarn exec|yarn dlx|poetry run|pipenv run|uv run|pdm run|rye run|bundle exec|env|nohup|dumb-init( --)?|tini( --)?) /;

/** Where it listens, how many processes it has, whether it watches its files: the port and the address are compared by themselves. */
const deployment = / (--(?:host|port|bind|address|addr|hostname|workers|threads|timeout|graceful-timeout|keep-alive|max-requests|max-requests-jitter|access-logfile|error-logfile|worker-class(?= (?:sync|gthread))|log-level|server\.(?:port|address|headless)|http-port|http-socket)|-b|-p|-w|-h|-o) [^\s-]\S*| --(?:reload|no-?reload|debug|no-debug|proxy-headers|with-threads)(?= |$)/g;

/** Steps that only prepare: where it is, what it finds there, that something else is up. */
const preparing = /^(cd|export|set|rm|mkdir|sleep|echo|source|\.) /;

/**
 * The usual spellings of one command made equal: runs of blanks, `NAME=value` in front, wrappers (`npx`, `poetry run`, `bundle exec` …),
 * `npm run start` → `npm start`, `yarn run x` → `yarn x`, `python3` → `python`, `./x` and `bin/rails` → `x` and `rails`, `node server` →
 * `node server.js`, quotes, `wsgi:application` → `wsgi`, `python -m flask` → `flask`, a built program at any place, without options of deployment.
 */
export function normaliseCommand(command: string): string {
  const text = command.trim().replace(/["']/g, '').replace(/\$\{(\w+)(:?-[^}]*)?\}/g, '$$$1').replace(/\s+/g, ' ').replace(/^(sh|bash) -l?c /, '').replace(/;$/, '').trim();
  return text.split(/ && | ; /).filter((one) => !preparing.test(one)).map(part).join(' && ');
}

function part(command: string): string {
  let text = command.trim();
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(/^[A-Za-z_]\w*=\S* /, '').replace(wrappers, '');
  }
  text = text
    .replace(/^(npm|pnpm|yarn|bun)( --\S+(?: \S+)?)? (run|run-script) /, '$1$2 ')
    .replace(/^python\d(\.\d+)?\b/, 'python').replace(/^php\d(\.\d+)?\b/, 'php')
    .replace(/^python -m (?=(flask|gunicorn|uvicorn|hypercorn|daphne|streamlit|celery|waitress-serve|fastapi)\b)/, '')
    .replace(/^(bin|\.\/bin|vendor\/bin|\.\/vendor\/bin|node_modules\/\.bin|\.\/node_modules\/\.bin)\/(?=(rails|rake|rackup|puma|\w+$|\w+ ))/, '').replace(/^rails s\b/, 'rails server')
    .replace(/(^| )(?:\.{1,2}\/)+/g, '$1').replace(/^(?!node_modules)\/?(?:[\w.-]+\/)*([\w-]+)(?= |$)/, '$1').replace(/^(java -jar|dotnet) \/?(?:[\w.-]+\/)+(?=[\w.-]+\.(?:jar|dll)\b)/, '$1 ').replace(/^manage\.py\b/, 'python manage.py')
    .replace(/^(node(?: --?\S+)*) ([\w./-]+)$/, (_, node: string, file: string) => `${node} ${/\.[cm]?[jt]sx?$/.test(file) ? file : `${file}.js`}`)
    .replace(/ (--?[\w.-]+)=/g, ' $1 ').replace(/\/+(?= |$)/g, '');
  return listening(text);
}

/** Programs whose short options are those of a server. */
const server = /^(gunicorn|uvicorn|hypercorn|daphne|flask|fastapi|streamlit|waitress-serve|python manage\.py|php artisan|php -S|rails|puma|rackup|hanami server|next|vite|panel|celery)\b/;

function listening(text: string): string {
  if (!server.test(text)) return text;
  return text.replace(deployment, '').replace(' -c gunicorn.conf.py', '').replace(/ runserver(?: [\w.:$]+)?/, ' runserver').replace(/^php -S [^-\s]\S*/, 'php -S').replace(/(\bgunicorn .*?[\w.]+):application\b/, '$1');
}

/** The command with what a `package.json` says its script is, when it only names one: `npm start` is as good as `node server.js`. */
export function forms(command: string, scripts: Readonly<Record<string, string>>): Set<string> {
  const all = new Set([normaliseCommand(command)]);
  for (const form of all) {
    const name = /^(?:npm|pnpm|yarn|bun) ([\w:.-]+)$/.exec(form)?.[1];
    const script = name === undefined ? undefined : scripts[name];
    if (script !== undefined) all.add(normaliseCommand(script));
  }
  return all;
}

/** Whether two commands start the same. */
export function sameCommand(a: string, b: string, scripts: Readonly<Record<string, string>>): boolean {
  const those = forms(b, scripts);
  return [...forms(a, scripts)].some((form) => those.has(form));
}

/** A name as it is compared: `Next.js`, `nextjs` and `next` are one, as are `spring-boot` and `Spring Boot`. */
export function normaliseName(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9+#]/g, '');
  return plain.length > 4 ? plain.replace(/js$/, '') : plain;
}
