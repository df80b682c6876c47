import type { LanguageRules } from '../taint/rules.ts';
import { allowedOrigin, names } from '../taint/rules.ts';

const request = /[Rr]equest|^req$|Cookie|Part$|Headers?$/;
const written = /getWriter\(\)|getOutputStream\(\)|ResponseWriter|JspWriter|ServletOutputStream|^out$/;

/** Servlets, Spring, JAX-RS, JDBC, JPA, and the library of Java. */
export const javaRules: LanguageRules = {
  inputWords: /[Rr]equest|@CrossOrigin|Cookie|@(?:\w*Param|PathVariable|Body|Header)|Exchange|RoutingContext|\b(?:query|path|form)Params?\(/,
  sourcePaths: /^$/,
  sourceCalls: [
    { names: names('getParameter getParameterValues getParameterMap getParameterNames getQueryString getHeader getHeaders getHeaderNames getCookies getPathInfo getPathTranslated getServletPath getRemoteUser getPart getParts getSubmittedFileName getOriginalFilename getRequestHeader getRequestHeaders getPathParameters getQueryParams getFormParams queryParam queryParams pathParam formParam') },
    { names: names('getRequestURI getRequestURL'), clean: ['open-redirect'] },
    { names: names('getInputStream getReader'), on: request },
  ],
  sourceAnnotations: /^(?:RequestParam|PathVariable|RequestBody|RequestHeader|CookieValue|MatrixVariable|ModelAttribute|QueryParam|PathParam|FormParam|HeaderParam|CookieParam|RequestPart|Param|QueryValue|Body|RestQuery)$/,
  pages: [
    { handlers: /^(?:Get|Post|Put|Delete|Patch|Request)Mapping$/, also: /^(?:ResponseBody|RestController)$/, unless: /produces=(?![^)]*html)/i, returns: /^String$/ },
    { handlers: /^(?:GET|POST|PUT)$/, also: /^Produces$/, says: /Produces\([^)]*html/i, returns: /^String$/ },
  ],
  sinks: [
    { flow: 'sql-injection', names: names('executeQuery executeUpdate executeLargeUpdate addBatch prepareStatement prepareCall nativeSQL createNativeQuery createSQLQuery createQuery queryForObject queryForList queryForMap queryForRowSet queryForInt queryForLong queryForStream batchUpdate'), args: [0] },
    { flow: 'sql-injection', names: names('execute query update'), args: [0], on: /[Ss]tatement|[Tt]emplate|jdbc|[Cc]onnection|stmt|[Jj]dbi|[Hh]andle|[Cc]lient/ },
    { flow: 'command-injection', names: ['exec'], on: /[Rr]untime|^r$|getRuntime\(\)$/ },
    { flow: 'command-injection', names: ['new ProcessBuilder'] },
    { flow: 'command-injection', names: ['command'], on: /[Pp]rocess|^pb$/ },
    { flow: 'path-traversal', names: ['new File', 'new FileInputStream', 'new FileOutputStream', 'new FileReader', 'new FileWriter', 'new RandomAccessFile', 'new PrintWriter', 'new ZipFile', 'new FileSystemResource', 'new PathResource'] },
    { flow: 'path-traversal', names: names('get of'), on: /(?:^|\.)Paths?$/ },
    { flow: 'path-traversal', names: names('newInputStream newOutputStream newBufferedReader newBufferedWriter readAllBytes readAllLines readString writeString delete deleteIfExists copy move lines createFile createDirectory'), args: [0], on: /(?:^|\.)Files$/ },
    { flow: 'path-traversal', names: names('toFile'), self: true, args: [] },
    { flow: 'path-traversal', names: names('getPath resolve resolveSibling'), on: /getDefault\(\)|FileSystem|Paths?\.(?:get|of)\(\)$/ },
    { flow: 'path-traversal', names: names('getRealPath getResourceAsStream'), on: /[Cc]ontext|[Ll]oader/ },
    { flow: 'xss', names: names('write print println printf format append'), on: written },
    { flow: 'ldap-injection', names: names('search lookup list listBindings getAttributes bind'), on: /[Cc]o?n?te?xt|Ldap|ldap|idc|ids/ },
    { flow: 'xpath-injection', names: names('evaluate compile selectNodes selectSingleNode evaluateExpression'), args: [0], on: /[Xx][Pp]ath|^xp$|[Nn]ode|[Dd]oc/ },
    { flow: 'trust-boundary', names: names('setAttribute putValue'), on: /[Ss]ession/ },
    { flow: 'unsafe-deserialisation', names: ['new ObjectInputStream', 'new XMLDecoder'], args: [0] },
    { flow: 'unsafe-deserialisation', names: names('fromXML unmarshal'), on: /[Xx][Ss]tream/ },
    { flow: 'unsafe-deserialisation', names: names('load loadAs loadAll'), on: /[Yy]aml/ },
    { flow: 'open-redirect', names: ['sendRedirect', 'new RedirectView'] },
    { flow: 'open-redirect', names: names('setHeader addHeader header'), args: [1], when: { arg: 0, matches: /^location$/i } },
    { flow: 'code-injection', names: ['forName'], args: [0], on: /(?:^|\.)Class$/ },
    { flow: 'ssrf', names: ['new Socket'], args: [0] },
    { flow: 'ssrf', names: ['new URL', 'new HttpGet', 'new HttpPost', 'getForObject', 'getForEntity', 'postForObject', 'postForEntity', 'exchange'], args: [0] },
    { flow: 'ssrf', names: ['newBuilder'], args: [0], on: /HttpRequest$/ },
    { flow: 'ssrf', names: names('uri url'), on: /HttpRequest|Request\.Builder|[Bb]uilder|webClient|get\(\)$/ },
    { flow: 'code-injection', names: names('eval parseExpression'), on: /[Ee]ngine|[Pp]arser|[Ss]hell|Ognl|MVEL/ },
    { flow: 'xxe', names: names('parse'), args: [0], on: /DocumentBuilder$|[Bb]uilder$|SAXParser$|XMLReader$|SAXReader$/ },
  ],
  encoders: [
    { names: ['valueOf'], on: /^(?!(?:java\.lang\.)?String$)(?:[a-z]\w*\.)*[A-Z]\w*$/, clears: 'all' },
    { names: names('toJson writeValueAsString'), clears: ['xss'] },
    { names: names('toString valueOf'), on: /^(?:Integer|Long|Double|Boolean)$/, clears: 'all' },
  ],
  checks: [
    { plain: 'insecure-cookie', names: ['addCookie'], on: /[Rr]esp/, lacks: { type: /(?:^|\.)Cookie$/, method: 'setSecure' } },
    { plain: 'weak-cipher', names: ['getInstance'], on: /(?:^|\.)(?:Cipher|KeyGenerator|SecretKeyFactory)$/, arg: 0, matches: /^(?:DES|DESede|TripleDES|RC2|RC4|ARCFOUR|Blowfish)\b|^(?!RSA)[^/]*\/ECB\//i },
    { plain: 'weak-hash', names: ['getInstance'], on: /(?:^|\.)MessageDigest$/, arg: 0, matches: /^(?:MD[245]|SHA-?1?)$/i },
    { plain: 'weak-hash', names: names('md5 md5Hex sha1 sha1Hex sha shaHex getMd5Digest getSha1Digest getMd2Digest md2Hex'), on: /DigestUtils$/ },
    { plain: 'weak-hash', names: names('md5 sha1'), on: /Hashing$/ },
    { plain: 'weak-randomness', names: ['new Random', 'new SplittableRandom'] },
    { plain: 'weak-randomness', names: ['random'], needs: /\bMath\b/, on: /(?:^|\.)Math$/ },
    { plain: 'weak-randomness', names: ['current'], needs: /\bThreadLocalRandom\b/, on: /ThreadLocalRandom$/ },
    { plain: 'weak-randomness', names: names('random randomAlphabetic randomAlphanumeric randomNumeric randomAscii'), needs: /\bRandomStringUtils\b/, on: /RandomStringUtils$/ },
    { plain: 'insecure-cookie', names: ['setSecure'], arg: 0, matches: /^false$/ },
    { plain: 'insecure-cookie', names: ['secure'], needs: /[Cc]ookie/, on: /[Cc]ookie/, arg: 0, matches: /^false$/ },
    { plain: 'permissive-cors', names: names('allowedOrigins addAllowedOrigin setAllowedOrigins allowedOriginPatterns addAllowedOriginPattern setAllowedOriginPatterns'), arg: 0, matches: /^\*$/ },
    { plain: 'permissive-cors', names: names('setHeader addHeader header'), needs: /Access-Control-Allow-Origin/i, when: allowedOrigin, input: 1, on: /[Rr]esp|^r$/ },
    { plain: 'permissive-cors', names: names('setHeader addHeader header'), needs: /(["'`])\*\1/, when: allowedOrigin, arg: 1, matches: /^\*$/, on: /[Rr]esp|^r$/ },
    { plain: 'tls-unverified', names: names('setHostnameVerifier setDefaultHostnameVerifier hostnameVerifier'), always: 0 },
    { plain: 'tls-unverified', names: names('ALLOW_ALL_HOSTNAME_VERIFIER NoopHostnameVerifier new NoopHostnameVerifier new TrustAllStrategy') },
  ],
  results: {
    normalize: 'resolved path', toRealPath: 'resolved path', getCanonicalPath: 'resolved path', getCanonicalFile: 'resolved path',
    getWriter: 'ResponseWriter', getSession: 'HttpSession', createStatement: 'Statement', getRuntime: 'Runtime', getConnection: 'Connection', newXPath: 'XPath', getEntityManager: 'EntityManager',
    getParameterMap: 'Map', newDocumentBuilder: 'DocumentBuilder', newSAXParser: 'SAXParser',
  },
};
