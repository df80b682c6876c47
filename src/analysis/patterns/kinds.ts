import type { Pattern } from '../../model/index.ts';

/** How a pattern is recognised. */
export interface PatternSigns {
  pattern: Pattern;
  /** Packages of any language that are there for nothing else. */
  packages: RegExp;
  /** Packages that others bring along and lists of everything installed name: they count where code imports them. */
  imported?: RegExp;
  /** Words of code: functions, types and annotations. */
  words?: RegExp;
  /** Short texts of code, whole. */
  texts?: RegExp;
  /** Keys of configuration with their value, as `key=value`, in `settingKey`'s spelling. */
  settings?: RegExp;
}

/** Every pattern, with what speaks for it. A framework's own way to do it is a word more in its line. */
export const patternSigns: readonly PatternSigns[] = [
  {
    pattern: 'jwt',
    packages: /^(jsonwebtoken|jose|@nestjs\/jwt|passport-jwt|express-jwt|fast-jwt|koa-jwt|@fastify\/jwt|fastify-jwt|next-auth|pyjwt|python-jose(\[\w+\])?|flask-jwt-extended|flask-jwt|djangorestframework-simplejwt|djangorestframework-jwt|authlib|github\.com\/(golang-jwt\/jwt|dgrijalva\/jwt-go|lestrrat-go\/jwx|appleboy\/gin-jwt|gofiber\/jwt|gofiber\/contrib\/jwt|go-chi\/jwtauth|labstack\/echo-jwt)|jsonwebtoken|jwt-simple|(io\.jsonwebtoken:)?jjwt(-api)?|com\.auth0:java-jwt|java-jwt|nimbus-jose-jwt|spring-boot-starter-oauth2-resource-server|quarkus-smallrye-jwt|micronaut-security-jwt|jwt|devise-jwt|knock|tymon\/jwt-auth|firebase\/php-jwt|lcobucci\/jwt|lexik\/jwt-authentication-bundle|php-open-source-saver\/jwt-auth|Microsoft\.AspNetCore\.Authentication\.JwtBearer|System\.IdentityModel\.Tokens\.Jwt|joken|guardian|elixir_jwt|jwt-go)$/,
    words: /^(AddJwtBearer|JwtBearerDefaults|JwtModule|JwtService|JwtDecoder|JWTAuthentication|JWTManager|jwt_required|create_access_token|JwtStrategy|JwtAuthGuard|JWTMiddleware|jwtMiddleware|JwtUtil|JwtUtils|JwtTokenProvider|OAuth2PasswordBearer|jwtVerify|SignJWT)$/,
  },
  {
    pattern: 'sessions',
    packages: /^(express-session|cookie-session|iron-session|koa-session|@fastify\/session|@fastify\/secure-session|fastify-session|connect-redis|connect-mongo|connect-pg-simple|flask-session|flask-login|starsessions|itsdangerous-session|django-user-sessions|github\.com\/(gorilla\/sessions|gin-contrib\/sessions|alexedwards\/scs|gofiber\/session)|tower-sessions|actix-session|spring-session-(core|data-redis|jdbc)|devise|redis-session-store|activerecord-session_store|authlogic|sorcery|lucia|passport-local|next-auth)$/,
    words: /^(session_start|AddSession|UseSession|AddCookie|SessionMiddleware|LoginManager|login_user|HttpSession|SessionStore|NewCookieStore|formLogin|AddIdentity|AddDefaultIdentity|startSession|SessionInterceptor|CookieSessionStorage|createCookieSessionStorage|has_secure_password|authenticate_user!)$/,
    texts: /^(django\.contrib\.sessions|django\.contrib\.sessions\.middleware\.SessionMiddleware)$/,
  },
  {
    pattern: 'oauth',
    packages: /^(passport-(google-oauth20|google-oauth|github2?|facebook|oauth2|auth0|azure-ad|openidconnect|discord|twitter)|passport-oauth2|openid-client|oidc-provider|next-auth|@auth\/\w+|@auth0\/[\w-]+|auth0(-\w+)?|express-openid-connect|@okta\/[\w-]+|keycloak-js|keycloak-connect|nest-keycloak-connect|@clerk\/[\w-]+|@azure\/msal-[\w-]+|msal|simple-oauth2|authlib|requests-oauthlib|social-auth-app-django|django-allauth|django-oauth-toolkit|mozilla-django-oidc|python-keycloak|flask-dance|golang\.org\/x\/oauth2|github\.com\/(coreos\/go-oidc|markbates\/goth|ory\/\w+)|oauth2|openidconnect|spring-boot-starter-oauth2-(client|resource-server|authorization-server)|spring-security-oauth2(-\w+)*|spring-cloud-starter-oauth2|spring-cloud-security|keycloak-spring-boot-starter|quarkus-oidc|micronaut-security-oauth2|omniauth(-[\w-]+)?|doorkeeper|laravel\/(socialite|passport)|league\/oauth2-(client|server)|knpuniversity\/oauth2-client-bundle|Microsoft\.AspNetCore\.Authentication\.(Google|OpenIdConnect|MicrosoftAccount|Facebook)|Microsoft\.Identity\.Web|IdentityServer4(\.\w+)*|Duende\.IdentityServer(\.\w+)*|OpenIddict(\.\w+)*|ueberauth\w*|assent)$/,
    words: /^(EnableAuthorizationServer|EnableResourceServer|EnableOAuth2Sso|EnableOAuth2Client|oauth2Login|oauth2ResourceServer|AddOpenIdConnect|AddGoogle|AddMicrosoftIdentityWebApi|AddIdentityServer|GoogleStrategy|GitHubStrategy|OAuth2Session|GoogleProvider|OAuth2PasswordRequestForm|ClientCredentials)$/,
    settings: /^(spring\.security\.oauth2|security\.oauth2)\./,
  },
  {
    pattern: 'rate-limiting',
    packages: /^(express-rate-limit|express-slow-down|rate-limiter-flexible|rate-limit-redis|@nestjs\/throttler|koa-ratelimit|@fastify\/rate-limit|fastify-rate-limit|@upstash\/ratelimit|hono-rate-limiter|bottleneck|limiter|slowapi|flask-limiter|django-ratelimit|fastapi-limiter|golang\.org\/x\/time\/rate|github\.com\/(ulule\/limiter|didip\/tollbooth|go-chi\/httprate|juju\/ratelimit|uber-go\/ratelimit|sethvargo\/go-limiter|gofiber\/fiber\/v2\/middleware\/limiter)|go\.uber\.org\/ratelimit|governor|tower_governor|actix-governor|actix-limitation|(com\.github\.vladimir-bukhtoyarov:|com\.bucket4j:)?bucket4j(-core|_jdk\d+-core)?|bucket4j-spring-boot-starter|resilience4j-ratelimiter|rack-attack|rack-throttle|AspNetCoreRateLimit|symfony\/rate-limiter|hammer|ex_rated|plug_attack)$/,
    words: /^(ThrottlerModule|ThrottlerGuard|Throttle|RateLimiter|rateLimit|rateLimiter|AddRateLimiter|UseRateLimiter|RequestRateLimiter|RedisRateLimiter|ThrottleRequests|rate_limit|throttle_classes|AnonRateThrottle|UserRateThrottle|NewLimiter|ratelimit)$/,
    texts: /^(throttle:\w+|throttle:\d+,\d+|DEFAULT_THROTTLE_CLASSES)$/,
    settings: /requestratelimiter|^.*=requestratelimiter/,
  },
  {
    pattern: 'caching',
    packages: /^(node-cache|lru-cache|cache-manager|@nestjs\/cache-manager|apicache|memory-cache|keyv|@keyv\/\w+|express-redis-cache|memjs|memcached|catbox(-\w+)?|django-redis|django-cacheops|flask-caching|cachetools|aiocache|fastapi-cache2?(\[\w+\])?|dogpile-cache|github\.com\/(patrickmn\/go-cache|dgraph-io\/ristretto|allegro\/bigcache|coocoo90\/freecache|eko\/gocache|go-redis\/cache|bradfitz\/gomemcache)|moka|cached|spring-boot-starter-cache|(com\.github\.ben-manes\.caffeine:)?caffeine|ehcache|hazelcast(-\w+)*|quarkus-cache|micronaut-cache-caffeine|dalli|Microsoft\.Extensions\.Caching\.\w+|FusionCache|ZiggyCreatures\.FusionCache|LazyCache|cachex|nebulex|con_cache|symfony\/cache)$/,
    words: /^(EnableCaching|Cacheable|CacheEvict|CachePut|CacheResult|CacheManager|CacheModule|CacheInterceptor|AddMemoryCache|AddDistributedMemoryCache|AddStackExchangeRedisCache|AddOutputCache|AddResponseCaching|OutputCache|ResponseCache|IMemoryCache|IDistributedCache|cache_page|lru_cache|cached_property_with_ttl|memoize|LRUCache|TTLCache|NodeCache|unstable_cache)$/,
    texts: /^(django\.core\.cache|CACHES)$/,
    settings: /^spring\.cache\./,
  },
  {
    pattern: 'cors',
    packages: /^(cors|@koa\/cors|koa2-cors|@fastify\/cors|fastify-cors|django-cors-headers|flask-cors|aiohttp-cors|github\.com\/(rs\/cors|gin-contrib\/cors|go-chi\/cors|gorilla\/handlers|gofiber\/fiber\/v2\/middleware\/cors)|actix-cors|rocket_cors|rack-cors|fruitcake\/(laravel-cors|php-cors)|nelmio\/cors-bundle|asm89\/stack-cors|cors_plug|corsica|Microsoft\.AspNetCore\.Cors)$/,
    words: /^(CrossOrigin|CorsRegistry|CorsConfiguration|CorsConfigurationSource|CorsFilter|CorsWebFilter|CORSMiddleware|CORS|enableCors|AddCors|UseCors|CorsLayer|addCorsMappings|cors|CORSWithConfig|cross_origin|corsMiddleware|AllowAllOrigins|HandleCors)$/,
    texts: /^(Access-Control-Allow-Origin|corsheaders|corsheaders\.middleware\.CorsMiddleware)$/i,
    settings: /(globalcors|\.cors\.|^cors\.|quarkus\.http\.cors)/,
  },
  {
    pattern: 'websocket',
    packages: /^(ws|socket\.io|socket\.io-client|@nestjs\/websockets|@nestjs\/platform-(ws|socket\.io)|@fastify\/websocket|express-ws|koa-websocket|sockjs|sockjs-client|@stomp\/stompjs|graphql-ws|subscriptions-transport-ws|uwebsockets\.js|y-websocket|channels|flask-socketio|flask-sock|python-socketio|github\.com\/(gorilla\/websocket|gofiber\/websocket|gofiber\/contrib\/websocket|coder\/websocket|gobwas\/ws|olahol\/melody|googollee\/go-socket\.io)|nhooyr\.io\/websocket|golang\.org\/x\/net\/websocket|tokio-tungstenite|tungstenite|actix-web-actors|actix-ws|axum\/ws|spring-boot-starter-websocket|spring-websocket|quarkus-websockets(-next)?|micronaut-websocket|netty-socketio|ktor-server-websockets(-jvm)?|faye-websocket|actioncable|anycable(-rails)?|cboden\/ratchet|laravel\/reverb|beyondcode\/laravel-websockets|pusher\/pusher-php-server|Microsoft\.AspNetCore\.SignalR(\.\w+)*|@microsoft\/signalr|@aspnet\/signalr|phoenix_live_view|react-use-websocket)$/,
    imported: /^websockets(\.|$)/,
    words: /^(WebSocket|WebSocketServer|WebSocketGateway|EnableWebSocket|EnableWebSocketMessageBroker|ServerEndpoint|AddSignalR|MapHub|UseWebSockets|HubConnectionBuilder|WebSocketUpgrade|WebsocketConsumer|AsyncWebsocketConsumer|AsyncJsonWebsocketConsumer|Upgrader|upgradeWebSocket|WebSocketResponse|ActionCable|webSocket|websocket_handle|WebSocketHandler|WebSocketEndpoint)$/,
  },
  {
    pattern: 'sse',
    packages: /^(express-sse|better-sse|sse-express|fastify-sse(-v2)?|sse-starlette|django-eventstream|flask-sse|github\.com\/(r3labs\/sse|gin-contrib\/sse|tmaxmax\/go-sse)|eventsource|@microsoft\/fetch-event-source|Lib\.AspNetCore\.ServerSentEvents|ktor-server-sse(-jvm)?)$/,
    words: /^(SseEmitter|EventSource|EventSourceResponse|ServerSentEvent|ServerSentEvents|SSEvent|Sse|streamSSE|fetchEventSource|SseEventSink)$/,
    texts: /^text\/event-stream$/,
  },
  {
    pattern: 'uploads',
    packages: /^(multer|multer-s3|busboy|connect-busboy|formidable|express-fileupload|@fastify\/multipart|fastify-multipart|koa-multer|@koa\/multer|koa-body|uploadthing|@uploadthing\/\w+|graphql-upload|@tus\/\w+|django-storages|flask-uploads|flask-reuploaded|actix-multipart|commons-fileupload|carrierwave(-\w+)*|shrine|paperclip|refile|vich\/uploader-bundle|spatie\/laravel-medialibrary|waffle|arc|quarkus-resteasy-multipart)$/,
    words: /^(MultipartFile|IFormFile|IFormFileCollection|UploadFile|FileField|ImageField|FileInterceptor|FilesInterceptor|FormFile|MultipartReader|MultipartForm|ParseMultipartForm|SaveUploadedFile|UploadedFile|has_one_attached|has_many_attached|move_uploaded_file|Multipart|FilePart|FileUpload|secure_filename|TempFile|allow_upload)$/,
  },
  {
    pattern: 'background-jobs',
    packages: /^(bull|bullmq|@nestjs\/(bull|bullmq|schedule)|bee-queue|agenda|kue|node-cron|cron|node-schedule|croner|pg-boss|graphile-worker|inngest|@trigger\.dev\/sdk|bree|toad-scheduler|@temporalio\/\w+|celery(\[\w+\])?|rq|django-rq|dramatiq(\[\w+\])?|huey|arq|apscheduler|django-q2?|django-celery-beat|taskiq(-\w+)*|schedule|procrastinate|rocketry|temporalio|prefect|github\.com\/(hibiken\/asynq|robfig\/cron|RichardKnop\/machinery|gocraft\/work|go-co-op\/gocron|riverqueue\/river|vmihailenco\/taskq|jasonlvhit\/gocron)|go\.temporal\.io\/sdk|apalis|tokio-cron-scheduler|fang|sidekiq(-[\w-]+)?|resque|delayed_job(_\w+)?|good_job|que|solid_queue|sucker_punch|whenever|clockwork|rufus-scheduler|spring-boot-starter-(quartz|batch)|quartz|jobrunr(-\w+)*|db-scheduler(-\w+)*|shedlock-spring|quarkus-(scheduler|quartz)|Hangfire(\.\w+)*|Quartz(\.\w+)*|Coravel|TickerQ|laravel\/horizon|symfony\/messenger|oban|exq|quantum|verk|db-scheduler)$/,
    words: /^(EnableScheduling|Scheduled|EnableAsync|Async|EnableBatchProcessing|BackgroundService|AddHostedService|IHostedService|shared_task|perform_async|perform_later|ApplicationJob|BlockingScheduler|BackgroundScheduler|AsyncIOScheduler|BackgroundTasks|ScheduleModule|Cron|ShouldQueue|RecurringJob|BackgroundJob|add_periodic_task|NewScheduler)$/,
  },
  {
    pattern: 'feature-flags',
    packages: /^(launchdarkly-[\w-]+|@launchdarkly\/[\w-]+|ldclient-py|launchdarkly-server-sdk|unleash-client|@unleash\/[\w-]+|unleashclient|unleash-client-python|@openfeature\/[\w-]+|openfeature-sdk|dev\.openfeature:sdk|flagsmith(-nodejs)?|flagsmith-\w+|growthbook|@growthbook\/[\w-]+|configcat-[\w-]+|@splitsoftware\/[\w-]+|@optimizely\/[\w-]+|optimizely-sdk|posthog-(node|js)|statsig-\w+|@vercel\/flags|flags|django-waffle|django-flags|gargoyle|flask-featureflags|github\.com\/(launchdarkly\/go-server-sdk|Unleash\/unleash-client-go|open-feature\/go-sdk|thomaspoignant\/go-feature-flag|growthbook\/growthbook-golang)|togglz(-\w+)*|ff4j(-\w+)*|unleash-client-java|flipper(-\w+)*|rollout|laravel\/pennant|Microsoft\.FeatureManagement(\.\w+)*|LaunchDarkly\.ServerSdk|fun_with_flags)$/,
    words: /^(FeatureGate|AddFeatureManagement|IFeatureManager|useFeatureFlag|isFeatureEnabled|featureFlag|featureFlags|feature_flag|FeatureFlag|FeatureFlags|FEATURE_FLAGS)$/,
    settings: /(^|\.)(featureflags?|featuremanagement|feature\.flags?)\./,
  },
  {
    pattern: 'tracing',
    packages: /^(@opentelemetry\/[\w-]+|opentelemetry-[\w-]+|dd-trace|ddtrace|elastic-apm(-\w+)*|newrelic|jaeger-client|zipkin(-[\w-]+)*|@sentry\/(tracing|opentelemetry)|applicationinsights|aws-xray-sdk(-\w+)?|@google-cloud\/trace-agent|go\.opentelemetry\.io\/[\w./-]+|github\.com\/(opentracing\/[\w-]+|uber\/jaeger-client-go|openzipkin\/zipkin-go|DataDog\/dd-trace-go|newrelic\/go-agent|aws\/aws-xray-sdk-go)|gopkg\.in\/DataDog\/[\w.-]+|opentelemetry|tracing-opentelemetry|spring-cloud-starter-(sleuth|zipkin)|spring-cloud-sleuth-[\w-]+|micrometer-tracing[\w-]*|zipkin-reporter-brave|brave-[\w-]+|opentracing-[\w-]+|quarkus-opentelemetry|micronaut-tracing[\w-]*|OpenTelemetry(\.\w+)*|Datadog\.Trace|Jaeger|ddtrace|skylight|open-telemetry\/[\w-]+|datadog\/dd-trace)$/,
    words: /^(AddOpenTelemetry|WithTracing|NodeSDK|TracerProvider|WithSpan|NewSpan|otelgin|otelhttp|otelgrpc|trace_span|start_as_current_span|AddOpenTelemetryTracing|registerOTel)$/,
    settings: /^(spring\.(zipkin|sleuth)\.|management\.(tracing|zipkin|otlp)\.|quarkus\.otel\.|otel\.)/,
  },
  {
    pattern: 'health',
    packages: /^(@godaddy\/terminus|@nestjs\/terminus|lightship|express-actuator|@cloudnative\/health-connect|django-health-check|fastapi-health|github\.com\/(heptiolabs\/healthcheck|alexliesenfeld\/health|hellofresh\/health-go)|spring-boot-starter-actuator|quarkus-smallrye-health|micronaut-management|okcomputer|health_check|AspNetCore\.HealthChecks\.\w+|spatie\/laravel-health)$/,
    words: /^(MapHealthChecks|AddHealthChecks|UseHealthChecks|HealthIndicator|HealthCheckService|TerminusModule|Liveness|Readiness|NewHealthCheck|RegisterHealthServer|add_HealthServicer_to_server)$/,
  },
  {
    pattern: 'graceful-shutdown',
    packages: /^(@godaddy\/terminus|http-terminator|http-graceful-shutdown|stoppable|lightship|close-with-grace|fastify-graceful-shutdown|express-graceful-shutdown|node-graceful-shutdown|graceful-shutdown|github\.com\/(tylerb\/graceful|oklog\/run|facebookgo\/grace)|signal-hook|signal-hook-tokio|graceful_stop)$/,
    words: /^(SIGTERM|addShutdownHook|enableShutdownHooks|with_graceful_shutdown|gracefulShutdown|graceful_shutdown|GracefulStop|PreDestroy|NotifyContext|IHostApplicationLifetime|ApplicationStopping|CancelKeyPress|createTerminus|shutdown_signal|ShutdownTimeout|gracefulClose)$/,
    settings: /^server\.shutdown=graceful|^quarkus\.shutdown\.timeout/,
  },
];

const words = new Set(patternSigns.flatMap((signs) => signs.words?.source.replace(/^\^\(|\)\$$/g, '').split('|') ?? []));
const texts = new RegExp(patternSigns.flatMap((signs) => (signs.texts ? [signs.texts.source] : [])).join('|'), 'i');

/** Whether a word of code, or a text in it, speaks for a pattern. */
export function isTelling(kind: 'word' | 'string', text: string): boolean {
  return text.length < 60 && text.length > 2 && (kind === 'word' ? words.has(text) : texts.test(text) || text === 'SIGTERM');
}
