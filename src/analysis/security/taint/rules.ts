import type { Finding } from '../../../model/index.ts';

/** A kind of weakness, with what a person should know of it. */
export interface Weakness {
  readonly severity: Finding['severity'];
  /** CWE number. */
  readonly cwe: number;
  readonly what: string;
  readonly fix: string;
}

/** What becomes of untrusted input in the wrong place. Each is a bit that encoders can clear. */
export const flowWeaknesses = {
  'sql-injection': { severity: 'critical', cwe: 89, what: 'reaches a database query as part of its text', fix: 'keep the text constant and give values as parameters of a prepared statement' },
  'command-injection': { severity: 'critical', cwe: 78, what: 'reaches a command that the system runs', fix: 'run a fixed program with a list of arguments, without a shell, and allow only known values' },
  'code-injection': { severity: 'critical', cwe: 94, what: 'is run as code', fix: 'do not evaluate input: read it as data, or choose among known values' },
  'path-traversal': { severity: 'high', cwe: 22, what: 'names a file', fix: 'resolve the path and refuse what lies outside its directory, or take only the base name' },
  'ssrf': { severity: 'high', cwe: 918, what: 'decides whom the server calls', fix: 'choose the host from a list of known ones, and refuse addresses of the own network' },
  'xss': { severity: 'high', cwe: 79, what: 'is written into a page as it is', fix: 'escape it for HTML where it is written, or let a template do it' },
  'ldap-injection': { severity: 'high', cwe: 90, what: 'reaches an LDAP search as part of its filter or name', fix: 'escape it for LDAP filters (RFC 4515) or names (RFC 4514)' },
  'xpath-injection': { severity: 'high', cwe: 643, what: 'reaches an XPath expression as part of its text', fix: 'use variables of XPath, or allow only known values' },
  'unsafe-deserialisation': { severity: 'critical', cwe: 502, what: 'is turned into objects of any class', fix: 'read a format of plain data, such as JSON, and check its shape' },
  'open-redirect': { severity: 'medium', cwe: 601, what: 'decides where the browser is sent', fix: 'redirect to paths of this site or to a list of known hosts only' },
  'trust-boundary': { severity: 'medium', cwe: 501, what: 'is put into the session unchecked, where other code takes it for trusted', fix: 'check it before it is kept, and keep it apart from what the server decided' },
  'xxe': { severity: 'high', cwe: 611, what: 'is read by an XML parser that resolves external entities', fix: 'turn off document types and external entities in the parser' },
} as const satisfies Readonly<Record<string, Weakness>>;

/** What is wrong by itself, whoever calls it. */
export const plainWeaknesses = {
  'weak-cipher': { severity: 'high', cwe: 327, what: 'is a broken or outdated way to encrypt', fix: 'use AES-GCM or ChaCha20-Poly1305' },
  'weak-hash': { severity: 'medium', cwe: 328, what: 'is a broken hash function', fix: 'use SHA-256 or better; for passwords Argon2, scrypt or bcrypt' },
  'weak-randomness': { severity: 'medium', cwe: 330, what: 'can be predicted', fix: 'use the cryptographic source of randomness of the language' },
  'insecure-cookie': { severity: 'medium', cwe: 614, what: 'also travels over unencrypted connections, or is read by scripts of a page', fix: 'set the attribute Secure, and HttpOnly and SameSite with it' },
  'debug-server': { severity: 'high', cwe: 489, what: 'shows the inside of the program to visitors, and with some debuggers runs what they send', fix: 'turn debugging off unless a variable of the environment says otherwise' },
  'permissive-cors': { severity: 'medium', cwe: 942, what: 'lets pages of any site call this one', fix: 'name the origins that may' },
  'tls-unverified': { severity: 'high', cwe: 295, what: 'accepts any certificate', fix: 'verify certificates; add a private authority to the trusted ones' },
  'xml-entities': { severity: 'medium', cwe: 611, what: 'resolves external entities', fix: 'turn off document types and external entities in the parser' },
} as const satisfies Readonly<Record<string, Weakness>>;

export type Flow = keyof typeof flowWeaknesses;
export type Plain = keyof typeof plainWeaknesses;
/** Weaknesses that a call may be by itself: some of input too, where it is a setting that lets all input through. */
export type Checked = Plain | 'xss' | 'unsafe-deserialisation';

const flows = Object.keys(flowWeaknesses) as Flow[];
/** All dangers at once. */
export const everyFlow = (1 << flows.length) - 1;

export function bitOf(flow: Flow): number {
  return 1 << flows.indexOf(flow);
}

