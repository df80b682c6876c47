import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { takesMessages, workOf } from './work.ts';

/** Paths by which those who run a service ask how it is. */
const operational = /^\/(api\/|v\d+\/)?[_-]?(health\w*|health[-_]?checks?|ready\w*|live\w*|alive|ping|up|status|metrics|prometheus|version|info|probes?|actuator|debug\/pprof|favicon\.ico)(\/.*)?$/i;

/** What answers requests without a path in the code: other protocols, generated routes, proxies, consoles and servers that are a dependency. */
const otherAnswers = /graphql|gqlgen|apollo|trpc|grpc|connectrpc|twirp|socket\.?io|websockets?|signalr|(^|\/)ws$|sockjs|json-?rpc|soap|\bmcp\b|modelcontextprotocol|proxy|gateway|ocelot|yarp|bull-?board|oapi-codegen|openapi-backend|go-openapi|tsoa|routing-controllers|autoload|eureka-server|config-server|spring-boot-admin|zuul|turbine|hystrix-dashboard|authorization-server|function-web|web-?services|vaadin|camel|hangfire\.aspnetcore/i;
const handsOut = /^(static|serveStatic|sendFile|FileServer|StaticFS|UseStaticFiles|MapFallbackToFile|ReverseProxy|NewSingleHostReverseProxy)$/;

/** Answers for the repositories of the code, which say nothing of it themselves. */
const byRepository = /data-rest$/;
const repository = /^(Jpa|Mongo|Crud|ListCrud|PagingAndSorting|ListPagingAndSorting)Repository$/;

/** Frameworks whose handlers are declared by name: where none is, nothing is answered. */
const declared: Readonly<Record<string, RegExp>> = {
  'nest': /^(Controller|Resolver|WebSocketGateway|GrpcMethod|Crud)$/,
  'spring-boot': /^(RequestMapping|GetMapping|PostMapping|PutMapping|PatchMapping|DeleteMapping|annotation\.\*|RouterFunction|RouterFunctions|route|Path|Endpoint|RepositoryRestResource|ServerEndpoint)$/,
  'aspnetcore': /^(MapControllers|MapControllerRoute|MapDefaultControllerRoute|MapGet|MapPost|MapPut|MapDelete|MapPatch|MapMethods|MapGroup|MapRazorPages|MapRazorComponents|MapBlazorHub|MapHub|MapCarter|MapFastEndpoints|UseFastEndpoints|UseEndpoints|UseMvc|UseMvcWithDefaultRoute|MapWhen|Map|Run(Async)?Handler|MapIdentityApi|MapODataRoute|UseSwagger)$/,
};

/**
 * Claims that a service which is only asked how it is, and works on what comes from a queue, a chat or a clock, is a worker. It takes as much as one path that
 * is not for those who run it, or one way of answering that needs none, to leave it what it is. Tells whether it was claimed.
 */
export function claimUnattended(draft: Draft, code: readonly FileFacts[]): boolean {
  const kind = draft.best('kind');
  if (kind?.value !== 'api' || kind.confidence >= 0.94 || [...draft.dependencies.keys()].some((name) => otherAnswers.test(name))) return false;
  if (code.some(({ called, grpc }) => grpc.some(({ role }) => role !== 'calls') || [...called].some((name) => handsOut.test(name)))) return false;
  if ([...draft.dependencies.keys()].some((name) => byRepository.test(name)) && speaksOf(code, repository)) return false;
  const routes = code.flatMap(({ path, routes }) => routes.map((route) => ({ file: path, ...route })));
  const loop = code.find(({ loops }) => loops);
  const work = workOf(draft.language, draft.dependencies);
  // Messages may as well only be sent: something has to take them.
  const waits = takesMessages(code) ?? (work?.source === 'broker' && !loop ? undefined : work?.evidence);
  const asked = routes.filter(({ path }) => operational.test(path));
  if (routes.some(({ path }) => !operational.test(path) && !(waits && path === '/'))) return false;
  const place = waits ?? (loop && seen(loop.path, 1, 'goes on until it is stopped'));
  if (!place || !(asked.length > 0 || waits && isDeaf(draft.value('framework') ?? '', code))) return false;
  const why = asked[0] ? `is asked only how it is (${asked[0].path})` : 'has nothing that answers requests';
  draft.claim('kind', 'worker', 0.94, [{ ...place, why: `${place.why}, and ${why}` }]);
  return true;
}

/** Whether nothing in the code answers, where a framework's handlers would be seen. */
function isDeaf(framework: string, code: readonly FileFacts[]): boolean {
  const handler = declared[framework];
  return handler !== undefined && !speaksOf(code, handler) && !code.some(({ called }) => [...called].some((name) => handler.test(name)));
}

/** Whether code imports a name, alone or with all others of its package (`annotation.*`). */
function speaksOf(code: readonly FileFacts[], names: RegExp): boolean {
  return code.some(({ imports }) => imports.some(({ name }) => [1, 2].some((parts) => names.test(name.split('.').slice(-parts).join('.')))));
}
