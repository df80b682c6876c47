import type { Token } from '../syntax/lexer.ts';
import { chainBefore, isMark } from '../syntax/match.ts';

/** A path that code answers. */
export interface Route {
  path: string;
  line: number;
  /** Registered on a part of the app that may be mounted under a prefix. */
  mounted: boolean;
}

const routeWords = /^(get|post|put|patch|delete|all|head|route|api_route|add_route|add_url_rule|add_get|add_post|path|re_path|HandleFunc|Handle|GET|POST|PUT|PATCH|DELETE|Get|Post|Put|Patch|Delete|MapGet|MapPost|MapHealthChecks|UseHealthChecks|GetMapping|PostMapping|PutMapping|DeleteMapping|RequestMapping|Path|Route|HttpGet|match|url|any|mount|handle|resources?|scope|use)$/;
const clients = /^(axios|fetch|http|https|requests?|client|httpx|session|got|superagent|ky|supertest|agent|cy|page|api_client|httpClient|restTemplate|webClient|faraday|HTTParty|cache|map|headers|params|query|searchParams|redis|localStorage|config|this)$/i;
const parts = /^(router|Router|routes?|bp|blueprint|api_bp|main_bp|controller|group|[a-z]+(Router|Routes|_router|_bp|_blueprint|Blueprint))$/;

/** Languages whose usual frameworks call the whole app a router. */
const routerIsApp = new Set(['go', 'swift']);

/** The routers that a file makes itself: `router := gin.Default()`, `let router = Router()`. */
function madeHere(language: string, tokens: readonly Token[]): ReadonlySet<string> {
  const made = new Set<string>();
  if (!routerIsApp.has(language)) return made;
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === 'word' && isMark(tokens[at + 1], ':=', '=') && parts.test(text) && tokens.slice(at + 2, at + 6).some((next) => /^(?:Default|New|NewRouter|NewServeMux|Router|RouterBuilder)$/.test(next.text))) made.add(text);
  }
  return made;
}

/** Tokens of a decorator before the one that matters. */
const longestDecorator = 40;

/** Whether what is at `i` is given to a decorator that registers a path. */
function isDecorated(tokens: readonly Token[], i: number): boolean {
  for (let at = i - 1, depth = 0; at > i - longestDecorator && at > 0; at--) {
    if (isMark(tokens[at], ')', ']', '}')) depth++;
    else if (isMark(tokens[at], '(', '[', '{') && --depth < 0) return isMark(tokens[at], '(') && routeWords.test(tokens[at - 1]!.text) && isMark(tokens[at - 2], '@', '.');
  }
  return false;
}

/** Paths served by a file, as they are registered or compared with. */
export function routesOf(language: string, tokens: readonly Token[]): Route[] {
  const routes: Route[] = [];
  let made: ReadonlySet<string> | undefined;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== 'string' || token.text.length > 200) continue;
    const path = language === 'python' || language === 'ruby' ? token.text.replace(/^(?!\/)/, '/') : token.text.replace(/^(GET|POST|PUT|DELETE|PATCH) /, '');
    if (!/^\/[\w\-./:{}<>*$]*$/.test(path)) continue;
    const before = tokens[i - 1];
    if (path !== token.text && /^[A-Z]+ /.test(token.text) && isMark(tokens[i + 1], ':', '=>')) {
      routes.push({ path, line: token.line, mounted: false });
      continue;
    }
    if (isMark(before, '==', '===') || isMark(tokens[i + 1], '==', '===') || before?.text === 'case' || before?.text === 'when') {
      if (token.text.startsWith('/')) routes.push({ path, line: token.line, mounted: false });
      continue;
    }
    // `{ method: 'GET', path: '/health' }` of Hapi.
    if (isMark(before, ':') && tokens[i - 2]?.text === 'path' && tokens.slice(Math.max(0, i - 10), i + 10).some(({ text }, at, near) => text === 'method' && isMark(near[at + 1], ':'))) {
      routes.push({ path, line: token.line, mounted: false });
      continue;
    }
    // `@get(operation_id="Health", path="/health")` of Litestar.
    if (language === 'python' && isMark(before, '=') && tokens[i - 2]?.text === 'path' && token.text.startsWith('/') && isDecorated(tokens, i - 2)) {
      routes.push({ path, line: token.line, mounted: false });
      continue;
    }
    const statement = language === 'ruby' && before?.kind === 'word' && routeWords.test(before.text);
    if (!isMark(before, '(') && !statement) continue;
    const chain = chainBefore(tokens, statement ? i - 1 : i - 2);
    const name = chain.at(-1) ?? '';
    // `app.use('/ready', (request, response) => …)`: what answers is written in place, and no router.
    const isAnswer = name === 'use' && isMark(tokens[i + 1], ',') && (isMark(tokens[i + 2], '(') || tokens[i + 2]?.text === 'function' || tokens[i + 2]?.text === 'async') && tokens.slice(i + 3, i + 9).every(({ text }) => text !== 'next');
    if (!routeWords.test(name) || name === 'use' && !isAnswer || name === 'mount') continue;
    if (language === 'python' && !token.text.startsWith('/') && !/^(path|re_path|url)$/.test(name)) continue;
    const owner = chain.at(-2) ?? '';
    if (clients.test(owner) && !(owner === 'http' && /^Handle/.test(name))) continue;
    if ((language === 'javascript' || language === 'typescript') && owner === '' && !/^[A-Z]/.test(name)) continue;
    routes.push({ path: path.replace(/^(\/.+)\/$/, '$1'), line: token.line, mounted: parts.test(owner) && !(made ??= madeHere(language, tokens)).has(owner) });
  }
  return routes;
}