export function bitsOf(names: readonly Flow[]): number {
  return names.reduce((bits, flow) => bits | bitOf(flow), 0);
}

/** A weakness in a place, before it is put into words. */
export interface Hit {
  rule: string;
  line: number;
  /** What comes in, when something flows. */
  source: { what: string; line: number } | null;
  /** What is called or written. */
  sink: string;
  severity?: Finding['severity'];
  /** Only where it is done whatever is tested before: a test may have refused what is dangerous. */
  untested?: true;
}

/** Which calls a rule speaks of: by last name, and by what they are called on. */
export interface CallPattern {
  /** Last names: `exec`, or with `new` before it a class. */
  readonly names: readonly string[];
  /** Tested against the type of what it is called on, and against how that is written. */
  readonly on?: RegExp;
}

/** A call that gives input, but for what that is no danger to. */
export interface SourceCall extends CallPattern {
  readonly clean?: readonly Flow[];
}

export interface Sink extends CallPattern {
  readonly flow: Flow;
  /** Indexes of the arguments that matter; all without it. Also names of arguments. */
  readonly args?: readonly (number | string)[];
  /** Only when an argument is a list or an expression put together, not a value by itself. */
  readonly onlyText?: boolean;
  /** Not when an argument is an object: that is written as data. */
  readonly noObject?: boolean;
  /** Not when it is but a part of a text. */
  readonly whole?: boolean;
  /** Counts what it is called on. */
  readonly self?: boolean;
  /** Not when there are more arguments than this. */
  readonly most?: number;
  /** Only when an argument is known to be this. */
  readonly when?: { readonly arg: number | string; readonly matches: RegExp };
  /** Only when an argument is written like this, or begins like this as it is written. */
  readonly written?: { readonly arg: number; readonly matches: RegExp };
  readonly begins?: { readonly arg: number; readonly matches: RegExp };
}

export interface Check extends CallPattern {
  readonly plain: Checked;
  /** What stands in every file where it may hold; without it, the name of the call, and that of the argument when it has one. */
  readonly needs?: RegExp;
  /** Index or name of an argument whose constant value must match; without it the call itself is the weakness. */
  readonly arg?: number | string;
  readonly matches?: RegExp;
  /** Only when an argument is known to be this, or begins like this as it is written. */
  readonly when?: { readonly arg: number | string; readonly matches: RegExp };
  readonly begins?: { readonly arg: number; readonly matches: RegExp };
  /** Where it is less or more grave than others of its kind. */
  readonly severity?: Finding['severity'];
  /** Index or name of an argument that must be input, which no test was made of, or a function that says yes to everything. */
  readonly input?: number | string;
  readonly always?: number | string;
  /** Only without an argument by this name. */
  readonly absent?: string;
  /** An argument by this name must be absent or not match. */
  readonly unless?: { readonly arg: number | string; readonly matches: RegExp };
  /** The first argument must have been made here, and this method never called on it. */
  /** An argument is written like this. */
  readonly written?: { readonly arg: number; readonly matches: RegExp };
  /** Only with fewer arguments than this, none of which has names in it. */
  readonly fewer?: number;
  readonly lacks?: { readonly type: RegExp; readonly method: string };
}

/** Functions whose answer is a page. */
export interface PageRule {
  /** An annotation of the function. */
  readonly handlers: RegExp;
  /** Something that the file imports. */
  readonly libraries?: RegExp;
  /** Another annotation, of the function or its class. */
  readonly also?: RegExp;
  /** What must, and must not, be written in the annotations of both: `GetMapping(value=/,produces=text/plain)`. */
  readonly says?: RegExp;
  readonly unless?: RegExp;
  /** The declared type of the answer. */
  readonly returns?: RegExp;
}

/** What is known of one language's libraries. */
export interface LanguageRules {
  /** Text of names and members that is input: `req.query`. */
  readonly sourcePaths: RegExp;
  readonly sourceCalls: readonly SourceCall[];
  /** Annotations of parameters, and decorators of functions whose parameters are input. */
  readonly sourceAnnotations?: RegExp;
  readonly handlerDecorators?: RegExp;
  readonly handlerBases?: RegExp;
  /** Calls that are given functions which answer requests, and whose parameters that are texts are input. */
  readonly handlerCalls?: RegExp;
  /** Calls that put input into an argument: where that comes from is what they are called on, another argument, or the request. */
  readonly fills?: readonly (CallPattern & { readonly from: 'self' | 'input' | number; readonly arg: number })[];
  readonly sinks: readonly Sink[];
  /** Assignments to a member of this text: `el.innerHTML = …`. */
  readonly memberSinks?: readonly { readonly path: RegExp; readonly flow: Flow; /** Only parts of this name, of which the name is known. */ readonly part?: RegExp }[];
  /** Input that is no danger to some. */
  readonly harmlessSources?: { readonly of: RegExp; readonly clears: readonly Flow[] };
  /** Names of parts of input that others than the visitor decide, or that are no text of theirs. */
  readonly ownParts?: { readonly of: RegExp; readonly names: RegExp; readonly clears: readonly Flow[] | 'all'; /** Only as a member, not as an element. */ readonly member?: true }[];
  /** What stands in files that run in a browser: there nothing reaches a query, a command, a file or another host of the server. */
  readonly inBrowser?: { readonly words: RegExp; readonly unless: RegExp };
  /** Members that must not be set to this: by their text, and the value as it is written or known. `always` stands for a function that says yes to everything, `input` for what comes in. */
  readonly memberChecks?: readonly { readonly path: RegExp; readonly plain: Checked; readonly value: RegExp | 'always' | 'input'; /** It is this part of what is written that has the value. */ readonly part?: string; readonly needs: RegExp }[];
  /** Functions of which what they return is shown as a page, and calls that are given such. */
  readonly pages?: readonly PageRule[];
  readonly pageCalls?: CallPattern & { readonly needs: RegExp };
  /** Calls after which a value no longer carries some dangers. */
  readonly encoders: readonly (CallPattern & { readonly clears: readonly Flow[] | 'all' })[];
  readonly checks: readonly Check[];
  /** What a call gives back, by its last name. */
  readonly results: Readonly<Record<string, string>>;
  /** Words without which nothing in a file is input. */
  readonly inputWords: RegExp;
}

/** Names under which a session keeps who somebody is and what they may do. */
export const trusted = /role|admin|auth|perm|priv|level|group|access|log(?:ged|in)|owner|tenant|account|user|uid|\bid$|_id$|Id$/i;

/** Words parted by blanks. */
export function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** The header that says which pages may call. */
export const allowedOrigin = { arg: 0, matches: /^access-control-allow-origin$/i } as const;

/** Encoders that go by the same names in many languages. */
export const commonEncoders: LanguageRules['encoders'] = [
  { names: names('parseInt parseFloat parseLong parseDouble parseShort Number Integer Atoi ParseInt ParseUint ParseFloat ParseBool to_i to_f intval floatval boolval Boolean length size count len hashCode isEmpty isBlank equals equalsIgnoreCase contains containsKey containsValue startsWith endsWith indexOf lastIndexOf matches compareTo includes has hasOwnProperty test isinstance isdigit is_numeric strlen strpos in_array ToInt32 ToInt64 TryParse getTime UUID randomUUID fromString isNaN isValid empty isset exists hasMoreElements hasNext float int bool nil? empty? include? start_with? end_with? match? is_a? key? Contains StartsWith EndsWith Equals IndexOf HasPrefix HasSuffix EqualFold crc32 md5 sha1 sha256 hexdigest hash digest ctype_digit ctype_alnum checkdate filter_has_var'), clears: 'all' },
  { names: names('escape-html escapeHtml escapeHTML htmlEscape escape_html html_escape encodeForHTML encodeForHTMLAttribute forHtml forHtmlAttribute forHtmlContent escapeHtml3 escapeHtml4 escapeXml escapeXml10 escapeXml11 htmlspecialchars htmlentities HtmlEncode HTMLEscapeString EscapeString HtmlAttributeEncode escape sanitize sanitizeHtml purify clean strip_tags markupsafe xss h encodeURIComponent urlencode rawurlencode quote quote_plus UrlEncode URLEncode QueryEscape PathEscape encodeForURL encodeForJavaScript encodeForCSS encodeForXML encodeForXMLAttribute'), clears: ['xss'] },
  { names: names('encodeForSQL mysqli_real_escape_string mysql_real_escape_string real_escape_string pg_escape_string pg_escape_literal escapeId sanitize_sql sanitize_sql_array'), clears: ['sql-injection'] },
  { names: names('encodeForOS escapeshellarg escapeshellcmd shellescape quote shlex_quote'), clears: ['command-injection'] },
  { names: names('encodeForLDAP encodeForDN escapeLDAPSearchFilter filterEncode nameEncode ldap_escape escape_filter_chars EscapeFilter'), clears: ['ldap-injection'] },
  { names: names('encodeForXPath'), clears: ['xpath-injection'] },
  { names: names('extname pathinfo getExtension GetExtension Ext basename getName secure_filename get_valid_filename Base getFileName GetFileName normalize_filename sanitize_filename FilenameUtils.getName'), clears: ['path-traversal'] },
];
